//! What one command makes in several packages of a workspace.
//!
//! Worked example: `tsc -b` at the root, whose tsconfig.json refers to `packages/api` and `packages/db`, is a build of each.

use std::collections::BTreeMap;

use crate::paths;
use crate::project::{Output, Outputs, Project, Workspace};

/// What a command of the package in `app` makes, by the folders of the packages that hold it, `app` itself last where
/// something is its own. What is not known is not known of all.
pub(super) fn parts(project: &Project, app: &str, outputs: Outputs) -> Vec<(String, Outputs)> {
    let Some(workspace) = project.workspace(app) else { return vec![(app.to_owned(), outputs)] };
    let mut others: BTreeMap<String, Outputs> = BTreeMap::new();
    let mut own = Outputs { outputs: Vec::new(), ..outputs.clone() };
    for (output, why) in outputs.outside {
        if let Some((folder, output)) = elsewhere(&workspace, app, &output) {
            own.unknown.retain(|it| *it != why);
            others.entry(folder).or_default().outputs.push(output);
        }
    }
    for output in outputs.outputs {
        match elsewhere(&workspace, app, &output) {
            Some((folder, output)) => others.entry(folder).or_default().outputs.push(output),
            None => own.outputs.push(output),
        }
    }
    others.values_mut().for_each(|it| it.unknown.clone_from(&own.unknown));
    let has_own = others.is_empty() || !own.outputs.is_empty() || !own.unknown.is_empty() || own.generates();
    others.into_iter().chain(has_own.then(|| (app.to_owned(), own))).collect()
}

/// The other package that holds `output`, and the output from there.
fn elsewhere(workspace: &Workspace, app: &str, output: &Output) -> Option<(String, Output)> {
    let from_root = |path: &str| paths::resolve(app, path);
    let member = workspace.member_holding(&from_root(&output.path)).map(|it| it.folder.as_str());
    let folder = member.unwrap_or(&workspace.root.folder);
    let moved = output.moved(|path| paths::relative(folder, &from_root(path)))?;
    (folder != app && !paths::is_outside(&moved.path)).then(|| (folder.to_owned(), moved))
}

#[cfg(test)]
mod tests {
    use super::parts;
    use crate::project::testing::project_with;

    const SHARED: &str = r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}"#;
    const API: &str = r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"],
        "references": [{"path": "../shared"}]}"#;

    /// `folder: output<source …`, `? reason`, of each package that `tsc -b`, in `app`, builds.
    fn built(app: &str, more: &[(&str, &str)]) -> String {
        let mut files = vec![
            ("package.json", r#"{"workspaces": ["packages/*"]}"#),
            ("packages/api/package.json", "{}"),
            ("packages/api/tsconfig.json", API),
            ("packages/shared/package.json", "{}"),
            ("packages/shared/tsconfig.json", SHARED),
            ("tsconfig.json", r#"{"files": [], "references": [{"path": "packages/api"}]}"#),
        ];
        files.retain(|it| more.iter().all(|other| other.0 != it.0));
        files.extend_from_slice(more);
        let project = project_with(&files);
        let outputs = project.app(app).expect("an app").outputs_of_text("tsc -b");
        let each = parts(&project, app, outputs).into_iter().map(|(folder, outputs)| {
            let known = outputs.outputs.iter();
            let known = known.map(|it| format!("{}<{}", it.path, it.source_root.as_deref().unwrap_or("?")));
            let unknown = outputs.unknown.iter().map(|it| format!("? {it}"));
            format!("{folder}: {}", known.chain(unknown).collect::<Vec<_>>().join(" "))
        });
        each.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn one_command_builds_several_packages() {
        let both = "packages/api: dist<src; packages/shared: dist<src";
        assert_eq!(built("", &[]), both);
        assert_eq!(built("packages/api", &[]), "packages/shared: dist<src; packages/api: dist<src");
        let root = (
            "tsconfig.json",
            r#"{"compilerOptions": {"outDir": "out", "rootDir": "src"}, "include": ["src"],
            "references": [{"path": "packages/api"}]}"#,
        );
        assert_eq!(built("", &[root]), format!("{both}; : out<src"));
    }

    #[test]
    fn what_no_package_holds_is_not_known() {
        let up = r#"{"compilerOptions": {"outDir": "../../dist/api", "rootDir": "src"}, "include": ["src"]}"#;
        assert_eq!(built("packages/api", &[("packages/api/tsconfig.json", up)]), ": dist/api<packages/api/src");
        let alone = [("package.json", "{}"), ("packages/api/tsconfig.json", up)];
        let why = "packages/api: ? `tsc` writes to `../../dist/api`, outside of the package";
        assert_eq!(built("packages/api", &alone), why);
        let lost = ("tsconfig.json", r#"{"files": [], "references": [{"path": "packages/api"}, {"path": "lost"}]}"#);
        let unknown = "? `lost/tsconfig.json` was not found";
        let expected = format!("packages/api: dist<src {unknown}; packages/shared: dist<src {unknown}; : {unknown}");
        assert_eq!(built("", &[lost]), expected);
    }
}
