//! What the program counts, what it says about it, what the shipped dashboard draws and the alerts look at: one list (D5).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use ringleader::meters::{ALL, Kind, describe};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn names() -> BTreeSet<&'static str> {
    ALL.iter().map(|(name, ..)| *name).collect()
}

/// The sources of all crates, without their tests.
fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|end| end == "rs") {
            all.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Words that begin with our prefix, without what Prometheus adds to the names of histograms.
fn mentioned(text: &str) -> BTreeSet<String> {
    let words =
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("ringleader_"));
    let base = |word: &str| {
        let cut = ["_bucket", "_sum", "_count"].iter().find_map(|end| word.strip_suffix(end));
        cut.filter(|cut| names().contains(cut)).unwrap_or(word).to_owned()
    };
    words.map(base).collect()
}

fn strings(of: &BTreeSet<&str>) -> BTreeSet<String> {
    of.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn everything_that_is_described_is_counted() {
    let mut text = String::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut text);
    }
    let mut counted = BTreeSet::new();
    for kind in ["counter", "gauge", "histogram"] {
        for (at, found) in text.match_indices(&format!("metrics::{kind}!(\"")) {
            let rest = &text[at + found.len()..];
            counted.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
    let idle: Vec<String> = strings(&names()).difference(&counted).cloned().collect();
    assert_eq!(idle, Vec::<String>::new(), "nothing counts these any more");
}

#[test]
fn dashboard_and_alerts_speak_of_what_is_counted_and_the_dashboard_of_all() {
    let dashboard = std::fs::read_to_string(root().join("ops/grafana/ringleader.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&dashboard).expect("the dashboard is JSON");
    assert_eq!(mentioned(&dashboard), strings(&names()));
    let alerts = std::fs::read_to_string(root().join("ops/prometheus/alerts.yml")).unwrap();
    let unknown: Vec<String> = mentioned(&alerts).into_iter().filter(|name| !names().contains(name.as_str())).collect();
    assert_eq!(unknown, Vec::<String>::new());
    let (rules, told) = (alerts.matches("- alert:").count(), alerts.matches("summary:").count());
    assert!(rules > 9 && rules == told, "every rule says what is wrong");
}

/// One sample of the text format: name with labels, and value.
fn sample(line: &str) -> (String, BTreeMap<String, String>, f64) {
    let (head, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
    let value = if value == "+Inf" { f64::INFINITY } else { value.parse().unwrap_or_else(|_| panic!("{line}")) };
    let (name, labels) = match head.split_once('{') {
        None => (head, ""),
        Some((name, rest)) => (name, rest.strip_suffix('}').unwrap_or_else(|| panic!("labels are not closed: {line}"))),
    };
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':'), "{line}");
    let mut found = BTreeMap::new();
    let mut rest = labels;
    while !rest.is_empty() {
        let (label, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("{line}"));
        let end = after.char_indices().find(|(at, c)| *c == '"' && !after[..*at].ends_with('\\')).unwrap().0;
        assert!(found.insert(label.to_owned(), after[..end].to_owned()).is_none(), "a label twice: {line}");
        rest = after[end + 1..].trim_start_matches(',');
    }
    (name.to_owned(), found, value)
}

/// Prometheus's own tool: what it says, and whether it is content.
fn promtool(args: &[&str], input: &str) -> (bool, String) {
    let mut tool = Command::new("promtool")
        .args(args)
        .current_dir(root().join("ops/prometheus"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is there: `make test` installs it (Debian: apt-get install prometheus)");
    tool.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = tool.wait_with_output().unwrap();
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (done.status.success(), said)
}

#[test]
fn every_alert_fires_with_its_planted_fault_and_none_on_a_quiet_day() {
    let text = |file: &str| std::fs::read_to_string(root().join("ops/prometheus").join(file)).unwrap();
    let (rules, faults) = (text("alerts.yml"), text("alerts_test.yml"));
    for rule in rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(faults.contains(&format!("alertname: {rule}\n")), "{rule} has no planted fault");
    }
    let (content, said) = promtool(&["test", "rules", "alerts_test.yml"], "");
    assert!(content && said.contains("SUCCESS"), "{said}");
}

/// What `/metrics` shows when everything was counted once.
fn shown() -> String {
    let recorder =
        metrics_exporter_prometheus::PrometheusBuilder::new().set_buckets(&[0.1, 1.0, 10.0]).unwrap().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        describe();
        for (name, kind, _) in ALL {
            let labels = [("kind", "say \"hi\" \\ there\nnow")];
            match kind {
                Kind::Counter => metrics::counter!(*name, &labels).increment(3),
                Kind::Gauge => metrics::gauge!(*name, &labels).set(2.5),
                Kind::Histogram => metrics::histogram!(*name, &labels).record(0.5),
            }
        }
    });
    handle.render()
}

#[test]
fn prometheus_itself_reads_what_is_shown() {
    let (content, said) = promtool(&["check", "metrics"], &shown());
    assert!(content && said.trim().is_empty(), "{said}");
}

#[test]
fn what_is_shown_says_what_it_is() {
    let (mut types, mut helps, mut seen) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for line in shown().lines().filter(|line| !line.is_empty()) {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "told twice: {name}");
        } else if let Some(rest) = line.strip_prefix("# HELP ") {
            helps.insert(rest.split_once(' ').unwrap().0.to_owned());
        } else {
            let (name, labels, value) = sample(line);
            assert!(value >= 0.0, "{line}");
            let base = mentioned(&name).pop_first().unwrap();
            let kind = types.get(&base).unwrap_or_else(|| panic!("{line} comes before its type"));
            assert!(kind != "histogram" || name != base, "{line}");
            assert!(name != format!("{base}_bucket") || labels.contains_key("le"), "{line}");
            seen.insert(base);
        }
    }
    assert_eq!(seen, strings(&names()));
    assert_eq!(helps, strings(&names()), "each says what it means");
    for (name, kind, _) in ALL {
        let word = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert_eq!(types[*name], word, "{name}");
    }
}
