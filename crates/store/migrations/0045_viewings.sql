-- How a property is shown, where it differs from the business's own ways (C6).
ALTER TABLE properties ADD COLUMN viewings TEXT;
