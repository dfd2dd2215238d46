//! What a compose service says of its container: what is mounted, its environment, its rights.

use std::path::Path;

use serde_json::Value;

use super::super::super::{Loader, Mount, MountKind};
use super::super::document::Document;
use crate::ecosystem::secrets;

/// `volumes`, in both forms.
pub(in super::super) fn mounts(service: &Value) -> Vec<Mount> {
    let list = service.get("volumes").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|it| it.as_str().map_or_else(|| long(it), short)).collect()
}

/// `./data:/data:ro`, `cache:/cache`, `/data`
pub(in super::super) fn short(written: &str) -> Option<Mount> {
    let mut parts: Vec<&str> = written.split(':').collect();
    let last = parts.last()?;
    let has_options = parts.len() > 1 && !last.starts_with(['/', '$']) && parts.len() > 2;
    let read_only = has_options && last.split(',').any(|it| it == "ro");
    if has_options {
        parts.pop();
    }
    let target = parts.pop()?.to_owned();
    let source = (!parts.is_empty()).then(|| parts.join(":"));
    let is_path = source.as_ref().is_some_and(|it| it.starts_with(['.', '/', '~', '$', '*']));
    let kind = if is_path { MountKind::Host } else { MountKind::Volume };
    Some(Mount { source, target, kind, read_only })
}

fn long(it: &Value) -> Option<Mount> {
    let field = |key: &str| it.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Mount {
        source: field("source"),
        target: field("target")?,
        kind: if field("type").as_deref() == Some("bind") { MountKind::Host } else { MountKind::Volume },
        read_only: it.get("read_only").and_then(Value::as_bool) == Some(true),
    })
}

/// `environment`, and what the files of `env_file` add to it, from the compose file's folder.
pub(in super::super) fn environment(loader: &dyn Loader, folder: &Path, service: &Value) -> Vec<(String, String)> {
    let mut res = written_out(service);
    for path in env_files(service) {
        let more = variables(loader, &folder.join(path));
        res.extend(more.into_iter().filter(|it| res.iter().all(|known| known.0 != it.0)).collect::<Vec<_>>());
    }
    res
}

/// The paths of `env_file`: a text, or a list of texts or of mappings.
fn env_files(service: &Value) -> Vec<&str> {
    let Some(files) = service.get("env_file") else { return Vec::new() };
    let files = files.as_array().map_or(std::slice::from_ref(files), Vec::as_slice);
    files.iter().filter_map(|it| it.as_str().or_else(|| it.get("path")?.as_str())).collect()
}

/// The variables that a file gives, secrets left out.
pub(in super::super) fn variables(loader: &dyn Loader, path: &Path) -> Vec<(String, String)> {
    let Some(document) = Document::read(loader, path) else { return Vec::new() };
    let pair = |line: &str| {
        let (name, value) = line.trim().trim_start_matches("export ").split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        Some((name.trim().to_owned(), value.to_owned()))
    };
    let is_told = |it: &(String, String)| !it.0.starts_with('#') && !secrets::is_secret(&it.0);
    document.text.lines().filter_map(pair).filter(is_told).collect()
}

/// `environment`, a map or a list.
fn written_out(service: &Value) -> Vec<(String, String)> {
    let Some(environment) = service.get("environment") else { return Vec::new() };
    let pair = |it: &str| it.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    if let Some(list) = environment.as_array() {
        return list.iter().filter_map(Value::as_str).filter_map(pair).collect();
    }
    let fields = environment.as_object().into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// What needs root, or keeps it.
pub(in super::super) fn rights(service: &Value) -> Option<String> {
    if service.get("privileged").and_then(Value::as_bool) == Some(true) {
        return Some("privileged".to_owned());
    }
    let user = service.get("user").map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
    if let Some(user) = user.filter(|it| matches!(it.split(':').next(), Some("0" | "root"))) {
        return Some(format!("user: {user}"));
    }
    ["cap_add", "devices"].into_iter().find(|it| service.get(*it).is_some()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_mount() {
        let of = |written: &str| {
            let it = short(written).expect("a mount");
            (it.source, it.target, it.kind == MountKind::Host, it.read_only)
        };
        let text = |it: &str| Some(it.to_owned());
        assert_eq!(of("./data:/app/data"), (text("./data"), "/app/data".to_owned(), true, false));
        assert_eq!(of("cache:/cache:ro"), (text("cache"), "/cache".to_owned(), false, true));
        assert_eq!(of("/app/node_modules"), (None, "/app/node_modules".to_owned(), false, false));
        let service = serde_json::json!({"volumes": [{"type": "bind", "source": ".", "target": "/app"}], "user": 0});
        assert_eq!(mounts(&service)[0].kind, MountKind::Host);
        assert_eq!(rights(&service), text("user: 0"));
    }
}
