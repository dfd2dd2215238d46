//! `check --show-settings`: what holds for each file, after all sources of configuration.

use std::io::{self, Write};

use super::session::{Loaded, Session};
use super::{Status, output};
use crate::report::{one_line, severity_name};

pub(super) fn show(session: &Session<'_>) -> io::Result<Status> {
    let (files, errors) = session.each(|it| Ok(text(session, &it)));
    errors.iter().for_each(|it| output::fail(it));
    let mut out = output::stdout();
    files.iter().try_for_each(|it| out.write_all(it.as_bytes()))?;
    out.flush()?;
    Ok(Status::of(false, !errors.is_empty()))
}

fn text(session: &Session<'_>, loaded: &Loaded) -> String {
    let (settings, project) = (&loaded.input.settings, &loaded.input.project);
    let context = project.root().map_or_else(|| "unknown".to_owned(), |it| session.called(it));
    let context = if context.is_empty() { ".".to_owned() } else { context };
    let mut res = one_line(&loaded.path.display().to_string());
    let mut add = |key: &str, value: &str| res.push_str(&format!("\n  {key}: {}", one_line(value)));
    add("context", &context);
    if !settings.targets.is_empty() {
        add("target", &settings.targets.join(", "));
    }
    if let Some(user) = &settings.user {
        add("user", user);
    }
    for (rule, level) in &settings.levels {
        add(rule, level.map_or("off", severity_name));
    }
    res + "\n"
}
