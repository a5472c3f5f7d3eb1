//! Wrong settings are reported all at once, by field (P8).

use ringleader_core::settings::TenantSettings;
use serde_json::json;

fn fields(settings: serde_json::Value) -> Vec<String> {
    let settings: TenantSettings = serde_json::from_value(settings).unwrap();
    settings.validate("IL").into_iter().map(|(field, _)| field).collect()
}

#[test]
fn the_defaults_are_in_order() {
    assert_eq!(TenantSettings::default().validate("IL"), []);
}

#[test]
fn each_wrong_setting_is_named() {
    for (settings, expected) in [
        (json!({"outreach": {"grace": "25h"}}), vec!["outreach.grace"]), // A6
        (json!({"outreach": {"grace": "0s"}}), vec![]),
        (json!({"outreach": {"reminders": ["2h", "1h"]}}), vec!["outreach.reminders[1]"]),
        (json!({"outreach": {"reminders": ["1h", "2h", "3h"]}}), vec!["outreach.reminders"]), // A12
        (json!({"outreach": {"reminders": []}}), vec![]),
        (json!({"notify": {"channels": []}}), vec!["notify.channels"]),
        (json!({"notify": {"channels": ["sms", "sms"]}}), vec!["notify.channels[1]"]),
        (json!({"notify": {"recipients": [{"name": "A"}]}}), vec!["notify.recipients[0]"]),
        (json!({"notify": {"recipients": [{"email": "a"}]}}), vec!["notify.recipients[0].email"]),
        (
            json!({"notify": {"recipients": [{"phone": "050-123-4567"}, {"phone": "ask Dana"}, {"phone": "", "email": "a@b.example"}]}}),
            vec!["notify.recipients[1].phone", "notify.recipients[2].phone"],
        ),
        (json!({"limits": {"model_money_per_day": 0, "call_minutes_per_day": 0}}), vec![]),
        (
            json!({"limits": {"message_money_per_day": -1, "model_money_per_day": -1, "call_minutes_per_day": -1}}),
            vec!["limits.message_money_per_day", "limits.model_money_per_day", "limits.call_minutes_per_day"],
        ),
        (
            json!({"quiet_hours": [{"days": "all", "from": "21", "to": "25:00"}]}),
            vec!["quiet_hours[0].from", "quiet_hours[0].to"],
        ),
        (json!({"quiet_hours": [{"days": [], "from": "21:00", "to": "08:00"}]}), vec!["quiet_hours[0].days"]),
        (json!({"quiet_hours": [{"days": "all", "from": "08:00", "to": "08:00"}]}), vec!["quiet_hours"]),
        (
            json!({"quiet_hours": [{"days": ["fri", "sat"], "from": "00:00", "to": "24:00"},
                                   {"days": ["sun", "mon", "tue", "wed", "thu"], "from": "12:00", "to": "12:00"}]}),
            vec![], // Sunday morning and Friday's end are left
        ),
        (
            json!({"quiet_hours": [{"days": ["fri", "sat", "sun"], "from": "00:00", "to": "24:00"},
                                   {"days": ["mon", "tue", "wed", "thu"], "from": "00:00", "to": "00:00"}]}),
            vec!["quiet_hours"],
        ),
        (
            json!({"opening_hours": [{"days": [], "from": "9:00", "to": "18:00"}]}),
            vec!["opening_hours[0].from", "opening_hours[0].days"],
        ),
        (json!({"outreach": {"only_when_open": true}}), vec!["outreach.only_when_open"]),
        (json!({"outreach": {"fresh": "25h"}}), vec!["outreach.fresh"]),
        (json!({"limits": {"released_per_minute": 0}}), vec!["limits.released_per_minute"]),
        (
            json!({"special_days": [{"date": "2026-12-25", "until": "2026-12-24", "open": []}, {"date": "2026-12-26"}]}),
            vec!["special_days[0].until", "special_days[1]"],
        ),
        (
            json!({"special_days": [{"date": "2026-12-24", "until": "2026-12-26", "open": []},
                                    {"date": "2026-12-25", "open": [{"from": "10", "to": "12:00"}]},
                                    {"date": "2026-12-25", "quiet": []}]}),
            vec!["special_days[1].date", "special_days[1].open[0].from"],
        ),
        (json!({"shabbat": {"candles": "3h"}}), vec!["shabbat.candles"]),
        (json!({"shabbat": {"ends_after": "4h", "stars": 1.0}}), vec!["shabbat.ends_after", "shabbat.stars"]),
        (json!({"shabbat": {"latitude": 91.0, "longitude": -181.0}}), vec!["shabbat.latitude", "shabbat.longitude"]),
        (json!({"shabbat": {"latitude": 31.7}}), vec!["shabbat.longitude"]),
        (json!({"templates": {"reminder": {"name": "A b", "language": "he"}}}), vec!["templates.reminder.name"]),
        (json!({"brain": {"order": ["oracle"]}}), vec!["brain.order[0]"]),
        (json!({"limits": {"first_messages_per_minute": 0}}), vec!["limits.first_messages_per_minute"]),
        (json!({"texts": {"ask_name": {"he": "שלום {{ budget }}"}}}), vec!["texts.ask_name.he"]), // A16
        (json!({"outreach": {"grace": "25h"}, "notify": {"channels": []}}), vec!["outreach.grace", "notify.channels"]),
    ] {
        assert_eq!(fields(settings.clone()), expected, "{settings}");
    }
}
