//! What was understood of turns is kept for people to judge, without a word of them, and they hear when it gets worse (D2).

use super::office::Office;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::lead::{Fact, FactSource, LeadStatus};
use ringleader_core::phone::Phone;
use ringleader_core::reading::{Language, ReadBy};
use ringleader_jobs::quality;
use ringleader_jobs::reception::Medium;
use ringleader_store::both_engines;
use ringleader_store::repo::{Identity, Page, Sample, verdicts_by};
use ringleader_store::testing::TestDb;

async fn sample(office: &Office, begin: Timestamp) -> Vec<Sample> {
    let mut read = office.db.store.read(office.tenant).await.unwrap();
    let end = read.now() + SignedDuration::from_secs(1);
    let mut all = read.quality().sample(begin, end, 10).await.unwrap();
    all.sort_by_key(|it| it.reading.at);
    all
}

both_engines! {
    async fn turns_are_judged_as_they_were_understood_by_intent_and_language(db: TestDb) {
        let office = Office::open(db).await;
        let begin = office.db.clock.now();
        let sam = office.person("+447700900555", None).await;
        for medium in [Medium::Whatsapp, Medium::Voice] {
            let talk = office.begin(medium, Some(sam), "en-GB").await;
            talk.says("I'm looking for a two bedroom flat to rent in Maida Vale").await;
            office.pass(SignedDuration::from_secs(30));
            talk.says("can I speak to a person please").await;
            office.pass(SignedDuration::from_hours(30));
        }
        let all = sample(&office, begin).await;
        assert_eq!(all.len(), 4, "{all:?}");
        let first = &all[0];
        assert_eq!(first.words, ["I'm looking for a two bedroom flat to rent in Maida Vale"]);
        assert_eq!((first.reading.intents[0].as_str(), first.reading.by.language), ("property_enquiry_rent", Language::English));
        assert_eq!((&first.read["bedrooms"], &first.read["areas"]), (&2.into(), &"Maida Vale".into()), "{first:?}");
        let person = &all[1];
        assert!(person.reading.intents.iter().any(|it| it == "speak_to_agent") || person.reading.signals.iter().any(|it| it == "wants_person"), "{person:?}");
        assert!(!person.read.contains_key("bedrooms"), "each turn has what was found in it: {person:?}");
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        assert!(quality::label(&mut tx, first.reading.id, true, "usr").await.unwrap());
        assert!(quality::label(&mut tx, person.reading.id, false, "usr").await.unwrap());
        let nobodys: ringleader_core::id::ReadingId = tx.new_id();
        assert!(!quality::label(&mut tx, nobodys, true, "usr").await.unwrap());
        let end = tx.now() + SignedDuration::from_secs(1);
        let told = tx.quality().labelled(begin, end).await.unwrap();
        let by_intent = verdicts_by(&told, |it| it.intent.clone());
        assert_eq!(by_intent.get(&Some("property_enquiry_rent".to_owned())), Some(&(1, 0)), "{told:?}");
        assert_eq!(by_intent.len(), 2);
        let reader = told[0].read_by.clone().unwrap();
        assert_eq!((reader.brain.as_str(), reader.language), ("local", Language::English));
        assert!(reader.prompt.starts_with("read_turn@local-"), "{reader:?}");
        let uses = tx.quality().brains(begin, end).await.unwrap();
        let counted: Vec<_> = uses.iter().map(|it| (it.brain.as_str(), it.prompt == reader.prompt, it.uses, it.fallback)).collect();
        assert_eq!(counted, [("local", true, 4, 0)], "each turn is one use: {uses:?}");
    }

    async fn a_code_that_somebody_says_is_not_shown_to_anybody(db: TestDb) {
        let office = Office::open(db).await;
        office.with_texts().await;
        let (sam, _) = office.booked().await;
        let begin = office.db.clock.now();
        let call = office.begin(Medium::Voice, Some(sam), "en-GB").await;
        assert!(call.says("when is my viewing").await.text.contains("sent a code"));
        let code = office.code().await;
        assert!(call.says(&format!("it is {code}")).await.text.contains("Elgin Avenue"));
        let said = sample(&office, begin).await;
        assert!(said.iter().any(|it| it.words == ["when is my viewing"]), "{said:?}");
        assert!(said.iter().all(|it| !it.words.concat().contains(&code)), "{said:?}");
    }

    async fn people_hear_which_brain_reads_worse_than_before_and_by_how_much(db: TestDb) {
        let office = Office::open(db).await;
        let now = office.db.clock.now();
        let mut tx = office.db.store.begin(office.tenant).await.unwrap();
        let tenant = tx.tenants().me().await.unwrap();
        for (nth, (brain, prompt, days, wrong)) in [
            ("openai", "read_message@1", 40, 0),
            ("openai", "read_message@2", 10, 8),
            ("anthropic", "read_message@1", 40, 0),
            ("anthropic", "read_message@1", 10, 1),
        ].into_iter().enumerate() {
            let by = ReadBy { brain: brain.to_owned(), prompt: prompt.to_owned(), language: Language::English };
            for n in 0..40 {
                let phone = Phone::from_e164(&format!("+4477009{:05}", nth * 100 + n)).unwrap();
                let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
                let lead = tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap().0;
                let fact = |id, value: &str, source, read_by, at| Fact {
                    id, name: "name".to_owned(), value: value.into(), confidence: 0.9, source, origin: None,
                    provisional: false, read_by, at,
                };
                let at = now - SignedDuration::from_hours(24 * days);
                let id = tx.new_id();
                tx.leads().put_fact(&lead, &fact(id, "Sam", FactSource::Explicit, Some(by.clone()), at)).await.unwrap();
                if n < wrong {
                    let id = tx.new_id();
                    tx.leads().put_fact(&lead, &fact(id, "Kim", FactSource::Person, None, at)).await.unwrap();
                }
            }
        }
        assert!(quality::watch(&mut tx, &tenant).await.unwrap());
        assert!(quality::watch(&mut tx, &tenant).await.unwrap());
        let all = tx.tasks().list(Default::default(), &Page { limit: 50, before: None }).await.unwrap().rows;
        let told: Vec<_> = all.iter().filter(|it| it.kind.starts_with("quality")).map(|it| it.title.as_str()).collect();
        assert_eq!(told, ["Less is read right than in the four weeks before (100% → 80%): see under Reports"], "once a week, and nothing of the other");
    }
}
