-- Members' PINs at hall devices, hashed with a salt of their own and a pepper
-- that lies outside the database. tries: what is left before it is locked.
-- Keyed by the member alone, without rowid: no order of entries is kept.
CREATE TABLE hall_pin (
    member TEXT NOT NULL PRIMARY KEY CHECK (length(member) BETWEEN 1 AND 47),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5)
) STRICT, WITHOUT ROWID;
