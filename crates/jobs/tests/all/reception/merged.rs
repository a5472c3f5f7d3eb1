//! Two contacts that are one person (P9): what they are sent, what they wait for and what they answered goes with them, and back.

use super::office::Office;
use jiff::SignedDuration;
use ringleader_core::id::{CallId, ContactId, LeadId, PropertyId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::words::Deal;
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::repo::{Filter, NewUser, Page};
use ringleader_store::testing::TestDb;
use ringleader_store::{args, both_engines};

fn looking(area: &str) -> Criteria {
    Criteria { deal: Some(Deal::Rent), areas: vec![area.to_owned()], ..Criteria::default() }
}

/// Somebody who waits for flats, was sent one, and was asked how a call was.
async fn waiting(office: &Office, who: ContactId, call: CallId, [sent, due]: [PropertyId; 2]) {
    let mut tx = office.db.store.begin(office.tenant).await.unwrap();
    let (now, month) = (tx.now(), SignedDuration::from_hours(24 * 30));
    tx.searches().save(who, &looking("W9")).await.unwrap();
    tx.searches().mark_sent(who, sent, None).await.unwrap();
    assert!(tx.searches().note_match(who, due, 900).await.unwrap());
    assert!(tx.satisfaction().ask(call, who, now - month).await.unwrap());
    tx.commit().await.unwrap();
}

/// What is a contact's: a search, a flat that was sent, one that is due, a call that was asked about.
async fn has(office: &Office, who: ContactId, [sent, due]: [PropertyId; 2]) -> (bool, bool, bool, bool) {
    let mut read = office.db.store.read(office.tenant).await.unwrap();
    let since = read.now() - SignedDuration::from_hours(1);
    (
        read.searches().of(who).await.unwrap().is_some(),
        read.searches().was_sent(who, sent).await.unwrap(),
        read.searches().due(who).await.unwrap().contains(&(due, 900)),
        read.satisfaction().awaiting(who, since).await.unwrap().is_some(),
    )
}

both_engines! {
    async fn searches_and_what_was_sent_and_asked_go_with_a_merge_and_come_back(db: TestDb) {
        let office = Office::open(db).await;
        let one = office.person("+447700900561", Some("Sam Hill")).await;
        let two = office.person("+447700900562", None).await;
        let ids = office.db.store.ids();
        let flats = [ids.new_id(), ids.new_id()];
        waiting(&office, two, ids.new_id(), flats).await;
        actions::merge_contacts(&office.cx, office.tenant, one, two, "owner").await.unwrap();
        assert_eq!(has(&office, one, flats).await, (true, true, true, true));
        assert_eq!(has(&office, two, flats).await, (false, false, false, false));
        actions::unmerge(&office.cx, office.tenant, two, "owner").await.unwrap();
        assert_eq!(has(&office, one, flats).await, (false, false, false, false));
        assert_eq!(has(&office, two, flats).await, (true, true, true, true));
    }

    async fn where_both_look_one_search_goes_on_and_nothing_is_sent_twice(db: TestDb) {
        let office = Office::open(db).await;
        let one = office.person("+447700900563", None).await;
        let two = office.person("+447700900564", None).await;
        let ids = office.db.store.ids();
        let flats: [PropertyId; 2] = [ids.new_id(), ids.new_id()];
        waiting(&office, one, ids.new_id(), flats).await;
        waiting(&office, two, ids.new_id(), flats).await;
        actions::merge_contacts(&office.cx, office.tenant, one, two, "owner").await.unwrap();
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        assert_eq!(read.searches().page(None, 10).await.unwrap().len(), 1, "one search goes on");
        assert_eq!(read.searches().due(one).await.unwrap(), [(flats[1], 900)]);
        drop(read);
        actions::unmerge(&office.cx, office.tenant, two, "owner").await.unwrap();
        for who in [one, two] {
            assert_eq!(has(&office, who, flats).await, (true, true, true, true), "as it was");
        }
    }

    async fn where_both_rented_a_home_it_ends_when_the_later_ends_and_all_comes_back(db: TestDb) {
        let office = Office::open(db).await;
        let numbers = ["+447700900566", "+447700900567"];
        let [one, two] = [office.person(numbers[0], None).await, office.person(numbers[1], None).await];
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let csv = format!("reference,phone,ends_on\nMV-1,{},2020-01-31\nMV-1,{},\n", numbers[0], numbers[1]);
        assert_eq!(actions::import_tenancies(&mut tx, &csv, false, "test").await.unwrap().0, 2);
        // A file without a column leaves what is kept.
        let csv = format!("reference,phone,name\nMV-1,{},Sam Hill\n", numbers[0]);
        assert_eq!(actions::import_tenancies(&mut tx, &csv, false, "test").await.unwrap().0, 1);
        let flat = tx.properties().by_reference("MV-1").await.unwrap().unwrap().id;
        tx.commit().await.unwrap();
        let ends = async |who| {
            let mut read = office.db.store.read(office.tenant).await.unwrap();
            read.tenancies().of(flat, who).await.unwrap().and_then(|it| it.ends_on).map(|day| day.to_string())
        };
        assert_eq!((ends(one).await.as_deref(), ends(two).await), (Some("2020-01-31"), None));
        actions::merge_contacts(&office.cx, office.tenant, one, two, "owner").await.unwrap();
        assert_eq!(ends(one).await, None, "they still live there");
        actions::unmerge(&office.cx, office.tenant, two, "owner").await.unwrap();
        assert_eq!((ends(one).await.as_deref(), ends(two).await), (Some("2020-01-31"), None));
        // Where people have entered another day since, that one stays; and one home is told once.
        actions::merge_contacts(&office.cx, office.tenant, one, two, "owner").await.unwrap();
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let csv = format!("reference,phone,ends_on\nMV-1,{},2031-05-31\n", numbers[0]);
        assert_eq!(actions::import_tenancies(&mut tx, &csv, false, "test").await.unwrap().0, 1);
        let all = tx.tenancies().list(Filter::default(), &Page { limit: 10, before: None }).await.unwrap().rows;
        assert_eq!(all.iter().map(|it| it.contact_id).collect::<Vec<_>>(), [one]);
        tx.commit().await.unwrap();
        actions::unmerge(&office.cx, office.tenant, two, "owner").await.unwrap();
        assert_eq!((ends(one).await.as_deref(), ends(two).await), (Some("2031-05-31"), None));
    }

    async fn where_both_rented_a_home_its_landlord_and_who_looks_after_it_stay_known(db: TestDb) {
        let office = Office::open(db).await;
        let numbers = ["+447700900566", "+447700900567"];
        let [one, two] = [office.person(numbers[0], None).await, office.person(numbers[1], None).await];
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let csv = format!(
            "reference,phone,landlord_phone,manager\nMV-1,{},,\nMV-1,{},+447700900568,kim@acme.example\n",
            numbers[0], numbers[1]
        );
        assert_eq!(actions::import_tenancies(&mut tx, &csv, false, "test").await.unwrap().0, 2);
        let flat = tx.properties().by_reference("MV-1").await.unwrap().unwrap().id;
        tx.commit().await.unwrap();
        let known = async |who| {
            let mut read = office.db.store.read(office.tenant).await.unwrap();
            let home = read.tenancies().of(flat, who).await.unwrap().unwrap();
            (home.landlord_id, home.manager_id)
        };
        let theirs = known(two).await;
        assert!(theirs.0.is_some() && theirs.1.is_some());
        actions::merge_contacts(&office.cx, office.tenant, one, two, "owner").await.unwrap();
        assert_eq!(known(one).await, theirs);
        // Somebody else looks after it since: that stays.
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let lea = NewUser { name: "Lea", email: "lea@acme.example", role: Role::Agent, password_hash: None };
        let lea = tx.users().add(&lea).await.unwrap().unwrap();
        let csv = format!("reference,phone,manager\nMV-1,{},lea@acme.example\n", numbers[0]);
        assert_eq!(actions::import_tenancies(&mut tx, &csv, false, "test").await.unwrap().0, 1);
        tx.commit().await.unwrap();
        actions::unmerge(&office.cx, office.tenant, two, "owner").await.unwrap();
        assert_eq!((known(one).await, known(two).await), ((None, Some(lea)), theirs));
    }

    async fn a_viewing_of_a_merge_of_old_comes_back_to_its_lead(db: TestDb) {
        let office = Office::open(db).await;
        let (two, _) = office.booked().await;
        let one = office.person("+447700900565", None).await;
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        tx.leads().open_or_make(one, LeadStatus::New, "call").await.unwrap();
        tx.commit().await.unwrap();
        let before = lead_of_viewing(&office).await;
        actions::merge_contacts(&office.cx, office.tenant, one, two, "owner").await.unwrap();
        assert_ne!(lead_of_viewing(&office).await, before);
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let sql = "DELETE FROM merge_moves WHERE tenant_id = $1 AND kind = 'appointments.lead'";
        assert_eq!(tx.execute(sql, args![office.tenant]).await.unwrap(), 1, "merges of old did not note them");
        tx.commit().await.unwrap();
        actions::unmerge(&office.cx, office.tenant, two, "owner").await.unwrap();
        assert_eq!(lead_of_viewing(&office).await, before);
    }
}

async fn lead_of_viewing(office: &Office) -> LeadId {
    let mut read = office.db.store.read(office.tenant).await.unwrap();
    let sql = "SELECT lead_id FROM appointments WHERE tenant_id = $1";
    read.fetch_one::<(LeadId,)>(sql, args![office.tenant]).await.unwrap().0
}
