//! The outputs of bundlers that are told everything on their command line: tsup and esbuild.
//!
//! Worked example: `tsup src/index.ts --format esm` puts `src/index.ts`, and all that it imports from the project, into
//! `dist/index.js`; what package.json lists as `dependencies` stays an import.

use super::follow::Builder;
use super::{Output, Tool};
use crate::paths;

/// What the words say.
#[derive(Debug, Default)]
struct Words {
    entries: Vec<String>,
    folder: Option<String>,
    file: Option<String>,
    bundles: bool,
    maps: bool,
    unknown: Option<String>,
}

/// Options of tsup that take the next word, and those without one.
const TSUP_VALUED: [&str; 4] = ["--format", "--target", "--platform", "--tsconfig"];
const TSUP_BARE: [&str; 9] = [
    "--dts",
    "--clean",
    "--minify",
    "--splitting",
    "--no-splitting",
    "--treeshake",
    "--silent",
    "--shims",
    "--keep-names",
];
/// The first words of esbuild's options that leave the output where it is.
const ESBUILD: [&str; 14] = [
    "--platform",
    "--format",
    "--target",
    "--minify",
    "--external",
    "--packages",
    "--loader",
    "--log-level",
    "--tree-shaking",
    "--keep-names",
    "--define",
    "--tsconfig",
    "--conditions",
    "--legal-comments",
];

/// `tsup src/index.ts …`
pub(super) fn tsup(builder: &mut Builder<'_>, arguments: &[String]) {
    for config in ["tsup.config.ts", "tsup.config.js", "tsup.config.mjs", "tsup.config.cjs", "tsup.config.json"] {
        let path = builder.app.folder_path(config);
        if builder.app.files.is_file(&path) {
            return builder.unknown(format!("`{path}` is not followed yet"));
        }
    }
    let words = read_tsup(arguments);
    add(builder, "tsup", Words { bundles: true, folder: words.folder.or_else(|| Some("dist".to_owned())), ..words });
}

/// `esbuild src/index.ts --bundle …`
pub(super) fn esbuild(builder: &mut Builder<'_>, arguments: &[String]) {
    add(builder, "esbuild", read_esbuild(arguments));
}

fn read_tsup(arguments: &[String]) -> Words {
    let mut words = Words::default();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let (flag, own) = word.split_once('=').map_or((word.as_str(), None), |it| (it.0, Some(it.1.to_owned())));
        match flag {
            "-d" | "--out-dir" => words.folder = own.or_else(|| rest.next().cloned()),
            "--sourcemap" => words.maps = true,
            it if TSUP_VALUED.contains(&it) => {
                if own.is_none() {
                    rest.next();
                }
            }
            it if TSUP_BARE.contains(&it) => {}
            it if it.starts_with('-') => words.unknown = Some(word.clone()),
            _ => words.entries.push(word.clone()),
        }
    }
    words
}

fn read_esbuild(arguments: &[String]) -> Words {
    let mut words = Words::default();
    for word in arguments {
        let (flag, value) = word.split_once(['=', ':']).unwrap_or((word, ""));
        match flag {
            "--bundle" => words.bundles = true,
            "--outdir" => words.folder = Some(value.to_owned()),
            "--outfile" => words.file = Some(value.to_owned()),
            "--sourcemap" => words.maps = true,
            it if ESBUILD.contains(&it) || it.starts_with("--minify") => {}
            it if it.starts_with('-') => words.unknown = Some(word.clone()),
            _ => words.entries.push(word.clone()),
        }
    }
    words
}

fn add(builder: &mut Builder<'_>, name: &str, words: Words) {
    if let Some(word) = words.unknown {
        return builder.unknown(format!("it is not known what `{word}` means to `{name}`"));
    }
    let [entry] = &words.entries[..] else {
        return builder.unknown(format!("`{name}` is followed for one file only"));
    };
    let entry = paths::normalise(entry);
    let stem = |it: &str| paths::file_name(it).split('.').next().unwrap_or_default().to_owned();
    let folder = match (&words.folder, &words.file) {
        (Some(folder), None) => paths::normalise(folder),
        (None, Some(file)) if stem(file) == stem(&entry) => paths::parent(&paths::normalise(file)).to_owned(),
        _ => return builder.unknown(format!("where `{name}` puts `{entry}` is not known")),
    };
    if !words.bundles || entry.contains('*') || folder.is_empty() || paths::is_outside(&folder) {
        return builder.unknown(format!("what `{name}` makes of `{entry}` is not followed yet"));
    }
    let (source_root, evidence) = (Some(paths::parent(&entry).to_owned()), builder.site.clone());
    let maps = Some(words.maps);
    builder.add(Output { path: folder, tool: Tool::Bundler, source_root, maps, build_info: None, evidence });
}
