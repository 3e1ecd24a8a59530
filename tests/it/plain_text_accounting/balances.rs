//! What hledger and Beancount make of a file: whether they accept it, and the balance of each account.

use std::collections::BTreeMap;
use std::path::Path;

use rust_decimal::Decimal;

use super::tools::{beancount, hledger, run};

/// Seconds that a tool gets for one file.
const LIMIT: u64 = 120;

/// By account and currency.
pub(super) type Balances = BTreeMap<(String, String), Decimal>;

/// Loads a file, prints what is wrong with it, and the sum of each account in Beancount's own inventories.
const SCRIPT: &str = "
import sys
from collections import defaultdict
from beancount import loader
from beancount.core.data import Transaction
from beancount.core.inventory import Inventory
from beancount.parser import printer
entries, errors, options = loader.load_file(sys.argv[1])
if errors:
    printer.print_errors(errors, file=sys.stderr)
    sys.exit(1)
accounts = defaultdict(Inventory)
for entry in entries:
    if isinstance(entry, Transaction):
        for posting in entry.postings:
            accounts[posting.account].add_amount(posting.units)
for account in sorted(accounts):
    for position in accounts[account]:
        print(account, position.units.currency, position.units.number, sep='\\t')
";

/// What a tool says of a file: balances, or why it refuses. `None` where the tool cannot be had.
pub(super) type Said = Option<Result<Balances, String>>;

pub(super) fn of_hledger(file: &Path) -> Said {
    let hledger = hledger()?;
    let path = file.to_str().unwrap();
    // Strict: every account and commodity is declared. Assertions are checked whenever a file is read.
    let checked = run(hledger, &["-f", path, "check", "--strict", "ordereddates"], None, LIMIT).expect("hledger ends");
    if !checked.status.success() {
        return Some(Err(String::from_utf8_lossy(&checked.stderr).into_owned()));
    }
    let arguments = ["-f", path, "balance", "--flat", "--no-total", "--layout", "bare", "-O", "csv"];
    let said = run(hledger, &arguments, None, LIMIT).expect("hledger ends");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let mut reader = csv::Reader::from_reader(&said.stdout[..]);
    let rows = reader.records().map(|row| row.unwrap());
    Some(Ok(rows.map(|row| ((row[0].to_string(), row[1].to_string()), row[2].parse().unwrap())).collect()))
}

pub(super) fn of_beancount(file: &Path) -> Said {
    let said = run(beancount()?, &["-c", SCRIPT, file.to_str().unwrap()], None, LIMIT).expect("beancount ends");
    if !said.status.success() {
        return Some(Err(String::from_utf8_lossy(&said.stderr).into_owned()));
    }
    let text = String::from_utf8(said.stdout).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        ((cells[0].to_string(), cells[1].to_string()), cells[2].parse().unwrap())
    };
    Some(Ok(text.lines().map(row).collect()))
}

/// The sum of a ledger account with all its customers, in a currency.
pub(super) fn total(balances: &Balances, account: &str, currency: &str) -> Decimal {
    let is_of = |name: &str| name.split(':').any(|part| part == account);
    balances.iter().filter(|((name, c), _)| is_of(name) && c == currency).map(|(_, sum)| *sum).sum()
}
