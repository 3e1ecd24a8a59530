//! The stages of a run and the whole, one module each, on generated data of a fixed seed.
//!
//! `cargo bench` measures all; `cargo bench -- propose` what has `propose` in its name; `cargo bench -- --test` runs each once.
//! Figures are payments a second and, where bytes come in or go out, bytes a second. All of them are one program: linking is
//! dear, and the data is shared.

mod common;
mod exact_sums;
mod formats;
mod matching;
mod normalise;
mod read;
mod shapes;
mod whole;
mod write;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    stages,
    read::bench,
    formats::bench,
    normalise::bench,
    matching::bench,
    exact_sums::bench,
    write::bench,
    whole::bench
);
criterion_group!(bad_shapes, shapes::bench);
criterion_main!(stages, bad_shapes);
