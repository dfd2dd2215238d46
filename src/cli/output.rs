//! The two streams.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};

use super::args::Color;

/// Decides the colours of both streams.
pub(super) fn set_color(color: Color) {
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// stdout, buffered; colours are dropped where they are not wanted. The buffer is the last thing before
/// the stream: what drops the colours writes piece by piece.
pub(super) fn stdout() -> AutoStream<Box<dyn Write>> {
    let stdout = io::stdout();
    let choice = AutoStream::choice(&stdout);
    AutoStream::new(Box::new(io::BufWriter::new(stdout.lock())), choice)
}

/// Whether stdout shall have colours.
pub(super) fn is_coloured() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// stdout, buffered, for what has no colours.
pub(super) fn plain_stdout() -> impl Write {
    io::BufWriter::new(io::stdout().lock())
}

/// stderr, likewise.
pub(super) fn stderr() -> AutoStream<io::StderrLock<'static>> {
    AutoStream::auto(io::stderr().lock())
}

/// Says what could not be done. Where even that fails there is nobody left to tell.
pub(super) fn fail(message: &str) {
    let _ = writeln!(stderr(), "{RED}error{RESET}: {}", crate::report::printable(message));
}

/// Says what is odd.
pub(super) fn warn(message: &str) {
    let _ = writeln!(stderr(), "{YELLOW}warning{RESET}: {}", crate::report::printable(message));
}

const RED: &str = "\x1b[1;91m";
const YELLOW: &str = "\x1b[1;33m";
const RESET: &str = "\x1b[0m";
