//! check() and fix(): the only doors for the command line, the server and the hook.
