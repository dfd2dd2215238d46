//! The output of Babel by its own command line: `babel src -d dist` repeats the layout of `src` in `dist`.

use super::super::json;
use super::follow::Builder;
use super::{Output, Tool};
use crate::paths;

/// What the words of `babel` say.
#[derive(Debug, Default)]
struct Words {
    sources: Vec<String>,
    out_dir: Option<String>,
    maps: bool,
    unknown: Option<String>,
}

/// Options that leave the output where it is: with a value, and without.
const VALUED: [&str; 11] = [
    "-x",
    "--extensions",
    "--presets",
    "--plugins",
    "--config-file",
    "--env-name",
    "--ignore",
    "--only",
    "--source-type",
    "--out-file-extension",
    "-f",
];
const BARE: [&str; 12] = [
    "-D",
    "--copy-files",
    "--no-copy-ignored",
    "--include-dotfiles",
    "--delete-dir-on-start",
    "--verbose",
    "--quiet",
    "--minified",
    "--no-comments",
    "--compact",
    "--retain-lines",
    "--no-babelrc",
];

/// `babel src -d dist …`
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    let words = read(arguments);
    if let Some(word) = words.unknown {
        return builder.unknown(format!("`babel {word}` is not followed yet"));
    }
    let ([source], Some(out)) = (&words.sources[..], &words.out_dir) else {
        return builder.unknown("`babel` is followed for one folder and `--out-dir` only");
    };
    let (source, path) = (paths::normalise(source), paths::normalise(out));
    if path.is_empty() || paths::is_outside(&path) || paths::contains(&path, &source) {
        return builder.unknown("`babel` writes beside the sources");
    }
    note_added_imports(builder, arguments);
    let (maps, evidence) = (Some(words.maps), builder.site.clone());
    builder.add(Output { source_root: Some(source), maps, ..Output::new(path, Tool::Babel, evidence) });
}

/// Where Babel is told what to do.
const CONFIGS: [&str; 9] = [
    ".babelrc",
    ".babelrc.json",
    ".babelrc.js",
    ".babelrc.cjs",
    "babel.config.json",
    "babel.config.js",
    "babel.config.cjs",
    "babel.config.mjs",
    "package.json",
];

/// Words of a configuration that have imports added to what is compiled, and what these load.
const ADDED: [(&str, &[&str]); 2] = [
    ("transform-runtime", &["@babel/runtime", "@babel/runtime-corejs2", "@babel/runtime-corejs3", "babel-runtime"]),
    ("useBuiltIns", &["core-js", "regenerator-runtime", "@babel/polyfill"]),
];

/// Notes the imports that Babel adds by its configuration.
fn note_added_imports(builder: &mut Builder<'_>, arguments: &[String]) {
    let named = arguments.iter().skip_while(|it| *it != "--config-file").nth(1).map(|it| paths::normalise(it));
    let words = ("package.json", Some(arguments.join(" ")));
    let read = |config: &str| builder.app.files.text(&builder.app.folder_path(config)).map(|it| own_text(config, &it));
    let files: Vec<(&str, Option<String>)> =
        CONFIGS.into_iter().chain(named.as_deref()).map(|it| (it, read(it))).chain([words]).collect();
    for (config, text) in files {
        let (path, text) = (builder.app.folder_path(config), text.unwrap_or_default());
        for (_, packages) in ADDED.iter().filter(|it| text.contains(it.0)) {
            packages.iter().for_each(|it| builder.adds_import(it, &path));
        }
    }
}

/// What a file says of Babel: of package.json only a part does.
fn own_text(config: &str, text: &str) -> String {
    if config != "package.json" {
        return text.to_owned();
    }
    json::loose(text).map(|it| it["babel"].to_string()).unwrap_or_default()
}

fn read(arguments: &[String]) -> Words {
    let mut words = Words::default();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let (flag, own) = word.split_once('=').map_or((word.as_str(), None), |it| (it.0, Some(it.1.to_owned())));
        match flag {
            "-d" | "--out-dir" => words.out_dir = own.or_else(|| rest.next().cloned()),
            "-o" | "--out-file" => {
                rest.next();
                words.sources.clear();
            }
            // Its value is optional, and one of these.
            "-s" | "--source-maps" => {
                let value = own.or_else(|| rest.as_slice().first().filter(|it| is_kind_of_map(it)).cloned());
                words.maps = value.as_deref() != Some("false");
            }
            it if is_kind_of_map(it) => {}
            it if VALUED.contains(&it) => {
                if own.is_none() {
                    rest.next();
                }
            }
            it if BARE.contains(&it) => {}
            it if it.starts_with('-') => words.unknown = Some(it.to_owned()),
            _ => words.sources.push(word.clone()),
        }
    }
    words
}

fn is_kind_of_map(word: &str) -> bool {
    matches!(word, "true" | "false" | "inline" | "both")
}
