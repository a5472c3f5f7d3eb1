//! Words are found whatever the case of their letters, in any script, alike on both engines (D1).

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
}
