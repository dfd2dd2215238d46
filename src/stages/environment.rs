//! Which environment the names of stages, files and folders speak of.

/// Words for what one works with.
const DEVELOPMENT: &[&str] = &[
    "dev",
    "devel",
    "develop",
    "development",
    "test",
    "tests",
    "testing",
    "debug",
    "local",
    "lint",
    "e2e",
    "devcontainer",
    "gitpod",
    "tilt",
];

/// Folders of Dockerfiles that one works with. `dev/tools/Dockerfile` may ship all the same, as may a `test`.
const FOLDERS: &[&str] = &["dev", "devel", "develop", "development", "local", ".devcontainer"];

/// Words that nobody gives to what does not ship.
const PRODUCTION: &[&str] = &["production", "prod", "release"];

/// Whether a name says development: `dev-envs`, `app_test`, `Dockerfile.dev`.
#[must_use]
pub fn says_development(name: &str) -> bool {
    has_word(name, DEVELOPMENT)
}

/// Whether a name says production: `prod`, `Dockerfile.production`.
#[must_use]
pub fn says_production(name: &str) -> bool {
    has_word(name, PRODUCTION)
}

/// Whether the name of the folder that a Dockerfile stands in says development.
#[must_use]
pub fn is_for_development(folder: &str) -> bool {
    FOLDERS.contains(&folder.to_ascii_lowercase().as_str())
}

/// Whether a part of the name is one of `words`.
pub(super) fn has_word(name: &str, words: &[&str]) -> bool {
    name.to_ascii_lowercase().split(['-', '_', '.']).any(|it| words.contains(&it))
}

#[cfg(test)]
mod tests {
    use super::{says_development, says_production};

    #[test]
    fn by_whole_words() {
        for name in ["dev", "Dev-envs", "app_test", "Dockerfile.dev", "api.test.Dockerfile", ".devcontainer"] {
            assert!(says_development(name), "{name}");
        }
        for name in ["Dockerfile", "maildev.Dockerfile", "latest", "device", "Dockerfile.prod"] {
            assert!(!says_development(name), "{name}");
        }
        assert!(says_production("Dockerfile.prod") && !says_production("products"));
    }
}
