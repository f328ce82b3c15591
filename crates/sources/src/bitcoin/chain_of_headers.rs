//! Blocks in the order of the chain, whatever their order in the files.

use std::cmp::Reverse;

use ruint::aliases::U256;

use super::{BitcoinError, BlockFiles, Damage, FileKind, Hash, Header, Network, Place, check};

/// A node fetches blocks at most this far ahead of the one it waits for, so no more than these can
/// lie in files whose parents were pruned.
const AHEAD_MAX: usize = 1_024;

/// A block and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockAt {
    /// Its name.
    pub hash: Hash,
    /// Blocks below it in the files: its height, where the chain begins with the first block.
    pub depth: u32,
    /// Where it lies.
    pub place: Place,
}

/// The chain with the most work, and what is beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BestChain {
    /// Its blocks, parents first.
    pub blocks: Vec<BlockAt>,
    /// Whether it begins with the first block of all; else with the first that was not pruned.
    pub whole: bool,
    /// Work of all its blocks.
    pub work: U256,
    /// Blocks that hang on it and are not of it, in the order of the files.
    pub stale: Vec<BlockAt>,
    /// Blocks of a pruned node whose parents are gone and that do not lie on the chain.
    pub detached: Vec<BlockAt>,
    /// Blocks that came again.
    pub repeated: Vec<Place>,
}

/// Headers as they come from files.
#[derive(Clone, Debug)]
pub struct ChainOfHeaders {
    network: Network,
    check_work: bool,
    links: Vec<Link>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    hash: Hash,
    parent: Hash,
    bits: u32,
    place: Place,
}

/// What the tree says of one block.
#[derive(Clone, Copy)]
struct Node {
    parent: Option<usize>,
    /// The first block below it all.
    root: usize,
    depth: u32,
    work: U256,
}

impl ChainOfHeaders {
    /// Begins without any header. Proof of work is left unchecked only for chains that were made
    /// up: whoever can write blocks for nothing can write the chain with the most work.
    pub fn new(network: Network, check_work: bool) -> ChainOfHeaders {
        ChainOfHeaders { network, check_work, links: Vec::new() }
    }

    /// Takes a header.
    ///
    /// # Errors
    /// It has not the work that it claims, or claims none; it is another network's.
    pub fn add(&mut self, header: &Header, place: Place) -> Result<(), Damage> {
        check::owner(header, self.network)?;
        if self.check_work {
            check::proof_of_work(header, self.network)?;
        } else {
            check::claimed_target(header, self.network)?;
        }
        let Header { hash, parent, bits, .. } = *header;
        self.links.push(Link { hash, parent, bits, place });
        Ok(())
    }

    /// How many headers were taken.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Finds the chain with the most work; of two with equal work the one that was complete first.
    ///
    /// # Errors
    /// There is no block. The parent of a block is missing, and not because it was pruned.
    pub fn best(mut self, files: &BlockFiles) -> Result<BestChain, BitcoinError> {
        let (by_hash, repeated) = self.sort_out();
        let nodes = self.tree(&by_hash);
        let most = |at: &usize| (nodes[*at].work, Reverse(*at));
        let Some(tip) = (0..nodes.len()).max_by_key(most) else {
            return Err(BitcoinError::NoBlock { folder: files.folder().to_owned() });
        };
        let start = nodes[tip].root;
        let whole = self.links[start].parent == Hash::default();
        self.refuse_holes(&nodes, start, whole, files)?;
        let at = |index: usize| BlockAt {
            hash: self.links[index].hash,
            depth: nodes[index].depth,
            place: self.links[index].place,
        };
        let mut on_chain = vec![false; nodes.len()];
        let mut blocks = Vec::new();
        let mut next = Some(tip);
        while let Some(index) = next {
            on_chain[index] = true;
            blocks.push(at(index));
            next = nodes[index].parent;
        }
        blocks.reverse();
        let beside = (0..nodes.len()).filter(|index| !on_chain[*index]);
        let (stale, detached) = beside.partition::<Vec<usize>, _>(|at| nodes[*at].root == start);
        Ok(BestChain {
            blocks,
            whole,
            work: nodes[tip].work,
            stale: stale.into_iter().map(at).collect(),
            detached: detached.into_iter().map(at).collect(),
            repeated,
        })
    }

    /// Drops what came again; returns the headers by hash.
    fn sort_out(&mut self) -> (Vec<usize>, Vec<Place>) {
        let mut by_hash: Vec<usize> = (0..self.links.len()).collect();
        by_hash.sort_unstable_by_key(|at| (self.links[*at].hash, *at));
        let again = |pair: &[usize]| self.links[pair[0]].hash == self.links[pair[1]].hash;
        let mut gone: Vec<usize> =
            by_hash.windows(2).filter(|pair| again(pair)).map(|pair| pair[1]).collect();
        if gone.is_empty() {
            return (by_hash, Vec::new());
        }
        gone.sort_unstable();
        let repeated = gone.iter().map(|at| self.links[*at].place).collect();
        let mut at = 0;
        self.links.retain(|_| {
            at += 1;
            gone.binary_search(&(at - 1)).is_err()
        });
        by_hash = (0..self.links.len()).collect();
        by_hash.sort_unstable_by_key(|at| self.links[*at].hash);
        (by_hash, repeated)
    }

    /// Hangs each block on its parent and adds up work from below.
    fn tree(&self, by_hash: &[usize]) -> Vec<Node> {
        let find = |hash: &Hash| {
            by_hash.binary_search_by_key(hash, |at| self.links[*at].hash).ok().map(|at| by_hash[at])
        };
        let mut nodes: Vec<Node> = Vec::with_capacity(self.links.len());
        for (at, link) in self.links.iter().enumerate() {
            let target = check::target(link.bits).expect("a header without target was refused");
            let (parent, work) = (find(&link.parent), check::work(target));
            nodes.push(Node { parent, root: at, depth: 0, work });
        }
        // Blocks mostly lie behind their parents; the others are climbed down to and done again.
        let mut done = vec![false; nodes.len()];
        let mut path = Vec::new();
        for at in 0..nodes.len() {
            let mut next = Some(at);
            while let Some(index) = next.filter(|index| !done[*index]) {
                path.push(index);
                next = nodes[index].parent;
            }
            while let Some(index) = path.pop() {
                done[index] = true;
                let Some(parent) = nodes[index].parent else { continue };
                let Node { root, depth, work, .. } = nodes[parent];
                let node = &mut nodes[index];
                node.root = root;
                node.depth = depth + 1;
                node.work = node.work.saturating_add(work);
            }
        }
        nodes
    }

    /// A chain that begins anywhere is fine for a node that pruned its first file; a hole is not.
    fn refuse_holes(
        &self,
        nodes: &[Node],
        start: usize,
        whole: bool,
        files: &BlockFiles,
    ) -> Result<(), BitcoinError> {
        let orphan =
            |at: &usize| nodes[*at].parent.is_none() && self.links[*at].parent != Hash::default();
        let first_file = files.files(FileKind::Blocks).first().map_or(0, |file| file.number);
        let begins = (0..nodes.len()).any(|at| self.links[at].parent == Hash::default());
        let pruned = !whole && !begins && first_file > 0;
        let hole = if pruned {
            let apart = nodes.iter().filter(|node| node.root != start).count();
            // The lower part of a chain with a hole begins where it may; the upper one does not.
            (apart > AHEAD_MAX).then(|| (0..nodes.len()).filter(orphan).max()).flatten()
        } else {
            (0..nodes.len()).find(orphan)
        };
        let Some(hole) = hole else { return Ok(()) };
        let Link { hash: block, parent, place, .. } = self.links[hole];
        Err(files.damaged(place, Damage::MissingParent { block, parent }))
    }
}
