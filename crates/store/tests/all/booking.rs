//! Properties and appointments: kept once, found by search, never booked twice (C5, C6, P4).

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::AppointmentState;
use ringleader_core::id::{PropertyId, TenantId};
use ringleader_core::property::{NewProperty, PropertyState, attempts};
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::say::Relaxed;
use ringleader_core::reception::words::{Deal, Period, PropertyKind, Purpose};
use ringleader_store::both_engines;
use ringleader_store::repo::{Filter, NewAppointment, Page, Stretch};
use ringleader_store::testing::TestDb;

fn flat(reference: &str, postcode: &str, bedrooms: u8, price: i64) -> NewProperty {
    NewProperty {
        reference: reference.to_owned(),
        deal: Deal::Rent,
        kind: PropertyKind::Flat,
        door: Some("7".to_owned()),
        street: "Elgin Avenue".to_owned(),
        area: Some("Maida Vale".to_owned()),
        postcode: Some(postcode.to_owned()),
        bedrooms,
        price,
        period: Period::Month,
        features: vec!["Garden".to_owned(), "Parking space".to_owned()],
        media: None,
        viewings: None,
        link: None,
        state: PropertyState::Available,
    }
}

fn two_bed_in_w9(most: i64) -> Criteria {
    Criteria {
        deal: Some(Deal::Rent),
        bedrooms_min: Some(2),
        bedrooms_max: Some(2),
        price_max: Some(most),
        areas: vec!["Maida Vale".to_owned()],
        ..Criteria::default()
    }
}

/// What the first attempt that finds something finds.
async fn found(db: &TestDb, tenant: TenantId, criteria: &Criteria) -> (Option<Relaxed>, Vec<String>) {
    let mut read = db.store.read(tenant).await.unwrap();
    for (relaxed, query) in attempts(criteria) {
        let rows = read.properties().search(&query, 3).await.unwrap();
        if !rows.is_empty() {
            return (relaxed, rows.into_iter().map(|row| row.entered.reference).collect());
        }
    }
    (None, Vec::new())
}

fn half_an_hour(agent: &str, property: Option<PropertyId>, start: Timestamp) -> Stretch {
    Stretch { agent_id: agent.to_owned(), property_id: property, start, minutes: 30 }
}

fn viewing() -> NewAppointment {
    NewAppointment { purpose: Purpose::Viewing, contact_id: None, place: "on Elgin Avenue".to_owned() }
}

fn ten() -> Timestamp {
    "2026-12-01T10:00:00Z".parse().unwrap()
}

/// How often callers race for a slot; more with `RINGLEADER_RACE_ROUNDS`.
fn rounds() -> i64 {
    std::env::var("RINGLEADER_RACE_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

/// One caller: holds the slot and books it.
async fn call(db: &TestDb, tenant: TenantId, stretch: Stretch) -> bool {
    let mut tx = db.store.begin(tenant).await.unwrap();
    let until = tx.now() + SignedDuration::from_mins(5);
    let booked = match tx.appointments().hold(&stretch, until).await.unwrap() {
        Some(holder) => tx.appointments().book(holder, &stretch, &viewing()).await.unwrap().is_some(),
        None => false,
    };
    tx.commit().await.unwrap();
    booked
}

both_engines! {
    async fn a_property_is_kept_once_and_found_by_what_is_said(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let mut tx = db.store.begin(tenant).await.unwrap();
        let (id, new) = tx.properties().put(&flat("EA-7", "W9 2AB", 2, 2_300)).await.unwrap();
        let (same, again) = tx.properties().put(&flat("EA-7", "W9 2AB", 2, 2_100)).await.unwrap();
        assert_eq!((new, again, same), (true, false, id));
        tx.properties().put(&flat("KL-3", "NW6 1AA", 2, 1_500)).await.unwrap();
        tx.properties().put(&NewProperty { state: PropertyState::Gone, ..flat("EA-9", "W9 2AB", 2, 1_000) }).await.unwrap();
        assert_eq!(tx.properties().by_reference("ea 7").await.unwrap().unwrap().id, id);
        tx.commit().await.unwrap();
        let card = db.store.read(tenant).await.unwrap().properties().get(id).await.unwrap().unwrap().card("en", None);
        assert_eq!((card.title.as_str(), card.place.as_str()), ("two bedroom flat", "on Elgin Avenue in Maida Vale"));

        let ea7 = vec!["EA-7".to_owned()];
        assert_eq!(found(&db, tenant, &two_bed_in_w9(2_200)).await, (None, ea7.clone()));
        let wish = Criteria { must_haves: vec!["swimming pool".to_owned()], ..two_bed_in_w9(2_200) };
        assert_eq!(found(&db, tenant, &wish).await, (Some(Relaxed::MustHaves), ea7.clone()));
        assert_eq!(found(&db, tenant, &two_bed_in_w9(1_600)).await, (Some(Relaxed::Nearby), vec!["KL-3".to_owned()]));
        assert_eq!(found(&db, tenant, &Criteria { areas: vec!["W9".into()], ..two_bed_in_w9(400) }).await.1, Vec::<String>::new());
        let street = Criteria { street: Some("elgin AVE".to_owned()), ..two_bed_in_w9(2_200) };
        assert_eq!(found(&db, tenant, &street).await, (None, ea7.clone()));
        // Deal-breakers are never let go of (C5), and mean whole words.
        let mut tx = db.store.begin(tenant).await.unwrap();
        for (reference, feature) in [("EA-8", "Ground-floor flat"), ("EA-10", "קומת קרקע"), ("EA-11", "Near a playground")] {
            let features = vec!["Balcony".to_owned(), feature.to_owned()];
            tx.properties().put(&NewProperty { features, ..flat(reference, "W9 2AB", 2, 2_000) }).await.unwrap();
        }
        tx.commit().await.unwrap();
        let wish = Criteria { must_haves: vec!["not ground floor".to_owned(), "balcony".to_owned()], ..two_bed_in_w9(2_200) };
        assert_eq!(found(&db, tenant, &wish).await, (None, vec!["EA-11".to_owned()]));
        let mut read = db.store.read(tenant).await.unwrap();
        for (relaxed, query) in attempts(&wish) {
            let all = read.properties().list(Filter::default(), &Page { limit: 50, before: None }).await.unwrap().rows;
            let mut fit: Vec<String> = all.iter().filter(|it| query.fits(it)).map(|it| it.entered.reference.clone()).collect();
            let asked = read.properties().search(&query, 50).await.unwrap();
            let mut asked: Vec<String> = asked.into_iter().map(|it| it.entered.reference).collect();
            fit.sort();
            asked.sort();
            assert_eq!(fit, asked, "what fits is what is found: {relaxed:?}");
            assert!(!asked.iter().any(|it| it == "EA-8" || it == "EA-10"), "{asked:?}");
        }
        drop(read);
        let other: TenantId = db.store.ids().new_id();
        assert_eq!(found(&db, other, &two_bed_in_w9(2_200)).await.1, Vec::<String>::new());
    }

    async fn two_hundred_callers_for_one_slot_make_one_booking(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let mut tx = db.store.begin(tenant).await.unwrap();
        let (property, _) = tx.properties().put(&flat("EA-7", "W9 2AB", 2, 2_300)).await.unwrap();
        tx.commit().await.unwrap();
        for round in 0..rounds() {
            let start = ten() + SignedDuration::from_hours(round);
            // Two agents, one property: the property can be shown once.
            let calls = (0..200).map(|n| call(&db, tenant, half_an_hour(["ann", "ben"][n % 2], Some(property), start)));
            let booked = join_all(calls).await.into_iter().filter(|booked| *booked).count();
            assert_eq!(booked, 1, "round {round}");
        }
    }

    async fn a_hold_that_ran_out_gives_way_and_cannot_be_booked(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let stretch = half_an_hour("ann", None, ten());
        let mut tx = db.store.begin(tenant).await.unwrap();
        let ran_out = tx.now();
        let first = tx.appointments().hold(&stretch, ran_out).await.unwrap().unwrap();
        let until = tx.now() + SignedDuration::from_mins(5);
        let second = tx.appointments().hold(&stretch, until).await.unwrap().unwrap();
        assert_eq!(tx.appointments().hold(&stretch, until).await.unwrap(), None);
        assert!(tx.appointments().book(first, &stretch, &viewing()).await.unwrap().is_none());
        assert!(tx.appointments().book(second, &stretch, &viewing()).await.unwrap().is_some());
        tx.commit().await.unwrap();
    }

    async fn an_appointment_moves_or_stays_whole_and_frees_its_time_when_called_off(db: TestDb) {
        let tenant: TenantId = db.store.ids().new_id();
        let mut tx = db.store.begin(tenant).await.unwrap();
        let until = tx.now() + SignedDuration::from_mins(5);
        let mut made = Vec::new();
        for hours in [0, 1] {
            let stretch = half_an_hour("ann", None, ten() + SignedDuration::from_hours(hours));
            let holder = tx.appointments().hold(&stretch, until).await.unwrap().unwrap();
            made.push(tx.appointments().book(holder, &stretch, &viewing()).await.unwrap().unwrap().id);
        }
        let eleven = ten() + SignedDuration::from_hours(1);
        assert!(!tx.appointments().shift(made[0], "ann", eleven).await.unwrap(), "someone has that time");
        assert_eq!(tx.appointments().get(made[0]).await.unwrap().unwrap().start, ten());
        assert!(tx.appointments().shift(made[0], "ann", ten() + SignedDuration::from_mins(15)).await.unwrap());
        let moved = tx.appointments().get(made[0]).await.unwrap().unwrap();
        assert_eq!((moved.start, moved.sequence), (ten() + SignedDuration::from_mins(15), 1));
        let taken = |cells: Vec<Timestamp>| cells.len();
        let day = SignedDuration::from_hours(24);
        assert_eq!(taken(tx.appointments().taken("agent:ann", ten(), ten() + day).await.unwrap()), 4);
        assert!(tx.appointments().close(made[1], AppointmentState::Cancelled).await.unwrap());
        assert!(!tx.appointments().close(made[1], AppointmentState::Cancelled).await.unwrap());
        assert_eq!(taken(tx.appointments().taken("agent:ann", ten(), ten() + day).await.unwrap()), 2);
        assert!(tx.appointments().shift(made[0], "ann", eleven).await.unwrap(), "it is free again");
        assert!(tx.appointments().shift(made[0], "ben", eleven).await.unwrap(), "ben has nothing then");
        assert_eq!(taken(tx.appointments().taken("agent:ann", ten(), ten() + day).await.unwrap()), 0);
        assert_eq!(tx.appointments().get(made[0]).await.unwrap().unwrap().agent_id, "ben");
        tx.commit().await.unwrap();
    }
}
