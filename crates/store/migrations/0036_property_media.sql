-- What can be shown of a property (C11): photos, floor plans, the energy certificate, a tour; links, in the order of their place.
CREATE TABLE property_media (
  tenant_id TEXT NOT NULL,
  property_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  PRIMARY KEY (tenant_id, property_id, place)
);
