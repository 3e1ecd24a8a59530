//! What a book learns from the decisions in it. Nothing here decides: facts are shown, and a run is given them.

pub mod facts;
