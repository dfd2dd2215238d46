//! What a script does with the words that it is given, by its lines: whether other words may lead it another way.

/// A line of the script that asks for its words in a way that is not followed; `None` where it only hands them on, or
/// compares the first one.
///
/// The scripts of the official images (`if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]`) put `node` in front of
/// what is no program: other words for the same start are no such thing.
pub(super) fn asks_for_words(text: &str) -> Option<&str> {
    text.lines().map(str::trim).filter(|it| !it.starts_with('#')).find(|it| names_words(it) && !is_followed(it))
}

fn names_words(line: &str) -> bool {
    let is_meant = |it: &str| {
        let it = it.trim_start_matches('{');
        it.starts_with(['@', '*', '#', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    };
    line.split('$').skip(1).any(is_meant)
        || line.split_whitespace().any(|it| matches!(it.trim_end_matches(';'), "shift" | "getopts"))
}

fn is_followed(line: &str) -> bool {
    hands_on(line) || is_of_official_image(line) || compares_first(line)
}

/// `exec "$@"`, `exec tini -- "$@"`, `set -- node "$@"`, `"$@"`.
fn hands_on(line: &str) -> bool {
    let start = ["exec ", "set -- ", "\"$@\"", "\"${@}\""].iter().any(|it| line.starts_with(it));
    let rest = line.trim_end_matches(';').replacen("\"$@\"", "", 1).replacen("\"${@}\"", "", 1);
    start && !names_words(&rest) && !line.contains(['|', '&', '<', '>', '('])
}

fn is_of_official_image(line: &str) -> bool {
    line.contains("${1#-}")
}

/// `if [ "$1" = "npm" ]; then`, `case "$1" in`: what `shell::given` follows.
fn compares_first(line: &str) -> bool {
    let is_case = ["case \"$1\" in", "case $1 in", "case \"${1}\" in", "case ${1} in"].contains(&line);
    let rest = ["\"$1\"", "$1", "\"${1}\"", "${1}"].iter().fold(line.to_owned(), |it, word| it.replace(word, ""));
    let is_test = ["if [ ", "elif [ ", "[ ", "if test "].iter().any(|it| line.starts_with(it));
    let compares = [" = ", " == ", " != "].iter().any(|it| line.contains(it));
    is_case || is_test && compares && !names_words(&rest) && !rest.contains(['$', '*', '|'])
}

#[cfg(test)]
mod tests {
    use super::asks_for_words;

    #[test]
    fn by_line() {
        for line in [
            "exec \"$@\"",
            "exec tini -- \"$@\"",
            "set -- node \"$@\"",
            "case \"$1\" in",
            "if [ \"$1\" = \"npm\" ]; then",
            "[ \"$1\" = node ] && node migrate.js",
            "if [ \"${1#-}\" != \"${1}\" ] || [ -z \"$(command -v \"${1}\")\" ]; then",
            "echo $PORT",
            "# \"$*\"",
        ] {
            assert_eq!(asks_for_words(&format!("#!/bin/sh\n{line}\n")), None, "{line}");
        }
        for line in [
            "ARGS=\"$@\"",
            "if [[ \"$*\" == *start* ]]; then",
            "if [ \"${1:-}\" = npm ]; then",
            "for a in \"$@\"; do",
            ". ./lib.sh \"$@\"",
            "case \"${1##*/}\" in",
            "if expr \"$*\" : '.*start' >/dev/null; then",
            "if [ \"$2\" = run ]; then",
            "if [ $# -eq 3 ]; then",
            "last=${@: -1}",
            "while [ $# -gt 0 ]; do",
            "exec node launch.js \"$1\"",
            "exec \"$@\" | tee log",
            "shift",
        ] {
            assert_eq!(asks_for_words(&format!("#!/bin/sh\n{line}\n")), Some(line));
        }
    }
}
