//! What is being done, on stderr: one line that is written over on a terminal, else one line a step.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

use super::super::output;
use crate::prove::Progress;
use crate::report::one_line;

/// Says it of one Dockerfile.
pub(in super::super) struct Shown {
    name: String,
    start: Instant,
    is_terminal: bool,
    is_written: Cell<bool>,
}

impl Shown {
    pub(in super::super) fn new(path: &Path) -> Self {
        let name = one_line(&path.display().to_string());
        Self { name, start: Instant::now(), is_terminal: std::io::stderr().is_terminal(), is_written: Cell::new(false) }
    }
}

impl Progress for Shown {
    fn step(&self, what: &str) {
        let (name, seconds) = (&self.name, self.start.elapsed().as_secs());
        // Where that fails nobody sees it.
        let _ = if self.is_terminal {
            self.is_written.set(true);
            write!(std::io::stderr(), "\r\x1b[K{name}: {what} ({seconds} s)")
        } else {
            writeln!(output::stderr(), "{name}: {what}")
        };
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if self.is_written.get() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
