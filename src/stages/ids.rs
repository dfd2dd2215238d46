//! Indices into the tables of the model: one type for each kind, so that one can't stand for another.

use std::marker::PhantomData;
use std::ops::{Index, Range};
use std::slice;

/// What numbers the rows of a [`Table`].
pub trait Id: Copy {
    /// The one with that number.
    fn new(index: usize) -> Self;
    /// Its number.
    fn index(self) -> usize;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(usize);

        impl $name {
            /// The one with that number, counted from 0.
            #[must_use]
            pub const fn new(index: usize) -> Self {
                Self(index)
            }

            /// Its number, counted from 0.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0
            }

            /// The one after it.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }

            /// The one before it; the first stays.
            #[must_use]
            pub const fn previous(self) -> Self {
                Self(self.0.saturating_sub(1))
            }
        }

        impl Id for $name {
            fn new(index: usize) -> Self {
                Self(index)
            }

            fn index(self) -> usize {
                self.0
            }
        }
    };
}

id! {
    /// A stage: index into [`Model::stages`](super::Model::stages).
    StageId
}

id! {
    /// An instruction of the file: index into [`Model::instructions`](super::Model::instructions).
    InstructionId
}

id! {
    /// An install: index into [`Model::installs`](super::Model::installs).
    InstallId
}

id! {
    /// A run of a build: index into [`Model::builds`](super::Model::builds).
    BuildId
}

/// Indices that follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdRange<I> {
    numbers: Range<usize>,
    id: PhantomData<I>,
}

impl<I: Id> IdRange<I> {
    /// From `start` to the one before `end`.
    #[must_use]
    pub fn new(start: I, end: I) -> Self {
        Self { numbers: start.index()..end.index(), id: PhantomData }
    }

    /// One past the last.
    #[must_use]
    pub fn end(&self) -> I {
        I::new(self.numbers.end)
    }

    /// Whether `id` is one of them.
    #[must_use]
    pub fn contains(&self, id: I) -> bool {
        self.numbers.contains(&id.index())
    }
}

impl<I: Id> Iterator for IdRange<I> {
    type Item = I;

    fn next(&mut self) -> Option<I> {
        self.numbers.next().map(I::new)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.numbers.size_hint()
    }
}

impl<I: Id> DoubleEndedIterator for IdRange<I> {
    fn next_back(&mut self) -> Option<I> {
        self.numbers.next_back().map(I::new)
    }
}

impl<I: Id> ExactSizeIterator for IdRange<I> {}

/// A list whose rows are found by their own kind of index only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<I, T> {
    rows: Vec<T>,
    id: PhantomData<I>,
}

impl<I: Id, T> Table<I, T> {
    /// Without rows.
    #[must_use]
    pub fn new() -> Self {
        Self::from(Vec::new())
    }

    /// Adds a row, and says where.
    pub fn push(&mut self, row: T) -> I {
        let id = self.next_id();
        self.rows.push(row);
        id
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at `id`, where there is one.
    #[must_use]
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.index())
    }

    /// The rows, in order.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// The rows with their indices, in order.
    pub fn iter_enumerated(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.rows.iter().enumerate().map(|(index, row)| (I::new(index), row))
    }

    /// The rows before `id`, in order.
    #[must_use]
    pub fn before(&self, id: I) -> &[T] {
        &self.rows[..id.index()]
    }

    /// The rows after `id`, in order.
    #[must_use]
    pub fn after(&self, id: I) -> &[T] {
        &self.rows[id.index() + 1..]
    }

    /// The indices, in order.
    pub fn ids(&self) -> IdRange<I> {
        IdRange::new(I::new(0), self.next_id())
    }

    /// The index of the last row.
    #[must_use]
    pub fn last_id(&self) -> Option<I> {
        self.len().checked_sub(1).map(I::new)
    }

    /// The index that a row would get that were added now: one past the last.
    #[must_use]
    pub fn next_id(&self) -> I {
        I::new(self.len())
    }

    /// The last row.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.rows.last_mut()
    }

    /// The rows by themselves.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.rows
    }
}

impl<I: Id, T> Default for Table<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I, T> From<Vec<T>> for Table<I, T> {
    fn from(rows: Vec<T>) -> Self {
        Self { rows, id: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Table<I, T> {
    fn from_iter<A: IntoIterator<Item = T>>(rows: A) -> Self {
        Self::from(Vec::from_iter(rows))
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.rows[id.index()]
    }
}

impl<'a, I, T> IntoIterator for &'a Table<I, T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}
