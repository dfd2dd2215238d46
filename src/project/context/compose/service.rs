//! What a compose service says of its container: what is mounted, its environment, its rights.

use std::path::Path;

use serde_json::Value;

use super::super::super::{Loader, Mount};

/// Larger files hold no variables.
const MAX_VARIABLES: usize = 64 << 10;

/// `volumes`, in both forms.
pub(super) fn mounts(service: &Value) -> Vec<Mount> {
    let list = service.get("volumes").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|it| it.as_str().map_or_else(|| long(it), short)).collect()
}

/// `./data:/data:ro`, `cache:/cache`, `/data`
fn short(written: &str) -> Option<Mount> {
    let mut parts: Vec<&str> = written.split(':').collect();
    let last = parts.last()?;
    let has_options = parts.len() > 1 && !last.starts_with(['/', '$']) && parts.len() > 2;
    let read_only = has_options && last.split(',').any(|it| it == "ro");
    if has_options {
        parts.pop();
    }
    let target = parts.pop()?.to_owned();
    let source = (!parts.is_empty()).then(|| parts.join(":"));
    let is_bind = source.as_ref().is_some_and(|it| it.starts_with(['.', '/', '~', '$']));
    Some(Mount { source, target, is_bind, read_only })
}

fn long(it: &Value) -> Option<Mount> {
    let field = |key: &str| it.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Mount {
        source: field("source"),
        target: field("target")?,
        is_bind: field("type").as_deref() == Some("bind"),
        read_only: it.get("read_only").and_then(Value::as_bool) == Some(true),
    })
}

/// `environment`, a map or a list.
pub(super) fn environment(service: &Value) -> Vec<(String, String)> {
    let Some(environment) = service.get("environment") else { return Vec::new() };
    let pair = |it: &str| it.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    if let Some(list) = environment.as_array() {
        return list.iter().filter_map(Value::as_str).filter_map(pair).collect();
    }
    let fields = environment.as_object().into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// NODE_OPTIONS in the files that `env_file`, one name or a list, has read.
pub(super) fn of_files(loader: &dyn Loader, folder: &Path, service: &Value) -> Option<(String, String)> {
    let written = service.get("env_file")?;
    let names = written.as_array().map_or(std::slice::from_ref(written), |it| it);
    let names = names.iter().filter_map(|it| it.as_str().or_else(|| it.get("path")?.as_str()));
    let texts = names.filter_map(|it| loader.read(&folder.join(it)).ok()).filter(|it| it.len() <= MAX_VARIABLES);
    let found = |text: Vec<u8>| {
        let text = String::from_utf8(text).ok()?;
        let line = text.lines().find_map(|it| it.trim_start().strip_prefix("NODE_OPTIONS="))?;
        Some(line.trim().trim_matches(['"', '\'']).to_owned())
    };
    texts.filter_map(found).last().map(|it| ("NODE_OPTIONS".to_owned(), it))
}

/// What needs root, or keeps it.
pub(super) fn rights(service: &Value) -> Option<String> {
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
            (it.source, it.target, it.is_bind, it.read_only)
        };
        let text = |it: &str| Some(it.to_owned());
        assert_eq!(of("./data:/app/data"), (text("./data"), "/app/data".to_owned(), true, false));
        assert_eq!(of("cache:/cache:ro"), (text("cache"), "/cache".to_owned(), false, true));
        assert_eq!(of("/app/node_modules"), (None, "/app/node_modules".to_owned(), false, false));
        let service = serde_json::json!({"volumes": [{"type": "bind", "source": ".", "target": "/app"}], "user": 0});
        assert!(mounts(&service)[0].is_bind);
        assert_eq!(rights(&service), text("user: 0"));
    }
}
