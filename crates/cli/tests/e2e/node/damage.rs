//! Files that are not as the node wrote them: a clean refusal that names file and place.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use sources::bitcoin::{BlockFiles, FileKind, HEADER_BYTES, Network, Place};

use super::{
    ledger::{compare, ingest, try_ingest, verified},
    made::{Made, copy},
};
use crate::tracewell::Tracewell;

/// Magic and length before a block.
const FRAME_BYTES: u64 = 8;

/// What a file system in memory gives at least.
const PAGE_BYTES: usize = 4_096;
/// Between two tries.
const PAGES_MORE: usize = 2;

/// A folder of block files to be damaged, and a data directory that holds the chain before.
struct Damaged {
    here: Tracewell,
    blocks: PathBuf,
}

impl Damaged {
    fn of(made: &Made, blocks: &Path) -> Damaged {
        let here = Tracewell::new();
        ingest(&here, &made.blocks_before());
        let copied = here.path("blocks");
        copy(blocks, &copied);
        Damaged { here, blocks: copied }
    }

    fn places(&self) -> Vec<Place> {
        let files = BlockFiles::open(&self.blocks, Network::Regtest).expect("block files");
        let places: Result<Vec<Place>, _> = files.records(FileKind::Blocks).collect();
        places.expect("not damaged yet")
    }

    fn change(&self, file: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self.blocks.join(file);
        let mut bytes = fs::read(&path).expect("readable");
        change(&mut bytes);
        fs::write(path, bytes).expect("written");
    }

    /// The refusal must begin with the file and the offset and say this.
    fn refused(&self, file: &str, offset: u64, why: &str) {
        let run = try_ingest(&self.here, &self.blocks);
        assert_eq!(run.code, 2, "{run}");
        let begins = format!("error: [folder]/blocks/{file}: byte {offset}: ");
        assert!(
            run.stderr.starts_with(&begins) && run.stderr.contains(why),
            "{begins}{why}: {run}"
        );
        verified(&self.here.data_dir());
    }
}

/// A byte at an offset of a file.
fn at(offset: u64) -> usize {
    usize::try_from(offset).expect("small")
}

#[test]
fn damaged_files_are_refused_with_file_and_offset() {
    let Some(made) = Made::ready() else { return };
    let (best, before) = (made.best(), made.best_before());
    let damaged = || Damaged::of(&made, &made.blocks_clean());
    // The place of a block that is new to the ledger, and of the last one.
    let places = damaged().places();
    let (new, last) = (places[places.len() - 3], places[places.len() - 1]);
    let new_block = &best[best.len() - 3];

    let cut = damaged();
    cut.change("blk00000.dat", |bytes| bytes.truncate(at(last.offset) + 100));
    cut.refused("blk00000.dat", last.offset - FRAME_BYTES, "truncated");
    compare(&cut.here.data_dir(), &before);

    let magic = damaged();
    magic.change("blk00000.dat", |bytes| bytes[at(new.offset - FRAME_BYTES)] ^= 1);
    magic.refused("blk00000.dat", new.offset - FRAME_BYTES, "wrong magic");
    compare(&magic.here.data_dir(), &before);

    // A byte of the last transaction: its lock time.
    let root = damaged();
    let end = new.offset + u64::from(new.length) - 1;
    root.change("blk00000.dat", |bytes| bytes[at(end)] ^= 1);
    root.refused("blk00000.dat", new.offset, &format!("bad merkle root: block {}", new_block.hash));
    // What comes before the damage is on the best chain, and is kept.
    compare(&root.here.data_dir(), &best[..best.len() - 3]);

    // A byte of a header: the block has another name by then, and not the work for it; or, by one
    // chance in two on this network, it has the work, and the next block has no parent.
    let header = damaged();
    let byte = at(new.offset) + HEADER_BYTES - 1;
    header.change("blk00000.dat", |bytes| bytes[byte] ^= 1);
    let run = try_ingest(&header.here, &header.blocks);
    assert_eq!(run.code, 2, "{run}");
    let (work, parent) = ("insufficient work", "the parent");
    assert!(run.stderr.contains(work) || run.stderr.contains(parent), "{run}");
    compare(&header.here.data_dir(), &before);

    // Whole again, it goes on as if nothing had been.
    copy(&made.blocks_clean(), &root.blocks);
    ingest(&root.here, &root.blocks);
    compare(&root.here.data_dir(), &best);
}

#[test]
fn a_file_that_is_missing_is_a_missing_parent() {
    let Some(made) = Made::ready() else { return };
    let damaged = Damaged::of(&made, &made.blocks_shuffled());
    fs::remove_file(damaged.blocks.join("blk00001.dat")).expect("removed");
    let run = try_ingest(&damaged.here, &damaged.blocks);
    assert_eq!(run.code, 2, "{run}");
    let message = run.stderr.lines().next().expect("a message");
    assert!(message.starts_with("error: [folder]/blocks/blk0000"), "{run}");
    assert!(message.contains(": byte ") && message.contains("is missing"), "{run}");
    compare(&damaged.here.data_dir(), &made.best_before());
}

#[test]
fn a_ledger_of_a_newer_version_is_left_alone() {
    let Some(made) = Made::ready() else { return };
    let damaged = Damaged::of(&made, &made.blocks());
    let manifest = damaged.here.data_dir().join("chains/bitcoin-regtest/utxo/manifest");
    let text = fs::read_to_string(&manifest).expect("readable");
    let newer = text.replacen("tracewell-utxo-ledger 1 ", "tracewell-utxo-ledger 99 ", 1);
    assert_ne!(text, newer);
    fs::write(&manifest, &newer).expect("written");
    let before = damaged.here.files("chains");
    let run = try_ingest(&damaged.here, &damaged.blocks);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("utxo/manifest: format version 99, this program reads up to 1"));
    assert!(damaged.here.files("chains") == before, "something was changed");
}

/// A file system in memory, where that may be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    const MEBIBYTES: usize = 8;

    fn mount(folder: PathBuf) -> Option<SmallDisk> {
        fs::create_dir_all(&folder).expect("made");
        let size = format!("size={}m", SmallDisk::MEBIBYTES);
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tracewell-test"])
            .arg(&folder)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(SmallDisk(folder))
    }

    /// Fills it but for so many bytes.
    fn leave(&self, bytes: usize) {
        let ballast = self.0.join("ballast");
        let mut file = fs::File::create(&ballast).expect("there is room for a name");
        let mut written = 0;
        while let Ok(more) = file.write(&[0; PAGE_BYTES]) {
            written += more;
        }
        let kept = u64::try_from(written.saturating_sub(bytes)).expect("small");
        file.set_len(kept).expect("it becomes shorter");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone_or_not = Command::new("umount").arg(&self.0).output();
    }
}

#[test]
fn a_disk_that_is_full_at_any_moment_is_named_and_nothing_is_lost() {
    let Some(made) = Made::ready() else { return };
    let whole = Tracewell::new();
    ingest(&whole, &made.blocks_before());
    let here = Tracewell::new();
    let Some(disk) = SmallDisk::mount(here.data_dir()) else {
        println!("skipped: no mount; a full disk cannot be made here");
        return;
    };
    copy(&whole.data_dir(), &disk.0);
    ingest(&whole, &made.blocks());
    let mut refusals = 0;
    for pages in (0..).step_by(PAGES_MORE) {
        disk.leave(pages * PAGE_BYTES);
        let run = try_ingest(&here, &made.blocks());
        verified(&disk.0);
        if run.code == 0 {
            break;
        }
        assert_eq!(run.code, 2, "{run}");
        let begins = "error: [folder]/data/chains/bitcoin-regtest/";
        assert!(run.stderr.starts_with(begins), "{run}");
        assert!(run.stderr.contains("No space left on device"), "{run}");
        refusals += 1;
    }
    println!("{refusals} runs found the disk full");
    assert!(refusals > 2);
    fs::remove_file(disk.0.join("ballast")).expect("removed");
    compare(&disk.0, &made.best());
    assert!(here.files("chains") == whole.files("chains"), "a full disk left a trace");
}
