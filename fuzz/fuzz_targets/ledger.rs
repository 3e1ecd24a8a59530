#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lettrage_fuzz::survive("ledger", bytes));
