//! `ncc build src/index.ts -o dist`: one file with everything in it, `dist/index.js`. Source: ncc's page, run with 0.38
//! (FACTS §2.3).

use super::words::{Options, Words};
use super::{Bundle, add};
use crate::project::outputs::follow::Builder;

const OPTIONS: Options = Options {
    valued: &["-o", "--out", "-e", "--external", "--license", "--stats-out", "--target", "--asset-builds"],
    bare: &[
        "-m",
        "--minify",
        "-C",
        "--no-cache",
        "-s",
        "--source-map",
        "--no-source-map-register",
        "-t",
        "--transpile-only",
        "-a",
        "--v8-cache",
        "--debug",
        "-d",
        "-q",
        "--quiet",
    ],
};

/// `ncc build …`
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    let Some(("build", rest)) = arguments.split_first().map(|it| (it.0.as_str(), it.1)) else {
        return builder.unknown(format!("`ncc {}` is not followed", arguments.join(" ")));
    };
    let words = match Words::read(rest, &OPTIONS) {
        Ok(words) => words,
        Err(word) => return builder.unknown(format!("it is not known what `{word}` means to `ncc`")),
    };
    let source = match &words.operands[..] {
        [] => builder.app.package.main.clone().unwrap_or_else(|| "index.js".to_owned()),
        [source] => source.clone(),
        _ => return builder.unknown("`ncc` is followed for one file only"),
    };
    let folder = words.value(&["-o", "--out"]).unwrap_or("dist").to_owned();
    // With `-s` its file reads the maps itself, by `sourcemap-register.js`, unless it is told not to.
    let maps = Some(words.has(&["-s", "--source-map"]) && words.has(&["--no-source-map-register"]));
    let has_packages = !words.has(&["-e", "--external"]);
    add(builder, "ncc", Bundle { folder, entries: vec![("index".to_owned(), source)], maps, has_packages });
}
