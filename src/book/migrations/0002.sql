-- The book, version 2: what was written for the accounting ledger.

ALTER TABLE ledger_line ADD COLUMN auxiliary TEXT NOT NULL DEFAULT '';    -- the customer's number in the auxiliary ledger
ALTER TABLE ledger_line ADD COLUMN lettering TEXT NOT NULL DEFAULT '';    -- the code that the line is lettered with

CREATE TABLE posting_batch (                -- one for each operation "post"
    op          INTEGER PRIMARY KEY REFERENCES operation (seq),
    format      TEXT NOT NULL,
    period      TEXT NOT NULL,
    header      TEXT NOT NULL,              -- JSON: the posting without its entries and codes
    files       TEXT NOT NULL               -- JSON: name and SHA-256 of each file, in their order
) STRICT;

CREATE TABLE posting_file (                 -- the files of a batch, so that it can be written again byte for byte
    op          INTEGER NOT NULL REFERENCES posting_batch (op),
    name        TEXT NOT NULL,
    bytes       BLOB NOT NULL,              -- zlib
    PRIMARY KEY (op, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE posting (                      -- entries of a batch that the ledger is to take
    op          INTEGER NOT NULL REFERENCES posting_batch (op),
    n           INTEGER NOT NULL,           -- place in the batch
    key         TEXT NOT NULL,
    number      INTEGER NOT NULL,           -- of the entry; of what is only carried, in a sequence of its own
    kind        TEXT NOT NULL CHECK (kind IN ('carried', 'payment', 'settlement', 'reversal')),
    subject     TEXT NOT NULL,              -- identifier of the payment or item
    decision    INTEGER REFERENCES decision (n),   -- what it books; NULL: money that waits on the suspense account, and reversals
    reverses    TEXT NOT NULL,              -- key of the entry that it takes back, or empty
    entry       TEXT NOT NULL,              -- JSON
    PRIMARY KEY (op, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE lettering (                    -- codes that a batch gives to lines, or takes off them
    op          INTEGER NOT NULL REFERENCES posting_batch (op),
    n           INTEGER NOT NULL,           -- place in the batch
    item        TEXT NOT NULL,
    change      TEXT NOT NULL,              -- JSON
    PRIMARY KEY (op, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE posting_answer (               -- what the ledger said, by operation "confirm"
    op          INTEGER NOT NULL REFERENCES operation (seq),
    key         TEXT NOT NULL,
    batch       INTEGER NOT NULL REFERENCES posting_batch (op),
    taken       INTEGER NOT NULL CHECK (taken IN (0, 1)),
    message     TEXT NOT NULL,
    place       TEXT NOT NULL,
    PRIMARY KEY (op, key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER posting_stays BEFORE DELETE ON posting BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER posting_is_final BEFORE UPDATE ON posting BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER lettering_stays BEFORE DELETE ON lettering BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER lettering_is_final BEFORE UPDATE ON lettering BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
