//! The UTXO ledger as a trace sees it.

use std::ops::Range;

use chain::{Timestamp, UtxoTxId};
use ledger::utxo::{AddressNo, LockTime, OutputNo, TxNo, UtxoLedger};

use super::Facts;

impl Facts for UtxoLedger {
    fn find_tx(&self, id: &UtxoTxId) -> Option<TxNo> {
        UtxoLedger::find_tx(self, id)
    }

    #[inline]
    fn inputs(&self, tx: TxNo) -> impl ExactSizeIterator<Item = OutputNo> {
        UtxoLedger::inputs(self, tx)
    }

    #[inline]
    fn outputs(&self, tx: TxNo) -> Range<u64> {
        let first = self.first_output(tx).0;
        first..first + UtxoLedger::outputs(self, tx).len() as u64
    }

    #[inline]
    fn fee(&self, tx: TxNo) -> u64 {
        UtxoLedger::fee(self, tx)
    }

    fn time(&self, tx: TxNo) -> Timestamp {
        self.time_of(tx)
    }

    /// Version, meaning of the lock time, witnesses, replaceability, and the form of the script
    /// that the first input spends.
    fn wallet(&self, tx: TxNo) -> u64 {
        let shape = self.tx_shape(tx);
        let lock_time = match shape.lock_time() {
            LockTime::None => 0_u64,
            LockTime::Height => 1,
            LockTime::Time => 2,
        };
        let kind = UtxoLedger::inputs(self, tx)
            .next()
            .map_or(0, |input| 1 + self.script_kind(UtxoLedger::address(self, input)) as u64);
        u64::from(shape.is_segwit())
            | u64::from(shape.is_replaceable()) << 1
            | lock_time << 2
            | u64::from(shape.version().unwrap_or(0)) << 4
            | kind << 8
    }

    #[inline]
    fn value(&self, output: OutputNo) -> u64 {
        UtxoLedger::value(self, output)
    }

    #[inline]
    fn address(&self, output: OutputNo) -> AddressNo {
        UtxoLedger::address(self, output)
    }

    #[inline]
    fn spender(&self, output: OutputNo) -> Option<TxNo> {
        UtxoLedger::spender(self, output)
    }

    fn creator(&self, output: OutputNo) -> TxNo {
        self.tx_of_output(output)
    }

    fn is_unspendable(&self, address: AddressNo) -> bool {
        self.script_kind(address) == chain::ScriptKind::OpReturn
    }

    fn first_output_of(&self, address: AddressNo) -> OutputNo {
        UtxoLedger::first_output_of(self, address)
    }

    fn outputs_of(&self, address: AddressNo) -> impl Iterator<Item = OutputNo> {
        UtxoLedger::outputs_of(self, address)
    }
}
