//! Leads by how promising they are: by their word, and the best first, page by page, alike on both engines (B10, C10).

use ringleader_core::analysis::Tag;
use ringleader_core::id::LeadId;
use ringleader_core::lead::{LeadScore, LeadStatus};
use ringleader_core::phone::Phone;
use ringleader_store::repo::{Filter, Identity, Page};
use ringleader_store::testing::TestDb;
use ringleader_store::{Tx, both_engines};

/// A lead with so many points; none: nothing is known of it.
async fn lead(tx: &mut Tx, nth: usize, points: Option<u8>) -> LeadId {
    let phone = Phone::from_e164(&format!("+4477009001{nth:02}")).unwrap();
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await.unwrap();
    let (lead, _) = tx.leads().open_or_make(contact.id, LeadStatus::New, "call").await.unwrap();
    let tag = |points| if points >= 75 { Tag::Hot } else { Tag::Cold };
    let score = points.map(|total| LeadScore { total, tag: tag(total), version: "calls-1".into(), parts: vec![] });
    tx.leads().set_score(lead.id, score.as_ref()).await.unwrap();
    lead.id
}

both_engines! {
    async fn the_best_come_first_page_by_page_and_unscored_ones_not_at_all(db: TestDb) {
        let mut tx = db.store.begin(db.store.ids().new_id()).await.unwrap();
        let mut points = Vec::new();
        for (nth, it) in [Some(80), None, Some(20), Some(100), Some(80), Some(5), Some(80), Some(0)].into_iter().enumerate() {
            lead(&mut tx, nth, it).await;
            points.extend(it);
        }
        points.sort_by(|a, b| b.cmp(a));
        for least in [0, 20, 80, 101] {
            let (mut seen, mut page) = (Vec::new(), Page { limit: 2, before: None });
            loop {
                let found = tx.desk().best_leads(least, Filter::default(), &page).await.unwrap();
                seen.extend(found.rows.iter().map(|row| (row.lead.score.as_ref().unwrap().total, row.lead.id)));
                let Some(next) = found.next else { break };
                page.before = Some(next);
            }
            let wanted: Vec<u8> = points.iter().copied().filter(|it| i64::from(*it) >= least).collect();
            assert_eq!(seen.iter().map(|(points, _)| *points).collect::<Vec<_>>(), wanted, "from {least}");
            let mut once = seen.clone();
            once.dedup();
            assert_eq!(once.len(), seen.len(), "no lead stands on two pages");
        }
        let cold = Filter::default().and("tag =", Some(Tag::Cold));
        let cold = tx.desk().leads(cold, &Page::default()).await.unwrap().rows;
        assert_eq!(cold.len(), 3);
    }

    async fn a_score_that_counts_no_more_is_gone_from_every_list(db: TestDb) {
        let mut tx = db.store.begin(db.store.ids().new_id()).await.unwrap();
        let id = lead(&mut tx, 1, Some(90)).await;
        tx.leads().set_score(id, None).await.unwrap();
        assert!(tx.desk().best_leads(0, Filter::default(), &Page::default()).await.unwrap().rows.is_empty());
        let hot = Filter::default().and("tag =", Some(Tag::Hot));
        assert!(tx.desk().leads(hot, &Page::default()).await.unwrap().rows.is_empty());
    }
}
