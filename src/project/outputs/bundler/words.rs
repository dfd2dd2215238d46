//! The words of a command line, read by the options that it is known to have.

/// What a tool understands besides its entries.
pub(super) struct Options {
    /// Those that take the next word, or one after `=` or `:`.
    pub(super) valued: &'static [&'static str],
    /// Those without a value, or with one after `=`.
    pub(super) bare: &'static [&'static str],
}

/// The words as they were understood.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) operands: Vec<String>,
    given: Vec<(String, String)>,
}

impl Words {
    /// Reads `arguments`.
    ///
    /// # Errors
    /// The first option that is not known.
    pub(super) fn read(arguments: &[String], options: &Options) -> Result<Self, String> {
        let mut res = Self::default();
        let mut rest = arguments.iter();
        while let Some(word) = rest.next() {
            let (flag, own) = match word.split_once('=') {
                Some((flag, value)) if word.starts_with('-') => (flag, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            // esbuild: `--external:pg`, `--define:a=b`
            let (flag, own) = match flag.split_once(':') {
                Some((flag, value)) if word.starts_with('-') => {
                    (flag, Some(format!("{value}{}", own.unwrap_or_default())))
                }
                _ => (flag, own),
            };
            match flag {
                it if options.valued.contains(&it) => {
                    let value = own.or_else(|| rest.next().cloned()).unwrap_or_default();
                    res.given.push((it.to_owned(), value));
                }
                it if options.bare.contains(&it) => res.given.push((it.to_owned(), own.unwrap_or_default())),
                it if it.starts_with('-') => return Err(word.clone()),
                _ => res.operands.push(word.clone()),
            }
        }
        Ok(res)
    }

    /// The last value given by one of `names`.
    pub(super) fn value(&self, names: &[&str]) -> Option<&str> {
        self.given.iter().rev().find(|it| names.contains(&it.0.as_str())).map(|it| it.1.as_str())
    }

    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.value(names).is_some()
    }

    /// What an option that turns source maps on says; `None` where it is not given.
    pub(super) fn maps(&self, names: &[&str]) -> Option<bool> {
        self.value(names).map(|it| !matches!(it, "false" | "none"))
    }
}

/// The option that has one of `names` taken out of `arguments`: its value, if one follows, and the other words. `None` where
/// it is not among them.
pub(in super::super) fn taken(arguments: &[String], names: &[&str]) -> Option<(Option<String>, Vec<String>)> {
    let at = arguments.iter().position(|it| names.contains(&it.split('=').next().unwrap_or(it)))?;
    let own = arguments[at].split_once('=').map(|it| it.1.to_owned());
    let next = arguments.get(at + 1).filter(|it| own.is_none() && !it.starts_with('-'));
    let n_taken = 1 + usize::from(next.is_some());
    let rest = arguments[..at].iter().chain(&arguments[at + n_taken..]);
    Some((own.or(next.cloned()), rest.cloned().collect()))
}
