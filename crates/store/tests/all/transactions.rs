//! Transactions: kept whole or not at all, alike on both engines; each tenant behind its own wall.

use ringleader_core::id::{ConnectionId, Id, TenantId};
use ringleader_store::jobs::{NewJob, OnConflict};
use ringleader_store::testing::TestDb;
use ringleader_store::{StoreError, args, both_engines};

const INSERT: &str = "INSERT INTO jobs (tenant_id, id, kind, payload, state, priority, run_at, max_attempts, created_at) \
     VALUES ($1, $2, 'x', '{}', 'available', 1, 0, 1, 0)";

async fn count(db: &TestDb, tenant: TenantId) -> i64 {
    let mut read = db.store.read(tenant).await.unwrap();
    read.fetch_one::<(i64,)>("SELECT count(*) FROM jobs", args![]).await.unwrap().0
}

both_engines! {
    async fn a_transaction_with_a_failed_statement_keeps_nothing_and_says_so(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.execute(INSERT, args![tenant, "same"]).await.unwrap();
        let twice = tx.execute(INSERT, args![tenant, "same"]).await;
        assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
        assert_eq!(tx.execute(INSERT, args![tenant, "other"]).await, Err(StoreError::Poisoned));
        assert_eq!(tx.commit().await, Err(StoreError::Poisoned));
        assert_eq!(count(&db, tenant).await, 0);
    }

    async fn an_abandoned_statement_poisons_its_transaction(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.execute(INSERT, args![tenant, "one"]).await.unwrap();
        {
            let slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n";
            let statement = tx.fetch_one::<(i64,)>(slow, args![]);
            let mut statement = std::pin::pin!(statement);
            assert!(futures::poll!(statement.as_mut()).is_pending());
        }
        assert_eq!(tx.commit().await, Err(StoreError::Poisoned));
        assert_eq!(count(&db, tenant).await, 0);
    }

    async fn a_dropped_transaction_leaves_nothing_and_frees_its_connection(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        for _ in 0..20 {
            let mut tx = db.store.begin(tenant).await.unwrap();
            tx.execute(INSERT, args![tenant, "one"]).await.unwrap();
        }
        assert_eq!(count(&db, tenant).await, 0);
    }

    async fn a_caller_who_stops_waiting_leaves_no_connection_inside_a_transaction(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        for _ in 0..50 {
            let begin = db.store.begin(tenant);
            let mut begin = std::pin::pin!(begin);
            let _ = futures::poll!(begin.as_mut());
        }
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.execute(INSERT, args![tenant, "one"]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&db, tenant).await, 1);
    }

    async fn a_reader_sees_one_moment_throughout_and_cannot_write(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.fetch_one::<(i64,)>("SELECT count(*) FROM jobs", args![]).await.unwrap().0, 0);
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.execute(INSERT, args![tenant, "one"]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(read.fetch_one::<(i64,)>("SELECT count(*) FROM jobs", args![]).await.unwrap().0, 0);
        assert!(read.execute(INSERT, args![tenant, "two"]).await.is_err());
        drop(read);
        assert_eq!(count(&db, tenant).await, 1);
    }

    async fn all_kinds_of_values_come_back_as_they_went_in(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let mut read = db.store.read(tenant).await.unwrap();
        let now = db.clock.now();
        let row: (i64, f64, String, Vec<u8>, jiff::Timestamp, TenantId, Option<i64>, bool) = read
            .fetch_one(
                "SELECT $1, $2, $3, $4, $5, $6, $7, $8",
                args![-5, 0.5, "שלום", vec![0u8, 255], now, tenant, None::<i64>, true],
            )
            .await
            .unwrap();
        assert_eq!(row, (-5, 0.5, "שלום".into(), vec![0, 255], now, tenant, None, true));
        let wrong = read.fetch_one::<(i64,)>("SELECT $1", args!["a"]).await;
        assert!(matches!(wrong, Err(StoreError::Corrupt { .. })));
    }

    async fn the_tenant_of_a_system_transaction_is_no_one(db: TestDb) {
        let mut tx = db.store.begin_system().await.unwrap();
        assert_eq!(tx.tenant(), Err(StoreError::NoTenant));
        let job = NewJob::new("x", serde_json::json!({}));
        assert_eq!(tx.jobs().enqueue(job, OnConflict::Keep).await, Err(StoreError::NoTenant));
        drop(tx);
        let connection = ConnectionId::from_uuid(uuid::Uuid::nil());
        assert_eq!(ringleader_store::db::id_text(connection), "0".repeat(32));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_a_query_that_forgets_its_tenant_sees_and_writes_only_its_own() {
    let db = TestDb::new(ringleader_store::Engine::Postgres).await;
    let (one, two): (TenantId, TenantId) = (db.store.ids().new_id(), db.store.ids().new_id());
    for tenant in [one, two] {
        let mut tx = db.store.begin(tenant).await.unwrap();
        tx.execute(INSERT, args![tenant, "a"]).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(count(&db, one).await, 1);
    let mut tx = db.store.begin(one).await.unwrap();
    assert_eq!(tx.execute("UPDATE jobs SET kind = 'y'", args![]).await.unwrap(), 1);
    assert!(tx.execute(INSERT, args![two, "b"]).await.is_err(), "another tenant's row is refused");
    drop(tx);
    let mut all = db.store.read_system().await.unwrap();
    assert_eq!(all.fetch_one::<(i64,)>("SELECT count(*) FROM jobs", args![]).await.unwrap().0, 2);
    let open: Vec<(String,)> = all
        .fetch_all(
            "SELECT CAST(c.relname AS TEXT) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
             WHERE a.attname = 'tenant_id' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
            args![],
        )
        .await
        .unwrap();
    assert!(open.is_empty(), "tables without the second wall: {open:?}");
}
