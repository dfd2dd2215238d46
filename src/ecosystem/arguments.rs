//! Flags and operands of a command line.

use super::Flag;

/// A command line without its program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    /// Operands, in order; what follows `--` is among them.
    pub(crate) operands: Vec<String>,
    /// Flags without their dashes.
    pub(crate) flags: Vec<Flag>,
    /// How many operands stand in front of `--`.
    pub(crate) n_own: usize,
}

impl Arguments {
    /// Reads `words`. `with_value`: the flags (with dashes) whose value may be the next word.
    pub(crate) fn read(words: &[String], with_value: &[&str]) -> Self {
        let mut res = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--" => {
                    res.n_own = res.operands.len();
                    res.operands.extend(words.cloned());
                    return res;
                }
                it if it.starts_with('-') && it.len() > 1 => {
                    let value = if with_value.contains(&it) { words.next().cloned() } else { None };
                    res.flag(it, value);
                }
                _ => res.operands.push(word.clone()),
            }
        }
        res.n_own = res.operands.len();
        res
    }

    fn flag(&mut self, word: &str, value: Option<String>) {
        let bare = word.trim_start_matches('-');
        let (name, inline) = bare.split_once('=').map_or((bare, None), |(name, it)| (name, Some(it.to_owned())));
        self.flags.push((name.to_owned(), value.or(inline)));
    }

    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.flags.iter().any(|(name, value)| names.contains(&name.as_str()) && value.as_deref() != Some("false"))
    }

    pub(crate) fn value(&self, names: &[&str]) -> Option<&str> {
        self.flags.iter().find(|(name, _)| names.contains(&name.as_str()))?.1.as_deref()
    }

    pub(crate) fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(|(name, _)| names.contains(&name.as_str())).filter_map(|(_, value)| value.as_deref())
    }

    pub(crate) fn operand(&self, n: usize) -> Option<&str> {
        self.operands.get(n).map(String::as_str)
    }
}
