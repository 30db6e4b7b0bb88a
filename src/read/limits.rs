//! How much of a file is read before it is refused.

/// Bounds on what one file may cost. Going over is a problem that names the limit.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a file as it lies on disk.
    pub file_bytes: usize,
    /// Bytes of one part of an archive after inflating.
    pub part_bytes: u64,
    /// Bytes of all used parts of an archive after inflating.
    pub archive_bytes: u64,
    /// Inflated size over packed size, for parts above one MiB.
    pub ratio: u64,
    /// Entries of an archive.
    pub entries: usize,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Cells of one sheet or table.
    pub cells: usize,
    /// Bytes of text of all sheets of a workbook.
    pub sheet_text: usize,
    /// Columns of one sheet or table.
    pub columns: u32,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Pages of a PDF.
    pub pages: usize,
    /// Pieces of text on a page.
    pub spans: usize,
    /// Bytes of a written document's part after inflating, of a web page, of an XML file.
    pub document_bytes: usize,
    /// Nodes of a tree; paragraphs and cells of a written document.
    pub nodes: usize,
    /// Depth of a tree.
    pub depth: usize,
    /// Depth of the elements of a written document.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: 512 << 20,
            part_bytes: 2 << 30,
            archive_bytes: 3 << 30,
            ratio: 200,
            entries: 20_000,
            sheets: 512,
            cells: 60_000_000,
            sheet_text: 1 << 30,
            columns: 4_096,
            cell_bytes: 64 << 10,
            pages: 2_000,
            spans: 200_000,
            document_bytes: 256 << 20,
            nodes: 5_000_000,
            depth: 64,
            elements: 256,
        }
    }
}
