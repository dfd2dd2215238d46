//! `deprecated-omit`

use super::declare_rule;
use super::support::flag_spans;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::omit;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::project::Manager;
use crate::stages::{Install, Verb};
use crate::text::TextRange;

declare_rule! {
    /// Flags the old spellings of npm's `--omit=dev`.
    ///
    /// ## Why
    /// npm 7 and later warn about them; npm 12 refuses `--prod`.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --only=production
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}}
    /// ```
    /// ```json file=package-lock.json
    /// {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}}}
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe from npm 7 on, where both spellings mean the same. Unsafe where the version of npm is not
    /// known: npm 6 ignores `--omit=dev`.
    pub(crate) DEPRECATED_OMIT { name: "deprecated-omit", since: "0.1.0", severity: Info, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for install in ctx.model().installs.iter().filter(|it| it.manager == Manager::Npm && !means_it(ctx, it)) {
        if matches!(install.verb, Verb::Install | Verb::CleanInstall | Verb::Prune) {
            let spans = flag_spans(&install.command, &["--only"], omit::is_old);
            acc.extend(spans.into_iter().map(|(range, written)| diagnostic(ctx, install, range, written)));
        }
    }
}

/// Whether the npm of the install, 6 or an older one, knows no other spelling.
fn means_it(ctx: &Inspection, install: &Install) -> bool {
    let node = ctx.model().root_image(install.stage).node_major;
    install.major == Some(6) || install.major.is_none() && !install.is_since(7) && node.is_some_and(|it| it < 15)
}

fn diagnostic(ctx: &Inspection, install: &Install, range: TextRange, written: &str) -> Diagnostic {
    let is_refused = omit::is_refused(install.manager, install.major, written);
    let flag = ctx.text()[range].trim();
    let message = match is_refused {
        true => format!("npm 12 refuses `{flag}`"),
        false => format!("`{flag}` is an old spelling of `--omit=dev`"),
    };
    let mut res = Diagnostic::new(DEPRECATED_OMIT.name, range, message);
    res.severity = if is_refused { Severity::Error } else { DEPRECATED_OMIT.severity };
    let edits = vec![Edit::replacement(range, "--omit=dev")];
    match install.is_since(7) {
        true => res.with_fix(Fix::new("Use `--omit=dev`", Applicability::Safe, edits)),
        false => res
            .with_fix(Fix::new("Use `--omit=dev`", Applicability::Unsafe, edits))
            .with_held_back("npm 6 ignores `--omit=dev`, and the version of npm is not known here"),
    }
}

#[cfg(test)]
mod tests {
    use super::DEPRECATED_OMIT;
    use crate::testing::{check_clean, check_fix, check_unsafe_fix};

    const FILES: &[(&str, &str)] = &[("package.json", "{}"), ("package-lock.json", r#"{"lockfileVersion": 3}"#)];

    #[test]
    fn all_old_spellings() {
        for flag in ["--only=production", "--only=prod", "--only production", "--production", "--prod"] {
            let before = format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci {flag} --no-audit\n");
            let after = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev --no-audit\n";
            check_fix(&DEPRECATED_OMIT, FILES, &before, after);
        }
    }

    #[test]
    fn in_an_array_of_words() {
        let of = |flag: &str| format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN [\"npm\",\"ci\",\"{flag}\"]\n");
        check_fix(&DEPRECATED_OMIT, FILES, &of("--only=production"), &of("--omit=dev"));
    }

    #[test]
    fn prune_over_lines() {
        check_fix(
            &DEPRECATED_OMIT,
            FILES,
            "from node:20\nworkdir /app\ncopy . .\nrun npm ci \\\n  # then less\n  && npm prune \\\n  --production\n",
            "from node:20\nworkdir /app\ncopy . .\nrun npm ci \\\n  # then less\n  && npm prune \\\n  --omit=dev\n",
        );
    }

    #[test]
    fn an_unknown_npm_may_be_6() {
        check_unsafe_fix(
            &DEPRECATED_OMIT,
            FILES,
            "ARG IMAGE\nFROM $IMAGE\nWORKDIR /app\nCOPY . .\nRUN npm ci --production\n",
            "ARG IMAGE\nFROM $IMAGE\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\n",
        );
    }

    #[test]
    fn npm_6_and_others_mean_it() {
        check_clean(
            &DEPRECATED_OMIT,
            FILES,
            "FROM node:9.4.0-alpine\nWORKDIR /app\nCOPY . .\nRUN npm i --only=production\n",
        );
        check_clean(&DEPRECATED_OMIT, FILES, "FROM node:14\nWORKDIR /app\nCOPY . .\nRUN npm ci --only=production\n");
        check_clean(&DEPRECATED_OMIT, FILES, "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN yarn install --production\n");
        check_clean(&DEPRECATED_OMIT, FILES, "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci --production=false\n");
    }
}
