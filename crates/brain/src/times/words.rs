//! The vocabulary of time expressions: which phrases mean which day, part of day or bound.

use super::phrase::Phrases;
use jiff::civil::Weekday;
use std::sync::LazyLock;

/// A day, as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// Days from today.
    Offset(i32),
    /// The next such weekday after today.
    Coming(Weekday),
    /// Such a weekday of the week after this one.
    NextWeek(Weekday),
    /// The last such weekday before today.
    Last(Weekday),
    /// A calendar date; the year may be left out.
    Date { year: Option<i16>, month: i8, day: i8 },
    /// A day of the month.
    OfMonth(i8),
    /// Weeks from this one: the whole week.
    Week(i32),
    /// Months from this one: the whole month.
    Month(i32),
    /// The coming weekend.
    Weekend,
    /// Saturday after dark.
    AfterShabbat,
    /// Friday before dark.
    BeforeShabbat,
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// 8 to 12.
    Morning,
    /// 12 to 14.
    Noon,
    /// 12 to 17 in English, 14 to 18 in Hebrew.
    Afternoon { hebrew: bool },
    /// 18 to 21.
    Evening,
    /// 20 to 23.
    Night,
    /// 16 to 18.
    DayEnd,
}

impl Part {
    /// First and last hour.
    pub fn hours(self) -> (i8, i8) {
        match self {
            Part::Morning => (8, 12),
            Part::Noon => (12, 14),
            Part::Afternoon { hebrew: true } => (14, 18),
            Part::Afternoon { hebrew: false } => (12, 17),
            Part::Evening => (18, 21),
            Part::Night => (20, 23),
            Part::DayEnd => (16, 18),
        }
    }
}

/// How a time bounds the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Not before.
    After,
    /// Not after.
    Until,
    /// Half an hour to either side.
    Around,
    /// From the first to the second.
    Between,
    /// Between the two ends of a range.
    To,
}

type Table<T> = LazyLock<Vec<(T, Phrases)>>;

fn table<T: Copy>(rows: &[(T, &str)]) -> Vec<(T, Phrases)> {
    rows.iter().map(|(value, phrases)| (*value, Phrases::new(phrases))).collect()
}

/// Days that are one phrase.
pub(crate) static DAYS: Table<Day> = LazyLock::new(|| {
    table(&[
        (Day::Offset(0), "+היום\nעוד היום\ntoday\nhayom\nod hayom\nсегодня\nاليوم"),
        (
            Day::Offset(1),
            "+מחר\ntomorrow|tomorow|tommorow|tomorrow's|tmrw|tmr\nlemachar|machar|mahar|lemahar\nзавтра\nبكرا|بكره|غدا",
        ),
        (
            Day::Offset(2),
            "+מחרתיים\nthe? day after tomorrow\nmochrotaim|machartaim|mochratayim|mahratayim|machrataim|mohorotaim",
        ),
        (Day::Offset(-1), "אתמול\nyesterday\netmol\nlate? last night|evening\nאמש"),
        (Day::Offset(-2), "שלשום\nthe? day before yesterday"),
        (Day::Week(0), "+השבוע\nthis week\nhashavua"),
        (
            Day::Week(1),
            "+שבוע הבא\n+בשבוע הבא\n+שבוע הקרוב\nthe? next|following|upcoming|coming week\nshavua haba|habaa\nbeshavua|bashavua haba",
        ),
        (Day::Week(-1), "+שבוע שעבר\n+שבוע האחרון\nthe? last|previous|past week\nshavua sheavar"),
        (Day::Month(0), "+החודש\nthis month"),
        (Day::Month(1), "+חודש הבא\nthe? next|following month\nchodesh haba"),
        (Day::Month(-1), "+חודש שעבר\n+חודש האחרון\nlast|previous month"),
        (Day::Weekend, "+סופ\"ש\n+סוף שבוע\n+סוף השבוע\nthis|the weekend\nweekend\nsofash|besofash|sofshavua"),
        (Day::AfterShabbat, "+מוצ\"ש\n+מוצאי שבת\nצאת השבת|שבת\nmotzash|motzei|motzaei shabat|shabbat?"),
        (
            Day::BeforeShabbat,
            "לפני כניסת? שבת|השבת\n+ערב שבת\nlifney|lifnei shabat|shabbat\nbefore shabbat|shabbos|shabat",
        ),
    ])
});

/// Parts of the day.
pub(crate) static PARTS: Table<Part> = LazyLock::new(|| {
    table(&[
        (
            Part::Morning,
            "+לפני הצהריים|הצהרים|צהריים\nlifney|lifnei hatzaharayim|hatzohoraim|hatzaharaim\n+בוקר\nthis? morning|mornings\nboker|baboker|haboker|bokeer|babokeer|babokr\nутром|утра\nالصبح|صباحا",
        ),
        (
            Part::Noon,
            "+צהריים|צהרים\nnoon|midday|lunchtime\nlunch time\ntzaharayim|batzaharayim|tzoraim|batzohoraim|batzohorayim|tsohoraim|tzohorayim|batsohorayim\nالظهر",
        ),
        (
            Part::Afternoon { hebrew: true },
            "+אחר|אחרי הצהריים|הצהרים|צהריים|צהרים\n+אחה\"צ|אחהצ\nacharey|acharei|aharei|achrei hatzaharayim|hatzohoraim|hatzaharaim|hatzohorayim|tzaharayim|hatsohorayim\nпосле обеда\nبعد الظهر",
        ),
        (Part::Afternoon { hebrew: false }, "this? afternoon|afternoons"),
        (Part::Evening, "+ערב\n+ערבים\nthis? evening|evenings\nerev|baerev|haerev|berev\nвечером|вечера\nالمسا|مساء"),
        (Part::DayEnd, "the? end of the? day\neod|cob\nclose of business\n+סוף היום|יום\n+סוף יום העבודה\nsof hayom"),
        (Part::Night, "+לילה\ntonight|tonite\nnight|nights\nlayla|balayla|halayla"),
    ])
});

/// Bounds: a time follows.
pub(crate) static BOUNDS: Table<Bound> = LazyLock::new(|| {
    table(&[
        (
            Bound::After,
            "לא לפני ה?|ב?\nnot|no|never before|earlier than?|until?\nlo lifney|lifnei\nlater than\nאחרי|לאחר|מאחרי\nהחל? מ\nהחל מהשעה|משעה\nמהשעה|משעה\nanytime|any? time? after|past|from|since\nacharey|acharei|aharei|achrei\nהחל\nпосле\nبعد",
        ),
        (
            Bound::Until,
            "+עד\nלא יאוחר מ\nnot|no? later than\nup? until|till|til|by\nbefore\nad\n+לפני\nlifney|lifnei\nдо\nقبل",
        ),
        (
            Bound::Around,
            "+בסביבות\nבערך ב?\nלקראת\naround|about|approximately|approx|roughly\nbesvivot|besevivot\nbe'erech|beerech",
        ),
        (Bound::Between, "בין\nbetween\nbein|ben"),
    ])
});

/// Negations before a time: it is excluded.
pub(crate) static NOT: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "+לא ב?\n+אל תתקשר*|תצלצל*|תחזר* אליי|אלי|לי? ב?\ndon't|dont|not call|ring|phone me? on|in?\nרק לא\nחוץ מ?\nחוץ מיום\nלמעט\nnot on|in|at|the?\nexcept for|on?\nbut not on|in?\nnever on?\nother than\nlo be?\nhutz mi?\nchutz mi?\nне в|во?",
    )
});

/// The weekday that a word names, if it is one by itself.
pub(crate) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word.trim_end_matches("'s") {
        "ראשון" | "sunday" | "sundays" | "sun" | "rishon" => Weekday::Sunday,
        "שני" | "monday" | "mondays" | "mon" | "sheni" => Weekday::Monday,
        "שלישי" | "tuesday" | "tuesdays" | "tue" | "tues" | "shlishi" => Weekday::Tuesday,
        "רביעי" | "wednesday" | "wednesdays" | "wed" | "weds" | "revii" | "reviyi" => Weekday::Wednesday,
        "חמישי" | "thursday" | "thursdays" | "thu" | "thur" | "thurs" | "chamishi" | "hamishi" => {
            Weekday::Thursday
        }
        "שישי" | "friday" | "fridays" | "fri" | "shishi" => Weekday::Friday,
        "שבת" | "saturday" | "saturdays" | "sat" | "shabat" | "shabbat" | "субботу" | "суббота" => {
            Weekday::Saturday
        }
        _ => return None,
    })
}

/// The weekday of a Hebrew letter, as in `יום ג'`.
pub(crate) fn weekday_letter(word: &str) -> Option<Weekday> {
    Some(match word.trim_end_matches(['\'', '"']) {
        "א" => Weekday::Sunday,
        "ב" => Weekday::Monday,
        "ג" => Weekday::Tuesday,
        "ד" => Weekday::Wednesday,
        "ה" => Weekday::Thursday,
        "ו" => Weekday::Friday,
        "ש" => Weekday::Saturday,
        _ => return None,
    })
}

/// The month that a word names.
pub(crate) fn month(word: &str) -> Option<i8> {
    let names: [&[&str]; 12] = [
        &["ינואר", "january", "jan"],
        &["פברואר", "february", "feb"],
        &["מרץ", "מרס", "march", "mar"],
        &["אפריל", "april", "apr"],
        &["מאי", "may"],
        &["יוני", "june", "jun"],
        &["יולי", "july", "jul"],
        &["אוגוסט", "august", "aug"],
        &["ספטמבר", "september", "sept", "sep"],
        &["אוקטובר", "october", "oct"],
        &["נובמבר", "november", "nov"],
        &["דצמבר", "december", "dec"],
    ];
    let bare = word.strip_prefix(['ב', 'ל', 'ה', 'מ']).unwrap_or(word);
    (1..).zip(names).find_map(|(n, names)| (names.contains(&word) || names.contains(&bare)).then_some(n))
}
