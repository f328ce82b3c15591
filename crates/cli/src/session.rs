//! What every command has at hand: the data directory, the form of output, the way to stop.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use api::query::Workspace;
use serde::Serialize;

use crate::{
    environment,
    error::CliError,
    global::Global,
    output::{self, Form, Page, talk},
    progress::Watch,
};

/// One run of the program.
pub(crate) struct Session {
    /// The data directory.
    pub(crate) workspace: Workspace,
    form: Form,
    quiet: bool,
    interrupted: Arc<AtomicBool>,
}

impl Session {
    /// Reads the environment and begins to listen for Ctrl-C.
    pub(crate) fn begin(global: Global) -> Result<Session, CliError> {
        global.color.choice().write_global();
        let workspace = Workspace::new(environment::data_dir(global.data_dir)?);
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        ctrlc::set_handler(move || {
            // The first one lets the work end cleanly; who presses twice does not want to wait.
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        })?;
        let form = if global.json { Form::Json } else { global.format.into() };
        Ok(Session { workspace, form, quiet: global.quiet, interrupted })
    }

    /// Prints an answer: as JSON, or as the page that `page` makes of it.
    pub(crate) fn print<T: Serialize>(
        &self,
        answer: &T,
        page: impl FnOnce() -> Page,
    ) -> Result<(), CliError> {
        output::print(self.form, answer, page)
    }

    /// Whether answers are printed as JSON; for those that are too long to be one object.
    pub(crate) fn prints_json(&self) -> bool {
        self.form == Form::Json
    }

    /// A remark for people, on stderr.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            talk::note(text);
        }
    }

    /// Something that is not as it should be and does not end the work, on stderr.
    pub(crate) fn warn(&self, text: &str) {
        talk::warning(text);
    }

    /// Watches a piece of long work.
    pub(crate) fn watch(&self) -> Watch {
        Watch::new(!self.quiet, Arc::clone(&self.interrupted))
    }
}
