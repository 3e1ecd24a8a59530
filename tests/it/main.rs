//! Every integration test, as modules of one program: linking is dear.

mod synth;
