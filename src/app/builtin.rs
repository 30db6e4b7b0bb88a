//! The rules and the example that travel inside the binary.

/// Name and text of the built-in kinds of documents.
pub const DOCUMENTS: &[(&str, &str)] = &[
    (
        "declaration.yaml",
        include_str!("../../rules/documents/declaration.yaml"),
    ),
    (
        "packing-list.yaml",
        include_str!("../../rules/documents/packing-list.yaml"),
    ),
    (
        "invoice.yaml",
        include_str!("../../rules/documents/invoice.yaml"),
    ),
    (
        "lab-report.yaml",
        include_str!("../../rules/documents/lab-report.yaml"),
    ),
    (
        "report-register.yaml",
        include_str!("../../rules/documents/report-register.yaml"),
    ),
    (
        "lab-register.yaml",
        include_str!("../../rules/documents/lab-register.yaml"),
    ),
    (
        "pilot-list.yaml",
        include_str!("../../rules/documents/pilot-list.yaml"),
    ),
    (
        "batch-log.yaml",
        include_str!("../../rules/documents/batch-log.yaml"),
    ),
    (
        "contract.yaml",
        include_str!("../../rules/documents/contract.yaml"),
    ),
    (
        "price-list.yaml",
        include_str!("../../rules/documents/price-list.yaml"),
    ),
    (
        "mandate.yaml",
        include_str!("../../rules/documents/mandate.yaml"),
    ),
    (
        "letter.yaml",
        include_str!("../../rules/documents/letter.yaml"),
    ),
    (
        "conformity-declaration.yaml",
        include_str!("../../rules/documents/conformity-declaration.yaml"),
    ),
    (
        "working-sheet.yaml",
        include_str!("../../rules/documents/working-sheet.yaml"),
    ),
    (
        "photos.yaml",
        include_str!("../../rules/documents/photos.yaml"),
    ),
    (
        "supplier-certificate.yaml",
        include_str!("../../rules/documents/supplier-certificate.yaml"),
    ),
    (
        "phytosanitary.yaml",
        include_str!("../../rules/documents/phytosanitary.yaml"),
    ),
    (
        "origin-certificate.yaml",
        include_str!("../../rules/documents/origin-certificate.yaml"),
    ),
    (
        "sku-list.yaml",
        include_str!("../../rules/documents/sku-list.yaml"),
    ),
    (
        "manifest.yaml",
        include_str!("../../rules/documents/manifest.yaml"),
    ),
    (
        "company-aliases.yaml",
        include_str!("../../rules/documents/company-aliases.yaml"),
    ),
    (
        "model-aliases.yaml",
        include_str!("../../rules/documents/model-aliases.yaml"),
    ),
];

/// Name and text of the built-in forms.
pub const FORMS: &[(&str, &str)] = &[
    (
        "customs-declaration.yaml",
        include_str!("../../rules/forms/customs-declaration.yaml"),
    ),
    (
        "numbered-invoice.yaml",
        include_str!("../../rules/forms/numbered-invoice.yaml"),
    ),
    (
        "numbered-packing-list.yaml",
        include_str!("../../rules/forms/numbered-packing-list.yaml"),
    ),
];

pub const WORDS: (&str, &str) = ("words.yaml", include_str!("../../rules/words.yaml"));

/// What papers say of themselves in words.
pub const SENTENCES: (&str, &str) = ("sentences.yaml", include_str!("../../rules/sentences.yaml"));

/// What findings say.
pub const WORDING: (&str, &str) = ("wording.yaml", include_str!("../../rules/wording.yaml"));

/// The names other systems give fields, for `export`.
pub const SINGLE_WINDOW: (&str, &str) = (
    "single-window.yaml",
    include_str!("../../rules/single-window.yaml"),
);

/// Name and text of the built-in lists.
pub const LISTS: &[(&str, &str)] = &[
    (
        "countries.csv",
        include_str!("../../rules/lists/countries.csv"),
    ),
    ("ports.csv", include_str!("../../rules/lists/ports.csv")),
    (
        "headings.csv",
        include_str!("../../rules/lists/headings.csv"),
    ),
];

/// Name and text of the built-in packs, in the order they are judged.
pub const PACKS: &[(&str, &str)] = &[
    (
        "documents.yaml",
        include_str!("../../rules/lanes/documents.yaml"),
    ),
    (
        "infant-gb31701.yaml",
        include_str!("../../rules/lanes/infant-gb31701.yaml"),
    ),
    (
        "stem-astm-f963.yaml",
        include_str!("../../rules/lanes/stem-astm-f963.yaml"),
    ),
    (
        "gacc-2026-pilot.yaml",
        include_str!("../../rules/lanes/gacc-2026-pilot.yaml"),
    ),
    (
        "report-wording.yaml",
        include_str!("../../rules/lanes/report-wording.yaml"),
    ),
];

/// Name and bytes of the example's documents.
pub const EXAMPLE: &[(&str, &[u8])] = &[
    (
        "declaration.xlsx",
        include_bytes!("../../fixtures/shipments/demo/declaration.xlsx"),
    ),
    (
        "packing-list.xlsx",
        include_bytes!("../../fixtures/shipments/demo/packing-list.xlsx"),
    ),
    (
        "lab-report.pdf",
        include_bytes!("../../fixtures/shipments/demo/lab-report.pdf"),
    ),
    (
        "labs.csv",
        include_bytes!("../../fixtures/shipments/demo/labs.csv"),
    ),
];
