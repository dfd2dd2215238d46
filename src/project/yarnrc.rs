//! .yarnrc.yml: how Yarn 2 and later put packages where Node finds them.

use serde_json::Value;

use super::files::Files;
use crate::paths;

/// How packages are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linker {
    /// By a loader: `.pnp.cjs`, and archives in a cache. There is no node_modules.
    PlugAndPlay,
    /// In node_modules, as with the other managers.
    NodeModules,
    /// In node_modules by links, as with pnpm; or it is not known.
    Other,
}

/// What .yarnrc.yml says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Yarnrc {
    /// `nodeLinker`
    pub linker: Linker,
    /// `enableGlobalCache`: whether the archives lie in the home of who installs; `None` where it is left to Yarn, of
    /// which 4 says yes.
    pub global_cache: Option<bool>,
}

/// The settings in `folder`; Yarn's own where there is no file.
pub(super) fn read(files: &Files, folder: &str) -> Yarnrc {
    let path = paths::join(folder, ".yarnrc.yml");
    let text = if files.is_file(&path) { files.text(&path) } else { Some(String::new()) };
    parse(text.as_deref())
}

fn parse(text: Option<&str>) -> Yarnrc {
    let value = match text.map(str::trim) {
        None => return Yarnrc { linker: Linker::Other, global_cache: None },
        Some("") => Value::Null,
        Some(text) => match serde_saphyr::from_str::<Value>(text) {
            Ok(value) => value,
            Err(_) => return Yarnrc { linker: Linker::Other, global_cache: None },
        },
    };
    let linker = match value.get("nodeLinker").and_then(Value::as_str) {
        None | Some("pnp") => Linker::PlugAndPlay,
        Some("node-modules") => Linker::NodeModules,
        Some(_) => Linker::Other,
    };
    Yarnrc { linker, global_cache: value.get("enableGlobalCache").and_then(Value::as_bool) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linkers() {
        for (text, linker, global_cache) in [
            ("", Linker::PlugAndPlay, None),
            ("# nothing\n", Linker::PlugAndPlay, None),
            ("nodeLinker: pnp\nenableGlobalCache: false\n", Linker::PlugAndPlay, Some(false)),
            ("compressionLevel: mixed\nnodeLinker: node-modules\n", Linker::NodeModules, None),
            ("nodeLinker: pnpm\n", Linker::Other, None),
            ("nodeLinker: [\n", Linker::Other, None),
        ] {
            assert_eq!(parse(Some(text)), Yarnrc { linker, global_cache }, "{text}");
        }
    }
}
