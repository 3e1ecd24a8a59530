//! `lettrage calibration`: what decisions of people say about probabilities and the level of what is automatic.

use std::fmt::Write as _;

use serde_json::json;

use super::At;
use crate::book::Book;
use crate::cli::Outcome;
use crate::config::Config;
use crate::error::{Error, printable};
use crate::learn::calibration::{self, Proposals};
use crate::model::{Calibration, CalibrationEvidence, LevelStep, Probability};
use crate::report::Lang;
use crate::report::book::{calibrated_on, level, level_words};

/// Shows what probabilities and the level of what is automatic are calibrated on
///
/// Decisions of people on proposals, corrections of what was automatic, and audited samples; stated and calibrated probabilities by
/// band; the level of the next run; and what it would take to loosen it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: lettrage calibration -O json\nExit codes: 0 done; 2 wrong use.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Form
    #[arg(short = 'O', long = "output-format", value_enum, default_value_t = Form::Text)]
    form: Form,
}

/// The form of what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(in crate::cli) fn run(args: &Args) -> Outcome {
    let config = args.at.config()?;
    let book = args.at.open()?;
    let evidence = book.calibration_evidence()?;
    let (found, _) = of(&evidence, &config);
    let text = match args.form {
        Form::Text => describe(&evidence, &found, &config),
        Form::Json => super::prove::text(&document(&evidence, &found)),
    };
    crate::cli::print(&text)?;
    Ok(0)
}

/// What a book has learned.
pub(super) fn learned(book: &Book, config: &Config) -> Result<(Calibration, Proposals), Error> {
    Ok(of(&book.calibration_evidence()?, config))
}

fn of(evidence: &CalibrationEvidence, config: &Config) -> (Calibration, Proposals) {
    let configured = Probability::from_fraction(config.matching.auto_level);
    calibration::calibrate(evidence, &config.calibration, configured)
}

/// The configuration that a run uses: with the level that decisions have moved, and what its entry of the log says of it.
pub(super) fn applied(book: &Book, config: &Config) -> Result<(Config, Calibration), Error> {
    let (found, _) = learned(book, config)?;
    let mut config = config.clone();
    if found.level.moved() {
        config.matching.auto_level = found.level.used.fraction();
    }
    Ok((config, found))
}

fn describe(evidence: &CalibrationEvidence, found: &Calibration, config: &Config) -> String {
    let mut text = format!("{}\n\n", calibrated_on(Lang::En, &found.record()));
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{:<22} {:>8} {:>8} {:>9} {:>11}  95 % interval",
        "proposals stated", "decided", "right", "stated", "calibrated"
    );
    for band in found.bands.iter().rev() {
        let _ = writeln!(
            text,
            "{:<22} {:>8} {:>8} {:>9} {:>11}  {} to {}",
            format!("{} to {}", at(band.from), at(band.to)),
            band.decided,
            band.right,
            band.stated.to_string(),
            band.calibrated.to_string(),
            band.low,
            band.high
        );
    }
    if !evidence.draws.is_empty() {
        text.push('\n');
    }
    for draw in &evidence.draws {
        let month = draw.month.map_or_else(String::new, |m| format!(" of {m}"));
        let counts = match (draw.counts, draw.recorded == draw.drawn) {
            (true, _) => "counts",
            (false, false) => "does not count: it is not complete",
            (false, true) => "does not count: an earlier one is not complete",
        };
        let _ = writeln!(
            text,
            "sample op {:04} by {}: {} of {}{month} drawn, {} recorded, {} wrong; {counts}",
            draw.op,
            printable(&draw.who),
            draw.drawn,
            draw.population,
            draw.recorded,
            draw.wrong
        );
    }
    let _ = writeln!(text, "\nnext run: {}", level_words(Lang::En, &found.level));
    needs(&found.next, found, config, &mut text);
    text
}

/// What it would take to loosen the level further.
fn needs(next: &LevelStep, found: &Calibration, config: &Config, text: &mut String) {
    let target = at(Probability::from_fraction(config.calibration.target));
    let more = next.audits_needed.saturating_sub(next.audited);
    let _ = match more {
        0 => writeln!(
            text,
            "audits:   {} at random, {} wrong: enough to claim {target}",
            next.audited, next.audited_wrong
        ),
        more => writeln!(
            text,
            "audits:   {} at random, {} wrong; to claim {target} takes {} with {} wrong: {more} more   lettrage audit sample -n {more}",
            next.audited, next.audited_wrong, next.audits_needed, next.audited_wrong
        ),
    };
    let Some(to) = next.to else {
        text.push_str("loosen:   the level is at the lowest that is allowed\n");
        return;
    };
    let (from, to) = (at(found.level.used), at(to));
    let fewest = calibration::level::FEWEST_DECIDED;
    let _ = writeln!(
        text,
        "loosen:   to {to}: {} proposals would be automatic, {} of them decided by people, {} wrong; {} of these from {to} to {from} ({fewest} needed)",
        next.proposals, next.decided, next.wrong, next.own
    );
    let _ = writeln!(
        text,
        "          both together amount to {} looked at, {} wrong; {} are needed",
        next.together,
        next.audited_wrong + next.wrong,
        next.together_needed
    );
}

fn at(probability: Probability) -> String {
    level(Lang::En, probability)
}

fn document(evidence: &CalibrationEvidence, found: &Calibration) -> serde_json::Value {
    let bands: Vec<serde_json::Value> = (found.bands.iter())
        .map(|b| {
            json!({
                "from": b.from.fraction(), "to": b.to.fraction(), "decided": b.decided, "right": b.right,
                "stated": b.stated.fraction(), "calibrated": b.calibrated.fraction(),
                "low": b.low.fraction(), "high": b.high.fraction()
            })
        })
        .collect();
    let draws: Vec<serde_json::Value> = (evidence.draws.iter())
        .map(|d| {
            json!({
                "op": d.op, "who": &*d.who, "at": &*d.at, "seed": &*d.seed, "month": d.month.map(|m| m.to_string()),
                "population": d.population, "drawn": d.drawn, "recorded": d.recorded, "wrong": d.wrong, "counts": d.counts
            })
        })
        .collect();
    let n = &found.next;
    json!({
        "schema": "lettrage.calibration/1",
        "evidence": found.counts,
        "bands": bands,
        "samples": draws,
        "auto_level": {
            "configured": found.level.configured.fraction(), "used": found.level.used.fraction(),
            "why": level_words(Lang::En, &found.level)
        },
        "to_loosen": {
            "to": n.to.map(Probability::fraction), "audited": n.audited, "audited_wrong": n.audited_wrong,
            "audits_needed": n.audits_needed, "proposals": n.proposals, "decided": n.decided,
            "decided_in_this_step": n.own, "wrong": n.wrong, "together": n.together, "together_needed": n.together_needed
        }
    })
}
