//! What decisions of people teach. Never silent: each lesson names the decisions that it comes from.

pub mod calibration;
