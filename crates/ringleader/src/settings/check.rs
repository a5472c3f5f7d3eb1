//! Settings that are good alone and wrong together.

use super::load::Problem;
use super::{BaseUrl, BrainName, Settings};

/// What is wrong between settings.
pub(crate) fn across(settings: &Settings) -> Vec<Problem> {
    let checks = [
        metrics_elsewhere(settings),
        model_named(settings),
        body_sizes(settings),
        each_brain_once(settings),
        short_memory(settings),
    ];
    checks.into_iter().flatten().collect()
}

fn metrics_elsewhere(settings: &Settings) -> Option<Problem> {
    let same = settings.metrics_listen == Some(settings.listen) && settings.listen.port() != 0;
    same.then(|| Problem {
        name: "metrics_listen".into(),
        what: format!("found `{}`, which is `listen` as well.", settings.listen),
        mend: "Give it another port, or leave it out to have /metrics on `listen`.".into(),
    })
}

fn model_named(settings: &Settings) -> Option<Problem> {
    let nameless = settings.compatible.base_url.is_some() && settings.compatible.model.is_none();
    nameless.then(|| Problem {
        name: "compatible.model".into(),
        what: "is not set, but `compatible.base_url` is.".into(),
        mend: "Name the model that the server at this address should use.".into(),
    })
}

fn body_sizes(settings: &Settings) -> Option<Problem> {
    let limits = &settings.limits;
    (limits.body_whatsapp.0 < limits.body.0).then(|| Problem {
        name: "limits.body_whatsapp".into(),
        what: format!("found `{}`, which is less than `limits.body` ({}).", limits.body_whatsapp, limits.body),
        mend: "WhatsApp sends the largest bodies: make it at least as large as `limits.body`.".into(),
    })
}

fn each_brain_once(settings: &Settings) -> Option<Problem> {
    let order = &settings.brain.order;
    let twice = order.iter().enumerate().find(|(i, brain)| order[..*i].contains(brain))?.1;
    Some(Problem {
        name: "brain.order".into(),
        what: format!("names `{twice}` twice."),
        mend: "Name each brain once, the preferred one first.".into(),
    })
}

fn short_memory(settings: &Settings) -> Option<Problem> {
    let week = std::time::Duration::from_secs(7 * 86_400);
    (settings.retention.jobs.0 > week).then(|| Problem {
        name: "retention.jobs".into(),
        what: format!("found `{}`, which is more than `7d`.", settings.retention.jobs),
        mend: "Jobs that are over are forgotten after a week at the latest; what they did is kept elsewhere.".into(),
    })
}

impl Settings {
    /// `public_url`, or the address of the listener.
    pub fn public_url(&self) -> BaseUrl {
        self.public_url.clone().unwrap_or_else(|| BaseUrl::of_listener(self.listen))
    }

    /// The brains that can be asked, in order: those with a key or an address, and `local` at the end.
    pub fn brains(&self) -> Vec<BrainName> {
        let ready = |brain: &BrainName| match brain {
            BrainName::Anthropic => self.anthropic.api_key.is_some(),
            BrainName::Openai => self.openai.api_key.is_some(),
            BrainName::Compatible => self.compatible.base_url.is_some(),
            BrainName::Local => true,
        };
        let mut order: Vec<BrainName> = self.brain.order.iter().copied().filter(ready).collect();
        match order.iter().position(|brain| *brain == BrainName::Local) {
            Some(at) => order.truncate(at + 1), // the local brain always answers, so none behind it is ever asked
            None => order.push(BrainName::Local),
        }
        order
    }
}
