//! A real Bitcoin node for the tests: Debian's `bitcoin-knots`, unpacked below the target folder.
//!
//! Nothing is installed: packages are fetched with the machine's own `apt-get` from the mirrors that
//! it is configured for, and unpacked. The node is in Debian's unstable release and its libraries
//! are newer than those of a machine on the stable one, so it runs through a loader of its own.
//! Releases move: no file name and no version is pinned, and the version is printed.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    step::{Failure, succeeds},
    tools::must_run_everything,
};

/// Names the binary for the tests; a developer with a node of their own may set it.
pub(crate) const VARIABLE: &str = "TRACEWELL_BITCOIND";

/// The release that has the node, and the one whose libraries fit it.
const NODE_RELEASE: &str = "sid";
const LIBRARY_RELEASE: &str = "trixie";
const NODE: &str = "bitcoin-knots";
const LIBRARIES: &[&str] = &[
    "libc6",
    "libgcc-s1",
    "libstdc++6",
    "libevent-core-2.1-7t64",
    "libevent-extra-2.1-7t64",
    "libevent-pthreads-2.1-7t64",
    "libsqlite3-0",
    "libzmq5",
    "libbsd0",
    "libmd0",
    "libnorm1t64",
    "libpgm-5.3-0t64",
    "libsodium23",
    "libgssapi-krb5-2",
    "libkrb5-3",
    "libk5crypto3",
    "libkrb5support0",
    "libcom-err2",
    "libkeyutils1",
    "libssl3t64",
    "zlib1g",
    "libzstd1",
];

/// Runs the binary with its own libraries, whatever the folder is called by then.
const WRAPPER: &str = r#"#!/bin/sh
R=$(dirname "$(readlink -f "$0")")/root
L=$R/usr/lib/x86_64-linux-gnu
exec "$L/ld-linux-x86-64.so.2" --library-path "$L" "$R/usr/bin/bitcoind" "$@"
"#;

/// Whether there is a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Ready(PathBuf),
    /// Could not be had; the text says why.
    Missing(String),
}

/// `cargo xtask bitcoind`.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    match ensure(root)? {
        Node::Ready(binary) => {
            println!("{}", binary.display());
            Ok(())
        }
        Node::Missing(why) => Err(Failure::NoNode(why)),
    }
}

/// Finds the node or fetches it. Where everything must run (`CI=true`), doing without is a failure.
pub(crate) fn ensure(root: &Path) -> Result<Node, Failure> {
    let found = match std::env::var_os(VARIABLE) {
        Some(named) => own(PathBuf::from(named)),
        None => fetched(&target(root).join("tools/bitcoind")),
    };
    match found {
        Ok((binary, version)) => {
            eprintln!("\n> {version}");
            Ok(Node::Ready(binary))
        }
        Err(why) if must_run_everything() => Err(Failure::NoNode(why)),
        Err(why) => Ok(Node::Missing(why)),
    }
}

/// Cargo's folder for what it builds.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |own| root.join(own))
}

fn own(binary: PathBuf) -> Result<(PathBuf, String), String> {
    let version = version(&binary).ok_or_else(|| format!("{} does not run", binary.display()))?;
    Ok((binary, version))
}

/// The node in its folder, which is only there when it is complete.
fn fetched(folder: &Path) -> Result<(PathBuf, String), String> {
    let done = folder.join("done");
    let binary = folder.join("bitcoind");
    if let Ok(version) = fs::read_to_string(&done) {
        return Ok((binary, version));
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(format!("none is packaged for this machine; {VARIABLE} may name one"));
    }
    eprintln!("\n> fetching {NODE}");
    let says = |error: io::Error| format!("{}: {error}", folder.display());
    let parent = folder.parent().ok_or("no folder for it")?;
    fs::create_dir_all(parent).map_err(says)?;
    // Begun beside the place and renamed, so that a run that was stopped leaves nothing half done.
    let begun = parent.join(format!("bitcoind.{}", std::process::id()));
    let outcome = fetch(&begun).and_then(|version| {
        fs::write(begun.join("done"), &version).map_err(says)?;
        remove(folder).map_err(says)?;
        fs::rename(&begun, folder).map_err(says)?;
        Ok(version)
    });
    if outcome.is_err() {
        let _already_reported = remove(&begun);
    }
    outcome.map(|version| (binary, version))
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Fetches and unpacks into a folder; returns what the node says of its version.
fn fetch(folder: &Path) -> Result<String, String> {
    let mirrors = mirrors()?;
    let mut last = "apt-get is configured for no mirror".to_owned();
    for mirror in &mirrors {
        match fetch_from(mirror, folder) {
            Ok(()) => {
                let version = version(&folder.join("bitcoind"));
                return version.ok_or_else(|| "it was fetched and does not run".to_owned());
            }
            Err(why) => last = why,
        }
    }
    Err(last)
}

/// The mirrors that the machine's own apt is configured for. The lists that it may or may not have
/// are not needed for that.
fn mirrors() -> Result<Vec<String>, String> {
    let text = output(Command::new("apt-get").args(["--print-uris", "update"]))?;
    Ok(mirrors_in(&text))
}

/// Lines are `'URI' FILE SIZE`; the part before `/dists/` is the mirror.
fn mirrors_in(text: &str) -> Vec<String> {
    let mut mirrors: Vec<String> = Vec::new();
    for line in text.lines() {
        let uri =
            line.strip_prefix('\'').and_then(|line| line.split_once('\'')).map(|(uri, _)| uri);
        let Some((mirror, _)) = uri.and_then(|uri| uri.split_once("/dists/")) else { continue };
        // Security updates are on mirrors of their own, which have no unstable release.
        if !mirror.ends_with("-security") && !mirrors.iter().any(|known| known == mirror) {
            mirrors.push(mirror.to_owned());
        }
    }
    mirrors
}

fn fetch_from(mirror: &str, folder: &Path) -> Result<(), String> {
    let says = |error: io::Error| format!("{}: {error}", folder.display());
    remove(folder).map_err(says)?;
    let (state, packages) = (folder.join("apt"), folder.join("deb"));
    for below in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(state.join(below)).map_err(says)?;
    }
    fs::create_dir_all(&packages).map_err(says)?;
    let root = folder.join("root");
    fs::create_dir_all(&root).map_err(says)?;
    let sources =
        format!("deb {mirror} {NODE_RELEASE} main\ndeb {mirror} {LIBRARY_RELEASE} main\n");
    fs::write(state.join("sources.list"), sources).map_err(says)?;
    let configuration = state.join("apt.conf");
    fs::write(&configuration, apt_configuration(&state)).map_err(says)?;

    let apt = |words: &[OsString]| {
        let mut command = Command::new("apt-get");
        command.arg("-qq").args(words).env("APT_CONFIG", &configuration).current_dir(&packages);
        output(&mut command)
    };
    apt(&["update".into()])?;
    let libraries = LIBRARIES.iter().map(|name| format!("{name}/{LIBRARY_RELEASE}").into());
    let words: Vec<OsString> =
        ["download".into(), NODE.into()].into_iter().chain(libraries).collect();
    apt(&words)?;
    for package in fs::read_dir(&packages).map_err(says)? {
        let package = package.map_err(says)?.path();
        output(Command::new("dpkg-deb").arg("-x").arg(&package).arg(&root))?;
    }
    remove(&state).map_err(says)?;
    remove(&packages).map_err(says)?;
    write_wrapper(&folder.join("bitcoind")).map_err(says)
}

/// State and cache of its own, and no waiting for a mirror that does not answer.
fn apt_configuration(state: &Path) -> String {
    let state = state.display();
    format!(
        "Dir::Etc::sourcelist \"{state}/sources.list\";\n\
         Dir::Etc::sourceparts \"-\";\n\
         Dir::State::lists \"{state}/lists\";\n\
         Dir::Cache \"{state}/cache\";\n\
         Acquire::Languages \"none\";\n\
         Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n\
         Acquire::Retries \"2\";\n\
         Acquire::http::Timeout \"20\";\n\
         APT::Sandbox::User \"root\";\n"
    )
}

#[cfg(unix)]
fn write_wrapper(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, WRAPPER)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn write_wrapper(path: &Path) -> io::Result<()> {
    fs::write(path, WRAPPER)
}

/// The first line of `bitcoind -version`.
fn version(binary: &Path) -> Option<String> {
    if !succeeds(Command::new(binary).arg("-version")) {
        return None;
    }
    let text = output(Command::new(binary).arg("-version")).ok()?;
    text.lines().next().map(str::to_owned)
}

/// What a program prints, or one line that says why it did not.
fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = said.lines().find(|line| line.starts_with("E:")).or(said.lines().next());
    Err(format!("{program}: {}", line.unwrap_or("failed without a word")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_are_read_from_what_apt_prints() {
        let text = "\
Hit:1 something else
'http://one.example/debian/dists/stable/InRelease' one.example_debian_dists_stable_InRelease 0
'http://one.example/debian/dists/stable/main/binary-amd64/Packages.xz' x 0
'http://one.example/debian-security/dists/stable-security/InRelease' y 0
'http://two.example/debian/dists/stable/InRelease' z 0
";
        assert_eq!(mirrors_in(text), ["http://one.example/debian", "http://two.example/debian"]);
        assert!(mirrors_in("").is_empty());
    }

    #[test]
    fn a_complete_folder_is_taken_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("done"), "a node, version 1").expect("written");
        let found = fetched(folder.path()).expect("nothing is fetched");
        assert_eq!(found, (folder.path().join("bitcoind"), "a node, version 1".to_owned()));
    }

    #[test]
    fn a_binary_that_does_not_run_is_no_node() {
        let missing = Path::new("no/such/bitcoind");
        assert_eq!(own(missing.to_owned()), Err("no/such/bitcoind does not run".to_owned()));
    }
}
