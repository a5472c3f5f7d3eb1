//! From settings to running parts: the one place that knows all layers.
//!
//! Each function makes one part from the settings, so that `serve`, `demo`, `doctor` and the small commands put together
//! what they need and nothing else.

use crate::settings::{BrainName, Settings};
use crate::stop::Stop;
use ringleader_brain::chain::Chain;
use ringleader_brain::local::Local;
use ringleader_brain::models::price::Tariff;
use ringleader_brain::models::{anthropic, compatible, http_client, openai};
use ringleader_brain::seam::Brain;
use ringleader_jobs::context::{Context, Hosts, Parts};
use ringleader_jobs::engine::Config;
use ringleader_store::secrets::Keys;
use ringleader_store::{Clock, Options, Store, StoreError};
use ringleader_web::{VoicePace, WebSettings};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The database, made if it is a file and absent; brought up to date.
///
/// # Errors
/// It cannot be reached, or is newer than this program.
pub async fn store(settings: &Settings, clock: Clock) -> Result<Store, Stop> {
    let options = Options { clock, ..Options::default() };
    Store::open(settings.database_url.reveal(), options).await.map_err(|error| no_database(settings, &error))
}

fn no_database(settings: &Settings, error: &StoreError) -> Stop {
    let mend = match settings.database_url.file() {
        Some(file) => format!("Is the folder of `{}` there, and may this program write to it?", file.display()),
        None => "Is the server running, and are user, password and database of `database_url` right?".to_owned(),
    };
    Stop::failed(format!("The database {} cannot be opened: {error}.", settings.database_url), mend)
}

/// The keys for secrets at rest: those of the settings, else the key file, which is made if absent.
///
/// # Errors
/// The file cannot be read or made, or holds something else.
pub fn keys(settings: &Settings) -> Result<Keys, Stop> {
    let (keys, place) = match &settings.secret_key {
        Some(keys) => (Keys::from_base64(keys.reveal()), "secret_key".to_owned()),
        None => {
            let file = key_file(settings);
            (Keys::load_or_create_key_file(&file), file.display().to_string())
        }
    };
    keys.map_err(|error| {
        let what = format!("The key for secrets cannot be had from {place}: {:#}.", anyhow::Error::from(error));
        Stop::failed(what, "Set `secret_key` to the key that was used before, or mend the file.")
    })
}

/// Where the key is kept when the settings do not hold it: beside the SQLite database, else here.
pub fn key_file(settings: &Settings) -> PathBuf {
    settings.database_url.file().unwrap_or(Path::new("ringleader.db")).with_extension("key")
}

/// A brain by name; `None`: it has no key or address.
pub fn brain(settings: &Settings, name: BrainName) -> Option<Arc<dyn Brain>> {
    match name {
        BrainName::Local => Some(Arc::new(Local)),
        BrainName::Anthropic => {
            let it = &settings.anthropic;
            let config = anthropic::Config {
                base_url: it.base_url.as_str().to_owned(),
                api_key: it.api_key.clone()?,
                model: it.model.clone(),
                timeout: it.timeout.0,
            };
            Some(Arc::new(anthropic::Anthropic::new(config, http_client())))
        }
        BrainName::Openai => {
            let it = &settings.openai;
            let config = openai::Config {
                base_url: it.base_url.as_str().to_owned(),
                api_key: it.api_key.clone()?,
                model: it.model.clone(),
                timeout: it.timeout.0,
                prompt_ids: [("analyse_call", &it.individual_prompt_id), ("analyse_history", &it.complete_prompt_id)]
                    .into_iter()
                    .filter_map(|(question, id)| Some((question, id.clone()?)))
                    .collect(),
            };
            Some(Arc::new(openai::OpenAi::new(config, http_client())))
        }
        BrainName::Compatible => {
            let it = &settings.compatible;
            let config = compatible::Config {
                base_url: it.base_url.as_ref()?.as_str().to_owned(),
                api_key: it.api_key.clone(),
                model: it.model.clone()?,
                timeout: it.timeout.0,
                price: it.price_in.zip(it.price_out).map(|(input, output)| Tariff { input, output }),
            };
            Some(Arc::new(compatible::Compatible::new(config, http_client())))
        }
    }
}

/// All brains that are set up, with the local one as the last resort.
pub fn chain(settings: &Settings) -> Chain {
    let limit = |name| match name {
        BrainName::Anthropic => settings.anthropic.timeout.0,
        BrainName::Openai => settings.openai.timeout.0,
        BrainName::Compatible => settings.compatible.timeout.0,
        BrainName::Local => Duration::ZERO,
    };
    let models = BrainName::ALL.iter().filter(|name| **name != BrainName::Local);
    let models = models.filter_map(|name| Some((brain(settings, *name)?, limit(*name)))).collect();
    Chain::new(models, Arc::new(Local), settings.brain.breaker_open.0)
}

/// How long a provider may take to answer a send.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// What flows and actions work with.
///
/// # Errors
/// The key for secrets cannot be had.
pub fn context(settings: &Settings, store: Store) -> Result<Context, Stop> {
    Ok(Context::new(Parts {
        store,
        keys: keys(settings)?,
        chain: chain(settings),
        brain_order: settings.brain.order.iter().map(ToString::to_string).collect(),
        http: http_client(),
        hosts: Hosts {
            whatsapp: settings.whatsapp.base_url.as_str().to_owned(),
            twilio: settings.twilio.base_url.as_str().to_owned(),
            twilio_lookup: settings.twilio.lookup_base_url.as_str().to_owned(),
            voicenter: settings.voicenter.base_url.as_str().to_owned(),
            allow_private: settings.network.allow_private,
            bolna: settings.bolna.base_url.as_str().to_owned(),
        },
        public_url: settings.public_url().as_str().to_owned(),
        send_timeout: SEND_TIMEOUT,
        read_again_after: settings.brain.retry_after.0.try_into().unwrap_or(jiff::SignedDuration::from_mins(1)),
    }))
}

/// How the job engine works.
pub fn engine_config(settings: &Settings) -> Config {
    let jobs = &settings.jobs;
    Config {
        slots: jobs.slots as usize,
        per_tenant: jobs.tenant_slots.get() as usize,
        lease: jobs.lease.0,
        poll: jobs.poll.0,
        ..Config::default()
    }
}

/// What the web needs to know.
pub fn web(settings: &Settings, public_url: &str) -> WebSettings {
    WebSettings {
        public_url: public_url.to_owned(),
        admin_token: settings.admin_token.clone(),
        whatsapp_verify_token: settings.whatsapp.verify_token.clone(),
        whatsapp_app_secret: settings.whatsapp.app_secret.clone(),
        webhook_limit: settings.limits.body.0,
        whatsapp_limit: settings.limits.body_whatsapp.0,
        api_limit: settings.limits.body.0,
        voice: VoicePace::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Sources;

    #[test]
    fn what_is_set_for_jobs_and_limits_reaches_the_parts_that_it_is_about() {
        let set = [("JOBS__SLOTS", "7"), ("JOBS__TENANT_SLOTS", "3"), ("JOBS__LEASE", "20s"), ("JOBS__POLL", "2s")];
        let limits = [("LIMITS__BODY", "2 KiB"), ("LIMITS__BODY_WHATSAPP", "3 KiB")];
        let named = |(name, value): (&str, &str)| (format!("RINGLEADER_{name}"), value.to_owned());
        let env = set.into_iter().chain(limits).map(named).collect();
        let settings = Settings::load(&Sources { file: None, env }).expect("these settings are good").settings;
        let jobs = engine_config(&settings);
        assert_eq!((jobs.slots, jobs.per_tenant), (7, 3));
        assert_eq!((jobs.lease, jobs.poll), (Duration::from_secs(20), Duration::from_secs(2)));
        let web = web(&settings, "https://ringleader.example.com");
        assert_eq!((web.webhook_limit, web.api_limit, web.whatsapp_limit), (2048, 2048, 3072));
    }
}
