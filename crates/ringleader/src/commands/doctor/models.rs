//! Every model that is set up, asked to read one made-up message.

use super::Check;
use crate::settings::{BrainName, Settings};
use crate::wiring;
use ringleader_brain::seam::{BrainError, Known, MessageRequest};
use ringleader_core::conversation::ChatState;
use ringleader_store::Clock;

const UNPRICED: &str = "Its use does not count towards `limits.model_money_per_day` of a business: set `compatible.price_in` and \
    `compatible.price_out`, or choose a model whose price is listed.";

pub(super) async fn check(settings: &Settings) -> Vec<Check> {
    let mut checks = vec![];
    for name in BrainName::ALL.iter().filter(|name| **name != BrainName::Local) {
        let Some(brain) = wiring::brain(settings, *name) else { continue };
        let what = format!("brain {name}");
        let check = match brain.read_message(&sample()).await {
            Ok(answer) => {
                let used = answer.uses.last();
                let model = used.map(|used| used.model.clone()).unwrap_or_default();
                if used.is_some_and(|used| used.cost_micros.is_none()) {
                    checks.push(Check::note(what.clone(), format!("no price of {model} is known"), UNPRICED));
                }
                Check::good(what, format!("{model} answers"))
            }
            Err((error, _)) => Check::bad(what, error.to_string(), mend(*name, &error)),
        };
        checks.push(check);
        if !settings.brains().contains(name) {
            let mend = format!("Add `{name}` to `brain.order`, before `local`.");
            checks.push(Check::note(format!("brain {name}"), "it is set up and not in `brain.order`", mend));
        }
    }
    if checks.is_empty() {
        checks.push(Check::good("brain local", "no model is set up; the built-in brain reads all messages"));
    }
    checks
}

fn mend(name: BrainName, error: &BrainError) -> String {
    match error {
        BrainError::Unavailable { .. } => {
            format!("Does `{name}.base_url` lead there? Chats go on with the local brain.")
        }
        BrainError::Misconfigured { .. } => format!("Check `{name}.api_key` and `{name}.model`."),
        BrainError::Refused | BrainError::Invalid { .. } => format!("Try another model: `{name}.model`."),
    }
}

fn sample() -> MessageRequest {
    MessageRequest {
        text: "Hi, I am Sarah, my boiler is leaking.".to_owned(),
        state: ChatState::AwaitingResponse,
        known: Known::default(),
        now: Clock::system().now(),
        zone: jiff::tz::TimeZone::UTC,
        country: "GB".to_owned(),
        language: "en".to_owned(),
        mask: vec![],
    }
}
