//! What is known already: a JSON report of an earlier run, of which only what is new is told.

use std::collections::HashMap;

use serde_json::Value;

use super::FileReport;

/// How often each diagnostic was there: by path, rule and message, so that lines may move.
#[derive(Debug, Default)]
pub struct Baseline(HashMap<[String; 3], usize>);

impl Baseline {
    /// Reads what `check --output-format json` wrote.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|it| it.to_string())?;
        let files = document["files"].as_array().filter(|_| document["version"] == 1);
        let files = files.ok_or("not what `nodestage check --output-format json` writes")?;
        let mut res = Self::default();
        for file in files {
            for it in file["diagnostics"].as_array().into_iter().flatten() {
                let key =
                    [&file["path"], &it["rule"], &it["message"]].map(|it| it.as_str().unwrap_or_default().to_owned());
                *res.0.entry(key).or_default() += 1;
            }
        }
        Ok(res)
    }

    /// Takes what is known out of `files`, each as often as it was there; how much that was.
    pub fn take_out(mut self, files: &mut [FileReport]) -> usize {
        let mut n_known = 0;
        for file in files {
            let path = &file.path;
            file.diagnostics.retain(|it| {
                let key = [path.clone(), it.rule.to_owned(), it.message.clone()];
                let is_known = self.0.get_mut(&key).filter(|it| **it > 0).map(|it| *it -= 1).is_some();
                n_known += usize::from(is_known);
                !is_known
            });
        }
        n_known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::report::json;
    use crate::text::{Text, range};

    fn file(messages: &[&str]) -> FileReport {
        let diagnostics = messages.iter().map(|it| Diagnostic::new("root-user", range(0, 4), *it)).collect();
        FileReport {
            path: "a".to_owned(),
            text: Text::from("FROM a\n".to_owned()),
            diagnostics,
            ..FileReport::default()
        }
    }

    #[test]
    fn what_was_there_is_taken_out_as_often() {
        let mut out = Vec::new();
        json::write(&mut out, &[file(&["one", "one", "two"])], &[]).expect("a vector takes all");
        let known = Baseline::parse(&String::from_utf8(out).expect("it is UTF-8")).expect("it is a report");
        let mut now = [file(&["one", "new", "one", "one"])];
        assert_eq!(known.take_out(&mut now), 2);
        let left: Vec<&str> = now[0].diagnostics.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(left, ["new", "one"]);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        for text in ["", "[]", "{}", r#"{"version": 2, "files": []}"#] {
            assert!(Baseline::parse(text).is_err(), "{text}");
        }
    }
}
