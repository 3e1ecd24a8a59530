//! Approvals: a second person says yes to a month, or to one bank account of it, as it was at that moment.
//!
//! An approval is an operation of the log. It names the content by its hash, so it stands as long as the content is the same, and not
//! a change longer. Who approved is a name that somebody typed; a signature (Ed25519, RFC 8032) says that whoever typed it had the key.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::digest::hexadecimal;
use super::{Month, ProofId};

/// The word before a public key in files.
const ALGORITHM: &str = "ed25519:";

/// A public key of Ed25519 (RFC 8032, section 5.1.5): 32 bytes, written as `ed25519:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// Reads what its display writes; capitals are taken as well. Whether the bytes are a point of the curve is not looked at here.
    pub fn parse(text: &str) -> Option<Self> {
        from_hexadecimal(text.trim().strip_prefix(ALGORITHM)?).map(Self)
    }

    /// The key as people compare it: its first sixteen digits.
    pub fn short(&self) -> String {
        self.to_string().chars().take(ALGORITHM.len() + 16).collect()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ALGORITHM)?;
        f.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "{text:?} is no public key: {ALGORITHM} and 64 hexadecimal digits are expected, as lettrage keygen prints them"
            ))
        })
    }
}

/// A signature of Ed25519: 64 bytes, written as 128 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// Reads what its display writes.
    pub fn parse(text: &str) -> Option<Self> {
        from_hexadecimal(text).map(Self)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn from_hexadecimal<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16);
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::try_from(value(pair[0])? * 16 + value(pair[1])?).ok()?;
    }
    Some(bytes)
}

/// An approval as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Its operation.
    pub op: u64,
    /// Who approved, as typed.
    pub who: Box<str>,
    /// When: `2026-07-02T09:14:00Z`.
    pub at: Box<str>,
    /// The month.
    pub month: Month,
    /// The bank account, as its statements name it; empty: the whole month.
    pub account: Box<str>,
    /// The account of the ledger that mirrors it, such as `512100`; empty without one.
    pub ledger: Box<str>,
    /// BLAKE3 of the content, in hexadecimal.
    pub content: Box<str>,
    /// SHA-256 of the configuration that held.
    pub configuration: Box<str>,
    /// What the approver remarked; may be empty.
    pub note: Box<str>,
    /// The key that signed it, with the signature.
    pub signed: Option<(PublicKey, Signature)>,
    /// What its payload says of a signature that cannot be read: somebody changed it.
    pub broken: Box<str>,
    /// Hash of the first entry of its log: names the book.
    pub book: Box<str>,
    /// Hash of the entry before its own: names what had happened until then.
    pub after: Box<str>,
    /// The undo that withdrew it.
    pub undone_by: Option<u64>,
}

impl Approval {
    /// The account as people name it: that of the ledger, else that of the bank; empty: the whole month.
    pub fn account_shown(&self) -> &str {
        if self.ledger.is_empty() { &self.account } else { &self.ledger }
    }
}

/// Whether an approval stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApprovalState {
    /// The content is what was approved.
    Standing,
    /// It is not, or the approval is none that the controls allow.
    Void {
        /// Why, as far as it can be named; never empty.
        because: Vec<VoidCause>,
    },
    /// It was taken back.
    Withdrawn {
        /// By this operation.
        by: u64,
    },
}

/// Why an approval does not stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VoidCause {
    /// An operation since, which is in force.
    Operation {
        /// Its number.
        op: u64,
        /// What: `accept`, `import`, …
        kind: Box<str>,
        /// Who.
        who: Box<str>,
    },
    /// The configuration is another.
    Configuration,
    /// A proof does not hold any more.
    Proof {
        /// Which.
        id: ProofId,
    },
    /// A line of the closed month is another than the sealed one.
    Drift {
        /// Of which kind: `payment`, `ledger`, …
        kind: Box<str>,
        /// Its name.
        key: Box<str>,
    },
    /// The approver has prepared what was approved.
    Preparer,
    /// The configuration lists approvers, and this is none of them.
    NotListed,
    /// The approver has a key in the configuration, and did not sign.
    Unsigned,
    /// The signature is bad.
    Signature,
    /// Nothing in the log says why the content is another: the book was changed by another way, or by another version of the program.
    Unknown,
}

/// What is known of the signature of an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureState {
    /// There is none: the approval proves only that somebody typed a name.
    None,
    /// It is the key's, over this very approval.
    Good {
        /// The key.
        key: PublicKey,
        /// Whether the configuration says that the key is this person's.
        listed: bool,
    },
    /// It is not.
    Bad {
        /// Why.
        why: BadSignature,
    },
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadSignature {
    /// Key or signature cannot be read.
    Unreadable,
    /// It was made over other words, in another book, or with another key.
    Mismatch,
    /// The configuration gives this person another key.
    OtherKey,
    /// The key is somebody else's: the configuration says so, or an earlier approval was signed with it.
    OfAnother,
}

/// An approval with what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalView {
    /// The approval.
    pub approval: Approval,
    /// Whether it stands.
    pub state: ApprovalState,
    /// Its signature.
    pub signature: SignatureState,
}

impl ApprovalView {
    /// Whether it stands.
    pub fn stands(&self) -> bool {
        self.state == ApprovalState::Standing
    }

    /// Whether it is of the whole month.
    pub fn is_whole(&self) -> bool {
        self.approval.account.is_empty()
    }
}

/// Whether a month is approved, by its approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalStatus {
    /// An approval of the whole month stands.
    Approved,
    /// There was one; none stands.
    Void,
    /// There is none, or it was withdrawn.
    NotApproved,
}

impl ApprovalStatus {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Void => "void",
            Self::NotApproved => "not_approved",
        }
    }

    /// Of a whole month (`account` empty), or of one account of it: an approval of the whole month is one of each account.
    pub fn of(approvals: &[ApprovalView], account: &str) -> Self {
        let concerns =
            |one: &&ApprovalView| one.is_whole() || (!account.is_empty() && &*one.approval.account == account);
        let mut found = Self::NotApproved;
        for one in approvals.iter().filter(concerns) {
            match one.state {
                ApprovalState::Standing => return Self::Approved,
                ApprovalState::Void { .. } => found = Self::Void,
                ApprovalState::Withdrawn { .. } => {}
            }
        }
        found
    }
}

/// A person who prepared what is to be approved, with what they did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preparer {
    /// Name, as the log has it.
    pub who: Box<str>,
    /// Standing decisions that they made themselves.
    pub decisions: u64,
    /// Standing decisions of runs that they started.
    pub by_runs: u64,
    /// Decisions that stand, or do not, because they took something back.
    pub taken_back: u64,
    /// Files that they imported.
    pub imports: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let key = PublicKey(std::array::from_fn(|n| n as u8 * 7));
        let text = key.to_string();
        assert_eq!((PublicKey::parse(&text), text.len()), (Some(key), 72));
        assert_eq!(PublicKey::parse(&text.to_uppercase().replace("ED25519", "ed25519")), Some(key));
        for wrong in ["", "ed25519:", &text[8..], &text[..71], &format!("{text}0"), &text.replace('0', "g")] {
            assert_eq!(PublicKey::parse(wrong), None, "{wrong}");
        }
        let signature = Signature(std::array::from_fn(|n| n as u8));
        assert_eq!(Signature::parse(&signature.to_string()), Some(signature));
        assert_eq!(Signature::parse("é".repeat(64).as_str()), None);
    }
}
