//! What the machine and the program tell of themselves; `unknown` where the system does not.

use std::fs;

use chrono::DateTime;
use sha2::{Digest, Sha256};

use crate::bench::{Machine, Program};
use crate::error::{Error, ErrorKind};

/// Cores that this process may use.
pub(super) fn cores() -> u32 {
    std::thread::available_parallelism().map_or(1, |n| n.get() as u32)
}

/// The machine, as Linux tells of it in /proc and /etc/os-release; elsewhere little is known without more privileges or crates.
pub(super) fn machine() -> Machine {
    let field = |path: &str, name: &str| {
        let text = fs::read_to_string(path).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name).map(|rest| rest.trim().to_string()))?;
        Some(line.trim_start_matches([':', '=']).trim().trim_matches('"').to_string()).filter(|value| !value.is_empty())
    };
    let kilobytes = field("/proc/meminfo", "MemTotal").and_then(|v| v.strip_suffix("kB")?.trim().parse::<u64>().ok());
    let name = field("/etc/os-release", "PRETTY_NAME");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_string());
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    Machine {
        cpu: field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into()),
        cores: cores(),
        memory_bytes: kilobytes.map(|kilobytes| kilobytes * 1024),
        os: [name, kernel, Some(system)].into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}

/// This very program.
pub(super) fn program() -> Result<Program, Error> {
    let unreadable = |e: std::io::Error| Error::new(ErrorKind::Io, "E0622", format!("cannot read this program: {e}"));
    let path = std::env::current_exe().map_err(unreadable)?;
    let sha256 = fs::File::open(path).and_then(hash).map_err(unreadable)?;
    Ok(Program { version: env!("CARGO_PKG_VERSION").to_string(), sha256 })
}

/// SHA-256 of what is read, in hexadecimal digits.
pub(super) fn hash(mut from: impl std::io::Read) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match from.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The time of the clock, UTC, to the second.
pub(super) fn now() -> String {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let time = i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    time.map_or_else(|| "unknown".into(), |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
