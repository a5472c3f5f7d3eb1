//! A trace goes on through what is stored: events, jobs, calls (D5).

use crate::inbox::event;
use crate::queue::{claim_all, enqueue, job, keyed};
use ringleader_core::call::{Call, Direction};
use ringleader_core::id::{ConnectionId, TenantId};
use ringleader_store::both_engines;
use ringleader_store::inbox::{Event, InboxWriter};
use ringleader_store::jobs::OnConflict;
use ringleader_store::testing::TestDb;
use ringleader_store::trace::{self, Tracer};
use std::sync::{Arc, Mutex};
use tracing::Span;

tokio::task_local! {
    static HERE: String;
}

static WENT_ON: Mutex<Vec<String>> = Mutex::new(vec![]);
static LINKED: Mutex<Vec<String>> = Mutex::new(vec![]);

/// We are in whatever trace the test says, in its own tasks alone.
struct Told;

impl Tracer for Told {
    fn present(&self) -> Option<String> {
        HERE.try_with(Clone::clone).ok()
    }

    fn go_on(&self, _: &Span, trace: &str) {
        WENT_ON.lock().unwrap().push(trace.to_owned());
    }

    fn link(&self, _: &Span, trace: &str) {
        LINKED.lock().unwrap().push(trace.to_owned());
    }
}

/// A trace that no other test is in.
fn fresh(db: &TestDb) -> String {
    trace::install(Told);
    db.store.ids().new_uuid().to_string()
}

/// Has an event come in a trace.
async fn come(db: &TestDb, (tenant, connection): (TenantId, ConnectionId), key: &str, trace: &str) -> Event {
    let writer = InboxWriter::start(db.store.clone(), 10);
    HERE.scope(trace.to_owned(), writer.put(event(db, tenant, connection, key))).await.unwrap();
    let mut read = db.store.read(tenant).await.unwrap();
    read.inbox().pending(connection, 10).await.unwrap().pop().unwrap()
}

both_engines! {
    async fn an_event_and_the_job_that_works_it_off_go_on_with_the_trace_of_its_webhook(db: TestDb) {
        let whose = (db.store.ids().new_id(), db.store.ids().new_id());
        let webhook = fresh(&db);
        let event = come(&db, whose, "one", &webhook).await;
        assert_eq!(event.trace(), Some(webhook.as_str()));
        assert_eq!(event.headers["content-type"], "application/json");
        assert_eq!(claim_all(&db).await[0].trace.as_ref(), Some(&webhook));
    }

    async fn a_job_goes_on_with_the_trace_that_asked_for_it_last_and_with_none_where_there_is_none(db: TestDb) {
        let (first, later) = (fresh(&db), fresh(&db));
        let tenant = db.store.ids().new_id();
        for trace in [&first, &later] {
            let planned = async { enqueue(&db, tenant, keyed("k"), OnConflict::Move).await };
            HERE.scope(trace.clone(), planned).await;
        }
        enqueue(&db, tenant, job("untraced"), OnConflict::Keep).await;
        let mut traces: Vec<_> = claim_all(&db).await.into_iter().map(|job| (job.kind, job.trace)).collect();
        traces.sort();
        assert_eq!(traces, [("untraced".to_owned(), None), ("work".to_owned(), Some(later))]);
    }

    async fn what_a_job_plans_is_its_child_but_its_own_next_run_is_its_sibling(db: TestDb) {
        let (origin, run) = (fresh(&db), fresh(&db));
        let tenant = db.store.ids().new_id();
        HERE.scope(origin.clone(), async { enqueue(&db, tenant, job("work"), OnConflict::Keep).await }).await;
        let claimed = Arc::new(claim_all(&db).await.remove(0));
        let planned = HERE.scope(run.clone(), async { (job("other").trace, job("work").trace) });
        assert_eq!(trace::run(claimed, Span::none(), planned).await, (Some(run), Some(origin)));
    }

    async fn all_news_of_a_call_go_on_with_the_trace_of_the_first_and_are_linked_to_their_webhooks(db: TestDb) {
        let (tenant, connection): (TenantId, ConnectionId) = (db.store.ids().new_id(), db.store.ids().new_id());
        let (first, second) = (fresh(&db), fresh(&db));
        let call = Call::begun(db.store.ids().new_id(), "voicenter", "call-7", Direction::Inbound, db.clock.now());
        let news = come(&db, (tenant, connection), "call-7|completed", &second).await;
        let stranger = come(&db, (tenant, connection), "call-8|completed", &second).await;
        let mut tx = db.store.begin(tenant).await.unwrap();
        HERE.scope(first.clone(), tx.calls().insert(&call, Some(connection))).await.unwrap();
        let went_on = |trace: &String| WENT_ON.lock().unwrap().iter().filter(|it| *it == trace).count();
        tx.span_of_event(Span::none(), &news).await.unwrap();
        assert_eq!((went_on(&first), went_on(&second)), (1, 0));
        assert!(LINKED.lock().unwrap().contains(&second));
        tx.span_of_event(Span::none(), &stranger).await.unwrap();
        assert_eq!((went_on(&first), went_on(&second)), (1, 1));
        tx.commit().await.unwrap();
        db.store.span_of_call(Span::none(), tenant, call.id).await.unwrap();
        assert_eq!(went_on(&first), 2);
    }
}
