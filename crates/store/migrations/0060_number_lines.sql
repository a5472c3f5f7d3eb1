-- What kind of line a number is, where somebody was paid to say so: asked once.
CREATE TABLE number_lines (
  tenant_id TEXT NOT NULL,
  phone TEXT NOT NULL,
  line TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, phone)
);
