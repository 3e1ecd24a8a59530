//! On what probabilities were calibrated, and the level that was used, in words.

use crate::model::{CalibrationRecord, LevelChoice, LevelReason, Probability};
use crate::report::i18n::{Lang, fill, group};

/// A level as people write it: `0.980`, `0.9995`.
pub fn level(lang: Lang, level: Probability) -> String {
    let mut text = level.to_string();
    while text.len() > "0.980".len() && text.ends_with('0') {
        text.pop();
    }
    text.replace('.', lang.pick(".", ","))
}

/// The level that was used, and why: `auto_level 0.980 → 0.990: 3 of 412 automatic applications from 0.980 on were found wrong by
/// people`.
pub fn level_words(lang: Lang, choice: &LevelChoice) -> String {
    let l = lang.book_labels();
    let at = |p| level(lang, p);
    let number = |n: u64| group(n.into());
    let (configured, used) = (at(choice.configured), at(choice.used));
    match choice.reason {
        LevelReason::Off => fill(l.level_off, &[&configured]),
        LevelReason::Configured => fill(l.level_configured, &[&configured]),
        LevelReason::Tightened { wrong, of, from, below: None } => {
            fill(l.level_tightened, &[&configured, &used, &number(wrong), &number(of), &at(from)])
        }
        LevelReason::Tightened { wrong, of, from, below: Some(below) } => {
            fill(l.level_slice, &[&configured, &used, &number(wrong), &number(of), &at(from), &at(below)])
        }
        LevelReason::Loosened { audited, decided, wrong, bound } => {
            let figures = [number(audited), number(decided), number(wrong), at(bound)];
            let [audited, decided, wrong, bound] = figures.each_ref().map(String::as_str);
            fill(l.level_loosened, &[&configured, &used, audited, decided, wrong, bound])
        }
    }
}

/// What the evidence was: people's decisions on proposals, corrections of what was automatic, audits.
pub fn calibrated_on(lang: Lang, record: &CalibrationRecord) -> String {
    let l = lang.book_labels();
    let number = |n: u64| group(n.into());
    let c = &record.counts;
    let mut text = match c.decided {
        0 => l.calibrated_none.to_string(),
        n => fill(l.calibrated_on, &[&number(n), &number(c.right)]),
    };
    let figures = [c.wrong, c.automatic, c.audited, c.audited_wrong].map(number);
    let more = fill(l.calibrated_automatic, &[&figures[0], &figures[1], &figures[2], &figures[3]]);
    text = format!("{text} {more}");
    for (n, words) in
        [(c.bulk, l.calibrated_bulk), (c.incomplete, l.calibrated_incomplete), (c.undone, l.calibrated_undone)]
    {
        if n > 0 {
            text = format!("{text} {}", fill(words, &[&number(n)]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EvidenceCounts;

    fn choice(used: u32, reason: LevelReason) -> LevelChoice {
        LevelChoice { configured: Probability(980_000), used: Probability(used), reason }
    }

    #[test]
    fn the_level_is_told_with_its_reason() {
        let tight =
            choice(990_000, LevelReason::Tightened { wrong: 3, of: 412, from: Probability(980_000), below: None });
        assert_eq!(
            level_words(Lang::En, &tight),
            "auto_level 0.980 → 0.990: 3 of 412 automatic applications from 0.980 on were found wrong by people"
        );
        assert!(level_words(Lang::Fr, &tight).starts_with("auto_level 0,980 → 0,990"));
        let loose = LevelReason::Loosened { audited: 3_000, decided: 40, wrong: 0, bound: Probability(999_014) };
        let text = level_words(Lang::En, &choice(965_000, loose));
        assert!(text.contains("3\u{202f}000 audited at random") && text.contains("0.999014"), "{text}");
        assert_eq!(level(Lang::En, Probability(999_500)), "0.9995");
    }

    #[test]
    fn the_evidence_is_told_with_what_does_not_count() {
        let counts =
            EvidenceCounts { decided: 34, right: 31, automatic: 412, wrong: 3, bulk: 7, ..EvidenceCounts::default() };
        let record = CalibrationRecord { counts, level: choice(980_000, LevelReason::Configured) };
        let text = calibrated_on(Lang::En, &record);
        assert!(
            text.contains("34 proposals") && text.contains("3 of 412") && text.contains("7 accepted in bulk"),
            "{text}"
        );
        let none = CalibrationRecord { counts: EvidenceCounts::default(), ..record };
        assert!(
            calibrated_on(Lang::En, &none).starts_with("Stated probabilities only"),
            "{}",
            calibrated_on(Lang::En, &none)
        );
    }
}
