//! Every figure that `/metrics` shows, with what it means (D5). A test keeps an eye on it: what the code counts, what the
//! dashboard draws and what the alerts look at stands here, and nothing else.

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; one for each value of its labels.
    Counter,
    /// Only grows, and has no labels. It is shown from the start, at 0: an alert sees growth only beside an earlier sample, so
    /// the first fault after a start would be nobody's.
    Total,
    /// Goes up and down.
    Gauge,
    /// How often a value fell below each bound.
    Histogram,
}

/// Name, kind, help.
pub const ALL: &[(&str, Kind, &str)] = &[
    (
        "ringleader_agent_events_total",
        Kind::Counter,
        "Events of voice agents' calls that said something new, by provider",
    ),
    ("ringleader_analyses_total", Kind::Counter, "Analyses of calls, by kind, brain and state"),
    ("ringleader_brain_requests_total", Kind::Counter, "Questions to brains, by brain and result"),
    ("ringleader_brain_seconds", Kind::Histogram, "How long a brain took to answer, by brain"),
    ("ringleader_call_log_requests_total", Kind::Counter, "Looks into providers' call logs, by result"),
    (
        "ringleader_calls_repaired_total",
        Kind::Counter,
        "Calls that were fetched from a platform afterwards, by provider",
    ),
    ("ringleader_calls_total", Kind::Counter, "Calls whose outcome became known, by provider, direction and outcome"),
    ("ringleader_commit_seconds", Kind::Histogram, "How long the database took to keep a transaction"),
    ("ringleader_credit_entries_total", Kind::Counter, "Entries of credit ledgers, by kind"),
    ("ringleader_database_seconds", Kind::Histogram, "How long the database takes to answer an empty question"),
    ("ringleader_decisions_total", Kind::Counter, "Decisions to send, wait or hold, by verdict and reason"),
    ("ringleader_details_sent_total", Kind::Counter, "Details of properties that were sent in writing, by way"),
    ("ringleader_http_request_seconds", Kind::Histogram, "How long requests took, by route"),
    ("ringleader_http_requests_total", Kind::Counter, "Requests, by route, method and status"),
    ("ringleader_inbox_batch_size", Kind::Histogram, "Webhooks that were kept in one commit"),
    ("ringleader_jobs", Kind::Gauge, "Jobs, by kind and state"),
    ("ringleader_jobs_finished_total", Kind::Counter, "Runs of jobs, by kind and outcome"),
    ("ringleader_jobs_lag_seconds", Kind::Histogram, "How late a job began, by kind"),
    ("ringleader_jobs_seconds", Kind::Histogram, "How long a run of a job took, by kind"),
    ("ringleader_labels_total", Kind::Counter, "Verdicts of people on what was read from messages, by verdict"),
    ("ringleader_loss_account_checks_total", Kind::Counter, "Nightly checks of loss accounts, by result"),
    ("ringleader_loss_account_lost_total", Kind::Total, "Missed calls that nothing stood behind"),
    (
        "ringleader_model_micros_total",
        Kind::Counter,
        "Money for language models in millionths of a US dollar, by brain",
    ),
    (
        "ringleader_numbers_looked_up_total",
        Kind::Counter,
        "Numbers that an account was paid to look up, by kind of line",
    ),
    ("ringleader_on_call_rings_total", Kind::Counter, "Phones of people on call that were rung, by result"),
    ("ringleader_on_call_seconds", Kind::Histogram, "From danger that was told to the first who was told, by way"),
    ("ringleader_on_call_total", Kind::Counter, "Calls for help to the people on call, by result"),
    ("ringleader_owner_answers_total", Kind::Counter, "One-tap answers of owners, by answer"),
    ("ringleader_owner_channel_failures_total", Kind::Counter, "Ways to an owner that failed, by channel and code"),
    ("ringleader_quality_drops_total", Kind::Total, "Weeks in which a business found too much read wrongly"),
    ("ringleader_repair_refused_total", Kind::Counter, "Questions to platforms about calls that were refused"),
    ("ringleader_reports_corrected_total", Kind::Total, "Things that a recount found counted wrongly"),
    ("ringleader_reports_recounts_total", Kind::Total, "Recounts of reports that came to their end"),
    ("ringleader_reports_unequal_total", Kind::Total, "Sums of reports that were not those of a count"),
    ("ringleader_satisfaction_total", Kind::Counter, "What callers said of their call, by answer"),
    ("ringleader_outlived_total", Kind::Counter, "Events and people that were kept for long enough and went"),
    ("ringleader_send_waits_total", Kind::Counter, "Messages that waited for their turn, by channel and limit"),
    ("ringleader_sends_total", Kind::Counter, "Messages handed to providers, by channel and result"),
    ("ringleader_sign_ins_total", Kind::Counter, "Tries to sign in, by result"),
    ("ringleader_talk_acts_total", Kind::Counter, "What the receptionist did, by act"),
    ("ringleader_talk_checks_total", Kind::Counter, "Checks of who calls before appointments are told, by result"),
    ("ringleader_talk_turn_seconds", Kind::Histogram, "How long the receptionist took for a turn"),
    ("ringleader_talk_turns_total", Kind::Counter, "Turns of talks with the receptionist"),
    ("ringleader_talks_total", Kind::Counter, "Talks with the receptionist"),
    ("ringleader_trace_spans_total", Kind::Counter, "Spans of traces on their way to the collector, by outcome"),
    ("ringleader_voice_calls_total", Kind::Counter, "Calls that the receptionist took on the telephone"),
    ("ringleader_voice_capped_total", Kind::Total, "Calls that met a cap on minutes, turns or silence"),
    ("ringleader_voice_ended_total", Kind::Counter, "Calls of the receptionist that ended, by how"),
    ("ringleader_voice_fallbacks_total", Kind::Total, "Calls that the static menu took"),
    ("ringleader_voice_relay_sessions_total", Kind::Counter, "Streamed talks over ConversationRelay"),
    ("ringleader_voice_taken_total", Kind::Total, "Messages that were taken when nothing else worked"),
    ("ringleader_voice_turn_seconds", Kind::Histogram, "How long a turn of a telephone call took us"),
    ("ringleader_webhooks_total", Kind::Counter, "Webhooks, by provider and outcome"),
];

/// Bounds of histograms of seconds: a fast webhook takes a millisecond, a slow model a minute.
const SECONDS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Bounds of histograms of how many came together.
const SIZES: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

/// The recorder as the program has it.
///
/// # Errors
/// The bounds are wrong.
pub fn recorder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_size".into()), SIZES)
}

/// Tells the recorder what each means, so that `/metrics` says it, and begins those that need no label.
pub fn begin() {
    for (name, kind, help) in ALL {
        let unit = if name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
        match kind {
            Kind::Counter => describe_counter!(*name, unit, *help),
            Kind::Total => {
                describe_counter!(*name, unit, *help);
                counter!(*name).increment(0);
            }
            Kind::Gauge => describe_gauge!(*name, unit, *help),
            Kind::Histogram => describe_histogram!(*name, unit, *help),
        }
    }
}
