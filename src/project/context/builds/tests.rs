//! Each row: the files of a repository, its Dockerfile with its sources, and the context that the files name.

use crate::project::testing::project_of;

const APP: [(&str, &str); 4] = [
    ("apps/web/package.json", "{}"),
    ("apps/web/src/a.js", ""),
    ("package.json", r#"{"workspaces": ["apps/*"]}"#),
    ("src/b.js", ""),
];

/// The context of `apps/web/Dockerfile`, which takes what the app and the root of the workspaces both have, where
/// `path` holds `text`.
fn context(path: &str, text: &str) -> (String, bool) {
    let files: Vec<_> = APP.into_iter().chain([(path, text)]).collect();
    let project = project_of(&files, "apps/web/Dockerfile", &["package.json", "src/"]);
    let root = project.root().expect("it is found").to_str().expect("it is UTF-8").replace('\\', "/");
    (root, project.may_be_above())
}

#[test]
fn builds_name_the_context() {
    let workflow = |step: &str| format!("jobs:\n  a:\n    steps:\n      - {step}\n");
    let push = |with: &str| workflow(&format!("uses: docker/build-push-action@v6\n        with: {{{with}}}"));
    for (path, text, root) in [
        ("Makefile", "build:\n\tdocker build -f apps/web/Dockerfile .\n", "/repo"),
        ("Makefile", "APP := apps/web\nbuild:\n\t@docker build \\\n\t\t-t web --no-cache $(APP)\n", "/repo/apps/web"),
        ("Makefile", "APP ?= web\nbuild:\n\tdocker build --file=apps/${APP}/Dockerfile .\n", "/repo"),
        ("Makefile", "build-%:\n\tdocker build -t $* -f apps/$*/Dockerfile .\n", "/repo"),
        (
            "apps/web/Makefile",
            "TAG?=a\nbuild:\n\tcd ../.. && docker buildx build -t $(TAG) -f apps/web/Dockerfile .\n",
            "/repo",
        ),
        (
            "apps/web/package.json",
            r#"{"scripts": {"image": "docker build -t web -f Dockerfile ../.. $ARGS"}}"#,
            "/repo",
        ),
        ("scripts/images.sh", "docker build -t web \"apps/web\"\n", "/repo/apps/web"),
        ("build.sh", "ROOT=$(pwd)\npodman build -f \"$ROOT/apps/web/Dockerfile\" .\n", "/repo"),
        (".github/workflows/a.yml", &workflow("run: docker build -f apps/web/Dockerfile ."), "/repo"),
        (
            ".github/workflows/a.yml",
            &workflow("run: docker build .\n        working-directory: apps/web"),
            "/repo/apps/web",
        ),
        (".github/workflows/a.yml", &push("file: apps/web/Dockerfile"), "/repo"),
        (".github/workflows/a.yml", &push("context: ./apps/web"), "/repo/apps/web"),
        (".github/workflows/a.yml", &push("context: '.', file: '${{ matrix.app }}/Dockerfile'"), "/repo"),
        (".github/workflows/a.yml", &push("context: '{{defaultContext}}', file: apps/web/Dockerfile"), "/repo"),
        (".gitlab-ci.yml", "image:\n  script:\n    - docker build -t a -f apps/web/Dockerfile .\n", "/repo"),
        (
            "deployments/docker/docker-compose.ci.yml",
            "services:\n  a:\n    build: {context: ../.., dockerfile: apps/web/Dockerfile}\n",
            "/repo",
        ),
        ("render.yaml", "services:\n  - dockerfilePath: apps/web/Dockerfile\n    dockerContext: .\n", "/repo"),
        (
            "skaffold.yaml",
            "build:\n  artifacts:\n    - image: web\n      context: apps/web\n      docker: {dockerfile: Dockerfile}\n",
            "/repo/apps/web",
        ),
    ] {
        assert_eq!(context(path, text), (root.to_owned(), false), "{path}: {text}");
    }
}

#[test]
fn what_names_no_context() {
    for (path, text) in [
        ("Makefile", "build:\n\tdocker build -f apps/api/Dockerfile .\n"),
        ("Makefile", "build:\n\tdocker build -f apps/web/Dockerfile $(CONTEXT)\n"),
        ("Makefile", "build:\n\tdocker build -f apps/web/Dockerfile https://example.com/a.git\n"),
        ("Makefile", "a:\n\tdocker build -f apps/web/Dockerfile .\nb:\n\tdocker build apps/web\n"),
        ("Makefile", "A = $(A)\nbuild:\n\tdocker build -f $(A) .\n"),
        ("build.sh", "cd \"$1\" && docker build .\n"),
        ("build.sh", "docker build -f \"$1\" .\n"),
        ("build.sh", "echo docker build is slow\n"),
        (".github/workflows/a.yml", "- uses: docker/build-push-action@v6\n  with: {context: '${{ matrix.app }}'}\n"),
        (".github/workflows/a.yml", "run: [docker, build\n"),
        ("docker-compose.ci.yml", "services:\n  a:\n    build: {context: ., dockerfile_inline: FROM node}\n"),
        ("package.json", r#"{"workspaces": ["apps/*"], "scripts": {"image": "docker build -f docs/Dockerfile ."}}"#),
    ] {
        assert_eq!(context(path, text), ("/repo/apps/web".to_owned(), true), "{path}: {text}");
    }
}

#[test]
fn a_context_beside_the_folders_above_the_dockerfile() {
    let files = [
        ("web/package.json", "{}"),
        ("web/src/a.js", ""),
        ("images/web/Makefile", "build-N:\n\tdocker build --file ./Dockerfile.${N} ../../web/\n"),
    ];
    for sources in [&["package*.json", "./src/"][..], &["."]] {
        let project = project_of(&files, "images/web/Dockerfile.3", sources);
        assert_eq!(project.root(), Some(std::path::Path::new("/repo/web")), "{sources:?}");
    }
}
