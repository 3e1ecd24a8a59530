//! The stories: what each makes of items, payments and truth.

use chrono::{Days, NaiveDate};

use super::kind::Story;
use super::names;
use super::remittance::{self, ListStyle, Remittance, Style};
use super::world::{Dates, Face, Family, World};
use crate::model::{Currency, Flag, Flags, Money, Nature, OpenItem};

impl World {
    /// Tells one story about a family.
    pub(super) fn tell(&mut self, story: Story, family: &mut Family) {
        let who = self.rng.index(family.members.len());
        match story {
            Story::Single => self.single(family, who),
            Story::Lump => self.lump(family, who),
            Story::CreditNoteNetted => self.credit_note_netted(family, who),
            Story::Partial => self.partial(family, who),
            Story::Instalments => self.instalments(family, who),
            Story::Overpaid => self.overpaid(family, who),
            Story::FeeWithheld => self.fee_withheld(family, who),
            Story::Discount => self.discount(family, who, true),
            Story::DiscountLate => self.discount(family, who, false),
            Story::Duplicate => self.duplicate(family, who),
            Story::DuplicateOfSettled => self.duplicate_of_settled(family, who),
            Story::WrongReference => self.wrong_reference(family, who),
            Story::PaidForOther => self.paid_for_other(family, who),
            Story::Returned => self.returned(family, who, false),
            Story::Repaid => self.returned(family, who, true),
            Story::Prepayment => self.prepayment(family, who),
            Story::MultiCustomer => self.multi_customer(family, who),
            Story::GroupPayer => self.group_payer(family, who),
            Story::ThirdParty => self.third_party(family, who),
            Story::AmountOnly => self.amount_only(family, who),
            Story::Tie => self.tie(family, who),
            Story::Interchangeable => self.interchangeable(family, who),
            Story::Subscription => self.subscription(family, who),
            Story::Stranger => self.stranger_pays(family, who),
            Story::NotLoaded => self.not_loaded(family, who),
            Story::NotReceivable => self.not_receivable(family, who),
            Story::Debit => self.debit(family, who),
        }
    }

    /// An invoice that is paid on a day, after this customer's habit.
    fn due_on(&mut self, family: &mut Family, who: usize, paid: NaiveDate, named: bool) -> usize {
        let dates = self.dates(&family.members[who], paid);
        let amount = self.amount(family, who, named);
        self.invoice(family, who, dates, amount)
    }

    fn open(&self, item: usize) -> i64 {
        self.now.items[item].open_minor
    }

    fn text(&mut self, family: &Family, who: usize, style: Style, item: usize) -> Remittance {
        remittance::for_one(&mut self.rng, family.members[who].tongue, style, &self.now.items[item])
    }

    /// One payment of one customer for one cited item, of any amount, taking `applied` off the item.
    fn pay(
        &mut self,
        (family, who): (&Family, usize),
        item: usize,
        day: NaiveDate,
        [paid, applied]: [i64; 2],
        style: Style,
        (kind, flags): Claim,
    ) -> usize {
        let face = self.face(&family.members[who]);
        let text = self.text(family, who, style, item);
        let flags = with_typo(flags, &text);
        let payment = self.payment(day, Money::new(paid, family.currency), &face, text);
        self.truth(payment, kind, flags, &[(item, applied)]);
        payment
    }

    fn single(&mut self, family: &mut Family, who: usize) {
        let (style, day) = (Style::for_one(&mut self.rng), self.day(0));
        let item = self.due_on(family, who, day, style.cites());
        let kind = match style {
            Style::Typo => "single_typo",
            style if style.cites() => "single",
            _ => "single_uncited",
        };
        let amount = self.open(item);
        self.pay((family, who), item, day, [amount, amount], style, (kind, Flags::NONE));
    }

    /// How many invoices a lump sum is for: mostly few, at most 40.
    fn lump_size(&mut self) -> usize {
        const SIZES: [(u64, i64, i64); 6] = [(120, 2, 2), (44, 3, 3), (18, 4, 4), (13, 5, 8), (3, 9, 15), (2, 16, 40)];
        let (_, low, high) = SIZES[self.rng.weighted(&SIZES.map(|size| size.0))];
        self.rng.between(low, high) as usize
    }

    /// Invoices that fall due together, or that were issued on one day with numbers that follow one another.
    fn lump_items(
        &mut self,
        family: &mut Family,
        who: usize,
        day: NaiveDate,
        count: usize,
        style: ListStyle,
    ) -> Vec<usize> {
        let named = style == ListStyle::Full || style == ListStyle::SharedPrefix;
        let together = style == ListStyle::Range || self.rng.percent(35);
        let first = self.dates(&family.members[who], day);
        let mut items = Vec::with_capacity(count);
        for n in 0..count {
            let dates = match together {
                true => first,
                false => self.issued(&family.members[who], first.issue - Days::new(n as u64 * 3 % 28)),
            };
            let amount = self.amount(family, who, named);
            items.push(self.invoice(family, who, dates, amount));
        }
        if self.rng.percent(70) {
            items.reverse();
        }
        if style == ListStyle::Range {
            items.sort_unstable();
        }
        items
    }

    fn list_text(&mut self, family: &Family, who: usize, style: ListStyle, items: &[usize]) -> Remittance {
        let items: Vec<&OpenItem> = items.iter().map(|&item| &self.now.items[item]).collect();
        remittance::for_list(&mut self.rng, family.members[who].tongue, style, &items)
    }

    fn pay_list(
        &mut self,
        family: &Family,
        who: usize,
        day: NaiveDate,
        style: ListStyle,
        items: &[usize],
        claim: Claim,
    ) {
        let text = self.list_text(family, who, style, items);
        self.pay_items((family, who), day, text, items, claim);
    }

    /// One payment for several items, with a text that may name others or none.
    fn pay_items(
        &mut self,
        (family, who): (&Family, usize),
        day: NaiveDate,
        text: Remittance,
        items: &[usize],
        (kind, flags): Claim,
    ) {
        let face = self.face(&family.members[who]);
        let flags = with_typo(flags, &text);
        let links: Vec<(usize, i64)> = items.iter().map(|&item| (item, self.open(item))).collect();
        let sum = links.iter().map(|link| link.1).sum();
        let payment = self.payment(day, Money::new(sum, family.currency), &face, text);
        self.truth(payment, kind, flags, &links);
    }

    fn lump(&mut self, family: &mut Family, who: usize) {
        let (style, day, count) = (ListStyle::draw(&mut self.rng), self.day(0), self.lump_size());
        let items = self.lump_items(family, who, day, count, style);
        let kind = match style {
            ListStyle::Uncited => "lump_uncited",
            ListStyle::Full | ListStyle::SharedPrefix | ListStyle::Range => "lump",
            _ => "lump_damaged",
        };
        self.pay_list(family, who, day, style, &items, (kind, Flags::NONE));
    }

    fn credit_note_netted(&mut self, family: &mut Family, who: usize) {
        let (style, day, count) = (ListStyle::draw(&mut self.rng), self.day(0), self.lump_size().clamp(2, 12));
        let mut items = self.lump_items(family, who, day, count, style);
        let largest = items.iter().map(|&item| self.open(item)).max().unwrap_or(100);
        let dates = self.dates(&family.members[who], day);
        // Less than one invoice, so that the payment stays a receipt.
        let credit = self.rng.between(1, (largest / 2).max(1));
        items.push(self.credit_note(family, who, dates, credit));
        let flags = Flags::from(Flag::CreditNoteNetted);
        let style = if style == ListStyle::Range { ListStyle::Full } else { style };
        // Often the invoices are named, and the credit note is taken off without a word.
        let named = items.len() - usize::from(style == ListStyle::Full && self.rng.percent(40));
        let text = self.list_text(family, who, style, &items[..named]);
        self.pay_items((family, who), day, text, &items, ("credit_note_netted", flags));
    }

    fn partial(&mut self, family: &mut Family, who: usize) {
        let (style, day) = (Style::citing(&mut self.rng), self.day(0));
        let item = self.due_on(family, who, day, true);
        let open = self.open(item);
        // A round part, or a share.
        let share = self.rng.between(20, 80);
        let part = (open * share / 100).max(1);
        let part = if part > 20_000 && self.rng.percent(60) { part / 5000 * 5000 } else { part };
        self.pay((family, who), item, day, [part, part], style, ("partial", Flag::Partial.into()));
    }

    fn instalments(&mut self, family: &mut Family, who: usize) {
        if self.rng.percent(25) {
            return self.last_instalment(family, who);
        }
        let parts = self.rng.between(2, 4);
        let mut day = self.day(30 * (parts as u64 - 1) + 3);
        let item = self.due_on(family, who, day, true);
        let open = self.open(item);
        let each = open / parts;
        for n in 1..=parts {
            let flags = match n {
                1 => Flag::Partial.into(),
                n if n < parts => Flags::from(Flag::Partial).with(Flag::Instalment),
                _ => Flag::Instalment.into(),
            };
            let part = if n == parts { open - each * (parts - 1) } else { each };
            let style = Style::citing(&mut self.rng);
            self.pay((family, who), item, day, [part, part], style, ("instalment", flags));
            day = day + Days::new(self.rng.between(28, 31) as u64);
        }
    }

    /// The rest of an invoice that was paid in part before these statements began.
    fn last_instalment(&mut self, family: &mut Family, who: usize) {
        let (style, day) = (Style::citing(&mut self.rng), self.day(0));
        let item = self.due_on(family, who, day, true);
        let rest = (self.open(item) * self.rng.between(30, 70) / 100).max(1);
        self.now.items[item].open_minor = rest;
        self.pay((family, who), item, day, [rest, rest], style, ("instalment", Flag::Instalment.into()));
    }

    fn overpaid(&mut self, family: &mut Family, who: usize) {
        let (style, day) = (Style::citing(&mut self.rng), self.day(0));
        let item = self.due_on(family, who, day, true);
        let open = self.open(item);
        let surplus = match self.rng.below(3) {
            0 => 10_000 - open % 10_000,
            1 => self.rng.between(1, 99) * 10,
            _ => self.rng.between(100, 20_000),
        };
        self.pay((family, who), item, day, [open + surplus, open], style, ("overpaid", Flag::Overpaid.into()));
    }

    fn fee_withheld(&mut self, family: &mut Family, who: usize) {
        let (style, day) = (Style::citing(&mut self.rng), self.day(0));
        let item = self.due_on(family, who, day, true);
        let usual =
            family.members[who].customer.usual_fee.and_then(|fee| Money::from_decimal(fee, family.currency).ok());
        let usual = usual.map(|fee| fee.minor).or(family.members[who].habits.fee);
        let fee = usual.unwrap_or_else(|| self.rng.pick(&[500, 750, 1000, 1200, 1500, 2000, 2500]));
        if self.open(item) < fee * 10 {
            // A fee that eats a small invoice is no fee any more.
            let more = fee * 10 + self.rng.between(1, 99_999);
            self.reprice(family, item, more);
        }
        let arrived = self.open(item) - fee;
        self.pay((family, who), item, day, [arrived, arrived], style, ("fee_withheld", Flag::FeeWithheld.into()));
    }

    fn reprice(&mut self, family: &mut Family, item: usize, amount: i64) {
        let amount = self.free_amount(family, amount, true);
        let item = &mut self.now.items[item];
        item.amount = Money::new(amount, family.currency);
        item.open_minor = amount;
        item.vat = Box::default();
    }

    /// Less two or three per cent: within its terms (and then settled), or too late (and then the rest stays open).
    fn discount(&mut self, family: &mut Family, who: usize, in_time: bool) {
        let member = &mut family.members[who];
        let (percent, days) = *member.discount.get_or_insert((2, 10));
        member.terms = format!("{percent}/{days} net {}", member.term).into();
        let day = self.day(0);
        let after = if in_time { self.rng.between(4, days as i64) } else { days as i64 + self.rng.between(5, 20) };
        let dates = self.issued(&family.members[who], day - Days::new(after as u64));
        let dates = if in_time && dates.issue + Days::new(days) < day {
            Dates { issue: dates.issue + Days::new(2), ..dates }
        } else {
            dates
        };
        let style = if self.rng.percent(75) { Style::citing(&mut self.rng) } else { Style::for_one(&mut self.rng) };
        let amount = self.amount(family, who, style.cites());
        let item = self.invoice(family, who, dates, amount);
        // To the nearest cent, halves up.
        let paid = amount - (amount * percent + 50) / 100;
        let (kind, applied) = if in_time { ("discount_taken", amount) } else { ("discount_late", paid) };
        self.pay((family, who), item, day, [paid, applied], style, (kind, Flag::DiscountTaken.into()));
    }

    /// A second payment that repeats the first, with its text or another; it belongs to no item.
    fn duplicate(&mut self, family: &mut Family, who: usize) {
        let (style, day) = (Style::citing(&mut self.rng), self.day(40));
        let item = self.due_on(family, who, day, true);
        let amount = self.open(item);
        let first = self.pay((family, who), item, day, [amount, amount], style, ("single", Flags::NONE));
        let again = day + Days::new(self.rng.between(1, 38) as u64);
        let earlier = &self.now.payments[first];
        let face = Face { name: earlier.payer_name.to_string(), iban: earlier.payer_iban.clone() };
        let text = if self.rng.percent(70) {
            Remittance {
                text: earlier.remittance.to_string(),
                structured: earlier.structured_references.to_vec(),
                mistyped: self.now.truth.last().is_some_and(|row| row.flags.has(Flag::FuzzyReference)),
            }
        } else {
            self.text(family, who, Style::Full, item)
        };
        let flags = with_typo(Flag::Duplicate.into(), &text);
        let payment = self.payment(again, Money::new(amount, family.currency), &face, text);
        self.truth(payment, "duplicate", flags, &[]);
    }

    fn duplicate_of_settled(&mut self, family: &mut Family, who: usize) {
        let day = self.day(0);
        let long_ago = self.start - Days::new(1 + self.rng.below(60));
        let item = self.due_on(family, who, long_ago, true);
        let amount = self.open(item);
        self.now.items[item].open_minor = 0;
        let face = self.face(&family.members[who]);
        let style = self.rng.pick(&[Style::Full, Style::Full, Style::Reformatted, Style::Structured]);
        let text = self.text(family, who, style, item);
        let payment = self.payment(day, Money::new(amount, family.currency), &face, text);
        self.truth(payment, "duplicate_of_settled", Flag::Duplicate.into(), &[]);
    }

    /// The payer's own invoice to the cent, but the number of somebody else's.
    fn wrong_reference(&mut self, family: &mut Family, who: usize) {
        let day = self.day(0);
        let item = self.due_on(family, who, day, false);
        let foreign = self.rng.index(self.unpaid.len());
        let Some(foreign) = self.unpaid.get(foreign).cloned() else { return };
        let text = remittance::for_one(&mut self.rng, family.members[who].tongue, Style::Full, &foreign);
        let face = self.face(&family.members[who]);
        let amount = self.open(item);
        let payment = self.payment(day, Money::new(amount, family.currency), &face, text);
        self.truth(payment, "wrong_reference", Flag::Misapplied.into(), &[(item, amount)]);
    }

    /// Somebody else's invoice, cited and to the cent, by a customer who has nothing to do with it.
    fn paid_for_other(&mut self, family: &mut Family, who: usize) {
        let foreign = self.rng.index(self.unpaid.len());
        let Some(foreign) = self.unpaid.remove(foreign) else { return };
        let issued = foreign.issue_date.unwrap_or(self.start);
        let day = self.day(0).max(issued + Days::new(3)).min(self.window().1);
        let style = self.rng.pick(&[Style::Full, Style::Reformatted]);
        let text = remittance::for_one(&mut self.rng, family.members[who].tongue, style, &foreign);
        let face = self.face(&family.members[who]);
        let payment = self.payment(day, foreign.amount, &face, text);
        self.truth_of(payment, "paid_for_other", Flag::Misapplied.into(), &foreign);
    }

    /// A receipt that comes back some days later, and is perhaps paid once more.
    fn returned(&mut self, family: &mut Family, who: usize, and_repaid: bool) {
        let (style, day) = (Style::citing(&mut self.rng), self.day(45));
        let item = self.due_on(family, who, day, true);
        let amount = self.open(item);
        let receipt = self.pay((family, who), item, day, [amount, amount], style, ("single", Flags::NONE));
        let back = day + Days::new(self.rng.between(1, 9) as u64);
        let reason = self.rng.pick(&["AC04", "AM04", "MD06", "MS03", "AC01"]);
        let word = self.rng.pick(&["REJET", "RETOUR SEPA", "RUECKLASTSCHRIFT", "RETURN", "R-TRANSACTION", "STORNO"]);
        let earlier = &self.now.payments[receipt];
        let face = Face { name: earlier.payer_name.to_string(), iban: earlier.payer_iban.clone() };
        let (end_to_end, structured) = (earlier.end_to_end_id.clone(), earlier.structured_references.to_vec());
        let text = names::cut(&format!("{word} {reason} {}", earlier.remittance), 140);
        let remittance = Remittance { text, structured, mistyped: false };
        let debit = self.payment(back, Money::new(-amount, family.currency), &face, remittance);
        let row = &mut self.now.payments[debit];
        row.end_to_end_id = end_to_end;
        row.nature = Nature::Return;
        row.return_reason = reason.into();
        self.truth(debit, "returned", Flag::Returned.into(), &[]);
        if and_repaid {
            let later = back + Days::new(self.rng.between(3, 30) as u64);
            let style = self.rng.pick(&[Style::Full, Style::Reformatted, Style::Structured]);
            self.pay((family, who), item, later, [amount, amount], style, ("repaid", Flags::NONE));
        }
    }

    fn prepayment(&mut self, family: &mut Family, who: usize) {
        let day = self.day(0);
        let word = self.rng.pick(&[
            "ACOMPTE",
            "Anzahlung",
            "DEPOSIT",
            "PROFORMA",
            "Aanbetaling",
            "Anticipo",
            "Acconto",
            "VORAUSKASSE",
            "ADVANCE PAYMENT",
        ]);
        let text = match self.rng.below(3) {
            0 => word.to_owned(),
            1 => format!("{word} {} {}", family.members[who].tongue.order, self.order_number()),
            _ => format!("{word} PF-{}", self.rng.digits(5)),
        };
        let amount = self.amount(family, who, false);
        let face = self.face(&family.members[who]);
        let payment =
            self.payment(day, Money::new(amount, family.currency), &face, Remittance { text, ..Remittance::default() });
        self.truth(payment, "prepayment", Flag::Prepayment.into(), &[]);
    }

    /// One payment for invoices of several members of a group.
    fn multi_customer(&mut self, family: &mut Family, who: usize) {
        let day = self.day(0);
        let style = self.rng.pick(&[ListStyle::Full, ListStyle::Full, ListStyle::SharedPrefix, ListStyle::Uncited]);
        let mut items = Vec::new();
        for member in 0..family.members.len().min(3) {
            let other = (who + member) % family.members.len();
            let count = self.rng.between(1, 2) as usize;
            items.extend(self.lump_items(family, other, day, count, style));
        }
        self.pay_list(family, who, day, style, &items, ("multi_customer", Flag::MultiCustomer.into()));
    }

    /// One member of a group pays another's invoice.
    fn group_payer(&mut self, family: &mut Family, who: usize) {
        let payer = (who + 1) % family.members.len();
        let day = self.day(0);
        let style = if self.rng.percent(80) { Style::citing(&mut self.rng) } else { Style::Nothing };
        let item = self.due_on(family, who, day, style.cites());
        let face = self.face(&family.members[payer]);
        let text = self.text(family, who, style, item);
        let flags = with_typo(Flags::NONE, &text);
        let amount = self.open(item);
        let payment = self.payment(day, Money::new(amount, family.currency), &face, text);
        self.truth(payment, "group_payer", flags, &[(item, amount)]);
    }

    /// Somebody whom the ledger does not know pays a customer's invoice, and cites it.
    fn third_party(&mut self, family: &mut Family, who: usize) {
        let (day, tongue) = (self.day(0), family.members[who].tongue);
        let style = self.rng.pick(&[Style::Full, Style::Full, Style::Structured, Style::Reformatted]);
        let item = self.due_on(family, who, day, true);
        let face = self.third_party_of(&family.members[who], tongue);
        let text = self.text(family, who, style, item);
        let amount = self.open(item);
        let payment = self.payment(day, Money::new(amount, family.currency), &face, text);
        self.truth(payment, "third_party", Flag::UnknownPayer.into(), &[(item, amount)]);
    }

    /// Nothing but an equal amount ties payment and invoice.
    fn amount_only(&mut self, family: &mut Family, who: usize) {
        let (day, tongue) = (self.day(0), family.members[who].tongue);
        let item = self.due_on(family, who, day, false);
        let face = self.third_party_of(&family.members[who], tongue);
        let text = remittance::idle(&mut self.rng, tongue);
        let amount = self.open(item);
        let payment =
            self.payment(day, Money::new(amount, family.currency), &face, Remittance { text, ..Remittance::default() });
        self.truth(payment, "amount_only", Flags::from(Flag::UnknownPayer).with(Flag::AmountOnly), &[(item, amount)]);
    }

    /// Two invoices that a person could not tell apart either, and that are not interchangeable: other terms, another
    /// date by a day or two, or another member behind the same account.
    fn tie(&mut self, family: &mut Family, who: usize) {
        let (day, tongue) = (self.day(0), family.members[who].tongue);
        let amount = self.amount(family, who, false);
        let dates = self.dates(&family.members[who], day);
        let first = self.invoice(family, who, dates, amount);
        let second = if family.shared_account && self.rng.percent(50) {
            self.invoice(family, (who + 1) % family.members.len(), dates, amount)
        } else if family.members[who].term > 0 && self.rng.percent(50) {
            let near = Dates { issue: dates.issue + Days::new(1), due: dates.due + Days::new(1) };
            self.invoice(family, who, near, amount)
        } else {
            let second = self.invoice(family, who, dates, amount);
            self.now.items[second].terms = format!("{} eom", family.members[who].terms).into();
            second
        };
        let other_member = self.now.items[first].customer_id != self.now.items[second].customer_id;
        let face = match other_member {
            true => {
                Face { name: names::printed(&mut self.rng, &family.name), iban: family.members[who].account.clone() }
            }
            false => self.face(&family.members[who]),
        };
        let text = remittance::idle(&mut self.rng, tongue);
        let payment =
            self.payment(day, Money::new(amount, family.currency), &face, Remittance { text, ..Remittance::default() });
        let meant = if self.rng.percent(50) { first } else { second };
        self.truth(payment, "tie", Flag::Ambiguous.into(), &[(meant, amount)]);
    }

    /// Several equal invoices of one day, one of them paid without a word.
    fn interchangeable(&mut self, family: &mut Family, who: usize) {
        let (day, tongue) = (self.day(0), family.members[who].tongue);
        let amount = self.amount(family, who, false);
        let dates = self.dates(&family.members[who], day);
        let count = self.rng.between(2, 4);
        let items: Vec<usize> = (0..count).map(|_| self.invoice(family, who, dates, amount)).collect();
        for &item in &items {
            // An order number would tell them apart.
            self.now.items[item].order_number = Box::default();
        }
        let face = self.face(&family.members[who]);
        let text = remittance::idle(&mut self.rng, tongue);
        let payment =
            self.payment(day, Money::new(amount, family.currency), &face, Remittance { text, ..Remittance::default() });
        let meant = self.rng.pick(&items);
        self.truth(payment, "interchangeable", Flag::Interchangeable.into(), &[(meant, amount)]);
    }

    /// The same amount every month, paid without a word: only the habit of paying says which month is meant. The month
    /// before is settled, the month after perhaps still open.
    fn subscription(&mut self, family: &mut Family, who: usize) {
        let months = self.rng.between(3, 5) as u64;
        let day = self.day(30 * (months - 1) + 25);
        let first = self.dates(&family.members[who], day).issue;
        let amount = self.amount(family, who, false);
        // Earlier months were paid before these statements: two or three of them.
        for earlier in 1..months {
            let before = self.issued(&family.members[who], first - Days::new(30 * earlier));
            let settled = self.invoice(family, who, before, amount);
            self.now.items[settled].open_minor = 0;
        }
        for month in 0..months {
            let dates = self.issued(&family.members[who], first + Days::new(30 * month));
            let item = self.invoice(family, who, dates, amount);
            let day = self.paid_on(&family.members[who], dates);
            self.pay((family, who), item, day, [amount, amount], Style::Nothing, ("subscription", Flags::NONE));
        }
        let after = self.issued(&family.members[who], first + Days::new(30 * months));
        if self.rng.percent(50) && after.issue <= self.window().1 {
            self.invoice(family, who, after, amount);
        }
    }

    fn stranger_pays(&mut self, family: &mut Family, who: usize) {
        let (day, tongue) = (self.day(0), family.members[who].tongue);
        let face = self.stranger(tongue);
        let text = match self.rng.below(3) {
            0 => format!("{} {}", self.rng.pick(tongue.invoice), self.rng.digits(6)),
            _ => remittance::idle(&mut self.rng, tongue),
        };
        let amount = self.amount(family, who, false);
        let payment =
            self.payment(day, Money::new(amount, family.currency), &face, Remittance { text, ..Remittance::default() });
        self.truth(payment, "stranger", Flag::UnknownPayer.into(), &[]);
    }

    /// A customer pays an invoice that the list does not have.
    fn not_loaded(&mut self, family: &mut Family, who: usize) {
        let day = self.day(0);
        let item = self.due_on(family, who, day, false);
        // Its number was given away, and its amount kept from others; then it is taken out of the ledger.
        let item = self.now.items.remove(item);
        let style = if self.rng.percent(75) { Style::Full } else { Style::Nothing };
        let text = remittance::for_one(&mut self.rng, family.members[who].tongue, style, &item);
        let face = self.face(&family.members[who]);
        let payment = self.payment(day, item.amount, &face, text);
        self.truth(payment, "not_loaded", Flags::NONE, &[]);
    }

    /// Money that arrives and is no customer's: own transfers, interest, refunds.
    fn not_receivable(&mut self, family: &mut Family, who: usize) {
        const TEXTS: [(&str, &str); 5] = [
            ("", "INTERETS CREDITEURS"),
            ("DGFIP", "REMBOURSEMENT TVA"),
            ("URSSAF", "REMBOURSEMENT TROP PERCU COTISATIONS"),
            ("ATELIERS NORD SAS", "VIREMENT INTERNE"),
            ("ASSURANCES GENERALES", "INDEMNISATION SINISTRE"),
        ];
        let day = self.day(0);
        let (name, text) = self.rng.pick(&TEXTS);
        let amount = self.amount(family, who, false);
        let own = text == "VIREMENT INTERNE";
        let face = Face { name: name.to_owned(), iban: if own { self.accounts[1].1.clone() } else { Box::default() } };
        let money = Money::new(amount, Currency::EUR);
        let payment = self.payment(day, money, &face, Remittance { text: text.to_owned(), ..Remittance::default() });
        self.truth(payment, "not_receivable", Flags::NONE, &[]);
    }

    /// Money that leaves: salaries, suppliers, taxes, bank charges.
    fn debit(&mut self, family: &mut Family, who: usize) {
        let (day, tongue) = (self.day(0), family.members[who].tongue);
        let amount = -self.rng.between(500, 900_000);
        let stranger = self.stranger(tongue);
        let (face, text) = match self.rng.below(5) {
            0 => (stranger, "SALAIRE".to_owned()),
            1 => (Face { name: "URSSAF".to_owned(), iban: Box::default() }, "PRLV COTISATIONS".to_owned()),
            2 => (Face { name: String::new(), iban: Box::default() }, "FRAIS DE TENUE DE COMPTE".to_owned()),
            _ => (stranger, format!("{} {}", self.rng.pick(tongue.invoice), self.rng.digits(7))),
        };
        let charge = face.name.is_empty();
        let payment =
            self.payment(day, Money::new(amount, Currency::EUR), &face, Remittance { text, ..Remittance::default() });
        if charge {
            self.now.payments[payment].nature = Nature::Charge;
        }
        self.truth(payment, "debit", Flags::NONE, &[]);
    }

    fn truth_of(&mut self, payment: usize, kind: &'static str, flags: Flags, item: &OpenItem) {
        let payment_id = self.now.payments[payment].id.clone();
        self.now.truth.push(super::TruthRow {
            payment_id,
            item_id: item.id.clone(),
            applied: Some(item.open()),
            kind,
            flags,
        });
    }
}

/// The sort of case, and the flags that a perfect run would give.
type Claim = (&'static str, Flags);

fn with_typo(flags: Flags, remittance: &Remittance) -> Flags {
    if remittance.mistyped { flags.with(Flag::FuzzyReference) } else { flags }
}
