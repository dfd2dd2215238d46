//! Which flags each instruction takes.

use crate::syntax::Flag;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Nothing, or `=true`, `=false`.
    Switch,
    /// One value.
    Value,
    /// A value each time it is given.
    Values,
}

/// Refuses flags that the instruction does not take.
pub(super) fn check(instruction: &str, flags: &[Flag]) -> Result<(), String> {
    let known = known(instruction);
    for (idx, flag) in flags.iter().enumerate() {
        let name = &flag.name;
        let Some((_, takes)) = known.iter().find(|it| it.0 == name) else {
            return Err(format!("unknown flag: --{name}"));
        };
        if *takes != Takes::Values && flags[..idx].iter().any(|it| it.name == *name) {
            return Err(format!("duplicate flag specified: --{name}"));
        }
        check_value(flag, *takes)?;
        check_run(instruction, flag)?;
    }
    Ok(())
}

fn known(instruction: &str) -> &'static [(&'static str, Takes)] {
    use Takes::{Switch, Value, Values};
    match instruction {
        "FROM" => &[("platform", Value)],
        "RUN" => &[("mount", Values), ("network", Value), ("security", Value), ("device", Values)],
        "COPY" => &[
            ("chown", Value),
            ("from", Value),
            ("chmod", Value),
            ("link", Switch),
            ("parents", Switch),
            ("exclude", Values),
        ],
        "ADD" => &[
            ("chown", Value),
            ("chmod", Value),
            ("link", Switch),
            ("keep-git-dir", Switch),
            ("checksum", Value),
            ("unpack", Switch),
            ("exclude", Values),
        ],
        "HEALTHCHECK" => &[
            ("interval", Value),
            ("timeout", Value),
            ("start-period", Value),
            ("start-interval", Value),
            ("retries", Value),
        ],
        _ => &[],
    }
}

fn check_value(flag: &Flag, takes: Takes) -> Result<(), String> {
    let name = &flag.name;
    let value = flag.value.as_ref().map(|it| it.value.to_lowercase());
    match (takes, value.as_deref()) {
        (Takes::Switch, None | Some("true" | "false")) | (Takes::Value | Takes::Values, Some(_)) => Ok(()),
        (Takes::Switch, Some("")) | (Takes::Value | Takes::Values, None) => {
            Err(format!("missing a value on flag: --{name}"))
        }
        (Takes::Switch, Some(value)) => Err(format!("expecting boolean value for flag --{name}, not: {value}")),
    }
}

/// RUN's flags are read further at once.
fn check_run(instruction: &str, flag: &Flag) -> Result<(), String> {
    let value = flag.value.as_ref().map_or("", |it| &*it.value);
    match &*flag.name {
        _ if instruction != "RUN" => Ok(()),
        "network" if !matches!(value, "default" | "none" | "host") => Err(format!("invalid network mode {value:?}")),
        "security" if !matches!(value, "insecure" | "sandbox") => Err(format!("security {value:?} is not valid")),
        "mount" if !is_csv(value) => Err("failed to parse csv mounts".to_owned()),
        "mount" if flag.mount_options().iter().any(|it| it.0.eq_ignore_ascii_case("from") && is_expanded(it.1)) => {
            Err("'from' doesn't support variable expansion, define alias stage instead".to_owned())
        }
        _ => Ok(()),
    }
}

fn is_expanded(value: &str) -> bool {
    value.split_once('$').is_some_and(|it| !it.1.is_empty())
}

/// Whether it is one CSV record: quotes only around whole fields.
fn is_csv(text: &str) -> bool {
    let mut rest = text;
    loop {
        let behind = match rest.strip_prefix('"') {
            Some(quoted) => behind_quoted(quoted),
            None => Some(&rest[rest.find(',').unwrap_or(rest.len())..])
                .filter(|it| !rest[..rest.len() - it.len()].contains('"')),
        };
        match behind.map(|it| it.strip_prefix(',').ok_or(it)) {
            Some(Ok(next)) => rest = next,
            Some(Err(end)) => return end.is_empty() && !text.is_empty(),
            None => return false,
        }
    }
}

fn behind_quoted(mut text: &str) -> Option<&str> {
    loop {
        text = text.split_once('"')?.1;
        match text.strip_prefix('"') {
            Some(next) => text = next,
            None => return Some(text),
        }
    }
}
