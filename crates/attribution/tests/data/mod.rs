//! The published files, opened for the tests. Opening files is the caller's work in the product
//! too.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper of tests says why it skips, and fails where a file cannot be read"
)]

use std::{
    env, fs,
    io::Read,
    path::{Path, PathBuf},
};

use attribution::{ImportReport, OfacRaw, Store};

pub(crate) fn no_include(name: &str) -> Result<String, String> {
    Err(format!("{name}: no file beside it"))
}

pub(crate) struct Data(PathBuf);

impl Data {
    /// The folder of real data, or a line that says why the test does nothing.
    pub(crate) fn find() -> Option<Data> {
        let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        let root = env::var_os("TRACEWELL_DATA").map_or(default, PathBuf::from);
        if root.join("tags").is_dir() {
            return Some(Data(root));
        }
        println!("skipped: no TRACEWELL_DATA");
        None
    }

    pub(crate) fn text(&self, path: &str) -> String {
        let path = self.0.join(path);
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut text = String::new();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("zst") => zstd::Decoder::new(&bytes[..])
                .and_then(|mut decoder| decoder.read_to_string(&mut text)),
            Some("gz") => flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text),
            _ => (&bytes[..]).read_to_string(&mut text),
        }
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        text
    }

    fn folder(&self, path: &str) -> Vec<(String, String)> {
        let mut names: Vec<String> = fs::read_dir(self.0.join(path))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
            .into_iter()
            .map(|name| {
                let text = self.text(&format!("{path}/{name}"));
                (name.trim_end_matches(".zst").to_owned(), text)
            })
            .collect()
    }

    pub(crate) fn packs(&self) -> Vec<(String, String)> {
        self.folder("tags/graphsense-tagpacks")
    }

    pub(crate) fn import_packs(&self, store: &mut Store) -> Vec<(String, ImportReport)> {
        self.packs()
            .into_iter()
            .filter(|(name, _)| !name.starts_with("release"))
            .map(|(name, text)| {
                let report = store.import_pack(&name, &text, &no_include).expect("imports");
                (name, report)
            })
            .collect()
    }

    pub(crate) fn import_lists(&self, store: &mut Store) -> Vec<ImportReport> {
        let list = |name: &str| self.text(&format!("authority-lists/{name}"));
        let mut reports = Vec::new();
        for name in ["ofac_digital_currency_2024-09-27.csv", "ofac_digital_currency_2025-11-27.csv"]
        {
            reports.push(store.import_ofac_csv(name, &list(name), None).expect("imports"));
        }
        let (sdn, alt, sdn_comments) = (
            list("ofac_raw_2021_sdn.csv.gz"),
            list("ofac_raw_2021_alt.csv.gz"),
            list("ofac_raw_2021_sdn_comments.csv.gz"),
        );
        let raw = OfacRaw { sdn: &sdn, alt: &alt, sdn_comments: &sdn_comments };
        let day = "2021-06-30".parse().ok();
        reports.push(store.import_ofac_raw("ofac_raw_2021", raw, day).expect("imports"));
        let name = "ofac_entities_2026-08-20.lowercased.json";
        let text = list("ofac_entities_2026-08-20.lowercased.json.gz");
        reports.push(store.import_ofac_json(name, &text, None).expect("imports"));
        let name = "fbi_dprk_addresses.csv";
        reports.push(store.import_fbi_csv(name, &list(name)).expect("imports"));
        let name = "israel_mod_seizure_wallets.csv";
        reports.push(store.import_israel_csv(name, &list(name)).expect("imports"));
        reports
    }

    pub(crate) fn import_explorers(&self, store: &mut Store) -> Vec<ImportReport> {
        self.folder("tags/etherscan-labels-2023-10")
            .into_iter()
            .map(|(name, text)| store.import_explorer(&name, &text, None).expect("imports"))
            .collect()
    }

    pub(crate) fn import_incidents(&self, store: &mut Store) -> Vec<ImportReport> {
        let text = |name: &str| self.text(&format!("incidents/{name}"));
        let mut reports = Vec::new();
        let name = "defillama_hacks_2016_2026.csv";
        reports.push(store.import_defillama_csv(name, &text(name)).expect("imports"));
        let name = "dprk_incidents_tayvano_2017_2024.csv";
        reports.push(store.import_tayvano_csv(name, &text(name)).expect("imports"));
        let name = "dprk_official_attributions_2024_2025.csv";
        reports.push(store.import_official_csv(name, &text(name)).expect("imports"));
        let name = "dprk_yearly_totals_published.csv";
        reports.push(store.import_yearly_csv(name, &text(name)).expect("imports"));
        let name = "defihacklabs_incidents.csv";
        reports.push(store.import_defihacklabs_csv(name, &text(name)).expect("imports"));
        reports
    }

    /// Everything in one store.
    pub(crate) fn full_store(&self) -> Store {
        let mut store = Store::in_memory().expect("opens");
        self.import_packs(&mut store);
        self.import_lists(&mut store);
        self.import_explorers(&mut store);
        self.import_incidents(&mut store);
        store
    }
}
