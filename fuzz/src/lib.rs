//! Fuzz targets of greenlane, led by libFuzzer (`--features libfuzzer`) or by the driver, which is built
//! by any stable toolchain.

mod mutate;
mod targets;

pub use mutate::{Dice, changed};
use std::panic::{AssertUnwindSafe, catch_unwind};
pub use targets::{Target, root};

/// A target on some bytes; what breaks is what does not hold.
///
/// # Errors
/// What does not hold.
pub fn holds(target: Target, name: &str, bytes: &[u8]) -> Result<(), String> {
    let came = catch_unwind(AssertUnwindSafe(|| target.holds(name, bytes)));
    came.unwrap_or_else(|why| {
        let said = why.downcast_ref::<String>().cloned();
        let said = said.or_else(|| Some((*why.downcast_ref::<&str>()?).to_string()));
        Err(format!("a panic: {}", said.unwrap_or_default()))
    })
}

#[cfg(feature = "libfuzzer")]
#[doc(hidden)]
pub mod led {
    use crate::{Dice, Target, changed, holds};
    pub use libfuzzer_sys;

    pub fn one(target: Target, bytes: &[u8]) {
        if let Err(why) = holds(target, "odd", bytes) {
            eprintln!("{}: {why}", target.name());
            std::process::abort();
        }
    }

    /// Half of the changes keep the form of a file, half are libFuzzer's own.
    pub fn change(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
        let made = changed(
            &data[..size],
            &data[..size],
            &mut Dice(u64::from(seed) << 1 | 1),
        );
        if seed % 2 == 0 || made.len() > most {
            return libfuzzer_sys::fuzzer_mutate(data, size, most);
        }
        data[..made.len()].copy_from_slice(&made);
        made.len()
    }
}

/// A target for libFuzzer. What a library breaks on is caught and told, and no finding.
#[cfg(feature = "libfuzzer")]
#[macro_export]
macro_rules! target {
    ($target:ident) => {
        use $crate::led::libfuzzer_sys;
        libfuzzer_sys::fuzz_target!(
            init: { std::panic::set_hook(Box::new(|_| {})); },
            |bytes: &[u8]| $crate::led::one($crate::Target::$target, bytes)
        );
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::led::change(data, size, max_size, seed)
        });
    };
}
