//! `secure-session.config.json`: options with which it starts, or does not.

use crate::{
    app,
    json::Json,
    options::{Options, Unwritable},
    outcome::Outcome,
    rules,
};

pub(crate) fn run(vector: &Json, strict: bool) -> Outcome {
    let Some(config) = vector.get("config") else {
        return Outcome::Failed("no configuration".to_owned());
    };
    let registers = vector
        .get("expect")
        .and_then(|expect| expect.get("registers"));
    let registers = registers.and_then(Json::bool) == Some(true);
    let (started, sessions) = match Options::read(config, None) {
        Ok(sessions) => (app::starts(&sessions, strict), sessions),
        Err(Unwritable::Key(problem)) => (Err(app::Unanswered::Refused(problem)), Vec::new()),
        Err(Unwritable::Setting(what)) => {
            return Outcome::Skipped(format!("cannot be asked for: {what}"));
        }
    };
    match (registers, started) {
        (true, Ok(())) | (false, Err(app::Unanswered::Refused(_))) => Outcome::Passed,
        (false, Ok(())) => Outcome::Failed("starts where Node does not".to_owned()),
        (_, Err(unanswered)) => {
            let deviations = rules::explain_refusal(config, &sessions);
            Outcome::unanswered(unanswered, deviations, strict)
        }
    }
}
