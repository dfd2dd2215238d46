//! Work on many files at once.

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::project::STACK_SIZE;

/// What `work` makes of each item, in their order.
pub(super) fn map<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    if items.len() < 2 {
        return items.iter().map(work).collect();
    }
    let all = || items.par_iter().map(&work).collect();
    // With the stack that following sources wants, it need not be made for each file. As before, only what is used of
    // it is taken.
    match ThreadPoolBuilder::new().stack_size(STACK_SIZE + (8 << 20)).build() {
        Ok(pool) => pool.install(all),
        Err(_) => all(),
    }
}
