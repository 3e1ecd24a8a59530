//! What a run took, told by itself: for whoever started it and cannot look inside.

use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use crate::bench::Timings;
use crate::error::{Error, ErrorKind};

/// Notes when each stage begins; a stage lasts until the next one does.
#[derive(Default)]
pub(super) struct Clock(Mutex<Vec<(String, Instant)>>);

impl Clock {
    /// A stage begins.
    pub(super) fn begins(&self, stage: &str) {
        if let Ok(mut begun) = self.0.lock() {
            begun.push((stage.to_string(), Instant::now()));
        }
    }

    /// Writes the seconds of each stage, the last of which ends now, and the most memory that was held so far.
    pub(super) fn write(&self, path: &Path) -> Result<(), Error> {
        let now = Instant::now();
        let begun = self.0.lock().map(|begun| begun.clone()).unwrap_or_default();
        let ends = begun.iter().skip(1).map(|(_, at)| *at).chain([now]);
        let stages =
            begun.iter().zip(ends).map(|((name, at), end)| (name.clone(), (end - *at).as_secs_f64())).collect();
        let told = Timings { stages, peak_memory_bytes: peak_memory() };
        let text = serde_json::to_string(&told).map_err(std::io::Error::other);
        text.and_then(|text| std::fs::write(path, text)).map_err(|e| {
            Error::new(ErrorKind::Io, "E0001", format!("cannot write: {e}")).in_file(path.display().to_string())
        })
    }
}

/// The most memory that this process held at a time, in bytes, where the system tells (Linux: `VmHWM`, proc(5)).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
