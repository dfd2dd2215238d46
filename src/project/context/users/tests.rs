//! Each row: a file of the repository, and who runs the image by it: words, what is mounted, variables, the user.

use crate::project::testing::project_of;
use crate::project::{ImageUser, MountKind};

/// The users that `files` beside a Dockerfile at the root name.
fn users(files: &[(&str, &str)]) -> Vec<String> {
    let own = [("package.json", r#"{"name": "shop", "scripts": {"seed": ""}}"#)];
    let files: Vec<_> = own.into_iter().chain(files.iter().copied()).collect();
    let project = project_of(&files, "Dockerfile", &["package.json"]);
    let given = project.givers.iter().filter(|it| it.entrypoint.is_none() && it.command.is_none());
    project.users.iter().chain(given).map(said).collect()
}

fn said(it: &ImageUser) -> String {
    let words = |it: &Option<Vec<String>>| it.as_ref().map(|it| it.join(" "));
    let mut parts = vec![it.site.to_string()];
    parts.extend(words(&it.entrypoint).map(|it| format!("entrypoint {it}")));
    parts.extend(words(&it.command));
    parts.extend(it.given.mounts.iter().map(|it| match it.kind {
        MountKind::Volume => format!("volume {}", it.target),
        MountKind::Host => format!("host {}", it.target),
        MountKind::Disk => format!("disk {}", it.target),
    }));
    parts.extend(it.given.environment.iter().map(|it| format!("{}={}", it.0, it.1)));
    parts.extend(it.given.rights.iter().chain(&it.user).cloned());
    parts.extend(it.is_told.then(|| "told".to_owned()));
    parts.join(" | ")
}

#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(users(&[(path, text)]), expected, "{path}: {text}");
}

#[test]
fn commands_that_people_keep() {
    let step = |run: &str| format!("jobs:\n  a:\n    steps:\n      - run: {run}\n");
    for (path, text, expected) in [
        ("Makefile", "seed:\n\tdocker run --rm -it shop npm run seed\n", "Makefile:2 | npm run seed"),
        ("Makefile", "I = shop\nseed:\n\t@docker run $(I) \\\n\t\tnode seed.js\n", "Makefile:4 | node seed.js"),
        ("justfile", "seed:\n  docker run {{image}} npm run seed\n", "justfile:2 | npm run seed"),
        ("bin/seed.sh", "sudo docker run -e A=b -u 1000 shop npx seed\n", "bin/seed.sh:1 | npx seed | A=b | 1000"),
        ("deploy.sh", "docker run -dp 80:3000 -v $(pwd)/x:/app/x shop\n", "deploy.sh:1 | host /app/x"),
        ("deploy.sh", "docker run -v x:/app/x -v \"$X\":/y:ro shop\n", "deploy.sh:1 | volume /app/x | host /y"),
        ("deploy.sh", "docker run --mount type=bind,src=x,dst=/app/x shop\n", "deploy.sh:1 | host /app/x"),
        ("deploy.sh", "docker run --privileged shop\n", "deploy.sh:1 | --privileged"),
        ("deploy.sh", "docker run --entrypoint node shop a.js\n", "deploy.sh:1 | entrypoint node | a.js"),
        ("deploy.sh", "docker exec shop npm run seed\n", "deploy.sh:1 | entrypoint npm run seed"),
        (".github/workflows/a.yml", &step("docker run shop npm run seed"), ".github/workflows/a.yml:4 | npm run seed"),
        ("README.md", "```\n$ docker run shop npm run seed\n```\n", "README.md:2 | npm run seed | told"),
        ("docs/run.md", "docker run -v ./x:/app/x shop\n", "docs/run.md:1 | host /app/x | told"),
    ] {
        check(path, text, &[expected]);
    }
}

#[test]
fn services_of_the_compose_file() {
    let compose = ("compose.yaml", "services:\n  web:\n    build: .\n  db:\n    image: postgres\n");
    for (command, expected) in [
        ("docker compose run --rm web npm run seed", "a.sh:1 | npm run seed"),
        ("docker-compose -f compose.yaml exec -T web npm run seed", "a.sh:1 | entrypoint npm run seed"),
        ("docker compose run db npm run seed", ""),
        ("docker compose -f compose.test.yaml run web npm run seed", ""),
    ] {
        let expected: Vec<&str> = Some(expected).filter(|it| !it.is_empty()).into_iter().collect();
        assert_eq!(users(&[compose, ("a.sh", command)]), expected, "{command}");
    }
}

#[test]
fn whose_image_it_is() {
    let other = ("apps/api/Dockerfile", "FROM node\n");
    for (image, is_ours) in [
        ("shop", true),
        ("ghcr.io/acme/shop:1", true),
        ("acme/shop-web", true),
        ("$IMAGE", true),
        ("postgres:17", false),
        ("node:22", false),
        ("acme/api", false),
        ("other-api:1", false),
        ("tagged", true),
        ("mine", false),
    ] {
        let text =
            format!("docker build -t tagged .\ndocker build -t mine apps/api\ndocker run {image} npm run seed\n");
        assert_eq!(!users(&[other, ("a.sh", &text)]).is_empty(), is_ours, "{image}");
    }
}

#[test]
fn what_is_mounted_into_tools() {
    for command in [
        "docker run --privileged acme/qemu --reset",
        "docker run -v /var/run/docker.sock:/var/run/docker.sock acme/slim build shop",
        "docker run -v $(pwd):/app -w /app acme/builder npm run seed",
    ] {
        check("a.sh", command, &[]);
    }
    check("a.sh", "docker run acme/builder npm run seed", &["a.sh:1 | npm run seed"]);
}

#[test]
fn the_stage_that_a_build_stops_at() {
    let text =
        "docker build --target test -t shop:test .\ndocker run shop:test npm run seed\ndocker run shop:1 node a.js\n";
    let project = project_of(&[("package.json", "{}"), ("a.sh", text)], "Dockerfile", &["package.json"]);
    assert_eq!(project.users[0].target.as_deref(), Some("test"));
}

#[test]
fn what_deploys_it() {
    let pod = "apiVersion: v1\nkind: Pod\nspec:\n";
    let container = "containers: [{image: shop, volumeMounts: [{name: a, mountPath: /app/x}]}]\n";
    let claim = "volumes: [{name: a, persistentVolumeClaim: {claimName: a}}]\n";
    for (path, text, expected) in [
        (
            "task-definition.json",
            r#"{"containerDefinitions": [{"image": "1.test/shop:1", "command": ["npm", "run", "seed"]}]}"#,
            "task-definition.json:1 | npm run seed",
        ),
        (
            "ecs/task.json",
            r#"[{"image": "shop", "mountPoints": [{"containerPath": "/app/x"}], "user": "1000"}]"#,
            "ecs/task.json:1 | disk /app/x | 1000",
        ),
        (
            "shop.nomad",
            "image = \"shop\"\ncommand = \"npm\"\nargs = [\"start\"]\n",
            "shop.nomad:2 | entrypoint npm start",
        ),
        ("infra/a.tf", "image = \"${x.y}/shop\"\ncommand = [\"npm\", \"start\"]\n", "infra/a.tf:2 | npm start"),
        ("fly.toml", "[mounts]\nsource = \"x\"\ndestination = \"/app/x\"\n", "fly.toml:3 | disk /app/x"),
        ("render.yaml", "services:\n- runtime: docker\n  disk:\n    mountPath: /x\n", "render.yaml:4 | disk /x"),
        ("k8s/a.yaml", &format!("{pod}  {container}  {claim}"), "k8s/a.yaml:4 | disk /app/x"),
        ("stack.yml", "services:\n  a:\n    build: .\n    volumes: [./x:/app/x]\n", "stack.yml:2 | host /app/x"),
    ] {
        check(path, text, &[expected]);
    }
    let grouped = format!("{pod}  securityContext: {{fsGroup: 1000}}\n  {container}  {claim}");
    check("k8s/a.yaml", &grouped, &[]);
}

#[test]
fn variables_in_files() {
    let compose = "services:\n  web:\n    build: .\n    env_file: [a.env]\n    environment: {A: own}\n";
    let env = "# A=1\nA=file\nexport DB_PATH=\"/x\"\nDB_PASSWORD=x\n";
    let project =
        project_of(&[("compose.yaml", compose), ("a.env", env), ("package.json", "{}")], "Dockerfile", &["."]);
    let found = project.compose.expect("it is found").environment;
    let found: Vec<String> = found.into_iter().map(|it| format!("{}={}", it.0, it.1)).collect();
    assert_eq!(found, ["A=own", "DB_PATH=/x"]);
}
