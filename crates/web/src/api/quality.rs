//! How well brains understand (D2): people's corrections against what was read, and what each brain and prompt takes.

use super::days::days_of;
use crate::auth::Reader;
use crate::csv::{self, Cell};
use crate::extract::query;
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use jiff::tz::TimeZone;
use ringleader_core::reading::Language;
use ringleader_jobs::quality::{self, Measures};
use ringleader_jobs::reports::{LONGEST, before};
use ringleader_store::Conn;
use ringleader_store::repo::{BrainUse, FactQuality, Judged, Period, Verdicts, fallback_share, judged_by, verdicts_by};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(brain))
}

/// Which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// First local day: `2026-11-01`; without it the 30 days until `to`.
    from: Option<String>,
    /// Last local day; without it today.
    to: Option<String>,
    /// `csv` for a table of the kinds of facts, `brains.csv` for one of the brains; JSON without it.
    format: Option<String>,
}

/// What people made of what brains read, in a period and in the one of the same length before.
#[derive(Debug, Serialize, ToSchema)]
struct QualityView {
    #[serde(flatten)]
    now: PeriodView,
    before: PeriodView,
}

/// What people made of what brains read in a period.
#[derive(Debug, Serialize, ToSchema)]
struct PeriodView {
    from: String,
    to: String,
    /// By kind of fact.
    facts: Vec<FactView>,
    /// The same facts by the language of the words.
    facts_by_language: Vec<LanguageView>,
    /// The same facts by who read them.
    facts_by_brain: Vec<ReaderView>,
    brains: Vec<BrainView>,
    /// The share of answers that the local brain gave in a model's place, 0 to 1.
    fallback_share: Option<f64>,
    /// Readings of the sample of which people said that they are right.
    labelled_right: i64,
    /// And wrong.
    labelled_wrong: i64,
    /// The same by what the words were taken for.
    labelled_by_intent: Vec<IntentView>,
    /// The same by the language of the words.
    labelled_by_language: Vec<LabelledView>,
    /// Analyses of calls that are done.
    analyses: i64,
    /// Of them, those of a brain that was not the first choice.
    analyses_provisional: i64,
}

/// One kind of fact.
#[derive(Debug, Serialize, ToSchema)]
struct FactView {
    name: String,
    #[serde(flatten)]
    judged: JudgedView,
}

/// Facts from words in one language.
#[derive(Debug, Serialize, ToSchema)]
struct LanguageView {
    /// `he`, `he-Latn`, `he-en`, `en`, `ru`, `ar`; `und`: not known.
    language: String,
    #[serde(flatten)]
    judged: JudgedView,
}

/// Facts that one brain read with one version of a prompt.
#[derive(Debug, Serialize, ToSchema)]
struct ReaderView {
    /// Null: not known, for it was read before that was kept.
    brain: Option<String>,
    /// The prompt, or the rules of the local brain, with the version.
    prompt: Option<String>,
    #[serde(flatten)]
    judged: JudgedView,
}

/// What people made of facts.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
struct JudgedView {
    /// Stands as it was read, or was said to be right by a person.
    stands: i64,
    /// A person put it right.
    corrected: i64,
    provisional: i64,
    /// The share that was not put right, 0 to 1.
    accuracy: Option<f64>,
}

impl From<Judged> for JudgedView {
    fn from(judged: Judged) -> Self {
        let Judged { stands, corrected, provisional } = judged;
        Self { stands, corrected, provisional, accuracy: judged.accuracy() }
    }
}

/// Verdicts on words that were taken for the same.
#[derive(Debug, Serialize, ToSchema)]
struct IntentView {
    /// An intent or a signal: `book_viewing`, `opt_out`, `wants_person`, `emergency` … Null: facts alone, or nothing.
    intent: Option<String>,
    #[serde(flatten)]
    verdicts: VerdictsView,
}

/// Verdicts on words in one language.
#[derive(Debug, Serialize, ToSchema)]
struct LabelledView {
    /// `he`, `he-Latn`, `he-en`, `en`, `ru`, `ar`; `und`: not known.
    language: String,
    #[serde(flatten)]
    verdicts: VerdictsView,
}

/// How many readings people found right.
#[derive(Debug, Serialize, ToSchema)]
struct VerdictsView {
    right: i64,
    wrong: i64,
    /// The share that is right, 0 to 1.
    accuracy: f64,
}

impl From<(i64, i64)> for VerdictsView {
    fn from((right, wrong): (i64, i64)) -> Self {
        Self { right, wrong, accuracy: right as f64 / (right + wrong).max(1) as f64 }
    }
}

/// A brain with one version of a prompt.
#[derive(Debug, Serialize, ToSchema)]
struct BrainView {
    brain: String,
    model: String,
    prompt: String,
    uses: i64,
    /// Without a good answer at the first try.
    failed: i64,
    /// Answers of the local brain in a model's place.
    fallback: i64,
    average_ms: Option<f64>,
    tokens_in: i64,
    tokens_out: i64,
    /// In millionths of a US dollar.
    cost_micros: i64,
}

/// How well brains understand, by people's corrections.
#[utoipa::path(get, path = "/analytics/brain", tag = "analytics", params(Asked), responses((status = 200, body = QualityView)))]
async fn brain(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let asked: Asked = query(&uri)?;
    let mut read = state.store.read(key.tenant).await?;
    let zone = read.tenants().me().await?.time_zone;
    let today = read.now().to_zoned(zone.clone()).date();
    let (from, to) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, LONGEST)?;
    let now = Period { first: from, last: to, line: None };
    let before = period_view(&mut read, before(&now), &zone).await?;
    let view = QualityView { now: period_view(&mut read, now, &zone).await?, before };
    Ok(match asked.format.as_deref() {
        Some("brains.csv") => csv::file("brains", &brains_table(&view)),
        format if csv::asked(format)? => csv::file("facts", &facts_table(&view)),
        _ => axum::Json(view).into_response(),
    })
}

async fn period_view(read: &mut Conn, period: Period, zone: &TimeZone) -> Result<PeriodView> {
    let (begin, end) = period.span(zone);
    let Measures { facts, brains, verdicts, analyses } = quality::measures(read, begin, end).await?;
    let (labelled_right, labelled_wrong) = verdicts_by(&verdicts, |_| ()).remove(&()).unwrap_or_default();
    let fact = |(name, judged): (String, Judged)| FactView { name, judged: judged.into() };
    let language =
        |(language, judged): (Language, Judged)| LanguageView { language: language.to_string(), judged: judged.into() };
    let reader = |(reader, judged): (Option<(String, String)>, Judged)| {
        let (brain, prompt) = reader.unzip();
        ReaderView { brain, prompt, judged: judged.into() }
    };
    let intent = |(intent, verdicts): (Option<String>, (i64, i64))| IntentView { intent, verdicts: verdicts.into() };
    let labelled = |(language, verdicts): (Language, (i64, i64))| LabelledView {
        language: language.to_string(),
        verdicts: verdicts.into(),
    };
    Ok(PeriodView {
        from: period.first.to_string(),
        to: period.last.to_string(),
        facts: judged_by(&facts, |it| it.name.clone()).into_iter().map(fact).collect(),
        facts_by_language: judged_by(&facts, FactQuality::language).into_iter().map(language).collect(),
        facts_by_brain: judged_by(&facts, FactQuality::reader).into_iter().map(reader).collect(),
        fallback_share: fallback_share(&brains),
        brains: brains.into_iter().map(BrainView::from).collect(),
        labelled_right,
        labelled_wrong,
        labelled_by_intent: verdicts_by(&verdicts, |it| it.intent.clone()).into_iter().map(intent).collect(),
        labelled_by_language: verdicts_by(&verdicts, Verdicts::language).into_iter().map(labelled).collect(),
        analyses: analyses.0,
        analyses_provisional: analyses.1,
    })
}

impl From<BrainUse> for BrainView {
    fn from(it: BrainUse) -> Self {
        Self {
            average_ms: (it.uses > 0).then(|| it.latency_ms as f64 / it.uses as f64),
            brain: it.brain,
            model: it.model,
            prompt: it.prompt,
            uses: it.uses,
            failed: it.failed,
            fallback: it.fallback,
            tokens_in: it.tokens_in,
            tokens_out: it.tokens_out,
            cost_micros: it.cost_micros,
        }
    }
}

/// A table of what there is in either period: its names, its numbers, and the same of the period before.
fn beside<K: Ord + Clone + Into<Vec<Cell>>, const N: usize>(
    names: &[&str],
    columns: [&str; N],
    now: &BTreeMap<K, [Cell; N]>,
    then: &BTreeMap<K, [Cell; N]>,
) -> Vec<Vec<Cell>> {
    let before = columns.map(|name| format!("before_{name}").into());
    let mut table = vec![names.iter().chain(&columns).map(|name| Cell::from(*name)).chain(before).collect()];
    let all: BTreeSet<&K> = now.keys().chain(then.keys()).collect();
    let of = |all: &BTreeMap<K, [Cell; N]>, key: &K| all.get(key).cloned().unwrap_or([const { Cell::Empty }; N]);
    table.extend(
        all.into_iter().map(|key| key.clone().into().into_iter().chain(of(now, key)).chain(of(then, key)).collect()),
    );
    table
}

/// What a row of a table is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Named<const N: usize>([String; N]);

impl<const N: usize> From<Named<N>> for Vec<Cell> {
    fn from(it: Named<N>) -> Self {
        it.0.map(Cell::from).to_vec()
    }
}

fn facts_table(view: &QualityView) -> Vec<Vec<Cell>> {
    let of = |period: &PeriodView| {
        let row = |it: &FactView| {
            let JudgedView { stands, corrected, provisional, accuracy } = it.judged;
            (Named([it.name.clone()]), [stands.into(), corrected.into(), provisional.into(), accuracy.into()])
        };
        period.facts.iter().map(row).collect::<BTreeMap<_, _>>()
    };
    let columns = ["stands", "corrected", "provisional", "accuracy"];
    beside(&["fact"], columns, &of(&view.now), &of(&view.before))
}

fn brains_table(view: &QualityView) -> Vec<Vec<Cell>> {
    let of = |period: &PeriodView| {
        let row = |it: &BrainView| {
            let named = Named([&it.brain, &it.model, &it.prompt].map(Clone::clone));
            let [uses, failed, fallback] = [it.uses, it.failed, it.fallback].map(Cell::from);
            let [tokens_in, tokens_out, cost] = [it.tokens_in, it.tokens_out, it.cost_micros].map(Cell::from);
            (named, [uses, failed, fallback, it.average_ms.into(), tokens_in, tokens_out, cost])
        };
        period.brains.iter().map(row).collect::<BTreeMap<_, _>>()
    };
    let columns = ["uses", "failed", "fallback", "average_ms", "tokens_in", "tokens_out", "cost_micros"];
    beside(&["brain", "model", "prompt"], columns, &of(&view.now), &of(&view.before))
}
