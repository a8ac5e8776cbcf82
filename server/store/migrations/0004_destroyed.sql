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
