//! Questions to brains, one by one: what their money and their measures are made of (D2, B7).

use super::figures::Amount;
use super::{Asked, Chosen, Opened, back, given};
use crate::csv::{self, Cell, Part};
use crate::pages::shell::{Page as Shown, Place, When, empty, icon, more_link};
use crate::problem::Result;
use crate::session::{Lang, Me};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use ringleader_core::currency::grouped;
use ringleader_store::repo::{KeptUse, Page, WhichUses};

/// Rows of a page.
const ROWS: u32 = 50;

/// Rows of a file that are read at once.
const LINES: u32 = 200;

/// The address of the questions of a period; `which` narrows them.
pub(super) fn path(chosen: &Chosen, which: &[(&str, &str)]) -> String {
    chosen.narrowed("/reports/uses", which)
}

fn which(asked: &Asked) -> WhichUses {
    let text = |text: &str| given(text).map(str::to_owned);
    let (brain, model, prompt) = (text(&asked.brain), text(&asked.model), text(&asked.prompt));
    WhichUses { brain, model, prompt, only: asked.only.parse().ok() }
}

pub(super) async fn show(
    State(state): State<AppState>,
    Opened { me, asked, chosen, mut read }: Opened,
) -> Result<Markup> {
    let l = me.lang;
    let (begin, end) = chosen.period.span(&me.zone());
    let page = Page { limit: ROWS, before: given(&asked.cursor).map(str::to_owned) };
    let uses = read.usage().uses(&which(&asked), begin, end, &page).await?;
    drop(read);
    let which = [("brain", &asked.brain), ("model", &asked.model), ("prompt", &asked.prompt), ("only", &asked.only)];
    let which: Vec<(&str, &str)> = which.into_iter().map(|(name, value)| (name, value.as_str())).collect();
    let narrowed = which.iter().any(|(_, value)| !value.is_empty());
    let here = path(&chosen, &which);
    let body = html! {
        (back(&me, &chosen))
        section class="card" id="uses" {
            @if uses.rows.is_empty() { (empty("search", if narrowed { l.t("Nothing behind this number", "אין שורות מאחורי המספר הזה") } else { l.t("Nothing was asked in this period", "לא נשאל דבר בתקופה הזאת") }, "")) }
            @else {
                header { a href=(here.replacen("/reports/uses", "/reports/uses.csv", 1)) { (icon("next")) " CSV" } }
                div class="scroll" tabindex="0" role="group" aria-label=(l.t("Questions to models", "שאלות למודלים")) { table {
                    thead { tr { @for words in heads(l) { th { (words) } } } }
                    tbody { @for it in &uses.rows { (row(&me, it)) } }
                } }
            }
            (more_link(l, &here, uses.next.as_deref()))
        }
    };
    Shown::new(&me, Place::Reports, l.t("Questions to models", "שאלות למודלים"), body).show(&state).await
}

fn heads(l: Lang) -> [&'static str; 7] {
    [
        l.t("When", "מתי"),
        l.t("Brain", "מנוע"),
        l.t("Prompt", "הנחיה"),
        l.t("Result", "תוצאה"),
        l.t("Took", "משך"),
        l.t("Tokens in / out", "טוקנים פנימה / החוצה"),
        l.t("Money", "עלות"),
    ]
}

fn row(me: &Me, it: &KeptUse) -> Markup {
    let l = me.lang;
    html! { tr {
        th scope="row" { (When::of(me).at(it.at)) }
        td { @if it.used.brain == "local" { (l.t("Built in", "מובנה")) } @else { bdi { (it.used.brain) " " (it.used.model) } } }
        td { bdi { (it.used.prompt) } }
        td { (result(l, &it.used.result)) }
        td { bdi { (took(l, it.used.latency_ms as f64)) } }
        td { bdi dir="ltr" { (grouped(it.used.tokens_in)) " / " (grouped(it.used.tokens_out)) } }
        td { bdi dir="ltr" { @match it.used.cost_micros { Some(micros) => (money(micros)), None => "–" } } }
    } }
}

/// How long an answer took.
pub(super) fn took(l: Lang, ms: f64) -> String {
    format!("{:.1} {}", ms / 1000.0, l.t("s", "שנ׳"))
}

/// A question costs less than a cent as a rule.
fn money(micros: i64) -> String {
    match micros {
        0 => Amount::Dollars(0).words(),
        few if few.abs() < 100 => format!("${:.6}", few as f64 / 1_000_000.0),
        few if few.abs() < 10_000 => format!("${:.4}", few as f64 / 1_000_000.0),
        _ => Amount::Dollars(micros).words(),
    }
}

/// What came of a question.
fn result(l: Lang, word: &str) -> &str {
    match word {
        "ok" | "good" => l.t("Answered", "נענתה"),
        "repaired" => l.t("Answered at the second try", "נענתה בניסיון שני"),
        "fallback" => l.t("Answered in a model's place", "נענתה במקום מודל"),
        "unavailable" => l.t("The model was away", "המודל לא היה זמין"),
        "misconfigured" => l.t("Key or quota to be mended", "צריך לתקן מפתח או מכסה"),
        "refused" => l.t("The model declined", "המודל סירב"),
        "invalid" => l.t("Not a usable answer", "התשובה לא הייתה שמישה"),
        other => other,
    }
}

/// All of them as a file, however many.
pub(super) async fn file(state: &AppState, me: Me, asked: &Asked) -> Result<Response> {
    let (l, which) = (me.lang, which(asked));
    let mut read = state.store.read(me.tenant.id).await?;
    let chosen = asked.chosen(&me, &mut read).await?;
    drop(read);
    let (begin, end) = chosen.period.span(&me.zone());
    let head = [
        l.t("When", "מתי"),
        l.t("Brain", "מנוע"),
        l.t("Model", "מודל"),
        l.t("Prompt", "הנחיה"),
        l.t("Result", "תוצאה"),
        l.t("Took (milliseconds)", "משך (אלפיות שנייה)"),
        l.t("Tokens in", "טוקנים פנימה"),
        l.t("Tokens out", "טוקנים החוצה"),
        l.t("Money (USD)", "עלות (USD)"),
    ];
    let (store, tenant, zone) = (state.store.clone(), me.tenant.id, me.zone());
    let part = move |before: Option<String>| {
        let (store, which, zone) = (store.clone(), which.clone(), zone.clone());
        async move {
            let mut read = store.read(tenant).await?;
            let uses = read.usage().uses(&which, begin, end, &Page { limit: LINES, before }).await?;
            let local = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
            Ok::<Part, _>((uses.rows.iter().map(|it| cells(l, it, local(it.at))).collect(), uses.next))
        }
    };
    csv::parts("uses", head.map(Cell::from).to_vec(), None, part).await
}

fn cells(l: Lang, it: &KeptUse, at: String) -> Vec<Cell> {
    let words = [it.used.brain.as_str(), &it.used.model, &it.used.prompt, result(l, &it.used.result)].map(Cell::from);
    let numbers = [it.used.latency_ms, it.used.tokens_in, it.used.tokens_out].map(Cell::from);
    let money = it.used.cost_micros.map_or(Cell::Empty, |micros| Cell::Number(micros as f64 / 1_000_000.0, 6));
    std::iter::once(at.into()).chain(words).chain(numbers).chain([money]).collect()
}
