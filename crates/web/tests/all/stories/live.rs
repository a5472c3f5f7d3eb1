//! The live stream shows what flows and jobs change, to their own tenant only (D1, D3).

use crate::shop::{Shop, minutes};
use http::StatusCode;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::json;
use std::collections::BTreeSet;

/// A stream that is being listened to: reads until `enough` of the text so far.
macro_rules! read_until {
    ($stream:ident, $enough:expr) => {{
        let mut text = String::new();
        while !$enough(&text) {
            let chunk = $stream.chunk().await.unwrap().expect("the stream goes on");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        text
    }};
}

/// Kinds of things that were told.
fn kinds(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(|line| line.strip_prefix("event: ")).collect()
}

both_engines! {
    async fn a_story_is_told_as_it_happens_and_nobody_else_hears_it(db: TestDb) {
        let shop = Shop::open(db).await;
        let (other, _) = shop.neighbour().await;
        let url = format!("{}/api/v1/events", shop.address);
        let listen = |key: &str| shop.app.cx.http.get(&url).header("authorization", format!("Bearer {key}")).send();
        let (mut mine, mut theirs) = (listen(&shop.key).await.unwrap(), listen(&other).await.unwrap());
        assert_eq!((mine.status(), theirs.status()), (StatusCode::OK, StatusCode::OK));
        for stream in [&mut mine, &mut theirs] {
            let first = stream.chunk().await.unwrap().expect("it begins");
            assert_eq!(first, "event: behind\ndata: {}\n\n", "whoever comes back looks at what was missed");
        }

        shop.report(&shop.missed("call-1")).await;
        shop.pass(minutes(2)).await;
        shop.says("קוראים לי דני").await;
        let story = ["call", "contact", "conversation", "decision", "episode", "lead", "message"];
        let told = read_until!(mine, |text: &str| story.iter().all(|kind| kinds(text).contains(kind)));
        assert!(!told.contains("501234567") && !told.contains("דני"), "ids only: {told}");

        let line = json!({"number": "0771234568", "uses": ["missed_call"]});
        assert_eq!(shop.app.post("/api/v1/lines", &other, line).await.status, StatusCode::CREATED);
        let told = read_until!(theirs, |text: &str| kinds(text).contains("line"));
        let own = BTreeSet::from(["connection", "line"]); // the limit of its number was read, and its line is new
        assert!(kinds(&told).is_subset(&own), "the other business hears of its own things alone: {told}");
    }
}
