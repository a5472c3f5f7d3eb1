//! Hebrew for words that come from other layers in English: the settings of connections, and what is wrong with a field.

/// What a setting of a connection is called.
pub(super) fn label(field: &str) -> Option<&'static str> {
    Some(match field {
        "call_log_code" => "קוד Call Log",
        "call_log_every" => "תדירות קריאת Call Log",
        "call_log_check" => "בדיקה ב-Call Log לפני כתיבה",
        "phone_number_id" => "מזהה המספר",
        "display_number" => "המספר",
        "access_token" => "אסימון גישה",
        "app_secret" => "סוד האפליקציה",
        "waba_id" => "מזהה החשבון העסקי",
        "account_sid" => "מזהה החשבון (SID)",
        "auth_token" => "אסימון החשבון",
        "sms_from" => "השולח ב-SMS",
        "messaging_service_sid" => "מזהה שירות ההודעות",
        "whatsapp_from" => "השולח ב-WhatsApp",
        "per_second" => "הודעות בשנייה",
        "hung_up_within" => "ניתוק מהיר",
        "lookup" => "בדיקת סוג המספר",
        "voice_mode" => "איך פקידת הקבלה מנהלת שיחות",
        "voices" => "קולות לדיבור",
        "api_key" => "מפתח API",
        "header" => "כותרת",
        "sources" => "כתובות מקור",
        "agents" => "סוכנים",
        "url" => "כתובת",
        "from" => "מאת",
        "ca" => "תעודה",
        "webhook_url" => "כתובת Webhook",
        "secret" => "סוד",
        _ => return None,
    })
}

/// What a setting of a connection is, and where to find it.
pub(super) fn help(kind: &str, field: &str) -> Option<&'static str> {
    Some(match (kind, field) {
        ("voicenter", "call_log_code") => "קוד ה-API של Call Log, מתוך CPanel, הגדרות API",
        ("voicenter", "call_log_every") => "כל כמה זמן נקרא Call Log כדי להשלים רשומות שלא הגיעו: 1m עד 24h (10m)",
        ("voicenter", "call_log_check") => "לשאול את Call Log רגע לפני שכותבים למתקשר: yes או no ‏(yes)",
        ("whatsapp_cloud", "phone_number_id") => "מזהה המספר באפליקציית Meta, תחת WhatsApp, הגדרת API",
        ("whatsapp_cloud", "display_number") => "המספר עצמו, כפי שהלקוחות רואים אותו",
        ("whatsapp_cloud", "access_token") => "אסימון של משתמש מערכת עם הרשאה לשלוח הודעות",
        ("whatsapp_cloud", "app_secret") => "הסוד של אפליקציית Meta, שחותם על הודעות נכנסות; אחרת משמש הסוד של המערכת",
        ("whatsapp_cloud", "waba_id") => "מזהה החשבון העסקי ב-WhatsApp, כדי לקרוא את התבניות",
        ("whatsapp_cloud", "per_second") => "כמה הודעות בשנייה המספר רשאי לשלוח (80; 20 כשגם טלפון משתמש בו)",
        ("twilio", "per_second") => "כמה הודעות בשנייה מספר רשאי לשלוח (80 ב-WhatsApp; ל-SMS יש תור ב-Twilio)",
        ("twilio", "account_sid") => "ה-SID של החשבון, מלוח הבקרה של Twilio",
        ("twilio", "auth_token") => "אסימון האימות של החשבון",
        ("twilio", "sms_from") => "המספר או השם שממנו נשלחות הודעות SMS",
        ("twilio", "messaging_service_sid") => "שירות ההודעות שדרכו נשלחות הודעות SMS, במקום מספר",
        ("twilio", "whatsapp_from") => "המספר שממנו נשלחות הודעות WhatsApp, עם קידומת המדינה",
        ("twilio", "hung_up_within") => "בשניות: שיחה שנענתה והסתיימה מהר יותר נחשבת כלא נענתה (10)",
        ("twilio", "lookup") => {
            "לפני הודעת ה-SMS הראשונה נבדקים בתשלום מספרים שסוגם לא ברור, למשל בצפון אמריקה: yes או no ‏(no)"
        }
        ("twilio", "voice_mode") => "gather: תור אחר תור; relay: שיחה רציפה, שאפשר להיכנס בה לדברים (gather)",
        ("twilio", "voices") => "קול לכל שפה, למשל en-GB=Polly.Emma-Neural, he-IL=Google.he-IL-Wavenet-B",
        ("bolna", "api_key") => "מפתח ה-API, כדי להשלים פרטי שיחות",
        ("bolna", "header") => "כותרת שנשלחת עם כל עדכון: {name, value}",
        ("bolna", "sources") => "כתובות שמהן מותר לעדכונים להגיע",
        ("bolna", "agents") => "הסוכנים: [{agent_id, name, line?}]",
        ("smtp", "url") => "שרת הדואר: smtp://user:password@host:587 ‏(STARTTLS) או smtps://user:password@host:465",
        ("smtp", "from") => "הכתובת שממנה נשלח הדואר, למשל Acme <office@acme.example>",
        ("smtp", "ca") => "תעודה בפורמט PEM, לשרת שחותם על התעודה של עצמו",
        ("slack", "webhook_url") => "כתובת ה-Webhook הנכנס, מאפליקציית Slack",
        ("calls", "secret") => "סוד החתימה: whsec_ ואחריו base64 של 24 עד 64 בתים אקראיים",
        _ => return None,
    })
}

/// Whole messages about a field.
const FAULTS: &[(&str, &str)] = &[
    ("is empty", "חסר"),
    ("is required", "חסר"),
    ("is missing", "חסר"),
    ("choose at least one lead", "צריך לסמן לפחות ליד אחד"),
    ("choose what to do", "צריך לבחור מה לעשות"),
    ("is nobody who works here", "זה לא מישהו מהצוות"),
    ("is nobody who can be given appointments", "אי אפשר לקבוע לאדם הזה פגישות"),
    ("is none of the known words", "ערך לא מוכר"),
    ("is not JSON", "לא נכתב כ-JSON תקין"),
    ("must be a text", "צריך טקסט"),
    ("must be a number", "צריך מספר"),
    ("must be an email address", "צריך כתובת דוא״ל"),
    ("is not an email address", "זו לא כתובת דוא״ל"),
    ("must have at least 10 characters", "לפחות 10 תווים"),
    ("needs a phone or an email address", "צריך טלפון או כתובת דוא״ל"),
    ("must be owner, agent or viewer", "צריך לבחור תפקיד מהרשימה"),
    ("must be `he` or `en`", "עברית או אנגלית בלבד"),
    ("cannot be below 0", "לא פחות מ-0"),
    ("at most two reminders", "שתי תזכורות לכל היותר"),
    (
        "each reminder is counted from the first message and comes after the one before",
        "כל תזכורת נספרת מההודעה הראשונה ובאה אחרי הקודמת",
    ),
    ("at least one channel, else nobody hears of leads", "לפחות ערוץ אחד, אחרת אף אחד לא ישמע על לידים"),
    (
        "the whole week is quiet: nothing would ever go out. Leave some hours, or shorten one",
        "כל השבוע שקט, ושום דבר לא יישלח לעולם. יש להשאיר כמה שעות",
    ),
    ("needs `opening_hours`: without them it would never be open", "צריך שעות פתיחה, אחרת העסק אף פעם לא פתוח"),
    ("\"all\" or at least one day", "לפחות יום אחד"),
    ("a time is written HH:MM, as 21:00; the end of the day is 24:00", "שעה נכתבת כך: 21:00; סוף היום הוא 24:00"),
    ("is none of the tenant's connections", "אין חיבור כזה"),
    ("is not right", "לא נכון"),
    ("was wrong too often; wait a few minutes", "יותר מדי ניסיונות שגויים. כדאי לחכות כמה דקות"),
    ("at least 1; to stop all sending use the emergency stop", "לפחות 1; לעצירת כל השליחה יש מתג חירום"),
    ("cannot be below 0; null means no cap", "לא פחות מ-0; בלי ערך אין תקרה"),
    ("has an email address only, but `email` is not among the channels", "יש רק דוא״ל, אבל דוא״ל אינו בין הערוצים"),
    ("a language code as `he` or `en_GB`", "קוד שפה, למשל he או en_GB"),
    (
        "small Latin letters, digits and underscores, or HX and 32 hexadecimal digits",
        "אותיות לטיניות קטנות, ספרות וקו תחתון, או HX ואחריו 32 ספרות הקסדצימליות",
    ),
    ("an address that begins with https://, at most 200 characters", "כתובת שמתחילה ב-https://, עד 200 תווים"),
    ("must be in the future", "צריך זמן עתידי"),
    ("is no time", "זו לא שעה תקינה"),
    ("is no day", "זה לא תאריך תקין"),
    ("at most 20 people", "עד 20 אנשים"),
    ("1 to 100 characters", "בין תו אחד ל-100 תווים"),
    ("5 to 480 minutes, in steps of 5", "בין 5 ל-480 דקות, בקפיצות של 5"),
    ("1 to 60 days", "בין יום אחד ל-60 ימים"),
    ("must be of: anthropic, openai, compatible, local", "אפשר: anthropic, openai, compatible, local"),
    ("must be gather or relay", "אפשר: gather או relay"),
    (
        "must be language=voice, as in en-GB=Polly.Emma-Neural, he-IL=Google.he-IL-Wavenet-B",
        "צריך שפה=קול, למשל en-GB=Polly.Emma-Neural, he-IL=Google.he-IL-Wavenet-B",
    ),
    ("is missing among the columns", "העמודה חסרה בקובץ"),
    ("must name the columns", "השורה הראשונה צריכה להיות שמות העמודות"),
    ("is one too many for a file", "יותר מדי שורות לקובץ אחד"),
    ("stands in an earlier row, too", "מופיע כבר בשורה קודמת"),
    ("must be a whole number", "צריך מספר שלם"),
    ("must be a whole number above zero", "צריך מספר שלם גדול מאפס"),
    ("must name the road, without the door number", "צריך שם רחוב, בלי מספר בית"),
    (
        "must be `total` for a sale, and `week`, `month` or `year` for a rent",
        "במכירה total, ובהשכרה week, month או year",
    ),
    ("must be given, or an area that is known", "צריך מיקוד, או אזור מוכר"),
    ("must begin with https://", "צריך להתחיל ב-https://"),
    ("is the reference of no property", "אין נכס עם המספר הזה"),
    ("must be given with the landlord's name", "צריך גם את מספר הטלפון של בעלי הנכס"),
    ("must be a date such as 2027-03-31", "תאריך נכתב כך: 2027-03-31"),
    ("must be a month, as in 2026-11", "חודש נכתב כך: 2026-11"),
    ("must be {name, value}: a header's name and what it carries", "צריך {name, value}: שם הכותרת ומה שבה"),
    ("must be a list of at least one {agent_id, name, line?}", "צריך רשימה עם לפחות {agent_id, name, line?} אחד"),
    ("must be a list of addresses, such as [\"13.203.39.153\"]", "צריך רשימת כתובות, למשל [\"13.203.39.153\"]"),
];

/// Beginnings of messages that go on with a detail.
const BEGINNINGS: &[(&str, &str)] = &[
    ("is empty:", "חסר"),
    ("is needed:", "חסר"),
    ("the last day is before the first", "היום האחרון קודם לראשון"),
    ("at most 50 intervals", "יותר מדי שורות של שעות"),
    ("must be a known place for", "בלשונית העסק צריכה להיות עיר מוכרת, למשל Jerusalem"),
    ("is not a phone number", "זה לא מספר טלפון; רצוי לכתוב עם קידומת מדינה"),
    ("must be a phone number", "צריך מספר טלפון, רצוי עם קידומת מדינה"),
    ("is not the present code", "הקוד אינו הקוד הנוכחי"),
    ("a duration is written", "משך נכתב כך: 90s, ‏2m, ‏24h"),
    ("at least 1;", "לפחות 1; לעצירת כל השליחה יש מתג חירום"),
    ("is longer than", "ארוך מדי"),
    ("must have at most", "ארוך מדי"),
    ("must be at most", "ארוך מדי"),
    ("must have 1 to", "ריק או ארוך מדי"),
    ("must be between 1 and", "צריך מספר חיובי, לא גדול מדי"),
    ("at most 200 leads", "יותר מדי לידים בבת אחת"),
    ("needs at least one of", "צריך לבחור לפחות אחד"),
    ("must be one of", "ערך לא מוכר"),
    ("unknown variant", "ערך לא מוכר"),
    ("unknown field", "שדה לא מוכר"),
    ("invalid type", "ערך מסוג לא נכון"),
];

/// What is wrong with a field; in general words where the fault is a rare one.
pub(super) fn fault(message: &str) -> &'static str {
    let whole = FAULTS.iter().find(|(known, _)| *known == message);
    let begun = || BEGINNINGS.iter().find(|(known, _)| message.starts_with(known));
    let template = || {
        let variable = message
            .contains("there is no variable")
            .then_some("יש בנוסח משתנה שהטקסט הזה לא מכיר; המותרים רשומים למטה");
        let broken = message.starts_with('`') && (message.contains("` in `he`: ") || message.contains("` in `en`: "));
        variable.or(broken.then_some("הנוסח שבור: סוגר מסולסל חסר, או שהטקסט ארוך מדי"))
    };
    let word = || message.contains("is not one of").then_some("ערך לא מוכר");
    let range = || message.contains(" to ").then_some("מחוץ לטווח המותר");
    whole
        .or_else(begun)
        .map(|(_, words)| *words)
        .or_else(template)
        .or_else(word)
        .or_else(range)
        .unwrap_or("הערך לא תקין")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringleader_providers::all::ALL;

    #[test]
    fn every_setting_of_every_connection_has_its_hebrew_words() {
        for spec in ALL {
            for field in spec.fields {
                assert!(label(field.name).is_some(), "{} has no name", field.name);
                assert!(help(spec.kind, field.name).is_some(), "{} {} has no help", spec.kind, field.name);
            }
        }
    }

    #[test]
    fn whatever_is_wrong_with_the_settings_is_told_in_hebrew() {
        let wrong = serde_json::json!({
            "outreach": {"grace": "48h", "reminders": ["1h", "30m", "2h"], "sms_link": "http://x"},
            "notify": {"channels": [], "recipients": [{"name": "A"}, {"name": "B", "phone": "12"}, {"name": "C", "email": "c"}]},
            "templates": {"first_message": {"name": "No", "language": "1"}},
            "limits": {"first_messages_per_minute": 0, "messages_per_day": 0, "message_money_per_day": -1},
            "credits": {"per_minute": -1}, "brain": {"order": ["nobody"]},
            "quiet_hours": [{"days": [], "from": "9", "to": "10:00"}],
            "reception": {"minutes": 1, "days": 0, "people": [{"name": "", "phone": "1"}], "on_call_wait": "1s"},
        });
        let settings: ringleader_core::settings::TenantSettings = serde_json::from_value(wrong).unwrap();
        let all = settings.validate("IL");
        assert!(all.len() >= 15, "{all:?}");
        let property = serde_json::json!({
            "reference": "", "deal": "sale", "kind": "flat", "door": null, "street": "", "area": null, "postcode": null,
            "bedrooms": 1, "price": 0, "period": "month", "features": [""], "link": "http://x", "media": null, "state": "available",
            "viewings": {"notice": "900h", "hours": [{"days": [], "from": "9", "to": "10:00"}], "note": "x".repeat(501)},
        });
        let property: ringleader_core::property::NewProperty = serde_json::from_value(property).unwrap();
        let of_property = property.problems();
        assert!(of_property.len() >= 11, "{of_property:?}");
        for (field, message) in all.into_iter().chain(of_property) {
            assert_ne!(fault(&message), "הערך לא תקין", "{field}: {message}");
        }
    }

    #[test]
    fn rare_faults_are_told_in_general_words() {
        for (message, words) in [
            ("is empty", "חסר"),
            ("is needed: The number's id", "חסר"),
            ("0s to 24h", "מחוץ לטווח המותר"),
            ("something new", "הערך לא תקין"),
            ("is not right", "לא נכון"),
        ] {
            assert_eq!(fault(message), words);
        }
    }
}
