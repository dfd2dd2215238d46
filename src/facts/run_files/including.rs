//! Files that take others in: templates, stylesheets, schemas. Who reads one by its name reads those too.

use super::{RunFiles, Scope};
use crate::paths;
use crate::project::{EntryKind, Reason};

/// Has the folders of such files come along, in place of the files.
pub(super) fn add_folders(scope: &Scope<'_>, res: &mut RunFiles) {
    let files = res.files.iter().filter(|it| *it.1 == EntryKind::File && !it.0.contains('*'));
    let including: Vec<String> = files.map(|it| it.0.clone()).filter(|it| includes_others(scope, it)).collect();
    for path in including {
        let folder = paths::parent(&path);
        let goes_up = scope.project.text(&scope.app.folder_path(&path)).is_some_and(|it| it.contains("../"));
        if folder.is_empty() || goes_up {
            res.doubts.push(Reason::of_file(scope.app.folder_path(&path), "includes other files"));
        } else {
            res.files.insert(folder.to_owned(), EntryKind::Folder);
        }
    }
}

fn includes_others(scope: &Scope<'_>, path: &str) -> bool {
    let text = || scope.project.text(&scope.app.folder_path(path)).unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|it| text().contains(it));
    match path.rsplit_once('.').map_or("", |it| it.1) {
        "pug" | "jade" => has(&["extends ", "include "]),
        "ejs" | "eta" => has(&["include"]),
        "hbs" | "handlebars" | "mustache" => has(&["{{>", "{{#>", "{{~>"]),
        "html" | "liquid" | "njk" | "twig" => has(&["{% extends", "{% import", "{% include", "{% render"]),
        "less" | "sass" | "scss" | "styl" => has(&["@import", "@require", "@use"]),
        "json" | "yaml" | "yml" => refers_to_others(&text()),
        "wsdl" | "xsd" => has(&["import", "include"]),
        "graphql" | "proto" => has(&["import "]),
        _ => false,
    }
}

/// `$ref: ./paths/users.yaml`, but not `$ref: '#/components/…'`.
fn refers_to_others(text: &str) -> bool {
    let is_sign = |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | ':');
    text.split("$ref").skip(1).any(|it| !it.trim_start_matches(is_sign).starts_with('#'))
}
