//! Labels of approvals: who approved, whether it stands, and what its signature is worth.

use super::Lang;

labels! {
    ApprovalLabels, APPROVAL_LABELS;
    approved: "APPROVED", "APPROUVÉ";
    void: "APPROVAL VOID", "APPROBATION CADUQUE";
    not_approved: "NOT APPROVED", "NON APPROUVÉ";
    status: "status {}", "statut : {}";
    prepared: "prepared {}", "préparé par {}";
    by: "approved {} {}", "approuvé par {} le {}";
    nobody: "nobody has approved", "personne n’a approuvé";
    whole: "the whole month", "le mois entier";
    account: "account {}", "compte {}";
    one: "{}, {}, {}: {}", "{}, {}, {} : {}";
    stands: "stands", "en vigueur";
    is_void: "void: {}", "caduque : {}";
    withdrawn: "withdrawn by op {}", "retirée par l’opération {}";
    content: "content {}", "contenu {}";

    since: "since then {}", "depuis lors {}";
    operation: "op {} {} by {}", "opération {} ({}) par {}";
    semicolon: "; ", " ; ";
    more: "{} more", "{} autres";
    configuration: "lettrage.toml is another", "lettrage.toml a changé";
    proof: "{} is false now", "{} est désormais en défaut";
    drift: "{} {} is not what was sealed", "{} {} n’est plus ce qui a été scellé";
    preparer: "the approver has prepared it", "l’approbateur l’a préparé";
    not_listed: "lettrage.toml lists approvers, and not this one", "lettrage.toml énumère les approbateurs, et pas celui-ci";
    no_signature: "lettrage.toml has a key for this name, and nothing is signed", "lettrage.toml a une clé pour ce nom, et rien n’est signé";
    signature: "its signature is bad", "sa signature est mauvaise";
    unknown: "nothing in the log says why: the book was changed by another way, or by another version", "rien dans le journal ne dit pourquoi : le livre a été modifié autrement, ou par une autre version";

    unsigned: "not signed: an approval without a signature proves only that somebody typed a name", "non signée : une approbation sans signature prouve seulement que quelqu’un a tapé un nom";
    signed: "signed with {}, the key that lettrage.toml has for {}", "signée avec {}, la clé que lettrage.toml donne à {}";
    signed_unlisted: "signed with {}; lettrage.toml does not say whose key that is", "signée avec {} ; lettrage.toml ne dit pas à qui est cette clé";
    bad_signature: "bad signature: {}", "mauvaise signature : {}";
    unreadable: "it cannot be read", "elle est illisible";
    mismatch: "it is of other words, of another book, or of another key", "elle porte sur d’autres mots, un autre livre ou une autre clé";
    other_key: "lettrage.toml has another key for this name", "lettrage.toml a une autre clé pour ce nom";
    of_another: "the key is another person’s", "la clé est celle d’une autre personne";

    st_approved: "approved", "approuvé";
    st_hint: "← lettrage approve", "← lettrage approve";
}

impl Lang {
    /// The labels of approvals, in this language.
    pub fn approval_labels(self) -> &'static ApprovalLabels {
        match self {
            Self::En => &EN,
            Self::Fr => &FR,
        }
    }
}
