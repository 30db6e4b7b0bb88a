//! Rule packs through the front door: their cases, their errors, what changes them.

use crate::run::{greenlane, stderr, stdout};

#[test]
fn every_case_of_the_built_in_packs_comes_out_as_it_says() {
    let output = greenlane(&["pack", "test"]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{said}{}", stderr(&output));
    assert!(said.contains("infant/edition"), "{said}");
}

#[test]
fn a_case_that_comes_out_otherwise_is_named_by_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other-edition.yaml");
    let overlay = "extends: infant-gb31701\nparameters:\n  edition: {text: \"2027\"}\n";
    std::fs::write(&file, overlay).unwrap();
    let output = greenlane(&["pack", "test", file.to_str().unwrap()]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{said}{}", stderr(&output));
    let pack = std::fs::read_to_string("rules/lanes/infant-gb31701.yaml").unwrap();
    let mut lines = pack.lines().enumerate();
    lines
        .find(|(_, l)| l.contains("- id: infant/edition"))
        .unwrap();
    let case = lines.find(|(_, l)| l.contains("- {expect: pass}")).unwrap();
    let line = case.0 + 1;
    let place = format!("rules/lanes/infant-gb31701.yaml:{line}: infant/edition");
    assert!(said.contains(&place), "no {place} in\n{said}");
    assert!(said.contains("expected pass, got fail"), "{said}");
    assert!(
        !said.contains("stem/"),
        "only the pack that is changed:\n{said}"
    );
}
