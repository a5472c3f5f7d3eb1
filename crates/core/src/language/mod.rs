//! Language in small pieces: tokens of a text, and phrases to look for in them. Rules that must hold before any brain (C8)
//! and the offline brain read words the same way.

pub mod concepts;
pub mod phrase;
pub mod spelling;
pub mod together;
pub mod token;

use token::{Kind, Token};

/// The tokens of something heard: as [`token::tokens`], with apostrophes dropped from Latin words, since speech-to-text writes
/// "I've", "ive" and "I’ve" alike.
pub fn heard(text: &str) -> Vec<Token> {
    let mut tokens = token::tokens(text);
    for token in tokens.iter_mut().filter(|t| t.kind == Kind::Word && t.norm.contains('\'')) {
        if token.norm.chars().any(|c| c.is_ascii_alphabetic()) {
            token.norm.retain(|c| c != '\'');
        }
    }
    tokens
}

/// The same tokens without a last s: "the fridge's died" and "fridges" are one in speech-to-text.
pub fn singular(tokens: &[Token]) -> Vec<Token> {
    let mut tokens = tokens.to_vec();
    for token in &mut tokens {
        if token.norm.len() > 4 && token.norm.ends_with('s') && !token.norm.ends_with("ss") {
            token.norm.pop();
        }
    }
    tokens
}
