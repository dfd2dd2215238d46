//! The two streams.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};

use super::args::Color;

/// Decides the colours of both streams.
pub(super) fn set_color(color: Color) {
    let choice = match color {
        Color::Auto if is_forced() => ColorChoice::Always,
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// FORCE_COLOR, as many programs have it: any word but `0`.
fn is_forced() -> bool {
    std::env::var_os("FORCE_COLOR").is_some_and(|it| !it.is_empty() && it != "0")
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

/// Where what is found goes: into `file`, or to stdout.
///
/// # Errors
/// Where there can't be such a file.
pub(super) fn open(file: Option<&Path>) -> io::Result<Box<dyn Write>> {
    match file {
        Some(path) => create(path)
            .map(|it| Box::new(io::BufWriter::new(it)) as Box<dyn Write>)
            .map_err(|it| io::Error::other(format!("{}: cannot be written: {it}", path.display()))),
        // Drawn without colours in the first place: nothing has to look for them.
        None if !is_coloured() => Ok(Box::new(plain_stdout())),
        None => Ok(Box::new(stdout())),
    }
}

fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(path)
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
