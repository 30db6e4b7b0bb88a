//! Memory that reading may take, shared by all files of a run: what does not fit beside the others
//! is read after them.

use super::Limits;
use super::sniff::Format;
use std::io::Cursor;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What is free of it.
#[derive(Debug, Default)]
pub struct Budget {
    taken: Mutex<u64>,
    given_back: Condvar,
}

/// A part of it, given back when it is dropped.
#[derive(Debug)]
pub struct Taken {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Budget {
    /// Waits until so many bytes of all there are to be had; whoever wants more than all has to be
    /// alone. Nothing where that takes too long.
    pub fn take(self: &Arc<Budget>, bytes: u64, all: u64, time: Duration) -> Option<Taken> {
        let bytes = bytes.min(all);
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |taken: &mut u64| *taken + bytes > all;
        let mut taken = if cfg!(target_family = "wasm") {
            // One thread reads one file after the other.
            taken
        } else {
            let waited = self.given_back.wait_timeout_while(taken, time, full);
            let (taken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
            if waited.timed_out() {
                return None;
            }
            taken
        };
        *taken += bytes;
        let budget = Arc::clone(self);
        Some(Taken { budget, bytes })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut taken = self
            .budget
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *taken = taken.saturating_sub(self.bytes);
        self.budget.given_back.notify_all();
    }
}

/// What reading a file takes at its worst, by what it holds once it is inflated.
pub fn cost(format: Format, bytes: &[u8], limits: &Limits) -> u64 {
    let size = bytes.len() as u64;
    match format {
        Format::Pdf => {
            let inflated = super::streams::inflated(bytes, limits).unwrap_or(0);
            (2 * size).saturating_add(inflated.saturating_mul(16))
        }
        Format::Xlsx | Format::Xlsb | Format::Ods | Format::Docx => {
            let archive = zip::ZipArchive::new(Cursor::new(bytes)).ok();
            let inflated = archive.and_then(|a| a.decompressed_size());
            let inflated = inflated.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
            size.saturating_add(inflated.min(limits.archive_bytes).saturating_mul(3))
        }
        Format::Xls | Format::Csv | Format::Text => size.saturating_mul(6),
        Format::Json | Format::Yaml | Format::Html | Format::Xml => size.saturating_mul(24),
        // Pages are counted one by one when they are read.
        Format::Picture => size,
        Format::Empty | Format::Encrypted | Format::Unsupported { .. } | Format::Other { .. } => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn what_does_not_fit_waits_and_what_is_too_large_is_alone() {
        let budget = Arc::new(Budget::default());
        let short = Duration::from_millis(5);
        let one = budget.take(60, 100, short).unwrap();
        let two = budget.take(40, 100, short).unwrap();
        assert!(budget.take(1, 100, short).is_none());
        drop(one);
        assert!(budget.take(900, 100, short).is_none());
        drop(two);
        assert!(budget.take(900, 100, short).is_some());
    }
}
