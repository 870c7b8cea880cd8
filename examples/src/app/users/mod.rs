//! Who has an account. Kept in memory, or in SQLite; nothing of it is in a session but the id.

mod memory;
mod sqlite;

use std::{error::Error, fmt, path::Path, sync::Arc};

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::password;
pub(crate) use super::password::PasswordHash;

/// The number of an account. Drawn at random: where accounts are forgotten and sessions are not,
/// a number that counts would give somebody's session to whoever signs up next.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct UserId(u64);

impl UserId {
    fn draw() -> Result<Self, UsersError> {
        // SQLite keeps numbers of 63 bits.
        Ok(Self(getrandom::u64()? >> 1))
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Clone)]
pub(crate) struct User {
    pub(crate) id: UserId,
    /// In lower case.
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) password: PasswordHash,
    pub(crate) is_admin: bool,
}

/// Where accounts are kept.
trait Accounts: Send + Sync {
    /// `false`: the address has an account.
    fn add(&self, user: &User) -> Result<bool, UsersError>;
    fn by_email(&self, email: &str) -> Result<Option<User>, UsersError>;
    fn by_id(&self, id: UserId) -> Result<Option<User>, UsersError>;
    /// Name and password.
    fn save(&self, user: &User) -> Result<(), UsersError>;
    fn remove(&self, id: UserId) -> Result<(), UsersError>;
}

/// The accounts of the shop.
#[derive(Clone)]
pub struct Users {
    accounts: Arc<dyn Accounts>,
    /// Each password that is checked takes 19 MiB and a core: not one for every request there is.
    hashing: Arc<Semaphore>,
}

/// The account that is there from the start.
pub const DEMO_EMAIL: &str = "ada@example.org";
/// Its password.
pub const DEMO_PASSWORD: &str = "a kettle of lanterns";
const DEMO_ID: UserId = UserId(1815);

impl Users {
    /// Accounts in memory, with the one for trying.
    ///
    /// # Errors
    ///
    /// If the operating system gives no randomness.
    pub fn in_memory() -> Result<Self, UsersError> {
        Self::with_demo(Arc::new(memory::Memory::default()))
    }

    /// Accounts in the SQLite database `file`, with the one for trying.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened.
    pub fn in_sqlite(file: impl AsRef<Path>) -> Result<Self, UsersError> {
        Self::with_demo(Arc::new(sqlite::Sqlite::open(file.as_ref())?))
    }

    fn with_demo(accounts: Arc<dyn Accounts>) -> Result<Self, UsersError> {
        let is_there = accounts.by_email(DEMO_EMAIL)?.is_some();
        if !is_there {
            accounts.add(&User {
                id: DEMO_ID,
                email: DEMO_EMAIL.to_owned(),
                name: "Ada".to_owned(),
                password: password::hash(DEMO_PASSWORD)?,
                is_admin: true,
            })?;
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            accounts,
            hashing: Arc::new(Semaphore::new(cores)),
        })
    }

    /// Makes an account. `None`: the address has one.
    pub(crate) async fn sign_up(
        &self,
        email: &str,
        name: &str,
        password: String,
    ) -> Result<Option<User>, UsersError> {
        let user = User {
            id: UserId::draw()?,
            email: email.to_owned(),
            name: name.to_owned(),
            password: self.hashing(move || password::hash(&password)).await??,
            is_admin: false,
        };
        let is_new = self
            .with(user.clone(), |accounts, user| accounts.add(&user))
            .await?;
        Ok(is_new.then_some(user))
    }

    /// The account of this address and password. It takes as long where there is none.
    pub(crate) async fn sign_in(
        &self,
        email: &str,
        password: String,
    ) -> Result<Option<User>, UsersError> {
        let user = self
            .with(email.to_owned(), |accounts, email| {
                accounts.by_email(&email)
            })
            .await?;
        let hash = user.as_ref().map(|user| user.password.clone());
        let is_right = self
            .hashing(move || password::verify(&password, hash.as_ref()))
            .await?;
        Ok(user.filter(|_| is_right))
    }

    /// Whether `password` is that of `user`.
    pub(crate) async fn confirm(&self, user: &User, password: String) -> Result<bool, UsersError> {
        let hash = user.password.clone();
        self.hashing(move || password::verify(&password, Some(&hash)))
            .await
    }

    pub(crate) async fn by_id(&self, id: UserId) -> Result<Option<User>, UsersError> {
        self.with(id, |accounts, id| accounts.by_id(id)).await
    }

    pub(crate) async fn rename(&self, mut user: User, name: &str) -> Result<(), UsersError> {
        name.clone_into(&mut user.name);
        self.with(user, |accounts, user| accounts.save(&user)).await
    }

    pub(crate) async fn set_password(&self, mut user: User, new: String) -> Result<(), UsersError> {
        user.password = self.hashing(move || password::hash(&new)).await??;
        self.with(user, |accounts, user| accounts.save(&user)).await
    }

    pub(crate) async fn remove(&self, id: UserId) -> Result<(), UsersError> {
        self.with(id, |accounts, id| accounts.remove(id)).await
    }

    /// Asks the accounts, which may wait for a disk.
    async fn with<A, R>(
        &self,
        argument: A,
        ask: impl FnOnce(&dyn Accounts, A) -> Result<R, UsersError> + Send + 'static,
    ) -> Result<R, UsersError>
    where
        A: Send + 'static,
        R: Send + 'static,
    {
        let accounts = Arc::clone(&self.accounts);
        tokio::task::spawn_blocking(move || ask(&*accounts, argument)).await?
    }

    async fn hashing<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Result<R, UsersError> {
        let permit = Arc::clone(&self.hashing).acquire_owned().await?;
        let work = move || {
            // Held until it is done, though the client may have gone.
            let _permit = permit;
            work()
        };
        Ok(tokio::task::spawn_blocking(work).await?)
    }
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Users").finish_non_exhaustive()
    }
}

/// The accounts are out of reach.
#[derive(Debug)]
pub struct UsersError(Box<dyn Error + Send + Sync>);

impl fmt::Display for UsersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the accounts are out of reach")
    }
}

impl Error for UsersError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

/// For `?` on whatever the parts of it fail with.
macro_rules! from {
    ($($error:ty),*) => {$(
        impl From<$error> for UsersError {
            fn from(error: $error) -> Self {
                Self(error.to_string().into())
            }
        }
    )*};
}

from!(
    getrandom::Error,
    argon2::password_hash::Error,
    rusqlite::Error,
    tokio::task::JoinError,
    tokio::sync::AcquireError
);
