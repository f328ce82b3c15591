//! The blocks of a node's best chain that we do not hold yet, and where it left our branch.

use super::{NodeClient, RpcError, answer::ChainInfo};
use crate::bitcoin::{HEADER_BYTES, Hash, Header, Network};

/// A block as the node sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeBlock {
    /// Its height.
    pub height: u32,
    /// Its name; the header in the bytes has it.
    pub hash: Hash,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

/// The last block that the node's best chain and ours have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Its height. What we hold above it is stale, unless nothing is new: then the node is behind.
    pub height: u32,
    /// Its name.
    pub hash: Hash,
}

/// The blocks above the fork, lowest first, one question to the node at a time.
///
/// After an error nothing follows. [`RpcError::Moved`] means that the node changed its branch
/// meanwhile: what came is right as far as it goes, and the next
/// [`NodeClient::best_chain_since`] says what of it is stale by now.
#[derive(Debug)]
pub struct NewBlocks<'a> {
    client: &'a NodeClient,
    fork: Option<Fork>,
    tip: Fork,
    next: u32,
    parent: Option<Hash>,
    ended: bool,
}

impl NodeClient {
    /// Where it stands, if it is on this network.
    ///
    /// # Errors
    /// As [`NodeClient::ask`]; the node is on another network.
    pub fn chain_info_of(&self, network: Network) -> Result<ChainInfo, RpcError> {
        let info = self.chain_info()?;
        if info.network() == Some(network) {
            return Ok(info);
        }
        let (node, found) = (self.url().to_owned(), info.chain);
        Err(RpcError::OtherNetwork { node, found, expected: network.name() })
    }

    /// Compares the node's best chain with ours, whose highest block is at `ours` and whose blocks
    /// `hash_at` names, and returns what is new.
    ///
    /// # Errors
    /// As [`NodeClient::ask`]; the node is on another network, or its chain has not even the first
    /// block in common with ours.
    pub fn best_chain_since(
        &self,
        network: Network,
        ours: Option<u32>,
        hash_at: impl Fn(u32) -> Option<Hash>,
    ) -> Result<NewBlocks<'_>, RpcError> {
        let info = self.chain_info_of(network)?;
        let tip = Fork { height: info.height, hash: info.tip };
        let fork = match ours {
            Some(height) => Some(self.fork(height.min(tip.height), hash_at)?),
            None => None,
        };
        Ok(NewBlocks {
            client: self,
            fork,
            tip,
            next: fork.map_or(0, |fork| fork.height + 1),
            parent: fork.map(|fork| fork.hash),
            ended: false,
        })
    }

    /// The highest block at or below `highest` that both chains have. Two chains that differ at a
    /// height differ at all above it, so the heights are halved.
    fn fork(&self, highest: u32, hash_at: impl Fn(u32) -> Option<Hash>) -> Result<Fork, RpcError> {
        let common = |height: u32| -> Result<Option<Fork>, RpcError> {
            let hash = self.block_hash(height)?;
            Ok((hash_at(height) == Some(hash)).then_some(Fork { height, hash }))
        };
        if let Some(fork) = common(highest)? {
            return Ok(fork);
        }
        let Some(mut fork) = common(0)? else {
            return Err(RpcError::OtherChain { node: self.url().to_owned() });
        };
        let mut differs = highest;
        while differs - fork.height > 1 {
            let middle = fork.height + (differs - fork.height) / 2;
            match common(middle)? {
                Some(higher) => fork = higher,
                None => differs = middle,
            }
        }
        Ok(fork)
    }
}

impl NewBlocks<'_> {
    /// The last block in common; none where we hold nothing yet.
    pub fn fork(&self) -> Option<Fork> {
        self.fork
    }

    /// The node's best block when it was asked.
    pub fn tip(&self) -> Fork {
        self.tip
    }

    /// How many blocks are still to come.
    pub fn left(&self) -> u32 {
        (self.tip.height + 1).saturating_sub(self.next)
    }

    fn fetch(&self, height: u32) -> Result<NodeBlock, RpcError> {
        let node = || self.client.url().to_owned();
        let moved = |block| RpcError::Moved { node: node(), block };
        let hash = match self.client.block_hash(height) {
            // The best chain has become shorter: one with fewer blocks and more work.
            Err(RpcError::Refused { .. }) if height > 0 => {
                return Err(moved(self.parent.unwrap_or(self.tip.hash)));
            }
            other => other?,
        };
        let bytes = self.client.block(hash)?;
        let unreadable = |why: String| self.client.unreadable("getblock", why);
        let header = bytes.first_chunk::<HEADER_BYTES>().map(Header::decode);
        let header = header.ok_or_else(|| unreadable("shorter than a header".to_owned()))?;
        if header.hash != hash {
            return Err(unreadable(format!("block {} instead of {hash}", header.hash)));
        }
        match self.parent {
            Some(parent) if parent != header.parent => Err(moved(parent)),
            _ => Ok(NodeBlock { height, hash, bytes }),
        }
    }
}

impl Iterator for NewBlocks<'_> {
    type Item = Result<NodeBlock, RpcError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended || self.left() == 0 {
            return None;
        }
        let block = self.fetch(self.next);
        match &block {
            Ok(block) => {
                self.parent = Some(block.hash);
                self.next += 1;
            }
            Err(_) => self.ended = true,
        }
        Some(block)
    }
}
