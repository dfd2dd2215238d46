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
        (
            "docker-bake.hcl",
            "target \"base\" {\n  context = \".\"\n}\ntarget \"web\" {\n  inherits = [\"base\"]\n  dockerfile = \"apps/web/Dockerfile\"\n}\n",
            "/repo",
        ),
        ("bake.prod.hcl", "target \"web\" {\n  context = \"apps/web\"\n}\n", "/repo/apps/web"),
        ("docker-bake.json", r#"{"target": {"web": {"dockerfile": "apps/web/Dockerfile"}}}"#, "/repo"),
        ("infra/stack.yml", "services:\n  a:\n    build: {context: .., dockerfile: apps/web/Dockerfile}\n", "/repo"),
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

/// A root of workspaces with a package that has a lock file, scripts and folders of its own, or not.
#[test]
fn commands_name_the_context() {
    let root = r#"{"workspaces": ["apps/*", "packages/*"], "scripts": {"all": "", "start": ""}}"#;
    let shop = |dependencies: &str| {
        format!(r#"{{"name": "web", "scripts": {{"own": "", "start": ""}}, "dependencies": {{{dependencies}}}}}"#)
    };
    let (above, here, open) = (("/repo", false), ("/repo/apps/web", false), ("/repo/apps/web", true));
    for (dependencies, lock, commands, expected) in [
        ("", "package-lock.json", "RUN npm ci", above),
        ("", "package-lock.json", "RUN npm install", open),
        ("", "apps/web/package-lock.json", "RUN npm ci", here),
        ("", "pnpm-lock.yaml", "RUN pnpm install --frozen-lockfile", above),
        ("", "yarn.lock", "RUN yarn --immutable", above),
        ("", "yarn.lock", "RUN yarn --frozen-lockfile", open),
        (r#""lib": "workspace:*""#, "x", "RUN npm install", above),
        (r#""own": "*""#, "x", "RUN npm install", above),
        (r#""lib": "*""#, "x", "RUN npm install", open),
        (r#""lib": "^1.0.0""#, "x", "RUN npm install", open),
        ("", "x", "RUN npm run build -w web", above),
        ("", "x", "RUN pnpm --filter web build", above),
        ("", "nx.json", "RUN npx nx build web", above),
        ("", "turbo.json", "RUN turbo prune web --docker", above),
        ("", "x", "CMD npm start", open),
        ("", "x", "CMD npm run own", here),
        ("", "x", "RUN npm run all", above),
        ("", "x", "WORKDIR /app/apps/web\nCMD npm run own", above),
        ("", "x", "CMD node apps/web/a.js", above),
        ("", "x", "RUN cd $APP\nCMD npm run own", open),
        ("", "x", "CMD node src/a.js", open),
        ("", "apps/web/lib/b.js", "CMD node lib/b.js", here),
        ("", "packages/x/package.json", "RUN rm -rf packages/x", above),
    ] {
        let shop = shop(dependencies);
        let lib = ("packages/lib/package.json", r#"{"name": "lib", "version": "1.0.0"}"#);
        let own = ("packages/own/package.json", r#"{"name": "own", "version": "1.0.0", "private": true}"#);
        let files =
            [("package.json", root), ("apps/web/package.json", &shop), lib, own, (lock, "{}"), ("src/a.js", "")];
        let files: Vec<_> = files.into_iter().chain([("apps/web/src/a.js", "")]).collect();
        let dockerfile = format!("FROM node\nWORKDIR /app\nCOPY . .\n{commands}\n");
        let project = crate::testing::Case::new().files(&files).at("apps/web/Dockerfile").project(&dockerfile);
        let root = project.root().expect("it is found").to_str().expect("it is UTF-8").replace('\\', "/");
        assert_eq!((root.as_str(), project.may_be_above()), expected, "{dependencies} {lock} {commands}");
        assert_eq!(project.doubt().is_some(), expected.1, "{commands}");
    }
}
