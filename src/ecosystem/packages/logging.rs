//! Loggers, monitors and tracers.

use super::rows::{Package, Use, argument, option, row};

pub(super) const PACKAGES: &[Package] = &[
    row("pino", &[argument("destination", Use::WritesBeside), option("destination", "dest", Use::WritesBeside)]),
    row("rotating-file-stream", &[option("createStream", "path", Use::WritesFolder)]),
    row(
        "winston",
        &[
            option("File", "filename", Use::WritesBeside),
            option("File", "dirname", Use::WritesFolder),
            option("DailyRotateFile", "filename", Use::WritesBeside),
            option("DailyRotateFile", "dirname", Use::WritesFolder),
        ],
    ),
    row(
        "winston-daily-rotate-file",
        &[option("", "filename", Use::WritesBeside), option("", "dirname", Use::WritesFolder)],
    ),
];
