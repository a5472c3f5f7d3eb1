//! What the program counts, what it says about it, what the shipped dashboard draws and the alerts look at: one list (D5).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use ringleader::meters::{self, ALL, Kind};
use ringleader_jobs::engine::Depth;
use ringleader_store::both_engines;
use ringleader_store::jobs::{NewJob, OnConflict};
use ringleader_store::testing::TestDb;
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

/// What the code counts: the name, by which macro, and whether with labels.
fn counted() -> BTreeSet<(String, &'static str, bool)> {
    let mut text = String::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut text);
    }
    let mut counted = BTreeSet::new();
    for kind in ["counter", "gauge", "histogram"] {
        for (at, found) in text.match_indices(&format!("metrics::{kind}!(")) {
            let Some(rest) = text[at + found.len()..].trim_start().strip_prefix('"') else { continue };
            let (name, rest) = rest.split_once('"').unwrap();
            counted.insert((name.to_owned(), kind, rest.starts_with(',')));
        }
    }
    counted
}

#[test]
fn what_is_counted_is_described_and_nothing_else() {
    let counted = counted();
    let told = counted.iter().map(|(name, ..)| name.clone()).collect::<BTreeSet<_>>();
    assert_eq!(told, strings(&names()));
    for (name, kind, _) in ALL {
        let of = |it: &&(String, &str, bool)| it.0 == *name;
        for (_, macro_name, labelled) in counted.iter().filter(of) {
            let fits = match kind {
                Kind::Counter => *macro_name == "counter" && *labelled,
                Kind::Total => *macro_name == "counter" && !labelled,
                Kind::Gauge => *macro_name == "gauge",
                Kind::Histogram => *macro_name == "histogram",
            };
            assert!(fits, "{name} is counted otherwise than it is described");
        }
    }
}

#[test]
fn the_first_fault_after_a_start_is_seen() {
    let recorder = meters::recorder().unwrap().build_recorder();
    metrics::with_local_recorder(&recorder, meters::begin);
    let shown = recorder.handle().render();
    let series = |name: &str| shown.lines().any(|line| line == format!("{name} 0"));
    for (name, ..) in ALL.iter().filter(|(_, kind, _)| *kind == Kind::Total) {
        assert!(series(name), "{name} is there from the start");
    }
    // What grows from nothing needs a sample of the nothing.
    let alerts = std::fs::read_to_string(root().join("ops/prometheus/alerts.yml")).unwrap();
    let grown: Vec<&str> =
        alerts.split("increase(").skip(1).map(|rest| rest.split(['[', '{']).next().unwrap()).collect();
    assert!(grown.len() >= 3 && grown.iter().all(|name| series(name)), "{grown:?}");
}

both_engines! {
    async fn work_that_is_no_more_is_told_as_none(db: TestDb) {
        let recorder = meters::recorder().unwrap().build_recorder();
        let (handle, _guard) = (recorder.handle(), metrics::set_default_local_recorder(&recorder));
        let tenant = db.store.ids().new_id();
        let mut tx = db.store.begin(tenant).await.unwrap();
        let job = NewJob { key: Some("one".into()), ..NewJob::new("reach_out", serde_json::json!({})) };
        tx.jobs().enqueue(job, OnConflict::Keep).await.unwrap();
        let id = tx.jobs().find("reach_out", "one").await.unwrap().unwrap().id;
        tx.jobs().discard(id).await.unwrap();
        tx.commit().await.unwrap();
        let line = |count: i64| format!("ringleader_jobs{{kind=\"reach_out\",state=\"discarded\"}} {count}");
        let mut depth = Depth::default();
        depth.record(&db.store).await.unwrap();
        assert!(handle.render().contains(&line(1)), "{}", handle.render());
        db.clock.advance(jiff::SignedDuration::from_hours(1));
        let mut tx = db.store.begin_system().await.unwrap();
        let now = tx.now();
        assert_eq!(tx.jobs().prune(now, 10).await.unwrap(), 1);
        tx.commit().await.unwrap();
        depth.record(&db.store).await.unwrap();
        assert!(handle.render().contains(&line(0)), "{}", handle.render());
    }
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
    let recorder = meters::recorder().unwrap().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        meters::begin();
        for (name, kind, _) in ALL {
            let labels = [("kind", "say \"hi\" \\ there\nnow")];
            match kind {
                Kind::Counter => metrics::counter!(*name, &labels).increment(3),
                Kind::Total => metrics::counter!(*name).increment(3),
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
            Kind::Counter | Kind::Total => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert_eq!(types[*name], word, "{name}");
    }
}
