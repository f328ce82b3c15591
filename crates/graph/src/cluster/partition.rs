//! Clusters without their evidence: the cluster of each address, and how large it is.

use ledger::utxo::AddressNo;

/// The cluster of each address, by its smallest member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    roots: Vec<u32>,
}

/// How many addresses a cluster has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterSize {
    /// The cluster.
    pub cluster: AddressNo,
    /// Its addresses, at least two.
    pub addresses: u32,
}

impl Partition {
    /// From the root of each address.
    pub fn new(roots: Vec<u32>) -> Partition {
        Partition { roots }
    }

    /// The cluster of an address; its own number where it is not joined with anything, or not known.
    pub fn cluster_of(&self, address: AddressNo) -> AddressNo {
        self.roots.get(address.0 as usize).map_or(address, |root| AddressNo(*root))
    }

    /// The root of each address.
    pub fn roots(&self) -> &[u32] {
        &self.roots
    }

    /// Gives the roots back.
    pub fn into_roots(self) -> Vec<u32> {
        self.roots
    }

    /// How many others each root has with it; 0 for whoever is no root.
    pub fn others(&self) -> Vec<u32> {
        let mut others = vec![0; self.roots.len()];
        for (address, root) in (0_u32..).zip(&self.roots) {
            // Without a branch: whoever is a root counts nothing, and where it counts it is at hand.
            others[*root as usize] += u32::from(address != *root);
        }
        others
    }

    /// Clusters of two addresses or more, ascending by number.
    pub fn sizes(&self) -> Vec<ClusterSize> {
        let others = self.others();
        let counted = (0_u32..).zip(&others).filter(|(_, others)| **others > 0);
        counted
            .map(|(root, others)| ClusterSize { cluster: AddressNo(root), addresses: others + 1 })
            .collect()
    }
}
