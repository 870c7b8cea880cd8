//! What is said to the server: every statement, with the schema's name in it.
//!
//! Each is one statement and so one transaction: a call that is dropped leaves none half-way.

/// The statements for the tables of one schema.
pub(super) struct Statements {
    pub(super) create: String,
    pub(super) load: String,
    pub(super) save: String,
    pub(super) touch: String,
    pub(super) delete: String,
    pub(super) list: String,
    pub(super) delete_all: String,
    pub(super) admit: String,
    pub(super) revoke: String,
    pub(super) advance_epoch: String,
    pub(super) standing: String,
    pub(super) sweep: [String; 3],
    pub(super) schema: String,
    pub(super) version: String,
}

/// How many rows a step of a sweep removes: some milliseconds of work.
pub(super) const SWEEP_STEP: u64 = 1_000;

// Whoever counts a principal's records waits for the one that is being added, and the other way
// round; `schema.sql` says more. The lock of nobody is none.
const CREATE: &str = "\
WITH held AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared({schema}session_lock($4::bytea)) IS NULL AS is_held
)
INSERT INTO {schema}session_records (key, revision, data, principal, touched, expires)
SELECT $1::bytea, $2::bigint, $3::bytea, $4::bytea, $5::bigint, $6::bigint FROM held
ON CONFLICT (key) DO NOTHING";

const LOAD: &str = "\
SELECT revision, data, principal, touched, expires FROM {schema}session_records WHERE key = $1";

const SAVE: &str = "SELECT {schema}session_save($1, $2, $3, $4, $5, $6, $7)";

const TOUCH: &str = "\
UPDATE {schema}session_records
SET touched = greatest(touched, $2), expires = greatest(expires, $3) WHERE key = $1";

// All parts of a statement see what had been committed when it began. The DELETE goes beyond that,
// as it waits for whoever is changing the row and then looks at the row anew. A plain second look
// would not, and would find a row that was deleted meanwhile: hence the lock, which looks anew too.
// A key share does not wait for another save, only for a deletion.
const DELETE: &str = "\
WITH deleted AS (
    DELETE FROM {schema}session_records
    WHERE key = $1 AND ($2::bigint IS NULL OR revision = $2) RETURNING 1
), other AS (
    SELECT 1 FROM {schema}session_records
    WHERE key = $1 AND (SELECT count(*) FROM deleted) = 0 FOR KEY SHARE
)
SELECT CASE WHEN EXISTS (SELECT FROM deleted) THEN 'done'
            WHEN EXISTS (SELECT FROM other) THEN 'conflict'
            ELSE 'gone' END";

const LIST: &str = "\
SELECT revision, data, principal, touched, expires, key
FROM {schema}session_records WHERE principal = $1";

const DELETE_ALL: &str = "SELECT {schema}session_delete_all($1, $2)";

const ADMIT: &str = "\
SELECT answer, ended FROM {schema}session_admit($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const REVOKE: &str = "\
INSERT INTO {schema}session_revocations AS remembered (key, until) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET until = greatest(remembered.until, excluded.until)";

const ADVANCE_EPOCH: &str = "\
INSERT INTO {schema}session_epochs AS remembered (principal, epoch, until)
VALUES ($1, greatest($2::bigint, 1), $3)
ON CONFLICT (principal) DO UPDATE
SET epoch = greatest(excluded.epoch, remembered.epoch + 1),
    until = greatest(remembered.until, excluded.until)
RETURNING epoch";

const STANDING: &str = "\
SELECT EXISTS (SELECT FROM {schema}session_revocations WHERE key = $1),
       coalesce((SELECT epoch FROM {schema}session_epochs WHERE principal = $2), 0)";

// A row that somebody is at is left for next time. One that was touched between the look and the
// lock no longer fits, and stays.
const SWEEP: &str = "\
WITH expired AS MATERIALIZED (
    SELECT {key} AS id FROM {schema}{table} WHERE {end} <= $1
    ORDER BY {end} LIMIT {step} FOR UPDATE SKIP LOCKED
)
DELETE FROM {schema}{table} AS row USING expired WHERE row.{key} = expired.id AND row.{end} <= $1";

impl Statements {
    pub(super) fn new(schema: Option<&str>) -> Self {
        let prefix = schema.map_or_else(String::new, |name| format!("{}.", quoted(name)));
        let with = |text: &str| text.replace("{schema}", &prefix);
        let sweep = |table: &str, key: &str, end: &str| {
            with(SWEEP)
                .replace("{table}", table)
                .replace("{key}", key)
                .replace("{end}", end)
                .replace("{step}", &SWEEP_STEP.to_string())
        };
        Self {
            create: with(CREATE),
            load: with(LOAD),
            save: with(SAVE),
            touch: with(TOUCH),
            delete: with(DELETE),
            list: with(LIST),
            delete_all: with(DELETE_ALL),
            admit: with(ADMIT),
            revoke: with(REVOKE),
            advance_epoch: with(ADVANCE_EPOCH),
            standing: with(STANDING),
            sweep: [
                sweep("session_records", "key", "expires"),
                sweep("session_revocations", "key", "until"),
                sweep("session_epochs", "principal", "until"),
            ],
            schema: with(include_str!("schema.sql")),
            version: with("SELECT version FROM {schema}session_schema"),
        }
    }
}

/// An identifier that means `name` wherever it stands, even between `$body$` and `$body$`: of what
/// is no letter, digit or `_`, only the number is written.
pub(super) fn quoted(name: &str) -> String {
    let written = |character: char| {
        if character.is_ascii_alphanumeric() || character == '_' {
            character.to_string()
        } else {
            format!("\\+{:06X}", u32::from(character))
        }
    };
    let name: String = name.chars().map(written).collect();
    format!("U&\"{name}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_schema_ends_its_quotes() {
        assert_eq!(quoted("sessions_1"), "U&\"sessions_1\"");
        assert_eq!(
            quoted("a\"b$c'd\\é"),
            "U&\"a\\+000022b\\+000024c\\+000027d\\+00005C\\+0000E9\""
        );
    }

    #[test]
    fn every_statement_names_the_schema_and_none_keeps_a_gap() {
        let Statements {
            create,
            load,
            save,
            touch,
            delete,
            list,
            delete_all,
            admit,
            revoke,
            advance_epoch,
            standing,
            sweep: [records, revocations, epochs],
            schema,
            version,
        } = Statements::new(Some("own"));
        for statement in [
            create,
            load,
            save,
            touch,
            delete,
            list,
            delete_all,
            admit,
            revoke,
            advance_epoch,
            standing,
            records,
            revocations,
            epochs,
            schema,
            version,
        ] {
            for table in ["session_records", "session_revocations", "session_epochs"] {
                let named = statement.matches(&format!("U&\"own\".{table}")).count();
                let indexes = statement.matches(&format!("INDEX {table}")).count();
                assert_eq!(
                    named + indexes,
                    statement.matches(table).count(),
                    "{statement}"
                );
            }
            for gap in ["{schema}", "{table}", "{key}", "{end}", "{step}"] {
                assert!(!statement.contains(gap), "{statement}");
            }
        }
    }
}
