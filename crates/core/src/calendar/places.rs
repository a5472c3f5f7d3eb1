//! Where places are, and how long before sunset their people light candles (A7).
//!
//! A tenant's place is found by its name in English or Hebrew; a place that is not here is told by its coordinates in the
//! settings, else the first place of the tenant's time zone stands in for it. Coordinates are of city centres: ten kilometres
//! east or west change a sunset by half a minute.

use super::sun::Coordinates;

/// A place whose evenings are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// In English; coordinates given by the tenant have no name.
    pub name: &'static str,
    /// In Hebrew.
    pub hebrew: &'static str,
    /// Where.
    pub at: Coordinates,
    /// Minutes from lighting the candles to sunset, by the custom of the place.
    pub candles: i64,
    /// Two letters: `IL`.
    pub country: &'static str,
    /// IANA zone.
    pub zone: &'static str,
}

/// Minutes before sunset, where no other custom is known.
pub const CANDLES: i64 = 18;

/// What Israeli tables print for towns without a custom of their own: 20, some 22.
pub const ISRAEL: i64 = 20;

/// The place of that name.
pub fn by_name(name: &str) -> Option<&'static Place> {
    let wanted = plain(name);
    PLACES.iter().find(|place| plain(place.name) == wanted || plain(place.hebrew) == wanted)
}

/// The place that stands in for unknown ones of a time zone.
pub fn by_zone(zone: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.zone == zone)
}

/// All names, for messages and the documentation.
pub fn names() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|place| place.name)
}

/// Letters only, so that `Tel-Aviv`, `tel aviv` and `Be'er Sheva` are found.
fn plain(name: &str) -> String {
    let first = name.split(',').next().unwrap_or_default();
    let letters: String = first.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match letters.strip_suffix("yafo").or_else(|| letters.strip_suffix("יפו")) {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => letters,
    }
}

const fn il(name: &'static str, hebrew: &'static str, latitude: f64, longitude: f64, candles: i64) -> Place {
    Place { name, hebrew, at: Coordinates { latitude, longitude }, candles, country: "IL", zone: "Asia/Jerusalem" }
}

const fn abroad(
    name: &'static str,
    hebrew: &'static str,
    country: &'static str,
    zone: &'static str,
    latitude: f64,
    longitude: f64,
) -> Place {
    Place { name, hebrew, at: Coordinates { latitude, longitude }, candles: CANDLES, country, zone }
}

/// The first of a zone stands in for the others: Jerusalem lights the candles first.
#[rustfmt::skip]
const PLACES: &[Place] = &[
    il("Jerusalem", "ירושלים", 31.769, 35.216, 40),
    il("Tel Aviv", "תל אביב", 32.081, 34.781, ISRAEL),
    il("Haifa", "חיפה", 32.818, 34.989, 30),
    il("Beer Sheva", "באר שבע", 31.252, 34.791, ISRAEL),
    il("Ashdod", "אשדוד", 31.804, 34.655, ISRAEL),
    il("Ashkelon", "אשקלון", 31.669, 34.571, ISRAEL),
    il("Bat Yam", "בת ים", 32.017, 34.745, ISRAEL),
    il("Beit Shemesh", "בית שמש", 31.747, 34.989, ISRAEL),
    il("Bnei Brak", "בני ברק", 32.084, 34.835, ISRAEL),
    il("Eilat", "אילת", 29.558, 34.952, ISRAEL),
    il("Hadera", "חדרה", 32.434, 34.919, ISRAEL),
    il("Herzliya", "הרצליה", 32.166, 34.843, ISRAEL),
    il("Holon", "חולון", 32.011, 34.775, ISRAEL),
    il("Karmiel", "כרמיאל", 32.919, 35.296, ISRAEL),
    il("Kfar Saba", "כפר סבא", 32.175, 34.907, ISRAEL),
    il("Kiryat Gat", "קרית גת", 31.610, 34.764, ISRAEL),
    il("Lod", "לוד", 31.951, 34.888, ISRAEL),
    il("Modiin", "מודיעין", 31.899, 35.010, ISRAEL),
    il("Nahariya", "נהריה", 33.008, 35.098, ISRAEL),
    il("Nazareth", "נצרת", 32.700, 35.303, ISRAEL),
    il("Netanya", "נתניה", 32.333, 34.860, ISRAEL),
    il("Petah Tikva", "פתח תקווה", 32.087, 34.888, 40),
    il("Raanana", "רעננה", 32.184, 34.871, ISRAEL),
    il("Ramat Gan", "רמת גן", 32.082, 34.814, ISRAEL),
    il("Ramla", "רמלה", 31.929, 34.863, ISRAEL),
    il("Rehovot", "רחובות", 31.893, 34.811, ISRAEL),
    il("Rishon LeZion", "ראשון לציון", 31.964, 34.804, ISRAEL),
    il("Safed", "צפת", 32.965, 35.496, ISRAEL),
    il("Tiberias", "טבריה", 32.792, 35.531, ISRAEL),
    il("Zichron Yaakov", "זכרון יעקב", 32.571, 34.951, 30),
    abroad("London", "לונדון", "GB", "Europe/London", 51.509, -0.126),
    abroad("Manchester", "מנצ'סטר", "GB", "Europe/London", 53.481, -2.242),
    abroad("Leeds", "לידס", "GB", "Europe/London", 53.801, -1.549),
    abroad("Birmingham", "בירמינגהם", "GB", "Europe/London", 52.486, -1.890),
    abroad("Gateshead", "גייטסהד", "GB", "Europe/London", 54.962, -1.604),
    abroad("Glasgow", "גלזגו", "GB", "Europe/London", 55.865, -4.258),
    abroad("Dublin", "דבלין", "IE", "Europe/Dublin", 53.350, -6.260),
    abroad("Paris", "פריז", "FR", "Europe/Paris", 48.857, 2.352),
    abroad("Antwerp", "אנטוורפן", "BE", "Europe/Brussels", 51.219, 4.402),
    abroad("Amsterdam", "אמסטרדם", "NL", "Europe/Amsterdam", 52.370, 4.895),
    abroad("Berlin", "ברלין", "DE", "Europe/Berlin", 52.520, 13.405),
    abroad("Vienna", "וינה", "AT", "Europe/Vienna", 48.208, 16.373),
    abroad("Zurich", "ציריך", "CH", "Europe/Zurich", 47.377, 8.541),
    abroad("Rome", "רומא", "IT", "Europe/Rome", 41.903, 12.496),
    abroad("Madrid", "מדריד", "ES", "Europe/Madrid", 40.417, -3.704),
    abroad("Budapest", "בודפשט", "HU", "Europe/Budapest", 47.498, 19.040),
    abroad("Moscow", "מוסקבה", "RU", "Europe/Moscow", 55.756, 37.617),
    abroad("Johannesburg", "יוהנסבורג", "ZA", "Africa/Johannesburg", -26.204, 28.047),
    abroad("New York", "ניו יורק", "US", "America/New_York", 40.713, -74.006),
    abroad("Miami", "מיאמי", "US", "America/New_York", 25.762, -80.192),
    abroad("Chicago", "שיקגו", "US", "America/Chicago", 41.878, -87.630),
    abroad("Los Angeles", "לוס אנג'לס", "US", "America/Los_Angeles", 34.052, -118.244),
    abroad("Toronto", "טורונטו", "CA", "America/Toronto", 43.653, -79.383),
    abroad("Montreal", "מונטריאול", "CA", "America/Toronto", 45.502, -73.567),
    abroad("Mexico City", "מקסיקו סיטי", "MX", "America/Mexico_City", 19.433, -99.133),
    abroad("Sao Paulo", "סאו פאולו", "BR", "America/Sao_Paulo", -23.551, -46.633),
    abroad("Buenos Aires", "בואנוס איירס", "AR", "America/Argentina/Buenos_Aires", -34.604, -58.382),
    abroad("Melbourne", "מלבורן", "AU", "Australia/Melbourne", -37.814, 144.963),
    abroad("Sydney", "סידני", "AU", "Australia/Sydney", -33.869, 151.209),
];
