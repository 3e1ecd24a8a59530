//! The elements that are read, as small numbers: comparing a path is comparing a few bytes.

/// Declares the elements once: variant and name are the same word, so that the code reads like the standard.
macro_rules! tags {
    ($($name:ident)*) => {
        /// An element of ISO 20022 cash reporting that this reader looks at, by its local name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(clippy::upper_case_acronyms, reason = "the names are those of the standard")]
        pub(super) enum Tag {
            $(#[allow(missing_docs)] $name,)*
            /// The message element of camt.052 or camt.054.
            OtherMessage,
            /// Anything else.
            Other,
        }

        impl Tag {
            /// The element of a local name. Version .01 has its number in the name of the message element.
            pub(super) fn of(name: &str) -> Self {
                match name {
                    $(stringify!($name) => Self::$name,)*
                    "BkToCstmrStmtV01" => Self::BkToCstmrStmt,
                    "BkToCstmrAcctRpt" | "BkToCstmrAcctRptV01" | "BkToCstmrDbtCdtNtfctn" | "BkToCstmrDbtCdtNtfctnV01" => {
                        Self::OtherMessage
                    }
                    _ => Self::Other,
                }
            }
        }
    };
}

tags! {
    BkToCstmrStmt StmtPgntn LastPgInd Stmt Id ElctrncSeqNb LglSeqNb CreDtTm FrToDt
    FrDtTm ToDtTm CpyDplctInd Acct IBAN BBAN UPIC PrtryAcct Othr Prxy Ccy Ownr Nm Pty Agt FinInstnId Bal Tp
    CdOrPrtry Cd Prtry Amt CdtDbtInd Dt DtTm TxsSummry TtlNtries TtlCdtNtries TtlDbtNtries NbOfNtries Sum
    TtlNetNtryAmt TtlNetNtry Ntry RvslInd Sts BookgDt ValDt AcctSvcrRef BkTxCd Domn Fmly SubFmlyCd AddtlNtryInf
    NtryDtls Btch NbOfTxs TxDtls Refs EndToEndId AmtDtls TxAmt InstdAmt CntrValAmt Chrgs Rcrd
    TtlChrgsAndTaxAmt RltdPties Dbtr DbtrAcct UltmtDbtr Cdtr CdtrAcct UltmtCdtr RmtInf Ustrd Strd RfrdDocInf Nb
    RfrdDocNb CdtrRefInf Ref CdtrRef AddtlRmtInf RtrInf Rsn RtrRsn AddtlInf AddtlRtrRsnInf AddtlTxInf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_unknown_ones_are_other() {
        assert_eq!(Tag::of("Ntry"), Tag::Ntry);
        assert_eq!(Tag::of("BkToCstmrStmtV01"), Tag::BkToCstmrStmt);
        assert_eq!(Tag::of("ntry"), Tag::Other);
        assert_eq!(Tag::of(""), Tag::Other);
    }
}
