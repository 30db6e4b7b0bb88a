//! What work may cost: steps are counted where loops could grow faster than what they read, time is
//! asked for at every few of them, and what runs out of it or breaks ends alone.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Why work was not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It took longer than it may.
    OutOfTime,
    /// A mistake of ours or of a library.
    Broke,
}

/// The clock is looked at once in so many steps.
const GLANCE: u32 = 1024;

/// Until when a thread may work.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed {
    until: Option<Instant>,
    /// Somebody waits for what comes of it, even if it breaks.
    guarded: bool,
}

thread_local! {
    static ALLOWED: Cell<Allowed> = const { Cell::new(Allowed { until: None, guarded: false }) };
    static SINCE: Cell<u32> = const { Cell::new(0) };
}

/// All steps of a program built for its tests: growth is measured without a clock.
static STEPS: AtomicU64 = AtomicU64::new(0);

/// Adds so many steps. Ends the work where its time has run out.
pub fn steps(count: usize) {
    if cfg!(debug_assertions) {
        STEPS.fetch_add(count as u64, Ordering::Relaxed);
    }
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let since = SINCE.get().saturating_add(count);
    if since < GLANCE {
        SINCE.set(since);
        return;
    }
    SINCE.set(0);
    if ALLOWED
        .get()
        .until
        .is_some_and(|until| Instant::now() > until)
    {
        resume_unwind(Box::new(Stop::OutOfTime));
    }
}

/// The steps of all threads since the program began, where it is built for its tests.
pub fn counted() -> u64 {
    STEPS.load(Ordering::Relaxed)
}

/// Gives this thread so much more time.
pub fn more(time: Duration) {
    let mut allowed = ALLOWED.get();
    allowed.until = allowed.until.and_then(|until| until.checked_add(time));
    ALLOWED.set(allowed);
}

/// Whether what breaks on this thread is caught and told, and is not to be printed.
pub fn is_guarded() -> bool {
    ALLOWED.get().guarded
}

impl Allowed {
    /// What this thread may do now, to be held by others that work for it.
    pub fn now() -> Allowed {
        ALLOWED.get()
    }

    /// Does some of the work on the thread it is called on.
    pub fn hold<T>(self, work: impl FnOnce() -> T) -> T {
        let _back = Back(ALLOWED.replace(self));
        work()
    }
}

/// Gives a thread back what it was allowed before.
struct Back(Allowed);

impl Drop for Back {
    fn drop(&mut self) {
        ALLOWED.set(self.0);
    }
}

/// Does work that may break: then nothing comes of it but the reason. Time that has run out is told
/// to whoever gave it.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Stop> {
    let until = ALLOWED.get().until;
    let allowed = Allowed {
        until,
        guarded: true,
    };
    match caught(allowed, work) {
        Err(Stop::OutOfTime) if until.is_some() => resume_unwind(Box::new(Stop::OutOfTime)),
        came => came,
    }
}

/// Does work within a time. What a thread does beside its own work meanwhile is not counted against
/// that.
pub fn within<T>(time: Duration, work: impl FnOnce() -> T) -> Result<T, Stop> {
    // Where there is no clock, nothing is bounded by it.
    let Some(start) = (!cfg!(target_family = "wasm")).then(Instant::now) else {
        return guarded(work);
    };
    let allowed = Allowed {
        until: start.checked_add(time),
        guarded: true,
    };
    let came = caught(allowed, work);
    let mut before = ALLOWED.get();
    before.until = before
        .until
        .and_then(|until| until.checked_add(start.elapsed()));
    ALLOWED.set(before);
    came
}

fn caught<T>(allowed: Allowed, work: impl FnOnce() -> T) -> Result<T, Stop> {
    catch_unwind(AssertUnwindSafe(|| allowed.hold(work)))
        .map_err(|why| why.downcast_ref::<Stop>().copied().unwrap_or(Stop::Broke))
}

#[cfg(test)]
mod tests {
    use super::{GLANCE, Stop, guarded, is_guarded, steps, within};
    use std::time::Duration;

    fn for_ever() {
        loop {
            steps(GLANCE as usize);
        }
    }

    #[test]
    fn what_takes_too_long_or_breaks_ends_alone() {
        let short = Duration::from_millis(5);
        assert_eq!(within(short, for_ever), Err(Stop::OutOfTime));
        assert_eq!(within(short, || 7), Ok(7));
        assert_eq!(guarded(|| assert!(!is_guarded())), Err(Stop::Broke));
        let inner = || {
            let _ = guarded(for_ever);
        };
        assert_eq!(within(short, inner), Err(Stop::OutOfTime));
        assert!(!is_guarded());
    }
}
