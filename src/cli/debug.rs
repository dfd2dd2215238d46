//! `nodestage debug`

use std::io::{self, Write};

use super::args::DebugCommand;
use super::{Status, output, read};

pub(super) fn run(command: &DebugCommand) -> io::Result<Status> {
    let DebugCommand::Parse { files } = command;
    let mut out = output::stdout();
    let mut failed = false;
    for file in files {
        match read::read(file) {
            Ok(text) => writeln!(out, "{}", crate::report::debug::parse_json(&file.to_string_lossy(), &text))?,
            Err(error) => {
                failed = true;
                output::fail(&error);
            }
        }
    }
    out.flush()?;
    Ok(Status::of(false, failed))
}
