//! Commands before an install that may write package.json or the lock file anew: what lies in the context then says
//! nothing of what the install reads.

use crate::ecosystem::manifest;
use crate::project::Reason;
use crate::shell::Command;
use crate::stages::{Install, Model};
use crate::text::Text;

/// A command before `install`, in its stage or those that it is built on, that may change package.json, the lock file, or
/// what pnpm holds against that; one clause.
#[must_use]
pub fn changed_manifest(model: &Model<'_>, text: &Text, install: &Install) -> Option<Reason> {
    let names = manifest::read_by(install.manager);
    let ranges = model.ancestry(install.stage).into_iter().rev().map(|it| model.stages[it].instructions.clone());
    let before = |it: &&Command| it.range.end() <= install.command.range.start();
    let mut commands = ranges.flatten().flat_map(|it| model.commands_of_run(it)).filter(before);
    commands.find_map(|it| {
        let name = manifest::written(it, &text[it.range], &names)?;
        let words: Vec<&str> = text[it.range].split_whitespace().filter(|it| *it != "\\").collect();
        Some(format!("`{}` may change `{name}` before it", words.join(" ")).into())
    })
}

#[cfg(test)]
mod tests {
    use super::changed_manifest;
    use crate::testing::Case;

    #[track_caller]
    fn check(command: &str, changes: bool) {
        check_with("npm", command, changes);
    }

    #[track_caller]
    fn check_with(manager: &str, command: &str, changes: bool) {
        let text = format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN {command}\nRUN {manager} install\n");
        let ctx = Case::new().files(&[("package.json", "{}"), ("package-lock.json", "{}")]).inspection(&text);
        let install = ctx.model().installs.iter().last().expect("an install");
        let found = changed_manifest(ctx.model(), ctx.text(), install);
        assert_eq!(found.is_some(), changes, "{command}: {found:?}");
    }

    #[test]
    fn commands_that_write() {
        for command in [
            "sed -i 's/1.0.0/1.0.1/' package.json",
            "cat package.json | jq 'del(.devDependencies)' > package.json",
            "echo $(jq . package.json) >package.json",
            "npm pkg set dependencies.ms=2.1.2",
            "npm pkg delete scripts.prepare devDependencies.husky",
            "mv package.docker.json package.json",
            "cp docker/package.json .",
            "node -e \"fs.writeFileSync('package.json', '{}')\"",
            "node scripts/strip.js package.json",
        ] {
            check(command, true);
        }
    }

    #[test]
    fn commands_that_do_not() {
        for command in [
            "cat package.json",
            "npm pkg delete scripts.prepare",
            "npm pkg set scripts.postinstall='echo ok'",
            "cp package.json /tmp/",
            "node -p \"require('./package.json').version\" > version.txt",
            "test -f package-lock.json",
            "echo '//registry.npmjs.org/:_authToken=x' > .npmrc",
            "chown -R node:node /app",
        ] {
            check(command, false);
        }
    }

    #[test]
    fn settings_that_stand_in_the_lock_of_pnpm() {
        let settings = "echo inject-workspace-packages=true >> .npmrc";
        check_with("pnpm", settings, true);
        check_with("npm", settings, false);
        check_with("pnpm", "echo '//registry.npmjs.org/:_authToken=x' > .npmrc", false);
    }
}
