//! The functions that a script defines: calls of them are no programs.

use super::tree;

/// A function of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Whether it runs the words that it is given: `run() { "$@"; }`.
    pub runs_its_arguments: bool,
}

/// The functions of the script `text`, those in others too.
#[must_use]
pub fn functions(text: &str) -> Vec<Function> {
    let may_define = text.contains("()") || text.contains("function ") || text.contains("( )");
    let Some(tree) = tree::of(text).filter(|_| may_define) else { return Vec::new() };
    let (mut open, mut res) = (vec![tree.root_node()], Vec::new());
    while let Some(node) = open.pop() {
        open.extend(tree::children(node));
        let parts = (node.child_by_field_name("name"), node.child_by_field_name("body"));
        if let ("function_definition", (Some(name), Some(body))) = (node.kind(), parts) {
            let body = super::script_of_text(&text[body.byte_range()]);
            let name = text[name.byte_range()].to_owned();
            res.push(Function { name, runs_its_arguments: body.commands.iter().any(runs_arguments) });
        }
    }
    res
}

fn runs_arguments(command: &super::Command) -> bool {
    let mut words = command.words.iter().map(|it| it.raw.trim_matches('"'));
    let first = words.find(|it| *it != "exec");
    first.is_some_and(|it| it == "$@" || it == "$*" || it.starts_with("${@") || it == "eval" || is_numbered(it))
}

/// `$1`, `${1}`
fn is_numbered(word: &str) -> bool {
    word.strip_prefix('$').is_some_and(|it| it.trim_start_matches('{').starts_with(|it: char| it.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::functions;

    #[test]
    fn of_scripts() {
        for (text, expected) in [
            ("wait_for_db() {\n  while ! nc -z db 5432; do sleep 1; done\n}\nwait_for_db\n", "wait_for_db"),
            ("function log { echo \"$@\"; }\nlog x", "log"),
            ("run() { exec \"$@\"; }\nrun node x.js", "run!"),
            ("as_user() { su-exec node $1; }; go() { $1; }", "go! as_user"),
            ("node server.js", ""),
        ] {
            let found: Vec<String> = functions(text)
                .into_iter()
                .map(|it| format!("{}{}", it.name, if it.runs_its_arguments { "!" } else { "" }))
                .collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
