//! Items and customers of several files become one list (being built)
