-- The areas that a business has properties in, from name to name.
CREATE INDEX properties_areas ON properties (tenant_id, area) WHERE state = 'available' AND area IS NOT NULL;

-- Whether somebody was noted to have done this to this before, as for each part of a recording that is heard.
CREATE INDEX audit_of_subject ON audit (tenant_id, subject, action, at);
