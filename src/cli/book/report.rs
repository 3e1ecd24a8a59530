//! `lettrage report`: the report of a month, or of the whole book.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::At;
use super::parts::month;
use super::proofs::{Balances, current_month, prove};
use crate::book::Book;
use crate::book::query::Selection;
use crate::cli::{Outcome, Talk};
use crate::config::Config;
use crate::error::{Error, Errors};
use crate::model::{
    Author, BookFacts, BookItem, BookPayment, Currency, DecisionKind, DifferenceKind, Month, Operation, Standing,
};
use crate::report::Lang;
use crate::report::book::{
    self, BookReport, CarriedView, ControlView, RuleView, SampleView, Sampled, write_csv, write_html, write_json,
    write_md, write_xlsx,
};

/// Writes the report of a month: proofs, where every line went, what is open and why, decisions, a sample for the auditor
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage report --period 2026-06 -o june.html --lang fr\nExit codes: 0 done; 2 wrong use."
)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    at: At,
    /// Month [default: the first that is not closed]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Option<Month>,
    /// The whole book
    #[arg(long, conflicts_with = "period")]
    all: bool,
    /// Form [default: by the ending of -o, else html]
    #[arg(short = 'O', long = "output-format", value_enum)]
    form: Option<Form>,
    /// File to write to [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Language of what people read
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
    /// CSV for the Excel of this language
    #[arg(long, value_enum, value_name = "LANG")]
    excel: Option<Lang>,
    /// Decisions of the engine that are drawn for the auditor
    #[arg(long, value_name = "N", default_value_t = SAMPLE)]
    sample: usize,
    /// Seed of the draw [default: the identifier of the last run]
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// Date on which ages are counted [default: the last day of the month]
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    #[command(flatten)]
    balances: Balances,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// One file that prints on A4
    Html,
    /// A sheet for each section
    Xlsx,
    /// The list of open lines and items
    Csv,
    /// Everything, for programs
    Json,
    /// For tickets and wikis
    Md,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let form = form(args)?;
    let book = args.at.open()?;
    let period = if args.all { None } else { args.period.map_or_else(|| current_month(&book), |m| Ok(Some(m)))? };
    let file = args.at.config()?;
    let config = args.balances.over(file.clone(), period.map(Month::last))?;
    let asked = Asked {
        period,
        form,
        excel: args.excel,
        lang: args.lang,
        sample: args.sample,
        seed: args.seed.as_deref(),
        as_of: args.as_of,
        made_at: &super::now()?,
        company: None,
    };
    let bytes = made(&book, (&file, &config), &asked)?;
    match &args.output {
        Some(path) => {
            super::parts::put_file(path, &bytes)?;
            if !talk.quiet {
                crate::cli::print(&format!("{}\n", path.display()))?;
            }
        }
        None => crate::cli::print_with(|out| {
            std::io::Write::write_all(out, &bytes).map_err(|e| crate::cli::output_error(&e))
        })?,
    }
    Ok(0)
}

fn form(args: &Args) -> Result<Form, Error> {
    let ending = args.output.as_ref().and_then(|p| p.extension()).and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    match (args.form, ending.as_deref()) {
        (Some(form), _) => Ok(form),
        (None, None | Some("html" | "htm")) => Ok(Form::Html),
        (None, Some("xlsx")) => Ok(Form::Xlsx),
        (None, Some("csv")) => Ok(Form::Csv),
        (None, Some("json")) => Ok(Form::Json),
        (None, Some("md")) => Ok(Form::Md),
        (None, Some(other)) => Err(super::import::usage(
            format!("a report has no form .{other}"),
            "html, xlsx, csv, json or md; or say it with -O",
        )),
    }
}

/// What a report is asked for: with the same book and configuration, the same question gives the same bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The month; none for the whole book.
    pub(super) period: Option<Month>,
    pub(super) form: Form,
    pub(super) excel: Option<Lang>,
    pub(super) lang: Lang,
    /// Decisions that are drawn for the auditor, and the seed of the draw (none: the last run).
    pub(super) sample: usize,
    pub(super) seed: Option<&'a str>,
    /// The date on which ages are counted; none: the last day of the month.
    pub(super) as_of: Option<NaiveDate>,
    /// When it is made, in UTC.
    pub(super) made_at: &'a str,
    /// Whose book it is, where its statements do not say; none: the name of its folder.
    pub(super) company: Option<&'a str>,
}

/// How many decisions are drawn where nobody says.
pub(super) const SAMPLE: usize = 25;

/// Everything that the report needs, collected, and written in its form. Approvals are held against the configuration of the file,
/// without balances of the command line.
pub(super) fn made(book: &Book, (file, config): (&Config, &Config), asked: &Asked<'_>) -> Result<Vec<u8>, Errors> {
    let period = asked.period;
    let (facts, proofs) = prove(book, config, period)?;
    let as_of = super::list::as_of(book, asked.as_of.or(period.map(Month::last)))?;
    let accounts = super::status::accounts(book, period, &facts, &proofs)?;
    let mut payments = payments(book, period)?;
    let mut items = items(book)?;
    let carried = carried(book, &facts)?;
    let operations = operations(book, period)?;
    let run = book.run_record("").ok();
    let seed = asked.seed.map(str::to_string).or(run.as_ref().map(|r| r.id.clone())).unwrap_or_default();
    let (drawn_from, mut drawn) = sample(book, &payments, &seed, asked.sample, asked.lang)?;
    let (numbers, files): (Vec<i64>, Vec<_>) = book.files()?.into_iter().unzip();
    let place = |file: &mut u32| *file = numbers.iter().position(|n| *n == i64::from(*file)).unwrap_or_default() as u32;
    payments.iter_mut().for_each(|p| place(&mut p.payment.place.file));
    items.iter_mut().for_each(|i| place(&mut i.item.place.file));
    drawn.iter_mut().for_each(|d| place(&mut d.payment.payment.place.file));
    let head = book.operations(1)?.first().map(|o| o.hash.to_string()).unwrap_or_default();
    let seal = match period {
        Some(month) => book.periods()?.into_iter().find(|p| p.month == month).map(|p| p.seal),
        None => None,
    };
    let control = match period {
        Some(month) => super::approvals::of_month(book, file, month, Some(&proofs))?,
        None => super::approvals::MonthApprovals::default(),
    };
    let report = BookReport {
        company: &company(book, &facts, asked.company),
        month: period,
        as_of,
        lang: asked.lang,
        made_at: asked.made_at,
        run: run.as_ref().map(|r| r.id.as_str()),
        calibration: run.as_ref().map(|r| book.calibration_of_operation(r.op)).transpose()?.flatten(),
        rules_sha256: &crate::report::digest(config),
        version: env!("CARGO_PKG_VERSION"),
        log_head: &head,
        seal: seal.as_deref(),
        control: ControlView { prepared: &control.preparers, approvals: &control.views },
        accounts: &accounts,
        proofs: &proofs,
        payments: &payments,
        items: &items,
        on_account: &on_account(&facts),
        carried: carried.as_deref(),
        operations: &operations,
        files: &files,
        rules: &rules(config, &payments),
        sample: SampleView { seed: &seed, drawn_from, drawn: &drawn },
    };
    let mut out = Vec::new();
    match asked.form {
        Form::Html => write_html(&report, &mut out)?,
        Form::Xlsx => write_xlsx(&report, &mut out)?,
        Form::Csv => write_csv(&report, asked.excel, &mut out)?,
        Form::Json => write_json(&report, &mut out)?,
        Form::Md => write_md(&report, &mut out)?,
    }
    Ok(out)
}

/// Whose book it is: the owner of its accounts, or else as given, or the name of its folder.
pub(super) fn company(book: &Book, facts: &BookFacts, given: Option<&str>) -> String {
    let owner = facts.statements.iter().map(|s| s.owner.trim()).find(|owner| !owner.is_empty());
    let folder = || {
        let path = std::fs::canonicalize(book.folder()).unwrap_or_default();
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    owner.or(given).map_or_else(folder, str::to_string)
}

/// All that is open, and what was decided of the month.
fn payments(book: &Book, period: Option<Month>) -> Result<Vec<BookPayment>, Error> {
    let open = vec![Standing::Review, Standing::Unmatched, Standing::Held, Standing::New];
    let decided = vec![Standing::Matched, Standing::ByRule, Standing::Outside];
    let mut payments = book.payments(&Selection { standings: open, ..Selection::default() })?.rows;
    if let Some(month) = period {
        payments.retain(|p| p.payment.booking_date <= month.last());
    }
    payments.extend(book.payments(&Selection { standings: decided, month: period, ..Selection::default() })?.rows);
    payments.sort_by(|a, b| (a.payment.booking_date, &a.payment.id).cmp(&(b.payment.booking_date, &b.payment.id)));
    Ok(payments)
}

/// Items that are open, that a person settled without a payment, or that are asked about.
fn items(book: &Book) -> Result<Vec<BookItem>, Error> {
    let mut items = book.items(&Selection::default(), true)?.rows;
    items.retain(|i| i.item.open_minor != 0 || i.decision.is_some());
    Ok(items)
}

/// Money on customers' accounts: what standing decisions put there and the ledger has not taken over.
fn on_account(facts: &BookFacts) -> Vec<(Currency, i128)> {
    let mut sums: std::collections::BTreeMap<Currency, i128> = std::collections::BTreeMap::new();
    for payment in &facts.payments {
        let Some(decision) = &payment.decision else { continue };
        let booked = !decision.applications.is_empty() && decision.applications.iter().all(|a| a.taken_over);
        if booked || !decision.kind.settles() {
            continue;
        }
        for d in decision.differences.iter().filter(|d| d.kind == DifferenceKind::OnAccount) {
            *sums.entry(payment.currency).or_default() += i128::from(d.minor);
        }
    }
    sums.retain(|_, sum| *sum != 0);
    sums.into_iter().collect()
}

/// What was open when the month began, and what became of it.
fn carried(book: &Book, facts: &BookFacts) -> Result<Option<Vec<CarriedView>>, Error> {
    let Some(opening) = &facts.opening else { return Ok(None) };
    let mut views = Vec::new();
    for one in opening {
        let (open_now, became) = if one.is_payment { payment_now(book, &one.id)? } else { item_now(book, &one.id)? };
        views.push(CarriedView {
            id: one.id.clone(),
            is_payment: one.is_payment,
            account: one.account.clone(),
            currency: one.currency,
            minor: one.minor,
            open_now,
            became: became.into(),
        });
    }
    Ok(Some(views))
}

fn payment_now(book: &Book, id: &str) -> Result<(i64, String), Error> {
    let payment = match book.payment(id) {
        Ok(payment) => payment,
        Err(error) if error.code() == "E0711" => return Ok((0, "gone".into())),
        Err(error) => return Err(error),
    };
    let Some(decision) = payment.decision.filter(|d| d.kind.settles()) else {
        return Ok((payment.payment.amount.minor, String::new()));
    };
    let items: Vec<&str> = decision.applications.iter().map(|a| &*a.item).collect();
    let what = match decision.kind {
        DecisionKind::Outside => format!("put to {}", decision.account),
        DecisionKind::Return => format!("returns {}", decision.returns),
        _ if items.is_empty() => "on account".into(),
        _ => format!("matched with {}", items.join(" + ")),
    };
    Ok((0, format!("{what}, op {:04}", decision.op)))
}

fn item_now(book: &Book, id: &str) -> Result<(i64, String), Error> {
    let (item, decisions) = match book.item(id) {
        Ok(found) => found,
        Err(error) if error.code() == "E0711" => return Ok((0, "gone".into())),
        Err(error) => return Err(error),
    };
    let open = item.item.open_minor;
    let settled =
        item.decision.filter(|d| d.kind == DecisionKind::Settle).map(|d| format!("{}, op {:04}", d.reason, d.op));
    let paid = decisions.last().map(|d| format!("paid by {}, op {:04}", d.payment, d.op));
    Ok((
        open,
        if open == 0 {
            settled.or(paid).unwrap_or_else(|| "settled in the ledger".into())
        } else {
            paid.unwrap_or_default()
        },
    ))
}

/// Entries of the log of a month: those that were written in it or, before its close, after it.
fn operations(book: &Book, period: Option<Month>) -> Result<Vec<Operation>, Error> {
    let mut operations = book.operations(0)?;
    operations.reverse();
    if let Some(month) = period {
        let periods = book.periods()?;
        let from = periods.iter().filter(|p| p.month < month).map(|p| p.op).max().unwrap_or(0);
        let to = periods.iter().find(|p| p.month == month).map_or(u64::MAX, |p| p.op);
        operations.retain(|o| o.seq > from && o.seq <= to);
    }
    Ok(operations)
}

fn rules(config: &Config, payments: &[BookPayment]) -> Vec<RuleView> {
    let used = |id: &str| {
        let of = |p: &&BookPayment| p.decision.as_ref().is_some_and(|d| d.author == Author::Rule && *d.by == *id);
        payments.iter().filter(of).count() as u64
    };
    let view = |rule: &crate::config::Rule| RuleView {
        id: rule.id.as_str().into(),
        what: super::rule::conditions(rule).into(),
        account: rule.account.as_str().into(),
        reason: rule.reason.as_str().into(),
        used: used(&rule.id),
    };
    config.rule.iter().map(view).collect()
}

/// Decisions of the engine, drawn by the seed, each with the text of `explain`.
fn sample(
    book: &Book,
    payments: &[BookPayment],
    seed: &str,
    n: usize,
    lang: Lang,
) -> Result<(usize, Vec<Sampled>), Error> {
    let by_engine = |p: &&BookPayment| {
        p.decision.as_ref().is_some_and(|d| d.author == Author::Engine && d.kind != DecisionKind::Outside)
    };
    let from: Vec<&BookPayment> = payments.iter().filter(by_engine).collect();
    let ids: Vec<&str> = from.iter().map(|p| &*p.payment.id).collect();
    let mut drawn = Vec::new();
    for at in book::draw_sample(&ids, seed, n) {
        let evidence = super::explain::payment(book, book.explained(ids[at])?, false, lang)?;
        drawn.push(Sampled { payment: from[at].clone(), evidence });
    }
    Ok((from.len(), drawn))
}
