//! Content keys: the identity of a statement is what it says.

/// Hashes the fields of a statement so that no two different statements share a text.
pub(crate) struct KeyBuilder(blake3::Hasher);

impl KeyBuilder {
    pub(crate) fn new(table: &str) -> KeyBuilder {
        KeyBuilder(blake3::Hasher::new()).text(table)
    }

    pub(crate) fn text(mut self, text: &str) -> KeyBuilder {
        // The length goes first: "ab" + "c" must not equal "a" + "bc".
        self.0.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    pub(crate) fn option(mut self, text: Option<&str>) -> KeyBuilder {
        self.0.update(&[u8::from(text.is_some())]);
        self.text(text.unwrap_or_default())
    }

    pub(crate) fn number(mut self, number: Option<i64>) -> KeyBuilder {
        self.0.update(&[u8::from(number.is_some())]);
        self.0.update(&number.unwrap_or_default().to_le_bytes());
        self
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_letter_between_fields_changes_the_key() {
        let key = |a, b| KeyBuilder::new("t").text(a).option(b).number(None).finish();
        assert_ne!(key("ab", Some("c")), key("a", Some("bc")));
        assert_ne!(key("a", None), key("a", Some("")));
    }
}
