//! Checks everything of a UTXO ledger and names what is wrong.

use std::path::Path;

use chain::Chain;
use serde::Serialize;

use super::{
    AddressNo, OutputNo, TxNo, UtxoCounts, UtxoLedger, manifest::Manifest,
    packed_script::PackedScript,
};
use crate::{Finding, LedgerError, verify::check_file};

/// The result of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UtxoVerification {
    /// Files whose size and checksum were compared.
    pub files: u64,
    /// Bytes read for that.
    pub bytes: u64,
    /// Facts by kind.
    pub counts: UtxoCounts,
    /// What is wrong; empty is good.
    pub findings: Vec<Finding>,
}

/// Verifies a chain's ledger: the manifest, size and checksum of every file, and that indexes, fees
/// and spenders follow from the transactions. `None` where nothing was ever stored.
///
/// # Errors
/// The manifest itself is unreadable; damage to any other file is a finding.
pub fn verify(data_dir: &Path, chain: Chain) -> Result<Option<UtxoVerification>, LedgerError> {
    let folder = super::folder(data_dir, chain);
    let Some(manifest) = Manifest::read(&folder)?.filter(|found| !found.segments.is_empty()) else {
        return Ok(None);
    };
    let counts = manifest.totals().into();
    let mut verification = UtxoVerification { counts, ..UtxoVerification::default() };
    let segments = folder.join("segments");
    for entry in &manifest.segments {
        for (name, file) in &entry.files {
            let path = segments.join(&entry.name).join(name);
            verification.files += 1;
            match check_file(&path, file) {
                Ok(()) => verification.bytes += file.bytes,
                Err(what) => verification.findings.push(Finding { path, what }),
            }
        }
    }
    if verification.findings.is_empty() {
        match UtxoLedger::open(data_dir, chain) {
            Ok(Some(ledger)) => {
                Check { ledger: &ledger, folder: &folder, verification: &mut verification }.all()
            }
            Ok(None) => {}
            // A file of spenders is missing or cut: they have no checksum.
            Err(LedgerError::Io { path, error }) => {
                verification.findings.push(Finding { path, what: error.to_string() });
            }
            Err(LedgerError::Corrupt { path, offset, what }) => {
                let what = format!("at byte {offset}: {what}");
                verification.findings.push(Finding { path, what });
            }
            Err(other) => return Err(other),
        }
    }
    Ok(Some(verification))
}

struct Check<'a> {
    ledger: &'a UtxoLedger,
    folder: &'a Path,
    verification: &'a mut UtxoVerification,
}

impl Check<'_> {
    fn find(&mut self, file: &str, what: String) {
        self.verification.findings.push(Finding { path: self.folder.join(file), what });
    }

    fn all(&mut self) {
        let counts = self.ledger.counts();
        for tx in 0..counts.transactions {
            self.transaction(TxNo(tx));
        }
        for address in 0..counts.addresses {
            self.address(AddressNo(address));
        }
        // What no input spends must have no spender, and what one spends has been compared: so the
        // number of spenders must be that of the inputs.
        let spent = (0..counts.outputs).filter(|at| self.ledger.spender(OutputNo(*at)).is_some());
        let spent = spent.count() as u64;
        if spent != counts.inputs {
            let what =
                format!("{spent} outputs have a spender, {} inputs spend one", counts.inputs);
            self.find("spenders", what);
        }
    }

    fn transaction(&mut self, tx: TxNo) {
        let ledger = self.ledger;
        let id = ledger.tx_id(tx);
        let found = ledger.find_tx(&id);
        if found.is_none_or(|found| found < tx || (found > tx && !ledger.is_coinbase(tx))) {
            self.find("segments", format!("transaction {id} is not found under its id"));
        }
        let (mut paid, first) = (0_u128, ledger.first_output(tx));
        for output in ledger.inputs(tx) {
            let earlier = output < first || self.same_block(output, tx);
            if !earlier || output.0 >= ledger.counts().outputs {
                return self.find("segments", format!("transaction {id} spends what comes later"));
            }
            paid += u128::from(ledger.value(output));
            if ledger.spender(output) != Some(tx) {
                let number = output.0;
                self.find("spenders", format!("output {number}: its spender is not {id}"));
            }
        }
        let given: u128 = ledger.outputs(tx).map(|output| u128::from(ledger.value(output))).sum();
        let fee = u128::from(ledger.fee(tx));
        if !ledger.is_coinbase(tx) && paid != given + fee {
            self.find("segments", format!("transaction {id}: {paid} in, {given} out, fee {fee}"));
        }
    }

    /// Some chains order the transactions of a block by id, so that one may spend a later one's.
    fn same_block(&self, output: OutputNo, tx: TxNo) -> bool {
        output.0 < self.ledger.counts().outputs
            && self.ledger.height_of(self.ledger.tx_of_output(output)) == self.ledger.height_of(tx)
    }

    fn address(&mut self, address: AddressNo) {
        let script = self.ledger.script(address);
        let kind = PackedScript::kind(PackedScript::of(script.as_bytes()).code);
        if self.ledger.find_address(&script) != Some(address)
            || self.ledger.script_kind(address) != kind
        {
            self.find("segments", format!("address {} is not found under its script", address.0));
        }
        let mut last = None;
        for output in self.ledger.outputs_of(address) {
            if self.ledger.address(output) != address || last.is_some_and(|last| last >= output) {
                return self.find("segments", format!("address {}: foreign outputs", address.0));
            }
            last = Some(output);
        }
    }
}
