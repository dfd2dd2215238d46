//! ARG and ENV expansion.
