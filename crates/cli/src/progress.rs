//! Progress of long work: a line on a terminal, and nothing anywhere else.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use api::query::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Watches one piece of work.
pub(crate) struct Watch {
    bar: ProgressBar,
    has_total: Cell<bool>,
    interrupted: Arc<AtomicBool>,
}

impl Watch {
    /// Draws on stderr if `visible` and if that is a terminal.
    pub(crate) fn new(visible: bool, interrupted: Arc<AtomicBool>) -> Watch {
        let bar = ProgressBar::no_length();
        // `stderr` draws nothing where there is no terminal.
        bar.set_draw_target(if visible {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        });
        bar.set_style(style("{spinner} {msg}"));
        Watch { bar, has_total: Cell::new(false), interrupted }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Watch {
    fn stage(&self, text: &str) {
        self.has_total.set(false);
        self.bar.set_style(style("{spinner} {msg}"));
        self.bar.set_message(text.to_owned());
        self.bar.enable_steady_tick(Duration::from_millis(120));
    }

    fn bytes(&self, read: u64, total: u64) {
        if total > 0 && !self.has_total.replace(true) {
            self.bar.set_style(style("{spinner} {msg}  {bar:20} {percent}%, {eta} left"));
            self.bar.set_length(total);
            self.bar.reset_eta();
        }
        self.bar.set_position(read);
    }

    fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("the templates are constant and a test parses them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_can_be_drawn_and_an_interrupt_is_seen() {
        let interrupted = Arc::new(AtomicBool::new(false));
        let watch = Watch::new(false, Arc::clone(&interrupted));
        watch.stage("a: reading");
        watch.bytes(1, 10);
        watch.bytes(2, 10);
        assert!(!watch.interrupted());
        interrupted.store(true, Ordering::Relaxed);
        assert!(watch.interrupted());
    }
}
