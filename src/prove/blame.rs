//! Which of several fixes are in the way of a proof, found by halving.

/// Which fixes can stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blamed<T> {
    /// Together they are fine, in their order. Each of the others, added to those before it, is not.
    pub kept: Vec<T>,
    /// Those that are to blame.
    pub blamed: Vec<T>,
}

/// Finds the fixes among `all` that can stay, where all of them together can't: halves are asked for, and where a half is
/// not fine beside what is kept already, its halves. For one culprit among n that is about 2 log n questions. Which fix is
/// blamed where two only harm together depends on their order: it is the later one.
///
/// # Errors
/// As `is_fine` says.
pub fn blame<T: Clone, E>(all: &[T], is_fine: &mut dyn FnMut(&[T]) -> Result<bool, E>) -> Result<Blamed<T>, E> {
    let mut res = Blamed { kept: Vec::new(), blamed: Vec::new() };
    let (left, right) = all.split_at(all.len().div_ceil(2));
    if right.is_empty() {
        return Ok(Blamed { kept: Vec::new(), blamed: all.to_vec() });
    }
    add(&mut res, left, is_fine)?;
    add(&mut res, right, is_fine)?;
    Ok(res)
}

fn add<T: Clone, E>(
    res: &mut Blamed<T>,
    part: &[T],
    is_fine: &mut dyn FnMut(&[T]) -> Result<bool, E>,
) -> Result<(), E> {
    let together = [&res.kept[..], part].concat();
    if is_fine(&together)? {
        res.kept = together;
    } else if let [one] = part {
        res.blamed.push(one.clone());
    } else {
        let (left, right) = part.split_at(part.len().div_ceil(2));
        add(res, left, is_fine)?;
        add(res, right, is_fine)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::{Blamed, blame};

    /// Blames among 1 to `n`, where `bad` decides; gives how often it asked.
    #[track_caller]
    fn check(n: u8, bad: impl Fn(&[u8]) -> bool, blamed: &[u8]) -> usize {
        let (all, mut asked): (Vec<u8>, usize) = ((1..=n).collect(), 0);
        let found: Result<_, Infallible> = blame(&all, &mut |it| {
            asked += 1;
            Ok(!bad(it))
        });
        let kept: Vec<u8> = all.iter().copied().filter(|it| !blamed.contains(it)).collect();
        assert_eq!(found.unwrap(), Blamed { kept, blamed: blamed.to_vec() });
        asked
    }

    #[test]
    fn one_culprit() {
        for culprit in 1..=8 {
            let asked = check(8, |it| it.contains(&culprit), &[culprit]);
            assert!(asked <= 6, "{culprit}: {asked}");
        }
        check(1, |_| true, &[1]);
    }

    #[test]
    fn several_culprits() {
        check(7, |it| it.contains(&2) || it.contains(&7), &[2, 7]);
        check(3, |_| true, &[1, 2, 3]);
        check(5, |it| it.contains(&1) && it.contains(&4), &[4]);
    }

    #[test]
    fn what_stops_the_questions_stops_all() {
        assert_eq!(blame(&[1, 2], &mut |_| Err("stopped")), Err("stopped"));
        assert_eq!(blame::<u8, Infallible>(&[], &mut |_| Ok(false)).unwrap().kept, [0; 0]);
    }
}
