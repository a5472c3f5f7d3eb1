//! Traces of the built program, as a collector of our own gets them: one call's whole way is one trace (D5, P10).

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind};
use prost::Message as _;
use ringleader_brain::models::http_client;
use ringleader_providers::voicenter::fake::{Encoding, Scenario, VoicenterFake};
use ringleader_providers::whatsapp_cloud::fake::{Says, WhatsappFake};
use ringleader_store::Clock;
use ringleader_testkit::kill::program::{Program, free_address};
use ringleader_testkit::kill::setup;
use ringleader_testkit::kill::world::World;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

const CALLER: &str = "07700900321";

/// Longest wait for what must come, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Takes traces, as a collector does.
struct Collector {
    address: SocketAddr,
    spans: watch::Receiver<Vec<Span>>,
}

impl Collector {
    async fn start() -> Self {
        let (told, spans) = watch::channel(vec![]);
        let take = async move |body: axum::body::Bytes| {
            let request = ExportTraceServiceRequest::decode(body).expect("it is protobuf");
            let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
            told.send_modify(|all: &mut Vec<Span>| all.extend(scopes.flat_map(|scope| scope.spans)));
        };
        let router = axum::Router::new().route("/v1/traces", axum::routing::post(take));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, spans }
    }

    /// Everything that came, as soon as it is as hoped.
    async fn until(&self, hoped: impl Fn(&[Span]) -> bool) -> Vec<Span> {
        let mut spans = self.spans.clone();
        let came = tokio::time::timeout(PATIENCE, spans.wait_for(|spans| hoped(spans))).await.is_ok();
        let spans = self.spans.borrow().clone();
        assert!(came, "it never came; only {:#?}", spans.iter().map(|it| way_so_far(&spans, it)).collect::<Vec<_>>());
        spans
    }
}

/// A free address, a different one for each prime.
fn nobody(prime: u32) -> SocketAddr {
    let nth = u16::try_from(std::process::id() % prime).expect("the prime is small");
    free_address(nth).expect("a port is free")
}

/// The program with one shop, its switchboard and its WhatsApp.
struct Shop {
    folder: PathBuf,
    program: Program,
    whatsapp: WhatsappFake,
    switchboard: VoicenterFake,
    line: String,
}

impl Shop {
    async fn open(name: &str, collector: SocketAddr) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let (http, world) = (http_client(), World::new(1, 1, 5).expect("one caller has a number"));
        let address = nobody(9_973);
        let mut program = Program::new(env!("CARGO_BIN_EXE_ringleader").into(), &folder, address, http.clone());
        let whatsapp = setup::whatsapp(&program, &world, 5, http.clone()).await.expect("a port is free");
        whatsapp.behave(|it| it.batch = 1); // otherwise an answer may come with news of another message
        setup::settings(&mut program, &format!("sqlite:{}", folder.join("ringleader.db").display()), &whatsapp);
        program.set("RINGLEADER_TELEMETRY__OTLP_ENDPOINT", format!("http://{collector}"));
        program.set("OTEL_BSP_SCHEDULE_DELAY", "50");
        program.start().expect("the program can be started");
        program.ready().await.expect("it gets ready");
        let tenants = setup::tenants(&program, &world, Duration::from_secs(10), &http).await;
        let tenants = tenants.expect("the API makes them");
        let switchboard = VoicenterFake::new(http, &tenants[0].records, 1);
        Self { folder, program, whatsapp, switchboard, line: world.shops[0].line.clone() }
    }

    async fn miss_a_call(&self) {
        let call = Scenario::missed(CALLER, &self.line).id("traced-1").at(Clock::system().now());
        let delivered = self.switchboard.deliver(&call.payload(Encoding::Json)).await;
        assert_eq!(delivered.status, Some(200), "{}", delivered.body);
    }

    /// Waits until WhatsApp has the first message to the caller; its number there.
    async fn written_to(&self) -> String {
        let written = async {
            let mut seen = 0;
            loop {
                let sent = self.whatsapp.sent_after(seen).await;
                if let Some(message) = sent.iter().find(|message| message.to.ends_with(&CALLER[1..])) {
                    return message.number.clone();
                }
                seen = sent.last().map_or(seen, |last| last.seq);
            }
        };
        tokio::time::timeout(PATIENCE, written).await.expect("the caller is written to")
    }

    /// The caller answers.
    async fn answer(&self) {
        let words = Says::text("My name is Sarah, I need a plumber for a new boiler");
        self.whatsapp.customer_says_to(&self.written_to().await, &CALLER.replacen('0', "+44", 1), words);
    }

    /// Stops it as a service manager does.
    async fn close(mut self) {
        let stopped = tokio::task::spawn_blocking(move || (self.program.stop(), self.folder));
        let (well, folder) = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops soon").expect("no panic");
        assert!(well.expect("it can be told"), "it stops well");
        let _ = std::fs::remove_dir_all(folder);
    }
}

fn attribute<'s>(span: &'s Span, key: &str) -> Option<&'s Value> {
    span.attributes.iter().find(|it| it.key == key)?.value.as_ref()?.value.as_ref()
}

fn text<'s>(span: &'s Span, key: &str) -> &'s str {
    match attribute(span, key) {
        Some(Value::StringValue(text)) => text,
        other => panic!("{} has as {key}: {other:?}", span.name),
    }
}

/// The names from a span up to the root of its trace.
fn way(spans: &[Span], from: &Span) -> Vec<String> {
    let mut way = vec![from.name.clone()];
    let mut at = from;
    let parent = |of: &Span| spans.iter().find(|it| it.span_id == of.parent_span_id && it.trace_id == of.trace_id);
    while let Some(up) = parent(at) {
        way.push(up.name.clone());
        at = up;
    }
    assert!(at.parent_span_id.is_empty(), "{} has a parent that never came", at.name);
    way
}

/// How a missed call becomes a message: each step the child of the one that made it.
const WAY: [&str; 6] = [
    "whatsapp_cloud send_message",
    "send_message",
    "reach_out",
    "event voicenter",
    "drain_inbox",
    "POST /webhooks/voicenter/{key}",
];

fn named<'s>(spans: &'s [Span], name: &str) -> impl Iterator<Item = &'s Span> {
    spans.iter().filter(move |span| span.name == name)
}

/// The request that wrote to the caller, once its whole way and news of what became of it are there.
fn told(spans: &[Span]) -> Option<&Span> {
    let webhook = named(spans, WAY[5]).next()?;
    let steps = || spans.iter().filter(|span| span.trace_id == webhook.trace_id);
    let request = steps().find(|span| span.name == WAY[0] && WAY.iter().eq(&way_so_far(spans, span)))?;
    steps().any(|span| span.name == "event whatsapp_cloud").then_some(request)
}

/// As [`way`], while spans are still coming.
fn way_so_far(spans: &[Span], from: &Span) -> Vec<String> {
    let next = |at: &&Span| spans.iter().find(|it| it.span_id == at.parent_span_id);
    std::iter::successors(Some(from), next).map(|span| span.name.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missed_calls_whole_way_is_one_trace_without_numbers_and_texts() {
    let collector = Collector::start().await;
    let shop = Shop::open("traced", collector.address).await;
    shop.miss_a_call().await;
    collector.until(|spans| told(spans).is_some()).await;
    shop.answer().await;
    collector.until(|spans| answered(spans).is_some()).await;
    shop.close().await;
    let spans = collector.spans.borrow().clone();
    let request = told(&spans).unwrap();
    assert_eq!(way(&spans, request), WAY);
    assert_eq!(request.kind(), SpanKind::Client);
    assert_eq!((text(request, "provider"), text(request, "operation")), ("whatsapp_cloud", "send_message"));
    assert_eq!(attribute(request, "http.response.status_code"), Some(&Value::IntValue(200)));

    let webhook = named(&spans, WAY[5]).next().unwrap();
    assert_eq!((webhook.kind(), text(webhook, "webhook.outcome")), (SpanKind::Server, "received"));
    let job = named(&spans, "reach_out").next().unwrap();
    assert_eq!((text(job, "job.outcome"), attribute(job, "job.attempt")), ("done", Some(&Value::IntValue(1))));
    assert_eq!(text(job, "tenant.id"), text(webhook, "tenant.id"));

    let news = named(&spans, "event whatsapp_cloud").find(|event| event.trace_id == request.trace_id).unwrap();
    assert_eq!(text(news, "event.outcome"), "processed");
    let brought = spans.iter().find(|span| news.links.iter().any(|link| link.span_id == span.span_id));
    assert_eq!(brought.map(|span| span.name.as_str()), Some("POST /webhooks/whatsapp"));

    let answer = answered(&spans).unwrap();
    // A drain that was on its way already, for an earlier event, takes it along: its run belongs to that one's trace.
    let mut way = way(&spans, answer);
    way.retain(|name| *name != "drain_inbox");
    assert_eq!(way, ["answer_burst", "event whatsapp_cloud", "POST /webhooks/whatsapp"]);
    assert_ne!(answer.trace_id, request.trace_id);
    spans.iter().for_each(check_private);
}

/// The job that read the caller's answer, once the event that brought it is there, linked with the first message.
fn answered(spans: &[Span]) -> Option<&Span> {
    let first = &told(spans)?.trace_id;
    let event = |span: &&Span| span.links.iter().any(|link| link.trace_id == *first) && span.trace_id != *first;
    let event = named(spans, "event whatsapp_cloud").find(event)?;
    let webhook = named(spans, "POST /webhooks/whatsapp").find(|span| span.trace_id == event.trace_id)?;
    named(spans, "answer_burst").find(|job| job.trace_id == webhook.trace_id)
}

fn check_private(span: &Span) {
    let told = |it: &KeyValue| format!("{} {}", it.key, it.value.as_ref().map(shown).unwrap_or_default());
    let lines = span.events.iter().flat_map(|event| event.attributes.iter().map(told).chain([event.name.clone()]));
    for said in span.attributes.iter().map(told).chain(lines).chain([span.name.clone()]) {
        let private = ["7700900", "79460", "Olivia", "Sarah", "boiler", "plumber", "kill-harness"];
        assert!(!private.iter().any(|words| said.contains(words)), "{}: {said}", span.name);
    }
}

fn shown(value: &AnyValue) -> String {
    match &value.value {
        Some(Value::StringValue(text)) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_or_never_answers_costs_no_call_and_no_stop() {
    let away = nobody(8_191);
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap(); // connections stand and nobody reads
    for (name, collector) in [("away", away), ("silent", silent.local_addr().unwrap())] {
        let shop = Shop::open(name, collector).await;
        shop.miss_a_call().await;
        shop.written_to().await;
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_says_whether_the_collector_takes_traces() {
    let collector = Collector::start().await;
    let nobody = nobody(7_919);
    for (address, good) in [(collector.address, true), (nobody, false)] {
        let doctor = Command::new(env!("CARGO_BIN_EXE_ringleader"))
            .args(["doctor", "--json"])
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .env_clear()
            .env("RINGLEADER_TELEMETRY__OTLP_ENDPOINT", format!("http://{address}"))
            .env("RINGLEADER_DATABASE_URL", "sqlite:no-such-file.db")
            .output()
            .unwrap();
        let told: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
        let checks = told["checks"].as_array().unwrap();
        let traces = checks.iter().find(|check| check["what"] == "traces").unwrap();
        assert_eq!((traces["verdict"] == "good", doctor.status.success()), (good, good), "{traces}");
    }
}
