//! Links, and files that are none.

use std::fs;
use std::process::Command;

use super::project::{PACKAGE, Project};

/// What is read of a project.
const READ: &[&str] = &[
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    ".npmrc",
    ".dockerignore",
    "Dockerfile.dockerignore",
    ".gitignore",
    ".ignore",
    "compose.yaml",
    "docker-compose.yml",
    "nodestage.toml",
    "tsconfig.json",
    "nest-cli.json",
    "src/index.ts",
    "prisma/schema.prisma",
];

#[test]
fn devices_and_fifos_are_not_read() {
    for name in READ {
        for device in ["/dev/zero", "/dev/tty", "/dev/random", "fifo"] {
            let project = Project::app();
            if device == "fifo" {
                let _ = fs::remove_file(project.at(name));
                fs::create_dir_all(project.at(name).parent().unwrap()).unwrap();
                assert!(Command::new("mkfifo").arg(project.at(name)).status().unwrap().success());
            } else {
                project.link(name, device);
            }
            let said = project.run("check");
            assert!(matches!(said.code, Some(0..=2)), "{name} {device}: {:?} {}", said.code, said.stderr);
            assert!(!said.stderr.contains("nodestage failed"), "{name}: {}", said.stderr);
        }
    }
}

#[test]
fn a_dockerfile_that_is_no_file_is_said_to_be_none() {
    for (device, reason) in [("/dev/zero", "leaves the repository"), ("fifo", "not a regular file")] {
        let project = Project::app();
        project.write("other/Dockerfile", "FROM node:20\n");
        fs::remove_file(project.at("Dockerfile")).unwrap();
        match device {
            "fifo" => assert!(Command::new("mkfifo").arg(project.at("Dockerfile")).status().unwrap().success()),
            it => project.link("Dockerfile", it),
        }
        let said = project.run("check Dockerfile");
        assert_eq!(said.code, Some(2));
        assert!(said.stderr.contains(reason), "{}", said.stderr);
        assert!(matches!(project.run("check").code, Some(0..=2)));
    }
}

#[test]
fn a_file_of_a_gibibyte_is_not_read() {
    for name in READ.iter().chain(&["Dockerfile"]) {
        let project = Project::app();
        fs::create_dir_all(project.at(name).parent().unwrap()).unwrap();
        fs::File::create(project.at(name)).unwrap().set_len(1 << 30).unwrap();
        project.survives(name);
    }
}

#[test]
fn nothing_is_read_through_a_link_out_of_the_repository() {
    for target in ["/proc/self/environ", "../secret"] {
        let project = Project::app();
        fs::write(project.at("../secret"), "TOKEN=hunter2\n").unwrap();
        for name in READ.iter().chain(&["Dockerfile", "sub/Dockerfile"]) {
            project.link(name, if name.contains('/') { target.replace("../", "../../") } else { target.to_owned() });
        }
        for arguments in
            ["check", "check --output-format json", "check Dockerfile", "fix --unsafe", "debug parse Dockerfile"]
        {
            let said = project.run(arguments);
            assert!(!(said.stdout + &said.stderr).contains("hunter2"), "{target}: {arguments}");
        }
    }
}

#[test]
fn links_inside_of_the_repository_are_followed() {
    let project = Project::app();
    project.write("manifests/package.json", PACKAGE);
    project.write("docker/Dockerfile", super::project::DOCKERFILE);
    let plain = project.run("check --output-format concise Dockerfile");
    project.link("package.json", "manifests/package.json");
    project.link("Dockerfile", "docker/Dockerfile");
    let linked = project.run("check --output-format concise Dockerfile");
    assert!(plain.stdout.contains("typescript"), "{}", plain.stdout);
    assert_eq!(plain.stdout, linked.stdout);
}

#[test]
fn a_folder_outside_is_not_walked_through() {
    let project = Project::app();
    fs::create_dir_all(project.at("../private")).unwrap();
    fs::write(project.at("../private/Dockerfile"), "FROM hunter2\nFOO\n").unwrap();
    project.link("linked", "../private");
    project.link("all", "/");
    project.link("loop/loop", "..");
    project.survives("folders");
    assert!(!project.run("check").stderr.contains("linked"));
}
