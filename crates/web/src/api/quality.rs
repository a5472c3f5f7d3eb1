//! How well brains understand (D2): people's corrections against what was read, and what each brain and prompt takes.

use super::Listed;
use super::days::days_of;
use crate::auth::{Reader, TenantKey, Writer};
use crate::csv::{self, Cell};
use crate::extract::{IdOf, Json, query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri};
use jiff::tz::TimeZone;
use ringleader_core::id::{Id, MessageId, ReadingId};
use ringleader_core::reading::Language;
use ringleader_jobs::quality::{self, Measures};
use ringleader_jobs::reports::{LONGEST, before};
use ringleader_store::Conn;
use ringleader_store::repo::{
    BrainUse, FactQuality, Judged, Period, Sample, Verdicts, WhichVerdicts, fallback_share, judged_by, verdicts_by,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(brain))
        .routes(routes!(sample))
        .routes(routes!(judged))
        .routes(routes!(judge))
        .routes(routes!(label))
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

/// Words of the sample, with what was understood of them.
#[derive(Debug, Serialize, ToSchema)]
struct SampleView {
    /// The reading.
    id: String,
    /// The messages that were read together, oldest first; none of a turn of a talk.
    messages: Vec<String>,
    /// The talk with the receptionist that it is a turn of.
    talk_id: Option<String>,
    /// All that was read, message by message.
    text: String,
    /// Facts by name; null: it was known already, or another's word counts.
    read: BTreeMap<String, Value>,
    /// What is wanted, the surest first.
    intents: Vec<String>,
    /// What else was understood: `opt_out`, `wants_person`, `emergency` …
    signals: Vec<String>,
    /// The language of the words.
    language: String,
    /// Who read them.
    brain: String,
    /// With which prompt or rules.
    prompt: String,
    /// `right`, `wrong`, or null: nobody has said yet.
    verdict: Option<String>,
}

/// The ten readings of the last whole week that people are asked to judge.
#[utoipa::path(get, path = "/analytics/sample", tag = "analytics", responses((status = 200, body = Listed<SampleView>)))]
async fn sample(State(state): State<AppState>, Reader(key): Reader) -> Result<axum::Json<Listed<SampleView>>> {
    let mut read = state.store.read(key.tenant).await?;
    let tenant = read.tenants().me().await?;
    let (_, all) = quality::sample(&mut read, &tenant).await?;
    Ok(Listed::all(all.into_iter().map(SampleView::from).collect()))
}

impl From<Sample> for SampleView {
    fn from(it: Sample) -> Self {
        let verdict = |right: bool| if right { "right" } else { "wrong" }.to_owned();
        Self {
            id: it.reading.id.to_string(),
            messages: it.reading.messages.iter().map(ToString::to_string).collect(),
            talk_id: it.reading.turn.map(|(talk, _)| talk.to_string()),
            text: it.words.join("\n"),
            read: it.read,
            intents: it.reading.intents,
            signals: it.reading.signals,
            language: it.reading.by.language.to_string(),
            brain: it.reading.by.brain,
            prompt: it.reading.by.prompt,
            verdict: it.right.map(verdict),
        }
    }
}

/// Which of the readings that people judged.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct JudgedAsked {
    /// First local day of the verdicts: `2026-11-01`; without it the 30 days until `to`.
    from: Option<String>,
    /// Last local day; without it today.
    to: Option<String>,
    /// `right` or `wrong` alone.
    verdict: Option<String>,
    /// Only words in this language: `he`, `en` …
    language: Option<String>,
    /// Only what was taken for this intent or signal; empty: for none.
    intent: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Rows of a page, 50 without it, at most 200.
    limit: Option<u32>,
}

/// The readings that people judged, the latest verdict first: what the numbers of verdicts are made of.
#[utoipa::path(get, path = "/analytics/judged", tag = "analytics", params(JudgedAsked), responses((status = 200, body = Listed<SampleView>)))]
async fn judged(
    State(state): State<AppState>,
    Reader(key): Reader,
    uri: Uri,
) -> Result<axum::Json<Listed<SampleView>>> {
    let asked: JudgedAsked = query(&uri)?;
    let right = asked.verdict.as_deref().map(is_right).transpose()?;
    let language = asked.language.as_deref().map(str::parse::<Language>).transpose();
    let language =
        language.map_err(|_| Problem::field("language", "must be a language that is told apart, as he or en"))?;
    let mut read = state.store.read(key.tenant).await?;
    let zone = read.tenants().me().await?.time_zone;
    let today = read.now().to_zoned(zone.clone()).date();
    let (from, to) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, LONGEST)?;
    let (begin, end) = Period { first: from, last: to, line: None }.span(&zone);
    let which = WhichVerdicts { right, language, intent: asked.intent };
    let limit = asked.limit.unwrap_or(50).clamp(1, 200);
    let (all, next) = read.quality().judged(&which, begin, end, asked.cursor.as_deref(), limit).await?;
    Ok(axum::Json(Listed { data: all.into_iter().map(SampleView::from).collect(), next }))
}

/// What a person says of what was understood.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Verdict {
    /// `right` or `wrong`.
    verdict: String,
}

/// Whether a word is a verdict, and which: `true` is right.
pub(crate) fn is_right(word: &str) -> Result<bool> {
    match word {
        "right" => Ok(true),
        "wrong" => Ok(false),
        _ => Err(Problem::field("verdict", "must be one of: right, wrong")),
    }
}

/// Says whether a reading of the sample is right; the last word counts.
#[utoipa::path(put, path = "/readings/{id}/label", tag = "analytics", request_body = Verdict,
    responses((status = 204, description = "Kept")))]
async fn judge(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ReadingId>,
    Json(body): Json<Verdict>,
) -> Result<StatusCode> {
    keep(&state, &key, id, &body).await
}

/// Says whether a message was read right, with those that were read together with it; the last word counts.
#[utoipa::path(put, path = "/messages/{id}/label", tag = "analytics", request_body = Verdict,
    responses((status = 204, description = "Kept")))]
async fn label(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<MessageId>,
    Json(body): Json<Verdict>,
) -> Result<StatusCode> {
    keep(&state, &key, id, &body).await
}

async fn keep(state: &AppState, key: &TenantKey, id: impl Id, verdict: &Verdict) -> Result<StatusCode> {
    let right = is_right(&verdict.verdict)?;
    let mut tx = state.store.begin(key.tenant).await?;
    if !quality::label(&mut tx, id, right, &key.actor()).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
