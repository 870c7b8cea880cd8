//! The files of vectors, and the sum of what became of them.

use std::{collections::BTreeSet, fmt, fs, path::Path};

use crate::{
    codec, decode, encode, flows, json::Json, keys, outcome::Outcome, records, redis_records,
    signing, startup, tokens,
};

/// The files by name.
const FILES: &[(&str, Kind)] = &[
    ("codec.json", Kind::Codec),
    ("fastify-session.config.json", Kind::Secrets),
    ("fastify-session.flow.json", Kind::Records),
    ("fastify-session.redis.json", Kind::Redis),
    ("fastify-session.sign.json", Kind::Signing),
    ("hattip.flow.json", Kind::Flow),
    ("hattip.tokens.json", Kind::Tokens),
    ("secure-session.config.json", Kind::Config),
    ("secure-session.decode.json", Kind::Decode),
    ("secure-session.encode.json", Kind::Encode),
    ("secure-session.keys.json", Kind::Keys),
];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Codec,
    Config,
    Decode,
    Encode,
    Flow,
    Keys,
    Records,
    Redis,
    Secrets,
    Signing,
    Tokens,
}

/// How many vectors came to what.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) deviated: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// The deviations that were met.
    pub(crate) deviations: BTreeSet<&'static str>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            deviated,
            failed,
            skipped,
            ..
        } = self;
        write!(
            f,
            "{passed} passed, {deviated} deviated, {failed} failed, {skipped} skipped"
        )
    }
}

impl Tally {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::Deviated(deviations) => {
                self.deviated += 1;
                self.deviations.extend(deviations);
            }
        }
    }
}

/// Runs every file in `directory` that is known, and gives `print` a line for each vector that is
/// not passed.
pub(crate) fn run(
    directory: &Path,
    strict: bool,
    print: &mut dyn FnMut(String),
) -> Result<Tally, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
    let (mut tally, mut found) = (Tally::default(), false);
    for (name, kind) in FILES {
        let Some(vectors) = read(&directory.join(name))? else {
            continue;
        };
        found = true;
        for vector in vectors {
            let outcome = runtime.block_on(run_one(*kind, &vector, strict));
            tally.count(&outcome);
            if let Some(line) = outcome.describe() {
                print(format!(
                    "{} {line}",
                    vector.text_of("id").unwrap_or_default()
                ));
            }
        }
    }
    if found {
        Ok(tally)
    } else {
        Err(format!("no vectors in {}", directory.display()))
    }
}

/// The vectors of a file. `None`: there is no such file.
fn read(path: &Path) -> Result<Option<Vec<Json>>, String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{}: {error}", path.display())),
    };
    match Json::parse(&text).and_then(|file| file.get("vectors")?.items().map(<[_]>::to_vec)) {
        Some(vectors) => Ok(Some(vectors)),
        None => Err(format!("{}: no vectors in it", path.display())),
    }
}

async fn run_one(kind: Kind, vector: &Json, strict: bool) -> Outcome {
    match kind {
        Kind::Codec => codec::run(vector, strict).await,
        Kind::Config => startup::run(vector, strict),
        Kind::Decode => decode::run(vector, strict).await,
        Kind::Encode => encode::run(vector, strict).await,
        Kind::Flow => flows::run(vector).await,
        Kind::Keys => keys::run(vector, strict).await,
        Kind::Redis => redis_records::run(vector, strict).await,
        Kind::Records => records::run(vector, strict).await,
        Kind::Secrets => signing::start(vector),
        Kind::Signing => signing::run(vector).await,
        Kind::Tokens => tokens::run(vector, strict).await,
    }
}
