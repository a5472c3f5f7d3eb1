//! The settings of the installation (DESIGN 9): one table, from which everything else follows.
//!
//! Always true: a setting is one documented line here with its default; file, environment, `ringleader config`, the
//! reference and `doctor` read the same line. All wrong settings are reported together, with secrets masked.
//! To add one: write its line below and run `make docs`; it may need a new type in `kinds.rs`.

mod check;
mod kinds;
mod load;
mod show;
mod table;
mod value;

pub use kinds::{BaseUrl, BrainName, DatabaseUrl, LogFilter, LogFormat, SecretKeys, SecretText, Size, Span};
pub use load::{Loaded, Origin, Problem, Problems, Sources};
pub use show::{reference, to_json, to_toml};
pub use table::{Field, Shown};

use std::net::SocketAddr;
use std::num::NonZeroU32;

table::settings! {
    /// Where the program listens, where it keeps its data, and who may run it.
    top {
        /// Address and port to listen on. Put a reverse proxy with TLS in front of it when it is not a loopback address.
        listen: SocketAddr = "127.0.0.1:8080",
        /// Address under which the outside reaches this program; webhook URLs and links begin with it.
        /// Not set: `http://` and the address of `listen`.
        public_url: Option<BaseUrl> = "",
        /// The database: a SQLite file, made if absent, or a PostgreSQL server.
        database_url: DatabaseUrl = "sqlite:ringleader.db",
        /// Key for making tenants and for `/metrics`. Not set: both are closed to everyone, and tenants are made by
        /// `ringleader admin tenant create`.
        admin_token: Option<SecretText> = "",
        /// Encrypts the secrets of connections in the database. Not set: it is made on the first start and kept in a
        /// `.key` file beside the SQLite database (with PostgreSQL: `ringleader.key` in the current directory; set it
        /// when several nodes share a database). To change it, put the new key and a comma before the old one. Lose
        /// it, and the connections' secrets have to be entered anew.
        secret_key: Option<SecretKeys> = "",
        /// Separate address for `/metrics`, without token. Not set: `/metrics` on `listen`, with the admin token.
        metrics_listen: Option<SocketAddr> = "",
    }
    /// WhatsApp Cloud API.
    whatsapp: Whatsapp {
        /// Where the Graph API is, with its version.
        base_url: BaseUrl = "https://graph.facebook.com/v26.0",
        /// The verify token that was typed in at the webhook's registration in Meta's app dashboard.
        verify_token: Option<SecretText> = "",
        /// App secret that signs webhooks, for connections that have none of their own.
        app_secret: Option<SecretText> = "",
    }
    /// Twilio.
    twilio: Twilio {
        /// Where the API is.
        base_url: BaseUrl = "https://api.twilio.com",
        /// Where the number lookup is.
        lookup_base_url: BaseUrl = "https://lookups.twilio.com",
    }
    /// Voicenter.
    voicenter: Voicenter {
        /// Where the Call Log API is.
        base_url: BaseUrl = "https://api.voicenter.com",
    }
    /// Bolna voice agents.
    bolna: Bolna {
        /// Where the API is.
        base_url: BaseUrl = "https://api.bolna.ai",
    }
    /// OpenAI as a brain. Used when a key is set.
    openai: Openai {
        /// API key. Not set: the environment's `OPENAI_API_KEY`.
        api_key: Option<SecretText> = "",
        /// Where the API is.
        base_url: BaseUrl = "https://api.openai.com/v1",
        /// The model.
        model: String = "gpt-6-luna",
        /// Longest wait for one answer.
        timeout: Span = "30s",
        /// A stored prompt to analyse one call with, instead of the built-in one.
        individual_prompt_id: Option<String> = "",
        /// A stored prompt to analyse all calls of a contact with, instead of the built-in one.
        complete_prompt_id: Option<String> = "",
    }
    /// Anthropic as a brain. Used when a key is set.
    anthropic: Anthropic {
        /// API key. Not set: the environment's `ANTHROPIC_API_KEY`.
        api_key: Option<SecretText> = "",
        /// Where the API is.
        base_url: BaseUrl = "https://api.anthropic.com",
        /// The model.
        model: String = "claude-haiku-5-5",
        /// Longest wait for one answer.
        timeout: Span = "30s",
    }
    /// Any server that speaks the OpenAI chat completions protocol, as a brain. Used when an address is set.
    compatible: Compatible {
        /// Where the API is, ending in `/v1`.
        base_url: Option<BaseUrl> = "",
        /// API key, where the server asks for one.
        api_key: Option<SecretText> = "",
        /// The model.
        model: Option<String> = "",
        /// Longest wait for one answer.
        timeout: Span = "30s",
        /// What a million tokens of input cost there, in US cents; 0 for a server of one's own. Without both prices no use of
        /// it counts towards a business's daily money for models.
        price_in: Option<u32> = "",
        /// The same for output.
        price_out: Option<u32> = "",
    }
    /// Which brain is asked first, and what happens when one is down.
    brain: Brain {
        /// The order in which brains are asked; those without key or address are passed over. `local` needs nothing
        /// and is asked last in any case.
        order: Vec<BrainName> = "anthropic, openai, compatible, local",
        /// What the local brain understood while the models were down is read again by a model after this time.
        retry_after: Span = "1m",
        /// A model that failed several times in a row is left alone for this time.
        breaker_open: Span = "30s",
    }
    /// Outgoing requests.
    network: Network {
        /// Allows requests to private and loopback addresses that tenants typed in. Only for trying things out.
        allow_private: bool = "false",
    }
    /// Logs and traces. Logs go to standard error and never hold phone numbers, texts or secrets.
    telemetry: Telemetry {
        /// What is logged, in the filter syntax of the tracing crate: `info`, or `warn,ringleader_jobs=debug`.
        log: LogFilter = "info",
        /// For people or for machines.
        format: LogFormat = "text",
        /// Where OpenTelemetry traces go: a collector that speaks OTLP over HTTP, as `http://localhost:4318`; `/v1/traces`
        /// is added. Not set: no traces. The environment's `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_RESOURCE_ATTRIBUTES` and
        /// `OTEL_TRACES_SAMPLER` are heeded.
        otlp_endpoint: Option<BaseUrl> = "",
    }
    /// What is refused to keep the program healthy.
    limits: Limits {
        /// Largest body of a request; a larger one is answered with 413.
        body: Size = "1 MiB",
        /// Largest body of a WhatsApp webhook.
        body_whatsapp: Size = "4 MiB",
        /// Webhooks that may wait for the next commit; one more is answered with 503 and Retry-After.
        inbox_queue: NonZeroU32 = "4096",
    }
    /// How long is kept what is no longer needed. Contacts, leads and conversations are not touched by these.
    retention: Retention {
        /// Jobs that are over, at most `7d`.
        jobs: Span = "7d",
    }
    /// The engine that does what is due. The defaults suit one small machine.
    jobs: Jobs {
        /// Jobs that run at the same time on this node; 0 on a node that only takes in, beside others that work.
        slots: u32 = "64",
        /// Jobs of one tenant that run at the same time, on all nodes together.
        tenant_slots: NonZeroU32 = "32",
        /// A job whose node died is taken over by another node after this time.
        lease: Span = "15s",
        /// How often is looked for work that another program or node has left. Own work is noticed at once.
        poll: Span = "1s",
        /// Longest wait for running jobs when the program is told to stop.
        drain: Span = "20s",
    }
}
