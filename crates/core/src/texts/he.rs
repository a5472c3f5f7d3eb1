//! The catalogue in Hebrew (A16). Gender-neutral throughout: infinitives and plurals, no form that takes a side (A11).

use super::Key;

/// The text of `key`.
pub const fn text(key: Key) -> &'static str {
    match key {
        Key::FirstMessage => {
            "שלום, כאן {{ business }}. ראינו שהתקשרתם ולא הספקנו לענות, סליחה על כך. במה אפשר לעזור? אפשר לכתוב כאן שם, במה מדובר ומתי נוח שנחזור. להפסקת ההודעות אפשר לשלוח: הסר"
        }
        Key::FirstMessageNoReply => {
            "שלום, כאן {{ business }}. סליחה שלא הספקנו לענות. {% if link %}אפשר לכתוב לנו כאן: {{ link }}{% else %}נחזור אליכם בהקדם.{% endif %}"
        }
        Key::FirstMessageHeard => {
            "שלום, כאן {{ business }}. תודה, ההודעה בתא הקולי הגיעה אלינו. {{ ask }} להפסקת ההודעות אפשר לשלוח: הסר"
        }
        Key::AskMissing => {
            "{% if name and need and preference %}נחזור אליכם בהקדם.{% else %}אפשר לכתוב כאן {% if not name %}שם{% if not need and not preference %}, {% elif not need or not preference %} ו{% endif %}{% endif %}{% if not need %}במה מדובר{% if not preference %} ו{% endif %}{% endif %}{% if not preference %}מתי נוח שנחזור{% endif %}.{% endif %}"
        }
        Key::Reminder => "שלום, שוב {{ business }}. עדיין נשמח לעזור. אפשר לכתוב כאן במה מדובר ומתי נוח שנחזור.",
        Key::LastReminder => {
            "שלום מ{{ business }}. לא נרצה להטריד, אז זו ההודעה האחרונה מאיתנו. בכל שאלה אפשר לכתוב כאן ונחזור בשמחה."
        }
        Key::AskName => "תודה! איך לפנות אליכם? נשמח לדעת שם.",
        Key::AskNameAgain => "רק כדי שנדע עם מי מדברים: באיזה שם לרשום את הפנייה?",
        Key::AskNeed => "תודה{% if name %}, {{ name }}{% endif %}! במה אפשר לעזור?",
        Key::AskNeedAgain => "כדי שנגיע מוכנים: אפשר לספר בכמה מילים מה צריך?",
        Key::AskPreference => "תודה{% if name %}, {{ name }}{% endif %}! מתי ואיך נוח שנחזור אליכם?",
        Key::AskPreferenceAgain => "באיזו שעה כדאי להתקשר, או שעדיף להמשיך כאן בכתב?",
        Key::IAmABot => "כאן העוזר האוטומטי של {{ business }}. כל מה שנכתב כאן מגיע לצוות.",
        Key::QuestionNoted => "שאלה טובה, היא מועברת לצוות ותשובה תגיע מהם.",
        Key::Received => "תודה, זה התקבל.",
        Key::PleaseType => "תודה על ההודעה הקולית! כרגע קל לנו יותר לקרוא: אפשר לכתוב את זה בכמה מילים?",
        Key::Confirm => {
            "תודה{% if name %}, {{ name }}{% endif %}! רשמנו:{% if need %}\nבמה מדובר: {{ need }}{% endif %}{% if preference %}\nמתי לחזור: {{ preference }}{% endif %}\nהפרטים אצלנו ונחזור אליכם. {{ business }}"
        }
        Key::ConfirmPartial => {
            "תודה{% if name %}, {{ name }}{% endif %}! העברנו לצוות את מה שנכתב כאן{% if need %}: {{ need }}{% endif %}{% if preference %} ({{ preference }}){% endif %}. נחזור אליכם בהקדם. {{ business }}"
        }
        Key::ThanksLater => "תודה, גם זה הועבר לצוות.",
        Key::OptOutDone => "קיבלנו, לא יישלחו עוד הודעות מ{{ business }}. לחידוש בכל עת אפשר לשלוח START",
        Key::OptInDone => "ברוכים השבים! נשמח לעזור, אפשר לכתוב כאן. {{ business }}",
        Key::WrongNumber => "סליחה על הטעות, לא נכתוב שוב. יום נעים! {{ business }}",
        Key::AlreadySpoke => "מצוין, תודה על העדכון. לכל דבר נוסף אפשר לכתוב כאן. {{ business }}",
        Key::Resolved => "שמחים לשמוע, תודה על העדכון. לכל דבר נוסף אפשר לכתוב כאן. {{ business }}",
        Key::StepBack => "קיבלנו, הפנייה עוברת עכשיו לאדם מהצוות של {{ business }} ויחזרו אליכם.",
        Key::Emergency => "במקרה של סכנה יש להתרחק ולהתקשר מיד למספר החירום. הודענו לצוות עכשיו.",

        Key::OwnerHeaderFull => "ליד מלא",
        Key::OwnerHeaderPartial => "ליד חלקי",
        Key::OwnerLead => {
            "{{ header }}{% if news %}\nחדש: {{ news }}{% endif %}\nשם: {{ name }}\nבמה מדובר: {{ need }}\nמתי לחזור: {{ preference }}\nטלפון: {{ phone }}{% if link %}\n{{ link }}{% endif %}"
        }
        Key::OwnerUnknown => "עוד לא ידוע",
        Key::OwnerNew => "(חדש)",
        Key::OwnerWantsPerson => "מבקשים לדבר עם אדם",
        Key::OwnerCallNow => "מבקשים שיחה עכשיו",
        Key::OwnerEmergency => "מקרה חירום!",
        Key::OwnerWentSilent => "השיחה נעצרה באמצע",
        Key::OwnerUnresponsive => "לא ענו גם אחרי התזכורות",
        Key::OwnerLaterMessage => "הגיעה הודעה נוספת",
        Key::OwnerQuestion => "יש שאלה שמחכה לתשובה",
        Key::OwnerOptedOut => "ביקשו להפסיק הודעות",
        Key::OwnerWrongNumber => "מספר שגוי",
        Key::OwnerAlreadySpoke => "אומרים שכבר דיברו אתכם",
        Key::OwnerResolved => "כבר לא צריך",
        Key::OwnerAbuse => "נכתבו דברים פוגעניים, כדאי לקרוא",
        Key::OwnerComplaint => "תלונה או כעס, כדאי לחזור בהקדם",
        Key::OwnerVip => "פנייה של VIP",
        Key::OwnerDeal => "עסקה מעל הסכום שקבעתם",
        Key::OwnerCalledAgain => "התקשרו שוב",
        Key::OwnerHotLead => "ליד חם משיחה",
        Key::ButtonSpoke => "דיברנו",
        Key::ButtonNotLead => "לא ליד",
        Key::ButtonRemind => "להזכיר לי",
        Key::OwnerReminder => "תזכורת, כפי שביקשתם",

        Key::TaskCallBack => "להתקשר חזרה{% if who %}: {{ who }}{% endif %}",
        Key::TaskDemo => "פגישה שנקבעה בטלפון{% if who %}: {{ who }}{% endif %}",
        Key::TaskCallNow => "להתקשר עכשיו{% if who %}: {{ who }}{% endif %}",
        Key::TaskEmergency => "מקרה חירום, להתקשר מיד{% if who %}: {{ who }}{% endif %}",
        Key::TaskMessage => "לענות להודעה{% if who %}: {{ who }}{% endif %}",
        Key::TaskHandOver => "מבקשים לדבר עם אדם{% if who %}: {{ who }}{% endif %}",
        Key::TaskAppointment => "לטפל בפגישה{% if who %}: {{ who }}{% endif %}",
        Key::WhyReception => "כך ביקשו מהמזכירה האוטומטית.",
        Key::WhyCheck => "לפני שמספרים משהו בטלפון, בודקים שהמספר באמת של מי שמתקשר.",
        Key::WhyDiscussed => "דובר על הנכס הזה בשיחה.",
        Key::WhyWatched => "ביקשו לשמוע על נכסים חדשים כאלה.",
        Key::WhyDanger => "דווח על סכנה: התורנים מקבלים הודעה מיד.",
        Key::WhySlotTaken => "הזמן הזה כבר היה תפוס.",
        Key::TaskReview => "לקרוא את השיחה ולהחליט{% if who %}: {{ who }}{% endif %}",
        Key::TaskRepair => "דווחה תקלה{% if who %}: {{ who }}{% endif %}",
        Key::TaskCheckSend => "לבדוק אם ההודעה הגיעה{% if who %}: {{ who }}{% endif %}",
        Key::TaskCap => "הגעתם למגבלה היומית, הודעות ממתינות",
        Key::TaskCallCap => "דקות השיחה של היום נגמרו, מי שמתקשר משאיר הודעה קולית",
        Key::TaskMendTemplate => "לתקן את תבנית ההודעה{% if template %}: {{ template }}{% endif %}",

        Key::TaskMendConnection => {
            "החיבור{% if who %} {{ who }}{% endif %} נדחה על ידי הספק: יש לבדוק את הפרטים בהגדרות"
        }
        Key::TaskAlert => "לא הצלחנו לעדכן על ליד{% if who %}: {{ who }}{% endif %}",
        Key::TaskLowCredits => "נותרו מעט קרדיטים{% if who %}: {{ who }}{% endif %}",
        Key::TaskAgentWallet => "הסוכנים הקוליים לא מוציאים שיחות{% if who %}: {{ who }}{% endif %}",
        Key::TaskLossAccount => "חשבון השיחות לא נסגר{% if who %}: {{ who }}{% endif %}",
        Key::TaskChannelFailed => "לא הצלחנו לעדכן אתכם בדרך הזאת{% if who %} ({{ who }}){% endif %}: כדאי לבדוק",
        Key::TaskQualityFell => {
            "פחות פרטים נקראים נכון מאשר בארבעת השבועות הקודמים{% if who %} ({{ who }}){% endif %}: הפירוט נמצא בדוחות"
        }
        Key::TaskQuality => "יותר מדי פרטים נקראים לא נכון{% if who %} ({{ who }}){% endif %}: הפירוט נמצא בדוחות",
        Key::WhyChannelFailed => "ההודעה לא עברה בדרך הזאת; אם יש דרך נוספת, מנסים אותה.",
        Key::WhyOwnerQuiet => "שעות שקטות אישיות{% if until %}, ההודעה תצא: {{ until }}{% endif %}.",
        Key::WhyCallLog => "קודם בודקים מול המרכזייה אם כבר דיברתם{% if until %}, הבדיקה הבאה: {{ until }}{% endif %}.",
        Key::WhyNotLead => "לא נשלח: בעסק סימנו שזה לא ליד.",
        Key::WhyUnsettled => "לא נשלח: לא ברור אם ההודעה הקודמת הגיעה, ולא מזכירים מה שאולי לא נקרא.",
        Key::WhyUnknownOutcome => "תשובת הספק אבדה ולא ברור אם ההודעה נשלחה. כדי לא לשלוח פעמיים, נבקש שמישהו יבדוק.",
        Key::WhyGrace => "נכתוב בעוד רגע{% if until %} ({{ until }}){% endif %}, אלא אם כן תהיה שיחה קודם.",

        Key::WhyMissed => "שיחה לא נענתה, ולכן נכתוב בעוד רגע, אלא אם כן תהיה שיחה קודם.",
        Key::WhyOpener => "השיחה לא נענתה, ומאז לא הייתה שיחה ולא התקבלה הודעה, ולכן נשלחת הודעה ראשונה.",
        Key::WhyLeftMessage => "הושארה הודעה בתא הקולי. תוכן ההודעה או ההקלטה נמצאים בשיחה ובעמוד הפונה.",
        Key::WhyOpenerHeard => "השיחה לא נענתה, ההודעה בתא הקולי נקראה, ולכן נשלחת הודעה ראשונה ששואלת רק על מה שחסר.",
        Key::WhyVoicemail => "לא נשלח: לפי ההודעה בתא הקולי, הודעה אוטומטית אינה במקומה.",
        Key::WhyAnswer => "התקבלה הודעה מהצד השני, ולכן נשלחת תשובה.",
        Key::WhyReminder => "עדיין אין תשובה, ולכן נשלחת תזכורת. לכל היותר נשלחות שתיים.",
        Key::WhyFarewell => "ביקשו לא לקבל הודעות. מאשרים את זה פעם אחת, ואחר כך שקט.",
        Key::WhyOwner => "יש חדש בליד, ולכן נשלח עדכון לעסק.",
        Key::WhyTemplateInstead => "WhatsApp כבר לא קיבל הודעה חופשית, ולכן נשלחת במקומה התבנית המאושרת.",
        Key::WhyLinkInstead => "אי אפשר היה לשלוח את התמונה, ולכן נשלח קישור אליה.",
        Key::WhySentSms => "אי אפשר לשלוח עכשיו ב-WhatsApp, לכן ההודעה נשלחת כ-SMS.",
        Key::WhySpoke => "לא נשלח: בינתיים כבר דיברתם.",
        Key::WhyWrote => "לא נשלח: בינתיים התקבלה הודעה מהצד השני.",
        Key::WhyOptedOut => "לא נשלח: ביקשו לא לקבל הודעות.",
        Key::WhyCap => "לא נשלח: הגעתם למגבלת ההודעות היומית. אפשר להגדיל אותה בהגדרות, ומחר היא מתאפסת.",
        Key::WhyCallCap => {
            "המענה הקולי לא מקבל היום עוד שיחות: אפשר להגדיל את מספר הדקות ביום בהגדרות, ומחר הוא מתאפס."
        }
        Key::WhyManyCalls => "לא נשלח: כל כך הרבה שיחות בשעה נראות כמו מכונה, כדאי שמישהו יבדוק קודם.",
        Key::WhyNeverAnswers => "לא נשלח: כמה הודעות בימים האחרונים נשארו בלי תשובה, נפתחה משימה להתקשר חזרה.",
        Key::WhySmsAbroad => "לא נשלח: הודעות SMS לחו״ל כבויות, נפתחה משימה להתקשר חזרה.",
        Key::WhyNoReply => "לא נשלח: הודעות ה-SMS יוצאות בשם ולא במספר, אי אפשר לענות להן.",
        Key::WhyErased => "לא נשלח: כל מה שנשמר על איש הקשר נמחק.",
        Key::WhyBlocked => "לא נשלח: איש הקשר חסום.",
        Key::WhyStaff => "לא נשלח: המספר שייך לצוות.",
        Key::WhySupplier => "לא נשלח: המספר שייך לספק.",
        Key::WhyOwnLine => "לא נשלח: זה אחד הקווים של העסק.",
        Key::WhyLandline => "קו נייח לא מקבל הודעות, נפתחה משימה להתקשר חזרה.",
        Key::WhyKosher => "קו כשר לא מקבל הודעות, נפתחה משימה להתקשר חזרה.",
        Key::WhyVoip => "קו אינטרנט לא מקבל הודעות, נפתחה משימה להתקשר חזרה.",
        Key::WhyService => "מספר שירות לא מקבל הודעות, נפתחה משימה להתקשר חזרה.",
        Key::WhyShort => "מספר מקוצר לא מקבל הודעות, נפתחה משימה להתקשר חזרה.",
        Key::WhyInvalid => "המספר שהתקבל אינו מספר שאפשר לכתוב אליו, נפתחה משימה לבדיקה.",
        Key::WhyWithheld => "המספר חסוי, אין למי לכתוב.",
        Key::WhyTooLate => "הדיווח על השיחה הגיע מאוחר מדי בשביל הודעה, נפתחה משימה להתקשר חזרה.",
        Key::WhyExisting => "הפנייה כבר מוכרת, לכן לא נשלחה הודעת פתיחה ונפתחה משימה להתקשר חזרה.",
        Key::WhyJoined => "שיחה נוספת מאותו מתקשר, הודעה אחת מספיקה.",
        Key::WhyNotMissed => "השיחה לא נחשבת שיחה שלא נענתה.",
        Key::WhyShortRing => "הצלצול היה קצר מדי, כנראה חיוג בטעות.",
        Key::WhyExpired => "עבר זמן רב מדי מהשיחה, הודעה כבר לא תהיה במקום.",
        Key::WhyQuietHours => "שעות שקטות{% if until %}: ההודעה ממתינה עד {{ until }}{% endif %}.",
        Key::WhyRest => {
            "שבת או חג: ההודעה ממתינה{% if until %} עד {{ until }}{% endif %}{% if occasion %}, אחרי {{ occasion }}{% endif %}."
        }
        Key::WhyTheirNight => "אצל הצד השני עכשיו לילה{% if until %}: ההודעה ממתינה עד {{ until }}{% endif %}.",
        Key::WhyClosed => "העסק סגור עכשיו{% if until %}: ההודעה ממתינה עד {{ until }}{% endif %}.",
        Key::WhyEmergencyStop => "כל ההודעות נעצרו, עד שיופעלו מחדש בהגדרות.",
        Key::WhyBudget => "הגעתם למכסת ההודעות הראשונות{% if until %}, ההמשך: {{ until }}{% endif %}.",
        Key::WhyPaused => "ספק ההודעות ביקש הפסקה{% if until %}, ננסה שוב: {{ until }}{% endif %}.",
        Key::WhyTemplateMissing => {
            "לא נשלח: לא הוגדרה תבנית מאושרת{% if template %} ({{ template }}){% endif %}. אפשר להגדיר אותה בהגדרות."
        }
        Key::WhyTemplateNotApproved => "לא נשלח: התבנית{% if template %} {{ template }}{% endif %} עוד לא אושרה.",
        Key::WhyTemplatePaused => "לא נשלח: התבנית{% if template %} {{ template }}{% endif %} מושהית אצל WhatsApp.",
        Key::WhyNoChannel => "לא נשלח: לא מחובר ערוץ הודעות.",
        Key::WhyUnreachable => "אי אפשר להגיע למספר הזה בהודעות, נפתחה משימה להתקשר חזרה.",
        Key::WhyWindowClosed => "עברו 24 שעות מההודעה האחרונה של הצד השני, אי אפשר לשלוח טקסט חופשי.",
        Key::WhyTalking => "ממתין: הלקוח באמצע שיחה עם המזכירה האוטומטית.",
        Key::WhyTakenOver => "לא נשלח: השיחה מנוהלת בידי אדם מהצוות.",
        Key::WhyFinished => "לא נשלח: השיחה הסתיימה.",
        Key::WhyStale => "לא נשלח: התקבלו בינתיים הודעות נוספות, התשובה נכתבת מחדש.",
        Key::WhyPerson => "ההודעה נכתבה בידי מישהו מהצוות.",
        Key::WhyVoiceAgent => "סוכן קולי עונה בקו הזה, לכן לא נשלחת הודעה.",
        Key::WhyLowCredits => "שיחות הסוכנים הקוליים ממשיכות. אפשר להוסיף קרדיטים, או לשנות בהגדרות מתי להתריע.",
        Key::WhyAgentWallet => "היתרה בפלטפורמת הסוכנים הקוליים נגמרה. השיחות יחזרו אחרי תשלום.",
        Key::WhyAgreed => "כך סוכם בשיחה; המילים מופיעות בה.",
        Key::WhyNotAccounted => "בבדיקה היומית נמצאה שיחה שלא נענתה ולא טופלה, לכן יש משימה להתקשר חזרה.",
    }
}
