//! `lettrage bench`: what it prints holds every figure, what it keeps is checked, and what it cannot read it says.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

/// Runs a bench of so small a size that a test can wait for it.
fn bench(data: &Path, more: &[&str]) -> Output {
    let mut command = Command::cargo_bin("lettrage").unwrap();
    command.args(["bench", "--runs", "2", "--warmup", "0", "--threads", "2", "--data"]).arg(data).args(more);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn spread_is_whole(value: &Value, runs: usize) {
    let number = |name: &str| value[name].as_f64().unwrap_or_else(|| panic!("no {name} in {value}"));
    assert_eq!(value["all"].as_array().unwrap().len(), runs);
    assert!(number("min") <= number("median") && number("median") <= number("max"), "{value}");
}

#[test]
fn a_saved_bench_holds_every_figure_and_is_compared_with_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let saved = folder.path().join("saved.json");
    let picture = folder.path().join("bench.svg");
    let first = bench(&data, &["--sizes", "300", "-O", "json", "-o", picture.to_str().unwrap()]);
    let told = json(&first);
    assert_eq!(told["schema"], "lettrage.bench/1");
    assert_eq!((&told["threads"], &told["runs"], &told["seed"]), (&2.into(), &2.into(), &1.into()));
    assert_eq!(told["program"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["program"]["sha256"].as_str().unwrap().len(), 64);
    for field in ["cpu", "cores", "memory_bytes", "os"] {
        assert!(told["machine"].get(field).is_some(), "{field}");
    }
    let row = &told["rows"][0];
    assert_eq!((row["payments"].as_u64(), &row["shape"]), (Some(300), &Value::Null));
    assert!(row["items"].as_u64() > Some(300) && row["input_bytes"].as_u64() > Some(50_000));
    assert!(row["output_bytes"].as_u64() > Some(100_000) && row["payments_per_second"].as_f64() > Some(1.0));
    assert_eq!(row["data_sha256"].as_str().unwrap().len(), 64);
    spread_is_whole(&row["wall_seconds"], 2);
    let stages: Vec<&str> = row["stages"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    let inner = lettrage::engine::STAGES.iter().copied();
    let expected: Vec<&str> =
        ["reading"].into_iter().chain(inner).chain(["proving", "writing", "start and end"]).collect();
    assert_eq!(stages, expected);
    row["stages"].as_array().unwrap().iter().for_each(|stage| spread_is_whole(&stage["seconds"], 2));
    if cfg!(target_os = "linux") {
        spread_is_whole(&row["peak_memory_bytes"], 2);
    }
    for share in ["precision", "coverage", "proposals"] {
        assert!(row["quality"][share]["rate"].as_f64() > Some(0.8), "{}", row["quality"]);
    }
    assert_eq!(row["data_reused"], false);
    assert!(fs::read_to_string(&picture).unwrap().starts_with("<svg "));
    assert!(!data.read_dir().unwrap().any(|e| e.unwrap().file_name().to_string_lossy().starts_with("run")));

    fs::write(&saved, &first.stdout).unwrap();
    let second = json(&bench(&data, &["--sizes", "300", "-O", "json", "--compare", saved.to_str().unwrap()]));
    assert_eq!(second["rows"][0]["data_reused"], true);
    assert_eq!(second["rows"][0]["data_sha256"], row["data_sha256"]);
    assert_eq!(second["rows"][0]["quality"], row["quality"]);
    let comparison = &second["comparison"];
    assert_eq!(comparison["notes"].as_array().unwrap().len(), 0, "{comparison}");
    let changes = comparison["changes"].as_array().unwrap();
    let of = |figure: &str| changes.iter().find(|c| c["figure"] == figure).unwrap_or_else(|| panic!("no {figure}"));
    for figure in ["precision", "coverage", "proposals", "wrong", "written"] {
        assert_eq!(of(figure)["verdict"], "same", "{figure}");
    }
    assert!(of("wall")["before"].as_f64() == row["wall_seconds"]["median"].as_f64());
}

#[test]
fn data_that_somebody_edited_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let run = || bench(folder.path(), &["--sizes", "200"]);
    assert!(text(&run().stdout).contains("generated"));
    let payments = folder.path().join("normal-200-seed1/payments.csv");
    let as_made = fs::read_to_string(&payments).unwrap();
    fs::write(&payments, as_made.replacen("P", "Q", 1)).unwrap();
    let again = run();
    assert!(again.status.success() && text(&again.stdout).contains("generated"));
    assert!(text(&again.stderr).contains("changed since it was made; made anew"), "{}", text(&again.stderr));
    assert_eq!(fs::read_to_string(&payments).unwrap(), as_made);
    fs::write(folder.path().join("normal-200-seed1/bench-data.json"), "{").unwrap();
    assert!(text(&run().stderr).contains("not readable"));
    let reused = run();
    assert!(text(&reused.stdout).contains("reused") && reused.stderr.is_empty(), "{}", text(&reused.stderr));
}

#[test]
fn shapes_are_held_against_a_normal_run_of_as_many_payments() {
    let folder = tempfile::tempdir().unwrap();
    let output = bench(folder.path(), &["--shapes=40"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for shape in lettrage::synth::Shape::ALL {
        assert!(said.contains(&format!("{}: ", shape.word())), "{} is not in\n{said}", shape.word());
    }
    assert!(said.contains("Bad shapes against a normal run of as many payments"));
}

#[test]
fn what_is_wrong_is_said_before_anything_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let other = folder.path().join("other.json");
    fs::write(&other, "{\"schema\": \"lettrage.run/1\"}").unwrap();
    let absent = folder.path().join("absent.json");
    let cases: [(&[&str], &[&str]); 6] = [
        (&["--compare", other.to_str().unwrap()], &["error[E0621]", "other.json", "lettrage.run/1", "help:"]),
        (&["--compare", absent.to_str().unwrap()], &["error[E0004]", "absent.json"]),
        (&["--sizes", "1q"], &["1q", "no size"]),
        (&["--sizes", "0"], &["nothing to measure"]),
        (&["--runs", "0"], &["--runs"]),
        (&["-o", "bench.png"], &["bench.png", ".svg, .json or .md"]),
    ];
    for (arguments, parts) in cases {
        let output = bench(&data, arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(parts.iter().all(|part| said.contains(part)), "{arguments:?}: {said}");
        assert!(!data.exists(), "{arguments:?} made data");
    }
}

#[test]
fn generated_shapes_are_ledgers_that_match_and_score() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let lettrage = |args: &[&str]| {
        let output = Command::cargo_bin("lettrage").unwrap().args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    lettrage(&["generate", "--payments", "60", "--shape", "one-customer", "--out", &at("")]);
    let (invoices, customers, run) = (at("invoices.csv"), at("customers.csv"), at("run"));
    lettrage(&["match", &at("payments.csv"), "--invoices", &invoices, "--customers", &customers, "--out", &run]);
    let scored =
        lettrage(&["score", "--truth", &at("truth.csv"), "--run", &run, "--invoices", &invoices, "-O", "json"]);
    let score: Value = serde_json::from_str(&scored).unwrap();
    assert_eq!((score["all"]["payments"].as_u64(), score["all"]["wrong"].as_u64()), (Some(60), Some(0)));
    assert_eq!((score["missing"].as_u64(), score["unknown"].as_u64()), (Some(0), Some(0)));
}

#[test]
fn what_a_budget_cut_off_is_said_in_the_table_of_payments() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let lettrage = |args: &[&str]| Command::cargo_bin("lettrage").unwrap().args(args).assert().success();
    lettrage(&["generate", "--payments", "200", "--shape", "one-component", "--out", &at("")]);
    lettrage(&["match", &at("payments.csv"), "--invoices", &at("invoices.csv"), "--out", &at("run")]);
    let mut table = csv::Reader::from_path(at("run/payments.csv")).unwrap();
    let search = table.headers().unwrap().iter().position(|column| column == "search").unwrap();
    let stopped = table.records().filter(|row| &row.as_ref().unwrap()[search] == "stopped").count();
    assert!(stopped > 150, "{stopped} of 200 are said to be cut off");
}
