//! Thousands of electronic invoices in one folder, in one run of the program.

use std::fs;

use assert_cmd::Command;

const COUNT: usize = 5_000;

fn template() -> String {
    let path = format!("{}/fixtures/formats/einvoice/invoice.ubl.xml", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_folder_of_thousands_is_read_and_a_wrong_file_in_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let invoices = folder.path().join("invoices");
    fs::create_dir(&invoices).unwrap();
    let template = template();
    for n in 0..COUNT {
        let text = template.replace("2026-0412", &format!("2026-{n:05}")).replace("RF332348236", "");
        fs::write(invoices.join(format!("{n:05}.xml")), text).unwrap();
    }
    let bank = "payment_id,booking_date,amount,currency,remittance,payer_name\n\
        P1,2026-06-28,1005.50,EUR,2026-04711,Durand Métallerie\n";
    fs::write(folder.path().join("bank.csv"), bank).unwrap();
    let run = || {
        let mut command = Command::cargo_bin("lettrage").unwrap();
        command.args(["match", "bank.csv", "--invoices", "invoices", "--out", "run"]).current_dir(folder.path());
        command
    };
    let began = std::time::Instant::now();
    run().assert().success();
    println!("{COUNT} invoices in {:?}", began.elapsed());
    let applied = fs::read_to_string(folder.path().join("run/applications.csv")).unwrap();
    assert!(applied.contains("P1,2026-04711"), "{applied}");
    fs::write(invoices.join("02500.xml"), template.replace(">1005.50<", ">1005,50<")).unwrap();
    let error = run().assert().code(2).get_output().stderr.clone();
    let error = String::from_utf8(error).unwrap();
    assert!(error.contains("invoices/02500.xml:52:41") && error.contains("E0503"), "{error}");
}
