//! bunfig.toml: what bun reads and runs before the file that it is given.

use crate::project::App;

/// The file's name.
pub(super) const FILE: &str = "bunfig.toml";

/// Parts of it that are about other commands of bun.
const OTHERS: &[&str] = &["install", "run", "test"];

fn table(app: &App) -> Option<toml::Table> {
    app.files.text(&app.folder_path(FILE))?.parse().ok()
}

/// Whether it may change what a run does.
pub(super) fn is_read(app: &App) -> bool {
    let is_there = app.files.is_file(&app.folder_path(FILE));
    is_there && table(app).is_none_or(|it| it.keys().any(|it| !OTHERS.contains(&it.as_str())))
}

/// `preload = ["./instrument.ts"]`, as written.
pub(super) fn preloads(app: &App) -> Vec<String> {
    match table(app).as_ref().and_then(|it| it.get("preload")) {
        Some(toml::Value::String(one)) => vec![one.clone()],
        Some(toml::Value::Array(all)) => all.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}
