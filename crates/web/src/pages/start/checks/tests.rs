//! The checks of the first steps, as tables.

use super::*;

const EN: Lang = Lang::En;

fn stand(health: &str, asked: bool, heard: bool) -> Stand {
    connection(EN, Some(&Tested { health, detail: Some("the token is wrong"), asked, heard })).stand
}

#[test]
fn a_connection_is_proved_by_an_answer_or_by_an_event_and_by_nothing_else() {
    assert_eq!(connection(EN, None).stand, Stand::Todo);
    assert_eq!(stand("untested", true, true), Stand::Todo);
    assert_eq!(stand("good", true, false), Stand::Done);
    assert_eq!(stand("good", false, false), Stand::Waits);
    assert_eq!(stand("good", false, true), Stand::Done);
    let failing = Tested { health: "failing", detail: Some("the token is wrong"), asked: true, heard: true };
    let failing = connection(EN, Some(&failing));
    assert_eq!((failing.stand, failing.detail.as_deref()), (Stand::Wrong, Some("the token is wrong")));
}

fn known(language: &str, status: &str, params: Option<i64>) -> Template {
    let (name, language, status) = ("first_message".to_owned(), language.to_owned(), status.to_owned());
    Template { name, language, status, params, ..Template::default() }
}

fn of(known: &[Template], language: &str) -> Finding {
    let chosen = TemplateRef { name: "first_message".to_owned(), language: language.to_owned() };
    template(EN, Some(&chosen), known, &Wanted { language: "he", values: 1 })
}

#[test]
fn a_template_must_be_known_in_the_right_language_approved_and_ask_for_no_more_than_is_given() {
    let wanted = Wanted { language: "he", values: 1 };
    assert_eq!(template(EN, None, &[], &wanted).stand, Stand::Todo);
    for (template, language, stand, words) in [
        (known("he", "APPROVED", Some(1)), "he", Stand::Done, "approved"),
        (known("he_IL", "APPROVED", Some(0)), "he_IL", Stand::Done, "approved"),
        (known("he", "PENDING", Some(1)), "he", Stand::Waits, "not decided"),
        (known("he", "PAUSED", Some(1)), "he", Stand::Wrong, "stopped"),
        (known("he", "REJECTED", Some(1)), "he", Stand::Wrong, "did not approve"),
        (known("en", "APPROVED", Some(1)), "en", Stand::Wrong, "Choose one in Hebrew"),
        (known("he", "APPROVED", Some(3)), "he", Stand::Wrong, "more values (3) than the first message gives (1)"),
        (known("he", "APPROVED", None), "he", Stand::Wrong, "Read the templates again"),
        (known("en", "APPROVED", Some(1)), "he", Stand::Wrong, "does not know the chosen template"),
    ] {
        let fits = wanted.fits(&template) && template.language == language;
        let found = of(&[template], language);
        assert_eq!(found.stand, stand, "{}", found.words);
        assert!(found.words.contains(words), "{}", found.words);
        assert_eq!(fits, stand == Stand::Done, "what is offered is what is taken: {}", found.words);
    }
    assert_eq!(of(&[], "he").stand, Stand::Wrong);
}

#[test]
fn a_number_must_be_for_missed_calls_and_have_a_way_out() {
    let stand = |all, for_missed_calls, writes| line(EN, &Numbers { all, for_missed_calls, writes }).stand;
    assert_eq!(stand(0, 0, true), Stand::Todo);
    assert_eq!(stand(2, 0, true), Stand::Wrong);
    assert_eq!(stand(2, 1, false), Stand::Waits);
    assert_eq!(stand(2, 1, true), Stand::Done);
}

#[test]
fn only_a_missed_call_is_one() {
    let stand = |it| rang(EN, it).stand;
    assert_eq!(stand(Rang::Missed), Stand::Done);
    assert_eq!((stand(Rang::Nothing), stand(Rang::Answered)), (Stand::Todo, Stand::Todo));
    assert_eq!((stand(Rang::Elsewhere), stand(Rang::Unreadable)), (Stand::Wrong, Stand::Wrong));
}

#[test]
fn a_message_counts_when_it_was_handed_over_and_what_stands_in_its_way_is_said() {
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    let outreach = |state, message| Outreach { state, due: "10:02".into(), told: Some("Quiet hours.".into()), message };
    let found = |it: &Outreach<'_>| handed_over(EN, false, Some(it), now);
    assert_eq!(handed_over(EN, true, None, now).stand, Stand::Done);
    assert_eq!(handed_over(EN, false, None, now).stand, Stand::Todo);
    for (state, stand, words) in [
        (EpisodeState::Waiting, Stand::Waits, "10:02"),
        (EpisodeState::Deferred, Stand::Waits, "Quiet hours."),
        (EpisodeState::Held, Stand::Wrong, "Quiet hours."),
        (EpisodeState::Excluded, Stand::Wrong, "Quiet hours."),
    ] {
        let found = found(&outreach(Some(state), None));
        assert_eq!(found.stand, stand, "{state}");
        assert!(found.words.contains(words), "{}", found.words);
    }
    let message = |status, minutes| (status, now - SignedDuration::from_mins(minutes), Some("code 131026"));
    for (status, minutes, stand) in [
        (MessageStatus::Sending, 9, Stand::Waits),
        (MessageStatus::Accepted, 1, Stand::Waits),
        (MessageStatus::Accepted, 3, Stand::Wrong),
        (MessageStatus::Failed, 0, Stand::Wrong),
        (MessageStatus::Held, 0, Stand::Wrong),
    ] {
        let found = found(&outreach(Some(EpisodeState::Contacted), Some(message(status, minutes))));
        assert_eq!(found.stand, stand, "{status}");
        assert_eq!(found.detail.is_some(), stand == Stand::Wrong, "{status}");
    }
}
