//! Concepts: a name for all the words that say one thing, so that rules are written over meanings: `@gas & @smell`.
//!
//! A list has lines `name = word|word`; a word may be in the notation of [`super::phrase`]. A name stands for its words
//! wherever a phrase may have a word.

/// Named sets of words.
#[derive(Debug)]
pub struct Concepts(Vec<(String, String)>);

impl Concepts {
    /// Reads a list. A concept may be made of others that stand above it.
    pub fn new(written: &str) -> Self {
        let mut concepts = Self(Vec::new());
        for (name, words) in written.lines().filter_map(|line| line.split_once(" = ")) {
            let words = concepts.expand(words.trim());
            concepts.0.push((format!("@{}", name.trim()), words));
        }
        concepts
    }

    /// The text with every `@name` replaced by its words.
    pub fn expand(&self, text: &str) -> String {
        // "@gas" must not be found within "@gas_pipe".
        let mut names: Vec<&(String, String)> = self.0.iter().collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        names.iter().fold(text.to_owned(), |text, (name, words)| text.replace(name.as_str(), words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_their_words_and_longer_names_win() {
        let concepts = Concepts::new("gas = gas|fuel\ngas_pipe = pipe\nbad = @gas|smoke");
        assert_eq!(concepts.expand("@gas_pipe & @gas|oil / @bad"), "pipe & gas|fuel|oil / gas|fuel|smoke");
    }
}
