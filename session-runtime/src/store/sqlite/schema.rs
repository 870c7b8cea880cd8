//! The tables, and which version of them a file has.

use rusqlite::Connection;

use super::problem::{Outcome, Problem};

/// In the head of each file that is ours, as SQLite provides: «Sess».
const APPLICATION: i64 = 0x5365_7373;

const CURRENT: i64 = 1;

/// What brings a database to each version from the one before. Only ever added to: there are files
/// of every version.
///
/// `sweep_at` is a time at which a sweep should look at the row, `expires` or earlier. A session in
/// use moves its `expires` with every save; would an index follow, each save wrote three pages
/// instead of one.
const MIGRATIONS: [(i64, &str); 1] = [(
    CURRENT,
    "
    CREATE TABLE session (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        revision INTEGER NOT NULL,
        principal BLOB,
        touched INTEGER NOT NULL,
        expires INTEGER NOT NULL,
        sweep_at INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
    CREATE INDEX session_principal ON session (principal) WHERE principal IS NOT NULL;
    CREATE INDEX session_sweep ON session (sweep_at);

    CREATE TABLE revoked (
        key BLOB NOT NULL PRIMARY KEY,
        until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX revoked_until ON revoked (until);

    CREATE TABLE epoch (
        principal BLOB NOT NULL PRIMARY KEY,
        epoch INTEGER NOT NULL,
        until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX epoch_until ON epoch (until);
    ",
)];

/// An error, if the database is not for us.
pub(super) fn check(connection: &Connection) -> Outcome<()> {
    // One view of the file, which somebody else may be making.
    let view = connection.unchecked_transaction()?;
    version(&view)?;
    Ok(view.commit()?)
}

/// Whether nothing has ever been kept in this database.
pub(super) fn is_new(connection: &Connection) -> Outcome<bool> {
    Ok(version(connection)? == 0)
}

/// Makes what is missing. Within a transaction that writes, so that of several only one does.
pub(super) fn migrate(connection: &Connection) -> Outcome<()> {
    let found = version(connection)?;
    for (version, step) in MIGRATIONS {
        if version > found {
            connection.execute_batch(step)?;
            connection.pragma_update(None, "user_version", version)?;
            connection.pragma_update(None, "application_id", APPLICATION)?;
        }
    }
    Ok(())
}

/// 0: it is empty.
fn version(connection: &Connection) -> Outcome<i64> {
    let number = |sql| connection.query_row(sql, (), |row| row.get::<_, i64>(0));
    let version = number("PRAGMA user_version")?;
    let application = number("PRAGMA application_id")?;
    if application != APPLICATION {
        let objects = number("SELECT count(*) FROM sqlite_schema")?;
        return match (application, version, objects) {
            (0, 0, 0) => Ok(0),
            _ => Err(Problem::Foreign),
        };
    }
    if version > CURRENT {
        return Err(Problem::Newer {
            found: version,
            known: CURRENT,
        });
    }
    Ok(version)
}
