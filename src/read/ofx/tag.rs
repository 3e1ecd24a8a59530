//! The aggregates of OFX that matter here. Leaves are told by name where they are read.

/// An aggregate: an element that holds elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// The root: a file where it never ends is cut off.
    Ofx,
    /// `STMTRS`, `CCSTMTRS`.
    Statement,
    /// `INVSTMTRS`, with everything in it.
    Investment,
    /// A security's transaction in it.
    InvestmentTransaction,
    AccountFrom,
    AccountTo,
    /// `BANKTRANLIST`.
    List,
    /// `BANKTRANLISTP`: what is pending (OFX 2.2).
    Pending,
    /// `STMTTRN`, `STMTTRNP`.
    Transaction,
    Ledger,
    Available,
    /// `CURRENCY`: the amount is in this currency.
    Currency,
    /// `ORIGCURRENCY`: the amount was in this currency before the bank converted it.
    Original,
    Payee,
    Status,
    /// A transfer or a payment that was ordered: no booking.
    Order,
    /// Anything else.
    Other,
}

/// The aggregate of a name in capitals.
pub(super) fn of(name: &str) -> Tag {
    match name {
        "OFX" => Tag::Ofx,
        "STMTRS" | "CCSTMTRS" => Tag::Statement,
        "INVSTMTRS" => Tag::Investment,
        "INVTRAN" => Tag::InvestmentTransaction,
        "BANKACCTFROM" | "CCACCTFROM" => Tag::AccountFrom,
        "BANKACCTTO" | "CCACCTTO" => Tag::AccountTo,
        "BANKTRANLIST" => Tag::List,
        "BANKTRANLISTP" => Tag::Pending,
        "STMTTRN" | "STMTTRNP" => Tag::Transaction,
        "LEDGERBAL" => Tag::Ledger,
        "AVAILBAL" => Tag::Available,
        "CURRENCY" => Tag::Currency,
        "ORIGCURRENCY" => Tag::Original,
        "PAYEE" => Tag::Payee,
        "STATUS" => Tag::Status,
        "INTRARS" | "INTERRS" | "PMTRS" | "WIRERS" | "RECINTRARS" | "RECINTERRS" | "RECPMTRS" => Tag::Order,
        _ => Tag::Other,
    }
}

/// Leaves that are read. An empty one may stand unclosed in SGML, and is then no aggregate.
pub(super) fn is_leaf(name: &str) -> bool {
    matches!(
        name,
        "CURDEF"
            | "BANKID"
            | "BRANCHID"
            | "ACCTID"
            | "ACCTTYPE"
            | "ACCTKEY"
            | "DTSTART"
            | "DTEND"
            | "TRNTYPE"
            | "DTPOSTED"
            | "DTUSER"
            | "DTAVAIL"
            | "DTTRAN"
            | "TRNAMT"
            | "FITID"
            | "CORRECTFITID"
            | "CORRECTACTION"
            | "SRVRTID"
            | "CHECKNUM"
            | "REFNUM"
            | "SIC"
            | "PAYEEID"
            | "NAME"
            | "EXTDNAME"
            | "MEMO"
            | "CURSYM"
            | "CURRATE"
            | "BALAMT"
            | "DTASOF"
            | "CODE"
            | "SEVERITY"
            | "MESSAGE"
            | "TRNUID"
    )
}
