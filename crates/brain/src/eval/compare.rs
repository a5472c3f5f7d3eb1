//! Brains side by side over one file or several, and the floor below which a change must not fall (D7).

use super::messages::LoadError;
use super::report::{Rate, Report};
use super::{calls, messages, turns};
use crate::seam::Brain;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Measures a brain on a labelled file of any kind: messages, turns of callers, or whole calls.
///
/// # Errors
/// The first line that cannot be read.
pub async fn run_file(brain: &dyn Brain, text: &str) -> Result<Report, LoadError> {
    Ok(if turns::holds_turns(text) {
        turns::run_turns(brain, &turns::parse_turns(text)?).await
    } else if calls::holds_calls(text) {
        calls::run_calls(brain, &calls::parse_calls(text)?).await
    } else {
        messages::run(brain, &messages::parse(text)?).await
    })
}

/// A report of one brain on one file.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The file's name.
    pub file: String,
    /// What came out.
    pub report: Report,
}

/// One line for each field of each file, one column for each brain, with the bounds of what is likely (95 %). Brains whose
/// bounds overlap cannot be told apart by this file.
pub fn side_by_side(all: &[Measured]) -> String {
    let brains: Vec<&str> = in_order(all.iter().map(|one| one.report.brain.as_str()));
    let mut out = format!("{:<34} {:<18}", "file", "field");
    for brain in &brains {
        write!(out, " {brain:<26}").unwrap_or_default();
    }
    out.push('\n');
    for file in in_order(all.iter().map(|one| one.file.as_str())) {
        let its = || all.iter().filter(|one| one.file == file);
        let fields: BTreeSet<&String> = its().flat_map(|one| one.report.total.keys()).collect();
        for field in fields {
            write!(out, "{file:<34} {field:<18}").unwrap_or_default();
            for brain in &brains {
                let rate = its().find(|one| one.report.brain == *brain).and_then(|one| one.report.total.get(field));
                write!(out, " {:<26}", rate.map_or_else(String::new, shown)).unwrap_or_default();
            }
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
    }
    out
}

fn shown(rate: &Rate) -> String {
    let (low, high) = rate.interval();
    format!("{:>5.1} % ({:.1} to {:.1})", rate.share() * 100.0, low * 100.0, high * 100.0)
}

/// Each once, as they first came.
fn in_order<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen: Vec<&str> = Vec::new();
    for one in all {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
}

/// A share of a field that must be reached: `intent=92`.
#[derive(Debug, Clone, PartialEq)]
pub struct Floor {
    /// The field.
    pub field: String,
    /// Out of a hundred.
    pub percent: f64,
}

impl std::str::FromStr for Floor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no floor: write a field and a share of a hundred, as in intent=92");
        let (field, percent) = text.split_once('=').ok_or_else(wrong)?;
        let percent: f64 = percent.trim_end_matches('%').parse().map_err(|_| wrong())?;
        if field.is_empty() || !(0.0..=100.0).contains(&percent) {
            return Err(wrong());
        }
        Ok(Self { field: field.to_owned(), percent })
    }
}

/// What stays below a floor, in words: every report that has the field is held to it, and one at least must have it.
pub fn below(all: &[Measured], floors: &[Floor]) -> Vec<String> {
    let mut wrong = Vec::new();
    for Floor { field, percent } in floors {
        let held: Vec<_> = all.iter().filter_map(|one| Some((one, one.report.total.get(field)?))).collect();
        if held.is_empty() {
            wrong.push(format!("no file measures `{field}`"));
        }
        for (one, rate) in held.into_iter().filter(|(_, rate)| rate.share() * 100.0 < *percent) {
            let (file, brain) = (&one.file, &one.report.brain);
            wrong.push(format!("{file}: {brain} has {field} right in {:.1} %, not {percent} %", rate.share() * 100.0));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(file: &str, brain: &str, right: usize) -> Measured {
        let mut report = Report { brain: brain.to_owned(), rows: 10, ..Report::default() };
        for row in 0..10 {
            report.add("en", "intent", row < right);
        }
        Measured { file: file.to_owned(), report }
    }

    #[test]
    fn brains_stand_side_by_side_and_below_their_floor_they_are_told() {
        let all = [measured("a.jsonl", "local", 9), measured("a.jsonl", "openai", 10)];
        let table = side_by_side(&all);
        assert!(table.lines().next().is_some_and(|head| head.contains("local") && head.contains("openai")), "{table}");
        assert!(table.contains(" 90.0 % (59.6 to 98.2)") && table.contains("100.0 % (72.2 to 100.0)"), "{table}");
        let floor = |text: &str| text.parse::<Floor>().expect("a floor");
        assert_eq!(below(&all, &[floor("intent=90")]), Vec::<String>::new());
        assert_eq!(below(&all, &[floor("intent=95%")]).len(), 1);
        assert_eq!(below(&all, &[floor("slot=90")]), ["no file measures `slot`"]);
        assert!("intent".parse::<Floor>().is_err() && "intent=140".parse::<Floor>().is_err());
    }
}
