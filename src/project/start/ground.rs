//! Where in an image a start command runs, and what of the context lies there.

use crate::paths;

/// Finds the text of a file of the context, by the word for it in the image.
type FindScript<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The ground that a start command runs on.
#[derive(Clone, Copy, Default)]
pub struct Ground<'a> {
    /// The app's folder in the image, absolute; `None` where unknown: then the command is taken to run in it.
    pub root: Option<&'a str>,
    /// The working directory.
    pub workdir: Option<&'a str>,
    /// The text of a shell script of the context, by the word that starts it in the image.
    pub script: Option<&'a FindScript<'a>>,
    /// The text of any file of the context, by its path in the image.
    pub file: Option<&'a FindScript<'a>>,
}

impl Ground<'_> {
    /// The working directory, from the app's folder.
    pub(super) fn folder(&self) -> String {
        self.root.zip(self.workdir).and_then(|(root, workdir)| paths::relative(root, workdir)).unwrap_or_default()
    }

    /// What `written` in `folder` (from the app's folder) is, from the app's folder; `None` where it lies outside,
    /// or can't be told.
    pub(super) fn path(&self, folder: &str, written: &str) -> Option<String> {
        if written.contains('$') {
            return None;
        }
        let path = paths::resolve(folder, written);
        if !written.starts_with('/') && (!paths::is_outside(&path) || self.root.is_none()) {
            return Some(path);
        }
        let root = self.root?;
        let whole = if written.starts_with('/') { written } else { &path };
        paths::below(root, &paths::absolute(root, whole)).map(str::to_owned)
    }

    /// The script that `words` start, as written, its text, and the arguments that it gets.
    pub(super) fn script<'w>(&self, words: &'w [String]) -> Option<(&'w str, String, &'w [String])> {
        let script = self.script?;
        let (first, rest) = words.split_first()?;
        if matches!(paths::file_name(first), "sh" | "bash" | "ash" | "dash") {
            let n_flags = rest.iter().take_while(|it| it.starts_with('-') && !it.contains('c')).count();
            let (file, arguments) = rest.get(n_flags..)?.split_first().filter(|it| !it.0.starts_with('-'))?;
            return Some((file, script(file)?, arguments));
        }
        Some((first, script(first)?, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::Ground;

    #[test]
    fn paths_of_the_image() {
        for (root, workdir, written, expected) in [
            ("/app", "/app", "server.js", Some("server.js")),
            ("/app", "/app", "/app/dist/x.js", Some("dist/x.js")),
            ("/app", "/", "app/server.js", Some("server.js")),
            ("/app/orders", "/app", "orders", Some("")),
            ("/app/orders", "/app", "orders/main.js", Some("main.js")),
            ("/app", "/app/dist", "x.js", Some("dist/x.js")),
            ("/app", "/app/dist", "../x.js", Some("x.js")),
            ("/app", "/app", "/srv/x.js", None),
            ("/app", "/app", "../x.js", None),
            ("/app", "/app", "$FILE", None),
        ] {
            let ground = Ground { root: Some(root), workdir: Some(workdir), script: None, file: None };
            assert_eq!(ground.path(&ground.folder(), written).as_deref(), expected, "{root} {workdir} {written}");
        }
        assert_eq!(Ground::default().path("", "/app/x.js"), None);
        assert_eq!(Ground::default().path("", "../x.js").as_deref(), Some("../x.js"));
    }
}
