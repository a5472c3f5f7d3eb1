//! The reports' figures of a crowd: what each call and lead adds, and the sums, made of its rows by the database.

use super::rows::World;

/// What is summed up; the parts of each thing are those that the program would count.
const MEASURES: [&str; 20] = [
    "calls:inbound",
    "calls:outbound",
    "voice_agent_calls",
    "voice_agent:agent-1",
    "scored:individual",
    "points:individual",
    "scored:complete",
    "points:complete",
    "answered",
    "missed",
    "outcome:answered",
    "outcome:missed",
    "outcome:voicemail",
    "leads",
    "source:missed_call",
    "status:converted",
    "qualified",
    "recovered",
    "spoken_with",
    "converted",
];

/// Statements in their order, each run once.
pub(super) fn statements(world: &World) -> Vec<String> {
    let mut all = vec![calls(world), leads(world)];
    all.extend(MEASURES.iter().map(|measure| hourly(world, measure)));
    all.push(format!(
        "INSERT INTO rollups_daily (tenant_id, day, line, measure, value) SELECT tenant_id, day, line, measure,
         CAST(SUM(value) AS BIGINT) FROM rollups_hourly WHERE tenant_id = '{}' GROUP BY tenant_id, day, line, measure",
        world.tenant
    ));
    all.push(format!(
        "INSERT INTO rollups_monthly (tenant_id, month, line, measure, value) SELECT tenant_id, SUBSTR(day, 1, 7), line,
         measure, CAST(SUM(value) AS BIGINT) FROM rollups_daily WHERE tenant_id = '{}'
         GROUP BY tenant_id, SUBSTR(day, 1, 7), line, measure",
        world.tenant
    ));
    all.push(slots(world));
    all.extend(["calls", "outcome:answered", "credits"].map(|measure| of_agents(world, measure)));
    let month = day(world, "at");
    all.push(format!(
        "INSERT INTO model_money (tenant_id, month, zone, cost_micros) SELECT tenant_id, SUBSTR({month}, 1, 7),
         'Europe/London', CAST(COALESCE(SUM(cost_micros), 0) AS BIGINT) FROM model_usage WHERE tenant_id = '{tenant}'
         AND SUBSTR({month}, 1, 7) < (SELECT SUBSTR({last}, 1, 7) FROM model_usage WHERE tenant_id = '{tenant}')
         GROUP BY tenant_id, SUBSTR({month}, 1, 7)",
        tenant = world.tenant,
        last = day(world, "MAX(at)"),
    ));
    all.push(unfolded(world));
    all
}

/// The sums of voice agents' calls.
fn of_agents(world: &World, measure: &str) -> String {
    format!(
        "INSERT INTO rollups (tenant_id, report, day, line, agent, measure, value) SELECT tenant_id, 'voice_agents', day,
         line, 'agent-1', '{measure}', value FROM rollups_daily WHERE tenant_id = '{}' AND measure = 'voice_agent_calls'",
        world.tenant
    )
}

/// A busy minute that is not folded yet: commits whose changes make up for each other, so that the sums stay.
fn unfolded(world: &World) -> String {
    let day = day(world, "received_at");
    format!(
        "INSERT INTO rollup_deltas (tenant_id, id, changes) SELECT tenant_id, 'busy' || id,
         '[{{\"place\":{{\"day\":\"' || {day} || '\",\"hour\":9,\"line\":\"\"}},\"measure\":\"missed\",\"by\":1}},'
         || '{{\"place\":{{\"day\":\"' || {day} || '\",\"hour\":9,\"line\":\"\"}},\"measure\":\"missed\",\"by\":-1}}]'
         FROM calls WHERE tenant_id = '{}' ORDER BY id DESC LIMIT 1000",
        world.tenant
    )
}

/// Day and hour in London's winter: near enough for a crowd.
fn day(world: &World, micros: &str) -> String {
    match world.postgres {
        true => format!("to_char(to_timestamp({micros} / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
        false => format!("date({micros} / 1000000, 'unixepoch')"),
    }
}

/// The sums by hour of the week.
fn slots(world: &World) -> String {
    let weekday = match world.postgres {
        true => "CAST(EXTRACT(ISODOW FROM CAST(day AS DATE)) AS BIGINT) - 1",
        false => "(CAST(STRFTIME('%w', day) AS BIGINT) + 6) % 7",
    };
    format!(
        "INSERT INTO rollups_slots (tenant_id, measure, month, slot, line, value) SELECT tenant_id, measure,
         SUBSTR(day, 1, 7), ({weekday}) * 24 + hour, line, CAST(SUM(value) AS BIGINT) FROM rollups_hourly
         WHERE tenant_id = '{}' GROUP BY tenant_id, measure, SUBSTR(day, 1, 7), ({weekday}) * 24 + hour, line",
        world.tenant
    )
}

fn hour(micros: &str) -> String {
    format!("({micros} / 3600000000) % 24")
}

fn calls(world: &World) -> String {
    let (day, hour) = (day(world, "received_at"), hour("received_at"));
    format!(
        "INSERT INTO tallies (tenant_id, subject, day, hour, line, sums) SELECT tenant_id, 'call_' || id, {day}, {hour},
         line, CASE WHEN agent_id IS NOT NULL THEN '{{\"calls:outbound\":1,\"points:complete\":1,\"points:individual\":1,'
         || '\"scored:complete\":1,\"scored:individual\":1,\"voice_agent:agent-1\":1,\"voice_agent_calls\":1}}'
         WHEN direction = 'outbound' THEN '{{\"calls:outbound\":1}}'
         WHEN outcome = 'answered' THEN '{{\"answered\":1,\"calls:inbound\":1,\"outcome:answered\":1}}'
         ELSE '{{\"calls:inbound\":1,\"missed\":1,\"outcome:' || outcome || '\":1}}' END
         FROM calls WHERE tenant_id = '{}'",
        world.tenant
    )
}

fn leads(world: &World) -> String {
    let (day, hour) = (day(world, "opened_at"), hour("opened_at"));
    format!(
        "INSERT INTO tallies (tenant_id, subject, day, hour, line, sums) SELECT tenant_id, 'lead_' || id, {day}, {hour},
         '+442079460000', CASE WHEN status = 'converted'
         THEN '{{\"converted\":1,\"leads\":1,\"qualified\":1,\"recovered\":1,\"source:missed_call\":1,\"spoken_with\":1,\"status:converted\":1}}'
         ELSE '{{\"leads\":1,\"source:missed_call\":1}}' END FROM leads WHERE tenant_id = '{}'",
        world.tenant
    )
}

fn hourly(world: &World, measure: &str) -> String {
    format!(
        "INSERT INTO rollups_hourly (tenant_id, measure, day, hour, line, value) SELECT tenant_id, '{measure}', day, hour,
         line, COUNT(*) FROM tallies WHERE tenant_id = '{}' AND sums LIKE '%\"{measure}\":%'
         GROUP BY tenant_id, day, hour, line",
        world.tenant
    )
}
