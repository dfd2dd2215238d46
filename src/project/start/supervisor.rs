//! What supervisord starts by its file (<https://supervisord.org/configuration.html>).

use configparser::ini::{Ini, IniDefault};

use super::{Follower, Place};
use crate::paths;
use crate::shell;

/// Where supervisord itself looks, in its order, as far as images have it there.
const DEFAULTS: &[&str] = &["/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"];

/// The kinds of sections that have a command.
const STARTERS: &[&str] = &["program", "fcgi-program", "eventlistener"];

impl Follower<'_> {
    /// Follows what `words`, which start supervisord, name; whether they do.
    pub(super) fn supervisor(&mut self, words: &[String], place: &Place) -> bool {
        let Some((first, arguments)) = words.split_first() else { return false };
        if paths::file_name(first) != "supervisord" {
            return false;
        }
        self.program(words, place, None);
        let Some((path, text)) = self.configuration(arguments) else {
            self.unknown(format!("what `{}` starts was not found", words.join(" ")));
            return true;
        };
        self.start.scripts.extend(self.ground.path(&place.folder, &path));
        self.start.script_words.push(path.clone());
        match sections(text) {
            Some(sections) => self.sections(&sections, &path, place),
            None => self.unknown(format!("`{path}` can't be read")),
        }
        true
    }

    /// The file that is given, else the first of those that are there; with its text.
    fn configuration(&self, arguments: &[String]) -> Option<(String, String)> {
        let find = self.ground.file?;
        let read = |path: &str| Some((path.to_owned(), find(path)?));
        let is_flag = |it: &String| matches!(it.as_str(), "-c" | "--configuration");
        if let Some(at) = arguments.iter().position(is_flag) {
            return read(arguments.get(at + 1)?);
        }
        let joined =
            arguments.iter().find_map(|it| it.strip_prefix("--configuration=").or_else(|| it.strip_prefix("-c")));
        match joined {
            Some(path) => read(path),
            None => DEFAULTS.iter().find_map(|it| read(it)),
        }
    }

    fn sections(&mut self, sections: &[(String, Section)], path: &str, place: &Place) {
        for (name, section) in sections {
            let kind = name.split(':').next().unwrap_or_default();
            if kind == "include" {
                self.unknown(format!("`{path}` includes other files"));
            }
            self.places(section, path, place);
            let users = section.iter().filter(|it| it.0 == "user");
            self.start.users.extend(users.map(|it| (it.1.clone(), path.to_owned())));
            if STARTERS.contains(&kind) {
                self.supervised(section, path, place);
            }
        }
    }

    /// Logs and sockets in the app's folder: what the build makes may not bring the folder that they lie in.
    fn places(&mut self, section: &Section, path: &str, place: &Place) {
        let is_place = |it: &&(String, String)| it.0.ends_with("file") || it.0 == "childlogdir" || it.0 == "socket";
        let inside =
            |it: &&(String, String)| it.1.contains(['/', '.']) && self.ground.path(&place.folder, &it.1).is_some();
        if let Some((_, value)) = section.iter().filter(is_place).find(inside) {
            self.unknown(format!("`{path}` has `{value}` written, in the app's own folder"));
        }
    }

    /// One program: no shell runs it.
    fn supervised(&mut self, section: &Section, path: &str, place: &Place) {
        let setting = |name: &str| section.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
        let text = setting("command").unwrap_or_default();
        let read = shell::script_of_text(text);
        let words: Option<Vec<String>> = match read.commands.as_slice() {
            [only] if read.complete && !only.redirected && only.assignments.is_empty() && !text.contains("%(") => {
                only.words.iter().map(|it| it.value.clone()).collect()
            }
            _ => None,
        };
        let folder = match setting("directory") {
            Some(folder) => self.ground.path(&place.folder, folder),
            None => Some(place.folder.clone()),
        };
        let (Some(words), Some(folder)) = (words, folder) else {
            return self.unknown(format!("`{text}` of `{path}` is not followed"));
        };
        let mut place = Place { folder, depth: place.depth + 1, ..place.clone() };
        place.assignments.extend(setting("environment").map(environment).unwrap_or_default());
        self.words(&words, place);
    }
}

/// The names and values of a section, comments taken off.
type Section = Vec<(String, String)>;

/// The sections of such a file, in its order; `None` where it is none.
fn sections(text: String) -> Option<Vec<(String, Section)>> {
    let mut syntax = IniDefault::default();
    syntax.delimiters = vec!['='];
    syntax.multiline = true;
    // What ends a line's value is ` ;`, not `;`.
    syntax.enable_inline_comments = false;
    let mut file = Ini::new_from_defaults(syntax);
    let read = file.read(text).ok()?;
    let plain = |it: Option<String>| it.unwrap_or_default().split(" ;").next().unwrap_or_default().trim().to_owned();
    let mut res = Vec::new();
    for (name, section) in read {
        res.push((name, section.into_iter().map(|(name, it)| (name, plain(it))).collect()));
    }
    Some(res)
}

/// `A="b",C=d`.
fn environment(text: &str) -> Vec<(String, String)> {
    let pairs = text.split(',').filter_map(|it| it.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned())).collect()
}
