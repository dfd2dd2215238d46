//! From an output file back to the source that it is made of.

use super::{App, Outputs};
use crate::paths;

impl App {
    /// The source of `file` (both from the app's folder): by the output that holds it, or the file itself.
    /// `None` where neither is there.
    pub(crate) fn source_of(&self, file: &str, outputs: &Outputs) -> Option<String> {
        let is_file = |it: &String| self.files.is_file(&self.folder_path(it));
        for output in &outputs.outputs {
            if let Some(source) = output.source_of_entry(file).filter(|it| is_file(&(*it).to_owned())) {
                return Some(source.to_owned());
            }
            let (Some(rest), Some(root)) = (paths::below(&output.path, file), &output.source_root) else { continue };
            if let Some(found) = candidates(&paths::join(root, rest)).into_iter().find(is_file) {
                return Some(found);
            }
        }
        let made = outputs.holding(file).is_some();
        Some(file.to_owned()).filter(|it| !made && is_file(it))
    }
}

/// What may have become `path`, which has the name of an output.
fn candidates(path: &str) -> Vec<String> {
    let Some((stem, extension)) = path.rsplit_once('.') else { return vec![path.to_owned()] };
    let extensions: &[&str] = match extension {
        "js" => &["ts", "tsx", "js", "jsx"],
        // By a bundler, of any.
        "mjs" => &["mts", "mjs", "ts", "js"],
        "cjs" => &["cts", "cjs", "ts", "js"],
        _ => return vec![path.to_owned()],
    };
    extensions.iter().map(|it| format!("{stem}.{it}")).collect()
}
