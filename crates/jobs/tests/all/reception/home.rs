//! A tenant who reports a repair is known with the home, its landlord and the colleague who looks after it (C2, C8).

mod danger;
mod landlord;

use super::office::Office;
use jiff::SignedDuration;
use ringleader_core::id::UserId;
use ringleader_core::phone::Phone;
use ringleader_core::reception::words::{FaultCategory, FaultUrgency};
use ringleader_core::tenancy::NewTenancy;
use ringleader_core::ticket::{Alarm, Ticket};
use ringleader_jobs::actions::{self, NewContractor};
use ringleader_jobs::engine::Config;
use ringleader_jobs::reception::Medium;
use ringleader_store::both_engines;
use ringleader_store::repo::{Identity, NewTicket, Page};
use ringleader_store::testing::TestDb;

const SAM: &str = "+447700900555";
const LANDLORD: &str = "+447700900556";

/// Sam rents this; its landlord is Lea, Kim looks after it.
async fn rents(office: &Office, reference: &str) {
    let new = NewTenancy {
        reference: reference.to_owned(),
        phone: SAM.to_owned(),
        name: Some("Sam Hill".to_owned()),
        landlord_phone: Some(LANDLORD.to_owned()),
        landlord_name: Some("Lea Stone".to_owned()),
        manager: Some("kim@acme.example".to_owned()),
        ..NewTenancy::default()
    };
    let mut tx = office.db.store.begin(office.tenant).await.unwrap();
    actions::put_tenancy(&mut tx, &new, "test").await.unwrap();
    tx.commit().await.unwrap();
}

async fn mends(office: &Office, name: &str, reference: Option<&str>, trade: Option<FaultCategory>) {
    let new = NewContractor {
        phone: format!("+4477009006{:02}", name.len()),
        name: Some(name.to_owned()),
        reference: reference.map(str::to_owned),
        trade,
    };
    let mut tx = office.db.store.begin(office.tenant).await.unwrap();
    actions::put_contractor(&mut tx, &new, "test").await.unwrap();
    tx.commit().await.unwrap();
}

const PAGE: Page = Page { limit: 50, before: None };

async fn tickets(office: &Office) -> Vec<Ticket> {
    office.db.store.read(office.tenant).await.unwrap().tickets().list(Default::default(), &PAGE).await.unwrap().rows
}

async fn alarms(office: &Office) -> Vec<Alarm> {
    office.db.store.read(office.tenant).await.unwrap().tickets().alarms(Default::default(), &PAGE).await.unwrap().rows
}

async fn kim(office: &Office) -> UserId {
    let users = office.db.store.read(office.tenant).await.unwrap().users().all().await.unwrap();
    users.iter().find(|user| user.name == "Kim").unwrap().id
}

async fn work(office: &Office) {
    ringleader_jobs::all::engine(&office.cx, Config::default()).run_due().await.unwrap();
}

both_engines! {
    async fn a_tenant_on_the_phone_is_asked_for_no_address_and_told_none(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        let sam = office.person(SAM, None).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        let turn = call.says("my shower is leaking").await;
        assert!(turn.text.contains("at the address that we have for you?"), "{}", turn.text);
        assert!(!turn.text.contains("Elgin"), "whoever rings may have forged the number: {}", turn.text);
        let turn = call.says("yes").await;
        assert!(turn.text.contains("I've reported that") && !turn.text.contains("Elgin"), "{}", turn.text);
        let ticket = tickets(&office).await.remove(0);
        assert_eq!(ticket.address.as_deref(), Some("7 Elgin Avenue, W9 2AB"));
        assert_eq!(ticket.manager_id, Some(kim(&office).await));
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let lea = read.contacts().by_identity(&Identity::Phone(Phone::from_e164(LANDLORD).unwrap())).await.unwrap();
        assert_eq!(ticket.landlord_id, lea.map(|lea| lea.id));
        let property = read.properties().by_reference("MV-1").await.unwrap().unwrap();
        assert_eq!(ticket.property_id, Some(property.id));
        let tasks = read.tasks().list(Default::default(), &PAGE).await.unwrap().rows;
        assert!(tasks.iter().any(|task| task.kind == "repair" && task.assigned_to == ticket.manager_id), "{tasks:?}");
    }

    async fn in_writing_the_address_is_told_and_a_no_asks_for_another(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        let sam = office.person(SAM, None).await;
        let chat = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        let turn = chat.says("my shower is leaking").await;
        assert!(turn.text.contains("Is it at 7 Elgin Avenue, W9 2AB?"), "{}", turn.text);
        assert!(chat.says("no").await.text.contains("address"));
        chat.says("12 Castlebar Road W5 2DP").await;
        let ticket = tickets(&office).await.remove(0);
        assert_eq!((ticket.property_id, ticket.landlord_id), (None, None));
        assert!(ticket.address.unwrap().contains("12 Castlebar Road"));
    }

    async fn of_two_homes_the_address_says_which(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        rents(&office, "EA-2").await;
        let sam = office.person(SAM, None).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        assert!(call.says("my shower is leaking").await.text.contains("What's the address"));
        call.says("7 Mattock Lane W5 5BG").await;
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let property = read.properties().by_reference("EA-2").await.unwrap().unwrap();
        assert_eq!(tickets(&office).await[0].property_id, Some(property.id));
    }

    async fn a_tenancy_that_is_over_is_none(db: TestDb) {
        let office = Office::open(db).await;
        let over = NewTenancy { reference: "MV-1".into(), phone: SAM.into(), ends_on: Some(jiff::civil::date(2020, 1, 1)), ..NewTenancy::default() };
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        actions::put_tenancy(&mut tx, &over, "test").await.unwrap();
        tx.commit().await.unwrap();
        let sam = office.person(SAM, None).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        assert!(call.says("my shower is leaking").await.text.contains("What's the address"));
    }

    async fn what_an_entry_makes_of_people_is_in_the_audit_trail(db: TestDb) {
        let office = Office::open(db).await;
        let people = [office.person(SAM, Some("Sam Hill")).await, office.person(LANDLORD, None).await];
        for told in [true, false] {
            let since = office.db.clock.now();
            rents(&office, "MV-1").await;
            let mut read = office.db.store.read(office.tenant).await.unwrap();
            for who in people {
                let who = who.to_string();
                assert_eq!(read.usage().audited_since("test", "contact.update", &who, since).await.unwrap(), told);
            }
            drop(read);
            office.pass(SignedDuration::from_secs(1)); // the second time nothing of them changes
        }
    }

    async fn an_agreed_home_is_that_reports_alone(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        let sam = office.person(SAM, None).await;
        let chat = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        chat.says("my shower is leaking").await;
        chat.says("yes").await;
        chat.says("the boiler is broken at 12 Castlebar Road W5 2DP, there is no hot water").await;
        let [second, first] = tickets(&office).await.try_into().expect("two reports");
        assert!(first.property_id.is_some());
        assert!(second.property_id.is_none() && second.address.as_deref().unwrap().contains("12 Castlebar Road"), "{second:?}");
    }

    async fn a_part_of_the_address_is_the_home_without_a_yes_and_in_the_next_report_too(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        let sam = office.person(SAM, Some("Sam Hill")).await;
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        call.says("my shower is leaking").await;
        call.says("it's W9 2AB").await;
        call.says("the kitchen light does not work either").await;
        let all = tickets(&office).await;
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all.iter().all(|it| it.property_id.is_some()), "{all:?}");
        office.begin(Medium::Voice, Some(sam), "en-GB").await.says("I can smell gas, W9 2AB").await;
        let alarm = alarms(&office).await.remove(0);
        assert_eq!(alarm.address.as_deref(), Some("7 Elgin Avenue, W9 2AB"));
    }

    async fn a_report_that_is_whole_in_one_turn_is_the_need_of_the_lead(db: TestDb) {
        let office = Office::open(db).await;
        let leo = office.person(SAM, None).await;
        let chat = office.begin(Medium::Whatsapp, Some(leo), "en-GB").await;
        let words = "My name is Leo. My boiler is broken, no hot water, at 7 Elgin Avenue W9 2AB";
        chat.says(words).await;
        assert_eq!(tickets(&office).await.len(), 1);
        let mut read = office.db.store.read(office.tenant).await.unwrap();
        let lead = read.leads().open_of(leo).await.unwrap().unwrap();
        assert_eq!(lead.need.as_deref(), Some(words));
    }

    async fn a_no_to_the_home_holds_for_that_report_alone(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        let sam = office.person(SAM, Some("Sam Hill")).await;
        let chat = office.begin(Medium::Whatsapp, Some(sam), "en-GB").await;
        chat.says("my shower is leaking").await;
        chat.says("no").await;
        chat.says("12 Castlebar Road W5 2DP").await;
        chat.says("and the boiler is broken at 7 Elgin Avenue, there is no hot water").await;
        let [second, first] = tickets(&office).await.try_into().expect("two reports");
        assert!(first.property_id.is_none(), "{first:?}");
        assert!(second.property_id.is_some(), "{second:?}");
    }

    async fn a_report_that_people_enter_knows_the_home_and_is_told(db: TestDb) {
        let office = Office::open(db).await;
        rents(&office, "MV-1").await;
        mends(&office, "Anyone", None, None).await;
        let sam = office.person(SAM, Some("Sam Hill")).await;
        for (address, known) in [(None, true), (Some("7 Elgin Avenue".to_owned()), true), (Some("1 High Street".to_owned()), false)] {
            let mut tx = office.db.store.begin(office.tenant).await.unwrap();
            let new = NewTicket {
                contact_id: Some(sam),
                talk_id: None,
                property_id: None,
                category: FaultCategory::Plumbing,
                urgency: FaultUrgency::Normal,
                danger: None,
                report: "the tap drips".to_owned(),
                address,
                landlord_id: None,
                manager_id: None,
                contractor: None,
            };
            let ticket = actions::open_ticket(&mut tx, new, "test").await.unwrap();
            tx.commit().await.unwrap();
            let told = [ticket.property_id.is_some(), ticket.landlord_id.is_some(), ticket.manager_id.is_some()];
            assert_eq!(told, [known; 3], "{ticket:?}");
            assert!(ticket.contractor.is_some_and(|who| who.contains("Anyone")));
            assert_eq!(ticket.address.is_some_and(|it| it.contains("W9 2AB")), known);
        }
    }
}
