//! A short run of the kill -9 harness (P1, P2); `make kill` runs the long one.

use ringleader_testkit::kill::{self, Database, Options};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_three_times_under_load_it_loses_nothing_and_sends_nothing_twice() {
    let program = env!("CARGO_BIN_EXE_ringleader").into();
    let options = Options { kills: 3, calls: 60, tenants: 4, seed: 11, database: Database::Sqlite, program };
    let report = kill::run(&options).await.expect("the harness runs");
    assert!(report.is_good(), "{report}");
}
