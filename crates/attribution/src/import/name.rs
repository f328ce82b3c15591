//! What the name of a file says: the source's name, a date, a chain.

use chain::Day;

/// File name without folders and without the endings of formats and compressors.
pub(crate) fn source_name(name: &str) -> String {
    let mut base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    for ending in [".zst", ".gz", ".yaml", ".yml", ".csv", ".json", ".toml"] {
        base = base.strip_suffix(ending).unwrap_or(base);
    }
    base.to_owned()
}

/// The first `YYYY-MM-DD` in a file name.
pub(crate) fn day_in(name: &str) -> Option<Day> {
    (0..name.len()).find_map(|at| {
        let text = name.get(at..at + 10)?;
        let shaped = text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if shaped { text.parse().ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_endings_and_keep_their_dates() {
        assert_eq!(source_name("/a/b/binance_hack.yaml.zst"), "binance_hack");
        assert_eq!(source_name("graphsense.actorpack.yaml"), "graphsense.actorpack");
        let day = day_in("ofac_digital_currency_2024-09-27.csv").map(|day| day.to_string());
        assert_eq!(day.as_deref(), Some("2024-09-27"));
        assert_eq!(day_in("ofac_raw_2021_sdn.csv"), None);
        assert_eq!(day_in("é2024-13-99"), None);
    }
}
