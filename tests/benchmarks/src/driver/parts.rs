//! The parts of a cookie.

use crate::{
    Outcome,
    plots::{Plot, Scale},
    rounds::{self, Measured},
    samples::Samples,
    section::Section,
    settings::{Rounds, Settings},
    table::{Table, middle, number, ratio},
    worker::{Build, Worker},
};

const TEXT: &str = "\
Nanoseconds of one operation: the median of all rounds, where their middle half lies, and the median
of the ratios to libsodium in the same round. All engines of XSalsa20-Poly1305 give the same bytes,
which is checked before. `portable` is the default one, `dryoc` that of `simd-cipher`;
`crypto_secretbox` is what both are held against in tests; libsodium is the C library, behind the
safe interface of the crate `alkali`. All write into memory that is there.

The floor of a cookie is the sum of its parts, measured in the same round: a nonce of a generator in
the process, the payload by serde_json, the cipher, base64 of the crate `base64`, each at the length
that it has in the cookie. What a whole cookie takes beyond it is memory, the envelope around the
payload, and checks. Below 1.00, the library does better than the parts one would take.

The nonce is the one part that depends on the system: the library asks the kernel for each. That is a
system call, and with glibc from 2.41 on none, where the kernel is Linux from 6.11 on. Where it is one
(Debian 12, Ubuntu 24.04 and what is older), whatever seals a cookie waits for the
kernel.";

const ROUNDS: Rounds = Rounds {
    quick: 41,
    full: 201,
};
const ENGINES: [&str; 4] = ["crypto_secretbox", "portable", "dryoc", "libsodium"];
const SIZES: [u32; 4] = [64, 256, 1024, 3072];
const COOKIES: [u32; 4] = [64, 256, 1024, 2900];

pub(crate) fn section(settings: &Settings) -> Outcome<Section> {
    let mut workers = Vec::new();
    for build in Build::BOTH {
        workers.push(Worker::start(settings, build, "parts")?);
    }
    let measured = rounds::run(&mut workers, settings.rounds(ROUNDS), |_, _| true)?;
    Ok(Section {
        title: "The parts of a cookie",
        text: TEXT,
        tables: vec![
            engines(&measured, "seal", "The cipher seals")?,
            engines(&measured, "open", "The cipher opens")?,
            cookies(&measured)?,
            nonces(&measured)?,
        ],
        plots: vec![plot(&measured)?],
        ..Section::default()
    })
}

fn engines(measured: &Measured, what: &str, title: &str) -> Outcome<Table> {
    let head = ["bytes", "engine", "ns", "middle half", "of libsodium"];
    let mut table = Table::new(title, head);
    for bytes in SIZES {
        let place = format!("{what}/{bytes}");
        let theirs = measured.of(Build::Default, &format!("{place}/libsodium"))?;
        for engine in ENGINES {
            let samples = measured.of(Build::Default, &format!("{place}/{engine}"))?;
            let summary = samples.summary();
            table.row([
                bytes.to_string(),
                engine.to_owned(),
                number(summary.median),
                middle(summary),
                ratio(samples.ratio(theirs).median()),
            ]);
        }
    }
    Ok(table)
}

fn cookies(measured: &Measured) -> Outcome<Table> {
    let head = [
        "bytes of session",
        "features",
        "",
        "nonce",
        "payload",
        "cipher",
        "base64",
        "floor",
        "whole",
        "middle half",
        "of floor",
    ];
    let mut table = Table::new("A whole cookie, and the floor of its parts", head);
    for bytes in COOKIES {
        for build in Build::BOTH {
            table.row(cookie(measured, build, bytes, &WRITTEN)?);
            table.row(cookie(measured, build, bytes, &READ)?);
        }
    }
    Ok(table)
}

fn nonces(measured: &Measured) -> Outcome<Table> {
    let mut table = Table::new("A nonce", ["from", "ns", "middle half"]);
    let drawn = [
        ("a generator in the process", "cookie/64/nonce"),
        ("the kernel, as the library has it", "nonce of the kernel"),
    ];
    for (from, case) in drawn {
        let summary = measured.of(Build::Default, case)?.summary();
        table.row([from.to_owned(), number(summary.median), middle(summary)]);
    }
    Ok(table)
}

/// One way of a cookie.
struct Way {
    whole: &'static str,
    nonce: Option<&'static str>,
    payload: &'static str,
    cipher: &'static str,
    base64: &'static str,
}

const WRITTEN: Way = Way {
    whole: "encode",
    nonce: Some("nonce"),
    payload: "payload written",
    cipher: "seal",
    base64: "base64 written",
};
const READ: Way = Way {
    whole: "decode",
    nonce: None,
    payload: "payload read",
    cipher: "open",
    base64: "base64 read",
};

fn cookie(measured: &Measured, build: Build, bytes: u32, way: &Way) -> Outcome<Vec<String>> {
    let of = |part: &str| measured.of(build, &format!("cookie/{bytes}/{part}"));
    let engine = match build {
        Build::Default => "portable",
        Build::Simd => "dryoc",
    };
    let cipher = of(&format!("{}/{engine}", way.cipher))?;
    let (payload, base64) = (of(way.payload)?, of(way.base64)?);
    let mut floor: Samples = cipher.plus(payload).plus(base64);
    let mut nonce = String::new();
    if let Some(part) = way.nonce {
        floor = floor.plus(of(part)?);
        nonce = number(of(part)?.median());
    }
    let whole = of(way.whole)?;
    let summary = whole.summary();
    Ok(vec![
        bytes.to_string(),
        build.name().to_owned(),
        way.whole.to_owned(),
        nonce,
        number(payload.median()),
        number(cipher.median()),
        number(base64.median()),
        number(floor.median()),
        number(summary.median),
        middle(summary),
        ratio(whole.ratio(&floor).median()),
    ])
}

fn plot(measured: &Measured) -> Outcome<Plot> {
    let mut plot = Plot::lines("cipher", "Sealing with XSalsa20-Poly1305", "bytes", "ns");
    plot.scale = Scale::BothLogarithmic;
    for engine in ENGINES {
        let mut points = Vec::new();
        for bytes in SIZES {
            let case = format!("seal/{bytes}/{engine}");
            points.push((f64::from(bytes), measured.median(Build::Default, &case)?));
        }
        plot.line(engine, points);
    }
    Ok(plot)
}
