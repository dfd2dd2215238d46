//! `vite build` that is told on its command line where things go, or to make a module for a server.
//!
//! Worked example: `vite build --ssr src/entry-server.js --outDir dist/server` makes `dist/server/entry-server.js`, in which
//! packages stay outside. Source: Vite's page "Server-Side Rendering".

use super::bundler::{self, Bundle};
use super::follow::Builder;
use super::{Output, Tool, framework};
use crate::paths;
use crate::project::config_file::Setting;

/// Notes what `vite arguments` makes; false where it is told neither.
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) -> bool {
    if arguments.first().is_none_or(|it| it != "build") {
        return false;
    }
    let (folder, rest) = without(arguments, "--outDir");
    let (entry, rest) = without(&rest, "--ssr");
    match (entry, folder) {
        (Some(entry), folder) => {
            let folder = folder.unwrap_or_else(|| "dist".to_owned());
            let name = bundler::stem(paths::file_name(&entry)).to_owned();
            match framework::outputs(builder.app, "vite", &rest) {
                Ok(_) => bundler::add(
                    builder,
                    "vite build --ssr",
                    Bundle { folder, entries: vec![(name, entry)], maps: None, has_packages: false },
                ),
                Err(why) => builder.unknown(why),
            }
            true
        }
        (None, Some(folder)) => {
            match framework::outputs(builder.app, "vite", &rest) {
                Ok(_) => {
                    let maps = framework::maps(builder.app, "vite", &rest);
                    let output = Output::new(paths::normalise(&folder), Tool::Framework, builder.site.clone());
                    builder.add(Output { maps, ..output });
                }
                Err(why) => builder.unknown(why),
            }
            true
        }
        (None, None) => by_config(builder),
    }
}

/// `build: { ssr: 'src/server.js' }`: a module for a server by the settings.
fn by_config(builder: &mut Builder<'_>) -> bool {
    let Some(Ok(config)) = builder.app.config_file("vite.config") else { return false };
    let Ok(Some(Setting::Text(entry))) = config.one("build", "ssr") else { return false };
    if config.first(&["rollupOptions", "lib", "environments", "root"]).is_some() {
        return false;
    }
    match config.folder("outDir", builder.app, "") {
        Ok(folder) => {
            let name = bundler::stem(paths::file_name(entry)).to_owned();
            let folder = folder.unwrap_or_else(|| "dist".to_owned());
            let bundle = Bundle { folder, entries: vec![(name, entry.clone())], maps: None, has_packages: false };
            bundler::add(builder, "vite build", bundle);
        }
        Err(why) => builder.unknown(why),
    }
    true
}

/// The value of an option, and the other words.
fn without(arguments: &[String], option: &str) -> (Option<String>, Vec<String>) {
    let Some(at) = arguments.iter().position(|it| it.split('=').next() == Some(option)) else {
        return (None, arguments.to_vec());
    };
    let own = arguments[at].split_once('=').map(|it| it.1.to_owned());
    let n_taken = if own.is_some() { 1 } else { 2 };
    let value = own.or_else(|| arguments.get(at + 1).cloned());
    let rest = arguments.iter().enumerate().filter(|(it, _)| *it < at || *it >= at + n_taken);
    (value, rest.map(|it| it.1.clone()).collect())
}
