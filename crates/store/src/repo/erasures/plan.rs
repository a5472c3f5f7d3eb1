//! What becomes of each table when a person is erased (P10): the one list of what tells of people, and where.
//!
//! Always true, and checked by a test over the schema of both engines: every table of a tenant is in this list, and so is every
//! column of text or bytes in it, so that a new one cannot be forgotten. Rows that sums stand on stay and tell nothing; rows that
//! only tell of the person go. `tenant_id` and `id` need not be named.

use crate::inbox::FORGOTTEN;

/// What is known of an erased person, each a set of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    People,
    /// Their numbers, E.164, and what else they are known by.
    Numbers,
    /// Those of them that are not the business's own people's, too: only these give somebody away.
    Private,
    Leads,
    Calls,
    /// The carriers' ids of their calls.
    Carried,
    Episodes,
    Chats,
    Messages,
    /// The channels' ids of their messages.
    Sent,
    Talks,
    Tickets,
    Alarms,
    /// Other people's, with them as the contractor.
    MendedTickets,
    MendedAlarms,
    Appointments,
    Tasks,
    Decisions,
    Analyses,
    Merges,
    Audit,
    Inbox,
    Jobs,
}

/// A set, the table and key that it is made of, and by which columns a row is theirs.
pub(super) type Source = (Of, &'static str, &'static str, &'static [(&'static str, Of)]);

/// Where the sets come from, in this order: which key of which table, and by which columns its rows are theirs.
pub(super) const GATHER: &[Source] = &[
    (Of::Numbers, "identities", "value", &[("contact_id", Of::People)]),
    (Of::Numbers, "contacts", "phone", &[("id", Of::People)]),
    (Of::Leads, "leads", "id", &[("contact_id", Of::People)]),
    (Of::Calls, "calls", "id", &[("contact_id", Of::People), ("lead_id", Of::Leads)]),
    (Of::Carried, "calls", "provider_call_id", &[("id", Of::Calls)]),
    (Of::Carried, "call_legs", "own_key", &[("call_id", Of::Calls)]),
    (Of::Episodes, "episodes", "id", &[("contact_id", Of::People)]),
    (Of::Chats, "conversations", "id", &[("contact_id", Of::People)]),
    (Of::Talks, "talks", "id", &[("contact_id", Of::People)]),
    (Of::Tickets, "tickets", "id", &[("contact_id", Of::People), ("talk_id", Of::Talks)]),
    (Of::Alarms, "alarms", "id", &[("contact_id", Of::People), ("talk_id", Of::Talks)]),
    (Of::Appointments, "appointments", "id", &[("contact_id", Of::People), ("lead_id", Of::Leads)]),
    (Of::Tasks, "tasks", "id", &[("contact_id", Of::People), ("lead_id", Of::Leads)]),
    (
        Of::Messages,
        "messages",
        "id",
        &[
            ("contact_id", Of::People),
            ("conversation_id", Of::Chats),
            ("lead_id", Of::Leads),
            ("episode_id", Of::Episodes),
            ("to_phone", Of::Private),
        ],
    ),
    (Of::Sent, "messages", "provider_id", &[("id", Of::Messages)]),
    (
        Of::Decisions,
        "decisions",
        "id",
        &[
            ("contact_id", Of::People),
            ("episode_id", Of::Episodes),
            ("call_id", Of::Calls),
            ("message_id", Of::Messages),
        ],
    ),
    (Of::Analyses, "analyses", "id", &[("contact_id", Of::People), ("call_id", Of::Calls)]),
    (Of::Analyses, "analysis_history", "id", &[("contact_id", Of::People), ("call_id", Of::Calls)]),
    (Of::Merges, "merges", "id", &[("into_contact", Of::People), ("from_contact", Of::People)]),
];

/// Columns of words that may speak of somebody wherever they stand: every row of them is looked at.
pub(super) const ANYWHERE: &[(Of, &str, &[&str])] = &[
    (Of::Inbox, "inbox", &["event_key", "headers", "detail", "body"]),
    (Of::Jobs, "jobs", &["key", "lane", "payload", "last_error"]),
    (Of::Messages, "messages", &["send_key", "content"]),
    (Of::Tasks, "tasks", &["task_key", "title", "detail", "phone"]),
    (Of::Decisions, "decisions", &["explanation", "evidence"]),
    (Of::Audit, "audit", &["subject", "before", "after"]),
    (Of::MendedTickets, "tickets", &["contractor"]),
    (Of::MendedAlarms, "alarms", &["contractor"]),
];

/// What is done with the rows of a table.
pub(super) enum Act {
    /// They go.
    Gone,
    /// They stay, with this in these columns.
    Blank(&'static [(&'static str, &'static str)]),
    /// They tell of nobody.
    Stays,
}

/// One line of the list.
pub(super) struct Rule {
    pub(super) table: &'static str,
    /// Which rows: the column, and the set that its value is in.
    pub(super) of: (&'static str, Of),
    pub(super) act: Act,
    /// Other columns of text, which tell of nobody.
    #[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "what a test compares the schema with"))]
    pub(super) plain: &'static str,
}

const fn gone(table: &'static str, column: &'static str, of: Of) -> Rule {
    Rule { table, of: (column, of), act: Act::Gone, plain: "" }
}

const fn blank(
    table: &'static str,
    of: (&'static str, Of),
    columns: &'static [(&'static str, &'static str)],
    plain: &'static str,
) -> Rule {
    Rule { table, of, act: Act::Blank(columns), plain }
}

const fn stays(table: &'static str, plain: &'static str) -> Rule {
    Rule { table, of: ("id", Of::People), act: Act::Stays, plain }
}

/// The talk's state as that of a talk in which nothing was said.
pub(super) const EMPTY_DESK: &str = r#"'{"language":"en","style":"written","trade":"general","topics":[],"asked":null,"asks":{},"known":{},"seal":null,"warned":[],"last":[],"turns":0,"repairs":0,"silences":0,"busy":false,"handed":false,"ended":true}'"#;

/// A message that says nothing.
pub(super) const EMPTY_MESSAGE: &str = r#"'{"kind":"text","body":"—"}'"#;

/// The list.
pub(super) const RULES: &[Rule] = &[
    // What only tells of them.
    gone("identities", "contact_id", Of::People),
    gone("consents", "contact_id", Of::People),
    gone("facts", "contact_id", Of::People),
    gone("facts", "lead_id", Of::Leads),
    gone("fact_history", "contact_id", Of::People),
    gone("fact_history", "lead_id", Of::Leads),
    gone("saved_searches", "contact_id", Of::People),
    gone("search_matches", "contact_id", Of::People),
    gone("sent_details", "contact_id", Of::People),
    gone("contractors", "contact_id", Of::People),
    gone("number_lines", "phone", Of::Numbers),
    gone("lead_labels", "lead_id", Of::Leads),
    gone("owner_notices", "lead_id", Of::Leads),
    gone("owner_told", "lead_id", Of::Leads),
    gone("answer_links", "lead_id", Of::Leads),
    gone("call_events", "call_id", Of::Calls),
    gone("talk_turns", "talk_id", Of::Talks),
    gone("readings", "talk_id", Of::Talks),
    gone("readings", "id", Of::Messages),
    gone("ticket_photos", "message_id", Of::Messages),
    gone("message_events", "provider_id", Of::Sent),
    gone("merge_moves", "merge_id", Of::Merges),
    gone("merges", "id", Of::Merges),
    gone("jobs", "id", Of::Jobs),
    // What somebody else has with them.
    gone("tenancies", "contact_id", Of::People),
    blank(
        "tenancies",
        ("landlord_id", Of::People),
        &[("landlord_id", "NULL")],
        "property_id contact_id manager_id ends_on",
    ),
    blank(
        "on_call_rings",
        ("phone", Of::Private),
        &[("name", "'—'"), ("phone", "''")],
        "alarm_id connection_id state provider_call_id result",
    ),
    blank("tickets", ("landlord_id", Of::People), &[("landlord_id", "NULL")], ""),
    blank("tickets", ("id", Of::MendedTickets), &[("contractor", "NULL")], ""),
    blank("alarms", ("id", Of::MendedAlarms), &[("contractor", "NULL")], ""),
    // What sums stand on.
    blank(
        "contacts",
        ("id", Of::People),
        &[("phone", "NULL"), ("name", "NULL"), ("profile_name", "NULL"), ("language", "NULL")],
        "kind merged_into erasure_id",
    ),
    blank(
        "calls",
        ("id", Of::Calls),
        &[
            ("from_number", "NULL"),
            ("to_number", "NULL"),
            ("answered_by", "NULL"),
            ("recording_url", "NULL"),
            ("transcript", "'[]'"),
            ("confirmed", "CASE WHEN confirmed IS NULL THEN NULL ELSE 1 END"), // the platform is not asked again
            ("agent", "agent"), // only what is counted stays of it: see `strip_agents`
        ],
        "provider provider_call_id connection_id direction line contact_id lead_id episode_id lifecycle status outcome flags \
         hangup agent_id counted trace",
    ),
    blank("call_legs", ("call_id", Of::Calls), &[("report", "'{}'")], "call_id leg_key provider own_key"), // legs of theirs that come late
    blank(
        "voice_calls",
        ("call_id", Of::Calls),
        &[("caller", "NULL"), ("cuts", "'{}'"), ("summary", "NULL")],
        "provider_call_id call_id connection_id contact_id line mode language taken_by",
    ),
    blank(
        "analyses",
        ("id", Of::Analyses),
        &[("words", "NULL"), ("result", "NULL"), ("error", "NULL")],
        "kind call_id contact_id state tag made",
    ),
    blank(
        "analysis_history",
        ("id", Of::Analyses),
        &[("words", "NULL"), ("result", "NULL"), ("error", "NULL")],
        "kind call_id contact_id state tag made",
    ),
    blank(
        "leads",
        ("id", Of::Leads),
        &[
            ("name", "CASE WHEN name IS NULL THEN NULL ELSE '—' END"),
            ("need", "CASE WHEN need IS NULL THEN NULL ELSE '—' END"),
            ("preference", "CASE WHEN preference IS NULL THEN NULL ELSE '{}' END"),
            ("words", "''"),
            ("closed_at", "COALESCE(closed_at, updated_at)"),
        ],
        "contact_id status source merged_into score tag assigned_to",
    ),
    blank(
        "conversations",
        ("id", Of::Chats),
        &[("peer", "id"), ("driver", "'bot'"), ("window_until", "NULL")],
        "contact_id lead_id episode_id channel connection_id state asked said closed_reason led_by",
    ),
    blank(
        "messages",
        ("id", Of::Messages),
        &[
            ("to_phone", "NULL"),
            ("to_email", "NULL"),
            ("content", EMPTY_MESSAGE),
            ("error", "NULL"),
            // WhatsApp's ids have the number in them; by the others, late news of a message are still known.
            ("provider_id", "CASE WHEN provider_id LIKE 'wamid.%' THEN NULL ELSE provider_id END"),
            ("status", "CASE WHEN status = 'wanted' THEN 'failed' ELSE status END"),
        ],
        "conversation_id contact_id lead_id episode_id audience channel connection_id kind purpose send_key trace",
    ),
    blank(
        "talks",
        ("id", Of::Talks),
        &[("desk", EMPTY_DESK), ("hold", "NULL"), ("unfinished", "0")],
        "medium external_id contact_id language taken_up_by",
    ),
    blank(
        "tickets",
        ("id", Of::Tickets),
        &[("report", "'—'"), ("address", "NULL"), ("note", "NULL")],
        "number contact_id talk_id property_id category urgency danger state landlord_id manager_id contractor landlord_told",
    ),
    blank(
        "alarms",
        ("id", Of::Alarms),
        &[("phone", "NULL"), ("report", "'—'"), ("address", "NULL")],
        "danger contact_id talk_id state taken_by contractor",
    ),
    blank(
        "appointments",
        ("id", Of::Appointments),
        &[
            ("place", "CASE WHEN property_id IS NULL THEN '—' ELSE place END"),
            ("feedback", "CASE WHEN feedback IS NULL THEN NULL ELSE '—' END"),
        ],
        "purpose contact_id property_id agent_id state lead_id",
    ),
    blank(
        "tasks",
        ("id", Of::Tasks),
        &[
            ("title", "'—'"),
            ("detail", "''"),
            ("phone", "NULL"),
            ("state", "CASE WHEN state = 'open' THEN 'dismissed' ELSE state END"),
        ],
        "task_key kind contact_id lead_id urgency assigned_to",
    ),
    blank(
        "decisions",
        ("id", Of::Decisions),
        &[("explanation", "''"), ("evidence", "'{}'")],
        "verdict rule reason contact_id episode_id call_id message_id text_key",
    ),
    blank("audit", ("id", Of::Audit), &[("before", "NULL"), ("after", "NULL")], "actor action subject"),
    blank("inbox", ("id", Of::Inbox), FORGOTTEN, "connection_id provider dedupe_key state"),
    stays("idempotency", "request_key fingerprint body"), // sealed: see `forget_answers`
    stays("episodes", "contact_id purpose line state reason"),
    stays("satisfaction", "call_id contact_id"),
    stays("credits_ledger", "kind call_id note terms"),
    stays("labels", "message_id actor brain prompt lang intent"),
    stays("slot_holds", "resource holder"),
    stays("tallies", "subject day line sums"),
    // The business's own.
    stays("inbox_batches", "words bodies"), // on their way into the inbox
    stays("agent_hours", "agent_id week"),
    stays("api_keys", "name scopes key_hash"),
    stays("budgets", "bucket_key"),
    stays("calendar_feeds", "agent_id token_hash"),
    stays("call_log_marks", "connection_id scope"),
    stays("connections", "kind name config secrets key_hash account_key health health_detail"),
    stays("credit_balances", ""),
    stays("erasures", "actor reason counts"),
    stays("kept_opt_outs", "digest"),
    stays("lines", "number uses connection_id languages"),
    stays("message_templates", "connection_id name language status category reason"),
    stays("model_money", "month zone"),
    stays("model_usage", "brain model prompt result"),
    stays("password_links", "token_hash user_id purpose token"),
    stays(
        "properties",
        "reference deal kind door street area postcode district period features search_words link state viewings",
    ),
    stays("property_media", "property_id kind url"),
    stays("recovery_codes", "user_id code_hash"),
    stays("rollup_deltas", "changes"),
    stays("rollups", "report day line agent measure"),
    stays("rollups_daily", "day line measure"),
    stays("rollups_hourly", "measure day line"),
    stays("rollups_monthly", "month line measure"),
    stays("rollups_slots", "measure month line"),
    stays("sessions", "token_hash user_id"),
    stays("tenants", "name locale country time_zone place owner settings digest_key"),
    stays("users", "name email role password_hash language totp_secret"),
];
