//! `vite build` that is told on its command line where things go, or to make a module for a server.
//!
//! Worked example: `vite build --ssr src/entry-server.js --outDir dist/server` makes `dist/server/entry-server.js`, in which
//! packages stay outside. Source: Vite's page "Server-Side Rendering".

use super::bundler::{self, Bundle, taken};
use super::follow::Builder;
use super::{Output, Tool, framework};
use crate::paths;
use crate::project::config_file::Setting;
use crate::project::{App, Reason};

/// Notes what `vite arguments` makes; false where neither its words nor its settings say such a thing.
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) -> bool {
    if arguments.first().is_none_or(|it| it != "build") {
        return false;
    }
    let (folder, rest) = taken(arguments, &["--outDir"]).unwrap_or_else(|| (None, arguments.to_vec()));
    let (entry, rest) = taken(&rest, &["--ssr"]).unwrap_or((None, rest));
    let made = match (entry, folder) {
        (None, None) => match by_settings(builder.app) {
            Some(entry) => bundle(builder.app, entry, None),
            None => return false,
        },
        (Some(entry), folder) => plain(builder.app, &rest).and_then(|()| bundle(builder.app, entry, folder)),
        (None, Some(folder)) => match plain(builder.app, &rest) {
            Ok(()) => {
                let maps = framework::maps(builder.app, "vite", &rest);
                let output = Output::new(paths::normalise(&folder), Tool::Framework, builder.site.clone());
                builder.add(Output { maps, ..output });
                return true;
            }
            Err(why) => Err(why),
        },
    };
    match made {
        Ok(bundle) => bundler::add(builder, "vite build", bundle),
        Err(why) => builder.unknown(why),
    }
    true
}

/// That the other words and the settings leave the build what it is.
fn plain(app: &App, rest: &[String]) -> Result<(), Reason> {
    framework::outputs(app, "vite", rest).map(drop)
}

/// The module for a server that is made of `entry`, in `folder` or where the settings say.
fn bundle(app: &App, entry: String, folder: Option<String>) -> Result<Bundle, Reason> {
    let config = app.config_file("vite.config").transpose()?;
    let by_settings = config.map_or(Ok(None), |it| it.folder("outDir", app, ""))?;
    let folder = folder.or(by_settings).unwrap_or_else(|| "dist".to_owned());
    let name = bundler::stem(paths::file_name(&entry)).to_owned();
    Ok(Bundle { folder, entries: vec![(name, entry)], maps: None, has_packages: false })
}

/// The entry that `build: { ssr: 'src/server.js' }` names.
fn by_settings(app: &App) -> Option<String> {
    let config = app.config_file("vite.config")?.ok()?;
    let is_moved = config.first(&["rollupOptions", "lib", "environments", "root"]).is_some();
    match config.one("build", "ssr") {
        Ok(Some(Setting::Text(entry))) if !is_moved => Some(entry.clone()),
        _ => None,
    }
}
