//! Texts of the catalogue as templates: what a business submits to its provider for approval (A8).

use super::{Key, source};

/// Texts that leave as templates: outside the window nothing else may.
pub const TEMPLATES: [Key; 5] =
    [Key::FirstMessage, Key::FirstMessageHeard, Key::Reminder, Key::LastReminder, Key::OwnerLead];

/// The catalogue's words of `key` with numbered variables, in the order of [`Key::variables`]: `{{1}}`. What a text shows only
/// under a condition stands there always, since templates know no conditions.
pub fn as_template(key: Key, language: &str) -> String {
    let mut words = source(key, language).to_owned();
    for (nth, variable) in (1..).zip(key.variables()) {
        words = words.replace(&format!("{{{{ {} }}}}", variable.name), &format!("{{{{{nth}}}}}"));
    }
    while let Some((from, to)) = words.find("{%").zip(words.find("%}")) {
        words.replace_range(from..to + 2, "");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_has_each_variable_once_and_nothing_of_the_catalogues_own_marks() {
        for (key, language) in TEMPLATES.into_iter().flat_map(|key| [(key, "he"), (key, "en")]) {
            let body = as_template(key, language);
            assert!(!body.contains("{%") && !body.contains("{{ "), "{body}");
            for nth in 1..=key.variables().len() {
                assert_eq!(body.matches(&format!("{{{{{nth}}}}}")).count(), 1, "{body}");
            }
        }
    }
}
