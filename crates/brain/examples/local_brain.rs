//! Measures the offline brain on labelled messages, turns or calls: `local_brain FILE` prints the report, `local_brain FILE
//! speed` the time a message or a turn takes, `local_brain FILE danger` the danger that each line tells of.

#![expect(clippy::print_stdout, reason = "a measurement for the eye")]

use ringleader_brain::eval;
use ringleader_brain::local::turn::read_turn;
use ringleader_brain::local::{Local, read_message};
use ringleader_brain::seam::{Known, MessageRequest};
use ringleader_core::reception::danger;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let text = std::fs::read_to_string(file)?;
    if std::env::args().nth(2).as_deref() == Some("danger") {
        for (line, danger) in text.lines().filter_map(|line| Some((line, danger::find(line)?))) {
            println!("{danger}: {line}");
        }
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    if eval::holds_calls(&text) {
        println!("{}", runtime.block_on(eval::run_calls(&Local, &eval::parse_calls(&text)?)));
        return Ok(());
    }
    if eval::holds_turns(&text) {
        let rows = eval::parse_turns(&text)?;
        match arguments.next().as_deref() {
            Some("speed") => turns_speed(&rows),
            _ => println!("{}", runtime.block_on(eval::run_turns(&Local, &rows))),
        }
        return Ok(());
    }
    let rows = eval::parse(&text)?;
    if arguments.next().as_deref() == Some("speed") {
        speed(&rows);
        return Ok(());
    }
    println!("{}", runtime.block_on(eval::run(&Local, &rows)));
    Ok(())
}

fn turns_speed(rows: &[eval::TurnRow]) {
    let requests: Vec<_> = rows.iter().map(eval::turn_request).collect();
    let mut taken = Vec::new();
    for request in requests.iter().cycle().take(requests.len() * 20) {
        let start = Instant::now();
        std::hint::black_box(read_turn(request));
        taken.push(start.elapsed());
    }
    print(taken);
}

fn speed(rows: &[eval::Row]) {
    let zone = jiff::tz::TimeZone::get("Asia/Jerusalem").unwrap_or(jiff::tz::TimeZone::UTC);
    let mut taken = Vec::new();
    for row in rows.iter().cycle().take(rows.len() * 20) {
        let request = MessageRequest {
            text: row.text.clone(),
            state: row.state,
            known: Known::default(),
            now: eval::default_now(),
            zone: zone.clone(),
            country: "IL".to_owned(),
            language: "he".to_owned(),
            mask: Vec::new(),
        };
        let start = Instant::now();
        std::hint::black_box(read_message(&request));
        taken.push(start.elapsed());
    }
    print(taken);
}

fn print(mut taken: Vec<Duration>) {
    taken.sort();
    let at = |share: f64| taken.get(((taken.len() as f64 * share) as usize).min(taken.len().saturating_sub(1)));
    println!("median {:?}, p99 {:?}, longest {:?}", at(0.5), at(0.99), taken.last());
}
