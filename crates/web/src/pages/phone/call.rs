//! A call with the receptionist, played by whoever is at the page: typed, or spoken where the browser listens.

use super::words::Words;
use super::{icons, parts};
use crate::sandbox::{LiveCall, Person, Scene, Shop};
use maud::{Markup, html};

/// The part of the page.
pub(super) fn part(words: &Words, shop: &Shop, customer: &Person, scene: &Scene) -> Markup {
    let live = scene.call.as_ref().is_some_and(|call| call.going_on);
    html! {
        section id="call" class="card live" aria-label=(words.receptionist) {
            div class="title" { h2 { (words.receptionist) } }
            form action="/sandbox/receptionist" method="post" {
                (parts::who(shop, customer))
                @if live { button name="action" value="hang_up" { (words.hang_up) } }
                @else { button name="action" value="call" { (icons::call()) " " (words.talk) } }
            }
            @if let Some(call) = &scene.call { (said(words, call)) }
            @if live { (mouth(words, shop, customer)) }
        }
    }
}

fn said(words: &Words, call: &LiveCall) -> Markup {
    html! {
        ol role="log" tabindex="0" aria-label=(words.receptionist) lang="en" dir="ltr" {
            @for line in &call.lines {
                @if line.mine { li class="mine" { (line.text) } } @else { li data-said { (line.text) } }
            }
        }
    }
}

fn mouth(words: &Words, shop: &Shop, customer: &Person) -> Markup {
    html! {
        form action="/sandbox/receptionist" method="post" {
            (parts::who(shop, customer))
            input type="hidden" name="action" value="say";
            input name="text" dir="auto" autocomplete="off" maxlength="500" aria-label=(words.say) placeholder=(words.say_for_example);
            button aria-label=(words.say) { (icons::send()) }
            button type="button" data-ear aria-pressed="false" hidden { (words.speak) }
        }
        form action="/sandbox/receptionist" method="post" {
            (parts::who(shop, customer))
            input type="hidden" name="action" value="key";
            @for key in ["1", "2", "3", "4", "0"] { button name="text" value=(key) { (key) } }
        }
    }
}
