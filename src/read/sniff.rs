//! What a file is, by its bytes. The name is asked only between kinds of plain text.

use super::compound::Compound;
use super::encoding;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Empty,
    Xlsx,
    Docx,
    Xlsb,
    Xls,
    Ods,
    Pdf,
    Csv,
    Html,
    Xml,
    Text,
    Json,
    Yaml,
    /// A picture of a kind that can hold a page: PNG, JPEG, TIFF, BMP.
    Picture,
    /// An office file behind a password.
    Encrypted,
    /// A document format that is not read; what to save it as instead.
    Unsupported {
        name: &'static str,
        save_as: &'static str,
    },
    /// Not a document.
    Other {
        en: &'static str,
        zh: &'static str,
    },
}

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Format::Empty => "empty",
            Format::Xlsx => "xlsx",
            Format::Docx => "docx",
            Format::Xlsb => "xlsb",
            Format::Xls => "xls",
            Format::Ods => "ods",
            Format::Pdf => "pdf",
            Format::Csv => "csv",
            Format::Html => "html",
            Format::Xml => "xml",
            Format::Text => "text",
            Format::Json => "json",
            Format::Yaml => "yaml",
            Format::Picture => "picture",
            Format::Encrypted => "encrypted office file",
            Format::Unsupported { name, .. } => name,
            Format::Other { en, .. } => en,
        }
    }
}

const PICTURE: Format = Format::Other {
    en: "a picture",
    zh: "图片",
};
pub const ARCHIVE: Format = Format::Other {
    en: "an archive",
    zh: "压缩包",
};
const BINARY: Format = Format::Other {
    en: "a file of no known document format",
    zh: "不是可识别的单证格式",
};

/// Excel 4 and older: a sheet without a workbook.
pub const OLD_EXCEL: &str = "an Excel sheet of version 4 or older";

const MAGIC: &[(&[u8], Format)] = &[
    (b"\x89PNG", Format::Picture),
    (b"\xff\xd8\xff", Format::Picture),
    (b"GIF8", PICTURE),
    (b"II*\0", Format::Picture),
    (b"MM\0*", Format::Picture),
    (b"Rar!", ARCHIVE),
    (b"7z\xbc\xaf", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
];

const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// The format of a file.
pub fn sniff(path: &str, bytes: &[u8]) -> Format {
    if bytes.iter().all(|b| b.is_ascii_whitespace()) || bytes == b"\xef\xbb\xbf" {
        return Format::Empty;
    }
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return *format;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return sniff_zip(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return sniff_compound(bytes);
    }
    if is_bare_biff(bytes) {
        return Format::Xls;
    }
    if [b"\x09\0\x04\0", b"\x09\x02\x06\0", b"\x09\x04\x06\0"]
        .iter()
        .any(|start| bytes.starts_with(*start))
    {
        return Format::Unsupported {
            name: OLD_EXCEL,
            save_as: "XLSX",
        };
    }
    let head = bytes.get(..8192).unwrap_or(bytes);
    if memchr::memmem::find(head, b"%PDF-").is_some() {
        return Format::Pdf;
    }
    if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0, 0, 0, 0]) {
        return Format::Picture;
    }
    if encoding::utf16(bytes).is_none() && memchr::memchr(0, head).is_some() {
        return BINARY;
    }
    sniff_text(path, bytes)
}

/// An office package is known by the names of its parts. The names are taken from the list at the
/// archive's end: what stands in a part may be a package itself. Where the list is lost the names
/// before the parts must do.
fn sniff_zip(bytes: &[u8]) -> Format {
    let names: Option<Vec<Vec<u8>>> = zip::ZipArchive::new(std::io::Cursor::new(bytes))
        .ok()
        .map(|archive| archive.file_names_raw().map(<[u8]>::to_vec).collect());
    let has = |name: &[u8]| match &names {
        Some(names) => names.iter().any(|own| {
            own.strip_prefix(b"/")
                .unwrap_or(own)
                .to_ascii_lowercase()
                .starts_with(name)
        }),
        None => memchr::memmem::find(bytes, name).is_some(),
    };
    // What a paper inside an archive says, the archive does not say.
    let says = |text: &[u8]| {
        let own = names.is_none() || has(b"content.xml") || has(b"mimetype");
        own && memchr::memmem::find(bytes, text).is_some()
    };
    // An OpenDocument file says what it is in its first entry, stored as it is.
    let first = bytes.get(..256).unwrap_or(bytes);
    if memchr::memmem::find(first, ODS).is_some() {
        Format::Ods
    } else if has(b"xl/workbook.xml") {
        Format::Xlsx
    } else if has(b"xl/workbook.bin") {
        Format::Xlsb
    } else if has(b"xl/worksheets/") {
        Format::Xlsx
    } else if has(b"word/") {
        Format::Docx
    } else if has(b"ppt/") {
        Format::Unsupported {
            name: "a presentation",
            save_as: "PDF with text",
        }
    } else if says(ODS) {
        Format::Ods
    } else if says(b"application/vnd.oasis.opendocument") {
        Format::Unsupported {
            name: "an OpenDocument text",
            save_as: "DOCX or PDF with text",
        }
    } else if has(b"[content_types].xml") && has(b"_rels/.rels") {
        // The parts of a package may have any name: its relationships say what it is.
        Format::Docx
    } else if has(b"[content_types].xml") {
        Format::Unsupported {
            name: "an Office file of another kind, or a damaged one,",
            save_as: "XLSX or PDF with text",
        }
    } else {
        ARCHIVE
    }
}

fn sniff_compound(bytes: &[u8]) -> Format {
    let file = Compound::open(bytes);
    let has = |name: &str| match &file {
        Ok(file) => file.has(name),
        Err(_) => {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            memchr::memmem::find(bytes, &wide).is_some()
        }
    };
    if has("EncryptedPackage") || has("EncryptionInfo") {
        Format::Encrypted
    } else if has("Workbook") || has("Book") {
        Format::Xls
    } else if has("WordDocument") {
        Format::Unsupported {
            name: "an old Word document (DOC)",
            save_as: "PDF with text",
        }
    } else if file.map_or(true, |file| file.is_empty()) {
        // Its reader says what is wrong with it.
        Format::Xls
    } else {
        BINARY
    }
}

/// The records of an XLS workbook without their container.
pub fn is_bare_biff(bytes: &[u8]) -> bool {
    let version = bytes.get(4..6);
    bytes.starts_with(b"\x09\x08") && (version == Some(b"\0\x05") || version == Some(b"\0\x06"))
}

fn sniff_text(path: &str, bytes: &[u8]) -> Format {
    let head = bytes.get(..64 << 10).unwrap_or(bytes);
    let decoded = encoding::decode(head);
    let text = decoded.text.trim_start();
    match first_element(text) {
        Some(name) if PAGE.contains(&name.as_str()) => return Format::Html,
        Some(_) => return Format::Xml,
        None => {}
    }
    if text.starts_with("MIME-Version:") {
        return Format::Unsupported {
            name: "a web archive (MHTML)",
            save_as: "XLSX or CSV",
        };
    }
    if text.starts_with("{\\rtf") {
        return Format::Unsupported {
            name: "an RTF text",
            save_as: "DOCX or PDF with text",
        };
    }
    let extension = extension(path);
    if text.starts_with('{') || text.starts_with('[') && extension != "csv" {
        return Format::Json;
    }
    match extension.as_str() {
        "csv" | "tsv" => Format::Csv,
        "yaml" | "yml" => Format::Yaml,
        _ if looks_like_yaml(text) => Format::Yaml,
        _ if looks_delimited(text) => Format::Csv,
        _ => Format::Text,
    }
}

/// Elements a web page or a piece of one begins with.
const PAGE: [&str; 24] = [
    "html", "head", "body", "table", "tbody", "thead", "tr", "td", "th", "meta", "title", "style",
    "script", "link", "div", "span", "center", "font", "form", "p", "br", "h1", "h2", "h3",
];

/// The first element of a text that is marked up, in lower case; `html` where the document type
/// says so. None when the text is no markup: `<90 mg/kg`.
fn first_element(text: &str) -> Option<String> {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let lower = |n: usize| rest.chars().take(n).collect::<String>().to_lowercase();
        let after = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if lower(14) == "<!doctype html" {
            return Some("html".to_string());
        } else if rest.starts_with("<!") {
            // A document type may hold declarations of its own.
            let inner = rest.find('[') < rest.find('>') && rest.contains('[');
            if inner { "]>" } else { ">" }
        } else {
            break;
        };
        rest = rest.split_once(after)?.1;
    }
    let name: String = rest
        .strip_prefix('<')?
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
        .collect();
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let ends = rest
        .chars()
        .nth(1 + name.chars().count())
        .is_some_and(|c| c.is_whitespace() || matches!(c, '>' | '/'));
    (begins && ends).then(|| name.to_lowercase())
}

/// A mapping whose first keys are words of a program, not of a letter.
fn looks_like_yaml(text: &str) -> bool {
    let mut keys = 0;
    for line in text.lines().filter(|l| !l.trim().is_empty()).take(3) {
        let plain_key = line.split_once(':').is_some_and(|(key, _)| {
            !key.is_empty()
                && key
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        });
        if line.starts_with("---") || line.starts_with('#') {
            continue;
        }
        if !plain_key {
            return false;
        }
        keys += 1;
    }
    keys > 0
}

/// Most lines hold the same number (two or more) of one delimiter.
fn looks_delimited(text: &str) -> bool {
    [',', '\t', ';'].iter().any(|delimiter| {
        let counts: Vec<usize> = text
            .lines()
            .filter(|l| !l.trim().is_empty())
            .take(40)
            .map(|l| l.matches(*delimiter).count())
            .collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let same = counts.iter().filter(|&&c| c == most).count();
        most >= 2 && same * 2 > counts.len()
    })
}

/// The extension of a path, lower case.
pub fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .map_or(String::new(), |(_, ext)| ext.to_lowercase())
}

/// True when the name says that this is a document.
pub fn claims_document(path: &str) -> bool {
    let documents = [
        "xlsx", "xlsm", "xlsb", "xls", "et", "ods", "csv", "tsv", "pdf", "docx", "doc", "txt",
        "json", "yaml", "yml", "html", "htm", "xml",
    ];
    documents.contains(&extension(path).as_str())
}

/// The extension, when it names another format than the bytes are.
pub fn lying_extension(path: &str, format: Format) -> Option<String> {
    let extension = extension(path);
    let truth: &[&str] = match format {
        Format::Xlsx => &["xlsx", "xlsm", "xltx"],
        Format::Docx => &["docx", "docm", "dotx", "dotm"],
        Format::Xlsb => &["xlsb"],
        Format::Xls => &["xls", "xlt", "et"],
        Format::Ods => &["ods", "ots"],
        Format::Pdf => &["pdf"],
        Format::Csv => &["csv", "tsv", "txt"],
        Format::Text => &["txt", "md", "text", "log"],
        Format::Html => &["html", "htm", "xhtml"],
        Format::Xml => &["xml"],
        Format::Json => &["json"],
        Format::Yaml => &["yaml", "yml"],
        _ => return None,
    };
    (!extension.is_empty() && !truth.contains(&extension.as_str())).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::{Format, sniff};

    #[test]
    fn marked_up_texts_are_told_apart_by_their_first_element() {
        for (text, format) in [
            (
                "<!-- x --><TABLE border=1><tr><td>1</td></tr></TABLE>",
                Format::Html,
            ),
            (
                "\u{feff}<?xml version='1.0'?><!DOCTYPE html><html/>",
                Format::Html,
            ),
            ("<meta charset=utf-8>\n<table></table>", Format::Html),
            (
                "<?xml version='1.0'?>\n<?mso-application?><Workbook xmlns=''/>",
                Format::Xml,
            ),
            ("<dec:Message>1</dec:Message>", Format::Xml),
            ("<90 mg/kg lead", Format::Text),
            ("< see below >", Format::Text),
        ] {
            assert_eq!(sniff("a.xls", text.as_bytes()), format, "{text}");
        }
    }
}
