//! Four eyes: what needs an approval, and who may give one.
//!
//! ```toml
//! [control]
//! four_eyes = true
//!
//! [[control.approver]]
//! name = "hleroy"
//! key = "ed25519:19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
//! ```

use serde::{Deserialize, Serialize};

use super::values;
use crate::model::{PublicKey, same_person};

/// What is controlled by a second person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ControlPolicy {
    /// Whether a month is closed and posted only with a standing approval of the whole of it. Default `false`: a single person can
    /// work with a book, and the report says that nobody approved.
    pub four_eyes: bool,
    /// Whether somebody who imported files, and did nothing else, may approve. Default `false`: choosing the files is preparing. An
    /// import that a machine does under a name of its own keeps nobody from approving.
    pub importers_may_approve: bool,
    /// Who may approve. Default: anybody who has prepared nothing.
    pub approver: Vec<Approver>,
}

/// Somebody who may approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approver {
    /// The name, as `--as` gives it.
    #[serde(deserialize_with = "values::filled")]
    pub name: String,
    /// The public key. Where there is one, an approval by this person counts only with its signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PublicKey>,
}

impl ControlPolicy {
    /// The entry of a person, if there is one.
    pub fn approver(&self, who: &str) -> Option<&Approver> {
        self.approver.iter().find(|one| same_person(&one.name, who))
    }

    /// Whom a key belongs to, by this list.
    pub fn owner(&self, key: &PublicKey) -> Option<&Approver> {
        self.approver.iter().find(|one| one.key.as_ref() == Some(key))
    }
}

/// What is wrong with the list: the entry, and the earlier one that it clashes with.
#[derive(Debug)]
pub(super) struct ControlFault {
    pub approver: usize,
    pub other: usize,
    pub says: String,
}

/// Two entries of one person, or with one key.
pub(super) fn fault(control: &ControlPolicy) -> Option<ControlFault> {
    control.approver.iter().enumerate().find_map(|(n, one)| {
        let earlier = &control.approver[..n];
        if let Some(other) = earlier.iter().position(|e| same_person(&e.name, &one.name)) {
            return Some(ControlFault { approver: n, other, says: format!("{} is listed twice", one.name) });
        }
        let other = earlier.iter().position(|e| e.key.is_some() && e.key == one.key)?;
        let says = format!("{} and {} have one key: each person needs their own", earlier[other].name, one.name);
        Some(ControlFault { approver: n, other, says })
    })
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const KEY: &str = "ed25519:19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

    #[test]
    fn approvers_are_found_by_name_and_by_key() {
        let text = format!(
            "[control]\nfour_eyes = true\n[[control.approver]]\nname = \" Hleroy \"\nkey = \"{KEY}\"\n[[control.approver]]\nname = \"dp\"\n"
        );
        let control = Config::from_toml(&text, "c.toml").unwrap().control;
        assert!(control.four_eyes && !control.importers_may_approve);
        let leroy = control.approver("HLEROY").unwrap();
        assert_eq!(leroy.name, "Hleroy");
        assert_eq!(control.owner(&leroy.key.unwrap()), Some(leroy));
        assert_eq!(control.approver("dp").unwrap().key, None);
        assert!(control.approver("amc").is_none());
    }

    #[test]
    fn one_person_twice_one_key_twice_and_a_broken_key_are_refused_where_they_stand() {
        let refused = |second: &str| {
            let text =
                format!("[[control.approver]]\nname = \"hl\"\nkey = \"{KEY}\"\n[[control.approver]]\n{second}\n");
            let error = Config::from_toml(&text, "c.toml").unwrap_err();
            assert_eq!(error.code(), "E0301");
            (error.line(), error.to_string())
        };
        let (line, text) = refused("name = \"HL\"");
        assert!(line == Some(5) && text.contains("listed twice") && text.contains("also: c.toml:2"), "{text}");
        let (line, text) = refused(&format!("name = \"dp\"\nkey = \"{KEY}\""));
        assert!(line == Some(5) && text.contains("have one key"), "{text}");
        let (line, text) = refused("name = \"dp\"\nkey = \"ed25519:12\"");
        assert!(line == Some(6) && text.contains("64 hexadecimal digits"), "{text}");
        assert!(refused("name = \"\"").1.contains("it is empty"));
    }

    #[test]
    fn a_configuration_without_it_is_written_as_before() {
        assert!(!serde_json::to_string(&Config::default()).unwrap().contains("control"));
    }
}
