-- The book, version 1. Money is an integer of minor units, beside the ISO 4217 code of its currency. Days are ISO 8601 texts.

CREATE TABLE operation (                    -- the log: append-only, chained
    seq         INTEGER PRIMARY KEY,        -- from 1 without a gap
    at          TEXT NOT NULL,              -- UTC
    who         TEXT NOT NULL,
    kind        TEXT NOT NULL,
    summary     TEXT NOT NULL,
    why         TEXT NOT NULL,
    run         TEXT NOT NULL,              -- identifier of the run that it makes or rests on, or empty
    rules       TEXT NOT NULL,              -- SHA-256 of the configuration that held, or empty
    payload     TEXT NOT NULL,              -- JSON: what was asked for
    details     TEXT NOT NULL,              -- BLAKE3 over its rows of "decision", "application" and "change"
    previous    TEXT NOT NULL,              -- hash of the entry before; of the first, that of the empty chain
    hash        TEXT NOT NULL,              -- BLAKE3 over all of the above
    undone_by   INTEGER REFERENCES operation (seq)   -- follows from the entries; kept for speed
) STRICT;

CREATE TABLE original (                     -- input files as they were received
    sha256      TEXT PRIMARY KEY,
    size        INTEGER NOT NULL,
    bytes       BLOB NOT NULL               -- zlib
) STRICT;

CREATE TABLE file (                         -- what was read from them: a file, or a member of a container
    n           INTEGER PRIMARY KEY,
    op          INTEGER NOT NULL REFERENCES operation (seq),
    original    TEXT NOT NULL REFERENCES original (sha256),
    sha256      TEXT NOT NULL,
    path        TEXT NOT NULL,
    role        TEXT NOT NULL,              -- statement, invoices, customers, ledger
    format      TEXT NOT NULL,
    version     TEXT NOT NULL,
    size        INTEGER NOT NULL,
    records     INTEGER NOT NULL,
    scope       TEXT NOT NULL,              -- of a list of items: full (a snapshot of all that is open) or added
    extracted   TEXT,                       -- day on which a list was extracted, as far as it is known
    notes       TEXT NOT NULL,              -- JSON
    content     BLOB NOT NULL,              -- zlib of JSON: the records as the file delivers them
    active      INTEGER NOT NULL CHECK (active IN (0, 1))   -- 0: its import was undone
) STRICT;
CREATE INDEX file_by_original ON file (original);

CREATE TABLE statement (                    -- statements that create money, as all active files together give them
    n           INTEGER PRIMARY KEY,
    file        INTEGER NOT NULL REFERENCES file (n),
    account     TEXT NOT NULL,
    currency    TEXT NOT NULL,              -- empty where the statement does not say
    first_day   TEXT,
    last_day    TEXT,
    body        TEXT NOT NULL               -- JSON: identifiers, balances, totals
) STRICT;

CREATE TABLE finding (                      -- checks of the statements, as delivered
    n           INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    scope       TEXT NOT NULL,
    holds       INTEGER CHECK (holds IN (0, 1)),   -- NULL: cannot be made
    text        TEXT NOT NULL
) STRICT;

CREATE TABLE decision (                     -- append-only; part of the log
    n           INTEGER PRIMARY KEY,
    op          INTEGER NOT NULL REFERENCES operation (seq),
    payment     INTEGER REFERENCES payment (n),
    item        INTEGER REFERENCES item (n),
    before      INTEGER REFERENCES decision (n),   -- the decision that stood before it
    kind        TEXT NOT NULL CHECK (kind IN ('apply', 'outside', 'return', 'hold', 'reject', 'settle')),
    author      TEXT NOT NULL CHECK (author IN ('engine', 'rule', 'person')),
    by          TEXT NOT NULL,
    account     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    until       TEXT,
    returns     INTEGER REFERENCES payment (n),
    probability INTEGER,                    -- millionths
    differences TEXT NOT NULL,              -- fee:2500|discount:1240, in minor units of the payment
    refused     TEXT NOT NULL,              -- of a refusal: the items of the equation that was refused, as 12|15
    CHECK ((payment IS NULL) <> (item IS NULL))
) STRICT;
CREATE INDEX decision_by_op ON decision (op);
CREATE INDEX decision_open ON decision (payment) WHERE kind IN ('hold', 'reject');
CREATE INDEX decision_by_return ON decision (returns) WHERE returns IS NOT NULL;

CREATE TABLE application (                  -- append-only; part of the log
    decision    INTEGER NOT NULL REFERENCES decision (n),
    item        INTEGER NOT NULL REFERENCES item (n),
    minor       INTEGER NOT NULL,           -- what the decision takes off the item
    PRIMARY KEY (decision, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX application_by_item ON application (item);

CREATE TABLE change (                       -- append-only; part of the log: decisions that an operation put back instead of making them
    op          INTEGER NOT NULL REFERENCES operation (seq),
    subject     INTEGER NOT NULL,           -- a payment's number, or an item's as a negative one
    before      INTEGER REFERENCES decision (n),   -- what stood before it
    after       INTEGER REFERENCES decision (n),   -- what stands after it
    PRIMARY KEY (op, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE payment (                      -- booked transactions, as all active files together give them
    n           INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    account     TEXT NOT NULL,
    booked      TEXT NOT NULL,
    valued      TEXT,
    minor       INTEGER NOT NULL,
    currency    TEXT NOT NULL,
    payer_name  TEXT NOT NULL,
    ultimate_name TEXT NOT NULL,
    payer_iban  TEXT NOT NULL,
    remittance  TEXT NOT NULL,
    structured_references TEXT NOT NULL,    -- JSON list, or empty
    end_to_end_id TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    nature      TEXT NOT NULL,
    return_reason TEXT NOT NULL,
    file        INTEGER NOT NULL REFERENCES file (n),
    position    TEXT NOT NULL,
    present     INTEGER NOT NULL CHECK (present IN (0, 1)),   -- 0: no active file has it
    decision    INTEGER REFERENCES decision (n)               -- the one that stands
) STRICT;
CREATE INDEX payment_open ON payment (booked, id) WHERE present = 1 AND decision IS NULL;
CREATE INDEX payment_by_day ON payment (booked, id) WHERE present = 1;

CREATE TABLE item (                         -- open items, as the lists give them one after the other
    n           INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    number      TEXT NOT NULL,
    seller      TEXT NOT NULL,
    payment_references TEXT NOT NULL,       -- JSON list, or empty
    order_number TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    customer_ibans TEXT NOT NULL,           -- JSON list, or empty
    issued      TEXT,
    due         TEXT,
    minor       INTEGER NOT NULL,
    listed      INTEGER NOT NULL,           -- open, as the last list that has it says
    open        INTEGER NOT NULL,           -- listed, less what standing decisions took off since
    currency    TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
    terms       TEXT NOT NULL,
    due_rule    TEXT NOT NULL,              -- JSON, or empty
    discount    TEXT NOT NULL,              -- JSON, or empty
    vat         TEXT NOT NULL,              -- JSON, or empty
    file        INTEGER NOT NULL REFERENCES file (n),
    position    TEXT NOT NULL,
    missing     INTEGER REFERENCES file (n),   -- the full list that does not have it any more
    present     INTEGER NOT NULL CHECK (present IN (0, 1)),   -- 0: no active list had it
    decision    INTEGER REFERENCES decision (n)
) STRICT;
CREATE INDEX item_open ON item (due, id) WHERE present = 1 AND open <> 0;
CREATE INDEX item_missing ON item (missing) WHERE missing IS NOT NULL;

CREATE TABLE taken_over (                   -- applications that the accounting ledger has booked: they are in "listed"
    decision    INTEGER NOT NULL REFERENCES decision (n),
    item        INTEGER NOT NULL REFERENCES item (n),
    file        INTEGER NOT NULL REFERENCES file (n),
    PRIMARY KEY (decision, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE item_image (                   -- items as they were before a list changed them: what undoing its import puts back
    file        INTEGER NOT NULL REFERENCES file (n),
    item        INTEGER NOT NULL REFERENCES item (n),
    body        TEXT NOT NULL,              -- JSON; empty: the list brought the item
    PRIMARY KEY (file, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
    id          TEXT PRIMARY KEY,
    file        INTEGER NOT NULL REFERENCES file (n),
    body        TEXT NOT NULL               -- JSON
) STRICT;

CREATE TABLE ledger_line (                  -- the general ledger; of several files the last active one counts, for each account and month
    n           INTEGER PRIMARY KEY,
    file        INTEGER NOT NULL REFERENCES file (n),
    account     TEXT NOT NULL,
    booked      TEXT NOT NULL,
    minor       INTEGER NOT NULL,           -- debit positive, credit negative
    currency    TEXT NOT NULL,
    name        TEXT NOT NULL,              -- journal and number of the entry
    text        TEXT NOT NULL,
    opening     INTEGER NOT NULL CHECK (opening IN (0, 1))
) STRICT;
CREATE INDEX ledger_line_by_account ON ledger_line (account, booked);
CREATE VIEW current_ledger_line AS          -- a later file replaces what earlier ones say of the same account and month
    SELECT l.* FROM ledger_line l JOIN file f ON f.n = l.file WHERE f.active = 1 AND l.file = (
        SELECT max(o.file) FROM ledger_line o JOIN file g ON g.n = o.file
        WHERE g.active = 1 AND o.account = l.account AND substr(o.booked, 1, 7) = substr(l.booked, 1, 7));

CREATE TABLE run (
    op          INTEGER PRIMARY KEY REFERENCES operation (seq),
    id          TEXT NOT NULL,
    as_of       TEXT NOT NULL,
    version     TEXT NOT NULL,              -- of the program
    configuration TEXT NOT NULL,            -- JSON
    weights     TEXT NOT NULL,              -- JSON
    inputs      TEXT NOT NULL,              -- JSON: what was looked at
    open_before INTEGER NOT NULL            -- payments that it looked at
) STRICT;
CREATE INDEX run_by_id ON run (id);

CREATE TABLE verdict (                      -- what each run said of the payments that it looked at
    payment     INTEGER NOT NULL REFERENCES payment (n),
    run         INTEGER NOT NULL REFERENCES run (op),
    bucket      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    flags       INTEGER NOT NULL,
    probability INTEGER NOT NULL,
    weight      INTEGER NOT NULL,
    PRIMARY KEY (payment, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (                     -- what a verdict rests on; apart from it, because listings read many verdicts and few of these
    payment     INTEGER NOT NULL REFERENCES payment (n),
    run         INTEGER NOT NULL REFERENCES run (op),
    body        TEXT NOT NULL,              -- JSON: hypotheses with their terms
    PRIMARY KEY (payment, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    op          INTEGER PRIMARY KEY REFERENCES operation (seq),
    payment     INTEGER REFERENCES payment (n),
    item        INTEGER REFERENCES item (n),
    text        TEXT NOT NULL,
    CHECK ((payment IS NULL) <> (item IS NULL))
) STRICT;
CREATE INDEX note_by_payment ON note (payment) WHERE payment IS NOT NULL;
CREATE INDEX note_by_item ON note (item) WHERE item IS NOT NULL;

CREATE TABLE period (
    month       TEXT PRIMARY KEY,
    op          INTEGER NOT NULL REFERENCES operation (seq),
    seal        TEXT NOT NULL               -- BLAKE3 over its lines
) STRICT;

CREATE TABLE seal_line (
    month       TEXT NOT NULL REFERENCES period (month),
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,
    text        TEXT NOT NULL,
    PRIMARY KEY (month, kind, key)
) STRICT, WITHOUT ROWID;

-- What is in the log stays in it. A counter-entry corrects; nothing is overwritten.
CREATE TRIGGER operation_stays BEFORE DELETE ON operation BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER operation_is_final BEFORE UPDATE OF seq, at, who, kind, summary, why, run, rules, payload, details, previous, hash ON operation
    WHEN old.hash <> '' BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER decision_stays BEFORE DELETE ON decision BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER decision_is_final BEFORE UPDATE ON decision BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER application_stays BEFORE DELETE ON application BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER application_is_final BEFORE UPDATE ON application BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER change_stays BEFORE DELETE ON change BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER change_is_final BEFORE UPDATE ON change BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
