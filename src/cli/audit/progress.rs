//! How far a long reading is, on a terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::config::size;
use crate::image::Progress;
use crate::report::one_line;

/// Nothing is said of what takes no longer.
const PATIENCE: Duration = Duration::from_millis(700);
const PERIOD: Duration = Duration::from_millis(100);

/// One line on stderr that is written over and over.
pub(super) struct Shown {
    name: String,
    is_terminal: bool,
    next: Instant,
    is_written: bool,
}

impl Shown {
    pub(super) fn new(name: &str) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { name: one_line(name), is_terminal, next: Instant::now() + PATIENCE, is_written: false }
    }

    /// Takes the line away.
    pub(super) fn end(&mut self) {
        if self.is_written {
            // Where that fails nobody sees it.
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Progress for Shown {
    fn at(&mut self, bytes: u64, entries: usize) {
        if !self.is_terminal || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + PERIOD;
        self.is_written = true;
        let _ = write!(std::io::stderr(), "\r\x1b[KReading {}: {}, {entries} entries", self.name, size(bytes));
    }
}
