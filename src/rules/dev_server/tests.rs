//! Development servers and what takes their place.

use super::DEV_SERVER;
use crate::testing::{Case, check_clean, check_held_back, check_unsafe_fix};

fn dockerfile(build: &str, start: &str) -> String {
    format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n{build}CMD {start}\n")
}

fn package(scripts: &str) -> String {
    format!(r#"{{"scripts": {{{scripts}}}, "devDependencies": {{"typescript": "5"}}}}"#)
}

const LOCK: (&str, &str) = ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {}}"#);
const TSCONFIG: (&str, &str) =
    ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}"#);

/// `start` of an app with these scripts becomes `expected`, with `step` above it.
#[track_caller]
fn starts(scripts: &str, start: &str, step: &str, expected: &str) {
    let package = package(scripts);
    let files = [
        ("package.json", package.as_str()),
        TSCONFIG,
        ("src/server.ts", ""),
        ("src/main.ts", ""),
        ("server.js", ""),
        LOCK,
    ];
    check_unsafe_fix(&DEV_SERVER, &files, &dockerfile("", start), &dockerfile(step, expected));
}

#[test]
fn what_the_watcher_runs() {
    starts(r#""dev": "nodemon server.js""#, r#"["npm", "run", "dev"]"#, "", r#"["node", "server.js"]"#);
    starts("", r#"["npx", "nodemon", "-L", "server"]"#, "", r#"["node", "server"]"#);
    starts(r#""start": "node --watch server.js 80""#, "npm start", "", r#"["node", "server.js", "80"]"#);
}

#[test]
fn what_the_build_makes_of_it() {
    let build = "RUN npm run build\n";
    for dev in [
        "tsx watch src/server.ts",
        "nodemon src/server.ts",
        "ts-node-dev --respawn src/server.ts",
        "tsc-watch --onSuccess 'node dist/server.js'",
        "tsc && nodemon ./dist/server.js",
    ] {
        let scripts = format!(r#""dev": "{dev}", "build": "tsc""#);
        let expected =
            if dev.starts_with("tsc &") { r#"["node", "./dist/server.js"]"# } else { r#"["node", "dist/server.js"]"# };
        starts(&scripts, r#"["npm", "run", "dev"]"#, build, expected);
    }
    starts(
        r#""start": "nest start", "build": "nest build""#,
        r#"["npm", "start"]"#,
        build,
        r#"["node", "dist/main.js"]"#,
    );
}

#[test]
fn the_script_for_production() {
    let build = "RUN npm run build\n";
    let scripts = r#""dev": "nodemon", "start:prod": "node dist/server.js", "build": "tsc""#;
    starts(scripts, r#"["npm", "run", "dev"]"#, build, r#"["node", "dist/server.js"]"#);
    let scripts = r#""dev": "next dev", "start": "next start", "build": "next build""#;
    starts(scripts, r#"["npm", "run", "dev"]"#, build, r#"["npm", "start"]"#);
}

#[test]
fn a_build_that_is_there_is_not_repeated() {
    let package = package(r#""dev": "tsx watch src/server.ts", "build": "tsc""#);
    let files = [("package.json", package.as_str()), TSCONFIG, ("src/server.ts", "")];
    let before = dockerfile("RUN npm run build\n", r#"["npm", "run", "dev"]"#);
    check_unsafe_fix(
        &DEV_SERVER,
        &files,
        &before,
        &before.replace(r#"["npm", "run", "dev"]"#, r#"["node", "dist/server.js"]"#),
    );
}

const VITE: &str = r#""dev": "vite --host", "build": "vite build", "preview": "vite preview""#;
const PAGE: (&str, &str) = ("index.html", "");

fn server(port: u16) -> String {
    format!(
        "FROM nginxinc/nginx-unprivileged:stable-alpine\nCOPY <<'EOF' /etc/nginx/conf.d/default.conf\nserver {{\n    listen {port};\n    root /usr/share/nginx/html;\n    location / {{\n        try_files $uri /index.html;\n    }}\n}}\nEOF\n\n"
    )
}

#[test]
fn a_site() {
    let package = package(VITE);
    let files = [("package.json", package.as_str()), PAGE, LOCK];
    let head = "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n\n";
    let copy = "COPY --from=build /app/dist /usr/share/nginx/html\n";
    let dev = dockerfile("", r#"["npm", "run", "dev"]"#);
    check_unsafe_fix(&DEV_SERVER, &files, &dev, &format!("{head}{}{copy}EXPOSE 5173\n", server(5173)));
    // The preview listens inside of the container only: EXPOSE says where it was meant to.
    let preview = dockerfile("RUN npm run build\n", r#"["npm", "run", "preview"]"#)
        .replace("CMD", "# Where it listens\nEXPOSE 3000\n# Look at it\nCMD");
    let expected = format!("{head}{}# Look at it\n{copy}# Where it listens\nEXPOSE 3000\n", server(3000));
    check_unsafe_fix(&DEV_SERVER, &files, &preview, &expected);
}

/// A USER below all that builds says who the container runs as, and nginx has a user of its own.
#[test]
fn a_site_with_a_user() {
    let package = package(VITE);
    let files = [("package.json", package.as_str()), PAGE, LOCK];
    let dev = dockerfile("", r#"["npm", "run", "dev"]"#);
    let below = dev.replace("CMD", "USER node\nCMD");
    let head = "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n\n";
    let copy = "COPY --from=build /app/dist /usr/share/nginx/html\n";
    check_unsafe_fix(&DEV_SERVER, &files, &below, &format!("{head}{}{copy}EXPOSE 5173\n", server(5173)));
    let above = dev.replace("RUN npm ci", "USER node\nRUN npm ci");
    check_held_back(&DEV_SERVER, &files, &above, "the build would not run as root");
}

#[test]
fn a_build_that_nobody_has_tried() {
    let package = package(VITE);
    let dev = dockerfile("", r#"["npm", "run", "dev"]"#);
    let reason = "without a lock file in the stage, whether the app can be built changes from day to day";
    check_held_back(&DEV_SERVER, &[("package.json", &package), PAGE], &dev, reason);
}

#[test]
fn variables_that_compose_gives_are_built_in() {
    let package = package(VITE);
    let compose =
        "services:\n  web:\n    build: .\n    environment:\n      - VITE_API=http://localhost:5000\n      - OTHER=1\n";
    let files = [("package.json", package.as_str()), PAGE, LOCK, ("compose.yaml", compose)];
    let dev = dockerfile("", r#"["npm", "run", "dev"]"#);
    let head = "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nARG VITE_API=http://localhost:5000\nRUN npm run build\n\n";
    let copy = "COPY --from=build /app/dist /usr/share/nginx/html\n";
    check_unsafe_fix(&DEV_SERVER, &files, &dev, &format!("{head}{}{copy}EXPOSE 5173\n", server(5173)));
}

#[test]
fn a_site_that_is_more() {
    let package = package(VITE);
    let dev = dockerfile("", r#"["npm", "run", "dev"]"#);
    let files = [("package.json", package.as_str()), PAGE, LOCK];
    let with = |file| [files[0], PAGE, LOCK, file];
    let held = |file, dockerfile: &str, reason| check_held_back(&DEV_SERVER, &with(file), dockerfile, reason);
    held(("vite.config.js", "export default { server: { proxy: f() } }"), &dev, "`vite.config.js` sets `proxy`");
    let compose = |more: &str| format!("services:\n  web:\n    build: .\n{more}");
    let env = compose("    environment: {VITE_API: '${API}'}\n");
    held(("compose.yaml", &env), &dev, "`compose.yaml:2` gives `VITE_API` to the container, after the build");
    let volume = dev.replace("CMD", "VOLUME /data\nCMD");
    held(PAGE, &volume, "what VOLUME is for without Node is not known");
}

#[test]
fn a_compiler_without_a_script() {
    let dev = r#""start": "nodemon dist/server.js", "dev": "tsc-watch --onSuccess \"npm start\"""#;
    starts(dev, r#"["npm", "run", "dev"]"#, "RUN npx tsc\n", r#"["node", "dist/server.js"]"#);
}

#[test]
fn what_nodemon_sets_itself() {
    let package = package(r#""dev": "nodemon server.js""#);
    let dev = dockerfile("", r#"["npm", "run", "dev"]"#);
    let with = |settings| [("package.json", package.as_str()), ("server.js", ""), ("nodemon.json", settings)];
    let reason = "`nodemon.json` sets `env`, which is lost without `nodemon`";
    check_held_back(&DEV_SERVER, &with(r#"{"env": {"PORT": "80"}}"#), &dev, reason);
    check_unsafe_fix(&DEV_SERVER, &with(r#"{"ignore": ["a"]}"#), &dev, &dockerfile("", r#"["node", "server.js"]"#));
}

#[test]
fn sources_that_a_compose_file_mounts() {
    let package = package(r#""dev": "nodemon server.js""#);
    let compose = "services:\n  web:\n    build: .\n    volumes: ['.:/app']\n";
    let files = [("package.json", package.as_str()), ("server.js", ""), ("compose.yaml", compose)];
    let dev = dockerfile("", r#"["npm", "run", "dev"]"#);
    check_held_back(&DEV_SERVER, &files, &dev, "`compose.yaml:2` mounts the sources at `/app`, as for development");
    check_unsafe_fix(&DEV_SERVER, &files, &dev, &dockerfile("", r#"["node", "server.js"]"#));
}

#[test]
fn what_is_none() {
    let package = package(r#""start": "node server.js", "dev": "nodemon server.js""#);
    let files = [("package.json", package.as_str()), ("server.js", "")];
    check_clean(&DEV_SERVER, &files, &dockerfile("", r#"["npm", "start"]"#));
    check_held_back(
        &DEV_SERVER,
        &files,
        &dockerfile("", r#"["npm", "run", "watch:dev"]"#),
        "package.json has no script `watch:dev`",
    );
}

/// A preview reads `.env`; what the build makes, started by `node`, does not.
#[test]
fn the_variables_of_a_preview() {
    let package = r#"{"type": "module", "scripts": {"build": "astro build", "start": "astro preview"}, "dependencies": {"astro": "^5.0.0", "@astrojs/node": "^9.0.0"}}"#;
    let config = "import node from '@astrojs/node';\nexport default { output: 'server', adapter: node({ mode: 'standalone' }) };\n";
    let files = [
        ("package.json", package),
        ("astro.config.mjs", config),
        ("src/pages/index.astro", "<p>a</p>\n"),
        (".env", "A=1\n"),
    ];
    let start = dockerfile("RUN npm run build\n", r#"["npm", "start"]"#);
    let preview = "a preview may set variables that the server itself does not";
    for (files, reason) in [
        (&files[..3], preview.to_owned()),
        (&files[..], format!("{preview}; it reads no `.env`, as the command of old may")),
    ] {
        let found = Case::of(&DEV_SERVER).files(files).check(&start);
        assert!(found[0].held_back.as_ref().is_some_and(|it| it.starts_with(&reason)), "{found:?}");
    }
}
