//! Compound files, the container of the old Office formats: sector chains followed within the
//! file's own bounds, so that a loop or a size that lies costs nothing.

const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// Sector numbers from here on are marks, not sectors.
const MARKS: u32 = 0xFFFF_FFFA;
const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const MINI_SECTOR: usize = 64;
/// Streams below this size stand in mini sectors.
const MINI_CUTOFF: u64 = 4096;

pub struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
    /// The entries that stand in no folder: workbooks may hold others.
    top: Vec<usize>,
}

struct Entry {
    name: String,
    /// Its neighbours in the folder, and what it holds if it is a folder itself.
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: u64,
}

pub type Broken = &'static str;
const CUT: Broken = "it is cut off";
const LOOP: Broken = "its sectors run in a loop";

impl<'a> Compound<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Compound<'a>, Broken> {
        if !bytes.starts_with(MAGIC) {
            return Err("it is no compound file");
        }
        let sector = match u16_at(bytes, 0x1e) {
            Some(9) => 512,
            Some(12) => 4096,
            Some(_) => return Err("its sector size is impossible"),
            None => return Err(CUT),
        };
        if u16_at(bytes, 0x20) != Some(6) {
            return Err("its sector size is impossible");
        }
        let header = |at| u32_at(bytes, at).ok_or(CUT);
        let mut file = Compound {
            bytes,
            sector,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini: Vec::new(),
            entries: Vec::new(),
            top: Vec::new(),
        };
        file.read_fat(header(0x44)?)?;
        let directory = file.chain(header(0x30)?, None)?;
        for entry in directory.chunks_exact(128) {
            file.entries.extend(read_entry(entry, sector == 512));
        }
        file.find_top();
        let mini_fat = header(0x3c)?;
        if mini_fat < MARKS && header(0x40)? > 0 {
            let bytes = file.chain(mini_fat, None)?;
            file.mini_fat = numbers(&bytes).collect();
            let root = file.entries.first().ok_or("it has no directory")?;
            file.mini = file.chain(root.start, Some(root.size))?;
        }
        Ok(file)
    }

    pub fn is_empty(&self) -> bool {
        self.top.is_empty()
    }

    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The bytes of a stream.
    pub fn stream(&self, name: &str) -> Result<Vec<u8>, Broken> {
        let entry = self.entry(name).ok_or("a part of it is missing")?;
        if entry.size < MINI_CUTOFF {
            self.mini_chain(entry.start, entry.size)
        } else {
            self.chain(entry.start, Some(entry.size))
        }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.top
            .iter()
            .filter_map(|i| self.entries.get(*i))
            .find(|e| e.name.eq_ignore_ascii_case(name))
    }

    fn find_top(&mut self) {
        let mut seen = vec![false; self.entries.len()];
        let mut open: Vec<u32> = self.entries.first().map(|e| e.child).into_iter().collect();
        while let Some(id) = open.pop() {
            let id = id as usize;
            let Some(entry) = self.entries.get(id) else {
                continue;
            };
            if seen
                .get_mut(id)
                .is_some_and(|s| !std::mem::replace(s, true))
            {
                self.top.push(id);
                open.extend([entry.left, entry.right]);
            }
        }
    }

    /// The file allocation table: listed in the header, then in a chain of its own.
    fn read_fat(&mut self, mut list: u32) -> Result<(), Broken> {
        let header = self.bytes.get(0x4c..512).ok_or(CUT)?;
        let mut sectors: Vec<u32> = numbers(header).collect();
        let most = self.sectors();
        let mut steps = 0;
        while list < MARKS {
            steps += 1;
            if steps > most {
                return Err(LOOP);
            }
            let mut part: Vec<u32> = numbers(self.sector_at(list).ok_or(CUT)?).collect();
            list = part.pop().unwrap_or(END_OF_CHAIN);
            sectors.extend(part);
        }
        for id in sectors.into_iter().filter(|id| *id < MARKS) {
            // More entries than sectors say nothing.
            if self.fat.len() >= most {
                break;
            }
            let bytes = self.sector_at(id).filter(|b| b.len() == self.sector);
            self.fat.extend(numbers(bytes.ok_or(CUT)?));
        }
        Ok(())
    }

    /// How many sectors the file has, the last one perhaps in part.
    fn sectors(&self) -> usize {
        self.bytes.len().saturating_sub(1) / self.sector
    }

    fn sector_at(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|b| !b.is_empty())
    }

    /// The bytes of a chain: `size` of them, or all.
    fn chain(&self, start: u32, size: Option<u64>) -> Result<Vec<u8>, Broken> {
        let size = size.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        if size.is_some_and(|n| n > self.bytes.len()) {
            return Err(CUT);
        }
        let mut found = Vec::with_capacity(size.unwrap_or(0));
        let mut seen = vec![false; self.sectors()];
        let mut id = start;
        while id < MARKS && size.is_none_or(|n| found.len() < n) {
            let seen = seen.get_mut(id as usize).ok_or(CUT)?;
            if std::mem::replace(seen, true) {
                return Err(LOOP);
            }
            found.extend_from_slice(self.sector_at(id).ok_or(CUT)?);
            id = *self.fat.get(id as usize).ok_or(CUT)?;
        }
        match size {
            Some(n) if found.len() < n => Err(CUT),
            Some(n) => {
                found.truncate(n);
                Ok(found)
            }
            None => Ok(found),
        }
    }

    fn mini_chain(&self, start: u32, size: u64) -> Result<Vec<u8>, Broken> {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let mut found = Vec::with_capacity(size);
        let mut id = start;
        while found.len() < size {
            let at = (id as usize).checked_mul(MINI_SECTOR).ok_or(CUT)?;
            let end = at.saturating_add(MINI_SECTOR).min(self.mini.len());
            let bytes = self.mini.get(at..end).filter(|b| !b.is_empty());
            found.extend_from_slice(bytes.ok_or(CUT)?);
            id = *self.mini_fat.get(id as usize).ok_or(CUT)?;
        }
        found.truncate(size);
        Ok(found)
    }
}

fn read_entry(bytes: &[u8], small: bool) -> Option<Entry> {
    let units: Vec<u16> = bytes
        .get(..64)?
        .chunks_exact(2)
        .filter_map(|c| u16_at(c, 0))
        .take_while(|u| *u != 0)
        .collect();
    let low = u64::from(u32_at(bytes, 120)?);
    let high = u64::from(u32_at(bytes, 124)?);
    Some(Entry {
        name: String::from_utf16_lossy(&units),
        left: u32_at(bytes, 68)?,
        right: u32_at(bytes, 72)?,
        child: u32_at(bytes, 76)?,
        start: u32_at(bytes, 116)?,
        // With small sectors the upper half is not used and may hold anything.
        size: if small { low } else { high << 32 | low },
    })
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).filter_map(|c| u32_at(c, 0))
}

/// A little-endian number at an offset.
pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*bytes))
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

pub fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(f64::from_le_bytes(*bytes))
}
