//! The code that a framework builds its server of.

use super::runtime::is_component;
use super::{App, EntryKind};
use crate::ecosystem::files;
use crate::paths;

/// More files are not looked at.
const MAX_FILES: usize = 1_000;
const MAX_DEPTH: usize = 16;

const CODE: &[&str] = &["js", "cjs", "mjs", "ts", "cts", "mts", "jsx", "tsx"];

/// Code in a form that is not read here.
const OTHER_CODE: &[&str] = &["md", "mdx"];

/// The modules in these files and folders, from the app's folder, without tests and those after a `!`; `None` where some of the code is in another
/// form, there is none, or more than we look at.
pub(super) fn modules(app: &App, places: &[&str]) -> Option<Vec<String>> {
    let mut res = Vec::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    for place in places {
        match app.files.kind(&app.folder_path(place)) {
            Some(EntryKind::File) if is_other(place) => return None,
            Some(EntryKind::File) => res.push((*place).to_owned()),
            Some(_) => open.push(((*place).to_owned(), 0)),
            None => {}
        }
    }
    while let Some((folder, depth)) = open.pop() {
        for (name, kind) in app.files.list(&app.folder_path(&folder)) {
            let path = paths::join(&folder, &name);
            match kind {
                _ if is_foreign(&name) => {}
                EntryKind::Folder => open.push((path, depth + 1)),
                EntryKind::File if is_other(&name) => return None,
                EntryKind::File if places.iter().any(|it| it.strip_prefix('!') == Some(&path)) => {}
                EntryKind::File if is_component(&name) => res.push(path),
                EntryKind::File if CODE.iter().any(|it| has_extension(&name, it)) => res.push(path),
                EntryKind::File => {}
            }
        }
        if res.len() > MAX_FILES || depth > MAX_DEPTH {
            return None;
        }
    }
    res.sort();
    (!res.is_empty()).then_some(res)
}

fn is_other(name: &str) -> bool {
    OTHER_CODE.iter().any(|it| has_extension(name, it))
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|it| it.1 == extension)
}

/// Tests, types, stories, and what is hidden or other people's.
fn is_foreign(name: &str) -> bool {
    let is_apart = matches!(name, "node_modules" | "__tests__" | "__mocks__") || name.starts_with('.');
    is_apart || files::is_test_name(name) || files::is_declaration(name) || name.contains(".stories.")
}

#[cfg(test)]
mod tests {
    use super::modules;
    use crate::project::testing::project_of;

    #[test]
    fn of_a_framework() {
        let check = |files: &[&str], expected: Option<&[&str]>| {
            let files: Vec<(&str, &str)> = files.iter().map(|it| (*it, "{}")).chain([("package.json", "{}")]).collect();
            let project = project_of(&files, "Dockerfile", &["package.json"]);
            let app = project.app("").expect("package.json is there");
            let found = modules(&app, &["app", "middleware.ts", "proxy.ts", "!app/routes.ts"]);
            assert_eq!(
                found.as_deref().map(|it| it.iter().map(String::as_str).collect()),
                expected.map(<[&str]>::to_vec)
            );
        };
        check(&["app/page.tsx", "app/page.test.tsx", "app/style.css"], Some(&["app/page.tsx"]));
        check(&["app/test/page.tsx", "middleware.ts", "lib/a.ts"], Some(&["app/test/page.tsx", "middleware.ts"]));
        check(&["app/page.tsx", "app/about/page.mdx"], None);
        check(&["app/page.tsx", "app/routes.ts"], Some(&["app/page.tsx"]));
        check(&["app/a.vue"], Some(&["app/a.vue"]));
        check(&["app/page.tsx", "proxy.ts"], Some(&["app/page.tsx", "proxy.ts"]));
        check(&["lib/a.ts"], None);
    }
}
