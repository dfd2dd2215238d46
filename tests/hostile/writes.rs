//! What `fix --write` writes, and where.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use super::project::{DOCKERFILE, PACKAGE, Project, names};

/// A project of which a safe fix changes both the Dockerfile and .dockerignore.
fn fixable() -> Project {
    let lock = r#"{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a","dependencies":{"express":"4"},
"devDependencies":{"typescript":"5"}},"node_modules/express":{"version":"4.0.0"},
"node_modules/typescript":{"version":"5.0.0","dev":true}}}"#;
    Project::new().with([
        ("Dockerfile", "FROM node:22\nWORKDIR /app\nENV NODE_ENV=production\nCOPY package*.json ./\nRUN npm ci --only=production\nCOPY . .\nCMD [\"node\", \"server.js\"]\n"),
        ("package.json", PACKAGE),
        ("package-lock.json", lock),
        ("server.js", "console.log(1)\n"),
    ])
}

#[test]
fn a_link_out_of_the_repository_is_not_written_through() {
    for name in [".dockerignore", "Dockerfile"] {
        for target in ["../victim", "../absent"] {
            let project = fixable();
            let victim = fs::read_to_string(project.at("Dockerfile")).unwrap();
            fs::write(project.at("../victim"), &victim).unwrap();
            project.link(name, target);
            for arguments in ["fix --write --unsafe", "fix --write Dockerfile"] {
                project.run(arguments);
                assert_eq!(fs::read_to_string(project.at("../victim")).unwrap(), victim, "{name} -> {target}");
                assert!(!project.at("../absent").exists(), "{name} -> {target}");
            }
        }
    }
}

#[test]
fn a_context_outside_of_the_repository_is_not_written_to() {
    let compose = "services:\n  a:\n    build:\n      context: ../..\n      dockerfile: repo/sub/Dockerfile\n";
    for (file, text) in [
        ("sub/compose.yaml", compose),
        ("nodestage.toml", "context = \"..\"\n"),
        ("nodestage.toml", "context = \"../other\"\n"),
        ("nodestage.toml", "context = \"linked\"\n"),
    ] {
        let project = fixable();
        fs::create_dir_all(project.at("../other")).unwrap();
        for folder in ["..", "../other"] {
            for name in ["package.json", "package-lock.json", "server.js"] {
                fs::copy(project.at(name), project.at(folder).join(name)).unwrap();
            }
        }
        fs::create_dir(project.at("sub")).unwrap();
        fs::rename(project.at("Dockerfile"), project.at("sub/Dockerfile")).unwrap();
        symlink("../other", project.at("linked")).unwrap();
        project.write(file, text);
        let outside = || [names(&project.at("..")), names(&project.at("../other"))];
        let before = outside();
        project.run("fix --write --unsafe");
        project.run("fix --write --unsafe --context .. sub/Dockerfile");
        assert_eq!(outside(), before, "{file}: {text}");
    }
}

#[test]
fn a_file_keeps_what_it_has_besides_its_text() {
    let project = fixable();
    project.write(".dockerignore", "*.log\n");
    let path = project.at("Dockerfile");
    fs::hard_link(&path, project.at("other-name")).unwrap();
    fs::set_permissions(project.at(".dockerignore"), fs::Permissions::from_mode(0o640)).unwrap();
    let owner = |name: &str| fs::metadata(project.at(name)).map(|it| (it.uid(), it.gid(), it.mode())).unwrap();
    let before = [owner("Dockerfile"), owner(".dockerignore")];
    let said = project.run("fix --write");
    assert_ne!(said.code, Some(2), "{}", said.stderr);
    assert!(fs::read_to_string(project.at(".dockerignore")).unwrap().contains("node_modules"), "{}", said.stderr);
    assert_eq!([owner("Dockerfile"), owner(".dockerignore")], before);
    let (one, other) = (fs::read(&path).unwrap(), fs::read(project.at("other-name")).unwrap());
    assert!(one == other && String::from_utf8(one).unwrap().contains("--omit=dev"));
}

/// Needs to be root to give files away.
#[test]
fn a_file_keeps_its_owner() {
    let project = fixable();
    for name in ["Dockerfile", "package.json"] {
        if std::os::unix::fs::chown(project.at(name), Some(1234), Some(5678)).is_err() {
            return;
        }
    }
    project.run("fix --write");
    let metadata = fs::metadata(project.at("Dockerfile")).unwrap();
    assert!(fs::read_to_string(project.at("Dockerfile")).unwrap().contains("--omit=dev"));
    assert_eq!((metadata.uid(), metadata.gid()), (1234, 5678));
}

#[test]
fn both_files_or_none() {
    let project = fixable();
    // An attribute that nobody but root can set would be another way; a folder of that name is in the way of all.
    fs::create_dir(project.at(".dockerignore")).unwrap();
    let before = fs::read_to_string(project.at("Dockerfile")).unwrap();
    let said = project.run("fix --write --unsafe");
    let after = fs::read_to_string(project.at("Dockerfile")).unwrap();
    assert!(said.code == Some(2) && after == before || said.code != Some(2), "{}", said.stderr);
    assert!(project.at(".dockerignore").is_dir());
}

#[test]
fn no_other_file_stays() {
    let project = fixable();
    project.run("fix --write");
    let mut names = names(&project.repo());
    names.retain(|it| it != ".git");
    assert_eq!(names, [".dockerignore", "Dockerfile", "package-lock.json", "package.json", "server.js"]);
}

#[test]
fn what_a_killed_run_left_goes_with_the_next() {
    let project = fixable();
    project.write(".Dockerfile.nodestage", "half of");
    project.run("fix --write");
    project.write(".Dockerfile.nodestage", "half of");
    project.run("fix --write"); // there is nothing left to fix
    assert!(!project.at(".Dockerfile.nodestage").exists());
}

#[test]
fn a_killed_run_leaves_nothing() {
    let project = Project::new();
    for idx in 0..60 {
        for (name, text) in [("Dockerfile", DOCKERFILE), ("package.json", PACKAGE)] {
            project.write(&format!("a{idx}/{name}"), text);
        }
    }
    for delay in [50, 100, 200, 400] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_nodestage"))
            .args(["fix", "--write", "--unsafe"])
            .current_dir(project.repo())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        for idx in 0..60 {
            let odd: Vec<String> = names(&project.at(&format!("a{idx}")));
            assert!(
                odd.iter().all(|it| ["Dockerfile", "package.json", ".dockerignore"].contains(&it.as_str())),
                "{odd:?}"
            );
        }
    }
}
