-- Logs in which nothing is decided: something that was committed once may be
-- missing from them, until it has been given back or its loss is accepted.
CREATE TABLE held (
    log_id INTEGER PRIMARY KEY REFERENCES log (id)
) STRICT;
