//! Bundlers that are told everything on their command line: esbuild, and Bun's.

use super::words::{Options, Words};
use super::{Bundle, add, by_layout, common_folder, stem};
use crate::paths;
use crate::project::outputs::follow::Builder;

/// Options of esbuild that leave the output where it is, and those that say where that is.
const ESBUILD: Options = Options {
    valued: &[],
    bare: &[
        "--allow-overwrite",
        "--alias",
        "--banner",
        "--bundle",
        "--charset",
        "--color",
        "--conditions",
        "--define",
        "--drop",
        "--external",
        "--footer",
        "--format",
        "--inject",
        "--jsx",
        "--jsx-import-source",
        "--keep-names",
        "--legal-comments",
        "--loader",
        "--log-level",
        "--log-limit",
        "--main-fields",
        "--metafile",
        "--minify",
        "--minify-identifiers",
        "--minify-syntax",
        "--minify-whitespace",
        "--out-extension",
        "--outbase",
        "--outdir",
        "--outfile",
        "--packages",
        "--platform",
        "--pure",
        "--resolve-extensions",
        "--sourcemap",
        "--sources-content",
        "--splitting",
        "--target",
        "--tree-shaking",
        "--tsconfig",
    ],
};

/// Those of `bun build`. Source: Bun's page "Bundler".
const BUN: Options = Options {
    valued: &[
        "--banner",
        "--conditions",
        "--define",
        "--drop",
        "--env",
        "--external",
        "-e",
        "--footer",
        "--format",
        "--loader",
        "--outdir",
        "--outfile",
        "--packages",
        "--target",
        "--tsconfig-override",
    ],
    bare: &[
        "--emit-dce-annotations",
        "--minify",
        "--minify-identifiers",
        "--minify-syntax",
        "--minify-whitespace",
        "--no-clear-screen",
        "--production",
        "--sourcemap",
        "--splitting",
    ],
};

/// `esbuild src/index.ts --bundle …`
pub(in super::super) fn esbuild(builder: &mut Builder<'_>, arguments: &[String]) {
    let words = match Words::read(arguments, &ESBUILD) {
        Ok(words) => words,
        Err(word) => return builder.unknown(format!("it is not known what `{word}` means to `esbuild`")),
    };
    let is_one = words.operands.iter().all(|it| !it.contains('*'));
    if words.operands.is_empty() || !is_one || !words.has(&["--bundle"]) || words.has(&["--outbase"]) {
        let entries = words.operands.join(" ");
        return builder.unknown(format!("what `esbuild` makes of `{entries}` is not followed yet"));
    }
    let has_packages = !words.has(&["--external", "--packages"]);
    to_folder(builder, "esbuild", &words, has_packages);
}

/// `bun build src/index.ts --outdir dist`
pub(in super::super) fn bun(builder: &mut Builder<'_>, arguments: &[String]) {
    let words = match Words::read(arguments, &BUN) {
        Ok(words) => words,
        Err(word) => return builder.unknown(format!("it is not known what `{word}` means to `bun build`")),
    };
    let has_packages = !words.has(&["--external", "-e", "--packages"]);
    to_folder(builder, "bun build", &words, has_packages);
}

/// Notes what goes to `--outdir` or `--outfile`.
fn to_folder(builder: &mut Builder<'_>, name: &str, words: &Words, has_packages: bool) {
    let sources = words.operands.clone();
    let maps = Some(words.maps(&["--sourcemap"]).unwrap_or(false));
    let (folder, entries) = match (words.value(&["--outdir"]), words.value(&["--outfile"]), &sources[..]) {
        (Some(folder), None, [_, ..]) => (folder.to_owned(), by_layout(sources)),
        (None, Some(file), [source]) => {
            let file = paths::normalise(file);
            (paths::parent(&file).to_owned(), vec![(stem(paths::file_name(&file)).to_owned(), source.clone())])
        }
        _ => {
            let entries = common_folder(sources.iter().map(String::as_str)).unwrap_or_default();
            return builder.unknown(format!("where `{name}` puts what it makes of `{entries}` is not known"));
        }
    };
    add(builder, name, Bundle { folder, entries, maps, has_packages });
}
