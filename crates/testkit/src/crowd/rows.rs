//! The rows of a crowd as SQL: one statement for each table, whose `i` runs from `$1` to `$2`.

use super::Sizes;

/// What the statements are about.
pub(super) struct World {
    pub(super) postgres: bool,
    pub(super) tenant: String,
    pub(super) user: String,
    pub(super) connection: String,
    /// Milliseconds.
    pub(super) begin: i64,
    /// Milliseconds.
    pub(super) span: i64,
    pub(super) sizes: Sizes,
}

impl World {
    /// A number as twelve hex digits.
    fn hex(&self, number: &str) -> String {
        if self.postgres { format!("lpad(to_hex({number}), 12, '0')") } else { format!("printf('%012x', {number})") }
    }

    /// When the nth of so many happened, in milliseconds.
    fn time(&self, nth: &str, of: i64) -> String {
        format!("({} + {} * ({nth}) / {})", self.begin, self.span, of.max(1))
    }

    /// The id of the nth of so many: it begins with its time.
    fn id(&self, nth: &str, of: i64) -> String {
        format!("({} || '70008000' || {})", self.hex(&self.time(nth, of)), self.hex(nth))
    }

    /// `INSERT … SELECT` of these columns and values for each `i`.
    fn insert(&self, table: &str, rows: &[(&str, String)], only: &str) -> String {
        let (columns, values): (Vec<&str>, Vec<&str>) =
            rows.iter().map(|(name, value)| (*name, value.as_str())).unzip();
        format!(
            "INSERT INTO {table} (tenant_id, {}) WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n
             WHERE i < $2) SELECT '{}', {} FROM n{only}",
            columns.join(", "),
            self.tenant,
            values.join(", "),
        )
    }
}

fn text(words: &str) -> String {
    format!("'{words}'")
}

/// Statement after statement, with how many `i` each has.
pub(super) fn statements(world: &World) -> Vec<(i64, String)> {
    let Sizes { leads, calls, messages } = world.sizes;
    vec![
        (leads, contacts(world)),
        (leads, identities(world)),
        (leads, self::leads(world)),
        (leads, labels(world)),
        (leads, facts(world)),
        (leads, conversations(world)),
        (calls, self::calls(world)),
        (calls, episodes(world)),
        (calls, decisions(world)),
        (calls, ledger(world)),
        (1, balance(world)),
        (messages, self::messages(world)),
        (messages / 5, model_usage(world)),
        (messages / 5, readings(world)),
        (leads / 10, tasks(world)),
        (leads, audit(world)),
    ]
}

fn phone(nth: &str) -> String {
    format!("('+99910' || substr(CAST(10000000 + ({nth}) AS TEXT), 2))")
}

fn micros(world: &World, nth: &str, of: i64) -> String {
    format!("{} * 1000", world.time(nth, of))
}

/// A name for every second one.
fn name(nth: &str) -> String {
    format!("CASE WHEN ({nth}) % 2 = 0 THEN 'Customer ' || ({nth}) WHEN ({nth}) % 3 = 0 THEN 'לקוח ' || ({nth}) END")
}

fn contacts(world: &World) -> String {
    let of = world.sizes.leads;
    let rows = [
        ("id", world.id("i", of)),
        ("kind", text("lead")),
        ("phone", phone("i")),
        ("name", name("i")),
        ("created_at", micros(world, "i", of)),
    ];
    world.insert("contacts", &rows, "")
}

fn identities(world: &World) -> String {
    let of = world.sizes.leads;
    let rows = [
        ("kind", text("phone")),
        ("value", phone("i")),
        ("contact_id", world.id("i", of)),
        ("created_at", micros(world, "i", of)),
    ];
    world.insert("identities", &rows, "")
}

/// Points of a scored lead: few are hot, and the hot ones lie everywhere.
const POINTS: &str = "CASE WHEN i % 500 = 1 THEN 75 + i % 26 ELSE i % 75 END";

/// The word for the points.
const TAG: &str = "CASE WHEN i % 500 = 1 THEN 'Hot' WHEN i % 75 >= 40 THEN 'Warm' ELSE 'Cold' END";

/// The newest twentieth is open, most others ended one way or another.
fn leads(world: &World) -> String {
    let of = world.sizes.leads;
    let open = of - of / 20;
    let status = format!(
        "CASE WHEN i > {open} THEN CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'qualifying' ELSE 'qualified' END ELSE
         CASE i % 10 WHEN 0 THEN 'contacted' WHEN 1 THEN 'viewing_booked' WHEN 2 THEN 'unresponsive' WHEN 3 THEN 'converted'
         WHEN 4 THEN 'offer_made' ELSE 'lost' END END"
    );
    let closed = format!("CASE WHEN i <= {open} AND i % 10 IN (3, 5, 6, 7, 8, 9) THEN {} END", micros(world, "i", of));
    let rows = [
        ("id", world.id("i", of)),
        ("contact_id", world.id("i", of)),
        ("status", status),
        ("source", text("missed_call")),
        ("name", name("i")),
        ("need", "CASE WHEN i % 5 > 0 THEN 'A leaking tap in house number ' || i END".to_owned()),
        (
            "words",
            "CASE WHEN i % 2 = 0 THEN 'customer ' || i ELSE '' END || ' a leaking tap in house number ' || i"
                .to_owned(),
        ),
        ("preference", "CASE WHEN i % 3 = 0 THEN '{\"text\": \"tomorrow morning\"}' END".to_owned()),
        ("assigned_to", format!("CASE WHEN i % 7 = 0 THEN '{}' END", world.user)),
        (
            "score",
            format!(
                "CASE WHEN i % 3 > 0 THEN '{{\"total\":' || ({POINTS}) || ',\"tag\":\"' || ({TAG}) || '\",\"version\":\"calls-1\",\"parts\":[]}}' END"
            ),
        ),
        ("score_total", format!("CASE WHEN i % 3 > 0 THEN {POINTS} END")),
        ("tag", format!("CASE WHEN i % 3 > 0 THEN {TAG} END")),
        ("opened_at", micros(world, "i", of)),
        ("closed_at", closed),
        ("updated_at", micros(world, "i", of)),
    ];
    world.insert("leads", &rows, "")
}

fn labels(world: &World) -> String {
    let rows = [
        ("label", "CASE WHEN i % 1000 = 0 THEN 'VIP' ELSE 'roof' END".to_owned()),
        ("lead_id", world.id("i", world.sizes.leads)),
    ];
    world.insert("lead_labels", &rows, " WHERE i % 10 = 0")
}

fn facts(world: &World) -> String {
    let of = world.sizes.leads;
    let rows = [
        ("lead_id", world.id("i", of)),
        ("name", "f.name".to_owned()),
        ("id", format!("({} || '70008000' || {})", world.hex(&world.time("i", of)), world.hex("i * 3 + f.nth"))),
        ("contact_id", world.id("i", of)),
        ("value", "'\"as they said it\"'".to_owned()),
        ("confidence", "0.9".to_owned()),
        ("source", text("explicit")),
        ("provisional", "0".to_owned()),
        ("at", micros(world, "i", of)),
    ];
    let names = ", (SELECT 'name' AS name, 0 AS nth UNION ALL SELECT 'need', 1 UNION ALL SELECT 'preference', 2) AS f";
    world.insert("facts", &rows, names)
}

fn conversations(world: &World) -> String {
    let (of, messages) = (world.sizes.leads, world.sizes.messages);
    let last = micros(world, &format!("{messages} - {of} + i"), messages);
    let rows = [
        ("id", world.id("i", of)),
        ("contact_id", world.id("i", of)),
        ("lead_id", world.id("i", of)),
        ("channel", text("whatsapp")),
        ("connection_id", format!("'{}'", world.connection)),
        ("state", text("completed")),
        ("driver", format!("CASE WHEN i % 1000 = 0 THEN 'usr_{}' ELSE 'bot' END", world.user)),
        ("asked", text("[0,0,0]")),
        ("reminders_sent", "0".to_owned()),
        ("opened_at", micros(world, "i", of)),
        ("last_inbound_at", last),
        ("said", text("[]")),
    ];
    world.insert("conversations", &rows, "")
}

/// The contact of the nth call.
fn caller(world: &World, nth: &str) -> String {
    format!("(({nth}) * 7919 % {} + 1)", world.sizes.leads.max(1))
}

const MISSED: &str = " WHERE i % 10 IN (5, 6, 7)";

fn calls(world: &World) -> String {
    let of = world.sizes.calls;
    let (contact, other) = (caller(world, "i"), phone(&caller(world, "i")));
    let began = micros(world, "i", of);
    let outbound = "i % 10 IN (4, 9)";
    let talked = "i % 10 IN (0, 1, 2, 3, 4, 9)";
    let outcome = format!("CASE WHEN {talked} THEN 'answered' WHEN i % 10 = 8 THEN 'voicemail' ELSE 'missed' END");
    let rows = [
        ("id", world.id("i", of)),
        ("provider", text("voicenter")),
        ("provider_call_id", "'crowd-' || i".to_owned()),
        ("direction", format!("CASE WHEN {outbound} THEN 'outbound' ELSE 'inbound' END")),
        ("from_number", format!("CASE WHEN {outbound} THEN '+442079460000' ELSE {other} END")),
        ("to_number", format!("CASE WHEN {outbound} THEN {other} ELSE '+442079460000' END")),
        ("line", text("+442079460000")),
        ("contact_id", world.id(&contact, world.sizes.leads)),
        ("lead_id", world.id(&contact, world.sizes.leads)),
        ("episode_id", format!("CASE WHEN i % 10 IN (5, 6, 7) THEN {} END", world.id("i", of))),
        ("lifecycle", text("completed")),
        ("status", text("completed")),
        ("outcome", outcome),
        ("received_at", began.clone()),
        ("counted_at", began.clone()),
        ("started_at", began.clone()),
        ("ended_at", format!("{began} + 60000000")),
        ("ring_seconds", "i % 40".to_owned()),
        ("duration_seconds", format!("CASE WHEN {talked} THEN i % 600 ELSE 0 END")),
        ("transcript", text("[]")),
        ("flags", text("[]")),
        ("agent_id", "CASE WHEN i % 10 = 9 THEN 'agent-1' END".to_owned()),
        ("credits", "CASE WHEN i % 10 = 9 THEN i % 10 END".to_owned()),
        ("platform_cost_micros", "CASE WHEN i % 10 = 9 THEN 40000 END".to_owned()),
        ("confirmed", "CASE WHEN i % 10 = 9 THEN 1 END".to_owned()),
    ];
    world.insert("calls", &rows, "")
}

fn episodes(world: &World) -> String {
    let of = world.sizes.calls;
    let began = micros(world, "i", of);
    let rows = [
        ("id", world.id("i", of)),
        ("contact_id", world.id(&caller(world, "i"), world.sizes.leads)),
        ("purpose", text("missed_call")),
        ("state", text("contacted")),
        ("due_at", began.clone()),
        ("expires_at", began.clone()),
        ("called_at", began.clone()),
        ("opened_at", began.clone()),
        ("closed_at", began),
    ];
    world.insert("episodes", &rows, MISSED)
}

fn decisions(world: &World) -> String {
    let of = world.sizes.calls;
    let rows = [
        ("id", world.id("i", of)),
        ("at", micros(world, "i", of)),
        ("verdict", text("send")),
        ("rule", text("A6")),
        ("reason", text("sent")),
        ("explanation", text("A message goes out: the grace period is over.")),
        ("evidence", text("{}")),
        ("contact_id", world.id(&caller(world, "i"), world.sizes.leads)),
        ("episode_id", world.id("i", of)),
        ("call_id", world.id("i", of)),
    ];
    world.insert("decisions", &rows, MISSED)
}

fn ledger(world: &World) -> String {
    let of = world.sizes.calls;
    let rows = [
        ("id", world.id("i", of)),
        ("at", micros(world, "i", of)),
        ("kind", "CASE WHEN i = 9 THEN 'top_up' ELSE 'debit' END".to_owned()),
        ("credits", "CASE WHEN i = 9 THEN 1000000 ELSE -1 END".to_owned()),
        ("call_id", format!("CASE WHEN i > 9 THEN {} END", world.id("i", of))),
    ];
    world.insert("credits_ledger", &rows, " WHERE i % 10 = 9")
}

fn balance(world: &World) -> String {
    format!(
        "INSERT INTO credit_balances (tenant_id, credits) SELECT tenant_id, CAST(SUM(credits) AS BIGINT) FROM credits_ledger
         WHERE tenant_id = '{}' AND CAST($1 AS BIGINT) <= CAST($2 AS BIGINT) GROUP BY tenant_id
         ON CONFLICT (tenant_id) DO UPDATE SET credits = excluded.credits",
        world.tenant,
    )
}

/// Each missed call has its message; the others go to and fro.
fn messages(world: &World) -> String {
    let Sizes { leads, calls, messages: of } = world.sizes;
    let per = (of / calls.max(1)).max(1);
    let first = format!("i % {per} = 0 AND i / {per} % 10 IN (5, 6, 7) AND i / {per} <= {calls}");
    let inbound = format!("CASE WHEN {first} THEN 0 ELSE i / {} % 2 END", leads.max(1));
    let chat = world.id(&format!("i % {} + 1", leads.max(1)), leads);
    let rows = [
        ("id", world.id("i", of)),
        ("conversation_id", chat.clone()),
        ("contact_id", chat.clone()),
        ("lead_id", chat),
        ("episode_id", format!("CASE WHEN {first} THEN {} END", world.id(&format!("i / {per}"), calls))),
        ("audience", text("contact")),
        ("inbound", inbound.clone()),
        ("channel", text("whatsapp")),
        ("connection_id", format!("'{}'", world.connection)),
        ("kind", text("text")),
        (
            "content",
            "'{\"kind\":\"text\",\"body\":\"Message number ' || i || ', about the tap that leaks.\"}'".to_owned(),
        ),
        ("status", format!("CASE WHEN ({inbound}) = 1 THEN 'received' ELSE 'read' END")),
        ("provider_id", "'crowd-' || i".to_owned()),
        ("send_key", format!("CASE WHEN ({inbound}) = 0 THEN 'crowd-' || i END")),
        ("attempt", "0".to_owned()),
        ("handled_at", micros(world, "i", of)),
        ("at", micros(world, "i", of)),
    ];
    world.insert("messages", &rows, "")
}

/// One for each five messages.
fn readings(world: &World) -> String {
    let of = world.sizes.messages;
    let message = world.id("i * 5", of);
    let rows = [
        ("id", message.clone()),
        ("messages", format!("'[\"msg_' || {message} || '\"]'")),
        ("brain", text("anthropic")),
        ("prompt", text("read_message@1")),
        ("lang", text("en")),
        ("facts", "'[\"name\"]'".to_owned()),
        ("intents", "'[]'".to_owned()),
        ("signals", "CASE WHEN i % 9 = 0 THEN '[\"question\"]' ELSE '[]' END".to_owned()),
        ("at", micros(world, "i * 5", of)),
    ];
    world.insert("readings", &rows, "")
}

fn model_usage(world: &World) -> String {
    let of = world.sizes.messages / 5;
    let rows = [
        ("id", world.id("i", of)),
        ("at", micros(world, "i", of)),
        ("brain", text("anthropic")),
        ("model", "CASE WHEN i % 4 = 0 THEN 'large' ELSE 'small' END".to_owned()),
        ("prompt", text("read_message@1")),
        ("tokens_in", "900".to_owned()),
        ("tokens_out", "120".to_owned()),
        ("cost_micros", "400".to_owned()),
        ("latency_ms", "600".to_owned()),
        ("result", "CASE WHEN i % 5000 = 7 THEN 'unavailable' ELSE 'ok' END".to_owned()),
    ];
    world.insert("model_usage", &rows, "")
}

/// The newest hundred are open.
fn tasks(world: &World) -> String {
    let of = world.sizes.leads / 10;
    let rows = [
        ("id", world.id("i", of)),
        ("kind", text("call_back")),
        ("title", text("Call back")),
        ("detail", text("They want to be called.")),
        ("contact_id", world.id("i * 10", world.sizes.leads)),
        ("lead_id", world.id("i * 10", world.sizes.leads)),
        ("phone", phone("i * 10")),
        ("urgency", "CASE WHEN i % 9 = 0 THEN 'urgent' ELSE 'normal' END".to_owned()),
        ("state", format!("CASE WHEN i > {} THEN 'open' ELSE 'done' END", of - 100)),
        ("created_at", micros(world, "i", of)),
    ];
    world.insert("tasks", &rows, "")
}

fn audit(world: &World) -> String {
    let of = world.sizes.leads;
    let rows = [
        ("id", world.id("i", of)),
        ("at", micros(world, "i", of)),
        ("actor", format!("'usr_{}'", world.user)),
        ("action", text("lead.status")),
        ("subject", text("lead")),
        ("before", text("{\"status\": \"new\"}")),
        ("after", text("{\"status\": \"contacted\"}")),
    ];
    world.insert("audit", &rows, "")
}
