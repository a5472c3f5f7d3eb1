//! Businesses that are made while the demo runs, by whoever tries the first steps: what the played providers give each of them
//! (D4). All numbers are made up or of ranges kept for drama.
//!
//! Always true: a business gets the same at every asking, and no two get the same.

use super::business::{ANSWER, SWITCHBOARD, mobile, number, person};
use super::phone::{PhonePage, Played, Telephone};
use super::seed;
use super::switchboard::Switchboard;
use ringleader_core::phone::Phone;
use ringleader_core::tenant::Tenant;
use ringleader_providers::whatsapp_cloud::fake::NumberSpec;
use ringleader_web::sandbox::{Accounts, Device, Person, Shop};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// So many businesses can be made in one demo; the next one gets no numbers.
const MOST: usize = 90;

/// The mobile of an owner who gave none.
const NO_PHONE: &str = "+447700900199";

/// What the played providers gave a business.
pub(super) struct Given {
    line: Phone,
    configs: Vec<(&'static str, Map<String, Value>)>,
}

impl PhonePage {
    /// What the played providers give this business. `None` for one that the demo came with, and when nothing is left.
    pub(super) async fn welcome(&self, tenant: &Tenant) -> anyhow::Result<Option<Accounts>> {
        let _one_at_a_time = self.door.lock().await;
        let all = self.all();
        if let Some(known) = all.iter().find(|played| played.tenant == tenant.id) {
            return Ok(known.accounts());
        }
        let nth = 1 + all.iter().filter(|played| played.given.is_some()).count();
        if nth > MOST {
            return Ok(None);
        }
        Ok(self.open(tenant, nth).await?.accounts())
    }

    async fn open(&self, tenant: &Tenant, nth: usize) -> anyhow::Result<Arc<Played>> {
        let (shop, code) = (shop(tenant, nth), format!("sandbox-code-{nth}"));
        let line = Phone::from_e164(&shop.line).ok_or_else(|| anyhow::anyhow!("a line of the sandbox is no number"))?;
        let number = account(nth, &shop.line);
        let configs = vec![
            ("voicenter", object(json!({ "call_log_code": code }))),
            ("whatsapp_cloud", object(seed::whatsapp_config(&number))),
        ];
        let (key, hash) = crate::credentials::new_key();
        let mut tx = self.cx.store.begin(tenant.id).await?;
        tx.people().add_key("sandbox phone", &["read".to_owned()], &hash).await?;
        tx.commit().await?;
        self.call_log.open(&code);
        shop.customers.iter().for_each(|person| seed::on_whatsapp(self.whatsapp(), person));
        self.whatsapp().number(number.clone());
        Ok(self.let_in(Played {
            tenant: tenant.id,
            number: Some(number.id),
            zone: tenant.time_zone.clone(),
            api: self.api(key.reveal()),
            telephone: Telephone::Switchboard(Switchboard::with_log(code)),
            given: Some(Given { line, configs }),
            shop,
        }))
    }
}

impl Played {
    fn accounts(&self) -> Option<Accounts> {
        let given = self.given.as_ref()?;
        let reports_to = match &self.telephone {
            Telephone::Switchboard(switchboard) => switchboard.reports_to(),
            Telephone::Agent(_) => None,
        };
        let (shop, line, configs) = (self.shop.id.clone(), given.line.clone(), given.configs.clone());
        Some(Accounts { shop, line, configs, reports_to })
    }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// Its number at Meta, which takes its own token alone.
fn account(nth: usize, line: &str) -> NumberSpec {
    let spec = number(&format!("8000000000001{nth:02}"), &format!("7000000000001{nth:02}"), line);
    NumberSpec { access_token: Some(format!("sandbox-token-{nth}")), ..spec }
}

fn shop(tenant: &Tenant, nth: usize) -> Shop {
    let hebrew = tenant.language() == "he";
    let owner = tenant.owner.phone.as_ref().map_or(NO_PHONE, Phone::as_str);
    let line =
        if tenant.country == "IL" { format!("+97277123{:04}", 4600 + nth) } else { format!("+442079460{}", 100 + nth) };
    let hints: &[&str] = match hebrew {
        true => &[ANSWER, "שלום, זאת מיכל", "יש נזילה מתחת לכיור", "מחר אחרי ארבע", "הסר"],
        false => &[
            "Hi, it's Alex. My boiler is leaking, please call me tomorrow morning",
            "My name is Priya",
            "The kitchen tap is dripping",
            "After 4pm tomorrow",
            "STOP",
        ],
    };
    Shop {
        id: format!("new-{nth}"),
        name: tenant.name.clone(),
        language: if hebrew { "he" } else { "en" }.to_owned(),
        line,
        owner: mobile("owner", &tenant.owner.name, owner),
        customers: customers(&tenant.country, hebrew),
        hints: hints.iter().map(|hint| (*hint).to_owned()).collect(),
        calls: SWITCHBOARD.to_vec(),
    }
}

/// Who calls there: two who can be written to, and one who cannot.
fn customers(country: &str, hebrew: bool) -> Vec<Person> {
    let names = if hebrew { ["דני", "מיכל", "מישה"] } else { ["Alex", "Priya", "Walter"] };
    let phones = match country {
        "IL" => ["+972501234571", "+972521234571", "+972541234571"],
        _ => ["+447700900141", "+447700900142", "+447700900143"],
    };
    let [first, second, third] = names;
    vec![
        mobile("first", first, phones[0]),
        mobile("second", second, phones[1]),
        person("third", third, phones[2], Device::NoWhatsapp),
    ]
}
