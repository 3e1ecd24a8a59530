//! What needs the connection of a book: a disk that is full at a page of one's choice.

mod full_disk;
