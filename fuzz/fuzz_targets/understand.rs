#![no_main]

greenlane_fuzz::target!(Understand);
