//! The proof finds what it is there to find: books that are right, and books with one thing wrong.

use super::books::{Books, Lead, Outbound};
use super::customers::Written;
use super::proof::{Finding, Harm, check};
use super::setup::Tenant;
use super::world::{Script, World};
use ringleader_providers::whatsapp_cloud::fake::Sent;

const TENANT: &str = "t1";

/// A world that went well: every call, message, lead and notice is there once.
struct Story {
    world: World,
    written: Vec<Written>,
    books: Books,
}

impl Story {
    fn new() -> Self {
        let world = World::new(40, 1, 5).unwrap();
        let mut story = Self { world: world.clone(), written: vec![], books: Books::default() };
        for (nth, person) in world.people.iter().enumerate() {
            let contact = format!("c{nth}");
            story.books.contacts.insert((TENANT.into(), person.phone.clone()), contact.clone());
            story.books.episodes.push((TENANT.into(), contact.clone(), None));
            story.send(&contact, "contact", "first_message", "hello");
            story.send(&contact, "owner", "owner_lead", "Partial lead");
            for turn in (0..3).map(|nth| person.script.turn(nth)).filter(|turn| !turn.is_empty()) {
                for _ in turn {
                    let id = format!("in{}", story.written.len());
                    story.books.inbound.push((TENANT.into(), id.clone(), contact.clone(), true));
                    story.written.push(Written { person: nth, id });
                }
                story.send(&contact, "contact", "confirm", "thank you");
            }
            let full = person.script != Script::Silent;
            if full {
                story.send(&contact, "owner", "owner_lead", "Full lead");
            }
            let (id, status) = (format!("l{nth}"), if full { "qualified" } else { "new" }.to_owned());
            story.books.leads.push(Lead { id, contact, status, full });
        }
        for call in &world.calls {
            let contact = format!("c{}", call.person);
            story.books.calls.push((TENANT.into(), call.id.clone(), Some(contact), Some("e".into())));
        }
        story.books.events = vec![("processed".into(), 100)];
        story
    }

    fn send(&mut self, contact: &str, audience: &str, purpose: &str, words: &str) {
        let id = format!("m{}", self.books.outbound.len());
        self.books.sent.push(sent(&id));
        self.books.outbound.push(Outbound {
            tenant: TENANT.into(),
            id,
            contact: contact.into(),
            audience: audience.into(),
            purpose: purpose.into(),
            status: "delivered".into(),
            content: words.into(),
        });
    }

    fn findings(&self) -> Vec<Finding> {
        let tenants = [Tenant { id: TENANT.into(), records: String::new() }];
        check(&self.world, &tenants, &self.written, &self.books).1
    }
}

fn sent(id: &str) -> Sent {
    Sent {
        seq: 0,
        id: format!("wamid.{id}"),
        number: String::new(),
        to: String::new(),
        kind: "text".into(),
        template: None,
        text: String::new(),
        buttons: vec![],
        link: None,
        list: None,
        send_key: Some(format!("msg_{id}")),
        at: jiff::Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn books_that_are_right_are_found_right() {
    assert_eq!(Story::new().findings(), []);
}

#[test]
fn one_thing_lost_or_doubled_is_found() {
    type Change = fn(&mut Books);
    let changes: [(&str, Harm, Change); 12] = [
        ("a call without row", Harm::Lost, |b| drop(b.calls.pop())),
        ("a call twice", Harm::Doubled, |b| b.calls.push(b.calls[0].clone())),
        ("a call without episode", Harm::Lost, |b| b.calls[0].3 = None),
        ("two episodes", Harm::Doubled, |b| b.episodes.push(b.episodes[0].clone())),
        ("a message accepted twice", Harm::Doubled, |b| b.sent.push(b.sent[0].clone())),
        ("a message never accepted", Harm::Lost, |b| drop(b.sent.remove(0))),
        ("an unsettled message", Harm::Wrong, |b| b.outbound[0].status = "unknown".into()),
        ("an inbound message unread", Harm::Lost, |b| b.inbound[0].3 = false),
        ("an inbound message lost", Harm::Lost, |b| drop(b.inbound.pop())),
        ("a lead that stayed incomplete", Harm::Lost, |b| b.leads.iter_mut().for_each(|l| l.status = "new".into())),
        ("an event that waits", Harm::Lost, |b| b.events.push(("received".into(), 1))),
        ("a job given up", Harm::Lost, |b| b.jobs.push(("reach_out".into(), "discarded".into(), 1))),
    ];
    for (name, harm, change) in changes {
        let mut story = Story::new();
        change(&mut story.books);
        let found = story.findings();
        assert!(found.iter().any(|finding| finding.harm == harm), "{name}: {found:?}");
    }
}

#[test]
fn two_answers_to_one_message_and_two_notices_of_one_lead_are_doubles() {
    let story = Story::new();
    let talker = story.world.people.iter().position(|person| person.script == Script::AtOnce).unwrap();
    for (audience, purpose, words) in [("contact", "confirm", "again"), ("owner", "owner_lead", "Full lead")] {
        let mut story = Story::new();
        story.send(&format!("c{talker}"), audience, purpose, words);
        assert_eq!(story.findings().iter().map(|finding| finding.harm).collect::<Vec<_>>(), [Harm::Doubled]);
    }
}

#[test]
fn a_message_that_a_person_is_asked_about_is_no_loss() {
    let mut story = Story::new();
    story.books.sent.remove(0);
    story.books.outbound[0].status = "held".into();
    assert!(story.findings().iter().all(|finding| finding.harm == Harm::Lost));
    story.books.asked.push((TENANT.into(), story.books.outbound[0].id.clone()));
    assert_eq!(story.findings(), []);
}

#[test]
fn a_second_call_while_the_first_message_has_an_unknown_fate_is_no_double() {
    let mut story = Story::new();
    let (tenant, contact, _) = story.books.episodes[0].clone();
    let unknown = || Some("unknown_outcome".to_owned());
    story.books.episodes[0].2 = unknown();
    story.books.episodes.push((tenant.clone(), contact.clone(), unknown()));
    assert_eq!(story.findings(), []);
    story.books.episodes.push((tenant, contact, None));
    assert_eq!(story.findings().iter().map(|finding| finding.harm).collect::<Vec<_>>(), [Harm::Doubled]);
}
