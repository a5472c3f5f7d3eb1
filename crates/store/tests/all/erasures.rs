//! What becomes of each table when a person is erased (P10).

use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;

both_engines! {
    async fn each_column_of_each_table_says_what_becomes_of_it_when_a_person_is_erased(db: TestDb) {
        let mut read = db.store.read_system().await.unwrap();
        let forgotten = read.erasures().forgotten().await.unwrap();
        assert!(forgotten.is_empty(), "name them in repo/erasures/plan.rs: {forgotten:#?}");
    }
}
