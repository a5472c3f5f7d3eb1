-- What brains understood of each burst of messages and each turn of a talk (D2), for people to judge: who read it, in which
-- language it is, the names of the facts that were found, intents and signals. No words: those stand in messages and turns.
CREATE TABLE readings (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    messages TEXT,
    talk_id TEXT,
    turn_key TEXT,
    brain TEXT NOT NULL,
    prompt TEXT NOT NULL,
    lang TEXT NOT NULL,
    facts TEXT NOT NULL,
    intents TEXT NOT NULL,
    signals TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX readings_by_time ON readings (tenant_id, at, id);

-- A verdict keeps what it is about: `message_id` has the UUID of the reading, which for messages is that of the last one.
ALTER TABLE labels ADD COLUMN brain TEXT;
ALTER TABLE labels ADD COLUMN prompt TEXT;
ALTER TABLE labels ADD COLUMN lang TEXT;
ALTER TABLE labels ADD COLUMN intent TEXT;
DROP INDEX labels_by_time;
CREATE INDEX labels_by_time ON labels (tenant_id, at, good, brain, prompt, lang, intent);
