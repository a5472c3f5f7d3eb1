//! The parts of the page that change, each with an id by which the live stream replaces it.

use super::words::Words;
use super::{icons, when};
use crate::sandbox::{Bubble, Lead, Person, Ring, Row, Scene, Shop, Speaker};
use maud::{Markup, html};

/// Every part that changes, with its id.
pub(super) fn all(words: &Words, shop: &Shop, customer: &Person, scene: &Scene) -> [(&'static str, Markup); 10] {
    [
        ("clock", clock(words, scene)),
        ("speed", speed(words, scene)),
        ("chat", chat(words, shop, customer, scene)),
        ("owner", owner(words, shop, customer, scene)),
        ("lead", lead(words, customer, scene)),
        ("tasks", tasks(words, scene)),
        ("why", why(words, scene)),
        ("leads", leads(words, shop, customer, scene)),
        ("call", super::call::part(words, shop, customer, scene)),
        ("seen", seen(words, scene)),
    ]
}

/// Tells the server whose page a form was on.
pub(super) fn who(shop: &Shop, customer: &Person) -> Markup {
    html! {
        input type="hidden" name="shop" value=(shop.id);
        input type="hidden" name="customer" value=(customer.id);
    }
}

/// Tells the server whose phone a form was on.
pub(super) fn speaker(speaker: Speaker) -> Markup {
    let word = match speaker {
        Speaker::Customer => "customer",
        Speaker::Owner => "owner",
    };
    html! { input type="hidden" name="speaker" value=(word); }
}

fn clock(words: &Words, scene: &Scene) -> Markup {
    html! {
        time id="clock" datetime=(scene.now) {
            span class="date" { (when::full_day(words, &scene.now)) } " "
            bdi { (when::seconds(&scene.now)) }
        }
    }
}

fn speed(words: &Words, scene: &Scene) -> Markup {
    html! {
        div id="speed" class="segments" role="group" aria-label=(words.faster) {
            @for factor in [1_u32, 60] {
                button name="speed" value=(factor) aria-pressed=((scene.speed - f64::from(factor)).abs() < 0.5) {
                    bdi { "×" (factor) }
                }
            }
        }
    }
}

/// A customer's phone: calls and messages in the order they happened.
fn chat(words: &Words, shop: &Shop, customer: &Person, scene: &Scene) -> Markup {
    let calls = scene.calls.iter().map(|ring| (&ring.at, Err(ring)));
    let mut all: Vec<(&String, Result<&Bubble, &Ring>)> =
        calls.chain(scene.chat.iter().map(|bubble| (&bubble.at, Ok(bubble)))).collect();
    all.sort_by(|a, b| a.0.cmp(b.0));
    html! {
        ol id="chat" class="chat" role="log" tabindex="0" aria-label=(words.customer_phone) {
            @if all.is_empty() { li class="empty" lang=(words.lang) dir=(words.dir) { (words.empty_chat) } }
            @for (nth, (at, bubble)) in all.iter().enumerate() {
                (day_line(words, nth.checked_sub(1).and_then(|last| all.get(last)).map(|last| last.0), at, &scene.now))
                @match bubble {
                    Ok(bubble) => (self::bubble(words, shop, customer, Speaker::Customer, bubble)),
                    Err(ring) => (self::ring(words, ring)),
                }
            }
        }
    }
}

fn ring(words: &Words, ring: &Ring) -> Markup {
    html! {
        li class="event" lang=(words.lang) dir=(words.dir) {
            (icons::call()) " " (words.outcome(&ring.outcome)) " " bdi { (when::time(&ring.at)) }
            @if let Some(seconds) = ring.seconds.filter(|seconds| *seconds > 0) { " · " bdi { (seconds / 60) ":" (format!("{:02}", seconds % 60)) } }
        }
    }
}

/// What the services were asked for: the other side of everything that happens here.
fn seen(words: &Words, scene: &Scene) -> Markup {
    html! {
        section id="seen" class="card" {
            h2 { (words.seen) }
            @if scene.seen.is_empty() { p class="empty" { (words.nothing_seen) } }
            ol tabindex="0" aria-label=(words.seen) {
                @for it in &scene.seen {
                    li { div {
                        p { b { (it.service) } " · " (words.asked_for(&it.kind)) @if !it.detail.is_empty() { ": " bdi { (it.detail) } } }
                        small { bdi { (when::moment(words, &it.at, &scene.now)) } }
                    } }
                }
            }
        }
    }
}

/// The owner's phone: what the business's people are told.
fn owner(words: &Words, shop: &Shop, customer: &Person, scene: &Scene) -> Markup {
    html! {
        ol id="owner" class="chat" role="log" tabindex="0" aria-label=(words.owner_phone) {
            @if scene.owner.is_empty() { li class="empty" lang=(words.lang) dir=(words.dir) { (words.empty_owner) } }
            @for (nth, bubble) in scene.owner.iter().enumerate() {
                @let last = nth.checked_sub(1).and_then(|last| scene.owner.get(last)).map(|last| &last.at);
                (day_line(words, last, &bubble.at, &scene.now))
                (self::bubble(words, shop, customer, Speaker::Owner, bubble))
            }
        }
    }
}

/// A line that says the day, where a new one begins.
fn day_line(words: &Words, last: Option<&String>, at: &str, now: &str) -> Markup {
    let new = last.is_none_or(|last| when::date(last) != when::date(at));
    html! { @if new { li class="day" lang=(words.lang) dir=(words.dir) { (when::day(words, at, now)) } } }
}

fn bubble(words: &Words, shop: &Shop, customer: &Person, holder: Speaker, bubble: &Bubble) -> Markup {
    html! {
        li class=(if bubble.mine { "bubble mine" } else { "bubble" }) {
            p dir="auto" { (bubble.text) }
            div class="foot" {
                @if bubble.template { span class="tag" { (words.template) } }
                bdi { (when::time(&bubble.at)) }
                @if !bubble.mine {
                    span class=(format!("ticks {}", bubble.status)) title=(words.mark(&bubble.status)) {
                        (icons::ticks(&bubble.status))
                    }
                }
            }
            @if !bubble.buttons.is_empty() {
                form class="buttons" action="/sandbox/tap" method="post" {
                    (who(shop, customer)) (speaker(holder))
                    input type="hidden" name="message" value=(bubble.id);
                    @for (id, title) in &bubble.buttons { button name="button" value=(id) dir="auto" { (title) } }
                }
            }
        }
    }
}

fn lead(words: &Words, customer: &Person, scene: &Scene) -> Markup {
    let waits = scene.episode.as_ref().filter(|episode| matches!(episode.state.as_str(), "waiting" | "deferred"));
    html! {
        section id="lead" class="card" {
            div class="title" {
                h2 { (words.lead) }
                @if let Some(lead) = &scene.lead { (pill(words, &lead.status)) }
            }
            @match &scene.lead {
                Some(lead) => (facts(words, customer, lead, &scene.now)),
                None => @if waits.is_none() { p class="empty" { (words.no_lead) } },
            }
            @if let Some(episode) = waits {
                p class="next" {
                    (icons::verdict("wait")) " " (words.next) " " bdi { (when::moment(words, &episode.due, &scene.now)) }
                }
            }
        }
    }
}

fn facts(words: &Words, customer: &Person, lead: &Lead, now: &str) -> Markup {
    let fact = |label: &str, value: &Option<String>, more: Option<String>| {
        html! {
            dt { (label) }
            dd class=[value.is_none().then_some("unknown")] {
                bdi { (value.as_deref().unwrap_or(words.unknown)) }
                @if let Some(more) = more { span class="more" { (more) } }
            }
        }
    };
    let window = lead.window.as_ref().map(|window| when::window(words, window, now));
    html! {
        dl {
            (fact(words.name, &lead.name, None))
            (fact(words.need, &lead.need, None))
            (fact(words.get_back, &lead.preference, window))
            dt { (words.phone) }
            dd { a href=(format!("tel:{}", customer.phone)) { bdi dir="ltr" { (customer.phone) } } }
        }
    }
}

fn pill(words: &Words, status: &str) -> Markup {
    html! { span class=(format!("pill {status}")) { (words.status(status)) } }
}

fn tasks(words: &Words, scene: &Scene) -> Markup {
    html! {
        section id="tasks" class=(if scene.tasks.is_empty() { "card gone" } else { "card" }) {
            h2 { (words.tasks) }
            ul { @for task in &scene.tasks { li { (icons::call()) " " bdi { (task) } } } }
        }
    }
}

fn why(words: &Words, scene: &Scene) -> Markup {
    html! {
        section id="why" class="card" {
            h2 { (words.why) }
            @if scene.decisions.is_empty() { p class="empty" { (words.no_why) } }
            ol tabindex="0" aria-label=(words.why) {
                @for told in &scene.decisions {
                    li class=(told.verdict) {
                        (icons::verdict(&told.verdict))
                        div {
                            p { bdi { (told.words) } }
                            @if let Some((speaker, message)) = &told.message {
                                p class="about" { (whom(words, *speaker)) ": " bdi { (message) } }
                            }
                            small {
                                bdi { (when::moment(words, &told.at, &scene.now)) } " · " (words.verdict(&told.verdict))
                                " · " (words.rule) " " bdi { (told.rule) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn whom(words: &Words, speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Customer => words.to_customer,
        Speaker::Owner => words.to_owner,
    }
}

fn leads(words: &Words, shop: &Shop, customer: &Person, scene: &Scene) -> Markup {
    html! {
        section id="leads" class="card" {
            div class="title" { h2 { (words.leads) } span class="count" { (scene.leads.len()) } }
            @if scene.leads.is_empty() { p class="empty" { (words.no_leads) } }
            ul { @for row in &scene.leads { li { (lead_row(words, shop, customer, row, &scene.now)) } } }
        }
    }
}

fn lead_row(words: &Words, shop: &Shop, customer: &Person, row: &Row, now: &str) -> Markup {
    let address = super::view::address(words, &shop.id, &row.customer);
    html! {
        a href=(address) aria-current=[(row.customer == customer.id).then_some("true")] {
            span class="who" {
                @match &row.name {
                    Some(name) => b { bdi { (name) } },
                    None => b { bdi dir="ltr" { (row.phone) } },
                }
                small { bdi { (row.need.as_deref().unwrap_or_default()) } }
            }
            span class="side" { (pill(words, &row.status)) small { bdi { (when::moment(words, &row.at, now)) } } }
        }
    }
}
