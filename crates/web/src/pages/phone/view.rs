//! The page around the parts that change: business, clock, people to play, and the frames of the two phones.

use super::words::Words;
use super::{icons, parts};
use crate::sandbox::{Device, Person, Scene, Shop, Speaker, Who};
use maud::{DOCTYPE, Markup, html};

/// The page's address for a business and one of its customers.
pub(super) fn address(words: &Words, shop: &str, customer: &str) -> String {
    format!("/phone?shop={shop}&customer={customer}&lang={}", words.lang)
}

/// The whole page; `None`: there is no business, or nobody to play.
pub(super) fn page(words: &Words, shops: &[Shop], who: &Who, scene: &Scene) -> Option<Markup> {
    let shop = who.shop(shops)?;
    let customer = who.customer(shop)?;
    let [clock, speed, chat, owner, lead, tasks, why, leads, call, seen] =
        parts::all(words, shop, customer, scene).map(|(_, part)| part);
    Some(html! {
        (DOCTYPE)
        html lang=(words.lang) dir=(words.dir) {
            (head(words))
            body data-live=(format!("/sandbox/live?shop={}&customer={}&lang={}", shop.id, customer.id, words.lang)) {
                p id="lost" class="notice" role="status" hidden { (words.lost) }
                p id="problem" class="notice" role="alert" hidden {}
                noscript { p class="notice" { (words.no_script) } }
                (top(words, shops, shop, customer))
                (time(words, &clock, &speed))
                (people(words, shop, customer))
                (views(words))
                main id="views" data-view="customer" {
                    section class="customer" aria-label=(words.customer_phone) {
                        h2 class="label" { (words.customer_phone) }
                        (customer_phone(words, shop, customer, &chat))
                        (other_calls(words, shop, customer))
                        (call)
                    }
                    section class="business" aria-label=(words.business) { (lead) (tasks) (why) (leads) (seen) }
                    section class="owner" aria-label=(words.owner_phone) {
                        h2 class="label" { (words.owner_phone) }
                        (owner_phone(words, shop, customer, &owner))
                    }
                }
            }
        }
    })
}

fn head(words: &Words) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (words.title) }
            link rel="icon" href="/assets/mark.svg" type="image/svg+xml";
            link rel="stylesheet" href="/assets/phone.css";
            script src="/assets/phone.js" defer {}
        }
    }
}

fn top(words: &Words, shops: &[Shop], shown: &Shop, customer: &Person) -> Markup {
    let (code, name) = words.other;
    let other = format!("/phone?shop={}&customer={}&lang={code}", shown.id, customer.id);
    html! {
        header class="top" {
            img src="/assets/mark.svg" alt="" width="36" height="36";
            div { h1 { bdi { "Ringleader" } } p { (words.tagline) } }
            nav class="segments" aria-label=(words.businesses) {
                @for shop in shops {
                    a href=(address(words, &shop.id, "")) aria-current=[(shop.id == shown.id).then_some("page")] lang=(shop.language) {
                        bdi { (shop.name) }
                    }
                }
            }
            a class="language" href=(other) lang=(code) hreflang=(code) { (name) }
        }
    }
}

fn time(words: &Words, clock: &Markup, speed: &Markup) -> Markup {
    html! {
        form class="time" action="/sandbox/time" method="post" data-numbers aria-label=(words.time) {
            (clock) (speed)
            div class="jumps" {
                @for (seconds, label) in words.jumps {
                    button name="advance_seconds" value=(seconds) { bdi { (label) } }
                }
            }
        }
    }
}

/// On a narrow screen one of the three is shown; these choose.
fn views(words: &Words) -> Markup {
    let views = [("customer", words.customer), ("business", words.business), ("owner", words.owner)];
    html! {
        nav class="views" {
            @for (view, label) in views {
                button type="button" data-show=(view) aria-pressed=(view == "customer") { (label) }
            }
        }
    }
}

fn people(words: &Words, shop: &Shop, played: &Person) -> Markup {
    html! {
        nav class="people" aria-label=(words.play) {
            span class="label" { (words.play) }
            @for person in &shop.customers {
                a href=(address(words, &shop.id, &person.id)) aria-current=[(person.id == played.id).then_some("true")] {
                    bdi { (person.name) }
                    @match person.device {
                        Device::Mobile => {},
                        Device::NoWhatsapp => small { (words.no_whatsapp) },
                        Device::Landline => small { (words.landline) },
                    }
                }
            }
        }
    }
}

fn direction(language: &str) -> &'static str {
    Words::in_language(language).dir
}

fn customer_phone(words: &Words, shop: &Shop, customer: &Person, chat: &Markup) -> Markup {
    html! {
        div class="phone" lang=(shop.language) dir=(direction(&shop.language)) {
            div class="bar" {
                (avatar(&shop.name))
                div class="whom" { b { bdi { (shop.name) } } small { bdi dir="ltr" { (shop.line) } } }
                form action="/sandbox/call" method="post" lang=(words.lang) dir=(words.dir) {
                    (parts::who(shop, customer))
                    @if let Some(call) = shop.calls.first() {
                        button class="call" name="call" value=(call.word()) { (icons::call()) span { (words.call(*call)) } }
                    }
                }
            }
            (chat)
            @if customer.device != Device::Landline {
                form class="hints" action="/sandbox/say" method="post" aria-label=(words.hints) {
                    (parts::who(shop, customer)) (parts::speaker(Speaker::Customer))
                    @for hint in &shop.hints { button name="text" value=(hint) title=(hint) dir="auto" { (hint) } }
                }
                (composer(shop, customer, Speaker::Customer))
            }
        }
    }
}

/// Calls that end otherwise.
fn other_calls(words: &Words, shop: &Shop, customer: &Person) -> Markup {
    let others = shop.calls.get(1..).unwrap_or_default();
    html! {
        @if !others.is_empty() {
            form class="others" action="/sandbox/call" method="post" aria-label=(words.other_calls) {
                (parts::who(shop, customer))
                span class="label" { (words.other_calls) }
                @for call in others { button name="call" value=(call.word()) { (words.call(*call)) } }
            }
        }
    }
}

fn owner_phone(words: &Words, shop: &Shop, customer: &Person, owner: &Markup) -> Markup {
    html! {
        div class="phone" lang=(shop.language) dir=(direction(&shop.language)) {
            div class="bar" {
                (avatar(&shop.name))
                div class="whom" { b { bdi { (shop.name) } } small { bdi lang=(words.lang) dir=(words.dir) { (words.to) " " bdi { (shop.owner.name) } } } }
            }
            (owner)
            (composer(shop, customer, Speaker::Owner))
        }
    }
}

fn avatar(name: &str) -> Markup {
    html! { span class="avatar" aria-hidden="true" { (name.chars().next().unwrap_or('?')) } }
}

fn composer(shop: &Shop, customer: &Person, speaker: Speaker) -> Markup {
    let words = Words::in_language(&shop.language);
    html! {
        form class="composer" action="/sandbox/say" method="post" {
            (parts::who(shop, customer)) (parts::speaker(speaker))
            input name="text" dir="auto" autocomplete="off" maxlength="1000" required aria-label=(words.message) placeholder=(words.message);
            button aria-label=(words.send) title=(words.send) { (icons::send()) }
        }
    }
}
