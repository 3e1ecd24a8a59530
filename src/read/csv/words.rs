//! The words of bank files: what a column may be called, in which words a direction, a state or a total is said.
//!
//! A table, not code. Names are in the form of [`super::header::key`]: lower case, no accents on Latin letters, words parted by one
//! blank, currency taken off. Within a role, earlier names win over later ones: `booking date` before a bare `date`.

use crate::model::Currency;

use super::columns::Role;

/// Columns of a bank statement.
#[rustfmt::skip]
pub(super) static PAYMENTS: &[(Role, &[&str])] = &[
    (Role::Id, &["payment id"]),
    (Role::Booking, &[
        // The canonical name, then names that say "booked", then dates of the transaction, then a bare date.
        "booking date", "booked at", "booked on", "buchungsdatum", "buchungstag", "boekdatum", "boekingsdatum", "date comptable",
        "date de comptabilisation", "date comptabilisation", "fecha contable", "fecha de contabilizacion", "data contabile",
        "posting date", "posted date", "date posted", "date processed", "settlement date", "settlement date utc", "settlement date local", "date de reglement utc", "date de reglement local", "date completed utc", "completed date",
        "datum zauctovani", "konyveles datuma", "statement lines date", "bogforingsdato", "bokforingsdag", "bokforingsdatum", "bokfort dato", "bokforingsdato",
        "date operation", "date de l operation", "date d operation", "dateop", "date de l operation utc", "date de l operation local", "operation date utc", "date de transaction", "date transaction", "date de la transaction",
        "transaction date", "trans date", "datum transactie", "transactiedatum", "datum verrichting", "uitvoeringsdatum",
        "fecha operacion", "fecha de operacion", "f operacion", "data operazione", "data registrazione", "data lancamento", "data movimento", "data mov",
        "datum der transaktion", "umsatzdatum", "transakcio datuma", "tranzakcio datuma", "datum provedeni",
        "created", "created utc", "creation date", "date started utc",
        "date", "datum", "fecha", "data", "dato", "dag", "journaldate", "buchung", "transaktionsdag", "transaktionsdatum", "お取り引き日", "取引日", "日付",
    ]),
    (Role::Value, &[
        "value date", "valuta date", "valuta", "valutadatum", "wertstellung", "wert", "date de la valeur utc", "valutadag", "rentedato", "valuteringsdato", "wertstellungsdatum", "rentedatum", "date valeur", "date de valeur",
        "date de la valeur", "dateval", "fecha valor", "f valor", "data valuta", "data valor", "effective date", "available on utc", "execution date",
        "datum verrekening", "erteknap", "belegdatum", "posted date",
    ]),
    (Role::Amount, &[
        "amount", "montant", "montant de l operation", "montant operation", "montant total ttc", "total amount incl vat", "betrag", "umsatz", "buchungsbetrag",
        "bedrag", "importe", "importo", "valor", "belob", "belopp", "credit debit amount", "debit credit amount", "transaction amount", "amount in account currency",
        "booked amount", "net", "net amount", "netto", "neto", "montant net", "settlement amount", "total amount", "castka", "zauctovana castka", "osszeg",
        "tranzakcio osszege", "suma", "kwota", "belop", "statement lines amount",
    ]),
    (Role::Debit, &[
        "debit", "debit amount", "debits", "debet", "soll", "belastung", "lastschrift", "dare", "uscite", "addebiti", "cargo", "cargos", "debe", "debito",
        "withdrawal", "withdrawals", "paid out", "money out", "outflow", "afschrijving", "af", "ut fra konto", "uttag", "depenses", "montant debit", "zahlungsbetrag ausgehend", "net debit nc",
        "出金額", "引き出し額", "支払金額",
    ]),
    (Role::Credit, &[
        "credit", "credit amount", "credits", "haben", "gutschrift", "avere", "entrate", "accrediti", "abono", "abonos", "haber", "credito",
        "deposit", "deposits", "paid in", "money in", "inflow", "bijschrijving", "bij", "inn pa konto", "insattning", "recettes", "montant credit", "zahlungsbetrag eingehend", "net credit nc",
        "入金額", "預け入れ額", "預入金額",
    ]),
    (Role::Sign, &[
        "debit credit indicator", "credit debit indicator", "debit credit", "credit debit", "creditdebet", "creditdebit", "debetcredit", "d c", "dc", "d k", "c d", "cd", "dr cr", "cr dr",
        "af bij", "soll haben", "s h", "sh", "sens", "signe", "bevetel kiadas", "transaction type", "direction", "umsatztyp", "type",
    ]),
    (Role::Currency, &[
        "currency", "devise", "wahrung", "waehrung", "munt", "muntsoort", "valutacode", "valuta", "divisa", "moneda", "valuta divisa", "monn", "ccy", "buchungswahrung",
        "zahlungswahrung", "net currency", "settlement currency", "payment currency", "tranzakcio devizaneme", "devizanem", "mena", "mena uctu", "valiuta", "moeda", "valuta rekening", "通貨",
    ]),
    (Role::Status, &["status", "state", "statut", "etat", "estado", "stato", "booking status", "info", "buchungsstatus"]),
    (Role::Balance, &[
        "balance", "running balance", "runningbalance", "account balance", "accountbalance", "solde", "solde bancaire", "saldo", "saldo na trn", "saldo na mutatie",
        "kontostand", "kontosaldo", "saldo nach buchung", "saldo etter", "bokfort saldo", "verfugbares guthaben", "egyenleg", "zustatek", "残高", "口座残高",
    ]),
    (Role::Account, &[
        "account", "account iban", "own account", "iban auftraggeberkonto", "iban auftragskonto", "auftragskonto", "auftraggeberkonto", "rekening", "rekeningnummer", 
        "iban bban", "account number", "account no", "accountnum", "numero de compte", "n compte", "compte", "cuenta", "numero de cuenta", "conto", "kontonummer", "iban konto",
        "cislo uctu", "szamlaszam", "saskaitos nr", "account key",
    ]),
    (Role::DebtorName, &["zahlungspflichtige r", "zahlungspflichtiger", "auftraggebername", "debtor name", "debtor", "ordering party"]),
    (Role::CreditorName, &["zahlungsempfanger in", "zahlungsempfanger", "empfangername", "creditor name", "creditor", "beneficiary name"]),
    (Role::DebtorIban, &["auftraggeber iban kto nr", "debtor iban", "debtor account"]),
    (Role::CreditorIban, &["empfanger iban kto nr", "zahlungsempfangeriban", "creditor iban", "creditor account", "beneficiary iban"]),
    (Role::Name, &[
        "payer name", "payer", "payee", "partner name", "partner", "counterparty name", "counterpart name", "counteraccount name", "statement lines partner", "name", "counterparty",
        "nom de la contrepartie", "contrepartie", "beguenstigter zahlungspflichtiger", "begunstigter zahlungspflichtiger", "auftraggeber empfanger",
        "auftraggeber begunstigter", "begunstigter auftraggeber", "name zahlungsbeteiligter", "empfanger", "naam tegenpartij", "naam van de tegenpartij", "navn", "namn", "naam", "tegenrekeninghouder", "nombre", "ordenante", "controparte", "nazev protiuctu",
        "partner neve", "gavejas", "merchant name",
    ]),
    (Role::Iban, &[
        "payer iban", "partner iban", "counterparty iban", "counterparty account", "kontonummer iban", "iban kontonummer", "iban zahlungsbeteiligter", "tegenrekening", "tegenpartij", "tegenrekening iban bban",
        "tegenrekeningnummer", "rekeningnummer tegenpartij", "iban contrepartie", "cislo protiuctu", "partner szamlaszama", "bank account", "iban", "kontonummer", "counterparty",
    ]),
    (Role::Structured, &["structured reference", "gestructureerde mededeling", "communication structuree", "betalingskenmerk", "creditor reference", "reference structuree"]),
    (Role::EndToEnd, &["end to end id", "endtoendid", "end to end reference", "kundenreferenz end to end", "kundenreferenz"]),
    (Role::BankReference, &[
        "transaction id", "transaktions id", "identifiant de transaction", "id", "id de transaccion", "n de transaction", "reference number", "referentie",
        "transactiereferentie", "buchungsreferenz", "transaction reference number", "balance transaction id", "volgnr", "volgnummer", "transaktions nr", "zkb referenz", "bank reference", "psp reference", "id transakce",
    ]),
    (Role::Text, &[
        "remittance", "remittance information", "description", "details", "detail", "label", "libelle", "libelle court", "libelle operation", "libelle simplifie", "libelle complet operation",
        "detail de l ecriture", "informations complementaires", "remarque", "communication", "reference", "message", "memo", "note", "notes", "narrative", "text", "buchungstext", "verwendungszweck",
        "vwz1", "vwz2", "vwz3", "vwz4", "vwz5", "vwz6", "vwz7", "vwz8", "vwz9", "vwz10", "vwz11", "vwz12", "vwz13", "vwz14",
        "vorgang verwendungszweck", "umsatzart", "zahlungszweck", "beschreibung", "beschreibung1", "beschreibung2", "beschreibung3", "tekst", "beskrivelse", "beskrivning", "forklaring", "rubrik", "type verrichting", "transaktionsbeschreibung", "transaktionsbeschreibung zusatz", "avisierungstext", "omschrijving", "omschrijving 1", "omschrijving 2", "omschrijving 3",
        "mededelingen", "mededeling", "vrije mededeling", "naam omschrijving", "toelichting", "concepto", "descripcion", "observaciones", "causale", "descrizione", "historico", "descricao",
        "message for payee", "message for me", "zprava pro prijemce", "zprava", "kozlemeny", "paaiskinimai", "description 1", "description 2", "description 3",
        "transaction description", "trasaction description 1", "trasaction description 2", "trasaction description 3", "additional description", "transaction code description",
        "original description", "payment reference", "zahlungsreferenz", "referenz", "reason", "subject", "invoice number", "invoice id", "id de factura", "type", "transaction type",
        "type operation", "statement lines label", "statement lines reference", "transaction ref1", "transaction ref2", "transaction ref3", "merchant reference", "variabilni symbol 1",
        "variable symbol 1", "vs", "desc", "item1", "item2", "reference1", "reference2", "bewegungstyp", "商品", "摘要",
    ]),
];

/// Columns of an invoice list.
#[rustfmt::skip]
pub(super) static INVOICES: &[(Role, &[&str])] = &[
    (Role::Id, &["item id", "open item id", "document id", "doc id", "entry id", "id"]),
    (Role::Number, &[
        "number", "invoice number", "invoice no", "invoice id", "invoice", "document number", "document no", "doc no", "numero", "numero de facture", "n facture", "no facture", "num facture", "facture",
        "piece", "numero de piece", "n piece", "rechnungsnummer", "rechnungsnr", "rechnung", "belegnummer", "beleg", "factuurnummer", "factuur", "numero de factura", "n factura", "factura",
        "numero fattura", "n fattura", "fattura",
    ]),
    (Role::PaymentReference, &["payment reference", "reference de paiement", "zahlungsreferenz", "betalingskenmerk", "referencia de pago", "riferimento pagamento", "reference", "referenz"]),
    (Role::CustomerId, &[
        "customer id", "customer number", "customer no", "customer code", "client id", "code client", "compte client", "numero client", "n client", "kundennummer", "kundennr", "kunden nr", "debitor", "debitorennummer",
        "klantnummer", "debiteurnummer", "codigo cliente", "codice cliente",
    ]),
    (Role::Name, &["customer name", "customer", "client", "nom client", "nom du client", "raison sociale", "kunde", "kundenname", "klant", "klantnaam", "cliente", "nombre cliente", "nome cliente", "debtor name", "name", "nom"]),
    (Role::Iban, &["customer iban", "iban", "iban client", "kunden iban"]),
    (Role::Booking, &[
        "issue date", "invoice date", "document date", "date de facture", "date facture", "date d emission", "date piece", "rechnungsdatum", "belegdatum", "factuurdatum", "fecha factura", "fecha de factura", "fecha emision",
        "data fattura", "data emissione", "date", "datum", "fecha", "data",
    ]),
    (Role::Value, &["due date", "date d echeance", "date echeance", "echeance", "falligkeit", "falligkeitsdatum", "faellig am", "fallig am", "zahlbar bis", "vervaldatum", "fecha de vencimiento", "fecha vencimiento", "vencimiento", "scadenza", "data scadenza", "due"]),
    (Role::Amount, &[
        "amount", "invoice amount", "total", "total amount", "gross amount", "gross", "amount incl vat", "total incl vat", "montant", "montant ttc", "total ttc", "betrag", "rechnungsbetrag", "bruttobetrag", "brutto", "bedrag", "factuurbedrag", "totaal",
        "importe", "importe total", "importo", "totale",
    ]),
    (Role::Open, &[
        "open amount", "amount open", "open", "outstanding", "outstanding amount", "amount due", "balance", "balance due", "reste a payer", "restant du", "solde", "montant ouvert", "offen", "offener betrag", "offener posten", "restbetrag",
        "openstaand", "openstaand bedrag", "saldo", "pendiente", "importe pendiente", "saldo aperto", "residuo",
    ]),
    (Role::Currency, &["currency", "devise", "wahrung", "waehrung", "munt", "valuta", "divisa", "moneda", "ccy"]),
    (Role::Kind, &["type", "document type", "kind", "nature", "type de piece", "belegart", "art", "soort", "tipo", "tipo documento"]),
    (Role::Order, &["order number", "order no", "purchase order", "po number", "numero de commande", "n commande", "commande", "bestellnummer", "ordernummer", "numero de pedido", "numero ordine"]),
    (Role::Terms, &["terms", "payment terms", "conditions de paiement", "zahlungsbedingungen", "betalingstermijn", "condiciones de pago", "condizioni di pagamento"]),
    (Role::DiscountPercent, &["discount percent", "discount", "taux escompte", "escompte", "skonto", "skonto prozent", "korting", "descuento", "sconto"]),
    (Role::DiscountUntil, &["discount until", "discount date", "date escompte", "date limite escompte", "skonto bis", "skontodatum"]),
    (Role::Vat, &["vat", "tva", "mwst", "ust", "btw", "iva"]),
];

/// Columns of a customer master file.
#[rustfmt::skip]
pub(super) static CUSTOMERS: &[(Role, &[&str])] = &[
    (Role::Id, &[
        "customer id", "customer number", "customer no", "customer code", "client id", "code client", "compte client", "numero client", "n client", "kundennummer", "kundennr", "kunden nr", "debitor", "debitorennummer",
        "klantnummer", "debiteurnummer", "codigo cliente", "codice cliente", "id",
    ]),
    (Role::Name, &["name", "customer name", "customer", "nom", "nom client", "raison sociale", "kunde", "kundenname", "firma", "naam", "klantnaam", "nombre", "razon social", "nome", "ragione sociale"]),
    (Role::OtherNames, &["other names", "aliases", "alias", "autres noms", "andere namen"]),
    (Role::Iban, &["ibans", "iban", "customer iban", "bank accounts"]),
    (Role::Group, &["group", "groupe", "gruppe", "konzern", "groep", "grupo", "gruppo"]),
    (Role::PaysFor, &["pays for", "paie pour", "zahlt fur", "betaalt voor", "paga por"]),
    (Role::UsualFee, &["usual fee", "frais habituels", "ubliche gebuhr"]),
    (Role::VatNumber, &["vat number", "vat no", "numero de tva", "n tva", "tva intracommunautaire", "ust idnr", "ust id", "btw nummer", "nif", "cif", "partita iva"]),
];

/// Columns of a general ledger. An amount in a foreign currency is known so that its column is not taken for another.
#[rustfmt::skip]
pub(super) static LEDGER: &[(Role, &[&str])] = &[
    (Role::Booking, &[
        "date", "posting date", "accounting date", "booking date", "entry date", "transaction date", "date comptable", "date ecriture", "date de l ecriture", "date d ecriture", "ecrituredate",
        "date operation", "date mouvement", "jour", "buchungsdatum", "datum", "fecha", "data", "date piece", "date de piece", "document date", "belegdatum",
    ]),
    (Role::Name, &[
        "account name", "account label", "account title", "account description", "libelle compte", "libelle du compte", "intitule compte", "intitule du compte", "intitule", "nom du compte", "comptelib", "kontobezeichnung", "nombre de la cuenta",
    ]),
    (Role::Account, &[
        "account", "account number", "account no", "account code", "gl account", "g l account", "g l account no", "ledger account", "compte", "numero de compte", "numero compte", "num compte", "n compte", "n de compte", "no compte", "code compte",
        "compte general", "n compte general", "comptenum", "konto", "kontonummer", "sachkonto", "cuenta", "conto", "grootboekrekening", "rekening",
    ]),
    (Role::Open, &[
        "foreign amount", "amount in currency", "amount currency", "currency amount", "amount fc", "montant devise", "montant en devise", "montantdevise", "montant devises", "betrag fremdwahrung",
    ]),
    (Role::Debit, &["debit", "debit amount", "debits", "montant debit", "mouvement debit", "mouvements debit", "debit lc", "soll", "debe", "dare", "debet"]),
    (Role::Credit, &["credit", "credit amount", "credits", "montant credit", "mouvement credit", "mouvements credit", "credit lc", "haben", "haber", "avere"]),
    (Role::Amount, &["amount", "montant", "net amount", "amount lcy", "betrag", "bedrag", "importe", "importo"]),
    (Role::Sign, &["sign", "sens", "d c", "dc", "d k", "dr cr", "debit credit", "soll haben", "s h"]),
    (Role::Currency, &["currency", "devise", "code devise", "idevise", "wahrung", "waehrung", "munt", "divisa", "moneda", "ccy"]),
    (Role::Kind, &["journal", "journal code", "code journal", "journalcode", "jnl", "jal", "jl", "jrn", "source code", "buchungskreis", "diario", "dagboek"]),
    (Role::Id, &[
        "entry", "entry number", "entry no", "entry id", "journal entry", "n ecriture", "no ecriture", "num ecriture", "numero ecriture", "numero d ecriture", "ecriturenum", "ecriture", "n mouvement", "mouvement",
        "transaction number", "transaction no", "transaction id", "voucher number", "voucher no", "buchungsnummer", "asiento",
    ]),
    (Role::Number, &[
        "reference", "ref", "piece", "n piece", "no piece", "num piece", "numero de piece", "numero piece", "pieceref", "reference piece", "document number", "document no", "doc no", "document", "n facture", "facture", "invoice number",
        "belegnummer", "belegnr", "beleg", "belegfeld 1", "documento", "boekstuk",
    ]),
    (Role::CustomerId, &["auxiliary", "auxiliary account", "compte auxiliaire", "compauxnum", "auxiliaire", "code tiers", "compte tiers", "n compte tiers", "customer no", "customer number"]),
    (Role::Group, &["lettering", "lettrage", "code lettrage", "ecriturelet", "lettre", "let", "matching number", "matching"]),
    (Role::Balance, &["balance", "running balance", "solde", "solde cumule", "solde progressif", "solde debiteur", "solde courant", "cumul", "saldo"]),
    (Role::Text, &[
        "text", "label", "libelle", "libelle ecriture", "libelle de l ecriture", "libelle mouvement", "ecriturelib", "description", "details", "memo", "memo description", "narration", "narrative", "designation", "remarks", "message",
        "tiers", "nom du tiers", "name", "customer", "client", "contrepartie", "buchungstext", "omschrijving", "concepto", "descrizione",
    ]),
];

/// Words that say that money left the account.
pub(super) const DEBIT_WORDS: &[&str] = &[
    "d",
    "db",
    "dr",
    "dbit",
    "debit",
    "debet",
    "s",
    "soll",
    "af",
    "out",
    "outflow",
    "o",
    "-",
    "ausgang",
    "lastschrift",
    "belastung",
    "debe",
    "cargo",
    "dare",
    "addebito",
    "uit",
    "sortie",
    "outgoing",
    "withdrawal",
    "kiadas",
    "terheles",
];

/// Words that say that money arrived.
pub(super) const CREDIT_WORDS: &[&str] = &[
    "c",
    "cr",
    "crdt",
    "credit",
    "h",
    "haben",
    "bij",
    "k",
    "kredit",
    "in",
    "inflow",
    "i",
    "+",
    "eingang",
    "gutschrift",
    "haber",
    "abono",
    "avere",
    "accredito",
    "entree",
    "incoming",
    "deposit",
    "bevetel",
    "jovairas",
];

/// Words in the text of a booking that can only mean that money left: cash taken out, what the bank itself charges.
pub(super) const ALWAYS_OUT: &[&str] = &[
    "bankomat",
    "bargeldabhebung",
    "geldautomat",
    "geldautomaat",
    "geldopname",
    "sollzinsen",
    "kontofuhrungsentgelt",
    "cash withdrawal",
    "atm withdrawal",
    "retrait dab",
    "retrait au distributeur",
    "retrait especes",
    "agios",
    "prelievo bancomat",
    "retirada de efectivo",
];

/// Words in the text of a booking that can only mean that money arrived: interest that the bank pays.
pub(super) const ALWAYS_IN: &[&str] = &[
    "habenzinsen",
    "zinsgutschrift",
    "interets crediteurs",
    "credit interest",
    "interessi attivi",
    "intereses a su favor",
];

/// States in which a row has not moved money, or never will.
pub(super) const PENDING_WORDS: &[&str] = &[
    "pending",
    "processing",
    "vorgemerkt",
    "umsatz vorgemerkt",
    "vorgemerkter umsatz",
    "nicht gebucht",
    "umsatz nicht gebucht",
    "offen",
    "ausstehend",
    "en attente",
    "en cours",
    "a venir",
    "in behandeling",
    "pendiente",
    "in sospeso",
    "authorised",
    "authorized",
    "scheduled",
    "planned",
    "hold",
    "on hold",
    "placed",
    "unpaid",
    "declined",
    "failed",
    "cancelled",
    "canceled",
    "rejected",
    "denied",
    "expired",
    "refuse",
    "annule",
    "abgelehnt",
    "geweigerd",
    "venter",
    "storniert",
    "fehlgeschlagen",
    "voided",
];

/// States in which it has.
pub(super) const BOOKED_WORDS: &[&str] = &[
    "booked",
    "completed",
    "posted",
    "settled",
    "cleared",
    "executed",
    "done",
    "success",
    "successful",
    "succeeded",
    "paid",
    "gebucht",
    "umsatz gebucht",
    "genehmigt",
    "abgeschlossen",
    "ausgefuhrt",
    "execute",
    "effectue",
    "comptabilise",
    "regle",
    "termine",
    "verwerkt",
    "geboekt",
    "geaccepteerd",
    "udfort",
    "realizado",
    "completado",
    "contabilizado",
    "eseguito",
    "contabilizzato",
    "book",
    "ok",
];

/// Beginnings of a row that tells a balance or a total, not a booking.
pub(super) const BALANCE_WORDS: &[&str] = &[
    "balance at",
    "balance as of",
    "balance on",
    "opening balance",
    "closing balance",
    "balance brought forward",
    "balance carried forward",
    "previous balance",
    "total ",
    "totals",
    "turnover",
    "solde au",
    "solde initial",
    "solde final",
    "ancien solde",
    "nouveau solde",
    "total des",
    "anfangssaldo",
    "endsaldo",
    "kontostand am",
    "saldovortrag",
    "alter kontostand",
    "neuer kontostand",
    "beginsaldo",
    "eindsaldo",
    "saldo inicial",
    "saldo final",
    "saldo iniziale",
    "saldo finale",
    "likutis",
    "apyvarta",
];

/// Beginnings of a text that names the balance before the first booking.
pub(super) const OPENING_LABELS: &[&str] = &[
    "opening balance",
    "opening ledger balance",
    "starting balance",
    "beginning balance",
    "previous balance",
    "balance brought forward",
    "balance at start",
    "solde initial",
    "solde precedent",
    "ancien solde",
    "anfangssaldo",
    "eroffnungssaldo",
    "alter saldo",
    "alter kontostand",
    "letzter kontostand",
    "saldovortrag",
    "beginsaldo",
    "vorig saldo",
    "saldo inicial",
    "saldo anterior",
    "saldo iniziale",
    "startsaldo",
    "primosaldo",
    "ingaende saldo",
    "likutis pradziai",
];

/// Beginnings of a text that names the balance after the last booking.
pub(super) const CLOSING_LABELS: &[&str] = &[
    "closing balance",
    "closing ledger balance",
    "ending balance",
    "balance carried forward",
    "balance at end",
    "solde final",
    "solde de cloture",
    "nouveau solde",
    "endsaldo",
    "schlusssaldo",
    "schlussaldo",
    "abschlusssaldo",
    "neuer saldo",
    "neuer kontostand",
    "eindsaldo",
    "nieuw saldo",
    "saldo final",
    "saldo finale",
    "slutsaldo",
    "ultimosaldo",
    "utgaende saldo",
    "likutis pabaigai",
];

/// Beginnings of a text that names the balance of a day.
pub(super) const DAY_LABELS: &[&str] = &[
    "solde au",
    "kontostand am",
    "kontostand vom",
    "kontostand per",
    "saldo am",
    "saldo vom",
    "saldo per",
    "saldo al",
    "saldo op",
    "balance as of",
    "balance as at",
    "balance on",
];

/// Whole texts that name a balance and nothing else of it, currency aside.
pub(super) const BARE_LABELS: &[&str] = &["solde", "kontostand", "saldo", "balance"];

/// Words beside an account's number.
pub(super) const ACCOUNT_LABELS: &[&str] = &[
    "compte",
    "livret",
    "konto",
    "kontonummer",
    "account",
    "rekening",
    "rekeningnummer",
    "cuenta",
    "conto",
    "conta",
    "kontonr",
];

/// What a line with the first day of a period begins with.
pub(super) const FROM_LABELS: &[&str] = &[
    "von",
    "datum von",
    "from",
    "date from",
    "start date",
    "download start date",
    "du",
    "date de debut",
    "desde",
    "dal",
    "van",
];

/// What a line with its last day begins with.
pub(super) const TO_LABELS: &[&str] =
    &["bis", "datum bis", "to", "date to", "end date", "download end date", "au", "date de fin", "hasta", "al", "tot"];

/// Whole texts of dated rows with an amount that are a balance or a turnover, where nobody is named beside them.
pub(super) const BALANCE_ROWS: &[&str] = &[
    "opening balance",
    "closing balance",
    "balance brought forward",
    "balance carried forward",
    "solde initial",
    "solde final",
    "ancien solde",
    "nouveau solde",
    "anfangssaldo",
    "endsaldo",
    "saldovortrag",
    "alter kontostand",
    "neuer kontostand",
    "beginsaldo",
    "eindsaldo",
    "saldo inicial",
    "saldo final",
    "saldo iniziale",
    "saldo finale",
    "likutis pradziai",
    "likutis pabaigai",
    "apyvarta",
];

/// Words for an invoice.
pub(super) const INVOICE_WORDS: &[&str] =
    &["invoice", "inv", "380", "facture", "fa", "rechnung", "re", "factuur", "factura", "fattura", "debit note", "383"];

/// Words for a credit note.
pub(super) const CREDIT_NOTE_WORDS: &[&str] = &[
    "credit note",
    "creditnote",
    "credit",
    "cn",
    "381",
    "avoir",
    "av",
    "note de credit",
    "gutschrift",
    "gs",
    "creditnota",
    "creditfactuur",
    "nota de credito",
    "abono",
    "nota di credito",
];

/// Currency signs and words, and the code that they stand for where nothing else is said. `$` and `¥` are the commonest reading.
const SIGNS: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("£", "GBP"),
    ("US$", "USD"),
    ("$", "USD"),
    ("¥", "JPY"),
    ("円", "JPY"),
    ("ドル", "USD"),
    ("ユーロ", "EUR"),
    ("₹", "INR"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₪", "ILS"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("Ft", "HUF"),
    ("Fr.", "CHF"),
    ("د.ا.", "JOD"),
    ("euros", "EUR"),
    ("Euros", "EUR"),
    ("euro", "EUR"),
    ("Euro", "EUR"),
    ("EUROS", "EUR"),
    ("EURO", "EUR"),
];

/// A currency named by a code that ISO 4217 lists, a sign or a word.
pub(super) fn currency(text: &str) -> Option<Currency> {
    let text = text.trim().trim_matches(['\u{200f}', '\u{200e}']);
    if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| *sign == text) {
        return Currency::parse(code);
    }
    Currency::parse(text).filter(|c| iso_currency::Currency::from_code(c.code()).is_some())
}

/// Whether ISO 4217 lists a currency today.
pub(super) fn is_listed(currency: Currency) -> bool {
    matches!(currency.code(), "EUR" | "USD" | "GBP" | "CHF")
        || iso_currency::Currency::from_code(currency.code()).is_some()
}

/// A currency code or sign before or after a number: what is left, and the currency.
pub(super) fn currency_at_edge(body: &str) -> Option<(&str, Currency)> {
    let sign = |(sign, code): &(&str, &str)| {
        let rest = body.strip_prefix(sign).or_else(|| body.strip_suffix(sign))?;
        Some((rest, Currency::parse(code)?))
    };
    if let Some(found) = SIGNS.iter().find_map(sign) {
        return Some(found);
    }
    let front = body.get(..3).filter(|c| c.bytes().all(|b| b.is_ascii_uppercase())).map(|c| (&body[3..], c));
    let back = || {
        let cut = body.len().checked_sub(3)?;
        body.get(cut..).filter(|c| c.bytes().all(|b| b.is_ascii_uppercase())).map(|c| (&body[..cut], c))
    };
    let (rest, code) = front.or_else(back)?;
    currency(code).map(|c| (rest, c))
}
