-- The estate agency's things (C5-C7): what is let and sold, and who is booked when.

-- Prices are whole units of the tenant's currency; search_price is by the month, or in total for a sale.
CREATE TABLE properties (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  reference TEXT NOT NULL,
  deal TEXT NOT NULL,
  kind TEXT NOT NULL,
  door TEXT,
  street TEXT NOT NULL,
  area TEXT,
  postcode TEXT,
  district TEXT NOT NULL,
  bedrooms BIGINT NOT NULL,
  price BIGINT NOT NULL,
  period TEXT NOT NULL,
  search_price BIGINT NOT NULL,
  features TEXT NOT NULL,
  search_words TEXT NOT NULL,
  link TEXT,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
-- A property once, however often its file is imported.
CREATE UNIQUE INDEX properties_once ON properties (tenant_id, reference);
-- Searches with areas, and without.
CREATE INDEX properties_near ON properties (tenant_id, deal, district, search_price) WHERE state = 'available';
CREATE INDEX properties_priced ON properties (tenant_id, deal, search_price) WHERE state = 'available';
CREATE INDEX properties_street ON properties (tenant_id, street) WHERE state = 'available';

CREATE TABLE appointments (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  contact_id TEXT,
  property_id TEXT,
  agent_id TEXT NOT NULL,
  place TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  state TEXT NOT NULL,
  sequence BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX appointments_of_agent ON appointments (tenant_id, agent_id, starts_at) WHERE state = 'booked';
CREATE INDEX appointments_of_contact ON appointments (tenant_id, contact_id, starts_at) WHERE contact_id IS NOT NULL;

-- One row for each cell of the grid that an agent or a property is held or booked for. The primary key is the promise that
-- nobody is booked twice (P4); a hold that ran out gives way to the next.
CREATE TABLE slot_holds (
  tenant_id TEXT NOT NULL,
  resource TEXT NOT NULL,
  cell BIGINT NOT NULL,
  holder TEXT NOT NULL,
  held_until BIGINT,
  PRIMARY KEY (tenant_id, resource, cell)
);
CREATE INDEX slot_holds_of ON slot_holds (tenant_id, holder);
