//! An analysis on the wire (DESIGN 9).

use jiff::Timestamp;
use ringleader_core::analysis::record::{Made, Says, Summed};
use ringleader_core::analysis::{Analysis, CallsToAction, Dimension, Dimensions, Understanding};
use ringleader_core::id::{CallId, ContactId};
use ringleader_core::reading::{Found, Preference};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What was understood from a call, or from all calls of a contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysisView {
    id: String,
    /// `individual`: of one call; `complete`: of all calls of a contact.
    kind: String,
    /// The call; of a complete one the latest that counts.
    call_id: String,
    /// The latest call that counts; of an individual one the call itself.
    latest_call_id: String,
    /// Whose.
    contact_id: Option<String>,
    /// `pending`, `running`, `done`, `provisional` (made without the model that was wanted, made again when it is back) or
    /// `failed`.
    state: String,
    /// Counts up with each new result.
    version: i64,
    /// When the call began.
    called_at: Timestamp,
    /// 0 to 100, by the documented formula.
    score: Option<u8>,
    /// `Hot`, `Warm` or `Cold`.
    tag: Option<String>,
    /// The version of the formula.
    formula: Option<u8>,
    /// How many calls count.
    calls_analysed: i64,
    /// The five judgements, by name; empty while there is no result.
    dimensions: BTreeMap<String, DimensionView>,
    /// Who called and what for, in plain words; `facts` has the same with confidence and source. Null while there is no result.
    extraction: Option<ExtractionView>,
    /// Name, company, email, need, budget, with the call that each comes from.
    facts: Vec<SaidView>,
    calls_to_action: Option<ActionsView>,
    /// When to call back.
    call_back: Option<TimeView>,
    /// When the agreed appointment is.
    demo_at: Option<TimeView>,
    /// Why the call is no lead: `opt_out`, `wrong_number`, `sells_to_us` or null.
    no_lead: Option<String>,
    summary: Option<String>,
    /// One line to know before anything else.
    notification: Option<String>,
    /// Of a complete one: `first`, `rising`, `steady` or `falling`.
    trend: Option<String>,
    /// Of a complete one: the score of each call, oldest first.
    progression: Vec<StepView>,
    /// What made it, and what that cost; null while there is no result.
    model: Option<ModelView>,
    error: Option<String>,
    /// When it was last asked for.
    asked_at: Timestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Who called and what for.
#[derive(Debug, Default, Serialize, ToSchema)]
struct ExtractionView {
    name: Option<String>,
    company_name: Option<String>,
    email: Option<String>,
    need: Option<String>,
    budget: Option<String>,
    /// One line to know before anything else.
    smart_notification: Option<String>,
}

/// What made an analysis, and what that cost.
#[derive(Debug, Serialize, ToSchema)]
struct ModelView {
    /// `anthropic`, `openai`, `compatible` or `local`.
    brain: String,
    /// Name and version of the prompt, or of the rules: `analyse_call@local-0.1.0`.
    prompt: String,
    /// The model's own total: kept beside the score, never used.
    total: Option<u8>,
    tokens_in: i64,
    tokens_out: i64,
    /// In millionths of a US dollar, as far as prices are known.
    cost_micros: i64,
    latency_ms: i64,
}

/// One judgement, with the words that prove it.
#[derive(Debug, Serialize, ToSchema)]
struct DimensionView {
    /// `none`, `low`, `medium` or `high`.
    level: String,
    /// 0 to 3.
    score: u8,
    reasoning: String,
    /// As they stand in a transcript.
    quotes: Vec<String>,
}

/// One known thing, and where it was said.
#[derive(Debug, Serialize, ToSchema)]
struct SaidView {
    name: String,
    value: String,
    confidence: f64,
    /// Said in so many words, or concluded.
    explicit: bool,
    call_id: String,
}

/// What was asked for or agreed to.
#[derive(Debug, Serialize, ToSchema)]
struct ActionsView {
    pricing: bool,
    demo: bool,
    follow_up: bool,
    sample: bool,
    escalated_to_human: bool,
}

/// A time that was meant.
#[derive(Debug, Serialize, ToSchema)]
struct TimeView {
    text: String,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    ambiguous: bool,
}

/// The score of one call.
#[derive(Debug, Serialize, ToSchema)]
struct StepView {
    call_id: String,
    score: u8,
}

impl AnalysisView {
    /// As the wire shows it; `contact` is whose call it is.
    pub fn of(analysis: Analysis, contact: Option<ContactId>) -> Self {
        let Analysis { id, call_id, result, scored, made, .. } = analysis;
        let blank = Self {
            id: id.to_string(),
            kind: analysis.kind.to_string(),
            call_id: call_id.to_string(),
            latest_call_id: call_id.to_string(),
            contact_id: analysis.contact_id.or(contact).map(|id| id.to_string()),
            state: analysis.state.to_string(),
            version: analysis.version,
            called_at: analysis.called_at,
            score: scored.map(|scored| scored.score),
            tag: scored.map(|scored| scored.tag.to_string()),
            formula: scored.map(|scored| scored.version),
            calls_analysed: analysis.calls_analysed,
            dimensions: BTreeMap::new(),
            extraction: None,
            facts: Vec::new(),
            calls_to_action: None,
            call_back: None,
            demo_at: None,
            no_lead: None,
            summary: None,
            notification: None,
            trend: None,
            progression: Vec::new(),
            model: made.map(ModelView::of),
            error: analysis.error,
            asked_at: analysis.asked_at,
            created_at: analysis.created_at,
            updated_at: analysis.updated_at,
        };
        match result {
            None => blank,
            Some(Says::Call(understood)) => blank.with_call(call_id, *understood),
            Some(Says::History(summed)) => blank.with_history(*summed),
        }
    }

    fn with_call(self, call: CallId, understood: Understanding) -> Self {
        let u = &understood;
        let said = |(name, found): (&str, &Option<Found>)| Some(SaidView::of(name, found.as_ref()?, call));
        let facts = [
            ("name", &u.name),
            ("company_name", &u.company_name),
            ("email", &u.email),
            ("need", &u.need),
            ("budget", &u.budget),
        ];
        let facts: Vec<_> = facts.into_iter().filter_map(said).collect();
        Self {
            model: self.model.map(|model| model.with_total(u.own_total)),
            dimensions: dimensions(&u.dimensions),
            extraction: Some(ExtractionView::of(&facts, u.notification.as_deref())),
            facts,
            calls_to_action: Some(ActionsView::of(u.calls_to_action)),
            call_back: u.preference.clone().map(TimeView::of),
            demo_at: u.demo_at.clone().map(TimeView::of),
            no_lead: u.no_lead.map(|why| why.to_string()),
            summary: Some(understood.summary),
            notification: understood.notification,
            ..self
        }
    }

    fn with_history(self, Summed { complete, overview }: Summed) -> Self {
        let said = complete.facts.iter().map(|fact| SaidView::of(&fact.name, &fact.found, fact.call_id));
        let facts: Vec<_> = said.collect();
        Self {
            latest_call_id: complete.latest_call_id.to_string(),
            model: self.model.map(|model| model.with_total(overview.own_total)),
            dimensions: dimensions(&overview.dimensions),
            extraction: Some(ExtractionView::of(&facts, overview.notification.as_deref())),
            facts,
            calls_to_action: Some(ActionsView::of(complete.calls_to_action)),
            summary: Some(overview.summary),
            notification: overview.notification,
            trend: Some(complete.trend.to_string()),
            progression: complete
                .progression
                .into_iter()
                .map(|(call, score)| StepView { call_id: call.to_string(), score })
                .collect(),
            ..self
        }
    }
}

impl ModelView {
    fn of(made: Made) -> Self {
        let Made { brain, prompt, tokens_in, tokens_out, cost_micros, latency_ms } = made;
        Self { brain, prompt, total: None, tokens_in, tokens_out, cost_micros, latency_ms }
    }

    fn with_total(self, total: Option<u8>) -> Self {
        Self { total, ..self }
    }
}

impl ExtractionView {
    fn of(facts: &[SaidView], notification: Option<&str>) -> Self {
        let value = |name| facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
        Self {
            name: value("name"),
            company_name: value("company_name"),
            email: value("email"),
            need: value("need"),
            budget: value("budget"),
            smart_notification: notification.map(str::to_owned),
        }
    }
}

fn dimensions(all: &Dimensions) -> BTreeMap<String, DimensionView> {
    let view = |dimension: &Dimension| {
        let judgement = all.get(*dimension);
        let view = DimensionView {
            level: judgement.level().to_string(),
            score: judgement.score,
            reasoning: judgement.reasoning.clone(),
            quotes: judgement.quotes.clone(),
        };
        (dimension.to_string(), view)
    };
    Dimension::ALL.iter().map(view).collect()
}

impl SaidView {
    fn of(name: &str, found: &Found, call: CallId) -> Self {
        let Found { value, confidence, explicit } = found.clone();
        Self { name: name.to_owned(), value, confidence, explicit, call_id: call.to_string() }
    }
}

impl ActionsView {
    fn of(asked: CallsToAction) -> Self {
        let CallsToAction { pricing, demo, follow_up, sample, escalated_to_human } = asked;
        Self { pricing, demo, follow_up, sample, escalated_to_human }
    }
}

impl TimeView {
    fn of(time: Preference) -> Self {
        Self { text: time.text, from: time.from, until: time.until, ambiguous: time.ambiguous }
    }
}
