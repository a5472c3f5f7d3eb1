//! Measuring: labelled files are read strictly and scored by the rules of their kind (D7).

use ringleader_brain::eval::{self, Rate, parse};
use ringleader_brain::local::Local;

const ROW: &str = r#"{"id":"a","lang":"he","state":"awaiting_name","text":"ד״ר דני כהן","expected":{"name":"ד\"ר דני כהן","need_keywords":null,"contact_preference_keywords":null,"opt_out":true},"name_aliases":["דני כהן"],"unscored":["opt_out"]}"#;

#[test]
fn a_broken_line_is_named() {
    let error = parse(&format!("{ROW}\n\n{{\"id\":1}}")).unwrap_err();
    assert_eq!(error.line, 3);
    let error = parse(&format!("{ROW}\n{ROW}")).unwrap_err();
    assert_eq!(error.to_string(), "line 2: id `a` occurs twice");
}

#[tokio::test]
async fn aliases_count_and_unscored_fields_do_not() {
    let report = eval::run(&Local, &parse(ROW).unwrap()).await;
    assert_eq!(report.promised("name"), Rate { right: 1, of: 1 });
    assert_eq!(report.promised("opt_out"), Rate { right: 0, of: 0 });
    assert!(report.misses.is_empty(), "{report}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["by_language"]["he"]["name"]["right"], 1);
}

#[tokio::test]
async fn a_miss_says_what_was_expected() {
    let report =
        eval::run(&Local, &parse(&ROW.replace("\"unscored\":[\"opt_out\"]", "\"unscored\":[]")).unwrap()).await;
    assert_eq!(report.misses.len(), 1);
    assert_eq!(report.misses[0].field, "opt_out");
}

#[test]
fn the_interval_is_wilsons() {
    let (low, high) = Rate { right: 9, of: 10 }.interval();
    assert!((low - 0.5958).abs() < 0.001 && (high - 0.9821).abs() < 0.001);
}
