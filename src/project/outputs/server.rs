//! Builds of frameworks that have a server of their own.

use super::follow::Builder;
use super::{Output, Tool};
use crate::ecosystem::servers::{self, Server};

/// Notes what `name arguments` makes; whether it is such a build.
pub(super) fn run(builder: &mut Builder<'_>, name: &str, arguments: &[String]) -> bool {
    let Some(server) = servers::built(name, arguments) else { return false };
    if let Some(why) = moved(builder, server) {
        builder.unknown(why);
        return true;
    }
    for path in server.outputs {
        let evidence = builder.site.clone();
        builder.add(Output {
            path: (*path).to_owned(),
            tool: Tool::Framework,
            source_root: None,
            maps: None,
            build_info: None,
            evidence,
        });
    }
    true
}

/// Why the output may be another one.
fn moved(builder: &Builder<'_>, server: &Server) -> Option<String> {
    let (stem, settings) = server.config;
    ["js", "mjs", "cjs", "ts", "mts"].iter().find_map(|extension| {
        let path = builder.app.folder_path(&format!("{stem}.{extension}"));
        let text = builder.app.files.text(&path)?;
        let setting = settings.iter().find(|it| text.contains(**it))?;
        Some(format!("`{path}` sets `{}`", setting.trim_end_matches([' ', ':'])))
    })
}
