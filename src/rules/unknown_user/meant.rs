//! The user that a misspelled name means.

use crate::config::nearest;
use crate::inspection::Inspection;
use crate::stages::InstructionId;

/// A user that is created above.
pub(super) struct Meant<'m> {
    pub(super) name: &'m str,
    /// What creates it.
    pub(super) by: InstructionId,
    /// Whether no other can be meant.
    pub(super) is_sure: bool,
}

/// The user created above `at` that is called nearly so.
pub(super) fn meant<'m>(ctx: &'m Inspection, at: InstructionId, name: &str) -> Option<Meant<'m>> {
    let stage = &ctx.model().stages[ctx.model().stage_of(at)?];
    let above = || stage.contents.users.iter().filter(|it| it.1 < at);
    let found = nearest(name, above().map(|it| it.0.as_str()))?;
    let (name_there, by) = above().find(|it| it.0 == found)?;
    Some(Meant { name: name_there, by: *by, is_sure: above().count() == 1 && is_slip(name, found) })
}

/// Whether one letter is missing, too many, another or in the other place, or the words are joined otherwise (`app-user`,
/// `appuser`). Another digit makes another name.
fn is_slip(written: &str, name: &str) -> bool {
    let letters = |it: &str| it.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let digits = |it: &str| it.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_near = written.len() > 3 && name.len() > 3 && nearest_by_one(written, name);
    digits(written) == digits(name) && (letters(written) == letters(name) || is_near)
}

/// Whether one step leads from one word to the other.
fn nearest_by_one(one: &str, other: &str) -> bool {
    let (short, long) =
        if one.len() <= other.len() { (one.as_bytes(), other.as_bytes()) } else { (other.as_bytes(), one.as_bytes()) };
    let n_same = short.iter().zip(long).take_while(|it| it.0 == it.1).count();
    let (short, long) = (&short[n_same..], &long[n_same..]);
    match long.len() - short.len() {
        0 => {
            let is_swapped = short.len() > 1 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..];
            is_swapped || short.get(1..) == long.get(1..)
        }
        1 => *short == long[1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn slips() {
        for (written, name) in [
            ("nexjs", "nextjs"),
            ("nextjss", "nextjs"),
            ("nxetjs", "nextjs"),
            ("nextjz", "nextjs"),
            ("appuser", "app-user"),
        ] {
            assert!(is_slip(written, name), "{written}");
        }
        for (written, name) in
            [("app2", "app1"), ("web", "app"), ("ap", "app"), ("somebody", "nextjs"), ("nets", "nextjs")]
        {
            assert!(!is_slip(written, name), "{written}");
        }
    }
}
