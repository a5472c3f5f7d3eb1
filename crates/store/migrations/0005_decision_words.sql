-- The text of the catalogue that explains a decision, so that it can be told in the reader's language (P8).
ALTER TABLE decisions ADD COLUMN text_key TEXT;
