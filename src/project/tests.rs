//! The context, package.json and locks on small projects.

mod agreement;
mod bundlers;
mod frozen;
mod outputs;
mod runtime;

use std::path::Path;
use std::sync::Arc;

use super::testing::{app_with, project_of, project_with};
use super::*;

#[test]
fn the_context_is_the_nearest_folder_that_fits() {
    let app: &[(&str, &str)] = &[
        ("package.json", "{}"),
        ("src/a.ts", ""),
        ("docker/x.sh", ""),
        ("apps/api/package.json", "{}"),
        ("apps/api/src/b.ts", ""),
    ];
    for (dockerfile, sources, expected) in [
        ("Dockerfile", &["package.json", "src"][..], Some("/repo")),
        ("Dockerfile", &[], Some("/repo")),
        ("docker/Dockerfile", &[], Some("/repo")),
        ("docker/Dockerfile", &["package*.json", "."], Some("/repo")),
        ("docker/Dockerfile", &["docker/x.sh", "/src/"], Some("/repo")),
        ("docker/Dockerfile", &["x.sh"], Some("/repo/docker")),
        ("apps/api/Dockerfile", &["package.json"], Some("/repo/apps/api")),
        ("apps/api/Dockerfile", &["apps/api/package.json", "package.json"], Some("/repo")),
        ("apps/api/Dockerfile", &["package.json", "dist"], Some("/repo/apps/api")),
        ("apps/api/Dockerfile", &["nothing", "at-all"], None),
    ] {
        let project = project_of(app, dockerfile, sources);
        assert_eq!(project.root(), expected.map(Path::new), "{dockerfile} {sources:?}");
    }
}

#[test]
fn compose_names_the_context() {
    let files = [
        (
            "docker-compose.yml",
            "services:\n  api:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile\n      target: prod\n  db:\n    image: postgres\n",
        ),
        ("docker/package.json", "{}"),
    ];
    let project = project_of(&files, "docker/Dockerfile", &["package.json"]);
    assert_eq!(project.root(), Some(Path::new("/repo")));
    let compose = project.compose.unwrap();
    assert_eq!(
        (compose.target.as_deref(), compose.site.to_string()),
        (Some("prod"), "docker-compose.yml:2".to_owned())
    );
}

#[test]
fn compose_services_must_agree() {
    let text = "services:\n  a: {build: {context: ., target: x}}\n  b: {build: {context: ., target: y}}\n";
    let compose = project_with(&[("compose.yaml", text), ("package.json", "{}")]).compose;
    assert_eq!(compose.unwrap().target, None);
    let short = project_with(&[("compose.yml", "services:\n  a:\n    build: .\n")]).compose;
    assert_eq!(short.unwrap().site.line, Some(2));
}

#[test]
fn broken_files_are_problems() {
    for (path, text, expected) in [
        ("compose.yml", "services: [\n", "compose.yml"),
        ("package.json", "{\n  \"name\": \n}", "package.json:3"),
        ("package.json", "[]", "package.json:1"),
        ("package.json", "{\n\"scripts\": 3 }", "package.json:2"),
        (".dockerignore", "a\n[\n", ".dockerignore:2"),
    ] {
        let project = project_with(&[("package.json", "{}"), (path, text)]);
        let _ = project.app("");
        let problems = project.problems();
        assert!(problems.iter().any(|it| it.site.to_string().starts_with(expected)), "{path} {problems:?}");
    }
}

#[test]
fn the_ignore_file_hides() {
    let files = [
        (".dockerignore", "*\n!src\n!package*.json\nsrc/*.test.ts\n!a/keep"),
        ("package.json", "{}"),
        ("package-lock.json", "{}"),
        ("src/a.ts", ""),
        ("src/a.test.ts", ""),
        ("docs/x", ""),
        ("a/keep", ""),
    ];
    let project = project_with(&files);
    let names = |it: Option<Vec<(String, EntryKind)>>| it.unwrap().into_iter().map(|it| it.0).collect::<Vec<_>>();
    assert_eq!(names(project.list("")), ["a", "package-lock.json", "package.json", "src"]);
    assert_eq!(names(project.expand("src/*.ts")), ["src/a.ts"]);
    assert_eq!(names(project.expand("package*.json")), ["package-lock.json", "package.json"]);
    assert_eq!((project.sees("docs"), project.sees("a"), project.sees("none")), (Some(false), Some(true), Some(false)));
}

#[test]
fn a_dockerfiles_own_ignore_file_counts() {
    let files = [
        ("docker/Dockerfile.dockerignore", "src"),
        (".dockerignore", "package.json"),
        ("package.json", "{}"),
        ("src/a", ""),
    ];
    let project = project_of(&files, "docker/Dockerfile", &["package.json"]);
    assert_eq!(project.dockerignore.path.as_deref(), Some("docker/Dockerfile.dockerignore"));
    assert_eq!((project.sees("src"), project.sees("package.json")), (Some(false), Some(true)));
}

#[test]
fn a_package_is_read() {
    let text = "\u{feff}{\n  \"name\": \"@x/app\",\n  \"type\": \"module\",\n  \"bin\": \"cli.js\",\n  \"packageManager\": \"yarn@4.1.0+sha\",\n  \"workspaces\": {\"packages\": [\"a/*\"]},\n  \"scripts\": {\n    \"build\": \"tsc\"\n  },\n  \"devDependencies\": {\n    \"x\": 3,\n    \"typescript\": \"^5\"\n  }\n}";
    let app = app_with(&[("package.json", text)]);
    let package = &app.package;
    assert_eq!(package.module, ModuleKind::Module);
    assert_eq!(package.bin["app"], "cli.js");
    assert_eq!(package.package_manager, Some((Manager::YarnBerry, "4.1.0".to_owned())));
    assert_eq!(package.scripts["build"].site.to_string(), "package.json:8");
    assert_eq!(package.dev_sites["typescript"].line, Some(12));
    assert!(app.is_workspace_root());
}

#[test]
fn locks_tell_the_manager() {
    for (package, locks, manager, generation) in [
        ("{}", &[("yarn.lock", "# yarn lockfile v1\n")][..], Some(Manager::YarnClassic), Some(1)),
        ("{}", &[("yarn.lock", "# x\n\n__metadata:\n  version: 8\n")], Some(Manager::YarnBerry), Some(8)),
        ("{}", &[("pnpm-lock.yaml", "lockfileVersion: '9.0'\n")], Some(Manager::Pnpm), Some(9)),
        ("{}", &[("pnpm-lock.yaml", "lockfileVersion: 5.4\n")], Some(Manager::Pnpm), Some(5)),
        ("{}", &[("bun.lockb", "x")], Some(Manager::Bun), Some(0)),
        ("{}", &[("bun.lock", "{\n  \"lockfileVersion\": 1,\n")], Some(Manager::Bun), Some(1)),
        ("{}", &[("package-lock.json", r#"{"lockfileVersion": 3}"#)], Some(Manager::Npm), Some(3)),
        ("{}", &[("package-lock.json", "{}"), ("yarn.lock", "")], None, None),
        (
            r#"{"packageManager": "pnpm@9"}"#,
            &[("package-lock.json", "{}"), ("pnpm-lock.yaml", "lockfileVersion: 9")],
            Some(Manager::Pnpm),
            Some(9),
        ),
        ("{}", &[], None, None),
    ] {
        let mut files = vec![("package.json", package)];
        files.extend(locks);
        let app = app_with(&files);
        assert_eq!(app.manager(), manager, "{locks:?}");
        assert_eq!(app.lock().and_then(|it| it.generation), generation, "{locks:?}");
    }
}

#[test]
fn npm_locks_are_read() {
    let flat = r#"{"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"a": "^1"}, "devDependencies": {"d": "^1"}},
        "node_modules/a": {"version": "1.0.0", "hasInstallScript": true},
        "node_modules/a/node_modules/@s/b": {"version": "2.0.0", "resolved": "git+ssh://x", "dev": "odd", "engines": ["x"]},
        "node_modules/d": {"version": "1.0.0", "dev": true, "hasInstallScript": true},
        "node_modules/l": {"resolved": "packages/l", "link": true},
        "packages/l": {"version": "1.0.0"}}}"#;
    let tree = r#"{"lockfileVersion": 1, "dependencies": {
        "a": {"version": "1.0.0", "requires": {"@s/b": "2"}, "dependencies": {"@s/b": {"version": "git+ssh://x"}}},
        "d": {"version": "1.0.0", "dev": true}, "l": {"version": "file:packages/l"}}}"#;
    for lock in [flat, tree] {
        let app = app_with(&[("package.json", "{}"), ("package-lock.json", lock)]);
        let lock = app.lock().unwrap();
        let packages = lock.packages.as_ref().unwrap();
        let brief: Vec<_> = packages.iter().map(|it| (it.path.as_str(), it.git, it.link.as_deref())).collect();
        let expected = [
            ("node_modules/a", false, None),
            ("node_modules/a/node_modules/@s/b", true, None),
            ("node_modules/d", false, None),
            ("node_modules/l", false, Some("packages/l")),
        ];
        assert_eq!(brief, expected);
        assert_eq!(lock.dev_packages(), Some(vec!["d"]));
    }
    let app = app_with(&[("package.json", "{}"), ("package-lock.json", flat)]);
    assert_eq!(app.production_scripts().iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn scripts_that_do_nothing_without_dev_dependencies() {
    let package = r#"{"dependencies": {"husky": "9"}, "devDependencies": {"@sveltejs/kit": "2", "typescript": "5"}}"#;
    let app = app_with(&[("package.json", package)]);
    let site = || Site { path: "package.json".to_owned(), line: None };
    for (text, expected) in [
        ("svelte-kit sync || echo ''", true),
        ("tsc || true", true),
        ("svelte-kit sync", false),
        ("husky || true", false),
        ("rm -rf dist && tsc || true", false),
        ("tsc || exit 1", false),
        ("tsc > log || true", false),
    ] {
        let script = Script { text: text.to_owned(), site: site() };
        assert_eq!(app.is_idle_without_dev(&script), expected, "{text}");
    }
}

#[test]
fn code_in_the_words_is_no_file() {
    let app = app_with(&[("package.json", "{}")]);
    for words in [["bun", "-e", "fetch('http://localhost/a.b')"], ["node", "-e", "fetch('http://localhost/a.b')"]] {
        let start = app.start(&words.map(str::to_owned));
        let entries: Vec<_> = start.programs.iter().map(|it| (it.name.as_str(), it.entry.as_deref())).collect();
        assert_eq!((entries, start.unknown), (vec![(words[0], None)], Vec::new()), "{words:?}");
    }
}

#[test]
fn odd_locks_do_no_harm() {
    for lock in [
        "",
        "[]",
        "{",
        "{\"packages\": 3}",
        "{\"dependencies\": [1]}",
        "{\"lockfileVersion\": \"3\", \"packages\": {\"node_modules/a\": 4}}",
    ] {
        let app = app_with(&[("package.json", "{}"), ("package-lock.json", lock)]);
        assert_eq!(app.manager(), Some(Manager::Npm), "{lock}");
    }
}

#[cfg(unix)]
#[test]
fn links_that_loop_are_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::os::unix::fs::symlink("loop", root.join("loop")).unwrap();
    std::os::unix::fs::symlink(".", root.join("self")).unwrap();
    std::fs::create_dir(root.join(".git")).unwrap();
    std::fs::write(root.join("package.json"), "{}").unwrap();
    std::fs::write(root.join(".dockerignore"), "*\n!**/keep\n").unwrap();
    let request = Request { dockerfile: root.join("Dockerfile"), ..Request::default() };
    let project = Project::load(Arc::new(Disk), &request);
    assert_eq!(project.kind("loop"), None);
    assert_eq!(project.list("").unwrap(), []);
}
