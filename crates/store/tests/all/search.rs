//! Words are found whatever the case of their letters, in any script, alike on both engines (D1).

use ringleader_core::facts::MAX_FACT;
use ringleader_core::lead::LeadStatus;
use ringleader_core::phone::Phone;
use ringleader_store::both_engines;
use ringleader_store::repo::{Filter, Identity, Page};
use ringleader_store::testing::TestDb;

both_engines! {
    async fn a_name_is_found_in_any_script_and_signs_are_only_signs(db: TestDb) {
        let mut tx = db.store.begin(db.store.ids().new_id()).await.unwrap();
        for (nth, name) in ["Иван Петров", "ÉLODIE Brun", "דני", "Ann 50% [sale] a_b"].into_iter().enumerate() {
            let phone = Phone::from_e164(&format!("+44770090010{nth}")).unwrap();
            let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
            tx.contacts().learn(contact.id, Some(name), None, None).await.unwrap();
        }
        for (words, expected) in [
            ("иван", 1), ("ПЕТРОВ", 1), ("élodie b", 1), ("Élodie", 1), ("דני", 1), ("ann", 1), ("ANN", 1),
            ("50%", 1), ("%", 1), ("_", 1), ("[sale]", 1), ("*", 0), (".", 0), ("?", 0), ("a.b", 0), ("  ", 4),
        ] {
            let filter = Filter::default().and_words(&["profile_name", "name"], Some(words));
            let found = tx.contacts().list(filter, &Page::default()).await.unwrap().rows;
            assert_eq!(found.len(), expected, "{words}");
        }
    }

    async fn a_lead_with_the_longest_need_in_any_script_is_kept_and_found_by_its_beginning(db: TestDb) {
        let mut tx = db.store.begin(db.store.ids().new_id()).await.unwrap();
        let phone = Phone::from_e164("+447700900100").unwrap();
        let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
        let (mut lead, _) = tx.leads().open_or_make(contact.id, LeadStatus::New, "missed_call").await.unwrap();
        // No sign twice in a row, so that nothing of it can be packed.
        let signs = |from: u32| (0..MAX_FACT as u32).filter_map(|n| char::from_u32(from + n * 37 % 9973)).collect::<String>();
        (lead.name, lead.need) = (Some(signs(0x2_0000)), Some(signs(0x2_3000)));
        tx.leads().save(&lead).await.unwrap();
        let beginning: String = lead.name.unwrap().chars().take(20).collect();
        let filter = Filter::default().and_found("words", "leads_by_words", Some(&beginning));
        assert_eq!(tx.leads().list(filter, &Page::default()).await.unwrap().rows.len(), 1);
    }
}
