//! What is wrong with something that came from outside: one line per field, ready for a problem document (A1, P8).

/// One field at fault and why, in words for the person who sent it. Never carries the value itself (P10).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// Name of the field as the sender knows it: `access_token`, `entry`; empty for the whole body.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// Names a field and what is wrong with it.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Reads the settings of a connection field by field and gathers everything that is wrong with them.
#[derive(Debug)]
pub struct Fields<'a> {
    object: Option<&'a serde_json::Map<String, serde_json::Value>>,
    known: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    /// Begins to read; anything but an object is an error of its own.
    pub fn of(value: &'a serde_json::Value) -> Self {
        let object = value.as_object();
        let errors = match object {
            Some(_) => Vec::new(),
            None => vec![FieldError::new("", "an object with settings is expected")],
        };
        Self { object, known: Vec::new(), errors }
    }

    /// A text that must be there. Blanks around it are dropped; they come from copying.
    pub fn required(&mut self, name: &'static str) -> String {
        let found = self.optional(name);
        if found.is_none() && self.object.is_some() && !self.errors.iter().any(|e| e.field == name) {
            self.error(name, "is required");
        }
        found.unwrap_or_default()
    }

    /// A text that may be absent, null or empty.
    pub fn optional(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        match self.object?.get(name)? {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
            // Ids are often pasted as numbers.
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => {
                self.error(name, "must be a text");
                None
            }
        }
    }

    /// Adds an error.
    pub fn error(&mut self, field: &'static str, message: &str) {
        self.errors.push(FieldError::new(field, message));
    }

    /// The value if nothing was wrong, else everything that was; names that nobody asked for are wrong too.
    pub fn finish<T>(mut self, value: T) -> Result<T, Vec<FieldError>> {
        for name in self.object.into_iter().flat_map(|o| o.keys()) {
            if !self.known.contains(&name.as_str()) {
                let known = self.known.join(", ");
                let message = format!("is not a setting here; there are: {known}");
                self.errors.push(FieldError::new(name.clone(), message));
            }
        }
        if self.errors.is_empty() { Ok(value) } else { Err(self.errors) }
    }
}
