-- Who of the business looks after a lead, and the words that people sort leads by.

ALTER TABLE leads ADD COLUMN assigned_to TEXT;
CREATE INDEX leads_assigned ON leads (tenant_id, assigned_to, id) WHERE assigned_to IS NOT NULL;

CREATE TABLE lead_labels (
    tenant_id TEXT NOT NULL,
    label TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, label, lead_id)
);
CREATE INDEX labels_of_lead ON lead_labels (tenant_id, lead_id);
