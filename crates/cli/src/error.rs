//! Errors in words, with what to try.

use std::{io, path::PathBuf};

use api::query::{ErrorKind, QueryError};

use crate::output::talk;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The command line is wrong; clap has the words, the usage and the colours.
    #[error("{0}")]
    Usage(clap::Error),
    /// The question has no answer.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// stdout cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[source] io::Error),
    /// A file or folder of our own cannot be used.
    #[error("{}: {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Nobody says where data is kept.
    #[error("no data folder: neither --data-dir nor TRACEWELL_DATA_DIR nor HOME is set")]
    NoDataFolder,
    /// Nobody says who asks the node.
    #[error("a node asks who we are: neither --rpc-cookie nor --rpc-user is given")]
    NoNodeUser,
    /// A user of a node without a password.
    #[error("--rpc-user needs a password, and TRACEWELL_RPC_PASSWORD is not set")]
    NoNodePassword,
    /// The system does not let us listen for Ctrl-C.
    #[error("cannot listen for interrupts: {0}")]
    Signals(#[from] ctrlc::Error),
}

impl CliError {
    /// Tells the user, on stderr.
    pub(crate) fn tell(&self) {
        match self {
            // Whoever reads the pipe had enough.
            CliError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            // A terminal that is gone cannot be told so.
            CliError::Usage(error) => drop(error.print()),
            _ => {
                talk::error(&self.to_string());
                if let Some(hint) = self.hint() {
                    talk::hint(&hint);
                }
            }
        }
    }

    /// The exit code of a run that ends with this.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            CliError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            // `--help` and `--version` come as errors that are none.
            CliError::Usage(error) if error.use_stderr() => 2,
            CliError::Usage(_) => 0,
            CliError::Query(error) if error.kind() == ErrorKind::Interrupted => 130,
            CliError::Query(_)
            | CliError::Output(_)
            | CliError::File { .. }
            | CliError::NoDataFolder
            | CliError::NoNodeUser
            | CliError::NoNodePassword
            | CliError::Signals(_) => 2,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            CliError::Query(error) => hint::of_query(error),
            CliError::NoDataFolder => Some("name one with --data-dir FOLDER".to_owned()),
            CliError::NoNodeUser => Some(
                "the file `.cookie` in the node's data directory will do: `--rpc-cookie FILE`"
                    .to_owned(),
            ),
            CliError::Usage(_)
            | CliError::Output(_)
            | CliError::File { .. }
            | CliError::NoNodePassword
            | CliError::Signals(_) => None,
        }
    }
}

impl CliError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> CliError {
        let path = path.into();
        move |error| CliError::File { path, error }
    }
}

pub(crate) mod hint {
    //! What to try.

    use api::query::{GraphError, QueryError};

    /// What to try when a question has no answer.
    pub(crate) fn of_query(error: &QueryError) -> Option<String> {
        let message = error.to_string();
        let text = match error {
            QueryError::BadRows(bad) => {
                return Some(format!(
                    "`--skip-bad {}` takes the file without them; the wrong layout also looks like \
                     this, see `tracewell import --list-layouts`",
                    bad.count
                ));
            }
            QueryError::NotFound(_) => "`tracewell doctor` shows what is here and what is missing",
            QueryError::Source(_) => return of_source(&message).map(str::to_owned),
            QueryError::Ledger(_) if message.contains("is locked by") => {
                "wait until it has finished, then run this again"
            }
            QueryError::Attribution(_) if message.contains("another process") => {
                "wait until it has finished, then run this again"
            }
            QueryError::Ledger(_) if message.contains("corrupt") => {
                "`tracewell verify` lists all damage; importing the same files into a new \
                 --data-dir gives the same ledger"
            }
            QueryError::Ledger(_) | QueryError::Attribution(_)
                if message.contains("this program") =>
            {
                "update tracewell, or use the one that wrote it"
            }
            QueryError::Graph(GraphError::WithoutLayer { .. }) => {
                "`tracewell cluster build --layer change` builds that layer too"
            }
            QueryError::Graph(GraphError::Store(_)) if message.contains("is locked by") => {
                "wait until it has finished, then run this again"
            }
            QueryError::Graph(GraphError::Store(_)) => {
                "clusters are derived: delete the chain's folder `clusters` in the data directory, \
                 and `tracewell cluster build` builds them again"
            }
            QueryError::Graph(_) => "`tracewell cluster build` builds them",
            QueryError::Utxo(_) => {
                "a node would not have stored this: `tracewell ingest bitcoin --check` tells whether \
                 the files are damaged"
            }
            QueryError::Question(_)
            | QueryError::Ledger(_)
            | QueryError::Attribution(_)
            | QueryError::Trace(_)
            | QueryError::Interrupted => return None,
        };
        Some(text.to_owned())
    }

    fn of_source(message: &str) -> Option<&'static str> {
        const HINTS: &[(&str, &str)] = &[
            ("no layout is called", "`tracewell import --list-layouts` shows them all"),
            (
                "no built-in layout fits",
                "`tracewell import --list-layouts` shows them all; one of your own is a small TOML \
                 file: `--layout FILE.toml`",
            ),
            ("several layouts fit", "name one: `--layout NAME`"),
            (
                " needs column",
                "name another layout (`tracewell import --list-layouts`), or write one of your own \
                 as a small TOML file: `--layout FILE.toml`",
            ),
            ("set chain=NAME", "name the chain: `--chain ethereum`"),
            (": field ", "give it with `--set FIELD=VALUE`"),
            ("no blk*.dat", "`--blocks` is the folder `blocks` in the node's data directory"),
            (
                "the node refuses us",
                "`--rpc-cookie` is the file `.cookie` in the node's data directory, new with each \
                 start of the node; with `--rpc-user` the password is in TRACEWELL_RPC_PASSWORD",
            ),
            ("Connection refused", "is the node running, and does it listen there (`server=1`)?"),
            (": a node of ", "`--network` names the network; mainnet is the default"),
            ("have not even the first block in common", "use another `--data-dir`"),
            ("is truncated", "the download broke off; fetch the file again"),
            ("exceeds the limit", "the file is not what it claims to be, or far too large"),
        ];
        HINTS.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| *hint)
    }
}
