//! A language model that is played (D4): it reads as the local brain does, over the wire of the real service, keys and schemas
//! and all.

use crate::cli::PlayedModel;
use ringleader_brain::fake::{self, Fake};
use ringleader_brain::local::Local;
use std::sync::Arc;

/// The service.
pub(super) struct Model {
    which: PlayedModel,
    fake: Fake,
}

impl Model {
    /// Starts it on a port of its own.
    pub(super) async fn start(which: PlayedModel) -> std::io::Result<Self> {
        let fake = match which {
            PlayedModel::Anthropic => fake::anthropic::start().await?,
            PlayedModel::Openai => fake::openai::start().await?,
        };
        fake.answer_with(Arc::new(Local));
        Ok(Self { which, fake })
    }

    /// As people know it.
    pub(super) const fn name(&self) -> &'static str {
        match self.which {
            PlayedModel::Anthropic => "Anthropic",
            PlayedModel::Openai => "OpenAI",
        }
    }

    /// How often it was asked.
    pub(super) fn requests(&self) -> usize {
        self.fake.requests()
    }

    /// The settings that lead to it.
    pub(super) fn settings(&self) -> [(&'static str, String); 2] {
        let (address, key) = match self.which {
            PlayedModel::Anthropic => ("RINGLEADER_ANTHROPIC__BASE_URL", "RINGLEADER_ANTHROPIC__API_KEY"),
            PlayedModel::Openai => ("RINGLEADER_OPENAI__BASE_URL", "RINGLEADER_OPENAI__API_KEY"),
        };
        [(address, self.fake.base_url.clone()), (key, fake::KEY.to_owned())]
    }
}
