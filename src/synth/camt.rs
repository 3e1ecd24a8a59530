//! Statements as camt.053.001.08: one file for each account and month, one statement for each day with bookings.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::write::Table;
use crate::model::{Currency, Money, Nature, Payment};

/// Writes payments, given in the order of their booking, as statements whose balances add up.
///
/// A bank gives no payment its own unique id, so `positions.csv` says which of the truth's payments stands where
/// (`payment_id,source,position`); the id is also the `AcctSvcrRef`.
pub struct Camt {
    folder: PathBuf,
    positions: Table<File>,
    accounts: BTreeMap<Currency, Account>,
}

struct Account {
    iban: Box<str>,
    balance: Money,
    sequence: u32,
    month: Option<Month>,
    day: Vec<Payment>,
}

/// A file that is being written.
struct Month {
    first: NaiveDate,
    name: String,
    out: BufWriter<File>,
    statements: u32,
}

impl Camt {
    /// Statements into `folder`, and `positions.csv` beside it.
    pub fn new(folder: &Path, positions: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let positions = Table::new(File::create(positions)?, "payment_id,source,position")?;
        Ok(Self { folder: folder.to_owned(), positions, accounts: BTreeMap::new() })
    }

    /// What follows goes to another folder: the statements begun are ended, balances and numbers go on.
    pub fn move_to(&mut self, folder: &Path) -> io::Result<()> {
        for account in self.accounts.values_mut() {
            account.end_day(&self.folder, &mut self.positions)?;
            account.end_month()?;
        }
        fs::create_dir_all(folder)?;
        self.folder = folder.to_owned();
        Ok(())
    }

    /// Takes the next payment; writes the day before when it is complete.
    pub fn payment(&mut self, payment: Payment) -> io::Result<()> {
        let currency = payment.amount.currency;
        let account = self.accounts.entry(currency).or_insert_with(|| Account {
            iban: (&*payment.account).into(),
            balance: Money::new(10_000_000, currency),
            sequence: 0,
            month: None,
            day: Vec::new(),
        });
        if account.day.last().is_some_and(|last| last.booking_date != payment.booking_date) {
            account.end_day(&self.folder, &mut self.positions)?;
        }
        account.day.push(payment);
        Ok(())
    }

    /// Writes what is held back, and closes the files.
    pub fn finish(mut self) -> io::Result<()> {
        for account in self.accounts.values_mut() {
            account.end_day(&self.folder, &mut self.positions)?;
            account.end_month()?;
        }
        self.positions.finish()
    }
}

impl Account {
    fn end_day(&mut self, folder: &Path, positions: &mut Table<File>) -> io::Result<()> {
        let Some(date) = self.day.first().map(|payment| payment.booking_date) else { return Ok(()) };
        let same = |month: &Month| (month.first.year(), month.first.month()) == (date.year(), date.month());
        if !self.month.as_ref().is_some_and(same) {
            self.end_month()?;
            self.month = Some(Month::begin(folder, self.balance.currency, date)?);
        }
        self.sequence += 1;
        let text = self.statement(date);
        if let Some(month) = &mut self.month {
            month.statements += 1;
            month.out.write_all(text.as_bytes())?;
            for (n, payment) in self.day.iter().enumerate() {
                let position = format!("Stmt[{}]/Ntry[{}]/TxDtls[1]", month.statements, n + 1);
                positions.row(&[&payment.id, &month.name, &position])?;
            }
        }
        let sum: i64 = self.day.iter().map(|payment| payment.amount.minor).sum();
        self.balance.minor += sum;
        self.day.clear();
        Ok(())
    }

    fn end_month(&mut self) -> io::Result<()> {
        match self.month.take() {
            Some(mut month) => {
                month.out.write_all(b"</BkToCstmrStmt></Document>\n")?;
                month.out.flush()
            }
            None => Ok(()),
        }
    }

    fn statement(&self, date: NaiveDate) -> String {
        let currency = self.balance.currency;
        let sum: i64 = self.day.iter().map(|payment| payment.amount.minor).sum();
        let closing = Money::new(self.balance.minor + sum, currency);
        let mut xml = String::with_capacity(900 * (self.day.len() + 1));
        push(
            &mut xml,
            format_args!("<Stmt><Id>{currency}-{date}</Id><ElctrncSeqNb>{}</ElctrncSeqNb>\n", self.sequence),
        );
        push(
            &mut xml,
            format_args!(
                "<CreDtTm>{date}T23:00:00</CreDtTm><Acct><Id><IBAN>{}</IBAN></Id><Ccy>{currency}</Ccy></Acct>\n",
                self.iban
            ),
        );
        for (code, balance) in [("OPBD", self.balance), ("CLBD", closing)] {
            push(
                &mut xml,
                format_args!(
                    "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{}<Dt><Dt>{date}</Dt></Dt></Bal>\n",
                    Signed(balance)
                ),
            );
        }
        let gross: i64 = self.day.iter().map(|payment| payment.amount.minor.abs()).sum();
        let (count, gross) = (self.day.len(), Money::new(gross, currency));
        push(
            &mut xml,
            format_args!(
                "<TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries><Sum>{gross}</Sum></TtlNtries></TxsSummry>\n"
            ),
        );
        for payment in &self.day {
            entry(&mut xml, payment);
        }
        xml.push_str("</Stmt>\n");
        xml
    }
}

impl Month {
    fn begin(folder: &Path, currency: Currency, first: NaiveDate) -> io::Result<Self> {
        let name = format!("{currency}-{}.xml", first.format("%Y-%m"));
        let mut out = BufWriter::new(File::create(folder.join(&name))?);
        write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\n\
             <GrpHdr><MsgId>{currency}-{}</MsgId><CreDtTm>{first}T23:30:00</CreDtTm></GrpHdr>\n",
            first.format("%Y-%m")
        )?;
        Ok(Self { first, name, out, statements: 0 })
    }
}

fn entry(xml: &mut String, payment: &Payment) {
    let (id, booked) = (&payment.id, payment.booking_date);
    let returned = payment.nature == Nature::Return;
    let code = match (payment.nature, payment.amount.minor < 0) {
        (Nature::Return, _) => "<Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly>",
        (Nature::Charge, _) => "<Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly>",
        (_, true) => "<Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly>",
        (_, false) => "<Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly>",
    };
    push(
        xml,
        format_args!("<Ntry>{}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{booked}</Dt></BookgDt>", Signed(payment.amount)),
    );
    push(xml, format_args!("<ValDt><Dt>{}</Dt></ValDt><AcctSvcrRef>{id}</AcctSvcrRef>", payment.effective_date()));
    push(xml, format_args!("<BkTxCd><Domn>{code}</Domn></BkTxCd><NtryDtls><TxDtls>"));
    let end_to_end = if payment.end_to_end_id.is_empty() { "NOTPROVIDED" } else { &payment.end_to_end_id };
    push(
        xml,
        format_args!(
            "<Refs><AcctSvcrRef>{id}</AcctSvcrRef><EndToEndId>{}</EndToEndId></Refs>{}",
            Text(end_to_end),
            Signed(payment.amount)
        ),
    );
    // The other side is the debtor of a receipt and of its return, the creditor of what the company paid.
    let role = if payment.amount.minor > 0 || returned { "Dbtr" } else { "Cdtr" };
    if !payment.payer_name.is_empty() || !payment.payer_iban.is_empty() {
        push(xml, format_args!("<RltdPties><{role}><Pty><Nm>{}</Nm></Pty></{role}>", Text(&payment.payer_name)));
        if !payment.payer_iban.is_empty() {
            push(xml, format_args!("<{role}Acct><Id><IBAN>{}</IBAN></Id></{role}Acct>", payment.payer_iban));
        }
        xml.push_str("</RltdPties>");
    }
    remittance(xml, payment);
    if returned {
        push(xml, format_args!("<RtrInf><Rsn><Cd>{}</Cd></Rsn></RtrInf>", payment.return_reason));
    }
    xml.push_str("</TxDtls></NtryDtls></Ntry>\n");
}

fn remittance(xml: &mut String, payment: &Payment) {
    if payment.remittance.is_empty() && payment.structured_references.is_empty() {
        return;
    }
    xml.push_str("<RmtInf>");
    if !payment.remittance.is_empty() {
        push(xml, format_args!("<Ustrd>{}</Ustrd>", Text(&payment.remittance)));
    }
    for reference in &payment.structured_references {
        let kind = match reference.as_bytes() {
            [b'+', ..] => "<CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>BBA</Issr>",
            [b'R', b'F', ..] => "<CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry>",
            _ => "<CdOrPrtry><Prtry>QRR</Prtry></CdOrPrtry>",
        };
        push(xml, format_args!("<Strd><CdtrRefInf><Tp>{kind}</Tp><Ref>{}</Ref></CdtrRefInf></Strd>", Text(reference)));
    }
    xml.push_str("</RmtInf>");
}

/// Writing to a string cannot fail.
fn push(xml: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = xml.write_fmt(text);
}

/// `Amt` without a sign, and `CdtDbtInd`, which has it.
struct Signed(Money);

impl Display for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (size, direction) =
            (Money::new(self.0.minor.abs(), self.0.currency), if self.0.minor < 0 { "DBIT" } else { "CRDT" });
        write!(f, "<Amt Ccy=\"{}\">{size}</Amt><CdtDbtInd>{direction}</CdtDbtInd>", self.0.currency)
    }
}

/// Text with the five characters escaped that XML takes for its own.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
