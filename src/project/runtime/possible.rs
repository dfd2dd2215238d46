//! What may write, and it is not known where: packages without a row, programs, a changed folder.

use oxc_ast::ast::*;
use oxc_span::GetSpan;

use super::super::Site;
use super::graph::Graph;
use super::{Access, AccessBase, PossibleWrite, Runtime, values};
use crate::ecosystem::packages;
use crate::project::Reason;

/// Notes all of it.
pub(super) fn collect(graph: &Graph<'_>, runtime: &mut Runtime) {
    let mut res = Vec::new();
    for name in graph.packages.values().filter(|it| !it.is_followed).map(|it| &it.package) {
        let site = &graph.packages[name].site;
        let mut add = |reason: Reason, anywhere| res.push(PossibleWrite { site: site.clone(), reason, anywhere });
        let row = packages::package(name);
        if row.is_some_and(packages::Package::starts_programs) {
            runtime.starts.push((site.clone(), None));
            add(
                format!("`{name}`, which `{site}` imports, starts programs, and these may write anywhere").into(),
                true,
            );
        } else if row.is_some_and(packages::Package::loads_modules) {
            add(format!("`{name}`, which `{site}` imports, loads modules that are not followed").into(), true);
        } else if graph.app.is_local(name) {
            add(format!("`{name}`, which `{site}` imports, is of the project itself and not followed").into(), true);
        } else if !packages::is_quiet(name) {
            add(format!("`{name}`, which `{site}` imports, may write beside the app").into(), false);
        }
        res.extend(default(graph, name, runtime));
    }
    for (idx, module) in graph.modules.iter().enumerate() {
        for call in &module.nodes.calls {
            res.extend(by_call(graph, idx, call, &mut runtime.starts));
        }
    }
    let unknown = res.iter().find(|it| !it.anywhere).map(|it| it.reason.clone());
    if let (Some(reason), Some((path, site))) = (unknown, absolute(graph)) {
        res.push(PossibleWrite {
            reason: format!("{reason} or to `{path}`, which `{site}` names").into(),
            site,
            anywhere: true,
        });
    }
    runtime.may_write = res;
}

/// Folders of the system and of data, as texts begin that name a file there.
const ABSOLUTE: [&str; 9] = ["/data/", "/etc/", "/home/", "/mnt/", "/opt/", "/root/", "/run/", "/srv/", "/var/"];

/// Methods and decorators whose first argument is a route.
const ROUTES: [&str; 18] = [
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "all",
    "use",
    "route",
    "head",
    "options",
    "redirect",
    "startsWith",
    "Get",
    "Post",
    "Put",
    "Patch",
    "Delete",
    "Controller",
];

/// A path elsewhere that the sources name: a package that is given it may write there.
fn absolute(graph: &Graph<'_>) -> Option<(String, Site)> {
    graph.modules.iter().enumerate().find_map(|(idx, module)| {
        let routes = module.nodes.calls.iter().filter(|it| it.callee_name().is_some_and(|it| ROUTES.contains(&it)));
        let routes: Vec<u32> = routes.filter_map(|it| Some(it.arguments.first()?.span().start)).collect();
        let is_path = |it: &&&StringLiteral<'_>| {
            let text = it.value.as_str();
            ABSOLUTE.iter().any(|it| text.starts_with(it))
                && !text.contains(char::is_whitespace)
                && !routes.contains(&it.span.start)
        };
        let found = module.nodes.strings.iter().find(is_path)?;
        Some((found.value.to_string(), graph.site(idx, *found)))
    })
}

/// The folder that a package writes to where no option names another one; options that are not written out may.
fn default(graph: &Graph<'_>, name: &str, runtime: &mut Runtime) -> Option<PossibleWrite> {
    let row = packages::package(name)?;
    for (path, does, unless) in row.defaults().filter(|it| !it.1.is_read()) {
        let is_said = runtime.writes.iter().any(|it| it.by == name || it.by == unless);
        if !is_said {
            runtime.writes.push(Access {
                site: graph.packages[name].site.clone(),
                base: AccessBase::WorkingDirectory,
                path: Some(path.to_owned()),
                glob: None,
                is_folder: does == packages::Use::WritesFolder,
                by: name.to_owned(),
            });
        }
    }
    row.defaults().find(|it| !it.1.is_read())?;
    let hidden = graph.modules.iter().enumerate().find_map(|(idx, module)| {
        let mut news = module.nodes.news.iter().filter(|it| hides_options(graph, idx, name, it));
        news.next().map(|it| graph.site(idx, *it))
    })?;
    let reason = format!("`{name}`, whose options `{hidden}` does not write out, may write beside the app").into();
    Some(PossibleWrite { site: hidden, reason, anywhere: false })
}

fn hides_options(graph: &Graph<'_>, idx: usize, name: &str, new: &NewExpression<'_>) -> bool {
    let is_written_out = |it: &Argument<'_>| matches!(it, Argument::ObjectExpression(_));
    values::origin(graph, idx, &new.callee).is_some_and(|it| it.package == name)
        && !new.arguments.iter().all(is_written_out)
}

/// Functions of `child_process` that start a program. `fork` starts a module, which is followed.
const STARTERS: [&str; 6] = ["exec", "execSync", "execFile", "execFileSync", "spawn", "spawnSync"];

/// Programs that only tell something.
const TELLERS: [&str; 12] =
    ["date", "df", "free", "hostname", "id", "ping", "ps", "sysctl", "uname", "uptime", "which", "whoami"];

fn by_call(
    graph: &Graph<'_>,
    idx: usize,
    call: &CallExpression<'_>,
    starts: &mut Vec<(Site, Option<String>)>,
) -> Option<PossibleWrite> {
    let site = graph.site(idx, call);
    let anywhere = |reason: Reason| Some(PossibleWrite { site: site.clone(), reason, anywhere: true });
    if let Some(what) = by_process(call) {
        if what.starts_with("starts a program") {
            starts.push((site.clone(), None));
        }
        return anywhere(Reason::at(site.clone(), what));
    }
    let origin = values::origin(graph, idx, &call.callee)?;
    let name = origin.names.last()?.as_str();
    if origin.package != "child_process" || !STARTERS.contains(&name) {
        return None;
    }
    let command = call.arguments.first().and_then(Argument::as_expression);
    match program(graph, idx, command?) {
        Some((program, true)) if TELLERS.contains(&program.as_str()) => None,
        Some((program, _)) => {
            starts.push((site.clone(), Some(whole(graph, idx, command?).unwrap_or_else(|| program.clone()))));
            anywhere(format!("`{program}`, which `{site}` starts, may write anywhere").into())
        }
        None => {
            starts.push((site.clone(), None));
            anywhere(format!("a program that `{site}` starts may write anywhere").into())
        }
    }
}

/// What a method of `process` or `Bun` changes for all that follows.
fn by_process(call: &CallExpression<'_>) -> Option<&'static str> {
    let Expression::StaticMemberExpression(member) = &call.callee else { return None };
    let of = |object: &str| member.object.is_specific_id(object);
    match member.property.name.as_str() {
        "chdir" if of("process") => Some("changes the working directory"),
        "setuid" | "setgid" | "seteuid" | "setegid" | "setgroups" | "initgroups" if of("process") => {
            Some("changes the user by itself")
        }
        "spawn" | "spawnSync" if of("Bun") => Some("starts a program, which may write anywhere"),
        _ => None,
    }
}

/// The command as it is written, its computed parts left out.
fn whole(graph: &Graph<'_>, idx: usize, command: &Expression<'_>) -> Option<String> {
    let value = values::value(graph, idx, command).filter(|it| it.base.is_none())?;
    Some(value.text.trim().to_owned())
}

/// The program that a command starts, and whether it is all that is started.
fn program(graph: &Graph<'_>, idx: usize, command: &Expression<'_>) -> Option<(String, bool)> {
    let value = values::value(graph, idx, command).filter(|it| it.base.is_none())?;
    let text = value.text.trim();
    let program = text.split_whitespace().next()?;
    let is_whole = text.len() > program.len() || !value.open;
    is_whole.then(|| (program.to_owned(), !text.contains(['>', ';', '&', '|', '`', '$'])))
}
