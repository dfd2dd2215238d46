//! `parcel build` of a program for Node: the `source` of package.json becomes the file that `main` names. Packages stay
//! outside, and source maps are on. Sources: Parcel's page "Targets"; FACTS §2.3.

use super::{Bundle, add, may_ask_for_its_folder, stem};
use crate::paths;
use crate::project::json;
use crate::project::outputs::follow::Builder;

/// Options that leave the output where it is.
const BARE: [&str; 6] =
    ["--no-cache", "--no-optimize", "--no-scope-hoist", "--no-source-maps", "--no-content-hash", "--no-autoinstall"];

/// Notes what `parcel arguments` makes; false where that is no program for Node.
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) -> bool {
    let Some(("build", rest)) = arguments.split_first().map(|it| (it.0.as_str(), it.1)) else { return false };
    let text = builder.app.files.text(&builder.app.folder_path("package.json"));
    let manifest = text.and_then(|it| json::loose(&it).ok()).unwrap_or_default();
    let (options, operands): (Vec<&String>, Vec<&String>) = rest.iter().partition(|it| it.starts_with('-'));
    let of_words = operands.first().map(|it| it.as_str());
    let source = of_words.or_else(|| manifest["source"].as_str()).filter(|it| !it.ends_with(".html"));
    let (Some(source), Some(main)) = (source, manifest["main"].as_str()) else { return false };
    let others = ["targets", "module", "browser", "types", "exports"].iter().any(|it| !manifest[it].is_null());
    if others || operands.len() > 1 || options.iter().any(|it| !BARE.contains(&it.as_str())) {
        return false;
    }
    if may_ask_for_its_folder(builder.app) {
        builder.unknown("what `parcel build` makes of `__dirname` is not followed");
        return true;
    }
    let main = paths::normalise(main);
    let maps = Some(!options.iter().any(|it| *it == "--no-source-maps"));
    let entries = vec![(stem(paths::file_name(&main)).to_owned(), source.to_owned())];
    add(builder, "parcel", Bundle { folder: paths::parent(&main).to_owned(), entries, maps, has_packages: false });
    true
}
