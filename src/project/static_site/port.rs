//! Where the server of a site listens, and for whom.

use super::super::config_file::Setting;
use super::super::outputs::framework;
use super::super::{App, Program, outputs};
use crate::ecosystem::sites::Site;

/// The port, by the first that says one: the words, a variable, the configuration, the tool's habit.
pub(super) fn of(app: &App, program: &Program, site: &Site, is_preview: bool) -> Option<u16> {
    if let Some(value) = option(&program.arguments, &["--port", "-p"]) {
        return value?.parse().ok();
    }
    if let Some(value) = variable(app, program, site) {
        return value.parse().ok();
    }
    match configured(app, program, site) {
        Configured::Nothing => Some(if is_preview { site.ports.1 } else { site.ports.0 }),
        Configured::Port(port) => Some(port),
        Configured::Unknown => None,
    }
}

/// Whether it listens to other machines.
pub(super) fn is_open(app: &App, program: &Program, site: &Site) -> bool {
    let by_words = || option(&program.arguments, &["--host", "-H", "--hostname"]).map(|it| it.is_none_or(is_outside));
    let by_config = || {
        let config = framework::config(app, &site.made, site.made.root(&program.arguments))?.ok()?;
        let is_outside = |it: &Setting| match it {
            Setting::Text(host) => is_outside(host),
            Setting::Flag(flag) => *flag,
            _ => false,
        };
        Some(config.values("host").any(is_outside))
    };
    site.is_open || by_words().or_else(by_config).unwrap_or(false)
}

fn is_outside(host: &str) -> bool {
    !matches!(host, "localhost" | "127.0.0.1" | "false")
}

/// The value of the first of `names` in `words`: `Some(None)` where it has none.
fn option<'a>(words: &'a [String], names: &[&str]) -> Option<Option<&'a str>> {
    words.iter().enumerate().find_map(|(at, word)| {
        let next = words.get(at + 1).map(String::as_str).filter(|it| !it.starts_with('-'));
        match word.split_once('=') {
            Some((name, value)) if names.contains(&name) => Some(Some(value)),
            _ => names.contains(&word.as_str()).then_some(next),
        }
    })
}

/// PORT, where the tool reads it.
fn variable(app: &App, program: &Program, site: &Site) -> Option<String> {
    if !site.reads_port {
        return None;
    }
    let by_words = program.assignments.iter().rev().find(|it| it.0 == "PORT").map(|it| it.1.clone());
    let files = [".env.development", ".env.local", ".env"].map(|it| app.folder_path(it));
    let in_file = |path: &String| {
        let text = app.files.text(path)?;
        text.lines()
            .find_map(|it| it.trim().strip_prefix("PORT=").map(|it| it.trim().trim_matches(['"', '\'']).to_owned()))
    };
    by_words.or_else(|| files.iter().find_map(in_file))
}

enum Configured {
    Nothing,
    Port(u16),
    Unknown,
}

fn configured(app: &App, program: &Program, site: &Site) -> Configured {
    if site.made.build.0 == "ng" {
        let port = outputs::serve_options(app).map(|it| it["port"].clone()).unwrap_or_default();
        return port
            .as_u64()
            .map_or(Configured::Nothing, |it| u16::try_from(it).map_or(Configured::Unknown, Configured::Port));
    }
    let Some(Ok(config)) = framework::config(app, &site.made, site.made.root(&program.arguments)) else {
        return Configured::Nothing;
    };
    let mut ports = config.values("port");
    match (ports.next(), ports.next()) {
        // `deploy` of Hexo has a port as well.
        (Some(_), _) if config.is_data => Configured::Unknown,
        (None, _) => Configured::Nothing,
        (Some(Setting::Number(port)), None) if (1.0..=65535.0).contains(port) => Configured::Port(*port as u16),
        _ => Configured::Unknown,
    }
}
