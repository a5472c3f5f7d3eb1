//! Words, numbers and marks of a message, as the offline brain sees them (A10).
//!
//! Always true: spans lie on character borders of the text and never overlap; a normalised word is lower-case, without
//! vowel points, with one kind of apostrophe and quote, and without letters stretched for feeling ("urgenttt").

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters, with digits or apostrophes inside.
    Word,
    /// Digits, with the marks that numbers, clock times and dates have inside.
    Number,
    /// Comma, colon, brackets: ends a clause, not a sentence.
    Comma,
    /// Ends a sentence; a line break is one too.
    Stop,
    /// A dash.
    Dash,
    /// Emoji and other signs.
    Other,
}

/// One token.
#[derive(Debug, Clone)]
pub struct Token {
    /// First byte in the text.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
    /// The normalised form.
    pub norm: String,
    /// What it is.
    pub kind: Kind,
}

impl Token {
    /// A word that is one of `list`.
    pub fn is_any(&self, list: &[&str]) -> bool {
        list.contains(&self.norm.as_str())
    }
}

/// Whether a letter is Hebrew.
pub fn is_hebrew(c: char) -> bool {
    ('\u{5d0}'..='\u{5ea}').contains(&c)
}

/// A word in the form that lists are written in.
pub fn normal(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{591}'..='\u{5c7}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '’' | '‘' | '`' | '´' | '׳' => out.push('\''),
            '״' | '“' | '”' | '„' => out.push('"'),
            other => out.push(other),
        }
    }
    unstretched(&out)
}

/// Three or more of the same letter in a row become one.
fn unstretched(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    let mut i = 0;
    while i < chars.len() {
        let run = chars[i..].iter().take_while(|c| **c == chars[i]).count();
        let keep = if run >= 3 && chars[i].is_alphabetic() { 1 } else { run };
        out.extend(std::iter::repeat_n(chars[i], keep));
        i += run;
    }
    out
}

/// Splits a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut lexer = Lexer { text, chars, at: 0, out: Vec::new() };
    lexer.run();
    lexer.out
}

struct Lexer<'a> {
    text: &'a str,
    chars: Vec<(usize, char)>,
    at: usize,
    out: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(c) = self.char(0) {
            if is_digit(c) || (c == '.' && self.char(1).is_some_and(is_digit) && !self.after_digit()) {
                self.number();
            } else if is_letter(c) {
                self.word();
            } else {
                self.mark(c);
            }
        }
    }

    fn char(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).map(|(_, c)| *c)
    }

    fn after_digit(&self) -> bool {
        self.at > 0 && is_letter_or_digit(self.chars[self.at - 1].1)
    }

    fn byte(&self, index: usize) -> usize {
        self.chars.get(index).map_or(self.text.len(), |(at, _)| *at)
    }

    fn push(&mut self, from: usize, to: usize, kind: Kind) {
        let (start, end) = (self.byte(from), self.byte(to));
        self.out.push(Token { start, end, norm: normal(&self.text[start..end]), kind });
    }

    /// Digits with `. , : /` between digits; `-` too in a date that begins with a year.
    fn number(&mut self) {
        let from = self.at;
        let mut to = from + 1;
        while let Some(c) = self.chars.get(to).map(|(_, c)| *c) {
            let next = self.chars.get(to + 1).is_some_and(|(_, c)| is_digit(*c));
            let iso = c == '-' && to - from >= 4 && self.chars[from..from + 4].iter().all(|(_, c)| is_digit(*c));
            if is_digit(c) {
                to += 1;
            } else if next && (matches!(c, '.' | ',' | ':' | '/') || iso) {
                to += 2;
            } else {
                break;
            }
        }
        if self.french_hour(from, to) {
            self.push(from, to + 3, Kind::Number);
            if let Some(last) = self.out.last_mut() {
                last.norm = last.norm.replace('h', ":");
            }
            self.at = to + 3;
            return;
        }
        self.push(from, to, Kind::Number);
        self.at = to;
    }

    /// `15h30`.
    fn french_hour(&self, from: usize, to: usize) -> bool {
        let digit = |i: usize| self.chars.get(i).is_some_and(|(_, c)| is_digit(*c));
        let h = self.chars.get(to).is_some_and(|(_, c)| matches!(c, 'h' | 'H'));
        to - from <= 2 && h && digit(to + 1) && digit(to + 2) && !digit(to + 3)
    }

    fn word(&mut self) {
        let from = self.at;
        let mut to = from + 1;
        while let Some(c) = self.chars.get(to).map(|(_, c)| *c) {
            let next = self.chars.get(to + 1).map(|(_, c)| *c);
            let joined = is_quote(c) && (next.is_some_and(is_letter) || is_apostrophe(c) && to - from <= 3);
            let digit = is_digit(c) && !is_hebrew(self.chars[to - 1].1);
            if is_letter(c) || is_point(c) || joined || digit || c == '_' {
                to += 1;
            } else {
                break;
            }
        }
        let one = to - from == 1;
        let latin = self.chars[from].1.to_ascii_lowercase();
        if one && matches!(latin, 'a' | 'p') && self.dotted_m(to) {
            let end = if self.chars.get(to + 2).is_some_and(|(_, c)| *c == '.') { to + 3 } else { to + 2 };
            self.out.push(Token {
                start: self.byte(from),
                end: self.byte(end),
                norm: format!("{latin}m"),
                kind: Kind::Word,
            });
            self.at = end;
            return;
        }
        self.push(from, to, Kind::Word);
        self.at = to;
        // "ב-10" is "ב 10": the dash belongs to the prefix letter.
        let prefix = to - from <= 2 && is_hebrew(self.chars[from].1);
        if prefix && self.char(0).is_some_and(is_dash) && self.char(1).is_some_and(is_digit) {
            self.at += 1;
        }
    }

    fn dotted_m(&self, dot: usize) -> bool {
        let at = |i: usize| self.chars.get(i).map(|(_, c)| c.to_ascii_lowercase());
        at(dot) == Some('.') && at(dot + 1) == Some('m') && !at(dot + 2).is_some_and(is_letter)
    }

    fn mark(&mut self, c: char) {
        let kind = match c {
            '\n' | '\r' | '.' | '!' | '?' | '؟' | '…' | ';' => Some(Kind::Stop),
            ',' | '،' | ':' | '(' | ')' | '[' | ']' | '"' | '|' | '=' => Some(Kind::Comma),
            c if is_dash(c) => Some(Kind::Dash),
            c if c.is_whitespace() || is_point(c) => None,
            _ => Some(Kind::Other),
        };
        if let Some(kind) = kind {
            self.push(self.at, self.at + 1, kind);
        }
        self.at += 1;
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_point(c)
}

fn is_letter_or_digit(c: char) -> bool {
    is_digit(c) || is_letter(c)
}

fn is_point(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | '׳')
}

fn is_quote(c: char) -> bool {
    is_apostrophe(c) || matches!(c, '"' | '״' | '“' | '”')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '־')
}
