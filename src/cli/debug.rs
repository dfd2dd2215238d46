//! `nodestage debug`

use std::io::{self, Write};
use std::path::PathBuf;

use super::args::DebugCommand;
use super::{Status, output, read};
use crate::audit::Reader;
use crate::image::{self, Source};

pub(super) fn run(command: &DebugCommand) -> io::Result<Status> {
    match command {
        DebugCommand::Parse { files } => parse(files),
        DebugCommand::Image { image } => list(image),
    }
}

fn parse(files: &[PathBuf]) -> io::Result<Status> {
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

fn list(name: &str) -> io::Result<Status> {
    let image = match image::read(&Source::of(name), None, &Reader, &mut ()) {
        Ok(image) => image,
        Err(error) => {
            output::fail(&error.to_string());
            return Ok(Status::Failure);
        }
    };
    let mut out = output::stdout();
    for entry in image.tree.entries() {
        writeln!(out, "{}", crate::report::debug::entry_line(&entry))?;
    }
    out.flush()?;
    Ok(Status::Clean)
}
