//! Readers of configuration: variables, folders, files beside package.json.

use super::rows::{Package, Use, argument, option, reads, reads_folder, row};

pub(super) const PACKAGES: &[Package] = &[
    row("config", &[reads_folder("config")]),
    row("convict-load", &[argument("", Use::Reads)]),
    row("dotenv", &[reads(".env"), option("config", "path", Use::Reads)]),
];
