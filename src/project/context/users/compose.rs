//! Services of compose files that run the image of a Dockerfile, however the file is called.

use serde_json::{Map, Value};

use super::super::compose::service;
use super::{File, Given, ImageUser, words};

type Services = Map<String, Value>;

/// `compose.yaml`, `docker-compose.prod.yml`, `compose.override.yaml`, `docker-stack.yml`.
pub(in super::super) fn is_compose(name: &str) -> bool {
    let is_yaml = [".yml", ".yaml"].iter().any(|it| name.ends_with(it));
    is_yaml && ["compose", "docker-stack"].iter().any(|it| name.contains(it))
}

/// Whether a text may name services that are built.
fn is_about_services(text: &str) -> bool {
    text.contains("build") && text.lines().any(|it| it.starts_with("services:"))
}

/// The services that build the Dockerfile, and those that run the image of one that does.
pub(super) fn users(file: &File<'_>) -> Vec<ImageUser> {
    let Some(value) = Some(file).filter(|it| is_about_services(it.text())).and_then(File::yaml) else {
        return Vec::new();
    };
    let Some(services) = value.get("services").and_then(Value::as_object) else { return Vec::new() };
    let built: Vec<_> = services.iter().filter_map(|it| Some((it.1, built_by(file, services, it)?))).collect();
    let images: Vec<(&str, &Option<String>)> =
        built.iter().filter_map(|(it, target)| Some((it.get("image")?.as_str()?, target))).collect();
    let mut res = Vec::new();
    for it in services {
        let image = || field(services, it.1, "image", 0)?.as_str();
        let same = || images.iter().find(|known| Some(known.0) == image()).map(|known| known.1.clone());
        if let Some(target) = built_by(file, services, it).or_else(same) {
            res.extend(users_of(file, services, it, &target));
        }
    }
    res
}

/// The target that a service builds of the Dockerfile.
fn built_by(file: &File<'_>, services: &Services, (name, it): (&String, &Value)) -> Option<Option<String>> {
    let build = field(services, it, "build", 0)?;
    Some(service(name, build, file.folder, file.dockerfile)?.target)
}

/// What the service starts, and what looks after its health.
fn users_of(
    file: &File<'_>,
    services: &Services,
    (name, it): (&String, &Value),
    target: &Option<String>,
) -> [ImageUser; 2] {
    let words = |key: &str| field(services, it, key, 0).and_then(words).map(|it| unescaped(&it));
    let user = field(services, it, "user", 0).map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
    let plain = ImageUser { site: file.site(name), target: target.clone(), user, ..ImageUser::default() };
    let given = given(file, services, it);
    let plain = ImageUser { service: Some(name.clone()), ..plain };
    let health = field(services, it, "healthcheck", 0).and_then(|it| test(it.get("test")?));
    let started = ImageUser { entrypoint: words("entrypoint"), command: words("command"), given, ..plain.clone() };
    // A check is started beside the app: no ENTRYPOINT comes before it.
    [started, ImageUser { entrypoint: health.map(|it| unescaped(&it)), is_check: true, ..plain }]
}

/// What the service gives to its container.
fn given(file: &File<'_>, services: &Services, it: &Value) -> Given {
    let keys = ["volumes", "environment", "env_file", "privileged", "cap_add", "devices"];
    let own = keys.iter().filter_map(|key| Some(((*key).to_owned(), field(services, it, key, 0)?.clone())));
    let own = Value::Object(own.collect());
    let environment = service::environment(file.loader, file.folder, &own);
    Given { mounts: service::mounts(&own), environment, rights: service::rights(&own) }
}

/// A key of a service, also by `<<` and by `extends` in the same file.
fn field<'v>(services: &'v Services, service: &'v Value, key: &str, depth: usize) -> Option<&'v Value> {
    if depth > 8 {
        return None;
    }
    if let Some(value) = service.get(key) {
        return Some(value);
    }
    let merged = service.get("<<").into_iter().flat_map(|it| it.as_array().map_or(std::slice::from_ref(it), |it| it));
    let extended = service.get("extends").and_then(|it| match it {
        Value::String(name) => services.get(name),
        it if it.get("file").is_none() => services.get(it.get("service")?.as_str()?),
        _ => None,
    });
    merged.chain(extended).find_map(|it| field(services, it, key, depth + 1))
}

/// The words of `healthcheck.test`; `None` where it is switched off.
fn test(value: &Value) -> Option<Vec<String>> {
    let shell = |it: &str| ["sh", "-c", it].map(str::to_owned).to_vec();
    let Some(list) = value.as_array() else { return value.as_str().map(shell) };
    let rest = || list[1..].iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    match list.first()?.as_str()? {
        "CMD" => rest().filter(|it| !it.is_empty()),
        "CMD-SHELL" => list.get(1)?.as_str().map(shell),
        _ => None,
    }
}

/// Compose takes `$$` for a dollar sign.
fn unescaped(words: &[String]) -> Vec<String> {
    words.iter().map(|it| it.replace("$$", "$")).collect()
}
