//! What stages hold, from Dockerfiles and the files around them.

use super::{Base, Holding, InstructionId, Model, Scope, StageId, User, Wanted};
use crate::project::Project;
use crate::project::testing::project_with;
use crate::syntax;

/// A small app that compiles TypeScript.
const APP: &[(&str, &str)] = &[
    ("package.json", r#"{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "^5.4.0"}}"#),
    ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {}}"#),
    ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}"#),
    ("src/main.ts", ""),
    ("public/index.html", ""),
];

/// Hands the model of `dockerfile`, in a context of `files`, to `look`.
fn model_of<T>(files: &[(&str, &str)], dockerfile: &str, look: impl FnOnce(&Model<'_>, &Project) -> T) -> T {
    let project = project_with(files);
    let parse = syntax::parse(dockerfile);
    assert!(parse.errors.is_empty(), "{:?}", parse.errors);
    look(&Model::build(dockerfile, &parse.dockerfile, &project, Wanted::Likely), &project)
}

/// The entries of the production stage, caches left out: `path kind detail`.
fn ships(files: &[(&str, &str)], dockerfile: &str) -> Vec<String> {
    model_of(files, dockerfile, |model, _| {
        let entries = &model.production_stage().expect("a stage").contents.entries;
        entries
            .iter()
            .filter(|it| !matches!(it.holding, Holding::Cache(_)))
            .map(|it| described(&it.path, &it.holding))
            .collect()
    })
}

fn described(path: &str, holding: &Holding) -> String {
    let what = match holding {
        Holding::ContextFolder(it) => format!("folder {it}"),
        Holding::ContextFile(it) => format!("file {it}"),
        Holding::NodeModules(it) => format!("modules {:?} of {}", it.scope, it.app.as_deref().unwrap_or("?")),
        Holding::Output { path, .. } => format!("output {path}"),
        Holding::UnknownOutput { .. } => "some output".to_owned(),
        Holding::Cache(it) => format!("cache {it:?}"),
        Holding::Unknown => "unknown".to_owned(),
    };
    format!("{path}: {}", what.trim_end())
}

/// `dockerfile` ships `expected`.
#[track_caller]
fn check(dockerfile: &str, expected: &[&str]) {
    assert_eq!(ships(APP, dockerfile), expected, "\n{dockerfile}");
}

#[test]
fn copies_from_the_context() {
    check("FROM node:20\nWORKDIR /app\nCOPY . .\n", &["/app: folder"]);
    check(
        "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\n",
        &["/app/package-lock.json: file package-lock.json", "/app/package.json: file package.json"],
    );
    check("FROM node:20\nCOPY src /app/code\n", &["/app/code: folder src"]);
    check("FROM node:20\nCOPY tsconfig.json /app/other.json\n", &["/app/other.json: file tsconfig.json"]);
    check("FROM node:20\nARG D=/srv\nWORKDIR $D/x\nCOPY src ./src\n", &["/srv/x/src: folder src"]);
    check("FROM node:20\nCOPY prebuilt /app/prebuilt\n", &["/app/prebuilt: unknown"]);
}

#[test]
fn installs_follow_the_matrix() {
    let modules = |image: &str, run: &str| {
        let dockerfile = format!("FROM {image}\nWORKDIR /app\nCOPY package*.json ./\n{run}\n");
        ships(APP, &dockerfile).into_iter().find(|it| it.contains("modules")).unwrap_or_default()
    };
    for (image, run, scope) in [
        ("node:20", "RUN npm ci", "All"),
        ("node:20", "RUN npm ci --omit=dev", "Production"),
        ("node:14", "RUN npm ci --omit=dev", "All"),
        ("node:14", "RUN npm install -g npm@9 && npm ci --omit=dev", "Production"),
        ("node:20", "ENV NODE_ENV=production\nRUN npm ci", "Production"),
        ("node:20", "ARG NODE_ENV=production\nRUN npm ci", "Production"),
        ("node:20", "ARG NODE_ENV\nRUN npm ci", "Unknown"),
        ("node:20", "ENV NODE_ENV=production\nRUN NODE_ENV=development npm ci", "All"),
        ("node:20", "RUN npm ci && npm prune --omit=dev", "Production"),
        ("node:20", "RUN npm ci && if [ -n \"$X\" ]; then npm prune --omit=dev; fi", "Unknown"),
        ("node:20", "RUN npm ci || npm install", "All"),
        ("node:20", "RUN if [ \"$E\" = dev ]; then npm ci; else npm ci --omit=dev; fi", "Unknown"),
    ] {
        assert_eq!(modules(image, run), format!("/app/node_modules: modules {scope} of"), "{run}");
    }
}

#[test]
fn alternatives_are_the_apps_manager() {
    let run = "RUN if [ -f yarn.lock ]; then yarn --production; elif [ -f package-lock.json ]; then npm ci; fi";
    let dockerfile = format!("FROM node:20\nWORKDIR /app\nCOPY package*.json ./\n{run}\n");
    let modules = ships(APP, &dockerfile).into_iter().find(|it| it.contains("modules"));
    assert_eq!(modules.as_deref(), Some("/app/node_modules: modules All of"));
}

#[test]
fn copies_between_stages() {
    let build =
        "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM node:20-slim\nWORKDIR /srv\n";
    for (copy, expected) in [
        ("COPY --from=build /app/node_modules ./node_modules", &["/srv/node_modules: modules All of"][..]),
        ("COPY --from=build /app/dist ./dist", &["/srv/dist: output dist"]),
        ("COPY --from=0 /app/dist/ ./", &["/srv: output dist"]),
        ("COPY --from=build /app/public ./public", &["/srv/public: folder public"]),
        ("COPY --from=build /app/package.json .", &["/srv/package.json: file package.json"]),
        ("COPY --from=build /app .", &["/srv: folder", "/srv/node_modules: modules All of", "/srv/dist: output dist"]),
        ("COPY --from=build --exclude=node_modules /app .", &["/srv: folder", "/srv/dist: output dist"]),
        ("COPY --from=nginx:1 /etc/nginx /etc/nginx", &["/etc/nginx: unknown"]),
    ] {
        check(&format!("{build}{copy}\n"), expected);
    }
}

#[test]
fn commands_move_and_remove() {
    let start = "FROM node:20\nWORKDIR /app\nCOPY package.json .\n";
    for (run, expected) in [
        ("RUN npm ci && rm -rf node_modules", &["/app/package.json: file package.json"][..]),
        (
            "RUN npm ci --omit=dev && cp -R node_modules /prod && npm ci",
            &[
                "/app/package.json: file package.json",
                "/prod: modules Production of",
                "/app/node_modules: modules All of",
            ],
        ),
        ("RUN npm ci && mv node_modules /nm", &["/app/package.json: file package.json", "/nm: modules All of"]),
        (
            "RUN (mkdir sub && cd sub && npm ci) && npm ci",
            &[
                "/app/package.json: file package.json",
                "/app/sub/node_modules: modules Unknown of ?",
                "/app/node_modules: modules All of",
            ],
        ),
        (
            "RUN npm ci --prefix web",
            &["/app/package.json: file package.json", "/app/web/node_modules: modules Unknown of ?"],
        ),
    ] {
        check(&format!("{start}{run}\n"), expected);
    }
}

#[test]
fn the_production_stage() {
    for (dockerfile, name, reason) in [
        ("FROM a\nFROM b AS runner\n", "runner", "the last stage"),
        ("FROM a AS prod\nFROM b AS dev\n", "prod", "its name says so, and the last stage's says development"),
        ("FROM a AS build\nFROM b AS dev-envs\n", "dev-envs", "the last stage"),
    ] {
        model_of(&[], dockerfile, |model, _| {
            let production = model.production.as_ref().expect("a stage");
            assert_eq!(model.stages[production.stage].name.as_deref(), Some(name), "{dockerfile}");
            assert_eq!(production.reason, reason);
        });
    }
}

#[test]
fn a_compose_target_for_development_does_not_ship() {
    for (target, name) in [("build", "build"), ("dev", "main")] {
        let compose = format!("services:\n  web:\n    build: {{context: ., target: {target}}}\n");
        model_of(&[("compose.yaml", &compose)], "FROM a AS dev\nFROM a AS build\nFROM b AS main\n", |model, _| {
            assert_eq!(model.production_stage().and_then(|it| it.name.as_deref()), Some(name));
        });
    }
}

#[test]
fn other_stages_that_ship() {
    const DOCKERFILE: &str = "FROM node:22 AS base\nFROM base AS api\nCMD a\nFROM base AS worker\nCMD b\nFROM base AS dev\nCMD c\nFROM base AS builder\nCMD d\nFROM base AS idle\nFROM base AS web\nCMD e\n";
    let compose =
        |target: &str| format!("services:\n  a:\n    build: {{context: ., target: {target}}}\n  b:\n    build: .\n");
    let workflow = |target: &str| format!("jobs:\n  a:\n    steps:\n      - run: docker build --target {target} .\n");
    for (path, text, expected) in [
        ("compose.yaml", compose("worker"), "worker: `compose.yaml` builds the target `worker`"),
        ("docker-compose.prod.yml", compose("API"), "api: `docker-compose.prod.yml` builds the target `API`"),
        ("docker-compose.test.yml", compose("worker"), ""),
        (".github/workflows/a.yml", workflow("worker"), "worker: `.github/workflows/a.yml` builds the target `worker`"),
        ("compose.yaml", compose("dev"), ""),
        ("compose.yaml", compose("builder"), ""),
        ("compose.yaml", compose("idle"), ""),
        ("compose.yaml", compose("web"), ""),
        ("compose.yaml", compose("nobody"), ""),
        (
            "Makefile",
            "a:\n\tdocker build --target worker .\n".to_owned(),
            "worker: `Makefile` builds the target `worker`",
        ),
        (
            "docker-bake.hcl",
            "target \"a\" {\n  target = \"worker\"\n}\n".to_owned(),
            "worker: `docker-bake.hcl` builds the target `worker`",
        ),
    ] {
        model_of(&[(path, &text), (".git/HEAD", "")], DOCKERFILE, |model, project| {
            let found = model.also_shipping(&[], project);
            let found: Vec<String> =
                found.iter().map(|it| format!("{}: {}", model.name_of(it.stage), it.reason)).collect();
            assert_eq!(found.join("\n"), expected, "{path}: {text}");
        });
    }
}

#[test]
fn targets_of_bake_files() {
    let dockerfile = "FROM node:22 AS jobs\nCMD a\nFROM node:22 AS web\nCMD c\nFROM node:22 AS api\nCMD b\n";
    for (bake, expected) in [
        ("target \"a\" {\n  args = {\n    X = \"1\"\n  }\n  target = \"jobs\"\n}\n", "jobs"),
        ("target \"a\" {\n  args = { target = \"web\" }\n  target = \"jobs\" # \"web\"\n}\n", "jobs"),
        (
            "target \"a\" {\n  matrix = { it = [\n    \"jobs\",\n    \"web\"\n  ] }\n  name = it\n  target = it\n}\n",
            "jobs web",
        ),
        ("target \"a\" {\n  matrix = {\n    it = [\"jobs\"]\n  }\n  target = \"${it}\"\n}\n", "jobs"),
        (
            "target \"b\" { target = \"web\" }\ntarget \"a\" {\n  inherits = [\n    \"b\"\n  ]\n  target = WHICH\n}\n",
            "web",
        ),
        ("target \"a\" {\n  target = DEBUG ? \"jobs\" : \"api\"\n}\n", ""),
        ("target \"a\" {\n  dockerfile-inline = <<EOT\nFROM node AS jobs\nEOT\n  target = \"jobs\"\n}\n", ""),
    ] {
        model_of(&[("docker-bake.hcl", bake), (".git/HEAD", "")], dockerfile, |model, project| {
            let found = model.also_shipping(&[], project);
            let found: Vec<String> = found.iter().map(|it| model.name_of(it.stage)).collect();
            assert_eq!(found.join(" "), expected, "{bake}");
        });
    }
    let json = r#"{"target": {"a": {"matrix": {"it": ["jobs", "api"]}, "target": "${it}"}}}"#;
    model_of(&[("docker-bake.json", json), (".git/HEAD", "")], dockerfile, |model, project| {
        let found = model.also_shipping(&[], project);
        assert_eq!(found.iter().map(|it| model.name_of(it.stage)).collect::<Vec<_>>(), ["jobs"]);
    });
}

#[test]
fn builds_outweigh_a_last_stage_for_development() {
    let bake =
        "target \"api\" { target = \"api\" }\ntarget \"jobs\" {\n  inherits = [\"api\"]\n  target = \"jobs\"\n}\n";
    let dockerfile = "FROM node:22 AS jobs\nCMD a\nFROM node:22 AS api\nCMD b\nFROM node:22 AS dev\nCMD c\n";
    for (files, expected) in [(&[][..], "dev"), (&[("docker-bake.hcl", bake)], "api jobs")] {
        model_of(files, dockerfile, |model, project| {
            let others = model.also_shipping(&[], project);
            let all = model.production.iter().chain(&others).map(|it| model.name_of(it.stage));
            assert_eq!(all.collect::<Vec<_>>().join(" "), expected);
        });
    }
}

#[test]
fn configuration_says_what_ships() {
    let compose = "services:\n  a:\n    build: {context: ., target: worker}\n";
    let dockerfile = "FROM node:22 AS api\nCMD a\nFROM node:22 AS worker\nCMD b\nFROM node:22 AS web\nCMD c\n";
    for (targets, expected) in [(&["web"][..], ""), (&["web", "api"], "api"), (&["web", "0", "nobody", "api"], "api")] {
        model_of(&[("compose.yaml", compose)], dockerfile, |model, project| {
            let targets: Vec<String> = targets.iter().map(|it| (*it).to_owned()).collect();
            let found: Vec<String> =
                model.also_shipping(&targets, project).iter().map(|it| model.name_of(it.stage)).collect();
            assert_eq!(found.join(" "), expected, "{targets:?}");
        });
    }
}

#[test]
fn users_and_commands_carry_on() {
    let dockerfile = "FROM node:20 AS base\nUSER node\nCMD [\"x\"]\nFROM base\nENTRYPOINT [\"y\"]\n";
    model_of(&[], dockerfile, |model, _| {
        let contents = &model.stages[StageId::new(1)].contents;
        assert_eq!(model.stages[StageId::new(1)].base, Base::Stage(StageId::new(0)));
        assert_eq!(contents.user.value, User::Named("node".to_owned()));
        assert_eq!(contents.user.by, Some(InstructionId::new(1)));
        assert_eq!(
            (contents.cmd, contents.cmd_dropped, contents.entrypoint),
            (None, true, Some(InstructionId::new(4)))
        );
    });
}

#[test]
fn installs_know_their_surroundings() {
    let dockerfile = "FROM node:20\nENV NODE_ENV=production\nWORKDIR /app\nCOPY package.json .\nRUN npm install\nCOPY . .\nRUN npm ci\n";
    model_of(APP, dockerfile, |model, project| {
        let [first, second] = model.installs.as_slice() else { panic!("{:?}", model.installs) };
        assert_eq!((first.lock_present, first.sources_present), (Some(false), false));
        assert_eq!((second.lock_present, second.sources_present), (Some(true), true));
        assert_eq!((first.node_env.as_deref(), first.node_env_by), (Some("production"), Some(InstructionId::new(1))));
        assert_eq!((second.major, second.app.as_deref()), (Some(10), Some("")));
        assert!(model.stages[StageId::new(0)].contents.holds_sources(project).is_some());
        assert_eq!(first.scope, Scope::Production);
    });
}

#[test]
fn what_runs_node() {
    for (dockerfile, expected) in [
        ("FROM node:20\n", true),
        ("FROM nginx\nCOPY src /usr/share/nginx/html\n", false),
        ("FROM alpine\nRUN apk add --no-cache nodejs\nCMD [\"node\", \"x.js\"]\n", true),
        ("FROM public.ecr.aws/lambda/nodejs:20\nCMD [\"x.handler\"]\n", false),
        ("FROM golang:1\nCMD [\"server\"]\n", false),
        ("FROM gcr.io/distroless/nodejs22-debian12\nCMD [\"x.js\"]\n", true),
        ("FROM node:20\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n", false),
        ("FROM node:20\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"python3\", \"-m\", \"http.server\"]\n", false),
        ("FROM node:20\nCMD envsubst < a > b && exec nginx\n", false),
        ("FROM node:20\nCMD nginx && node server.js\n", true),
        ("FROM node:20\nCMD nginx && ./run\n", true),
        ("FROM node:20\nENTRYPOINT [\"./run\"]\nCMD [\"nginx\"]\n", true),
    ] {
        model_of(APP, dockerfile, |model, _| assert_eq!(model.ships_node(), expected, "{dockerfile}"));
    }
}

#[test]
fn stages_that_only_hand_files_out_run_no_node() {
    let build = "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
    for (last, expected) in [
        ("FROM scratch\nCOPY --from=build /app/node_modules /node_modules\n", false),
        ("FROM alpine\nWORKDIR /out\nCOPY --from=build /app .\n", false),
        ("FROM nginx\nCOPY --from=build /app /usr/share/nginx/html\n", false),
        ("FROM node:20\nCOPY --from=build /app/dist /dist\n", false),
        ("FROM node:20\nCOPY --from=build /app/node_modules /dist\n", true),
        ("FROM node:20\nCOPY --from=build /app/dist /dist\nEXPOSE 80\n", true),
        ("FROM node:20\nCOPY --from=build /app/dist /dist\nCMD [\"node\", \"/dist/x.js\"]\n", true),
        ("FROM alpine\nRUN apk add nodejs\nCOPY --from=build /app /app\n", true),
        ("FROM example.test/own\nCOPY --from=build /app /app\n", true),
        ("FROM build\n", true),
    ] {
        model_of(APP, &format!("{build}\n{last}"), |model, _| assert_eq!(model.ships_node(), expected, "{last}"));
    }
}

#[test]
fn packages_and_users_are_noted() {
    let dockerfile = "FROM node:20-alpine\nRUN apk add --no-cache --virtual .build python3 make=1.2 && apk add tini && apk del .build\nRUN addgroup -S app && adduser -S -D -H -u 1001 -G app app\nRUN npm install -g pm2@5\n";
    model_of(&[], dockerfile, |model, _| {
        let contents = &model.stages[StageId::new(0)].contents;
        let names = |of: &[(String, InstructionId)]| of.iter().map(|(it, _)| it.clone()).collect::<Vec<_>>();
        assert_eq!(names(&contents.system_packages), ["tini"]);
        assert_eq!(names(&contents.users), ["app"]);
        assert_eq!(names(&contents.global_packages), ["pm2"]);
    });
}

#[test]
fn an_unread_context_is_doubted() {
    let dockerfile = "FROM node:20\nWORKDIR /app\nCOPY package*.json yarn.lock* ./\nRUN npm ci\nRUN yarn\n";
    let parse = syntax::parse(dockerfile);
    let project = Project::unknown(std::sync::Arc::new(()));
    let model = Model::build(dockerfile, &parse.dockerfile, &project, Wanted::Configured("nobody"));
    let locks: Vec<_> = model.installs.iter().map(|it| (it.app.as_deref(), it.lock_present)).collect();
    assert_eq!(locks, [(Some(""), None), (Some(""), None)]);
    assert!(model.target_missing);
}

#[test]
fn names_mean_the_nearest_stage_before() {
    let dockerfile = "ARG A\nFROM node AS build\nFROM node AS Build\nRUN true\nFROM node AS last\n";
    model_of(APP, dockerfile, |model, _| {
        for (name, before, expected) in [
            ("BUILD", 3, Some(1)),
            ("build", 1, Some(0)),
            ("build", 0, None),
            ("1", 2, Some(1)),
            ("1", 1, None),
            ("0", 2, Some(0)),
            ("last", 3, Some(2)),
            ("other", 3, None),
        ] {
            assert_eq!(
                model.stage_named(name, StageId::new(before)),
                expected.map(StageId::new),
                "{name} before {before}"
            );
        }
        assert_eq!(
            [0, 1, 2, 3, 4].map(|it| Some(model.stage_of(InstructionId::new(it))?.index())),
            [None, Some(0), Some(1), Some(1), Some(2)]
        );
    });
}

const PNPM: &[(&str, &str)] = &[
    ("package.json", "{}"),
    ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
    ("pnpm-workspace.yaml", "packages:\n  - apps/*\n  - packages/*\n"),
    ("turbo.json", "{}"),
    (
        "apps/api/package.json",
        r#"{"name": "@x/api", "scripts": {"build": "tsc"}, "dependencies": {"@x/lib": "workspace:*"}}"#,
    ),
    ("apps/web/package.json", r#"{"name": "@x/web", "scripts": {"build": "tsc"}}"#),
    ("packages/lib/package.json", r#"{"name": "@x/lib", "scripts": {"build": "tsc"}}"#),
];

#[test]
fn builds_by_pnpms_filters() {
    for (filter, expected) in [
        ("--filter @x/api", &["apps/api"][..]),
        ("--filter @x/api...", &["packages/lib", "apps/api"]),
        ("-F api...", &["packages/lib", "apps/api"]),
        ("-F '@x/api^...'", &["packages/lib"]),
        ("--filter './apps/*'", &["apps/api", "apps/web"]),
        ("--filter '@x/*'", &["apps/api", "apps/web", "packages/lib"]),
        ("--filter ...@x/lib", &["?"]),
        ("--filter '[main]'", &["?"]),
    ] {
        let dockerfile = format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN pnpm {filter} build\n");
        let built: Vec<String> = model_of(PNPM, &dockerfile, |model, _| {
            model.builds.iter().map(|it| it.app.clone().unwrap_or_else(|| "?".to_owned())).collect()
        });
        assert_eq!(built, expected, "{filter}");
    }
}

#[test]
fn turbo_prune_leaves_out_what_a_package_does_not_need() {
    let dockerfile = "FROM node:22 AS all\nWORKDIR /app\nCOPY . .\nRUN turbo prune @x/api --docker\nFROM node:22\nWORKDIR /app\nCOPY --from=all /app/out/json/ .\nCOPY --from=all /app/out/full/ .\n";
    let found = model_of(PNPM, dockerfile, |model, project| {
        let contents = &model.production_stage().expect("a stage").contents;
        ["apps/api", "apps/web", "packages/lib"]
            .map(|it| contents.holds_file(project, &format!("/app/{it}/package.json")))
    });
    assert_eq!(found, [Some(true), Some(false), Some(true)]);
}

#[test]
fn pnpm_finds_the_root_without_a_package_json() {
    let dockerfile = "FROM node:22\nWORKDIR /app/apps/api\nCOPY pnpm-lock.yaml pnpm-workspace.yaml /app/\nCOPY apps/api/package.json ./\nRUN pnpm install --frozen-lockfile\n";
    let found =
        |text: &str| model_of(PNPM, text, |model, _| model.installs.iter().next().and_then(|it| it.lock_present));
    assert_eq!(found(dockerfile), Some(true));
    assert_eq!(found(&dockerfile.replace(" pnpm-workspace.yaml", "")), Some(false));
}
