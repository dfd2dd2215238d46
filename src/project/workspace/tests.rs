//! Whole workspaces in memory.

use super::super::testing::project_with;
use super::{Dependency, Reach};
use crate::ecosystem::Manager;

fn folders(files: &[(&str, &str)]) -> (Vec<String>, Option<String>) {
    let workspace = project_with(files).workspace("").expect("the root names members");
    (workspace.members.iter().map(|it| it.folder.clone()).collect(), workspace.unknown.clone().map(String::from))
}

const MEMBERS: &[(&str, &str)] = &[
    ("apps/api/package.json", r#"{"name": "@x/api"}"#),
    ("apps/web/package.json", "{}"),
    ("apps/notes/readme.md", ""),
    ("apps/.old/package.json", "{}"),
    ("libs/a/core/package.json", "{}"),
    ("libs/a/test/package.json", "{}"),
    ("libs/node_modules/z/package.json", "{}"),
    ("tools/package.json", "{}"),
];

#[test]
fn patterns_mean_folders_with_a_package() {
    for (globs, expected) in [
        (r#"["apps/*"]"#, &["apps/api", "apps/web"][..]),
        (r#"["./apps/*/", "tools"]"#, &["apps/api", "apps/web", "tools"]),
        (r#"{"packages": ["apps/*"], "nohoist": ["**"]}"#, &["apps/api", "apps/web"]),
        (r#"["libs/**"]"#, &["libs/a/core", "libs/a/test"]),
        (r#"["**"]"#, &["apps/api", "apps/web", "libs/a/core", "libs/a/test", "tools"]),
        (r#"["{apps,libs/a}/*", "!**/test"]"#, &["apps/api", "apps/web", "libs/a/core"]),
        (r#"["{apps/{api,web},tools}"]"#, &["apps/api", "apps/web", "tools"]),
        (r#"["apps/a*", "apps/?eb", "apps/none"]"#, &["apps/api", "apps/web"]),
        (r#"["apps/*", "!apps/web"]"#, &["apps/api"]),
        (r#"["libs/**", "!libs/a/**"]"#, &[]),
    ] {
        let root = format!(r#"{{"workspaces": {globs}}}"#);
        let files: Vec<_> = MEMBERS.iter().copied().chain([("package.json", root.as_str())]).collect();
        let (found, unknown) = folders(&files);
        assert_eq!((&found[..], unknown), (&expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()[..], None));
    }
}

#[test]
fn what_is_not_followed_is_said() {
    for (globs, expected) in [
        (r#"["apps/+(api|web)"]"#, "the pattern `apps/+(api|web)` is not followed"),
        (r#"["../other/*"]"#, "the pattern `../other/*` is not followed"),
        (r#"["apps/*", "!apps/@(web)"]"#, "the pattern `!apps/@(web)` is not followed"),
    ] {
        let root = format!(r#"{{"workspaces": {globs}}}"#);
        let files: Vec<_> = MEMBERS.iter().copied().chain([("package.json", root.as_str())]).collect();
        assert_eq!(folders(&files).1.as_deref(), Some(expected));
    }
    let broken = [("package.json", r#"{"workspaces": ["a"]}"#), ("a/package.json", "{")];
    assert_eq!(folders(&broken).1.as_deref(), Some("`a/package.json` can't be read"));
}

#[test]
fn the_manager_says_which_file_counts() {
    let yaml = ("pnpm-workspace.yaml", "packages:\n  - 'apps/*'\n  - \"!apps/web\"\ncatalog:\n  ms: ^2\n");
    let with = |root, more: &[(&'static str, &'static str)]| {
        let files: Vec<_> = MEMBERS.iter().copied().chain([("package.json", root)]).chain(more.to_vec()).collect();
        project_with(&files).workspace("").map(|it| {
            let folders: Vec<_> = it.members.iter().map(|it| it.folder.clone()).collect();
            (folders.join(" "), it.is_installed_at_root)
        })
    };
    let both = r#"{"workspaces": ["tools"]}"#;
    assert_eq!(with("{}", &[yaml]), Some(("apps/api".to_owned(), true)));
    assert_eq!(with(both, &[yaml, ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n")]).unwrap().0, "apps/api");
    assert_eq!(with(both, &[yaml, ("yarn.lock", "# yarn lockfile v1\n")]).unwrap().0, "tools");
    assert_eq!(with("{}", &[("pnpm-workspace.yaml", "packages: [tools]\n")]).unwrap().0, "tools");
    assert_eq!(with("{}", &[("pnpm-workspace.yaml", "catalog:\n  ms: ^2\n")]), None);
    assert_eq!(with("{}", &[("lerna.json", r#"{"packages": ["tools"]}"#)]), Some(("tools".to_owned(), false)));
    assert_eq!(with("{}", &[]), None);
}

#[test]
fn the_workspace_of_a_folder() {
    let root = ("package.json", r#"{"workspaces": ["apps/*"]}"#);
    let project = project_with(&[root, MEMBERS[0], MEMBERS[7]]);
    assert_eq!(project.workspace("apps/api").unwrap().members.len(), 1);
    assert_eq!(project.workspace("apps/api").unwrap().member_holding("apps/api/src/a.ts").unwrap().name, "@x/api");
    assert!(project.workspace("").is_some());
    assert!(project.workspace("tools").is_none());
}

fn closure(lock: (&str, &str), from: &str, reach: Reach) -> String {
    let files = [
        ("package.json", r#"{"name": "root", "workspaces": ["p/*"], "dependencies": {"web": "*"}}"#),
        lock,
        (
            "p/api/package.json",
            r#"{"name": "api", "version": "1.0.0", "dependencies": {"core": "workspace:*", "old": "^2.0.0", "ms": "2"},
                "devDependencies": {"kit": "1.x"}, "optionalDependencies": {"short": "npm:log@^1"}}"#,
        ),
        ("p/core/package.json", r#"{"name": "core", "version": "1.2.0", "peerDependencies": {"types": "^1.0.0"}}"#),
        ("p/kit/package.json", r#"{"name": "kit", "version": "1.0.0", "dependencies": {"api": "1.0.0"}}"#),
        ("p/log/package.json", r#"{"name": "log", "version": "1.0.1", "devDependencies": {"kit": "workspace:^"}}"#),
        ("p/old/package.json", r#"{"name": "old", "version": "1.0.0"}"#),
        (
            "p/types/package.json",
            r#"{"name": "types", "version": "1.1.0", "dependencies": {"pathed": "file:../named"}}"#,
        ),
        ("p/named/package.json", r#"{"name": "named"}"#),
        ("p/web/package.json", r#"{"name": "web", "version": "0.1.0", "dependencies": {"same": "link:../web"}}"#),
    ];
    let project = project_with(&files);
    let workspace = project.workspace("").unwrap();
    let app = project.app(from).unwrap();
    let found: Vec<&str> = workspace.closure_by(&app, reach).iter().map(|it| it.name.as_str()).collect();
    found.join(" ")
}

#[test]
fn closures_follow_names_versions_and_paths() {
    let npm = ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {}}"#);
    assert_eq!(closure(npm, "p/api", Reach::Production), "core log named types");
    assert_eq!(closure(npm, "p/api", Reach::All), "core kit log named types");
    assert_eq!(closure(npm, "p/kit", Reach::Production), "api core log named types");
    assert_eq!(closure(npm, "", Reach::Production), "web");
    assert_eq!(closure(("bun.lock", "{}"), "p/old", Reach::All), "");
}

#[test]
fn links_are_certain_where_the_manager_is_known_to_make_them() {
    for (lock, range, expected) in [
        ("package-lock.json", "^1.0.0", Some(true)),
        ("package-lock.json", "^2.0.0", None),
        ("package-lock.json", "latest", Some(false)),
        ("package-lock.json", "file:../b", Some(true)),
        ("package-lock.json", "../b", Some(true)),
        ("package-lock.json", "git+ssh://git@host/b.git", None),
        ("pnpm-lock.yaml", "^1.0.0", Some(false)),
        ("pnpm-lock.yaml", "workspace:^", Some(true)),
        ("pnpm-lock.yaml", "workspace:b@*", Some(true)),
        ("pnpm-lock.yaml", "workspace:../b", Some(true)),
        ("pnpm-lock.yaml", "catalog:", Some(false)),
        ("yarn.lock", "file:../b", Some(false)),
        ("yarn.lock", "link:../b", Some(true)),
        ("yarn.lock", "*", Some(true)),
    ] {
        let a = format!(r#"{{"name": "a", "dependencies": {{"b": "{range}"}}}}"#);
        let project = project_with(&[
            ("package.json", r#"{"workspaces": ["p/*"]}"#),
            ("pnpm-workspace.yaml", "packages:\n  - p/*\n"),
            (lock, "lockfileVersion: '9.0'\n"),
            ("p/a/package.json", &a),
            ("p/b/package.json", r#"{"name": "b", "version": "1.0.0"}"#),
        ]);
        let workspace = project.workspace("p/a").unwrap();
        let links = workspace.links(&workspace.member("p/a").unwrap().app);
        assert_eq!(links.first().map(|it| it.is_certain), expected, "{lock} {range}");
        assert!(links.iter().all(|it| it.dependency == Dependency::Production && it.member.name == "b"));
    }
}

#[test]
fn filters_mean_members() {
    let root = ("package.json", r#"{"workspaces": ["apps/*"]}"#);
    let project = project_with(&[root, MEMBERS[0], MEMBERS[1]]);
    let workspace = project.workspace("").unwrap();
    for (manager, filter, expected) in [
        (Manager::Npm, "@x/api", "apps/api"),
        (Manager::Npm, "apps/api", "apps/api"),
        (Manager::Npm, "./apps/api/", "apps/api"),
        (Manager::Pnpm, "api...", "apps/api"),
        (Manager::Pnpm, "./apps/web", "apps/web"),
        (Manager::Pnpm, "none", ""),
        (Manager::YarnBerry, "api", ""),
    ] {
        let found: Vec<_> = workspace.selected(manager, filter).iter().map(|it| it.folder.clone()).collect();
        assert_eq!(found.join(" "), expected, "{filter}");
    }
}
