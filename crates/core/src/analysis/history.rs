//! How much of a contact's past goes to a model (B6): the last ten calls or 50,000 tokens of transcript, older ones as their
//! facts and summaries.
//!
//! Always true: at most `MOST_CALLS` transcripts, at most `MOST_TOKENS` by our estimate, the newest first to be kept; the
//! newest one is always there, cut in the middle if it alone is too long.

use crate::call::Turn;

/// The most calls whose transcripts are sent.
pub const MOST_CALLS: usize = 10;

/// The most older calls that are sent as their facts and summaries.
pub const MOST_SUMMARIES: usize = 50;

/// The most tokens of transcript that are sent.
pub const MOST_TOKENS: usize = 50_000;

/// What a turn costs besides its words.
const PER_TURN: usize = 4;

/// What stands where turns were left out.
const LEFT_OUT: &str = "…";

/// Estimates the tokens of a text, on the high side: three ASCII characters a token, every other character one.
pub fn tokens(text: &str) -> usize {
    let ascii = text.chars().filter(char::is_ascii).count();
    ascii.div_ceil(3) + text.chars().count() - ascii
}

/// The same for a transcript.
pub fn transcript_tokens(transcript: &[Turn]) -> usize {
    transcript.iter().map(turn_tokens).sum()
}

/// How many of the newest calls are sent with their transcripts. `newest_first` holds the tokens of each.
pub fn in_full(newest_first: &[usize]) -> usize {
    let mut sum = 0_usize;
    let fits = |tokens: &&usize| {
        sum = sum.saturating_add(**tokens);
        sum <= MOST_TOKENS
    };
    newest_first.iter().take(MOST_CALLS).take_while(fits).count().max(newest_first.len().min(1))
}

/// The transcript within `most` tokens: its beginning and its end, where requests and agreements are made.
pub fn cut(transcript: &[Turn], most: usize) -> Vec<Turn> {
    if transcript_tokens(transcript) <= most {
        return transcript.to_vec();
    }
    let mark = Turn { role: "system".to_owned(), text: LEFT_OUT.to_owned() };
    let half = most.saturating_sub(turn_tokens(&mark)) / 2;
    let head = within(transcript.iter(), half);
    let tail = within(transcript[head..].iter().rev(), half);
    let (first, last) = (&transcript[..head], &transcript[transcript.len() - tail..]);
    first.iter().chain([&mark]).chain(last).cloned().collect()
}

fn within<'t>(turns: impl Iterator<Item = &'t Turn>, most: usize) -> usize {
    let mut sum = 0;
    turns
        .take_while(|turn| {
            sum += turn_tokens(turn);
            sum <= most
        })
        .count()
}

fn turn_tokens(turn: &Turn) -> usize {
    PER_TURN + tokens(&turn.role) + tokens(&turn.text)
}
