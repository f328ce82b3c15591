//! Rows as they lie in columns.

use ledger::utxo::{AddressNo, TxNo};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian as le};

use crate::cluster::{
    change_layer::{ChangeLink, Refusal},
    partition::ClusterSize,
};

/// Two numbers: a cluster and its size, a pair of addresses, a tag and an address.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct TwoCell {
    pub(crate) one: le::U32,
    pub(crate) other: le::U32,
}

/// A link of the layer of guesses.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct ChangeCell {
    pub(crate) tx: le::U32,
    pub(crate) spender: le::U32,
    pub(crate) change: le::U32,
    /// 0: taken; 1: two services; 2: both large.
    pub(crate) refusal: u8,
}

impl From<(u32, u32)> for TwoCell {
    fn from((one, other): (u32, u32)) -> TwoCell {
        TwoCell { one: one.into(), other: other.into() }
    }
}

impl From<ClusterSize> for TwoCell {
    fn from(size: ClusterSize) -> TwoCell {
        (size.cluster.0, size.addresses).into()
    }
}

impl From<(AddressNo, AddressNo)> for TwoCell {
    fn from((one, other): (AddressNo, AddressNo)) -> TwoCell {
        (one.0, other.0).into()
    }
}

impl TwoCell {
    pub(crate) fn addresses(self) -> (AddressNo, AddressNo) {
        (AddressNo(self.one.get()), AddressNo(self.other.get()))
    }
}

impl ChangeCell {
    pub(crate) fn new(link: &ChangeLink, refusal: Option<Refusal>) -> ChangeCell {
        ChangeCell {
            tx: link.tx.0.into(),
            spender: link.spender.0.into(),
            change: link.change.0.into(),
            refusal: match refusal {
                None => 0,
                Some(Refusal::TwoServices) => 1,
                Some(Refusal::BothLarge) => 2,
            },
        }
    }

    pub(crate) fn link(self) -> ChangeLink {
        ChangeLink {
            tx: TxNo(self.tx.get()),
            spender: AddressNo(self.spender.get()),
            change: AddressNo(self.change.get()),
        }
    }

    pub(crate) fn refusal(self) -> Option<Refusal> {
        match self.refusal {
            0 => None,
            1 => Some(Refusal::TwoServices),
            _ => Some(Refusal::BothLarge),
        }
    }
}
