-- The tables of PostgresStore, version 1. What stands in braces is replaced by the name of their
-- schema and a dot, or by nothing. Keys and principals are hashes; times are Unix milliseconds.

CREATE TABLE {schema}session_records (
    key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    revision bigint NOT NULL,
    data bytea NOT NULL,
    principal bytea CHECK (octet_length(principal) = 32),
    touched bigint NOT NULL CHECK (touched >= 0),
    expires bigint NOT NULL CHECK (expires >= 0)
);
CREATE INDEX session_records_principal ON {schema}session_records (principal)
    WHERE principal IS NOT NULL;
CREATE INDEX session_records_expires ON {schema}session_records (expires);

CREATE TABLE {schema}session_revocations (
    key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    until bigint NOT NULL CHECK (until >= 0)
);
CREATE INDEX session_revocations_until ON {schema}session_revocations (until);

CREATE TABLE {schema}session_epochs (
    principal bytea PRIMARY KEY CHECK (octet_length(principal) = 32),
    epoch bigint NOT NULL CHECK (epoch > 0),
    until bigint NOT NULL CHECK (until >= 0)
);
CREATE INDEX session_epochs_until ON {schema}session_epochs (until);

-- The number of the advisory lock of a principal. What gives it another record shares the lock;
-- what looks at all its records holds it alone, so that there are no more of them meanwhile. It
-- comes before the locks of rows, of which only who holds it alone has several: nobody waits in a
-- circle.
CREATE FUNCTION {schema}session_lock(principal bytea)
RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $body$
    SELECT ('x' || left(encode(principal, 'hex'), 16))::bit(64)::bigint
$body$;

CREATE FUNCTION {schema}session_lock_alone(VARIADIC principals bytea[])
RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    id bigint;
BEGIN
    -- What follows must see what others committed while this waited, and only here does it.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'default_transaction_isolation must be read committed'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    FOR id IN
        SELECT DISTINCT {schema}session_lock(principal)
        FROM unnest(principals) AS principal WHERE principal IS NOT NULL ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(id);
    END LOOP;
END
$body$;

-- Nearly every save leaves a record with its principal, needs no lock but the row's, and is one plain
-- UPDATE: as a part of a larger statement it took twice as long.
CREATE FUNCTION {schema}session_save(
    this bytea, expected bigint, new_revision bigint, new_data bytea, new_principal bytea,
    new_touched bigint, new_expires bigint
) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
    current_revision bigint;
BEGIN
    -- More than one round is rare, and many there are only where no UPDATE is let through.
    FOR round IN 1..100 LOOP
        UPDATE {schema}session_records
            SET revision = new_revision, data = new_data, touched = new_touched,
                expires = new_expires
            WHERE key = this AND revision = expected
              AND principal IS NOT DISTINCT FROM new_principal;
        IF FOUND THEN
            RETURN 'done';
        END IF;
        -- Each statement sees what is committed when it begins. What is answered is what one of
        -- them saw: of two, a record may have been made in between.
        SELECT revision INTO current_revision FROM {schema}session_records WHERE key = this;
        IF NOT FOUND THEN
            RETURN 'gone';
        ELSIF current_revision IS DISTINCT FROM expected THEN
            RETURN 'conflict';
        END IF;
        -- An UPDATE that waited for another save keeps the row locked, though it then leaves it
        -- alone, and the lock of a principal must come first. But then the revision is another.
        PERFORM pg_advisory_xact_lock_shared({schema}session_lock(new_principal));
        UPDATE {schema}session_records
            SET revision = new_revision, data = new_data, principal = new_principal,
                touched = new_touched, expires = new_expires
            WHERE key = this AND revision = expected;
        IF FOUND THEN
            RETURN 'done';
        END IF;
        -- It was changed while this waited for the lock.
    END LOOP;
    RAISE EXCEPTION 'a trigger or a policy keeps a session from being changed'
        USING ERRCODE = 'object_not_in_prerequisite_state';
END
$body$;

CREATE FUNCTION {schema}session_admit(
    new_key bytea, expected bigint, new_revision bigint, new_data bytea, new_principal bytea,
    new_touched bigint, new_expires bigint, most bigint, refuse boolean,
    OUT answer text, OUT ended bytea[]
) LANGUAGE plpgsql AS $body$
DECLARE
    current_revision bigint;
    others bigint;
BEGIN
    ended := '{}';
    -- Of both, as this may take a record of one who is admitting another at the same time.
    PERFORM {schema}session_lock_alone(
        new_principal, (SELECT principal FROM {schema}session_records WHERE key = new_key));
    -- From here on none of them is used, or ends by itself, until this is over.
    WITH locked AS MATERIALIZED (
        SELECT key, revision FROM {schema}session_records
        WHERE principal = new_principal OR key = new_key FOR UPDATE
    )
    SELECT max(revision) FILTER (WHERE key = new_key) INTO current_revision FROM locked;

    IF expected IS NULL AND current_revision IS NOT NULL THEN
        answer := 'exists';
        RETURN;
    ELSIF expected IS NOT NULL AND current_revision IS NULL THEN
        answer := 'gone';
        RETURN;
    ELSIF current_revision <> expected THEN
        answer := 'conflict';
        RETURN;
    END IF;

    SELECT count(*) INTO others FROM {schema}session_records
        WHERE principal = new_principal AND key <> new_key AND expires > new_touched;
    IF refuse AND others >= most THEN
        answer := 'refused';
        RETURN;
    END IF;

    IF expected IS NULL THEN
        INSERT INTO {schema}session_records (key, revision, data, principal, touched, expires)
            VALUES (new_key, new_revision, new_data, new_principal, new_touched, new_expires)
            ON CONFLICT (key) DO NOTHING;
        IF NOT FOUND THEN
            answer := 'exists';
            RETURN;
        END IF;
    ELSE
        UPDATE {schema}session_records
            SET revision = new_revision, data = new_data, principal = new_principal,
                touched = new_touched, expires = new_expires
            WHERE key = new_key;
    END IF;

    IF others >= most THEN
        WITH oldest AS MATERIALIZED (
            SELECT key FROM {schema}session_records
            WHERE principal = new_principal AND key <> new_key AND expires > new_touched
            ORDER BY touched, key LIMIT others - most + 1
        ), deleted AS (
            DELETE FROM {schema}session_records AS record USING oldest
            WHERE record.key = oldest.key RETURNING record.key
        )
        SELECT array_agg(key) INTO ended FROM deleted;
    END IF;
    answer := 'done';
END
$body$;

CREATE FUNCTION {schema}session_delete_all(whose bytea, spared bytea)
RETURNS SETOF bytea LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM {schema}session_lock_alone(whose);
    RETURN QUERY DELETE FROM {schema}session_records
        WHERE principal = whose AND key IS DISTINCT FROM spared RETURNING key;
END
$body$;

CREATE TABLE {schema}session_schema (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    version integer NOT NULL
);
INSERT INTO {schema}session_schema (version) VALUES (1);
