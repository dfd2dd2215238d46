//! Which instruction a word was meant to be.

/// BuildKit's words, and the instruction that is meant where one is near.
pub(super) fn unknown(name: &str) -> String {
    match NAMES.iter().filter(|it| distance(name, it) <= 1 + it.len() / 5).min_by_key(|it| distance(name, it)) {
        Some(it) => format!("unknown instruction: {name}; did you mean `{it}`?"),
        None => format!("unknown instruction: {name}"),
    }
}

const NAMES: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

fn distance(a: &str, b: &str) -> usize {
    strsim::damerau_levenshtein(a, b)
}

#[cfg(test)]
mod tests {
    use super::unknown;

    #[test]
    fn the_nearest_is_named() {
        for (name, expected) in [
            ("RNU", "unknown instruction: RNU; did you mean `RUN`?"),
            ("FRM", "unknown instruction: FRM; did you mean `FROM`?"),
            ("ENTRYPONIT", "unknown instruction: ENTRYPONIT; did you mean `ENTRYPOINT`?"),
            ("NPM", "unknown instruction: NPM"),
        ] {
            assert_eq!(unknown(name), expected);
        }
    }
}
