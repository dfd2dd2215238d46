//! What Rollup makes, by its words and its configuration: `{ input: 'src/index.js', output: { file: 'dist/bundle.js' } }`.

use super::words::{Options, Words, taken};
use super::{Bundle, add, computes, config, file_of, maps_by, stem};
use crate::paths;
use crate::project::config_file::{ConfigFile, Setting};
use crate::project::outputs::follow::Builder;
use crate::project::{App, Reason};

const OPTIONS: Options = Options {
    valued: &[
        "-d",
        "--dir",
        "--environment",
        "-e",
        "--external",
        "--configPlugin",
        "-f",
        "--format",
        "-i",
        "--input",
        "-o",
        "--file",
        "-p",
        "--plugin",
    ],
    bare: &[
        "--bundleConfigAsCjs",
        "--compact",
        "--failAfterWarnings",
        "-m",
        "--sourcemap",
        "--silent",
        "--no-treeshake",
    ],
};

const CONFIG: &[&str] = &["-c", "--config"];

/// `rollup -c`, `rollup src/index.js -o dist/bundle.js`
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    let made = match taken(arguments, CONFIG) {
        Some((named, rest)) => by_config(builder, named, &rest),
        None => by_words(arguments).map(|it| vec![it]),
    };
    match made {
        Ok(all) => all.into_iter().for_each(|it| add(builder, "rollup", it)),
        Err(why) => builder.unknown(why),
    }
}

fn words_of(arguments: &[String]) -> Result<Words, Reason> {
    Words::read(arguments, &OPTIONS).map_err(|word| format!("it is not known what `{word}` means to `rollup`").into())
}

fn by_words(arguments: &[String]) -> Result<Bundle, Reason> {
    let words = words_of(arguments)?;
    let source = words.value(&["-i", "--input"]).or(words.operands.first().map(String::as_str));
    let (Some(source), true) = (source, words.operands.len() < 2) else {
        return Err("`rollup` is followed for one file only".into());
    };
    let source = source.to_owned();
    let maps = Some(words.maps(&["-m", "--sourcemap"]).unwrap_or(false));
    let has_packages = false;
    let bundle = |folder: &str, name: &str| Bundle {
        folder: folder.to_owned(),
        entries: vec![(stem(name).to_owned(), source.clone())],
        maps,
        has_packages,
    };
    match (words.value(&["-d", "--dir"]), words.value(&["-o", "--file"]).map(paths::normalise)) {
        (Some(folder), None) => Ok(bundle(folder, paths::file_name(&source))),
        (None, Some(file)) => Ok(bundle(paths::parent(&file), paths::file_name(&file))),
        _ => Err(format!("where `rollup` puts `{source}` is not known").into()),
    }
}

fn by_config(builder: &Builder<'_>, named: Option<String>, rest: &[String]) -> Result<Vec<Bundle>, Reason> {
    let words = words_of(rest)?;
    if words.has(&["-i", "--input", "-o", "--file", "-d", "--dir"]) || !words.operands.is_empty() {
        return Err("`rollup` has its words and its configuration".into());
    }
    let config = config(builder, named.as_deref(), &["rollup.config"])?;
    let config = config.ok_or_else(|| Reason::from("`rollup.config.js` was not found"))?;
    if let Some(setting) = config.first(&["preserveModules", "entryFileNames", "outputOptions"]) {
        return Err(Reason::of_file(&config.path, format!("sets `{setting}`")));
    }
    let (inputs, outputs): (Vec<_>, Vec<_>) =
        (config.inside("", "input").collect(), config.inside("", "output").collect());
    if inputs.is_empty() || inputs.len() != outputs.len() {
        return Err(Reason::of_file(&config.path, "does not say for each `input` what its `output` is"));
    }
    let each = inputs.into_iter().zip(outputs).map(|(input, output)| of_one(builder.app, &config, input, output));
    Ok(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// What is made of one `input`.
fn of_one(app: &App, config: &ConfigFile, input: &Setting, output: &Setting) -> Result<Vec<Bundle>, Reason> {
    let sources = sources(app, config, input).ok_or_else(|| computes(config, "input"))?;
    let all = match output {
        Setting::List(all) => &all[..],
        one => std::slice::from_ref(one),
    };
    let resolves = config.imports("@rollup/plugin-node-resolve") || config.imports("rollup-plugin-node-resolve");
    let has_packages = resolves && config.first(&["external"]).is_none();
    let each = all.iter().map(|it| {
        let Setting::Table(settings) = it else { return None };
        let of = |name: &str| settings.iter().find(|it| it.0 == name).map(|it| &it.1);
        if settings.iter().any(|it| it.0.is_empty()) {
            return None;
        }
        let maps = maps_by(of("sourcemap"));
        match (of("dir"), of("file")) {
            (Some(dir), None) => {
                Some(Bundle { folder: file_of(app, config, dir)?, entries: sources.clone(), maps, has_packages })
            }
            (None, Some(file)) => {
                let [(_, source)] = &sources[..] else { return None };
                let file = file_of(app, config, file)?;
                let entries = vec![(stem(paths::file_name(&file)).to_owned(), source.clone())];
                Some(Bundle { folder: paths::parent(&file).to_owned(), entries, maps, has_packages })
            }
            _ => None,
        }
    });
    each.collect::<Option<_>>().ok_or_else(|| computes(config, "output"))
}

/// The entries by their names.
fn sources(app: &App, config: &ConfigFile, input: &Setting) -> Option<Vec<(String, String)>> {
    let by_name = |it: &Setting| {
        let source = file_of(app, config, it)?;
        Some((stem(paths::file_name(&source)).to_owned(), source))
    };
    match input {
        Setting::Table(all) => all.iter().map(|(name, it)| Some((name.clone(), file_of(app, config, it)?))).collect(),
        Setting::List(all) => all.iter().map(by_name).collect(),
        one => Some(vec![by_name(one)?]),
    }
}
