//! On what was measured: figures of different machines are no comparison, ratios of one run are.

use std::fs;

/// Processor, cores, memory and system in one line.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let system = field("/proc/sys/kernel/osrelease", "");
    let load = field("/proc/loadavg", "");
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    format!(
        "Machine: {}, {cores} cores, {} GiB memory, Linux {system}; load before the start {load}",
        field("/proc/cpuinfo", "model name"),
        memory_gib()
    )
}

fn memory_gib() -> u64 {
    let total = field("/proc/meminfo", "MemTotal");
    total.split(' ').next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0).div_ceil(1 << 20)
}

/// The value of the first line that begins with this name; without a name, the first line.
fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("unknown");
    line.trim_start_matches([' ', '\t', ':']).trim().to_owned()
}
