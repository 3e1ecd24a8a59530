//! Rules of the reader, each with the smallest statement that shows it.
