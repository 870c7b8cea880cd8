//! Accounts in a file, beside the sessions if these are in SQLite too.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Accounts, PasswordHash, User, UserId, UsersError};

pub(super) struct Sqlite(Mutex<Connection>);

impl Sqlite {
    pub(super) fn open(file: &Path) -> Result<Self, UsersError> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(3))?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS users (
                id INTEGER PRIMARY KEY,
                email TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                password TEXT NOT NULL,
                is_admin INTEGER NOT NULL
            ) STRICT;",
        )?;
        Ok(Self(Mutex::new(connection)))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // Each call is one statement: there is nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, sql: &str, value: impl rusqlite::ToSql) -> Result<Option<User>, UsersError> {
        let user = self.lock().query_row(sql, [value], user).optional()?;
        Ok(user)
    }
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let id: i64 = row.get("id")?;
    Ok(User {
        id: UserId(id.unsigned_abs()),
        email: row.get("email")?,
        name: row.get("name")?,
        password: PasswordHash::from_store(row.get("password")?),
        is_admin: row.get("is_admin")?,
    })
}

impl Accounts for Sqlite {
    fn add(&self, user: &User) -> Result<bool, UsersError> {
        let added = self.lock().execute(
            "INSERT INTO users (id, email, name, password, is_admin)
             VALUES (:id, :email, :name, :password, :is_admin) ON CONFLICT (email) DO NOTHING",
            named_params! {
                ":id": user.id.0.cast_signed(),
                ":email": user.email,
                ":name": user.name,
                ":password": user.password.as_str(),
                ":is_admin": user.is_admin,
            },
        )?;
        Ok(added == 1)
    }

    fn by_email(&self, email: &str) -> Result<Option<User>, UsersError> {
        self.find("SELECT * FROM users WHERE email = ?1", email)
    }

    fn by_id(&self, id: UserId) -> Result<Option<User>, UsersError> {
        self.find("SELECT * FROM users WHERE id = ?1", id.0.cast_signed())
    }

    fn save(&self, user: &User) -> Result<(), UsersError> {
        self.lock().execute(
            "UPDATE users SET name = :name, password = :password WHERE id = :id",
            named_params! {
                ":name": user.name,
                ":password": user.password.as_str(),
                ":id": user.id.0.cast_signed(),
            },
        )?;
        Ok(())
    }

    fn remove(&self, id: UserId) -> Result<(), UsersError> {
        self.lock()
            .execute("DELETE FROM users WHERE id = ?1", [id.0.cast_signed()])?;
        Ok(())
    }
}
