//! Whatever the bytes, every reader ends and none panics.

mod support;

use proptest::prelude::*;
use sources::{Layout, Limits, Options, detect, text};
use support::read_with;

/// Every layout on the same bytes. Each row takes at least one byte, so more rows than bytes would
/// mean that a reader does not move on.
fn try_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    let pool = ("pool".to_owned(), "0x12d66f87a04a9e220743712ce6d9bb1b5616b8fc".to_owned());
    for layout in Layout::built_in() {
        let mut options = Options::default();
        if layout.name().starts_with("tornado") {
            options.set.extend([pool.clone()]);
        }
        let outcome = read_with("any", bytes, layout, &options);
        prop_assert!(outcome.refused.len() <= bytes.len() + 1);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("any");
    std::fs::write(&path, bytes).expect("written");
    let _ = detect(&path, Limits::default());
    let _ = text::read(&path, 1_000);
    Ok(())
}

/// Cells, quotes, line ends and separators, so that the bytes often look like a table.
fn table_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(",".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\"".to_owned()),
        Just("{\"date\":".to_owned()),
        Just("}".to_owned()),
        Just("0".to_owned()),
        Just("1e-05".to_owned()),
        Just("2020-01-01".to_owned()),
        ".{0,4}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        try_all(&bytes)?;
    }

    #[test]
    fn bytes_that_look_like_a_table(body in table_like(), layout in any::<proptest::sample::Index>()) {
        let layout = layout.get(Layout::built_in());
        let columns: Vec<String> =
            layout.columns().into_iter().filter_map(|one| one.columns.into_iter().next()).collect();
        let text = format!("{}\n{body}", columns.join(","));
        try_all(text.as_bytes())?;
        try_all(body.as_bytes())?;
    }

    #[test]
    fn damaged_compression(
        body in table_like(),
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        prefix in prop_oneof![Just(vec![0x1f, 0x8b]), Just(vec![0x28, 0xb5, 0x2f, 0xfd]), Just(b"PAR1".to_vec())],
    ) {
        let mut bytes = zstd::encode_all(body.as_bytes(), 1).expect("compresses");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        try_all(&bytes)?;
        try_all(&[prefix, body.into_bytes()].concat())?;
    }

    #[test]
    fn layouts_of_arbitrary_text(text in "(?s).{0,200}") {
        let _ = Layout::parse("any", &text);
    }
}
