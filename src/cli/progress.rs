//! Progress: on stderr, only on a terminal, and only for what takes over a second.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The phase of a long run, shown while it lasts.
pub(super) struct Progress {
    bar: Mutex<Option<ProgressBar>>,
    shown: bool,
    begun: std::time::Instant,
}

impl Progress {
    /// Begins; shows nothing yet, and never anything unless it may and stderr is a terminal.
    pub(super) fn start(may: bool) -> Self {
        Self { bar: Mutex::new(None), shown: may && std::io::stderr().is_terminal(), begun: std::time::Instant::now() }
    }

    /// Names what begins. The first second passes in silence.
    pub(super) fn phase(&self, name: &str) {
        if !self.shown {
            return;
        }
        let Ok(mut bar) = self.bar.lock() else { return };
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
            bar
        });
        bar.set_message(name.to_string());
        let shown = bar.clone();
        let left = Duration::from_secs(1).saturating_sub(self.begun.elapsed());
        std::thread::spawn(move || {
            std::thread::sleep(left);
            if !shown.is_finished() {
                shown.set_draw_target(indicatif::ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(120));
            }
        });
    }

    /// Clears what is shown.
    pub(super) fn finish(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
