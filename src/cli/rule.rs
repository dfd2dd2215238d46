//! `nodestage rule`

use std::io::{self, Write};

use super::args::RuleArgs;
use super::{Status, fix, output};
use crate::report::severity_name;
use crate::rules::{RULES, Rule};

pub(super) fn run(args: &RuleArgs) -> io::Result<Status> {
    let mut out = output::stdout();
    let Some(name) = &args.name else {
        list(&mut out)?;
        return Ok(Status::Clean);
    };
    match RULES.iter().find(|it| it.name == name.as_str()) {
        Some(rule) => page(&mut out, rule)?,
        None => {
            output::fail(&fix::unknown_rule(name).unwrap_or_else(|| format!("`{name}` has no page")));
            return Ok(Status::Failure);
        }
    }
    Ok(Status::Clean)
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    let width = RULES.iter().map(|it| it.name.len()).max().unwrap_or(0);
    for rule in RULES {
        let fixable = if rule.fixable { "fixable" } else { "" };
        let first = rule.docs.lines().find(|it| !it.trim().is_empty()).unwrap_or_default().trim();
        writeln!(out, "{:width$}  {:7}  {fixable:7}  {first}", rule.name, severity_name(rule.severity))?;
    }
    out.flush()
}

fn page(out: &mut dyn Write, rule: &Rule) -> io::Result<()> {
    let fixable = if rule.fixable { ", can be fixed" } else { "" };
    writeln!(out, "# {}\n\n{}, since {}{fixable}\n", rule.name, severity_name(rule.severity), rule.since)?;
    for line in rule.docs.trim().lines() {
        writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line).trim_end())?;
    }
    out.flush()
}
