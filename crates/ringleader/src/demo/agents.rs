//! The demo's third business: a flat agency whose voice agent calls people (part B) and whose line the receptionist answers. Its platform is played too: the calls of
//! the last days come in by webhook as they would, some of them twice, and one is still going on.

use super::{receptionist, seed};
use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::models::http_client;
use ringleader_core::id::TenantId;
use ringleader_core::phone::Phone;
use ringleader_core::tenant::{LineUse, Owner};
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_jobs::context::Context;
use ringleader_providers::bolna::fake::{BolnaFake, Disorder, Scenario, Target};
use ringleader_store::repo::NewTenant;
use ringleader_web::sandbox::{CallKind, Device, Person, Shop};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

/// The address that the agency's owner signs in with.
pub(super) const OWNER: &str = "owner@agency.example";

/// What it is called.
const NAME: &str = "Acme Homes";

/// Its owner's mobile.
const OWNERS_PHONE: &str = "+447700900002";

/// How calls of the agent can go.
const AGENTS: [CallKind; 6] = [
    CallKind::AgentHot,
    CallKind::AgentWarm,
    CallKind::AgentCold,
    CallKind::AgentHebrew,
    CallKind::AgentNoAnswer,
    CallKind::AgentVoicemail,
];

/// The agency's number.
const LINE: &str = "+442079460020";

/// Its agent at the platform.
const AGENT: &str = "9f0c7c52-2a4e-4a61-8f0a-1d2e3f4a5b6c";

/// Opens the platform's API.
const KEY: &str = "demo-platform-key";

/// Ready to sign.
const HOT: &str = "assistant: Hello, this is Dana from Acme Homes. Are you still looking for a flat?\n\
    user: Yes, urgently. My name is Oliver Grant, we have to move by the end of the month.\n\
    assistant: What would you like to spend?\nuser: Up to 1,800 pounds a month, two bedrooms, near a station.\n\
    assistant: We have one in Bow. Shall I book a viewing?\nuser: Yes please, tomorrow at 10 would be perfect. How much is the deposit?\n\
    assistant: Five weeks' rent. I will send you the details.\nuser: Great, my email is oliver.grant@example.com.\n";

/// Not yet.
const WARM: &str = "assistant: Hello, this is Dana from Acme Homes. Are you still looking for a flat?\n\
    user: Maybe, we are only comparing prices at the moment.\nassistant: Which area would you like?\n\
    user: Somewhere around Hackney. Could you call me back next week?\nassistant: Of course.\n";

/// No.
const COLD: &str = "assistant: Hello, this is Dana from Acme Homes. Are you still looking for a flat?\n\
    user: No thanks, we bought a house in May. Not interested.\nassistant: Congratulations, and sorry to bother you.\n";

/// In Hebrew.
const HEBREW: &str = "assistant: שלום, מדברת דנה מ-Acme Homes. את עדיין מחפשת דירה?\n\
    user: כן, קוראים לי נועה. אני צריכה שלושה חדרים בלונדון, התקציב שלי עד 2,500 פאונד.\n\
    assistant: מתי נוח לך לראות דירה?\nuser: ביום ראשון בבוקר.\n";

/// The agency and its platform.
pub(super) struct Agency {
    tenant: TenantId,
    platform: BolnaFake,
    /// Opens the agency's API.
    api_key: String,
    target: Target,
    calls: AtomicU64,
}

/// The platform, on a port of its own; the program's settings need its address.
pub(super) async fn platform() -> std::io::Result<BolnaFake> {
    BolnaFake::start(([127, 0, 0, 1], 0).into(), http_client(), KEY, 3).await
}

impl Agency {
    /// Makes the agency at an installation that listens at `address`.
    pub(super) async fn make(cx: &Context, platform: BolnaFake, address: SocketAddr) -> anyhow::Result<Self> {
        let id: TenantId = cx.store.ids().new_id();
        let (key, hash) = crate::credentials::new_key();
        let mut tx = cx.store.begin(id).await?;
        let new = tenant();
        tx.tenants().insert(id, &new).await?;
        tx.people().add_key("demo", &["read", "write", "admin"].map(String::from), &hash).await?;
        let owner = &new.owner.name;
        seed::let_in(&mut tx, owner, OWNER, Role::Owner).await?;
        let line = Phone::from_e164(LINE).expect("the demo's lines are E.164");
        tx.tenants().add_line(&line, &[LineUse::VoiceAgent], None, &[]).await?;
        let line = Phone::from_e164(receptionist::LINE).expect("the demo's lines are E.164");
        tx.tenants().add_line(&line, &[LineUse::Receptionist], None, &["en-GB".to_owned()]).await?;
        actions::import_properties(&mut tx, &properties(), false, "demo").await?;
        tx.commit().await?;
        let account = json!({ "account_sid": receptionist::ACCOUNT, "auth_token": receptionist::TOKEN,
            "sms_from": receptionist::LINE });
        seed::connect(cx, id, ("twilio", "Telephone"), account).await?;
        let config = json!({ "api_key": KEY, "agents": [{ "agent_id": AGENT, "name": "Dana", "line": LINE }] });
        let path = seed::connect(cx, id, ("bolna", "Voice agent"), config).await?;
        let target = Target { url: format!("http://{address}{path}"), header: None };
        Ok(Self { tenant: id, platform, api_key: key.reveal().clone(), target, calls: AtomicU64::new(1) })
    }

    /// Which business it is.
    pub(super) fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Opens the agency's API.
    pub(super) fn api_key(&self) -> &str {
        &self.api_key
    }

    /// What the page shows of it.
    pub(super) fn shop() -> Shop {
        let person = |id: &str, name: &str, nth: u32| Person {
            id: id.to_owned(),
            name: name.to_owned(),
            phone: customer(nth),
            device: Device::NoWhatsapp,
        };
        Shop {
            id: "homes".to_owned(),
            name: NAME.to_owned(),
            language: "en".to_owned(),
            line: LINE.to_owned(),
            owner: Person { phone: OWNERS_PHONE.to_owned(), ..person("owner", "Ada", 99) },
            customers: [("oliver", "Oliver", 20), ("zoe", "Zoe", 21), ("sam", "Sam", 22), ("maya", "Maya", 23)]
                .map(|(id, name, nth)| person(id, name, nth))
                .to_vec(),
            hints: Vec::new(),
            calls: AGENTS.to_vec(),
        }
    }

    /// What the platform's API was asked, oldest first.
    pub(super) fn asked(&self) -> Vec<String> {
        self.platform.asked()
    }

    /// The agent calls a customer, and the call goes so; it is over by `now`.
    ///
    /// # Errors
    /// The program did not take an event, or this is no call of an agent.
    pub(super) async fn call(&self, phone: &str, kind: CallKind, now: Timestamp) -> anyhow::Result<()> {
        let (call, seconds) = match kind {
            CallKind::AgentHot => (Scenario::saying(96.5, HOT), 100),
            CallKind::AgentWarm => (Scenario::saying(41.0, WARM), 45),
            CallKind::AgentCold => (Scenario::saying(27.2, COLD), 30),
            CallKind::AgentHebrew => (Scenario::saying(58.4, HEBREW), 62),
            CallKind::AgentNoAnswer => (Scenario::no_answer(), 30),
            CallKind::AgentVoicemail => (Scenario::voicemail(9.0), 12),
            _ => anyhow::bail!("this is no call of a voice agent"),
        };
        let id = format!("demo-played-{}", self.calls.fetch_add(1, Ordering::Relaxed));
        let call = call.id(&id).agent(AGENT).ours(LINE).customer(phone).at(now - SignedDuration::from_secs(seconds));
        self.deliver(&self.platform.play(&call), Disorder::default()).await
    }

    async fn deliver(&self, told: &[Value], disorder: Disorder) -> anyhow::Result<()> {
        let answers = self.platform.deliver(&self.target, told, disorder).await;
        ensure!(answers.iter().all(|status| *status == 200), "an event of a call was not taken");
        Ok(())
    }

    /// Plays the calls of the days before `now`.
    ///
    /// # Errors
    /// The program did not take an event.
    pub(super) async fn play(&self, now: Timestamp) -> anyhow::Result<()> {
        let doubled = Disorder { duplicates_percent: 20, ..Disorder::default() };
        for scenario in past(now) {
            self.deliver(&self.platform.play(&scenario), doubled).await?;
        }
        let going_on = scenario(Scenario::answered(40.0), 9, now - SignedDuration::from_secs(20));
        self.deliver(&self.platform.play_until(&going_on, 3), Disorder::default()).await
    }
}

/// Every ending that owners meet, oldest first.
fn past(now: Timestamp) -> Vec<Scenario> {
    let calls = [
        (Scenario::no_answer(), 50),
        (Scenario::saying(41.0, WARM), 49),
        (Scenario::voicemail(9.0), 48),
        (Scenario::busy(), 26),
        (Scenario::saying(27.2, COLD), 25),
        (Scenario::saying(58.4, HEBREW), 24),
        (Scenario::answered_at_the_second_try(61.0), 5),
        (Scenario::saying(96.5, HOT), 1),
    ];
    let call = |(nth, (call, hours))| scenario(call, nth, now - SignedDuration::from_hours(hours));
    (0..).zip(calls).map(call).collect()
}

/// A call of the agency's agent to its `nth` customer.
fn scenario(call: Scenario, nth: u32, at: Timestamp) -> Scenario {
    call.id(&format!("demo-execution-{nth}")).agent(AGENT).ours(LINE).customer(&customer(nth)).at(at)
}

/// The number of its `nth` customer.
fn customer(nth: u32) -> String {
    format!("+4477009002{nth:02}")
}

fn tenant() -> NewTenant {
    NewTenant {
        name: NAME.to_owned(),
        locale: "en-GB".to_owned(),
        country: "GB".to_owned(),
        time_zone: "Europe/London".to_owned(),
        place: Some("London".to_owned()),
        owner: Owner { name: "Ada".to_owned(), phone: Phone::from_e164(OWNERS_PHONE), email: None },
        settings: json!({
            "reception": { "trade": "estate", "people": [{ "name": "Leo", "phone": receptionist::COLLEAGUE }] },
            "opening_hours": [{ "days": "all", "from": "00:00", "to": "24:00" }],
        }),
    }
}

/// Sixty properties to let and to sell, as a file that the agency imports.
fn properties() -> String {
    let mut file = "reference,deal,kind,street,area,postcode,bedrooms,price,period,features\n".to_owned();
    for (nth, (area, postcode, roads)) in (1..).zip(AREAS) {
        for (at, road) in (0..).zip(roads) {
            let (bedrooms, sale) = (1 + at % 3, at % 5 == 4);
            let kind = if bedrooms == 3 { "house" } else { "flat" };
            let (deal, price, period) = match sale {
                true => ("sale", 320_000 + 85_000 * bedrooms + 7_500 * nth, "total"),
                false => ("rent", 1_250 + 350 * bedrooms + 25 * nth, "month"),
            };
            let features = ["garden", "balcony", "parking"][usize::try_from(at % 3).unwrap_or(0)];
            let _ = writeln!(
                file,
                "{}-{},{deal},{kind},{road},{area},{postcode},{bedrooms},{price},{period},{features}",
                &postcode[..2],
                nth * 10 + at
            );
        }
    }
    file
}

/// Ten areas with six roads each.
const AREAS: [(&str, &str, [&str; 6]); 10] = [
    (
        "Maida Vale",
        "W9 2AB",
        [
            "Elgin Avenue",
            "Sutherland Avenue",
            "Lauderdale Road",
            "Randolph Avenue",
            "Clifton Gardens",
            "Warwick Avenue",
        ],
    ),
    (
        "Queen's Park",
        "NW6 6AA",
        ["Kilburn Lane", "Salusbury Road", "Chevening Road", "Harvist Road", "Kempe Road", "Brondesbury Road"],
    ),
    (
        "Hackney",
        "E8 1EA",
        ["Mare Street", "London Fields Road", "Graham Road", "Wilton Way", "Richmond Road", "Navarino Road"],
    ),
    (
        "Bow",
        "E3 2AA",
        ["Roman Road", "Tredegar Road", "Fairfield Road", "Coborn Road", "Grove Road", "Malmesbury Road"],
    ),
    (
        "Ealing",
        "W5 1AA",
        ["Acacia Road", "Madeley Road", "Woodville Gardens", "Mount Park Road", "Castlebar Road", "Eaton Rise"],
    ),
    (
        "Camden",
        "NW1 8AA",
        ["Arlington Road", "Albert Street", "Delancey Street", "Parkway", "Gloucester Crescent", "Regents Park Road"],
    ),
    (
        "Clapham",
        "SW4 7AA",
        ["Abbeville Road", "Clapham Park Road", "Landor Road", "Larkhall Rise", "Venn Street", "Cedars Road"],
    ),
    (
        "Peckham",
        "SE15 4AA",
        ["Rye Lane", "Bellenden Road", "Choumert Road", "Lyndhurst Way", "Blenheim Grove", "Copeland Road"],
    ),
    (
        "Chiswick",
        "W4 2AA",
        [
            "Devonshire Road",
            "Turnham Green Terrace",
            "Dukes Avenue",
            "Barrowgate Road",
            "Sutton Court Road",
            "Grove Park Road",
        ],
    ),
    (
        "Islington",
        "N1 2AA",
        ["Upper Street", "Liverpool Road", "Canonbury Road", "Essex Road", "Highbury Grove", "Cloudesley Road"],
    ),
];
