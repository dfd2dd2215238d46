//! Settings beside the ranges that a frozen install of pnpm holds against its lock (`getOutdatedLockfileSetting`:
//! ERR_PNPM_LOCKFILE_CONFIG_MISMATCH).

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::super::{App, Package, Reason};
use super::Head;
use crate::ecosystem::managers::pnpm_settings;

/// The latest major that reads `pnpm` of package.json.
const LAST_TO_READ_PACKAGE: u32 = 10;

/// The first major of which every minor reads the settings of pnpm-workspace.yaml: pnpm 10 came to that on its way.
const FIRST_TO_READ_FILE: u32 = 11;

/// Such a minor of pnpm 10: 10.5.2 does, 10.5.0 does not.
const FIRST_MINOR_TO_READ_FILE: u32 = 6;

/// A setting of `app` that the lock was not, or may not have been, made with; `major` is pnpm's.
pub(in super::super) fn disagreement(app: &App, head: &Head, file: &str, major: u32) -> Option<Reason> {
    let text = app.files.text(&app.folder_path(pnpm_settings::FILE));
    let told: Value = text.and_then(|it| serde_saphyr::from_str(&it).ok()).unwrap_or_default();
    by_package(&app.package, head, major)
        .or_else(|| by_overrides(&app.package, &told, head, file, major))
        .or_else(|| by_catalogs(&told, head, file))
}

/// Whether every pnpm that may run reads settings of pnpm-workspace.yaml. From 10 on it runs the version that package.json
/// names, whichever is installed.
fn reads_file(package: &Package, major: u32) -> bool {
    let version = package.package_manager.as_ref().map(|it| it.1.as_str()).unwrap_or_default();
    let mut parts = version.split(['.', '+', '-']).map_while(|it| it.parse::<u32>().ok());
    let minor = parts.next().filter(|it| *it == major && major == LAST_TO_READ_PACKAGE).and_then(|_| parts.next());
    major >= FIRST_TO_READ_FILE || minor.is_some_and(|it| it >= FIRST_MINOR_TO_READ_FILE)
}

/// What of package.json takes part besides its lists.
fn by_package(package: &Package, head: &Head, major: u32) -> Option<Reason> {
    let is_idle = |key: &str| head.is_of_9() && (key == "overrides" || pnpm_settings::IDLE_IN_PACKAGE.contains(&key));
    let key = package.pnpm.keys().find(|it| major <= LAST_TO_READ_PACKAGE && !is_idle(it));
    let key = key.map(|it| format!("pnpm.{it}"));
    let key = key.or_else(|| (!package.resolutions.is_empty()).then(|| "resolutions".to_owned()))?;
    Some(format!("`{key}` of package.json takes part in the install").into())
}

/// `overrides`, which the lock repeats. Where two lists are there, or a list is named in them, the minor of pnpm 10 decides.
fn by_overrides(package: &Package, told: &Value, head: &Head, file: &str, major: u32) -> Option<Reason> {
    let reads_file = reads_file(package, major);
    let own = package.pnpm.get("overrides").filter(|_| major <= LAST_TO_READ_PACKAGE);
    let listed = told.get("overrides");
    let lists = if reads_file { told } else { &Value::Null };
    let now = own.or(listed.filter(|_| reads_file)).and_then(Value::as_object).into_iter().flatten();
    let now: BTreeMap<&str, Option<&str>> =
        now.map(|(key, value)| (key.as_str(), meant(package, lists, key, value.as_str()))).collect();
    let then = head.root.get("overrides").and_then(Value::as_object).into_iter().flatten();
    let then: BTreeMap<&str, Option<&str>> = then.map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let is_read = reads_file && own.is_none();
    let is_certain = is_read || listed.is_none() || major < LAST_TO_READ_PACKAGE;
    let is_same = is_certain && now == then && now.values().all(Option::is_some);
    (!is_same).then(|| format!("whether `overrides` of {file} is up to date is not known").into())
}

/// What pnpm takes an override for: `$ms` is what package.json asks for, `catalog:` what a list does.
fn meant<'v>(package: &'v Package, told: &'v Value, key: &str, value: Option<&'v str>) -> Option<&'v str> {
    let value = value?;
    if let Some(name) = value.strip_prefix('$') {
        let lists = [&package.dependencies, &package.dev_dependencies, &package.optional_dependencies];
        return lists.iter().find_map(|it| it.get(name)).map(String::as_str);
    }
    match value.strip_prefix("catalog:") {
        Some(list) => range(told, if list.is_empty() { "default" } else { list }, key)?.as_str(),
        None => Some(value),
    }
}

/// A range of the lock that its list does not have, or has differently; what no package asks for may differ.
fn by_catalogs(told: &Value, head: &Head, file: &str) -> Option<Reason> {
    let locked = head.root.get("catalogs")?.as_object()?;
    let mut ranges = locked.iter().flat_map(|(list, entries)| {
        entries.as_object().into_iter().flatten().map(move |(name, entry)| (list, name, entry.get("specifier")))
    });
    let (_, name, _) = ranges.find(|(list, name, then)| then.is_none() || range(told, list, name) != *then)?;
    Some(format!("`{}` asks for another `{name}` than {file} was made for", pnpm_settings::FILE).into())
}

/// The range of `name` in a list; that of `catalog` is called `default`.
fn range<'v>(told: &'v Value, list: &str, name: &str) -> Option<&'v Value> {
    let plain = told.get("catalog").filter(|_| list == "default").and_then(|it| it.get(name));
    plain.or_else(|| told.get("catalogs")?.get(list)?.get(name))
}

#[cfg(test)]
mod tests {
    use super::reads_file;
    use crate::project::testing::app_with;

    #[test]
    fn versions_of_pnpm_10() {
        for (named, major, expected) in [
            ("pnpm@10.32.1+sha512.ab", 10, true),
            ("pnpm@10.6.0", 10, true),
            ("pnpm@10.5.0", 10, false),
            ("pnpm@10", 10, false),
            ("pnpm@9.15.0", 10, false),
            ("pnpm@10.32.1", 9, false),
            ("yarn@4.1.0", 11, true),
        ] {
            let package = format!(r#"{{"packageManager": "{named}"}}"#);
            let app = app_with(&[("package.json", &package)]);
            assert_eq!(reads_file(&app.package, major), expected, "{named}, {major}");
        }
    }
}
