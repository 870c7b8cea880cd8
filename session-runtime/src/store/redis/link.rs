//! The connection: one server or a cluster, behind the same four ways of asking.

use std::{
    future::{Future, poll_fn},
    io,
    pin::Pin,
    sync::Arc,
    task::Poll,
};

use ::redis::{
    Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value,
    aio::{ConnectionLike, ConnectionManager},
    cluster_async::ClusterConnection,
};

use tokio::time::{Duration, timeout};

use super::{
    batch::{Batches, Wire},
    connect::ANSWER,
    error::{failed, strange},
    script::{Answer, Step},
};
use crate::store::StoreError;

#[derive(Clone)]
pub(super) enum Link {
    Server {
        manager: ConnectionManager,
        batches: Arc<Batches>,
        /// How long one answer may take; `None`: the caller knows.
        patience: Option<Duration>,
    },
    Cluster(ClusterConnection),
}

impl Link {
    pub(super) fn of(manager: ConnectionManager) -> Self {
        Self::Server {
            manager,
            batches: Arc::default(),
            patience: None,
        }
    }

    /// What it connects to, for `Debug`: neither who connects nor where.
    pub(super) const fn over(&self) -> &'static str {
        match self {
            Self::Server { .. } => "one server",
            Self::Cluster(_) => "a cluster",
        }
    }

    /// The same, for what nobody waits for. The client of a cluster has a limit of its own.
    pub(super) fn unattended(&self) -> Self {
        match self {
            Self::Server {
                manager, batches, ..
            } => Self::Server {
                manager: manager.clone(),
                batches: Arc::clone(batches),
                patience: Some(ANSWER),
            },
            Self::Cluster(_) => self.clone(),
        }
    }

    /// Runs one script. `what` is for the error.
    pub(super) async fn run(&self, what: &'static str, step: &Step) -> Result<Value, StoreError> {
        match self.send(step.command()).await {
            Err(error) if is_unknown(&error) => self.send(&step.with_code()).await,
            result => result,
        }
        .map_err(|error| failed(what, &error))
    }

    /// The same for a script that answers with a code.
    pub(super) async fn ask(&self, what: &'static str, step: &Step) -> Result<Answer, StoreError> {
        Answer::of(self.run(what, step).await?).ok_or_else(|| strange(what))
    }

    /// Runs scripts one after the other, in one round trip where there is one server.
    ///
    /// If the server does not know one of them, that one and those after it are sent again. So
    /// each must be able to run twice, and may once have run before the one in front of it.
    pub(super) async fn in_order(
        &self,
        what: &'static str,
        steps: &[Step],
    ) -> Result<Vec<Value>, StoreError> {
        let mut values = match self {
            Self::Server {
                manager, patience, ..
            } if steps.len() > 1 => {
                let commands = steps.iter().map(Step::command).cloned();
                known(within(*patience, manager.all(commands)).await)
                    .map_err(|error| failed(what, &error))?
            }
            _ => Vec::with_capacity(steps.len()),
        };
        for step in steps.iter().skip(values.len()) {
            values.push(self.run(what, step).await?);
        }
        Ok(values)
    }

    /// Sends commands in any order, and all at once.
    pub(super) async fn each(
        &self,
        what: &'static str,
        commands: &[Cmd],
    ) -> Result<Vec<Value>, StoreError> {
        let result = match (self, commands) {
            (_, []) => Ok(Vec::new()),
            (
                Self::Server {
                    manager, patience, ..
                },
                _,
            ) => within(*patience, manager.all(commands.iter().cloned()))
                .await
                .and_then(|values| values.into_iter().map(Value::extract_error).collect()),
            (Self::Cluster(_), _) => {
                let sent = commands.iter().map(|command| self.send(command));
                all(sent).await.into_iter().collect()
            }
        };
        result.map_err(|error| failed(what, &error))
    }

    /// Runs scripts in any order, and all at once.
    pub(super) async fn each_step(
        &self,
        what: &'static str,
        steps: &[Step],
    ) -> Result<Vec<Value>, StoreError> {
        match self {
            Self::Server { .. } => self.in_order(what, steps).await,
            Self::Cluster(_) => all(steps.iter().map(|step| self.run(what, step)))
                .await
                .into_iter()
                .collect(),
        }
    }

    pub(super) async fn one(&self, what: &'static str, command: &Cmd) -> Result<Value, StoreError> {
        self.send(command)
            .await
            .map_err(|error| failed(what, &error))
    }

    async fn send(&self, command: &Cmd) -> RedisResult<Value> {
        let result = match self {
            Self::Server {
                manager,
                batches,
                patience: None,
            } => batches.send(manager, command).await,
            Self::Server {
                manager, patience, ..
            } => {
                // On its own: it is rare, and would make every call's future larger.
                Box::pin(within(*patience, manager.one(command))).await
            }
            Self::Cluster(cluster) => cluster.clone().req_packed_command(command).await,
        };
        result.and_then(Value::extract_error)
    }
}

impl Wire for ConnectionManager {
    async fn one(&self, command: &Cmd) -> RedisResult<Value> {
        let mut manager = self.clone();
        match manager.send_packed_command(command).await {
            Err(error) if was_not_sent(&error) => manager.send_packed_command(command).await,
            result => result,
        }
    }

    async fn all(&self, commands: impl IntoIterator<Item = Cmd> + Send) -> RedisResult<Vec<Value>> {
        let mut pipeline = Pipeline::new();
        for command in commands {
            pipeline.add_command(command);
        }
        let count = pipeline.len();
        let mut manager = self.clone();
        match manager.send_packed_commands(&pipeline, 0, count).await {
            Err(error) if was_not_sent(&error) => {
                manager.send_packed_commands(&pipeline, 0, count).await
            }
            result => result,
        }
    }
}

async fn within<V>(
    patience: Option<Duration>,
    call: impl Future<Output = RedisResult<V>>,
) -> RedisResult<V> {
    match patience {
        None => call.await,
        Some(patience) => match timeout(patience, call).await {
            Ok(result) => result,
            Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
        },
    }
}

/// The answers before that of the first script which the server does not know.
fn known(values: RedisResult<Vec<Value>>) -> RedisResult<Vec<Value>> {
    let mut known = Vec::new();
    for value in values? {
        match value.extract_error() {
            Err(error) if is_unknown(&error) => break,
            result => known.push(result?),
        }
    }
    Ok(known)
}

/// The last attempt to connect had failed before this command came, as it does while a server is
/// restarted. The command has begun another attempt, and is worth sending again: it never left.
fn was_not_sent(error: &RedisError) -> bool {
    error.is_connection_refusal()
}

fn is_unknown(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}

/// Waits for all of them at once, in this task.
async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    enum Slot<F: Future> {
        Waits(Pin<Box<F>>),
        Has(F::Output),
    }
    let mut slots: Vec<_> = futures
        .map(|future| Slot::Waits(Box::pin(future)))
        .collect();
    poll_fn(|context| {
        let mut is_ready = true;
        for slot in &mut slots {
            if let Slot::Waits(future) = slot {
                match future.as_mut().poll(context) {
                    Poll::Ready(output) => *slot = Slot::Has(output),
                    Poll::Pending => is_ready = false,
                }
            }
        }
        if is_ready {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    slots
        .into_iter()
        .filter_map(|slot| match slot {
            Slot::Has(output) => Some(output),
            Slot::Waits(_) => None,
        })
        .collect()
}
