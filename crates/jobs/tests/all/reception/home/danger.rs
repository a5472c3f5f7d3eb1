//! Danger in a home that the caller rents: where help goes, who is told, whose task it is (C8).

use super::super::office::Office;
use super::{PAGE, SAM, alarms, kim, mends, rents, tickets, work};
use ringleader_core::reception::words::FaultCategory;
use ringleader_core::tenancy::NewTenancy;
use ringleader_core::ticket::AlarmState;
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_jobs::reception::Medium;
use ringleader_store::both_engines;
use ringleader_store::repo::NewUser;
use ringleader_store::testing::TestDb;

both_engines! {
    async fn in_danger_who_is_on_call_has_the_address_on_file_until_another_is_said(db: TestDb) {
        let office = Office::open(db).await;
        office.with_texts().await;
        rents(&office, "MV-1").await;
        let sam = office.person(SAM, None).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        let turn = call.says("there is a fire in the kitchen").await;
        assert!(!turn.text.contains("Elgin"), "whoever rings may have forged the number: {}", turn.text);
        assert_eq!(alarms(&office).await[0].address.as_deref(), Some("7 Elgin Avenue, W9 2AB"));
        work(&office).await;
        assert!(office.written("on_call").await.iter().any(|(_, words)| words.contains("Where: 7 Elgin Avenue, W9 2AB")));
        call.says("no").await;
        call.says("12 Castlebar Road W5 2DP").await;
        work(&office).await;
        let texts = office.written("on_call").await;
        assert!(texts.iter().any(|(_, words)| words.contains("Where: 12 Castlebar Road")), "{texts:?}");
        // The next danger in a chat is at a place of its own: what was taken before stays where it was.
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let first = alarms(&office).await[0].id;
        assert!(tx.tickets().close_alarm(first, AlarmState::Acknowledged, Some("Bob")).await.unwrap());
        tx.commit().await.unwrap();
        call.says("and I can smell gas at 14 Mattock Lane W5 5BG").await;
        let all = alarms(&office).await;
        assert!(all.iter().find(|it| it.id == first).unwrap().address.as_deref().unwrap().contains("12 Castlebar Road"), "{all:?}");
        let second = all.iter().find(|it| it.id != first).unwrap();
        assert_eq!(second.address.as_deref(), Some("14 Mattock Lane, W5 5BG"));
        let reported = tickets(&office).await.into_iter().next().unwrap();
        assert_eq!(reported.address.as_deref(), Some("14 Mattock Lane, W5 5BG"), "{reported:?}");
    }

    async fn a_yes_with_a_part_of_the_address_is_still_the_home(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        mends(&office, "Gas there", Some("MV-1"), Some(FaultCategory::Gas)).await;
        let sam = office.person(SAM, Some("Sam Hill")).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I can smell gas").await;
        call.says("yes, W9 2AB").await;
        let reported = tickets(&office).await.remove(0);
        assert!(reported.property_id.is_some(), "{reported:?}");
        let alarm = alarms(&office).await.remove(0);
        assert_eq!(alarm.address.as_deref(), Some("7 Elgin Avenue, W9 2AB"));
        assert!(alarm.contractor.is_some_and(|who| who.contains("Gas there")));
    }

    async fn danger_in_two_homes_is_the_task_of_each_ones_colleague(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let lea = NewUser { name: "Lea", email: "lea@acme.example", role: Role::Agent, password_hash: None };
        let lea = tx.users().add(&lea).await.unwrap().unwrap();
        let second = NewTenancy {
            reference: "EA-2".to_owned(),
            phone: SAM.to_owned(),
            manager: Some("lea@acme.example".to_owned()),
            ..NewTenancy::default()
        };
        actions::put_tenancy(&mut tx, &second, "test").await.unwrap();
        tx.commit().await.unwrap();
        let (sam, kim) = (office.person(SAM, Some("Sam Hill")).await, kim(&office).await);
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I can smell gas at 7 Elgin Avenue W9 2AB").await;
        call.says("and I can smell gas at 7 Mattock Lane W5 5BG").await;
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let tasks = read.tasks().list(Default::default(), &PAGE).await.unwrap().rows;
        let given: Vec<_> = tasks.iter().filter(|it| it.kind == "emergency").map(|it| it.assigned_to).collect();
        assert_eq!(given, [Some(lea), Some(kim)]);
    }

    async fn who_goes_is_told_of_each_place_of_one_danger(db: TestDb) {
        let office = Office::open(db).await;
        office.with_texts().await;
        let sam = office.person(SAM, Some("Sam Hill")).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I can smell gas at 12 Castlebar Road W5 2DP").await;
        work(&office).await;
        call.says("and I can smell gas at 14 Mattock Lane W5 5BG").await;
        work(&office).await;
        call.says("and I can smell gas at 7 Elgin Avenue W9 2AB").await;
        work(&office).await;
        let both = "12 Castlebar Road, W5 2DP / 14 Mattock Lane, W5 5BG";
        let all = alarms(&office).await;
        assert_eq!(all.len(), 1, "it still rings: {all:?}");
        assert_eq!(all[0].address, Some(format!("{both} / 7 Elgin Avenue, W9 2AB")));
        let texts = office.written("on_call").await;
        let told = |place: &str| texts.iter().filter(|(_, words)| words.lines().any(|line| line == format!("Where: {place}"))).count();
        assert!(told(both) > 0, "{texts:?}");
        assert_eq!(told(&format!("{both} / 7 Elgin Avenue, W9 2AB")), told(both), "{texts:?}");
        assert_eq!(tickets(&office).await.len(), 3);
    }

    async fn a_danger_is_the_task_of_who_looks_after_the_home_unless_they_left(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        let sam = office.person(SAM, None).await;
        let kim = kim(&office).await;
        let given = async || {
            let mut read = office.db.store.read(office.tenant).await.unwrap();
            let tasks = read.tasks().list(Default::default(), &PAGE).await.unwrap().rows;
            tasks.iter().filter(|task| task.kind == "emergency").map(|task| task.assigned_to).collect::<Vec<_>>()
        };
        office.begin(Medium::Voice, Some(sam), "en-GB").await.says("I can smell gas").await;
        assert_eq!(given().await, [Some(kim)]);
        // Of two homes it is known with the address, in a later turn.
        rents(&office, "EA-2").await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I can smell gas").await;
        assert_eq!(given().await, [None, Some(kim)]);
        call.says("7 Mattock Lane W5 5BG").await;
        assert_eq!(given().await, [Some(kim), Some(kim)]);
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let mut gone = tx.users().get(kim).await.unwrap().unwrap();
        gone.disabled_at = Some(tx.now());
        tx.users().update(&gone).await.unwrap();
        tx.commit().await.unwrap();
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("I can smell gas").await;
        call.says("7 Mattock Lane W5 5BG").await;
        assert_eq!(given().await, [None, Some(kim), Some(kim)]);
    }

    async fn in_an_emergency_the_nearest_contractor_is_given_to_who_is_on_call(db: TestDb) {
        let office = Office::open(db).await;
        office.with_texts().await;
        rents(&office, "MV-1").await;
        mends(&office, "Anyone", None, None).await;
        mends(&office, "Gas for all", None, Some(FaultCategory::Gas)).await;
        mends(&office, "Gas there", Some("MV-1"), Some(FaultCategory::Gas)).await;
        let sam = office.person(SAM, None).await;
        office.begin(Medium::Voice, Some(sam), "en-GB").await.says("I can smell gas").await;
        office.call().await.says("I can smell gas").await;
        office.call().await.says("water is pouring through the ceiling and it won't stop").await;
        let given: Vec<_> = alarms(&office).await.into_iter().rev().map(|alarm| alarm.contractor.unwrap_or_default()).collect();
        assert_eq!(given, ["Gas there +447700900609", "Gas for all +447700900611", "Anyone +447700900606"]);
        work(&office).await;
        let texts = office.written("on_call").await;
        assert!(texts.iter().any(|(_, words)| words.contains("Contractor: Gas there +447700900609")), "{texts:?}");
    }
}
