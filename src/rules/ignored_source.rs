//! `ignored-source`

use super::declare_rule;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inspection::Inspection;
use crate::paths;
use crate::syntax::{Copy, Instruction, Kind, Word};

declare_rule! {
    /// Flags a COPY that names what .dockerignore keeps out.
    ///
    /// ## Why
    /// Docker sends the build what .dockerignore leaves of the context. A COPY of anything else stops the
    /// build with "not found", whether or not the file is there.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// COPY config ./config
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text file=.dockerignore
    /// node_modules
    /// config
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}}
    /// ```
    /// ```json file=package-lock.json
    /// {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}}}
    /// ```
    /// ```js file=server.js
    /// console.log(require('./config/default.json'))
    /// ```
    /// ```json file=config/default.json
    /// {"port": 3000}
    /// ```
    ///
    /// ## Fix safety
    /// No fix: whether the line of .dockerignore or the COPY is wrong is for you to say. A wildcard that
    /// matches nothing is allowed and not reported.
    pub(crate) IGNORED_SOURCE { name: "ignored-source", since: "0.1.0", severity: Error, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if ctx.project().root().is_none() || ctx.project().may_be_above() {
        return;
    }
    for (instruction, copy) in ctx.model().instructions.iter().filter_map(|it| Some((*it, context_copy(it)?))) {
        acc.extend(copy.sources.iter().filter_map(|it| kept_out(ctx, it)).map(|it| diagnostic(ctx, instruction, it)));
    }
}

fn context_copy(instruction: &Instruction) -> Option<&Copy> {
    match &instruction.kind {
        Kind::Copy(copy) | Kind::Add(copy) if instruction.flag("from").is_none() => Some(copy),
        _ => None,
    }
}

/// A source that is kept out, with its path and the line that does it.
fn kept_out<'i>(ctx: &Inspection, source: &'i Word) -> Option<(&'i Word, String, usize)> {
    let written = source.value.trim_matches(['"', '\'']);
    let is_open =
        written.contains(['$', '*', '?', '[', '\\']) || written.contains("://") || written.starts_with("git@");
    let path = paths::rooted(written);
    if is_open
        || path.is_empty()
        || !ctx.project().dockerignore.drops(&path)
        || ctx.project().sees(&path) != Some(false)
    {
        return None;
    }
    // What is not on disk may lie in another folder, which is the context then.
    let is_there = ctx.project().kind(&path).is_some();
    if !is_there && (!is_at_root(ctx) || ctx.project().dockerignore.keeps_below(&path)) {
        return None;
    }
    Some((source, path.clone(), ctx.project().dockerignore.line_that_drops(&path)?))
}

/// Whether the Dockerfile lies in the context's root.
fn is_at_root(ctx: &Inspection) -> bool {
    ctx.project().kind(paths::file_name(ctx.project().dockerfile())).is_some()
}

fn diagnostic(ctx: &Inspection, instruction: &Instruction, (source, path, line): (&Word, String, usize)) -> Diagnostic {
    let file = ctx.project().dockerignore.path.clone().unwrap_or_default();
    let message = format!("`{file}` keeps `{path}` out of the build: this {} fails", instruction.name());
    let mut res = Diagnostic::new(IGNORED_SOURCE.name, source.range, message);
    res.severity = Severity::Error;
    res.with_related_file(file, Some(line), "this line keeps it out")
        .with_held_back("whether that line or the COPY is wrong is for you to say")
}

#[cfg(test)]
mod tests {
    use super::IGNORED_SOURCE;
    use crate::testing::{Case, check_clean, check_diagnostics};

    const FILES: &[(&str, &str)] = &[
        ("package.json", "{}"),
        ("docker/nginx.conf", ""),
        ("docker/start.sh", ""),
        ("cli/package.json", "{}"),
        ("yarn.lock", ""),
    ];

    fn dockerfile(copy: &str) -> String {
        format!("FROM node:22\nWORKDIR /app\nCOPY package.json ./\n{copy}\n")
    }

    #[track_caller]
    fn check(ignored: &str, copy: &str, path: Option<&str>) {
        let case = Case::of(&IGNORED_SOURCE).files(FILES).file(".dockerignore", ignored);
        let report = case.report(&dockerfile(copy));
        match path {
            Some(path) => assert!(report.contains(&format!("`.dockerignore` keeps `{path}` out")), "{copy}: {report}"),
            None => assert_eq!(report, "", "{ignored:?} {copy}"),
        }
    }

    #[test]
    fn what_is_named_is_kept_out() {
        check("cli/\n", "COPY cli/package.json ./cli/", Some("cli/package.json"));
        check("docker\n", "COPY ./docker /docker", Some("docker"));
        check("*.lock\n", "COPY package.json yarn.lock ./", Some("yarn.lock"));
        check("*\n!package.json\n", "ADD docker/start.sh /", Some("docker/start.sh"));
        check("**/.env*\n", "COPY .env.production ./", Some(".env.production"));
        check("docker\n", "COPY [\"docker/start.sh\", \"/\"]", Some("docker/start.sh"));
    }

    #[test]
    fn exceptions_wildcards_and_others() {
        check("docker\n!docker/start.sh\n", "COPY docker/start.sh /", None);
        check("docker/*\n!docker/start.sh\n", "COPY docker /docker", None);
        check("docker\n", "COPY docke[r] /docker", None);
        check("docker\n", "COPY docker* /docker/", None);
        check("docker\n", "COPY . .", None);
        check("docker\n", "COPY ${FOLDER:-docker} .", None);
        check("docker\n", "COPY --from=build docker .", None);
        check("docker\n", "ADD https://example.test/docker /", None);
        check("*\n!package.json\n!d*\n", "COPY data ./", None);
    }

    #[test]
    fn a_context_that_is_not_certain() {
        let dockerfile = "FROM node:22\nCOPY package.json ./\nCOPY dist ./\n";
        let files: &[(&str, &str)] = &[(".dockerignore", "dist\n"), ("package.json", "{}"), ("docker/x", "")];
        assert_eq!(Case::of(&IGNORED_SOURCE).files(files).at("docker/Dockerfile").report(dockerfile), "");
        check_clean(&IGNORED_SOURCE, &[("package.json", "{}")], dockerfile);
        let expected = "3:6: error[ignored-source] `.dockerignore` keeps `dist` out of the build: this COPY fails\n  held back: whether that line or the COPY is wrong is for you to say\n";
        check_diagnostics(&IGNORED_SOURCE, files, dockerfile, expected);
    }
}
