//! `secure-session.keys.json`: keys from passphrases, and the secrets of signatures from keys.

use crate::{
    app::{self, Situation},
    handler::Operation,
    json::Json,
    options::{Options, Secret, Unwritable, salt},
    outcome::Outcome,
};

pub(crate) async fn run(vector: &Json, strict: bool) -> Outcome {
    match check(vector, strict).await {
        Ok(()) => Outcome::Passed,
        Err(problem) => Outcome::Failed(problem),
    }
}

async fn check(vector: &Json, strict: bool) -> Result<(), String> {
    let config = vector.get("config").ok_or("no configuration")?;
    let mut sessions = Options::read(config, None).map_err(|unwritable| match unwritable {
        Unwritable::Key(problem) | Unwritable::Setting(problem) => problem,
    })?;
    let session = sessions.first_mut().ok_or("no session")?;
    let first = session
        .keys
        .first()
        .map(|key| base16ct::lower::encode_string(key.expose_bytes()));
    let expected = vector
        .text_of("derived_key_hex")
        .or_else(|| vector.text_of("first_key_hex"));
    if first != expected {
        return Err("another key".to_owned());
    }
    let given = salt(config);
    if let Some(bytes) = vector.text_of("salt_bytes_hex")
        && !given.is_empty()
        && base16ct::lower::encode_string(&given) != bytes
    {
        return Err("another salt".to_owned());
    }
    let Some(secret) = vector.text_of("cookie_signing_secret") else {
        return Ok(());
    };
    session.secrets = vec![Secret::OfKeys];
    let derived = signed(&sessions, strict).await?;
    let mut given = sessions;
    for session in &mut given {
        session.secrets = vec![Secret::Text(secret.clone().into_bytes())];
    }
    if derived == signed(&given, strict).await? {
        return Ok(());
    }
    Err("signed with another secret".to_owned())
}

/// A cookie that these sessions sign.
async fn signed(sessions: &[Options], strict: bool) -> Result<Vec<String>, String> {
    let touch = Json::parse(r#"[["", "touch"]]"#).unwrap_or(Json::Null);
    let situation = Situation {
        strict,
        random: vec![0; 24],
        operations: Operation::read(&touch, sessions)?,
        ..Situation::default()
    };
    let answer = app::answer(sessions, &situation).await;
    let cookies = answer
        .map_err(|unanswered| format!("{unanswered:?}"))?
        .set_cookie;
    if cookies.is_empty() {
        return Err("no cookie".to_owned());
    }
    Ok(cookies)
}
