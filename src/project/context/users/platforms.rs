//! Files of hosting platforms, and of GitHub's actions, that start something in the image they build.

use serde_json::Value;

use super::tasks::disk;
use super::{File, Given, ImageUser, Read, words, words_of_text};

/// What reads a file of that name.
pub(super) fn reader(name: &str) -> Option<Read> {
    Some(match name {
        "Procfile" => procfile,
        "heroku.yml" => heroku,
        "render.yaml" => render,
        "railway.json" | "railway.toml" => railway,
        "app.yaml" | "app.yml" => digital_ocean,
        "action.yml" | "action.yaml" => action,
        it if it.starts_with("fly.") && it.ends_with(".toml") => fly,
        _ => return None,
    })
}

/// Somebody who mounts disks at these paths.
fn mounting(file: &File<'_>, key: &str, targets: Vec<String>) -> Option<ImageUser> {
    let given = Given { mounts: targets.into_iter().map(disk).collect(), ..Given::default() };
    (!given.mounts.is_empty()).then(|| ImageUser { given, ..user(file, key, None) })
}

fn user(file: &File<'_>, key: &str, command: Option<Vec<String>>) -> ImageUser {
    ImageUser { site: file.site(key), command, ..ImageUser::default() }
}

/// `[deploy] release_command`, `[processes]` and `[mounts]` of Fly.
fn fly(file: &File<'_>) -> Vec<ImageUser> {
    let Some(value) = file.toml() else { return Vec::new() };
    let build = |key: &str| value.get("build")?.get(key)?.as_str();
    if build("image").is_some() || !file.is_dockerfile(build("dockerfile").unwrap_or("Dockerfile")) {
        return Vec::new();
    }
    let target = build("build-target").map(str::to_owned);
    let release = value.get("deploy").and_then(|it| it.get("release_command")).map(|it| ("release_command", it));
    let processes = value.get("processes").and_then(Value::as_object).into_iter().flatten();
    let commands = processes.map(|(key, it)| (key.as_str(), it)).chain(release);
    let commands = commands.map(|(key, it)| user(file, key, words(it)));
    let mounts = value.get("mounts").or_else(|| value.get("mount"));
    let mounts = mounts.map_or(&[][..], |it| it.as_array().map_or(std::slice::from_ref(it), Vec::as_slice));
    let targets = mounts.iter().filter_map(|it| Some(it.get("destination")?.as_str()?.to_owned()));
    let mounting = mounting(file, "destination", targets.collect());
    commands.chain(mounting).map(|it| ImageUser { target: target.clone(), ..it }).collect()
}

/// `name: command` lines, beside the Dockerfile.
fn procfile(file: &File<'_>) -> Vec<ImageUser> {
    if !file.is_dockerfile("Dockerfile") {
        return Vec::new();
    }
    let is_name = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it));
    let lines = file.text().lines().filter_map(|it| it.split_once(':')).filter(|(name, _)| is_name(name));
    lines.map(|(name, command)| user(file, name, Some(words_of_text(command.trim())))).collect()
}

/// `run` and `release` of Heroku's container builds.
fn heroku(file: &File<'_>) -> Vec<ImageUser> {
    let Some(value) = file.yaml() else { return Vec::new() };
    let docker = value.get("build").and_then(|it| it.get("docker")).and_then(Value::as_object).into_iter().flatten();
    let path = |it: &Value| it.get("dockerfile").unwrap_or(it).as_str().map(str::to_owned);
    let built: Vec<&String> =
        docker.filter(|(_, it)| path(it).is_some_and(|it| file.is_dockerfile(&it))).map(|it| it.0).collect();
    let runs = value.get("run").and_then(Value::as_object).into_iter().flatten();
    let runs = runs.chain(value.as_object().into_iter().flatten().filter(|it| it.0 == "release"));
    // A process without an image of its own runs in that of `web`.
    let image = |name: &String, it: &Value| {
        let is_built = value.get("build").and_then(|it| it.get("docker")).is_some_and(|it| it.get(name).is_some());
        let own = if is_built { name.as_str() } else { "web" };
        it.get("image").and_then(Value::as_str).unwrap_or(own).to_owned()
    };
    let command = |it: &Value| match it.get("command") {
        Some(Value::Array(lines)) => {
            let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
            Some(words_of_text(&lines.join(" && ")))
        }
        it => words(it?),
    };
    let ours = runs.filter(|(name, it)| built.iter().any(|known| **known == image(name, it)));
    ours.map(|(name, it)| user(file, name, if it.is_string() { words(it) } else { command(it) })).collect()
}

/// `dockerCommand`, `preDeployCommand` and `disk` of Render's services.
fn render(file: &File<'_>) -> Vec<ImageUser> {
    let Some(value) = file.yaml() else { return Vec::new() };
    let services = value.get("services").and_then(Value::as_array).into_iter().flatten();
    let written = |it: &Value| it.get("dockerfilePath").and_then(Value::as_str).unwrap_or("Dockerfile").to_owned();
    let is_docker = |it: &&Value| {
        ["runtime", "env"].iter().any(|key| it.get(key).and_then(Value::as_str) == Some("docker"))
            && file.is_dockerfile(&written(it))
    };
    let keys = ["dockerCommand", "preDeployCommand"];
    let services: Vec<&Value> = services.filter(is_docker).collect();
    let commands = services.iter().flat_map(|it| keys.iter().filter_map(|key| Some((*key, it.get(key)?))));
    let disks = services.iter().filter_map(|it| Some(it.get("disk")?.get("mountPath")?.as_str()?.to_owned()));
    let mounting = mounting(file, "mountPath", disks.collect());
    commands.map(|(key, it)| user(file, key, words(it))).chain(mounting).collect()
}

/// `deploy.startCommand` and `deploy.preDeployCommand` of Railway.
fn railway(file: &File<'_>) -> Vec<ImageUser> {
    let json: Option<Value> = serde_json::from_str(file.text()).ok();
    let Some(value) = json.as_ref().or_else(|| file.toml()) else { return Vec::new() };
    let build = |key: &str| value.get("build").and_then(|it: &Value| it.get(key)?.as_str());
    let is_docker = build("builder").is_none_or(|it| it.eq_ignore_ascii_case("dockerfile"));
    if !is_docker || !file.is_dockerfile(build("dockerfilePath").unwrap_or("Dockerfile")) {
        return Vec::new();
    }
    let keys = ["startCommand", "preDeployCommand"];
    let deploy = value.get("deploy");
    let commands = keys.iter().filter_map(|key| Some((*key, deploy?.get(key)?)));
    commands.map(|(key, it)| user(file, key, words(it))).collect()
}

/// `run_command` of DigitalOcean's apps.
fn digital_ocean(file: &File<'_>) -> Vec<ImageUser> {
    let Some(value) = file.yaml() else { return Vec::new() };
    let lists = ["services", "workers", "jobs"].iter().filter_map(|it| value.get(it)?.as_array()).flatten();
    let builds = |it: &&Value| {
        let path = it.get("dockerfile_path").and_then(Value::as_str);
        path.is_some_and(|it| file.is_dockerfile(it) || file.is_dockerfile(&format!("../{it}")))
    };
    let commands = lists.filter(builds).filter_map(|it| it.get("run_command"));
    commands.map(|it| user(file, "run_command", words(it))).collect()
}

/// `using: docker` with the Dockerfile for its image.
fn action(file: &File<'_>) -> Vec<ImageUser> {
    let Some(value) = file.yaml() else { return Vec::new() };
    let run = |key: &str| value.get("runs")?.get(key);
    let text = |key: &str| run(key).and_then(Value::as_str);
    if text("using") != Some("docker") || !text("image").is_some_and(|it| file.is_dockerfile(it)) {
        return Vec::new();
    }
    let entrypoint = text("entrypoint").map(|it| vec![it.to_owned()]);
    vec![ImageUser { entrypoint, is_action: true, ..user(file, "using", run("args").and_then(words)) }]
}
