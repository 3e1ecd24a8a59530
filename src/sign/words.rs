//! The text that is signed, so that others can check it with tools of their own.
//!
//! Eleven lines in UTF-8, each a word, one blank and a value, each ended by a line feed. No value holds a line feed:
//!
//! ```text
//! lettrage approval 1
//! book 7c0f…        hash of the first entry of the log: which book
//! after 5e21…       hash of the entry before the approval: what had happened until then
//! month 2026-06
//! account FR76…     bank account; a hyphen for the whole month
//! ledger 512100     account of the ledger that mirrors it; a hyphen without one
//! content 9b1c4e…   BLAKE3 of what is approved
//! rules 51d0e2…     SHA-256 of the configuration
//! who hleroy
//! when 2026-07-02T09:14:00Z
//! note two held items agreed with AR
//! ```
//!
//! The first two hashes tie it to one book at one moment: it cannot be moved to another book, nor played again later.

use ed25519_dalek::{Signature as Signed, Signer as _, VerifyingKey};

use super::key::SecretKey;
use crate::model::{Approval, BadSignature, PublicKey, Signature, SignatureState};

/// Lines of the text.
const LINES: usize = 11;

/// The text of an approval; its number and its signature are no part of it.
pub fn text(approval: &Approval) -> String {
    let named = |account: &'_ str| if account.is_empty() { "-".to_string() } else { account.to_string() };
    let (account, ledger) = (named(&approval.account), named(&approval.ledger));
    let month = approval.month.to_string();
    let lines: [(&str, &str); LINES] = [
        ("lettrage approval", "1"),
        ("book", &approval.book),
        ("after", &approval.after),
        ("month", &month),
        ("account", &account),
        ("ledger", &ledger),
        ("content", &approval.content),
        ("rules", &approval.configuration),
        ("who", &approval.who),
        ("when", &approval.at),
        ("note", &approval.note),
    ];
    lines.map(|(word, value)| format!("{word} {value}\n")).concat()
}

/// Signs an approval: the public key with the signature. The same key and words give the same signature.
pub fn sign(approval: &Approval, key: &SecretKey) -> (PublicKey, Signature) {
    (key.public(), Signature(key.0.sign(text(approval).as_bytes()).to_bytes()))
}

/// Checks the signature of an approval. Whether the key is the approver's is another question: `listed` is false here.
///
/// Strict (RFC 8032, section 5.1.7, without the cofactor): keys of small order, with which one signature fits many texts, are refused.
pub fn verify(approval: &Approval) -> SignatureState {
    let bad = |why| SignatureState::Bad { why };
    if !approval.broken.is_empty() {
        return bad(BadSignature::Unreadable);
    }
    let Some((key, signature)) = &approval.signed else { return SignatureState::None };
    let Ok(verifying) = VerifyingKey::from_bytes(&key.0) else { return bad(BadSignature::Unreadable) };
    let words = text(approval);
    // A line feed in a value would let one text read as another.
    let is_one_text = words.matches('\n').count() == LINES;
    match verifying.verify_strict(words.as_bytes(), &Signed::from_bytes(&signature.0)) {
        Ok(()) if is_one_text => SignatureState::Good { key: *key, listed: false },
        _ => bad(BadSignature::Mismatch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Month;

    fn bytes<const N: usize>(hexadecimal: &str) -> [u8; N] {
        std::array::from_fn(|n| u8::from_str_radix(&hexadecimal[2 * n..2 * n + 2], 16).unwrap())
    }

    #[test]
    fn the_vectors_of_rfc_8032_hold() {
        // RFC 8032, section 7.1, tests 1 to 3: seed, public key, message, signature.
        let vectors: [(&str, &str, &[u8], &str); 3] = [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                &[],
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                &[0x72],
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                &[0xaf, 0x82],
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ];
        for (seed, public, message, signature) in vectors {
            let key = SecretKey::from_seed(bytes(seed));
            assert_eq!(key.public().0, bytes(public));
            assert_eq!(key.0.sign(message).to_bytes(), bytes(signature));
        }
    }

    fn approval() -> Approval {
        Approval {
            op: 17,
            who: "hleroy".into(),
            at: "2026-07-02T09:14:00Z".into(),
            month: Month { year: 2026, month: 6 },
            account: "".into(),
            ledger: "".into(),
            content: "9b1c4e".into(),
            configuration: "51d0e2".into(),
            note: "two held items agreed with AR".into(),
            signed: None,
            broken: "".into(),
            book: "7c0f".into(),
            after: "5e21".into(),
            undone_by: None,
        }
    }

    #[test]
    fn the_text_is_the_documented_one() {
        let expected = "lettrage approval 1\nbook 7c0f\nafter 5e21\nmonth 2026-06\naccount -\nledger -\ncontent 9b1c4e\nrules 51d0e2\nwho hleroy\n\
                        when 2026-07-02T09:14:00Z\nnote two held items agreed with AR\n";
        assert_eq!(text(&approval()), expected);
        let silent = Approval { note: "".into(), account: "FR76".into(), ledger: "512".into(), ..approval() };
        assert!(text(&silent).ends_with("\nnote \n") && text(&silent).contains("\naccount FR76\nledger 512\n"));
    }

    #[test]
    fn each_word_is_signed() {
        let key = SecretKey::from_seed([9; 32]);
        let signed = Approval { signed: Some(sign(&approval(), &key)), ..approval() };
        assert_eq!(verify(&approval()), SignatureState::None);
        assert_eq!(verify(&signed), SignatureState::Good { key: key.public(), listed: false });
        let changes: [fn(&mut Approval); 10] = [
            |a| a.who = "amc".into(),
            |a| a.at = "2026-07-02T09:14:01Z".into(),
            |a| a.month = a.month.next(),
            |a| a.account = "FR76".into(),
            |a| a.ledger = "512100".into(),
            |a| a.content = "9b1c4f".into(),
            |a| a.configuration = "".into(),
            |a| a.note = "".into(),
            |a| a.book = "7c10".into(),
            |a| a.after = "5e22".into(),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut changed = signed.clone();
            change(&mut changed);
            assert_eq!(verify(&changed), SignatureState::Bad { why: BadSignature::Mismatch }, "change {n}");
        }
        // The operation's number is not signed: the entry before it is.
        assert!(matches!(verify(&Approval { op: 18, ..signed.clone() }), SignatureState::Good { .. }));
        let other =
            Approval { signed: Some((SecretKey::from_seed([8; 32]).public(), signed.signed.unwrap().1)), ..signed };
        assert_eq!(verify(&other), SignatureState::Bad { why: BadSignature::Mismatch });
    }

    #[test]
    fn a_key_of_small_order_and_a_value_of_two_lines_are_refused() {
        // The neutral point signs every text with R = the neutral point and s = 0, where nobody looks at the key.
        let neutral: [u8; 32] = std::array::from_fn(|n| u8::from(n == 0));
        let signature: [u8; 64] = std::array::from_fn(|n| u8::from(n == 0));
        let weak = Approval { signed: Some((PublicKey(neutral), Signature(signature))), ..approval() };
        assert_eq!(verify(&weak), SignatureState::Bad { why: BadSignature::Mismatch });
        let key = SecretKey::from_seed([9; 32]);
        let two = Approval { note: "a\nb".into(), ..approval() };
        let signed = Approval { signed: Some(sign(&two, &key)), ..two };
        assert_eq!(verify(&signed), SignatureState::Bad { why: BadSignature::Mismatch });
    }
}
