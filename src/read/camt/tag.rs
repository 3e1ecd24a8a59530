//! The elements that are read, as small numbers: comparing a path is comparing a few bytes.

/// Slots of the table of names: a power of two well above their number.
const SLOTS: usize = 512;

/// Declares the elements once: variant and name are the same word, so that the code reads like the standard.
macro_rules! tags {
    ($($name:ident)*) => {
        /// An element of ISO 20022 cash reporting that this reader looks at, by its local name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(clippy::upper_case_acronyms, reason = "the names are those of the standard")]
        pub(super) enum Tag {
            $(#[allow(missing_docs)] $name,)*
            /// Anything else.
            Other,
        }

        impl Tag {
            /// Every element with a name of its own.
            const ALL: &[(Self, &str)] = &[$((Self::$name, stringify!($name)),)*];

            /// The element of a local name. Version .01 has its number in the name of the message element.
            pub(super) fn of(name: &str) -> Self {
                let mut at = slot(name.as_bytes());
                // Ends at a free slot, of which there are always some.
                while let Some(&(tag, own)) = TABLE[at].and_then(|n| Self::ALL.get(n as usize)) {
                    if own == name {
                        return tag;
                    }
                    at = (at + 1) % SLOTS;
                }
                ALIASES.iter().find(|(alias, _)| *alias == name).map_or(Self::Other, |(_, tag)| *tag)
            }
        }
    };
}

/// Names of the same thing: the three messages differ in their outermost elements only, and version .01 has its number in
/// the name of the message element.
const ALIASES: [(&str, Tag); 9] = [
    ("BkToCstmrStmtV01", Tag::BkToCstmrStmt),
    ("BkToCstmrAcctRpt", Tag::BkToCstmrStmt),
    ("BkToCstmrAcctRptV01", Tag::BkToCstmrStmt),
    ("BkToCstmrDbtCdtNtfctn", Tag::BkToCstmrStmt),
    ("BkToCstmrDbtCdtNtfctnV01", Tag::BkToCstmrStmt),
    ("Rpt", Tag::Stmt),
    ("Ntfctn", Tag::Stmt),
    ("RptPgntn", Tag::StmtPgntn),
    ("NtfctnPgntn", Tag::StmtPgntn),
];

tags! {
    BkToCstmrStmt GrpHdr MsgPgntn PgNb StmtPgntn LastPgInd Stmt Id ElctrncSeqNb LglSeqNb CreDtTm FrToDt
    FrDtTm ToDtTm CpyDplctInd Acct IBAN BBAN UPIC PrtryAcct Othr Prxy Ccy Ownr Nm Pty Agt FinInstnId Bal Tp
    CdOrPrtry Cd Prtry Amt CdtDbtInd Dt DtTm TxsSummry TtlNtries TtlCdtNtries TtlDbtNtries NbOfNtries Sum
    TtlNetNtryAmt TtlNetNtry Ntry RvslInd Sts BookgDt ValDt AcctSvcrRef BkTxCd Domn Fmly SubFmlyCd AddtlNtryInf
    NtryDtls Btch NbOfTxs TxDtls Refs EndToEndId AmtDtls TxAmt InstdAmt CntrValAmt Chrgs Rcrd
    TtlChrgsAndTaxAmt RltdPties Dbtr DbtrAcct UltmtDbtr Cdtr CdtrAcct UltmtCdtr RmtInf Ustrd Strd RfrdDocInf Nb
    RfrdDocNb CdtrRefInf Ref CdtrRef AddtlRmtInf RtrInf Rsn RtrRsn AddtlInf AddtlRtrRsnInf AddtlTxInf
}

/// Where each name of [`Tag::ALL`] stands: at its slot, or at the next that was free.
static TABLE: [Option<u8>; SLOTS] = table();

const fn table() -> [Option<u8>; SLOTS] {
    let mut table = [None; SLOTS];
    let mut n = 0;
    while n < Tag::ALL.len() {
        let mut at = slot(Tag::ALL[n].1.as_bytes());
        while table[at].is_some() {
            at = (at + 1) % SLOTS;
        }
        table[at] = Some(n as u8);
        n += 1;
    }
    table
}

/// A number from length, first, middle and last letters of a name: these differ between nearly all of them.
const fn slot(name: &[u8]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let (first, middle, last) = (name[0] as usize, name[length / 2] as usize, name[length - 1] as usize);
    (first * 31 + middle * 7 + last * 101 + length * 59) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found() {
        for (tag, name) in Tag::ALL {
            assert_eq!(Tag::of(name), *tag);
        }
        assert!(Tag::ALL.len() < SLOTS / 4 && Tag::ALL.len() <= usize::from(u8::MAX));
    }

    #[test]
    fn names_are_found_and_unknown_ones_are_other() {
        assert_eq!(Tag::of("Ntry"), Tag::Ntry);
        assert_eq!(Tag::of("BkToCstmrStmtV01"), Tag::BkToCstmrStmt);
        assert_eq!(Tag::of("Ntfctn"), Tag::Stmt);
        assert!(ALIASES.iter().all(|(name, tag)| Tag::of(name) == *tag));
        assert_eq!(Tag::of("ntry"), Tag::Other);
        assert_eq!(Tag::of(""), Tag::Other);
    }
}
