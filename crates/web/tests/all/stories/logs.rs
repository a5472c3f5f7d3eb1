//! Nothing private in any log line, at any level (P10): everything of this process is written at `trace` and searched.

use crate::shop::{Shop, minutes, seconds};
use ringleader_providers::whatsapp_cloud::fake::{CustomerSpec, Failing, Says};
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use ringleader_web::logs::may_be_written;
use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Numbers, names and words that occur in this story alone. The number in the forms that it has on the wire.
const PRIVATE: &[&str] =
    &["7700900456", "7700 900456", "Zebulon", "xylophone", "זבולון", "קסילופון", "token-1", "token-2"];

static LINES: Mutex<(usize, Vec<String>)> = Mutex::new((0, Vec::new()));

/// Reads every line and keeps those that tell something private.
struct Trap;

impl Write for Trap {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.0 += 1;
        if PRIVATE.iter().any(|private| text.contains(private)) {
            lines.1.push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Sets the trap for this process, once.
fn listen() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        let filter = tracing_subscriber::EnvFilter::new("trace");
        let private = filter_fn(|line| may_be_written(line.target())); // as the program has it
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Trap).finish().with(private).init();
    });
}

both_engines! {
    async fn no_number_and_no_word_of_a_whole_story_is_in_any_log_line(db: TestDb) {
        listen();
        let shop = Shop::open(db).await.with_sms().await;
        let caller = "+447700900456";
        shop.report(&shop.missed_from(caller, "call-1")).await;
        shop.pass(minutes(2)).await;
        for text in ["I am Zebulon and need my xylophone repaired", "זבולון, קסילופון, מחר בבוקר", "please stop texting me"] {
            shop.fake.customer_says(caller, Says::text(text));
            shop.run().await;
            shop.pass(seconds(5)).await;
        }
        // And what goes wrong: refused sends, bodies that cannot be read, wrong requests.
        let fails = Some(Failing { code: 131_026, later: false });
        shop.fake.customer(caller, CustomerSpec { fails, ..CustomerSpec::default() });
        shop.fake.customer_says(caller, Says::text("START"));
        shop.run().await;
        shop.pass(minutes(5)).await;
        for body in ["{\"caller\":\"+447700900456\",", "caller=%2B447700900456&name=Zebulon", "[\"xylophone\"]"] {
            assert_eq!(shop.post(&shop.cdr, &[], body).await.status, http::StatusCode::BAD_REQUEST);
        }
        for path in ["leads?phone=%2B447700900456", "leads?colour=Zebulon", "contacts/Zebulon", "calls?phone=xylophone"] {
            shop.app.get(&format!("/api/v1/{path}"), &shop.key).await;
        }
        let wrong = serde_json::json!({"number": "xylophone", "uses": ["Zebulon"]});
        shop.app.post("/api/v1/lines", &shop.key, wrong).await;

        let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(lines.0 > 1000, "the trap is set: {} lines", lines.0);
        assert!(lines.1.is_empty(), "{} lines: {:#?}", lines.1.len(), &lines.1[..lines.1.len().min(20)]);
    }
}
