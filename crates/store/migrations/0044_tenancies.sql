-- Who rents a property, whose it is, and which colleague looks after it (C2, C8).
CREATE TABLE tenancies (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  property_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  landlord_id TEXT,
  manager_id TEXT,
  ends_on TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_tenancy ON tenancies (tenant_id, property_id, contact_id);
CREATE INDEX tenancies_of_contact ON tenancies (tenant_id, contact_id);

-- Who mends what: everywhere, or in one property; everything, or one trade. Of each there is one.
CREATE TABLE contractors (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  property_id TEXT,
  trade TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_contractor ON contractors (tenant_id, COALESCE(property_id, ''), COALESCE(trade, ''));

-- What is known of the place when a fault is reported.
ALTER TABLE tickets ADD COLUMN landlord_id TEXT;
ALTER TABLE tickets ADD COLUMN manager_id TEXT;
ALTER TABLE tickets ADD COLUMN contractor TEXT;
ALTER TABLE alarms ADD COLUMN contractor TEXT;
