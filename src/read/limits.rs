//! How much of a file is read before it is refused.

use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::time::Duration;

/// Bounds on what one file may cost. Going over is a problem that names the limit.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Limits {
    /// Seconds a file may take to read and to understand, and one more for each MiB.
    pub seconds: u64,
    /// Seconds linking and judging a shipment may take, and one more for each MiB of its files.
    pub shipment_seconds: u64,
    /// Bytes of a file as it lies on disk.
    pub file_bytes: usize,
    /// Bytes of one part of an archive after inflating.
    pub part_bytes: u64,
    /// Bytes of all used parts of an archive after inflating.
    pub archive_bytes: u64,
    /// Bytes of one tag or text of an archive's part: readers hold it whole.
    pub run_bytes: usize,
    /// Bytes of the shared strings of a workbook, which are held whole too.
    pub string_bytes: u64,
    /// Inflated size over packed size, for parts above one MiB.
    pub ratio: u64,
    /// Entries of an archive.
    pub entries: usize,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Rows of one sheet or table.
    pub rows: usize,
    /// Cells of one sheet or table.
    pub cells: usize,
    /// Bytes of text of all sheets of a workbook.
    pub text_bytes: usize,
    /// Columns of one sheet or table.
    pub columns: u32,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Memory that reading all files of a run may take at a time; files wait for each other.
    pub memory: u64,
    /// Bytes of one stream of a PDF after inflating; all together have the bounds of a document.
    pub stream_bytes: u64,
    /// Pages of a PDF.
    pub pages: usize,
    /// Seconds a page may take that is read from its picture.
    pub scan_seconds: u64,
    /// Pages of a file that are read from their pictures.
    pub scan_pages: usize,
    /// Pixels of a picture.
    pub pixels: u64,
    /// Lines of text in a picture.
    pub boxes: usize,
    /// Pieces of text on a page.
    pub spans: usize,
    /// Bytes of a written document's part after inflating, of a web page, of an XML file.
    pub document_bytes: usize,
    /// Nodes of a tree; paragraphs and cells of a written document.
    pub nodes: usize,
    /// Papers of one file.
    pub papers: usize,
    /// Depth of a tree.
    pub depth: usize,
    /// Depth of the elements of a written document.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            seconds: 10,
            shipment_seconds: 60,
            file_bytes: 512 << 20,
            part_bytes: 2 << 30,
            archive_bytes: 3 << 30,
            run_bytes: 16 << 20,
            string_bytes: 512 << 20,
            ratio: 200,
            entries: 20_000,
            sheets: 512,
            rows: 5_000_000,
            cells: 60_000_000,
            text_bytes: 1 << 30,
            columns: 4_096,
            cell_bytes: 64 << 10,
            memory: 2 << 30,
            stream_bytes: 64 << 20,
            pages: 2_000,
            scan_seconds: 120,
            scan_pages: 100,
            pixels: 80_000_000,
            boxes: 2_000,
            spans: 200_000,
            document_bytes: 256 << 20,
            nodes: 5_000_000,
            papers: 10_000,
            depth: 64,
            elements: 256,
        }
    }
}

impl Limits {
    /// How long a file of so many bytes may take, once to be read and once to be understood.
    pub fn time(&self, bytes: usize) -> Duration {
        Duration::from_secs(self.seconds.saturating_add(bytes as u64 >> 20))
    }

    /// How long the shipments of a folder may take once their files, so many bytes, are read.
    pub fn shipment_time(&self, bytes: usize) -> Duration {
        Duration::from_secs(self.shipment_seconds.saturating_add(bytes as u64 >> 20))
    }

    /// Sets one limit from `NAME=VALUE`.
    ///
    /// # Errors
    /// The text is not of that form, or there is no such limit; names all there are.
    pub fn set(&mut self, assignment: &str) -> Result<(), String> {
        let (name, value) = assignment.split_once('=').unwrap_or((assignment, ""));
        let mut all = serde_json::to_value(&*self).map_err(|e| e.to_string())?;
        let names = || -> String {
            let stated: Option<Vec<String>> = serde_json::to_value(Limits::default())
                .ok()
                .and_then(|v| Some(v.as_object()?.iter().map(|(k, v)| stated(k, v)).collect()));
            stated.unwrap_or_default().join(", ")
        };
        let Some(slot) = all.get_mut(name.trim()) else {
            return Err(format!("no limit “{name}”; there are {}", names()));
        };
        *slot = amount(value.trim())
            .ok_or_else(|| format!("{assignment}: write NAME=NUMBER, such as pages=5000"))?
            .into();
        *self = serde_json::from_value(all).map_err(|e| format!("{assignment}: {e}"))?;
        Ok(())
    }
}

/// A number, perhaps with KiB, MiB or GiB behind it.
fn amount(text: &str) -> Option<u64> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)];
    for (unit, shift) in units {
        if let Some(number) = text.strip_suffix(unit) {
            let number: u64 = number.trim().parse().ok()?;
            return number.checked_mul(1 << shift);
        }
    }
    text.parse().ok()
}

/// A limit as the user may set it: `pages=2000`, `file-bytes=512MiB`.
pub fn stated(name: &str, value: impl Display) -> String {
    let value = value.to_string();
    match value.parse::<u64>() {
        Ok(n)
            if (name.ends_with("bytes") || name == "memory")
                && n >= 1 << 20
                && n % (1 << 20) == 0 =>
        {
            format!("{name}={}MiB", n >> 20)
        }
        _ => format!("{name}={value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, stated};

    #[test]
    fn a_limit_is_set_as_it_is_stated() {
        let mut limits = Limits::default();
        assert_eq!(stated("file-bytes", limits.file_bytes), "file-bytes=512MiB");
        limits.set("file-bytes=3MiB").unwrap();
        limits.set("pages=7").unwrap();
        assert_eq!((limits.file_bytes, limits.pages), (3 << 20, 7));
        assert!(limits.set("leaves=7").unwrap_err().contains("pages=2000"));
        assert!(limits.set("pages=many").is_err());
        assert!(limits.set("columns=99999999999").is_err());
        assert_eq!(limits.pages, 7);
    }
}
