//! The recording that every played provider keeps: a few seconds of a dialling tone, served in parts as players ask.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

const RATE: u32 = 8_000;
const SECONDS: u32 = 3;
/// Samples of one swing: about 421 Hz, close to the 425 Hz of a European dialling tone.
const SWING: u32 = 19;

/// A WAV file: one channel, eight bits, 8,000 samples a second.
pub(crate) fn tone() -> Vec<u8> {
    let samples = RATE * SECONDS;
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + samples).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([1_u16, 1].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([RATE, RATE].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([1_u16, 8].iter().flat_map(|word| word.to_le_bytes()));
    file.extend(b"data");
    file.extend(samples.to_le_bytes());
    file.extend((0..samples).map(|n| if n % SWING < SWING / 2 { 140 } else { 116 }));
    file
}

/// The whole, or the part that is asked for.
pub(crate) fn served(headers: &HeaderMap) -> Response {
    let sound = tone();
    let kind = (header::CONTENT_TYPE, "audio/wav".to_owned());
    let range =
        headers.get(header::RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let Some((from, to)) = range else {
        return ([kind, (header::ACCEPT_RANGES, "bytes".to_owned())], sound).into_response();
    };
    let last = to.parse().unwrap_or(usize::MAX).min(sound.len() - 1);
    let part = from.parse().ok().and_then(|from: usize| Some((from, sound.get(from..=last)?.to_vec())));
    match part {
        Some((from, part)) => {
            let place = (header::CONTENT_RANGE, format!("bytes {from}-{last}/{}", sound.len()));
            (StatusCode::PARTIAL_CONTENT, [kind, place], part).into_response()
        }
        None => (StatusCode::RANGE_NOT_SATISFIABLE, Body::empty()).into_response(),
    }
}
