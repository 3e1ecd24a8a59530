//! Every shape of a date, and what only looks like one.
