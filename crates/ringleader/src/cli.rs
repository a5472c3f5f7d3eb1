//! The command line (DESIGN 9): what can be asked of the program. The commands themselves are in `commands/`.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Turns every phone call into a lead.
#[derive(Debug, Parser)]
#[command(name = "ringleader", version, after_help = "Exit codes: 0 good, 1 failed, 2 wrong use or wrong settings.")]
pub struct Cli {
    /// Settings file [default: RINGLEADER_CONFIG, else ringleader.toml if present]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Prints for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do; without it: serve
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the program: webhooks, API, pages, jobs (this is the default)
    Serve,
    /// Runs the program with every outside service played on this machine, and sample data: no account needed
    Demo(Demo),
    /// Tries database, keys, connections and models, and says what to do
    Doctor,
    /// Prints the effective settings, documented, with secrets masked
    Config(Config),
    /// Brings the database up to date
    Migrate,
    /// Measures how well a brain understands a labelled file of messages
    Eval(Eval),
    /// Raw events as they came in
    #[command(subcommand)]
    Inbox(Inbox),
    /// Work that waits, runs or failed
    #[command(subcommand)]
    Jobs(Jobs),
    /// Erases a person for good, with everything that tells of them
    Erase(Erase),
    /// Tenants, API keys and users
    #[command(subcommand)]
    Admin(Admin),
}

/// Options of `demo`.
#[derive(Debug, Clone, Copy, Args)]
pub struct Demo {
    /// How many times faster than real the clock runs
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub speed: u32,
    /// Port on this machine; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Plays a language model as well, which is asked before the local brain
    #[arg(long, value_enum)]
    pub model: Option<PlayedModel>,
}

/// A language model that the demo can play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlayedModel {
    /// Anthropic's Messages
    Anthropic,
    /// OpenAI's Responses
    Openai,
}

/// Options of `config`.
#[derive(Debug, Clone, Copy, Args)]
pub struct Config {
    /// Prints the reference of all settings as Markdown (docs/settings.md) instead
    #[arg(long)]
    pub reference: bool,
}

/// Options of `eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// Labelled files, one JSON object a line; of a folder, all its `.jsonl` files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Which brains: anthropic, openai, compatible, local; several stand side by side
    #[arg(long, value_delimiter = ',', default_value = "local")]
    pub brain: Vec<String>,
    /// A share that must be reached, as in intent=92; below it the command fails
    #[arg(long, value_name = "FIELD=PERCENT")]
    pub at_least: Vec<String>,
    /// Also prints every miss
    #[arg(long)]
    pub misses: bool,
}

/// Options of `erase`.
#[derive(Debug, Args)]
pub struct Erase {
    /// Whose customer
    #[arg(long)]
    pub tenant: String,
    /// The contact's id
    #[arg(long)]
    pub contact: String,
    /// Why, without naming the person: it is kept with the receipt
    #[arg(long, default_value = "")]
    pub reason: String,
    /// It is meant: this cannot be taken back
    #[arg(long, required = true)]
    pub yes: bool,
}

/// How much of a list.
#[derive(Debug, Clone, Copy, Args)]
pub struct Page {
    /// At most so many, the newest first
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
}

/// `inbox …`
#[derive(Debug, Subcommand)]
pub enum Inbox {
    /// Lists events
    List {
        /// Only those in this state: received, processed, unroutable, unreadable, failed
        #[arg(long)]
        state: Option<String>,
        /// How much.
        #[command(flatten)]
        page: Page,
    },
    /// Shows one event with its raw body (which holds what the caller sent)
    Show {
        /// Its id
        id: String,
    },
    /// Works on an event again; what was done already is not done twice
    Replay {
        /// Its id
        id: String,
    },
}

/// `jobs …`
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// Lists jobs
    List {
        /// Only those in this state
        #[arg(long)]
        state: Option<String>,
        /// Only those of this kind
        #[arg(long)]
        kind: Option<String>,
        /// How much.
        #[command(flatten)]
        page: Page,
    },
    /// Runs a parked or waiting job as soon as possible
    Retry {
        /// Its id
        id: String,
    },
    /// Gives a job up
    Discard {
        /// Its id
        id: String,
    },
}

/// `admin …`
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Businesses
    #[command(subcommand)]
    Tenant(AdminTenant),
    /// API keys
    #[command(subcommand)]
    Key(AdminKey),
    /// People who sign in
    #[command(subcommand)]
    User(AdminUser),
    /// Encrypts all secrets with the first of the secret keys, so that the others can go
    Reseal,
}

/// `admin tenant …`
#[derive(Debug, Subcommand)]
pub enum AdminTenant {
    /// Makes a tenant and its first API key
    Create(CreateTenant),
    /// Lists tenants
    List,
}

/// Options of `admin tenant create`.
#[derive(Debug, Args)]
pub struct CreateTenant {
    /// The business's name, as its customers know it
    #[arg(long)]
    pub name: String,
    /// Language and country, such as he-IL or en-GB
    #[arg(long)]
    pub locale: String,
    /// Time zone, such as Asia/Jerusalem or Europe/London
    #[arg(long)]
    pub time_zone: String,
    /// Two-letter country that local numbers belong to [default: that of the locale]
    #[arg(long)]
    pub country: Option<String>,
    /// Town, for the times of Shabbat
    #[arg(long)]
    pub place: Option<String>,
    /// The owner's name
    #[arg(long)]
    pub owner_name: String,
    /// The owner's mobile number, which is told of leads
    #[arg(long)]
    pub owner_phone: Option<String>,
    /// The owner's email address
    #[arg(long)]
    pub owner_email: Option<String>,
}

/// `admin key …`
#[derive(Debug, Subcommand)]
pub enum AdminKey {
    /// Makes a key and prints it once
    Create {
        /// Whose key
        #[arg(long)]
        tenant: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// What it may do, with commas between
        #[arg(long, value_delimiter = ',')]
        scopes: Vec<String>,
    },
    /// Lists keys, without the keys themselves
    List {
        /// Whose keys
        #[arg(long)]
        tenant: String,
    },
    /// Makes a key useless, at once
    Revoke {
        /// Whose key
        #[arg(long)]
        tenant: String,
        /// Its id
        id: String,
    },
}

/// `admin user …`
#[derive(Debug, Subcommand)]
pub enum AdminUser {
    /// Makes a user; the password is the first line of standard input
    Create {
        /// Whose user
        #[arg(long)]
        tenant: String,
        /// Email address to sign in with
        #[arg(long)]
        email: String,
        /// Name
        #[arg(long)]
        name: String,
        /// owner, agent, viewer, or admin who runs the installation besides
        #[arg(long, default_value = "owner")]
        role: String,
    },
    /// Lists the users of a tenant
    List {
        /// Whose users
        #[arg(long)]
        tenant: String,
    },
    /// Makes a link with which a user chooses a password; it works once
    Link(UserOf),
    /// Gives a user another role, shuts them out, or lets them in again
    Change {
        /// Who
        #[command(flatten)]
        user: UserOf,
        /// owner, agent, viewer, or admin who runs the installation besides
        #[arg(long, required_unless_present = "disabled")]
        role: Option<String>,
        /// true shuts them out, false lets them in again
        #[arg(long)]
        disabled: Option<bool>,
    },
    /// Takes the second step away from a user who lost the telephone and the recovery codes
    SecondStepOff(UserOf),
}

/// A user of a tenant.
#[derive(Debug, Args)]
pub struct UserOf {
    /// Whose user
    #[arg(long)]
    pub tenant: String,
    /// The user's email address
    #[arg(long)]
    pub email: String,
}
