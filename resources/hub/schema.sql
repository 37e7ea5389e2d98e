-- The exchange server: parcels on their way between laptops and their office.
--
-- Run by whoever owns the schema, once and again at every upgrade; everything here may be repeated.
-- A login that is admitted may execute the functions with SECURITY DEFINER and touch no table: they
-- run with the rights of their owner and ask who called by `session_user`.
-- What a parcel holds is encrypted for its recipient; the server only carries it.
--
-- Errors the program knows: PH001 nobody admitted this login; PH002 its computer was revoked;
-- PH003 no such recipient; PH004 too large; PH005 only the office may.

CREATE SCHEMA IF NOT EXISTS hub;
REVOKE ALL ON SCHEMA hub FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA hub REVOKE ALL ON TABLES FROM PUBLIC;

CREATE TABLE IF NOT EXISTS hub.facts (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Written by the program once all of this was run (app/exchange/hub_connection.py).
    version integer NOT NULL,
    -- The server process of the seat that works for the office; see hub.take_turn.
    worker integer
);
ALTER TABLE hub.facts ADD COLUMN IF NOT EXISTS worker integer;
-- It was an advisory lock, which every login can see and take.
ALTER TABLE hub.facts DROP COLUMN IF EXISTS turn;

CREATE TABLE IF NOT EXISTS hub.device (
    station uuid PRIMARY KEY,
    login text NOT NULL UNIQUE,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('laptop', 'office')),
    admitted_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS one_office ON hub.device (role)
    WHERE role = 'office' AND revoked_at IS NULL;

-- When a computer called last.  Not beside what the office changes: a login can hold the rows its
-- calls write for as long as it keeps a transaction open, and so would put its revocation off.
CREATE TABLE IF NOT EXISTS hub.contact (
    station uuid PRIMARY KEY REFERENCES hub.device ON DELETE CASCADE,
    at timestamptz NOT NULL
);
ALTER TABLE hub.device DROP COLUMN IF EXISTS last_contact;

-- `id` is the SHA-256 of the whole; `held` says how many of its bytes are here, without a gap.
-- Once taken only the row stays, and of each direction only the last.  By `mark` its sender knows
-- what it sent last: what a laptop had to tell, or how far the office's answer went.
CREATE TABLE IF NOT EXISTS hub.parcel (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sender uuid NOT NULL REFERENCES hub.device ON DELETE CASCADE,
    recipient uuid NOT NULL REFERENCES hub.device ON DELETE CASCADE,
    id bytea NOT NULL CHECK (octet_length(id) = 32),
    size bigint NOT NULL CHECK (size > 0),
    held bigint NOT NULL DEFAULT 0 CHECK (held BETWEEN 0 AND size),
    mark text NOT NULL DEFAULT '' CHECK (length(mark) <= 200),
    begun_at timestamptz NOT NULL DEFAULT now(),
    complete_at timestamptz,
    read_at timestamptz,
    taken_at timestamptz,
    outcome text NOT NULL DEFAULT '' CHECK (length(outcome) <= 200),
    UNIQUE (sender, id)
);
CREATE INDEX IF NOT EXISTS parcel_for ON hub.parcel (recipient, number);

CREATE TABLE IF NOT EXISTS hub.part (
    parcel bigint NOT NULL REFERENCES hub.parcel ON DELETE CASCADE,
    at bigint NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (parcel, at)
);
-- Encrypted bytes do not get smaller.
ALTER TABLE hub.part ALTER COLUMN content SET STORAGE EXTERNAL;

-- Who calls, unless that one is not admitted or no longer.
CREATE OR REPLACE FUNCTION hub.caller() RETURNS hub.device
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_device hub.device;
BEGIN
    SELECT * INTO found_device FROM hub.device WHERE login = session_user::text;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not admitted' USING ERRCODE = 'PH001';
    ELSIF found_device.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'revoked' USING ERRCODE = 'PH002', DETAIL = found_device.revoked_at::text;
    END IF;
    RETURN found_device;
END $$;

CREATE OR REPLACE FUNCTION hub.office_only() RETURNS hub.device
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me hub.device := hub.caller();
BEGIN
    IF me.role <> 'office' THEN
        RAISE EXCEPTION 'only the office' USING ERRCODE = 'PH005';
    END IF;
    RETURN me;
END $$;

-- What the server knows of the caller, of the parcel with a mark it sent, and what waits for it.
CREATE OR REPLACE FUNCTION hub.hello(p_mark text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    me hub.device := hub.caller();
BEGIN
    INSERT INTO hub.contact (station, at) VALUES (me.station, clock_timestamp())
        ON CONFLICT (station) DO UPDATE SET at = EXCLUDED.at;
    RETURN jsonb_build_object(
        'version', (SELECT version FROM hub.facts),
        'station', me.station,
        'name', me.name,
        'role', me.role,
        'office', (SELECT station FROM hub.device WHERE role = 'office' AND revoked_at IS NULL),
        'sent', (
            SELECT jsonb_build_object(
                'complete', complete_at IS NOT NULL,
                'taken_at', taken_at,
                'outcome', outcome,
                'again', taken_at < clock_timestamp() - interval '15 minutes'
            )
            FROM hub.parcel WHERE sender = me.station AND mark = p_mark
            ORDER BY number DESC LIMIT 1
        ),
        'waiting', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
                'sender', sender, 'id', encode(id, 'hex'), 'size', size
            ) ORDER BY number)
            FROM hub.parcel
            WHERE recipient = me.station AND complete_at IS NOT NULL AND taken_at IS NULL
            AND sender IN (SELECT station FROM hub.device WHERE revoked_at IS NULL)
        ), '[]')
    );
END $$;

-- Adds the bytes from `p_at` on to a parcel, which the first call begins; returns how many are held.
-- What does not follow on what is held changes nothing, so every call may be repeated.
CREATE OR REPLACE FUNCTION hub.push(
    p_id bytea, p_to uuid, p_size bigint, p_mark text, p_at bigint, p_content bytea
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    me hub.device := hub.caller();
    goes_to uuid;
    box hub.parcel;
BEGIN
    IF me.role = 'laptop' THEN
        SELECT station INTO goes_to FROM hub.device WHERE role = 'office' AND revoked_at IS NULL;
    ELSE
        SELECT station INTO goes_to FROM hub.device
            WHERE station = p_to AND role = 'laptop' AND revoked_at IS NULL;
    END IF;
    IF goes_to IS NULL THEN
        RAISE EXCEPTION 'no such recipient' USING ERRCODE = 'PH003';
    END IF;
    IF p_size > 4294967296 OR octet_length(p_content) NOT BETWEEN 0 AND 4194304 THEN
        RAISE EXCEPTION 'too large' USING ERRCODE = 'PH004';
    END IF;
    INSERT INTO hub.parcel (sender, recipient, id, size, mark)
        VALUES (me.station, goes_to, p_id, p_size, p_mark) ON CONFLICT (sender, id) DO NOTHING;
    SELECT * INTO box FROM hub.parcel WHERE sender = me.station AND id = p_id;
    IF box.complete_at IS NOT NULL THEN
        -- Its recipient may hold the row.
        RETURN box.held;
    END IF;
    SELECT * INTO box FROM hub.parcel WHERE sender = me.station AND id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        -- A newer one was ended this moment and took it away.
        RETURN 0;
    END IF;
    IF box.held = 0 AND p_at = 0 THEN
        -- A sender cannot fill the disk with parcels it never ends.
        DELETE FROM hub.parcel WHERE number IN (
            SELECT number FROM hub.parcel
            WHERE sender = me.station AND recipient = goes_to AND taken_at IS NULL
            ORDER BY number DESC OFFSET 8 FOR UPDATE SKIP LOCKED
        );
    END IF;
    IF p_at <> box.held OR octet_length(p_content) = 0 OR p_at + octet_length(p_content) > box.size
    THEN
        RETURN box.held;
    END IF;
    INSERT INTO hub.part (parcel, at, content) VALUES (box.number, p_at, p_content);
    box.held := p_at + octet_length(p_content);
    UPDATE hub.parcel SET held = box.held,
        complete_at = CASE WHEN box.held = size THEN clock_timestamp() END
        WHERE number = box.number;
    IF box.held = box.size THEN
        -- The newer one holds all of an older one that nobody reads now.
        DELETE FROM hub.parcel WHERE number IN (
            SELECT number FROM hub.parcel
            WHERE sender = box.sender AND recipient = box.recipient AND number < box.number
            AND taken_at IS NULL
            AND (read_at IS NULL OR read_at < clock_timestamp() - interval '10 minutes')
            FOR UPDATE SKIP LOCKED
        );
    END IF;
    RETURN box.held;
END $$;

-- Some of the bytes from `p_at` on of a parcel to the caller; null when it is no longer there.
CREATE OR REPLACE FUNCTION hub.pull(p_sender uuid, p_id bytea, p_at bigint, p_most integer)
RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    me hub.device := hub.caller();
    wanted bigint;
BEGIN
    SELECT number INTO wanted FROM hub.parcel
        WHERE sender = p_sender AND id = p_id AND recipient = me.station
        AND complete_at IS NOT NULL AND taken_at IS NULL;
    UPDATE hub.parcel SET read_at = clock_timestamp() WHERE number IN (
        SELECT number FROM hub.parcel WHERE number = wanted FOR UPDATE SKIP LOCKED
    );
    RETURN (
        SELECT substring(content FROM (p_at - at + 1)::integer FOR p_most) FROM hub.part
        WHERE parcel = wanted AND at <= p_at ORDER BY at DESC LIMIT 1
    );
END $$;

-- The caller has taken a parcel in, or refuses it for the reason `p_outcome`.  One whose sender holds
-- it goes on waiting, and is taken again; it keeps nobody else's waiting.
CREATE OR REPLACE FUNCTION hub.take(p_sender uuid, p_id bytea, p_outcome text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    me hub.device := hub.caller();
    box hub.parcel;
BEGIN
    UPDATE hub.parcel SET taken_at = clock_timestamp(), outcome = p_outcome WHERE number IN (
        SELECT number FROM hub.parcel
        WHERE sender = p_sender AND id = p_id AND recipient = me.station
        AND complete_at IS NOT NULL AND taken_at IS NULL
        FOR UPDATE SKIP LOCKED
    ) RETURNING * INTO box;
    IF FOUND THEN
        DELETE FROM hub.part WHERE parcel = box.number;
        DELETE FROM hub.parcel WHERE number IN (
            SELECT number FROM hub.parcel WHERE sender = box.sender AND recipient = box.recipient
            AND number < box.number AND taken_at IS NOT NULL
            FOR UPDATE SKIP LOCKED
        );
    END IF;
END $$;

-- For the office: every computer, what waits, and the mark of the last parcel that reached it or may
-- reach it as it was sent.
CREATE OR REPLACE FUNCTION hub.devices() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    me hub.device := hub.office_only();
BEGIN
    RETURN coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'station', d.station,
            'login', d.login,
            'name', d.name,
            'role', d.role,
            'revoked_at', d.revoked_at,
            'last_contact', (SELECT at FROM hub.contact c WHERE c.station = d.station),
            'to_office', (
                SELECT count(*) FROM hub.parcel p
                WHERE p.sender = d.station AND p.complete_at IS NOT NULL AND p.taken_at IS NULL
            ),
            'to_device', (
                SELECT count(*) FROM hub.parcel p
                WHERE p.recipient = d.station AND p.complete_at IS NOT NULL AND p.taken_at IS NULL
            ),
            'mark', (
                SELECT p.mark FROM hub.parcel p
                WHERE p.recipient = d.station AND p.complete_at IS NOT NULL
                AND p.outcome <> 'hub.parcel_damaged'
                ORDER BY p.number DESC LIMIT 1
            )
        ) ORDER BY d.name, d.station)
        FROM hub.device d
    ), '[]');
END $$;

-- For the office: let a computer in no longer; what it sent and nobody took is refused with it.
CREATE OR REPLACE FUNCTION hub.revoke(p_station uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    me hub.device := hub.office_only();
BEGIN
    UPDATE hub.device SET revoked_at = clock_timestamp()
        WHERE station = p_station AND role = 'laptop' AND revoked_at IS NULL;
    DELETE FROM hub.parcel WHERE number IN (
        SELECT number FROM hub.parcel
        WHERE (sender = p_station OR recipient = p_station) AND taken_at IS NULL
        AND EXISTS (SELECT FROM hub.device WHERE station = p_station AND role = 'laptop')
        FOR UPDATE SKIP LOCKED
    );
END $$;

-- For the office: whether it is the caller's turn to work for the office, until it disconnects.
-- Only this writes who has it, and nobody has it longer than the server process of that line lives:
-- a heartbeat would run out while a large parcel is applied.  A process number that was given out
-- anew counts only when the office has it.
CREATE OR REPLACE FUNCTION hub.take_turn() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    me hub.device := hub.office_only();
    holder integer;
BEGIN
    SELECT worker INTO holder FROM hub.facts FOR UPDATE;
    IF EXISTS (
        SELECT FROM pg_stat_activity
        WHERE pid = holder AND pid <> pg_backend_pid() AND usename = session_user
    ) THEN
        RETURN false;
    END IF;
    UPDATE hub.facts SET worker = pg_backend_pid();
    RETURN FOUND;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA hub FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA hub FROM PUBLIC;
