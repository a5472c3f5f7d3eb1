//! What is kept: one SQL text for SQLite and PostgreSQL, migrations, inbox, jobs, secrets at rest.
