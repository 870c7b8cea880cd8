//! The Lua scripts, each atomic on one key, and what they answer.

use std::sync::LazyLock;

use ::redis::{Arg, Cmd, ToRedisArgs, Value};

use super::error::strange;
use crate::store::StoreError;

/// A script that the server knows by its hash once it has run.
pub(super) struct Script(LazyLock<::redis::Script>, &'static str);

macro_rules! scripts {
    ($($name:ident = $($file:literal)+;)+) => {
        $(pub(super) static $name: Script = {
            const CODE: &str = concat!($(include_str!(concat!("scripts/", $file, ".lua"))),+);
            Script(LazyLock::new(|| ::redis::Script::new(CODE)), CODE)
        };)+
    };
}

scripts! {
    CREATE = "create";
    SAVE = "head" "save";
    TOUCH = "head" "extend" "touch";
    DELETE = "head" "delete";
    REPLACE = "replace";
    DELETE_IF = "delete_if";
    END = "head" "end";
    MARK = "head" "mark";
    REGISTER = "extend" "register";
    UNREGISTER = "unregister";
    MEMBERS = "now" "members";
    RESERVE = "now" "extend" "reserve";
    CONFIRM = "extend" "confirm";
    RELEASE = "release";
    REVOKE = "later" "revoke";
    ADVANCE = "later" "advance";
}

/// One script on one key.
pub(super) struct Step {
    code: &'static str,
    command: Cmd,
}

impl Script {
    pub(super) fn on(&'static self, key: impl ToRedisArgs) -> Step {
        self.on_with_room(key, 0)
    }

    /// The same, with room for so many bytes of a session's data.
    pub(super) fn on_with_room(&'static self, key: impl ToRedisArgs, length: usize) -> Step {
        // Enough for all the rest: a command that grows is copied.
        let mut command = Cmd::with_capacity(11, 512 + length);
        command
            .arg("EVALSHA")
            .arg(self.0.get_hash())
            .arg(b"1")
            .arg(key);
        Step {
            code: self.1,
            command,
        }
    }
}

impl Step {
    pub(super) fn arg(mut self, value: impl ToRedisArgs) -> Self {
        self.command.arg(value);
        self
    }

    pub(super) const fn command(&self) -> &Cmd {
        &self.command
    }

    /// The same with the script itself, for a server that does not know it: one that was
    /// restarted, or flushed its scripts.
    pub(super) fn with_code(&self) -> Cmd {
        let mut command = ::redis::cmd("EVAL");
        command.arg(self.code);
        for arg in self.command.args_iter().skip(2) {
            if let Arg::Simple(arg) = arg {
                command.arg(arg);
            }
        }
        command
    }
}

/// What a script answers: how it went, and what has to be done about it.
pub(super) struct Answer {
    pub(super) code: Code,
    pub(super) rest: Vec<Value>,
}

/// How it went. The numbers are those in the scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Done,
    /// There is another record.
    Other,
    Gone,
    Corrupt,
    /// Done, and the index does not keep the record for long enough.
    Behind,
    /// Done, and the record is no longer this principal's, under this entry of its index.
    Left,
}

impl Answer {
    /// `None`: no script of ours answers that.
    pub(super) fn of(value: Value) -> Option<Self> {
        let (code, rest) = match value {
            Value::Int(code) => (code, Vec::new()),
            Value::Array(values) => {
                let mut values = values.into_iter();
                let Some(Value::Int(code)) = values.next() else {
                    return None;
                };
                (code, values.collect())
            }
            _ => return None,
        };
        let code = match code {
            0 => Code::Done,
            1 => Code::Other,
            2 => Code::Gone,
            3 => Code::Corrupt,
            4 => Code::Behind,
            5 => Code::Left,
            _ => return None,
        };
        Some(Self { code, rest })
    }

    /// The texts beside the code: principals and tokens.
    pub(super) fn texts(self) -> impl Iterator<Item = Vec<u8>> {
        self.rest.into_iter().filter_map(|value| match value {
            Value::BulkString(bytes) => Some(bytes),
            _ => None,
        })
    }
}

/// The answer of the first of several scripts.
pub(super) fn first(values: Vec<Value>, what: &'static str) -> Result<Answer, StoreError> {
    let first = values.into_iter().next();
    first.and_then(Answer::of).ok_or_else(|| strange(what))
}
