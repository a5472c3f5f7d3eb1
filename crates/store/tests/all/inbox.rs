//! The inbox's promises: on disk before it is acknowledged, once, in order, with the work that follows.

use futures::future::Either;
use ringleader_core::id::{ConnectionId, InboxId, TenantId};
use ringleader_store::inbox::{
    DRAIN_JOB, Filter, InboxWriter, NewEvent, PutError, SORT_JOB, State, Stored, no_connection, nobody, sort_apart,
};
use ringleader_store::testing::TestDb;
use ringleader_store::{Engine, Store, args, both_engines};
use serde_json::json;
use std::task::Poll;

pub(crate) fn event(db: &TestDb, tenant: TenantId, connection: ConnectionId, key: &str) -> NewEvent {
    NewEvent {
        tenant,
        connection_id: connection,
        provider: "voicenter".into(),
        event_key: key.into(),
        dedupe_key: key.into(),
        headers: json!({"content-type": "application/json"}),
        body: b"{}".as_slice().into(),
        received_at: db.clock.now(),
        state: State::Received,
        detail: None,
    }
}

fn ids(db: &TestDb) -> (TenantId, ConnectionId) {
    (db.store.ids().new_id(), db.store.ids().new_id())
}

/// Sorts all batches; how many there were.
async fn sort(store: &Store) -> usize {
    for sorted in 0.. {
        let mut tx = store.begin_system().await.unwrap();
        if !tx.inbox().sort().await.unwrap() {
            return sorted;
        }
        tx.commit().await.unwrap();
    }
    unreachable!("counting does not end")
}

/// Puts events at once: all of them wait before a writer begins.
async fn crowd(store: &Store, events: impl Iterator<Item = NewEvent>) -> Vec<Stored> {
    let (writer, work) = InboxWriter::idle(store.clone(), 300);
    let answers = async move { futures::future::join_all(events.map(|event| writer.put(event))).await };
    let (answers, ()) = futures::future::join(answers, work).await;
    answers.into_iter().map(Result::unwrap).collect()
}

/// Statements that change the schema need no answer.
async fn rename(store: &Store, sql: &'static str) {
    let mut tx = store.begin_system().await.unwrap();
    tx.execute(sql, args![]).await.unwrap();
    tx.commit().await.unwrap();
}

both_engines! {
    async fn a_crowd_is_one_row_until_it_is_sorted_into_its_places(db: TestDb) {
        let ((one, its), (two, other)) = (ids(&db), ids(&db));
        let writer = InboxWriter::start(db.store.clone(), 300);
        let former = writer.put(event(&db, one, its, "7")).await.unwrap();
        let mine = (0..100).map(|n| NewEvent {
            headers: json!({"content-type": "text/plain"}),
            body: format!("body {n} \u{5d0}").into_bytes().into(),
            ..event(&db, one, its, &n.to_string())
        });
        let broken = NewEvent {
            state: State::Unreadable,
            detail: Some(json!({"reason": "unreadable"})),
            ..event(&db, two, other, "broken")
        };
        let repeated = event(&db, one, its, "3");
        crowd(&db.store, mine.chain([broken, repeated])).await;

        let mut read = db.store.read_system().await.unwrap();
        assert_eq!(read.inbox().counts().await.unwrap(), [(State::Received, 103)]);
        assert_eq!(read.inbox().oldest_in_batches().await.unwrap(), Some(db.clock.now()));
        let job = read.jobs().of(nobody()).find(SORT_JOB, "batches").await.unwrap().unwrap();
        assert_eq!(job.payload, "{}");
        drop(read);

        assert_eq!(sort(&db.store).await, 1);
        let mut read = db.store.read(one).await.unwrap();
        let pending = read.inbox().pending(its, 300).await.unwrap();
        let keys: Vec<_> = pending.iter().map(|event| event.event_key.as_str()).collect();
        let in_order: Vec<String> = (0..100).filter(|n| *n != 7).map(|n| n.to_string()).collect();
        assert_eq!(pending[0].id, former.id);
        assert_eq!((keys[0], &keys[1..]), ("7", in_order.iter().map(String::as_str).collect::<Vec<_>>().as_slice()));
        let last = pending.last().unwrap();
        assert_eq!((last.body.as_slice(), &last.headers), ("body 99 א".as_bytes(), &json!({"content-type": "text/plain"})));
        assert_eq!(last.received_at, db.clock.now());
        assert!(read.jobs().find(DRAIN_JOB, &its.to_string()).await.unwrap().is_some());
        drop(read);
        let mut read = db.store.read(two).await.unwrap();
        let kept = read.inbox().list(&Filter { limit: 5, ..Filter::default() }).await.unwrap();
        assert_eq!((kept.len(), kept[0].state), (1, State::Unreadable));
        assert_eq!(kept[0].detail, Some(json!({"reason": "unreadable"})));
        assert!(read.jobs().find(DRAIN_JOB, &other.to_string()).await.unwrap().is_none());
        assert_eq!(db.store.read_system().await.unwrap().inbox().oldest_in_batches().await.unwrap(), None);
    }

    async fn a_batch_is_sorted_once_whoever_sorts_it_and_stays_where_sorting_fails(db: TestDb) {
        let (tenant, connection) = ids(&db);
        for round in 0..4 {
            crowd(&db.store, (0..64).map(|n| event(&db, tenant, connection, &format!("{round}-{n}")))).await;
        }
        let mut stopped = db.store.begin_system().await.unwrap();
        assert!(stopped.inbox().sort().await.unwrap());
        drop(stopped);
        let second = db.second_store().await;
        futures::future::join(sort(&db.store), sort(&second)).await;
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.inbox().pending(connection, 1000).await.unwrap().len(), 256);
    }

    async fn an_event_that_no_database_takes_keeps_back_no_other(db: TestDb) {
        let (tenant, connection) = ids(&db);
        let mut events: Vec<_> = (0..64).map(|n| event(&db, tenant, connection, &n.to_string())).collect();
        events[3].event_key = "a\0b".into();
        crowd(&db.store, events.into_iter()).await;
        assert_eq!(sort(&db.store).await, 1);
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.inbox().pending(connection, 100).await.unwrap()[3].event_key, "ab");
        drop(read);

        let mut events: Vec<_> = (100..164).map(|n| event(&db, tenant, connection, &n.to_string())).collect();
        events[3].dedupe_key = "a\0b".into();
        crowd(&db.store, events.into_iter()).await;
        sort_apart(&db.store).await.unwrap();
        let mut read = db.store.read(tenant).await.unwrap();
        let refused = usize::from(db.store.engine() == Engine::Postgres);
        assert_eq!(read.inbox().pending(connection, 200).await.unwrap().len(), 128 - refused);
        let failed = Filter { state: Some(State::Failed), limit: 5, ..Filter::default() };
        let failed = read.inbox().list(&failed).await.unwrap();
        assert!(failed.iter().all(|event| event.body == b"{}" && event.detail == Some(json!({"reason": "refused_by_database"}))));
        assert_eq!(failed.len(), refused);
        drop(read);
        assert_eq!(sort(&db.store).await, 0);
    }

    async fn a_batch_that_cannot_be_read_goes_to_the_tray_and_the_next_one_has_its_turn(db: TestDb) {
        let (tenant, connection) = ids(&db);
        crowd(&db.store, (0..64).map(|n| event(&db, tenant, connection, &n.to_string()))).await;
        let mut tx = db.store.begin_system().await.unwrap();
        let body = b"{}".repeat(64);
        tx.execute("UPDATE inbox_batches SET words = '[{', bodies = $1", args![body.clone()]).await.unwrap();
        tx.commit().await.unwrap();
        crowd(&db.store, (64..128).map(|n| event(&db, tenant, connection, &n.to_string()))).await;
        let mut tx = db.store.begin_system().await.unwrap();
        assert!(!tx.inbox().sort().await.unwrap_err().may_pass());
        drop(tx);
        sort_apart(&db.store).await.unwrap();
        assert_eq!(sort(&db.store).await, 1);
        let mut read = db.store.read_system().await.unwrap();
        let tray = Filter { state: Some(State::Unreadable), limit: 5, ..Filter::default() };
        let tray = read.inbox().list(&tray).await.unwrap();
        assert_eq!((tray.len(), &tray[0].body), (1, &[b"[{".as_slice(), &body].concat()));
        drop(read);
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.inbox().pending(connection, 200).await.unwrap().len(), 64);
    }

    async fn a_batch_that_was_damaged_goes_to_the_tray_as_it_is(db: TestDb) {
        let (tenant, connection) = ids(&db);
        // Cut short, of another kind, and with a length that nothing so short unpacks to.
        for (nth, damaged) in [b"".as_slice(), b"\x09\0\0\0nonsense", b"\xff\xff\xff\xff\0"].into_iter().enumerate() {
            crowd(&db.store, (0..64).map(|n| event(&db, tenant, connection, &n.to_string()))).await;
            let mut tx = db.store.begin_system().await.unwrap();
            tx.execute("UPDATE inbox_batches SET bodies = $1", args![damaged]).await.unwrap();
            tx.commit().await.unwrap();
            sort_apart(&db.store).await.unwrap();
            let mut read = db.store.read_system().await.unwrap();
            let tray = Filter { state: Some(State::Unreadable), limit: 5, ..Filter::default() };
            let tray = read.inbox().list(&tray).await.unwrap();
            assert_eq!((tray.len(), tray[0].body.as_slice()), (nth + 1, damaged));
        }
    }

    async fn a_batch_of_an_earlier_version_is_sorted_into_its_places(db: TestDb) {
        let (tenant, connection) = ids(&db);
        let id: InboxId = db.store.ids().new_id();
        let words = json!([{
            "tenant": tenant, "id": id, "connection": connection, "provider": "voicenter", "event_key": "1", "dedupe_key": "1",
            "headers": {}, "received_at": db.clock.now().as_microsecond(), "state": "received", "detail": null, "body": 2,
        }]);
        let mut tx = db.store.begin_system().await.unwrap();
        let sql = "INSERT INTO inbox_batches (tenant_id, id, received_at, events, words, bodies) VALUES ($1, $2, $3, 1, $4, $5)";
        let bodies = b"{}".as_slice();
        tx.execute(sql, args![nobody(), id, db.clock.now(), words.to_string(), bodies]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sort(&db.store).await, 1);
        let mut read = db.store.read(tenant).await.unwrap();
        let sorted = read.inbox().pending(connection, 10).await.unwrap();
        assert_eq!((sorted.len(), sorted[0].id, sorted[0].body.as_slice()), (1, id, bodies));
    }

    async fn what_a_crowd_cannot_be_written_with_leaves_nothing_and_the_next_one_is_taken(db: TestDb) {
        let (tenant, connection) = ids(&db);
        let events = || (0..64).map(|n| event(&db, tenant, connection, &n.to_string())).collect::<Vec<_>>();
        // What fails is the second of its statements: the first one was done already.
        rename(&db.store, "ALTER TABLE jobs RENAME TO elsewhere").await;
        let (writer, work) = InboxWriter::idle(db.store.clone(), 300);
        let refused = async move { futures::future::join_all(events().into_iter().map(|event| writer.put(event))).await };
        let (refused, ()) = futures::future::join(refused, work).await;
        assert!(refused.iter().all(|answer| matches!(answer, Err(PutError::Store(_)))), "{refused:?}");
        rename(&db.store, "ALTER TABLE elsewhere RENAME TO jobs").await;
        assert_eq!(db.store.read_system().await.unwrap().inbox().oldest_in_batches().await.unwrap(), None);
        crowd(&db.store, events().into_iter()).await;
        assert_eq!(sort(&db.store).await, 1);
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.inbox().pending(connection, 100).await.unwrap().len(), 64);
    }

    async fn a_crowd_that_gives_up_waiting_leaves_the_writer_to_others(db: TestDb) {
        let (tenant, connection) = ids(&db);
        let (writer, work) = InboxWriter::idle(db.store.clone(), 300);
        let mut work = Box::pin(work);
        let mut answers: Vec<_> = (0..64).map(|n| Box::pin(writer.put(event(&db, tenant, connection, &n.to_string())))).collect();
        for answer in &mut answers {
            assert!(futures::poll!(answer).is_pending());
        }
        for _ in 0..3 {
            let _ = futures::poll!(&mut work); // somewhere on its way to the database and back
            tokio::task::yield_now().await;
        }
        drop(work);
        let mut tx = db.store.begin_system().await.unwrap();
        assert!(tx.inbox().put(event(&db, tenant, connection, "another")).await.unwrap());
        tx.commit().await.unwrap();
    }

    async fn the_same_event_24_times_in_parallel_is_kept_once_and_all_hear_its_id(db: TestDb) {
        let (tenant, connection) = ids(&db);
        let writers = [InboxWriter::start(db.store.clone(), 100), InboxWriter::start(db.second_store().await, 100)];
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..24 {
            let (writer, event) = (writers[n % 2].clone(), event(&db, tenant, connection, "same"));
            tasks.spawn(async move { writer.put(event).await.unwrap() });
        }
        let stored = tasks.join_all().await;
        assert_eq!(stored.iter().filter(|stored| !stored.duplicate).count(), 1);
        assert!(stored.iter().all(|one| one.id == stored[0].id));
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.inbox().pending(connection, 10).await.unwrap().len(), 1);
        let job = read.jobs().find(DRAIN_JOB, &connection.to_string()).await.unwrap().unwrap();
        assert_eq!(job.payload, json!({"connection_id": connection}).to_string());
    }

    async fn repeats_within_one_batch_and_of_former_ones_hear_where_the_first_is_kept(db: TestDb) {
        let (tenant, connection) = ids(&db);
        let (_, other) = ids(&db);
        let writer = InboxWriter::start(db.store.clone(), 100);
        let former = writer.put(event(&db, tenant, connection, "former")).await.unwrap();
        // The same key of another connection is another event.
        let keys = ["a", "former", "b", "a", "c", "b", "former", "d", "e"];
        let mine = keys.iter().map(|key| event(&db, tenant, connection, key));
        let stored = crowd(&db.store, mine.chain([event(&db, tenant, other, "a")])).await;
        let repeats: Vec<bool> = stored.iter().map(|stored| stored.duplicate).collect();
        assert_eq!(repeats, [false, true, false, true, false, true, true, false, false, false]);
        assert_eq!([stored[1].id, stored[6].id], [former.id; 2]);
        assert_eq!((stored[3].id, stored[5].id), (stored[0].id, stored[2].id));
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.inbox().pending(connection, 100).await.unwrap().len(), 6);
        assert_eq!(read.inbox().pending(other, 100).await.unwrap().len(), 1);
    }

    async fn a_batch_for_many_connections_leaves_work_for_each(db: TestDb) {
        let owners: Vec<_> = (0..37).map(|_| ids(&db)).collect();
        let events = owners.iter().chain(&owners).enumerate();
        crowd(&db.store, events.map(|(n, (tenant, connection))| event(&db, *tenant, *connection, &n.to_string()))).await;
        assert_eq!(sort(&db.store).await, 1);
        for (tenant, connection) in owners {
            let mut read = db.store.read(tenant).await.unwrap();
            assert_eq!(read.inbox().pending(connection, 10).await.unwrap().len(), 2);
            assert!(read.jobs().find(DRAIN_JOB, &connection.to_string()).await.unwrap().is_some());
        }
    }

    async fn events_are_read_in_the_order_in_which_they_were_put_each_tenant_its_own(db: TestDb) {
        let ((one, its), (two, other)) = (ids(&db), ids(&db));
        let writer = InboxWriter::start(db.store.clone(), 100);
        for n in 0..10 {
            writer.put(event(&db, one, its, &n.to_string())).await.unwrap();
            writer.put(event(&db, two, other, &n.to_string())).await.unwrap();
        }
        let mut tx = db.store.begin(one).await.unwrap();
        let pending = tx.inbox().pending(its, 100).await.unwrap();
        let keys: Vec<_> = pending.iter().map(|event| event.event_key.as_str()).collect();
        assert_eq!(keys, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        assert!(tx.inbox().pending(other, 100).await.unwrap().is_empty());
        tx.inbox().processed(pending[0].id).await.unwrap();
        tx.inbox().set_aside(pending[1].id, State::Failed, json!({"reason": "test"})).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.store.begin(one).await.unwrap();
        assert_eq!(tx.inbox().pending(its, 100).await.unwrap().len(), 8);
        assert_eq!(tx.inbox().counts().await.unwrap(), [(State::Received, 8), (State::Failed, 1)]);
        assert!(tx.inbox().replay(pending[1].id).await.unwrap());
        assert_eq!(tx.inbox().pending(its, 100).await.unwrap().len(), 9);
        let failed = Filter { state: Some(State::Failed), limit: 5, ..Filter::default() };
        assert!(tx.inbox().list(&failed).await.unwrap().is_empty());
    }

    async fn an_event_that_nobody_owns_waits_in_the_tray_until_a_tenant_adopts_it(db: TestDb) {
        let (tenant, connection) = ids(&db);
        let writer = InboxWriter::start(db.store.clone(), 100);
        let lost = NewEvent { state: State::Unroutable, ..event(&db, nobody(), no_connection(), "lost") };
        let stored = writer.put(lost).await.unwrap();
        let mut tx = db.store.begin_system().await.unwrap();
        let tray = Filter { state: Some(State::Unroutable), limit: 5, ..Filter::default() };
        assert_eq!(tx.inbox().list(&tray).await.unwrap()[0].id, stored.id);
        assert!(tx.jobs().of(nobody()).find(DRAIN_JOB, &no_connection().to_string()).await.unwrap().is_none());
        assert!(tx.inbox().adopt(stored.id, tenant, connection).await.unwrap());
        assert!(!tx.inbox().adopt(stored.id, tenant, connection).await.unwrap());
        tx.commit().await.unwrap();
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.inbox().pending(connection, 5).await.unwrap().len(), 1);
        assert!(read.jobs().find(DRAIN_JOB, &connection.to_string()).await.unwrap().is_some());
    }

    async fn a_full_queue_is_told_at_once_and_what_was_taken_is_kept(db: TestDb) {
        let (tenant, connection) = ids(&db);
        let writer = InboxWriter::start(db.store.clone(), 4);
        // Nothing can be written while this transaction is open.
        let mut blocker = db.store.begin_system().await.unwrap();
        if blocker.engine() == Engine::Postgres {
            blocker.execute("LOCK TABLE inbox IN EXCLUSIVE MODE", args![]).await.unwrap();
        }
        let mut puts = Vec::new();
        for n in 0..2000 {
            let mut put = Box::pin(writer.put(event(&db, tenant, connection, &n.to_string())));
            puts.push(match futures::poll!(put.as_mut()) {
                Poll::Ready(answer) => Either::Left(std::future::ready(answer)),
                Poll::Pending => Either::Right(put),
            });
        }
        blocker.commit().await.unwrap();
        let answers = futures::future::join_all(puts).await;
        let kept = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err(PutError::Full)));
        assert!((4..2000).contains(&kept), "{kept}");
        let mut read = db.store.read(tenant).await.unwrap();
        assert_eq!(read.inbox().pending(connection, 3000).await.unwrap().len(), kept);
    }
}

/// One thread, so that who waits behind whom is certain.
#[tokio::test]
async fn on_sqlite_an_event_does_not_wait_for_all_those_who_want_to_write() {
    let db = TestDb::new(Engine::Sqlite).await;
    let (tenant, connection) = ids(&db);
    let writer = InboxWriter::start(db.store.clone(), 100);
    let blocker = db.store.begin(tenant).await.unwrap();
    let mut others = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let store = db.store.clone();
        others.spawn(async move {
            let mut tx = store.begin(tenant).await.unwrap();
            let kept = tx.inbox().pending(connection, 1).await.unwrap().len();
            tx.commit().await.unwrap();
            kept
        });
    }
    all_wait().await;
    let put = tokio::spawn({
        let event = event(&db, tenant, connection, "a");
        async move { writer.put(event).await.unwrap() }
    });
    all_wait().await;
    blocker.commit().await.unwrap();
    put.await.unwrap();
    let kept: usize = others.join_all().await.into_iter().sum();
    assert!(kept >= 48, "{} of 50 went before the event", 50 - kept);
}

/// Lets every task go on until it waits for something.
async fn all_wait() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}
