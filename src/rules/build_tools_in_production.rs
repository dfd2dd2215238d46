//! `build-tools-in-production`

mod moved;

use std::collections::BTreeMap;

use super::declare_rule;
use super::structure::gets_a_fresh_base;
use super::support::{node_stage, severity_of_shipping};
use crate::diagnostic::Diagnostic;
use crate::ecosystem::system;
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::stages::{InstructionId, StageId};

declare_rule! {
    /// Flags compilers in the image that ships.
    ///
    /// ## Why
    /// Packages with compiled parts need them for the install, and no run does: they are some hundred megabytes to
    /// pull, and what an intruder would like to find.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-alpine
    /// RUN apk add --no-cache tini python3 make g++
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev && npm cache clean --force
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after unsafe
    /// FROM node:22-alpine
    /// RUN apk add --no-cache tini
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN apk add --no-cache --virtual .build-deps python3 make g++ && npm ci --omit=dev && npm cache clean --force && apk del .build-deps
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {"better-sqlite3": "^12.0.0"}}
    /// ```
    /// ```js file=server.js
    /// require('better-sqlite3')('shop.db')
    /// ```
    ///
    /// ## Fix safety
    /// Always unsafe: something in the image may call them. Where nothing after them compiles they are left out. On Alpine
    /// they are installed for the one install that compiles, and removed in the same layer; on Debian, and where more than
    /// one command may compile, there is no fix: a stage of its own for the install is what helps. Nothing is said where
    /// another fix gives the stage that ships a fresh base, nor of Python, git and make alone, which an app may run.
    pub(crate) BUILD_TOOLS_IN_PRODUCTION { name: "build-tools-in-production", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, stage)) = node_stage(ctx) else { return };
    if ctx.facts().development.is_some() || gets_a_fresh_base(ctx) {
        return;
    }
    let mut compilers: BTreeMap<InstructionId, Vec<&str>> = BTreeMap::new();
    for (name, by) in stage.contents.system_packages.iter().filter(|it| system::is_compiler(&it.0)) {
        compilers.entry(*by).or_default().push(name);
    }
    // Alone it may as well run the tasks of the project.
    if compilers.values().flatten().any(|it| *it != "make") {
        acc.extend(compilers.into_iter().filter_map(|(by, names)| diagnostic(ctx, at, by, &names)));
    }
}

fn diagnostic(ctx: &Inspection, at: StageId, by: InstructionId, names: &[&str]) -> Option<Diagnostic> {
    let script = ctx.model().scripts[by].as_ref()?;
    let installs = script.commands.iter().find(|it| it.words.iter().any(|it| names.contains(&it.raw.as_str())));
    let place = installs.map_or(ctx.model().instructions[by].content, |it| it.range);
    let mut names = names.to_vec();
    names.dedup();
    let message = match names.as_slice() {
        [only] => format!("`{only}` stays in the image that ships, and only compiles"),
        [first, second] => format!("`{first}` and `{second}` stay in the image that ships, and only compile"),
        [first, rest @ ..] => {
            format!("`{first}` and {} others stay in the image that ships, and only compile", rest.len())
        }
        [] => return None,
    };
    let mut res = Diagnostic::new(BUILD_TOOLS_IN_PRODUCTION.name, place, message);
    res.severity = severity_of_shipping(ctx);
    Some(match moved::edits(ctx, at, by) {
        Ok(edits) => {
            let fix = Fix::new("Have them only where something compiles", Applicability::Unsafe, edits);
            res.with_fix(fix).with_held_back("something else in the image may call them")
        }
        Err(reason) => res.with_held_back(reason),
    })
}

#[cfg(test)]
mod tests {
    use super::BUILD_TOOLS_IN_PRODUCTION;
    use crate::testing::{check_clean, check_held_back, check_unsafe_fix};

    const FILES: &[(&str, &str)] = &[("package.json", r#"{"dependencies": {"bcrypt": "5"}}"#), ("server.js", "")];

    fn dockerfile(base: &str, lines: &str) -> String {
        format!("FROM node:22{base}\nWORKDIR /app\nCOPY . .\n{lines}\nCMD [\"node\", \"server.js\"]\n")
    }

    #[test]
    fn for_the_one_install() {
        let compiled = |it: &str| {
            format!(
                "RUN apk add --no-cache --virtual .build-deps {it} && npm install --omit=dev && apk del .build-deps"
            )
        };
        for (before, after) in [
            ("RUN apk add --no-cache make g++\nRUN npm install --omit=dev", compiled("make g++")),
            (
                "# to compile\nRUN apk add g++\n# all\nRUN npm install --omit=dev",
                format!("# to compile\n# all\n{}", compiled("g++")),
            ),
            (
                "RUN apk update && apk add \\\n  curl \\\n  gcc \\\n  python3=3.12.0-r0\nRUN npm install --omit=dev",
                format!("RUN apk update && apk add \\\n  curl\n{}", compiled("gcc python3=3.12.0-r0")),
            ),
        ] {
            check_unsafe_fix(
                &BUILD_TOOLS_IN_PRODUCTION,
                FILES,
                &dockerfile("-alpine", before),
                &dockerfile("-alpine", &after),
            );
        }
    }

    #[test]
    fn nothing_compiles() {
        for (base, before, after) in [
            ("-alpine", "RUN apk add --no-cache curl make g++", "RUN apk add --no-cache curl"),
            (
                "-slim",
                "RUN apt-get update && apt-get install -y g++ curl",
                "RUN apt-get update && apt-get install -y curl",
            ),
        ] {
            check_unsafe_fix(&BUILD_TOOLS_IN_PRODUCTION, FILES, &dockerfile(base, before), &dockerfile(base, after));
        }
    }

    #[test]
    fn not_by_words_alone() {
        for (base, lines, reason) in [
            (
                "-slim",
                "RUN apt-get update && apt-get install -y g++\nRUN npm install --omit=dev",
                "`apt-get` can't take back what it brought",
            ),
            (
                "-alpine",
                "RUN apk add g++\nRUN npm install --omit=dev\nRUN npm rebuild",
                "more than one command may compile",
            ),
            ("-alpine", "RUN apk add g++\nRUN ./make.sh\nRUN npm install --omit=dev", "`./make.sh` may compile"),
            ("-alpine", "RUN apk add g++ curl && npm i -g bcrypt", "`npm i -g bcrypt` may compile"),
            ("-alpine", "RUN apk add g++ curl\nRUN npm i -g bcrypt", "`npm i -g bcrypt` may compile"),
            ("-alpine", "RUN apk add g++\nUSER node\nRUN npm install --omit=dev", "the install does not run as root"),
            (
                "-alpine",
                "RUN apk add g++\nRUN npm install --omit=dev || true",
                "the install is not a plain chain of commands",
            ),
        ] {
            check_held_back(&BUILD_TOOLS_IN_PRODUCTION, FILES, &dockerfile(base, lines), reason);
        }
    }

    #[test]
    fn taken_back_or_elsewhere() {
        for lines in [
            "RUN apk add --virtual .gyp python3 make g++ && npm install --omit=dev && apk del .gyp",
            "RUN apk add python3 git make",
        ] {
            check_clean(&BUILD_TOOLS_IN_PRODUCTION, FILES, &dockerfile("-alpine", lines));
        }
        let build = "FROM node:22-alpine AS build\nRUN apk add g++\n\n";
        check_clean(&BUILD_TOOLS_IN_PRODUCTION, FILES, &format!("{build}{}", dockerfile("-alpine", "USER node")));
    }
}
