//! Users, and what they must own.

use super::ROOT_USER;
use crate::diagnostic::Severity;
use crate::testing::{Case, check_clean, check_fix, check_held_back, check_unsafe_fix};

const PACKAGE: (&str, &str) = ("package.json", r#"{"scripts": {"start": "node server.js"}}"#);
const SERVER: (&str, &str) = ("server.js", "require('http').createServer().listen(3000)\n");

fn dockerfile(end: &str) -> String {
    format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\n{end}")
}

fn server(text: &'static str) -> [(&'static str, &'static str); 2] {
    [PACKAGE, ("server.js", text)]
}

#[test]
fn above_the_start_and_its_comment() {
    check_fix(
        &ROOT_USER,
        &[PACKAGE, SERVER],
        &dockerfile("EXPOSE 3000\n\n# the app\nCMD [\"node\", \"server.js\"]\n"),
        &dockerfile("EXPOSE 3000\n\nUSER node\n# the app\nCMD [\"node\", \"server.js\"]\n"),
    );
}

#[test]
fn at_the_end_without_a_newline() {
    check_fix(
        &ROOT_USER,
        &[PACKAGE, SERVER],
        &dockerfile("CMD [\"node\", \"server.js\"]\nRUN chmod -R a+rX ."),
        &dockerfile("CMD [\"node\", \"server.js\"]\nRUN chmod -R a+rX .\nUSER node"),
    );
}

#[test]
fn after_a_root_that_was_asked_for() {
    for (before, after) in [
        ("USER root\nRUN apk add git\nCMD npm start\n", "USER root\nRUN apk add git\nUSER node\nCMD npm start\n"),
        ("USER root\nEXPOSE 3000\nCMD npm start\n", "USER node\nEXPOSE 3000\nCMD npm start\n"),
        ("ARG WHO=root\nUSER $WHO\nCMD npm start\n", "ARG WHO=node\nUSER $WHO\nCMD npm start\n"),
        ("ENV WHO=root\nUSER $WHO\nCMD npm start\n", "ENV WHO=root\nUSER node\nCMD npm start\n"),
        ("# For ping\nUSER root\nCMD npm start\n", "# For ping\nUSER root\nUSER node\nCMD npm start\n"),
    ] {
        check_fix(&ROOT_USER, &[PACKAGE, SERVER], &dockerfile(before), &dockerfile(after));
    }
}

#[test]
fn a_user_that_the_stage_creates() {
    check_fix(
        &ROOT_USER,
        &[PACKAGE, SERVER],
        &dockerfile("RUN groupadd app && useradd -g app app\nCMD [\"node\", \"server.js\"]\n"),
        &dockerfile("RUN groupadd app && useradd -g app app\nUSER app\nCMD [\"node\", \"server.js\"]\n"),
    );
}

#[test]
fn a_folder_that_is_written_to() {
    check_fix(
        &ROOT_USER,
        &server("const fs = require('fs');\nfs.mkdirSync('uploads');\n"),
        &dockerfile("VOLUME /data\nCMD [\"node\", \"server.js\"]\n"),
        &dockerfile(
            "VOLUME /data\nRUN mkdir -p uploads && chown node:node uploads\nUSER node\nCMD [\"node\", \"server.js\"]\n",
        ),
    );
}

#[test]
fn a_folder_among_those_of_the_system() {
    let app = |path: &str| {
        let text = "const fs = require('fs');\nconst file = process.env.DB || 'PATH/a.db';\n\
            fs.mkdirSync(require('path').dirname(file));\nfs.writeFileSync(file, '');\n";
        text.replace("PATH", path)
    };
    let before = dockerfile("CMD [\"node\", \"server.js\"]\n");
    let after = |path: &str| {
        let steps = format!("RUN mkdir -p {path} && chown node:node {path}\nUSER node\n");
        dockerfile(&format!("{steps}CMD [\"node\", \"server.js\"]\n"))
    };
    for path in ["/data", "/var/lib/todos"] {
        check_fix(&ROOT_USER, &[PACKAGE, ("server.js", &app(path))], &before, &after(path));
    }
    check_unsafe_fix(&ROOT_USER, &[PACKAGE, ("server.js", &app("/etc/todos"))], &before, &after("/etc/todos"));
    let chowns_app = before.replace("COPY .", "COPY --chown=node:node .");
    let chowns_app = chowns_app.replace("CMD", "RUN chown node:node .\nUSER node\nCMD");
    for path in ["/etc", "/var/lib/apt", "/usr/local"] {
        check_unsafe_fix(&ROOT_USER, &[PACKAGE, ("server.js", &app(path))], &before, &chowns_app);
    }
}

#[test]
fn a_volume_comes_after_its_folder() {
    check_fix(
        &ROOT_USER,
        &server("require('fs').mkdirSync('uploads');\n"),
        &dockerfile("VOLUME /app/uploads\nCMD [\"node\", \"server.js\"]\n"),
        &dockerfile(
            "RUN mkdir -p uploads && chown node:node uploads\nVOLUME /app/uploads\nUSER node\nCMD [\"node\", \"server.js\"]\n",
        ),
    );
}

#[test]
fn a_volume_whose_folder_is_made_after_it() {
    check_unsafe_fix(
        &ROOT_USER,
        &server("require('an-unknown-package');\n"),
        &dockerfile("VOLUME /app/uploads\nRUN mkdir uploads\nCMD [\"node\", \"server.js\"]\n"),
        &dockerfile(
            "VOLUME /app/uploads\nRUN mkdir uploads\nRUN mkdir -p uploads && find . -path '*/node_modules/[!.]*' -prune -o -user root -exec chown -h node:node {} +\nUSER node\nCMD [\"node\", \"server.js\"]\n",
        )
        .replace("COPY .", "COPY --chown=node:node ."),
    );
}

#[test]
fn names_that_a_shell_reads_otherwise() {
    check_fix(
        &ROOT_USER,
        &server("const fs = require('fs');\nfs.mkdirSync('my files');\nfs.mkdirSync('$HOME;x');\n"),
        &dockerfile("CMD [\"node\", \"server.js\"]\n"),
        &dockerfile(
            "RUN mkdir -p 'my files' '$HOME;x' && chown node:node 'my files' '$HOME;x'\nUSER node\nCMD [\"node\", \"server.js\"]\n",
        ),
    );
}

#[test]
fn a_folder_in_one_that_is_given_whole() {
    check_fix(
        &ROOT_USER,
        &[
            PACKAGE,
            ("server.js", "const fs = require('fs');\nfs.mkdirSync('data');\nfs.mkdirSync('data/a');\n"),
            ("data/b.txt", ""),
        ],
        &dockerfile("CMD [\"node\", \"server.js\"]\n"),
        &dockerfile("RUN mkdir -p data data/a && chown -R node:node data\nUSER node\nCMD [\"node\", \"server.js\"]\n"),
    );
}

#[test]
fn node_in_roots_home() {
    let image =
        |lines: &str| format!("FROM debian:bookworm\n{lines}WORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n");
    let nvm = "ENV NVM_DIR=/root/.nvm\nRUN ./install-nvm\nENV PATH=$NVM_DIR/versions/node/v22.1.0/bin:$PATH\n";
    let files = [PACKAGE, SERVER];
    check_held_back(&ROOT_USER, &files, &image(nvm), "Node lies in `/root/.nvm`, where another user may not go");
    // Another user may go there.
    let opened = image(&format!("{nvm}RUN chmod 755 /root\n"));
    let report = Case::of(&ROOT_USER).files(&files).report(&opened);
    assert!(report.contains("fix (unsafe): Run as `app`"), "{report}");
}

#[test]
fn a_computed_path() {
    check_held_back(
        &ROOT_USER,
        &server("const fs = require('fs');\nfs.writeFileSync(process.env.OUT, '');\n"),
        &dockerfile("CMD [\"node\", \"server.js\"]\n"),
        "`server.js:2` writes to a path that is only known at run time",
    );
}

/// Next keeps what it makes of images and pages beside what was built; React Router's server keeps nothing.
#[test]
fn a_frameworks_server() {
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm install && npx next build\n\nFROM node:22-slim\nWORKDIR /app\n";
    let install = "COPY package.json ./\nRUN npm install --omit=dev\n";
    let copy = "COPY --from=build /app/.next ./.next\n";
    let start = "CMD [\"node_modules/.bin/next\", \"start\"]\n";
    let before = format!("{build}{install}{copy}{start}");
    let owned = format!("{install}{copy}").replace("COPY", "COPY --chown=node:node");
    let after = format!("{build}{owned}RUN chown node:node . node_modules\nUSER node\n{start}");
    let package = ("package.json", r#"{"scripts": {"build": "next build"}, "dependencies": {"next": "15"}}"#);
    check_fix(&ROOT_USER, &[package, ("app/page.tsx", "export default () => null;\n")], &before, &after);
    let writes = "import { writeFileSync } from 'fs';\nexport default (it) => writeFileSync(it, '');\n";
    check_unsafe_fix(&ROOT_USER, &[package, ("app/page.tsx", writes)], &before, &after);
    let to_router = |text: &str| {
        let text = text.replace("next build", "react-router build").replace(".next", "build");
        text.replace("next\", \"start", "react-router-serve\", \"build/server/index.js")
    };
    let package = ("package.json", r#"{"dependencies": {"@react-router/serve": "7"}}"#);
    let files = [package, ("app/root.tsx", "export default () => null;\n")];
    let before = to_router(&before);
    check_fix(&ROOT_USER, &files, &before, &before.replace("CMD", "USER node\nCMD"));
}

#[test]
fn temporary_files_are_anybodys() {
    check_fix(
        &ROOT_USER,
        &server("require('fs').writeFileSync('/tmp/x', '');\n"),
        &dockerfile("CMD [\"node\", \"server.js\"]\n"),
        &dockerfile("USER node\nCMD [\"node\", \"server.js\"]\n"),
    );
}

#[test]
fn low_ports() {
    let unknown = ("server.js", "require('http').createServer().listen(choose())");
    let before = dockerfile("EXPOSE 80\nCMD [\"node\", \"server.js\"]\n");
    let after = dockerfile("EXPOSE 80\nUSER node\nCMD [\"node\", \"server.js\"]\n");
    let compose = |more: &str| format!("services:\n  web:\n    build: .\n    ports: ['8080:80']\n{more}");
    let own = compose("");
    check_unsafe_fix(&ROOT_USER, &[PACKAGE, unknown, ("compose.yaml", &own)], &before, &after);
    let reason = "port 80 is below 1024, which Podman, CRI-O and a host's own network keep for root, and nothing says that the container has its own";
    check_held_back(&ROOT_USER, &[PACKAGE, unknown], &before, reason);
    let by_variable = ("server.js", "require('http').createServer().listen(Number(process.env.PORT) || 8080)");
    check_unsafe_fix(&ROOT_USER, &[PACKAGE, by_variable], &before, &after);
    let shadowed =
        "var port = process.env.PORT || 4000\nserver.listen(port, () => { var port = server.address().port })";
    check_unsafe_fix(&ROOT_USER, &[PACKAGE, ("server.js", shadowed)], &before, &after);
    let low = ("server.js", "const { PORT = 80 } = process.env\nrequire('http').createServer().listen(PORT)");
    check_unsafe_fix(&ROOT_USER, &[PACKAGE, low], &before, &after);
    let fixed = ("server.js", "require('http').createServer().listen(443)");
    check_held_back(&ROOT_USER, &[PACKAGE, fixed], &before, &reason.replace("80", "443"));
    let high = ("server.js", "require('http').createServer().listen(3000)");
    check_held_back(&ROOT_USER, &[PACKAGE, high], &before, reason);
    let host = compose("    network_mode: host\n");
    check_held_back(&ROOT_USER, &[PACKAGE, unknown, ("compose.yaml", &host)], &before, reason);
}

#[test]
fn a_folder_that_something_names_stays_in_the_home() {
    let package = ("package.json", r#"{"dependencies": {"puppeteer": "^24.0.0"}}"#);
    let text = |more: &str| {
        format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\n{more}RUN npm install\nCMD [\"node\", \"server.js\"]\n")
    };
    let reason = "`puppeteer` keeps its browser in `/root/.cache/puppeteer`, where another user does not look";
    let named = text("RUN ls /root/.cache/puppeteer || true\n");
    check_held_back(&ROOT_USER, &[package, SERVER], &named, reason);
    check_clean(&ROOT_USER, &[package, SERVER], &text("USER node\n"));
}

#[test]
fn what_only_its_owner_may_read() {
    for (line, reason) in [
        ("RUN chmod 600 key.pem", Some("`chmod 600 key.pem` lets only its owner read something")),
        ("RUN chmod -R go-rwx certs", Some("`chmod -R go-rwx certs` lets only its owner read something")),
        ("COPY --chmod=0400 certs ./", Some("`--chmod=0400` lets only its owner read something")),
        ("COPY --chmod=0040 server.js ./", Some("`--chmod=0040` lets only its owner read something")),
        ("RUN chmod +x entry.sh", None),
        ("RUN chmod 755 entry.sh", None),
    ] {
        let text = dockerfile(&format!("{line}\nCMD [\"node\", \"server.js\"]\n"));
        match reason {
            Some(reason) => check_held_back(&ROOT_USER, &[PACKAGE, SERVER], &text, reason),
            None => check_fix(&ROOT_USER, &[PACKAGE, SERVER], &text, &text.replace("CMD", "USER node\nCMD")),
        }
    }
}

#[test]
fn what_only_its_owner_may_read_becomes_the_users() {
    let start = "CMD [\"node\", \"server.js\"]\n";
    let mode = |chown: &str| dockerfile(&format!("COPY {chown}--chmod=0400 server.js ./\n"));
    let (before, after) = (mode("") + start, mode("--chown=node:node ") + "USER node\n" + start);
    check_fix(&ROOT_USER, &[PACKAGE, SERVER], &before, &after);
    let case = Case::of(&ROOT_USER).files(&[PACKAGE, SERVER, ("certs/key.pem", "")]);
    let text = |copy: &str| format!("FROM node:22-slim\nWORKDIR /app\n{copy}");
    for (closed, copies, given) in [
        ("certs/key.pem", "COPY . .\n", "COPY --chown=node:node . .\n"),
        ("certs", "COPY . .\n", "COPY --chown=node:node . .\n"),
        ("certs/key.pem", "COPY package.json server.js ./\n", "COPY package.json server.js ./\n"),
        (
            "certs/key.pem",
            "COPY package.json server.js ./\nCOPY certs certs\n",
            "COPY package.json server.js ./\nCOPY --chown=node:node certs certs\n",
        ),
        ("certs/key.pem", "COPY --chmod=755 . .\n", "COPY --chmod=755 . .\n"),
    ] {
        let case = case.clone().closed(closed);
        let fixed = case.fix(&text(&format!("{copies}{start}")), crate::fix::Applicability::Safe);
        assert_eq!(fixed, text(&format!("{given}USER node\n{start}")), "{closed}: {copies}");
    }
    let by_copy =
        "FROM node:22-slim AS base\nCOPY certs /certs\nFROM base\nWORKDIR /app\nCOPY package.json server.js ./\n";
    let report = case.closed("certs/key.pem").check(&format!("{by_copy}{start}"));
    let reason = "`certs/key.pem` is a file that only its owner may read, and would be root's";
    assert_eq!(report[0].held_back.as_deref(), Some(reason));
}

#[test]
fn what_is_mounted_by_others() {
    let writes = ("server.js", "require('fs').writeFileSync('data/x', 'y')\n");
    let start = dockerfile("CMD [\"node\", \"server.js\"]\n");
    let disk = |rest: &str| format!("app = 'x'\n[mounts]\nsource = 'x'\n{rest}");
    for (path, text, reason) in [
        (
            "fly.toml",
            disk("destination = '/app/data'\n"),
            "`fly.toml:4` mounts a disk at `/app/data`, which belongs to root",
        ),
        (
            "run.sh",
            "docker run -v $PWD/data:/app/data $IMAGE\n".to_owned(),
            "`run.sh:1` mounts a folder of the host at `/app/data`, whose owner is not known",
        ),
        (
            "run.sh",
            "docker run -v ~/.aws:/root/.aws:ro $IMAGE\n".to_owned(),
            "`run.sh:1` mounts something at `/root/.aws`, where another user may not go",
        ),
        ("run.sh", "docker run --cap-add SYS_TIME $IMAGE\n".to_owned(), "`run.sh` has `--cap-add` for it"),
    ] {
        check_held_back(&ROOT_USER, &[PACKAGE, writes, (path, &text)], &start, reason);
    }
    for text in ["docker run -u 1000 -v $PWD/data:/app/data $IMAGE\n", "docker run -v $PWD/data:/app/data:ro $IMAGE\n"]
    {
        let after = start.replace("CMD", "RUN mkdir -p data && chown node:node data\nUSER node\nCMD");
        check_fix(&ROOT_USER, &[PACKAGE, writes, ("run.sh", text)], &start, &after);
    }
}

#[test]
fn what_drops_roots_rights_itself() {
    let gosu = ("docker-entrypoint.sh", "#!/bin/sh\nexec gosu node \"$@\"\n");
    let end = "ENTRYPOINT [\"./docker-entrypoint.sh\"]\nCMD [\"node\", \"server.js\"]\n";
    check_clean(&ROOT_USER, &[PACKAGE, SERVER, gosu], &dockerfile(end));
    check_clean(&ROOT_USER, &[PACKAGE, SERVER], &dockerfile("CMD [\"su-exec\", \"node\", \"node\", \"server.js\"]\n"));
}

#[test]
fn not_root_or_not_known() {
    check_clean(&ROOT_USER, &[PACKAGE, SERVER], &dockerfile("USER 1000\nCMD [\"node\", \"server.js\"]\n"));
    check_clean(&ROOT_USER, &[PACKAGE, SERVER], &dockerfile("ARG U\nUSER $U\nCMD [\"node\", \"server.js\"]\n"));
    check_clean(&ROOT_USER, &[PACKAGE, SERVER], "FROM nginx\nCOPY . /usr/share/nginx/html\n");
}

#[test]
fn yarn_keeps_its_archives_in_roots_home() {
    let lock = ("yarn.lock", "__metadata:\n  version: 8\n");
    let text = |env: &str| {
        format!(
            "FROM node:22-slim\n{env}WORKDIR /app\nCOPY . .\nRUN yarn install --immutable\nCMD [\"node\", \"-r\", \"./.pnp.cjs\", \"server.js\"]\n"
        )
    };
    let reason = "Yarn keeps the packages in `/root/.yarn/berry/cache`, where another user does not look";
    check_held_back(&ROOT_USER, &[PACKAGE, SERVER, lock], &text(""), reason);
    for (settings, env) in [
        ("enableGlobalCache: false\n", ""),
        ("nodeLinker: node-modules\n", ""),
        ("", "ENV YARN_ENABLE_GLOBAL_CACHE=false\n"),
    ] {
        let case = Case::of(&ROOT_USER).files(&[PACKAGE, SERVER, lock, (".yarnrc.yml", settings)]);
        let found = case.check(&text(env));
        assert!(found.iter().all(|it| it.fix.is_some()), "{settings}{env}: {found:?}");
    }
}

#[test]
fn an_image_that_starts_nothing_is_information() {
    let severity = |dockerfile: &str| Case::of(&ROOT_USER).files(&[PACKAGE, SERVER]).check(dockerfile)[0].severity;
    assert_eq!(severity("FROM node:22-slim\nRUN npm install -g pnpm\n"), Severity::Info);
    assert_eq!(severity(&dockerfile("CMD [\"node\", \"server.js\"]\n")), Severity::Warning);
    // What it is built on may start something.
    assert_eq!(severity("FROM chainguard/node\nUSER root\nCOPY . .\n"), Severity::Warning);
}

#[test]
fn no_other_user() {
    for (image, install, maker) in [
        ("debian:12", "apt-get install -y nodejs", "useradd --create-home app"),
        ("alpine:3.22", "apk add --no-cache nodejs", "adduser -D app"),
    ] {
        let rest = format!("RUN {install}\nWORKDIR /app\nCOPY . .\n");
        let start = "CMD [\"node\", \"server.js\"]\n";
        check_fix(
            &ROOT_USER,
            &[PACKAGE, SERVER],
            &format!("FROM {image}\n{rest}{start}"),
            &format!("FROM {image}\nRUN {maker}\n{rest}USER app\n{start}"),
        );
    }
    check_held_back(
        &ROOT_USER,
        &[PACKAGE, SERVER],
        "FROM registry.access.redhat.com/ubi9/ubi\nRUN dnf install -y nodejs\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
        "`registry.access.redhat.com/ubi9/ubi` has no user but root",
    );
}

#[test]
fn development_servers_write_into_the_apps_folder() {
    let package = ("package.json", r#"{"scripts": {"dev": "vite"}, "devDependencies": {"vite": "7"}}"#);
    let text = |folder: &str| {
        format!("FROM node:22-slim\n{folder}COPY . .\nRUN npm install\nCMD [\"npm\", \"run\", \"dev\"]\n")
    };
    let after = text("WORKDIR /app\n")
        .replace("COPY", "COPY --chown=node:node")
        .replace("CMD", "RUN chown node:node . node_modules\nUSER node\nCMD");
    check_unsafe_fix(&ROOT_USER, &[package], &text("WORKDIR /app\n"), &after);
    let reason = "the container starts a development server, `vite`";
    check_held_back(&ROOT_USER, &[package], &text(""), reason);
    let reason = "the container starts a development server, `npm run dev`";
    check_held_back(&ROOT_USER, &[], &text("WORKDIR /app\n"), reason);
}

/// `mkdir -p` ends at a link that leads nowhere.
#[test]
fn a_folder_that_is_a_link() {
    let writes = ("server.js", "require('fs').writeFileSync('storage/db.json', '{}')\n");
    let before = dockerfile("RUN ln -s /data storage\nCMD [\"node\", \"server.js\"]\n");
    let reason = "`ln -s /data storage` makes `storage`, which may be no folder";
    let found = Case::of(&ROOT_USER).files(&[PACKAGE, writes]).check(&before);
    assert!(found[0].held_back.as_ref().is_some_and(|it| it.contains(reason)), "{found:?}");
}
