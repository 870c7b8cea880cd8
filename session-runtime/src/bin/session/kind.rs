//! What kind of cookie a command is about.

use clap::{Args, ValueEnum};
use session_runtime::{FastifyPolicy, Format, inspect::Subject};

use crate::{failure::Failure, input};

/// The name that @fastify/secure-session gives a cookie unless told otherwise.
const NODE_NAME: &str = "session";

#[derive(Debug, Args)]
#[command(next_help_heading = "Kind of cookie")]
pub(crate) struct KindArgs {
    /// `sealed` or `fastify` [default: as it looks].
    #[arg(long, value_enum, hide_possible_values = true)]
    pub(crate) format: Option<FormatArg>,

    /// The session's name [default: the cookie's].
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// The cookie's name [default: the one seen].
    #[arg(long, value_name = "NAME")]
    pub(crate) cookie_name: Option<String>,

    /// As in `Settings::application` (sealed).
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    pub(crate) application: String,

    /// Be as lenient as Node (fastify).
    #[arg(long)]
    pub(crate) as_node: bool,

    /// Signed with a secret of the keys (fastify).
    #[arg(long, conflicts_with = "signing_secret_env")]
    pub(crate) signed: bool,

    /// Signed with the secret in a variable (fastify).
    #[arg(long, value_name = "VAR")]
    pub(crate) signing_secret_env: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FormatArg {
    Sealed,
    Fastify,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Sealed => Self::Sealed,
            FormatArg::Fastify => Self::Fastify,
        }
    }
}

/// What was given, with every default resolved.
pub(crate) struct Kind {
    pub(crate) format: Format,
    pub(crate) session: String,
    pub(crate) cookie_name: String,
    pub(crate) application: String,
    pub(crate) is_signed: bool,
}

impl KindArgs {
    /// `seen`: the name of the only cookie in the line, if there is one.
    pub(crate) fn resolve(&self, format: Format, seen: Option<&str>) -> Result<Kind, Failure> {
        let cookie_name = self.cookie_name.as_deref().or(seen);
        let (cookie_name, session) = match (cookie_name, self.name.as_deref(), format) {
            (Some(cookie), Some(name), _) => (cookie.to_owned(), name.to_owned()),
            (Some(cookie), None, _) => (cookie.to_owned(), unprefixed(cookie).to_owned()),
            (None, Some(name), Format::Fastify) => (name.to_owned(), name.to_owned()),
            (None, None, Format::Fastify) => (NODE_NAME.to_owned(), NODE_NAME.to_owned()),
            (None, Some(name), _) => (format!("__Host-{name}"), name.to_owned()),
            (None, None, _) => {
                return Err(Failure::usage(
                    "a sealed cookie opens for its session alone: say which with --name, or \
                     --cookie-name",
                ));
            }
        };
        Ok(Kind {
            format,
            session,
            cookie_name,
            application: self.application.clone(),
            is_signed: self.signed || self.signing_secret_env.is_some(),
        })
    }

    pub(crate) fn subject(&self, kind: &Kind) -> Result<Subject, Failure> {
        if kind.format == Format::Sealed {
            if self.as_node || kind.is_signed {
                return Err(Failure::usage(
                    "--as-node, --signed and --signing-secret-env are for the fastify format",
                ));
            }
            let subject = Subject::sealed(&kind.session);
            return Ok(subject
                .cookie_name(&kind.cookie_name)
                .application(&kind.application));
        }
        if !kind.application.is_empty() {
            return Err(Failure::usage(
                "--application is for the sealed format: a fastify cookie is bound to its key \
                 alone",
            ));
        }
        let mut subject = Subject::fastify(&kind.cookie_name);
        if self.as_node {
            subject = subject.policy(FastifyPolicy::AS_NODE);
        }
        if self.signed {
            subject = subject.signed();
        } else if let Some(variable) = &self.signing_secret_env {
            subject = subject.signed_with(&input::variable(variable)?[..]);
        }
        Ok(subject)
    }
}

fn unprefixed(name: &str) -> &str {
    let prefixes = ["__Host-", "__Secure-"];
    let without = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
    without.unwrap_or(name)
}
