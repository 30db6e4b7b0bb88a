//! How long a file is waited for beyond what its size gives it: pages read from pictures are seen
//! only when it is open.

use super::stated;
use crate::model::work;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Milliseconds given beside the time of a file.
#[derive(Debug, Default)]
pub struct Patience(AtomicU64);

impl Patience {
    /// Gives the work of this thread, and whoever waits for it, so much more time.
    pub fn more(&self, time: Duration) {
        self.0.fetch_add(millis(time), Ordering::Relaxed);
        work::more(time);
    }

    /// Waits for something that is no work of this file.
    pub fn pause<T>(&self, most: Duration, wait: impl FnOnce() -> T) -> T {
        self.0.fetch_add(millis(most), Ordering::Relaxed);
        let start = Instant::now();
        let came = wait();
        let waited = start.elapsed().min(most);
        self.0.fetch_sub(millis(most - waited), Ordering::Relaxed);
        work::more(waited);
        came
    }

    /// What comes within a time, and within what is given beside it.
    ///
    /// # Errors
    /// Nothing came, or nothing will.
    pub fn await_it<T>(&self, of: &Receiver<T>, time: Duration) -> Result<T, RecvTimeoutError> {
        let start = Instant::now();
        loop {
            let allowed = time + self.given();
            let left = allowed.saturating_sub(start.elapsed());
            match of.recv_timeout(left) {
                Err(RecvTimeoutError::Timeout) if time + self.given() > start.elapsed() => {}
                came => return came,
            }
        }
    }

    /// The bound that was not kept.
    pub fn limit(&self, time: Duration) -> String {
        if self.given().is_zero() {
            stated("seconds", time.as_secs())
        } else {
            stated("scan-seconds", (time + self.given()).as_secs())
        }
    }

    fn given(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX / 4)
}
