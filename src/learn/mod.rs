//! What decisions teach. Never silent: each lesson names the decisions that it comes from. Nothing here decides: facts are shown, and a
//! run is given them; levels are worked out, and a run says which it used.

pub mod calibration;
pub mod facts;
