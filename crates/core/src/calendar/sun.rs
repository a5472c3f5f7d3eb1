//! When the sun stands so and so many degrees below the horizon in the evening (A7).
//!
//! The solar equations that NOAA publishes for its calculator (after J. Meeus, Astronomical Algorithms, 2nd ed., ch. 25):
//! good to a few seconds between the polar circles. Sea level, standard refraction.

use jiff::{SignedDuration, Timestamp};

/// A point on the earth, in degrees; north and east are positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinates {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
}

/// How far the sun's centre is below the horizon when its upper edge sets: refraction and half its disc.
pub const SUNSET: f64 = 0.833;

const MINUTES_A_DAY: f64 = 1440.0;

/// The evening moment at which the sun's centre is `depression` degrees below the horizon, on the solar day whose noon is
/// nearest to `noon` (about local noon). `None` where the sun does not go that far down, or does not come up.
pub fn evening(at: Coordinates, noon: Timestamp, depression: f64) -> Option<Timestamp> {
    let mut guess = noon;
    for _ in 0..4 {
        guess = solar_noon(at.longitude, noon, guess) + minutes(4.0 * hour_angle(at.latitude, guess, depression)?);
    }
    Some(guess)
}

/// The transit of the sun nearest to `near`, with the equation of time as it is at `when`.
fn solar_noon(longitude: f64, near: Timestamp, when: Timestamp) -> Timestamp {
    let of_day = near.as_second() as f64 / 60.0;
    let transit = 720.0 - 4.0 * longitude - Sun::at(when).equation_of_time;
    let days = ((of_day - transit) / MINUTES_A_DAY).round();
    near + minutes(transit + days * MINUTES_A_DAY - of_day)
}

/// Degrees that the earth turns from noon until the sun is `depression` below the horizon.
fn hour_angle(latitude: f64, when: Timestamp, depression: f64) -> Option<f64> {
    let (phi, delta) = (latitude.to_radians(), Sun::at(when).declination);
    let cosine = (-depression.to_radians().sin() - phi.sin() * delta.sin()) / (phi.cos() * delta.cos());
    (-1.0..=1.0).contains(&cosine).then(|| cosine.acos().to_degrees())
}

fn minutes(n: f64) -> SignedDuration {
    SignedDuration::from_millis((n * 60000.0).round() as i64)
}

/// Where the sun is.
struct Sun {
    /// Radians.
    declination: f64,
    /// Minutes that a sundial is ahead of the clock.
    equation_of_time: f64,
}

impl Sun {
    fn at(when: Timestamp) -> Self {
        // Julian centuries since 2000-01-01 12:00.
        let t = (when.as_second() as f64 / 86400.0 - 10957.5) / 36525.0;
        let mean_longitude = (280.46646 + t * (36000.76983 + t * 0.0003032)).to_radians();
        let anomaly = (357.52911 + t * (35999.05029 - 0.0001537 * t)).to_radians();
        let eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t);
        let centre = anomaly.sin() * (1.914602 - t * (0.004817 + 0.000014 * t))
            + (2.0 * anomaly).sin() * (0.019993 - 0.000101 * t)
            + (3.0 * anomaly).sin() * 0.000289;
        let node = (125.04 - 1934.136 * t).to_radians();
        let apparent = mean_longitude + (centre - 0.00569 - 0.00478 * node.sin()).to_radians();
        let seconds = 21.448 - t * (46.815 + t * (0.00059 - t * 0.001813));
        let obliquity = (23.0 + (26.0 + seconds / 60.0) / 60.0 + 0.00256 * node.cos()).to_radians();
        let y = (obliquity / 2.0).tan().powi(2);
        let equation = y * (2.0 * mean_longitude).sin() - 2.0 * eccentricity * anomaly.sin()
            + 4.0 * eccentricity * y * anomaly.sin() * (2.0 * mean_longitude).cos()
            - 0.5 * y * y * (4.0 * mean_longitude).sin()
            - 1.25 * eccentricity * eccentricity * (2.0 * anomaly).sin();
        Self { declination: (obliquity.sin() * apparent.sin()).asin(), equation_of_time: 4.0 * equation.to_degrees() }
    }
}
