-- Where the trace of a call goes on: the W3C traceparent of the span that made the row; NULL where no traces are exported (D5).
-- Events keep theirs among their headers.
ALTER TABLE jobs ADD COLUMN trace TEXT;
ALTER TABLE calls ADD COLUMN trace TEXT;
ALTER TABLE messages ADD COLUMN trace TEXT;
