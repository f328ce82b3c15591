//! What the machine says: where data is kept, and who we are.

use std::{env, path::PathBuf};

use crate::error::CliError;

/// The data directory: as given, else by the environment, else the platform's data folder.
pub(crate) fn data_dir(given: Option<PathBuf>) -> Result<PathBuf, CliError> {
    let filled = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = given.or_else(|| filled("TRACEWELL_DATA_DIR").map(PathBuf::from)) {
        return Ok(folder);
    }
    let absolute = |name: &str| filled(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let platform = absolute("XDG_DATA_HOME")
        .or_else(|| absolute("LOCALAPPDATA").filter(|_| cfg!(windows)))
        .or_else(|| {
            let home = absolute("HOME")?;
            let below = if cfg!(target_os = "macos") {
                "Library/Application Support"
            } else {
                ".local/share"
            };
            Some(home.join(below))
        });
    platform.map(|folder| folder.join("tracewell")).ok_or(CliError::NoDataFolder)
}

/// The password of a node's RPC: on a command line everybody on the machine could read it.
pub(crate) fn rpc_password() -> Result<String, CliError> {
    let filled = env::var("TRACEWELL_RPC_PASSWORD").ok().filter(|value| !value.is_empty());
    filled.ok_or(CliError::NoNodePassword)
}

/// Who holds a lock, in words for another process.
pub(crate) fn holder() -> String {
    let words: Vec<String> =
        env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let mut command = words.join(" ");
    if let Some((cut, _)) = command.char_indices().nth(300) {
        command.truncate(cut);
        command.push('…');
    }
    format!("process {}, \"{command}\"", std::process::id())
}

/// How many threads the machine runs at a time.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A new folder's name in the system's place for short-lived files.
pub(crate) fn scratch_folder(name: &str) -> PathBuf {
    let moment = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    env::temp_dir().join(format!("{name}-{}-{moment}", std::process::id()))
}
