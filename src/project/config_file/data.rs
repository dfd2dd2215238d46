//! Configuration that is written as data.

use serde_json::Value;

use super::{Named, Setting};
use crate::project::json;

/// What it is written in; without an extension it is JSON (`.ember-cli`).
pub(super) const ENDINGS: &[&str] = &[".json", ".yml", ".yaml", ".toml", ""];

/// The settings of the file at `path`, at any depth; `None` where it can't be read.
pub(super) fn read(path: &str, text: &str) -> Option<Vec<Named>> {
    let value = match path.rsplit_once('.').map_or("", |it| it.1) {
        "yml" | "yaml" => serde_saphyr::from_str(text).ok()?,
        "toml" => toml::from_str(text).ok()?,
        _ => json::loose(text).ok()?,
    };
    let mut res = Vec::new();
    add(&value, None, &mut res);
    Some(res)
}

fn add(value: &Value, outer: Option<&str>, res: &mut Vec<Named>) {
    match value {
        Value::Object(all) => {
            for (name, value) in all.iter().filter(|it| !it.1.is_null()) {
                let outer = outer.map(str::to_owned);
                res.push(Named { name: name.clone(), value: setting(value), outer, is_of_plugin: false });
                add(value, Some(name), res);
            }
        }
        Value::Array(all) => all.iter().for_each(|it| add(it, outer, res)),
        _ => {}
    }
}

fn setting(value: &Value) -> Setting {
    match value {
        Value::String(text) => Setting::Text(text.clone()),
        Value::Bool(flag) => Setting::Flag(*flag),
        Value::Number(number) => number.as_f64().map_or(Setting::Other, Setting::Number),
        Value::Array(all) => Setting::List(all.iter().map(setting).collect()),
        Value::Object(all) => Setting::Table(all.iter().map(|it| (it.0.clone(), setting(it.1))).collect()),
        Value::Null => Setting::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, Setting, read};

    #[test]
    fn each_kind() {
        let first = |path: &str, text: &str| read(path, text)?.into_iter().next().map(|it| (it.name, it.value));
        let text = |name: &str, value: &str| Some((name.to_owned(), Setting::Text(value.to_owned())));
        assert_eq!(first("_config.yml", "title:\nroot: /blog/\n"), text("root", "/blog/"));
        assert_eq!(first("a.json", "// no\n{\"dest\": \"out\"}"), text("dest", "out"));
        assert_eq!(first(".ember-cli", "{/* no */ \"dest\": \"out\"}"), text("dest", "out"));
        assert_eq!(first("config.toml", "dest = 'out'"), text("dest", "out"));
        assert_eq!(first("a.json", "{"), None);
        let all: Vec<Named> = read("a.yml", "a: [{b: 1}]\n").expect("it is read");
        assert_eq!(all.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }
}
