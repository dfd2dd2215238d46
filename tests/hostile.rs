//! Input that nobody means well with, or that nobody wrote: the program stays in its time, its memory and its repository.

mod hostile {
    #[cfg(unix)]
    mod links;
    mod output;
    pub(crate) mod project;
    #[cfg(unix)]
    mod server;
    mod size;
    #[cfg(unix)]
    mod writes;
}
