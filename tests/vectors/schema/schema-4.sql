-- Logs, their events and openings, answered requests, and blobs.
--
-- An event is never changed and never deleted, and seq counts from 0 without a
-- gap in each log: the writer checks the next seq, the triggers keep the rest.
-- Nothing here joins a member to the content of a ballot.

CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 47),
    is_closed INTEGER NOT NULL DEFAULT 0 CHECK (is_closed IN (0, 1))
) STRICT;

-- A row of its own, so that closing a log deletes the key and nothing else.
CREATE TABLE room_key (
    log_id INTEGER PRIMARY KEY REFERENCES log (id),
    secret BLOB NOT NULL CHECK (length(secret) = 32)
) STRICT;

CREATE TABLE event (
    log_id INTEGER NOT NULL REFERENCES log (id),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    at_ms INTEGER NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32),
    bytes BLOB NOT NULL,
    PRIMARY KEY (log_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never deleted');
END;

CREATE TABLE opening (
    log_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    field TEXT NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    value TEXT NOT NULL,
    PRIMARY KEY (log_id, seq, field),
    FOREIGN KEY (log_id, seq) REFERENCES event (log_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE request (
    log_id INTEGER NOT NULL REFERENCES log (id),
    device BLOB NOT NULL CHECK (length(device) = 32),
    request_id INTEGER NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (log_id, device, request_id)
) STRICT, WITHOUT ROWID;

-- The size is part of the name: whoever lies about the size of a file spoils
-- only the lie. durable_size counts the pieces from 0 on without a gap.
CREATE TABLE blob (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    size INTEGER NOT NULL CHECK (size >= 0),
    durable_size INTEGER NOT NULL DEFAULT 0
        CHECK (durable_size BETWEEN 0 AND size),
    is_complete INTEGER NOT NULL DEFAULT 0 CHECK (is_complete IN (0, 1)),
    UNIQUE (hash, size)
) STRICT;

CREATE TABLE blob_piece (
    blob_id INTEGER NOT NULL REFERENCES blob (id),
    start INTEGER NOT NULL CHECK (start >= 0),
    bytes BLOB NOT NULL CHECK (length(bytes) > 0),
    PRIMARY KEY (blob_id, start)
) STRICT, WITHOUT ROWID;
-- Logs in which nothing is decided: something that was committed once may be
-- missing from them, until it has been given back or its loss is accepted.
CREATE TABLE held (
    log_id INTEGER PRIMARY KEY REFERENCES log (id)
) STRICT;
-- Members' PINs at hall devices, hashed with a salt of their own and a pepper
-- that lies outside the database. tries: what is left before it is locked.
-- Keyed by the member alone, without rowid: no order of entries is kept.
CREATE TABLE hall_pin (
    member TEXT NOT NULL PRIMARY KEY CHECK (length(member) BETWEEN 1 AND 47),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5)
) STRICT, WITHOUT ROWID;
-- What was destroyed when its time was over, and the signed report on it. The
-- events stay, and so do their chain and what they commit to.
CREATE TABLE destruction (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    report BLOB NOT NULL
) STRICT;

CREATE TRIGGER destruction_is_never_changed BEFORE UPDATE ON destruction
BEGIN
    SELECT RAISE(ABORT, 'a report is never changed');
END;

CREATE TRIGGER destruction_is_never_deleted BEFORE DELETE ON destruction
BEGIN
    SELECT RAISE(ABORT, 'a report is never deleted');
END;

-- extent: 1 attachments, 2 texts and attachments, 3 all but the events.
CREATE TABLE destroyed (
    log_id INTEGER PRIMARY KEY REFERENCES log (id),
    extent INTEGER NOT NULL CHECK (extent BETWEEN 1 AND 3),
    destruction_id INTEGER NOT NULL REFERENCES destruction (id)
) STRICT;
