mod bounds;

use super::*;

fn row(payments: u64, wall: &[f64]) -> Row {
    let mut row = Row {
        shape: None,
        payments,
        items: payments * 13 / 10,
        input_bytes: payments * 420,
        output_bytes: payments * 850,
        data_sha256: format!("{payments:064}"),
        data_reused: true,
        wall_seconds: Spread::default(),
        payments_per_second: 0.0,
        stages: Vec::new(),
        peak_memory_bytes: None,
        quality: Quality {
            precision: Share { hits: 9, of: 10, rate: Some(0.9) },
            coverage: Share { hits: 8, of: 10, rate: Some(0.8) },
            proposals: Share { hits: 0, of: 0, rate: None },
            wrong: 1,
        },
    };
    let told = |wall: f64| Timings {
        stages: vec![("reading".into(), wall / 4.0), ("score".into(), wall / 2.0), ("reading".into(), wall / 8.0)],
        peak_memory_bytes: Some(50_000_000),
    };
    row.set_times(&wall.iter().map(|wall| (*wall, told(*wall))).collect::<Vec<_>>());
    row
}

fn bench(rows: Vec<Row>) -> Bench {
    Bench {
        schema: SCHEMA.into(),
        program: Program { version: "1.2.3".into(), sha256: "ab".repeat(32) },
        measured_at: "2026-11-22T03:00:00Z".into(),
        machine: Machine { cpu: "A <CPU> & more".into(), cores: 2, memory_bytes: Some(24_000_000_000), os: "x".into() },
        threads: 2,
        seed: 1,
        runs: 3,
        warmup: 1,
        rows,
    }
}

#[test]
fn sizes_are_read_as_people_write_them() {
    assert_eq!(parse_sizes("10k, 1k,1K,500"), Ok(vec![500, 1_000, 10_000]));
    assert_eq!(parse_sizes("1m"), Ok(vec![1_000_000]));
    for wrong in ["", "k", "0", "0k", "1.5k", "-1", "+1", "10kk", "1,,2", "11m", "99999999999999999999", "é"] {
        assert!(parse_sizes(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_spread_is_median_and_both_ends() {
    let spread = Spread::of(&[3.0, 1.0, 2.0]);
    assert_eq!(
        (spread.median, spread.min, spread.max, spread.all.as_slice()),
        (2.0, 1.0, 3.0, [3.0, 1.0, 2.0].as_slice())
    );
    assert_eq!(Spread::of(&[1.0, 4.0]).median, 2.5);
    assert_eq!(Spread::of(&[]), Spread::default());
    assert!(!Spread::of(&[1.0]).is_repeated());
    assert!(Spread::of(&[1.0, 2.0]).overlaps(&Spread::of(&[2.0, 3.0])));
    assert!(!Spread::of(&[1.0, 2.0]).overlaps(&Spread::of(&[2.1, 3.0])));
}

#[test]
fn stages_add_up_to_the_wall() {
    let row = row(1_000, &[0.8]);
    let told: Vec<(&str, f64)> = row.stages.iter().map(|s| (s.name.as_str(), s.seconds.median)).collect();
    // A name that comes again is one stage, and what nobody accounts for is one too.
    assert_eq!(told, [("reading", 0.3), ("score", 0.4), (REST, 0.1)]);
    assert_eq!(row.payments_per_second, 1_250.0);
}

#[test]
fn a_saved_bench_is_read_as_it_was() {
    let bench = bench(vec![row(1_000, &[0.5, 0.6, 0.7])]);
    let json = serde_json::to_string_pretty(&bench).unwrap();
    assert_eq!(Bench::from_json(&json, "b.json").unwrap(), bench);
}

#[test]
fn what_is_no_saved_bench_says_so_where_it_is() {
    let code = |text: &str| Bench::from_json(text, "b.json").unwrap_err();
    for text in ["", "payments,items", "{}", "[1]", "{\"schema\":\"lettrage.run/1\"}", "{\"schema\":7}"] {
        let error = code(text);
        assert_eq!((error.code(), error.path()), ("E0621", Some("b.json")), "{text}");
        assert!(error.to_string().contains("help: a bench is saved with"), "{error}");
    }
    assert!(code("{\"schema\":\"lettrage.run/1\"}").message().contains("lettrage.run/1"));
    assert_eq!(code(&format!("{{\"schema\":\"{SCHEMA}\",\n\"rows\":7}}")).line(), Some(2));
}

#[test]
fn a_change_is_judged_by_the_spreads() {
    let before = bench(vec![row(1_000, &[1.0, 1.2, 1.1]), row(500, &[0.5])]);
    let mut after = bench(vec![row(1_000, &[1.15, 1.3, 1.2]), row(10_000, &[9.0])]);
    after.rows[0].quality.coverage.hits = 7;
    let compared = Comparison::new(&before, &after);
    let of = |figure: &str| compared.changes.iter().find(|c| c.figure == figure).unwrap();
    assert_eq!((of("wall").verdict, of("wall").percent), (Verdict::WithinSpread, Some(9.09)));
    assert_eq!(of("peak memory").verdict, Verdict::Same);
    assert_eq!((of("coverage").verdict, of("coverage").after), (Verdict::Changed, Some(0.7)));
    assert_eq!((of("precision").verdict, of("proposals").before), (Verdict::Same, None));
    assert_eq!(compared.notes, ["10,000: not in the saved bench", "500: in the saved bench only"]);

    let faster = bench(vec![row(1_000, &[0.5, 0.6, 0.55])]);
    assert_eq!(Comparison::new(&before, &faster).changes[0].verdict, Verdict::Less);
    assert_eq!(Comparison::new(&faster, &before).changes[0].verdict, Verdict::More);
    let once = bench(vec![row(1_000, &[0.5])]);
    assert_eq!(Comparison::new(&before, &once).changes[0].verdict, Verdict::NoSpread);
    let itself = Comparison::new(&before, &before);
    assert!(itself.notes.is_empty() && itself.changes.iter().all(|c| c.verdict == Verdict::Same));
}

#[test]
fn what_does_not_compare_is_said() {
    let before = bench(vec![row(1_000, &[1.0])]);
    let mut after = before.clone();
    after.machine.cores = 4;
    after.threads = 4;
    after.rows[0].data_sha256 = "0".into();
    let notes = Comparison::new(&before, &after).notes.join("\n");
    for word in ["machines differ", "threads differ: 2 before, 4 now", "1,000: the data differ"] {
        assert!(notes.contains(word), "{notes}");
    }
}

#[test]
fn figures_have_three_digits_that_mean_something() {
    let shown: Vec<String> =
        [0.0, 0.000_012_3, 0.004_56, 0.0213, 0.3456, 3.456, 34.56, 345.6].map(text::significant).into();
    assert_eq!(shown, ["0.00000", "0.00001", "0.00456", "0.0213", "0.346", "3.46", "34.6", "346"]);
    assert_eq!([0, 999, 1_000, 1_000_000].map(grouped), ["0", "999", "1,000", "1,000,000"]);
}

#[test]
fn text_and_markdown_hold_time_and_quality_together() {
    let mut shape = row(1_000, &[5.0]);
    shape.shape = Some("one-name".into());
    let bench = bench(vec![row(1_000, &[0.5, 0.6, 0.7]), shape]);
    let plain = render(&bench, Some(&Comparison::new(&bench, &bench)), Layout::Plain);
    for part in
        ["0.600 (0.500..0.700)", "1,667", "0.9000", "0.8000", "one-name: all customers", "8.3", "abababababab", "same"]
    {
        assert!(plain.contains(part), "{part} is not in\n{plain}");
    }
    let markdown = render(&bench, None, Layout::Markdown);
    assert!(markdown.contains("|---|---:|") && markdown.contains("| 1,000 | 1,300 | 0.600"), "{markdown}");
}

#[test]
fn the_picture_is_well_formed_and_holds_only_text() {
    let mut shape = row(1_000, &[5.0]);
    shape.shape = Some("<script>".into());
    let now = bench(vec![row(1_000, &[0.5, 0.6]), row(10_000, &[6.0, 7.0]), shape]);
    let broken = bench(vec![row(1_000, &[1e15, -1.0])]);
    for (now, before) in [(&now, None), (&now, Some(&now)), (&broken, Some(&now)), (&bench(Vec::new()), None)] {
        let svg = picture(now, before);
        let mut reader = quick_xml::Reader::from_str(&svg);
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event().unwrap_or_else(|e| panic!("{e}\n{svg}")) {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) => assert_ne!(tag.name().as_ref(), "script"),
                _ => {}
            }
        }
        assert!(
            svg.contains("<title ") && svg.contains("<desc ") && !svg.contains("NaN") && !svg.contains("inf"),
            "{svg}"
        );
    }
}
