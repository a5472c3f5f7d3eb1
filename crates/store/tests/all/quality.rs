//! What people put right of what brains read is counted once for each fact (D2).

use jiff::SignedDuration;
use ringleader_core::id::TenantId;
use ringleader_core::lead::{Fact, FactSource, Lead, LeadStatus};
use ringleader_core::phone::Phone;
use ringleader_core::reading::{Language, ReadBy};
use ringleader_store::both_engines;
use ringleader_store::repo::{FactQuality, Identity, Judged, Period, Subject, fallback_share, judged_by};
use ringleader_store::testing::{TestDb, used};

async fn put(db: &TestDb, tenant: TenantId, lead: &Lead, name: &str, value: &str, source: FactSource) {
    read(db, tenant, lead, (name, value, source), None).await;
}

fn by(brain: &str, prompt: &str, language: Language) -> ReadBy {
    ReadBy { brain: brain.to_owned(), prompt: prompt.to_owned(), language }
}

async fn read(
    db: &TestDb,
    tenant: TenantId,
    lead: &Lead,
    (name, value, source): (&str, &str, FactSource),
    read_by: Option<ReadBy>,
) {
    db.clock.advance(SignedDuration::from_secs(1));
    let mut tx = db.store.begin(tenant).await.unwrap();
    let fact = Fact {
        id: tx.new_id(),
        name: name.to_owned(),
        value: value.into(),
        confidence: 0.9,
        source,
        origin: None,
        provisional: source == FactSource::Inferred,
        read_by,
        at: tx.now(),
    };
    tx.leads().put_fact(lead, &fact).await.unwrap();
    tx.commit().await.unwrap();
}

async fn leads(db: &TestDb, tenant: TenantId) -> Vec<Lead> {
    let mut leads = Vec::new();
    for n in 0..3 {
        let mut tx = db.store.begin(tenant).await.unwrap();
        let phone = Phone::from_e164(&format!("+44770090010{n}")).unwrap();
        let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
        leads.push(tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap().0);
        tx.commit().await.unwrap();
    }
    leads
}

both_engines! {
    async fn corrections_count_against_whoever_read_in_the_language_of_the_words(db: TestDb) {
        use FactSource::{Explicit, Person};
        let tenant: TenantId = db.store.ids().new_id();
        let begin = db.clock.now();
        let leads = leads(&db, tenant).await;
        let (old, new) = (by("openai", "read_message@1", Language::English), by("openai", "read_message@2", Language::Hebrew));
        read(&db, tenant, &leads[0], ("name", "Sara", Explicit), Some(old.clone())).await;
        read(&db, tenant, &leads[0], ("need", "a tap", Explicit), Some(old)).await;
        read(&db, tenant, &leads[1], ("name", "דן", Explicit), Some(new.clone())).await;
        read(&db, tenant, &leads[1], ("need", "ברז", Explicit), Some(new)).await;
        read(&db, tenant, &leads[2], ("name", "Tom", Explicit), None).await; // as before this was kept
        put(&db, tenant, &leads[1], "name", "דנה", Person).await;
        let end = db.clock.now() + SignedDuration::from_secs(1);
        let mut conn = db.store.read(tenant).await.unwrap();
        let told = conn.quality().facts(begin, end).await.unwrap();
        let counts = |judged: Option<&Judged>| judged.map(|it| (it.stands, it.corrected));
        let readers = judged_by(&told, FactQuality::reader);
        let reader = |prompt: &str| Some(("openai".to_owned(), prompt.to_owned()));
        assert_eq!(counts(readers.get(&reader("read_message@1"))), Some((2, 0)), "{told:?}");
        assert_eq!(counts(readers.get(&reader("read_message@2"))), Some((1, 1)), "{told:?}");
        assert_eq!(counts(readers.get(&None)), Some((1, 0)));
        let languages = judged_by(&told, FactQuality::language);
        assert_eq!(counts(languages.get(&Language::Hebrew)), Some((1, 1)));
        assert_eq!(counts(languages.get(&Language::English)), Some((2, 0)));
        assert_eq!(counts(judged_by(&told, |it| it.name.clone()).get("name")), Some((2, 1)));
        let past = conn.leads().history(leads[1].id).await.unwrap();
        assert_eq!(past[0].fact.read_by.as_ref().map(|by| by.prompt.as_str()), Some("read_message@2"), "kept when it is retired");
    }

    async fn a_fact_that_a_person_put_right_counts_against_the_last_thing_read(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let begin = db.clock.now();
        let leads = leads(&db, tenant).await;
        put(&db, tenant, &leads[0], "name", "Sara", FactSource::Inferred).await;
        put(&db, tenant, &leads[0], "name", "Sarah", FactSource::Explicit).await;
        put(&db, tenant, &leads[0], "name", "Sarah Lee", FactSource::Person).await;
        put(&db, tenant, &leads[0], "name", "Sarah Leigh", FactSource::Person).await;
        put(&db, tenant, &leads[1], "name", "Tom", FactSource::Explicit).await;
        put(&db, tenant, &leads[1], "name", "Tom", FactSource::Person).await;
        put(&db, tenant, &leads[2], "name", "Dan", FactSource::Inferred).await;
        put(&db, tenant, &leads[2], "need", "a plumber", FactSource::Person).await;
        let end = db.clock.now() + SignedDuration::from_secs(1);
        let mut read = db.store.read(tenant).await.unwrap();
        let told = read.quality().facts(begin, end).await.unwrap();
        let name = told.iter().find(|fact| fact.name == "name").unwrap().judged;
        assert_eq!((name.stands, name.corrected, name.provisional), (2, 1, 1), "{told:?}");
        assert_eq!(name.accuracy(), Some(2.0 / 3.0));
        assert!(told.iter().all(|fact| fact.name == "name"), "what only people said says nothing of brains");
        assert_eq!(read.quality().facts(end, end + SignedDuration::from_hours(1)).await.unwrap(), []);
    }

    async fn leads_behind_facts_are_read_to_the_last_page(db: TestDb) {
        let tenant = crate::rows::tenant(&db, "Europe/London", serde_json::json!({})).await;
        let leads = leads(&db, tenant).await;
        // Two of the same moment, and one before.
        put(&db, tenant, &leads[0], "need", "a tap", FactSource::Explicit).await;
        db.clock.advance(SignedDuration::from_secs(1));
        let mut tx = db.store.begin(tenant).await.unwrap();
        for lead in &leads[1..] {
            let fact = Fact {
                id: tx.new_id(),
                name: "need".into(),
                value: "a boiler".into(),
                confidence: 0.9,
                source: FactSource::Explicit,
                origin: None,
                provisional: false,
                read_by: None,
                at: tx.now(),
            };
            tx.leads().put_fact(lead, &fact).await.unwrap();
        }
        tx.commit().await.unwrap();
        let today = db.clock.now().to_zoned(jiff::tz::TimeZone::get("Europe/London").unwrap()).date();
        let period = Period { first: today, last: today, line: None };
        let mut read = db.store.read(tenant).await.unwrap();
        let (mut cursor, mut found) = (None, Vec::new());
        for _ in 0..4 {
            let (rows, next) = read.reports().behind("stands:need", &period, cursor.as_deref(), 1).await.unwrap();
            found.extend(rows.into_iter().map(|row| row.subject));
            cursor = next;
        }
        assert_eq!((found, cursor), ([2, 1, 0].map(|nth: usize| Subject::Lead(leads[nth].id)).to_vec(), None));
    }

    async fn uses_are_summed_by_brain_and_prompt(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let begin = db.clock.now();
        let mut tx = db.store.begin(tenant).await.unwrap();
        for (prompt, result, ms) in [("read_message-1", "ok", 100), ("read_message-1", "invalid", 300), ("read_message-2", "ok", 50)] {
            tx.usage().add_model_use(&used("openai", "small", prompt, (10, 2), Some(7), ms, result)).await.unwrap();
        }
        for (result, ms) in [("fallback", 2), ("ok", 4)] {
            tx.usage().add_model_use(&used("local", "local", "read_message@local-1", (0, 0), Some(0), ms, result)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let end = db.clock.now() + SignedDuration::from_secs(1);
        let mut read = db.store.read(tenant).await.unwrap();
        let told = read.quality().brains(begin, end).await.unwrap();
        let local = &told[0];
        assert_eq!((local.brain.as_str(), local.uses, local.failed, local.fallback, local.latency_ms, local.cost_micros), ("local", 2, 0, 1, 6, 0));
        assert_eq!(fallback_share(&told), Some(0.25), "one of four answers: {told:?}");
        assert!(read.sums().models(begin, end).await.unwrap().iter().all(|sum| sum.brain == "openai"), "it costs nothing");
        let first = &told[1];
        assert_eq!((told.len() - 1, first.prompt.as_str(), first.uses, first.failed, first.latency_ms, first.cost_micros), (2, "read_message-1", 2, 1, 400, 14));
        assert_eq!(read.quality().analyses(begin, end).await.unwrap(), (0, 0));
    }
}
