INSERT INTO held SELECT id FROM log WHERE is_closed = 0 AND id > 1;
