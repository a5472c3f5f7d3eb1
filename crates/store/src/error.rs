//! What can go wrong with the store: one variant for each thing the caller can do about it.
//!
//! No variant carries a value from a row: numbers and texts never reach a log through an error (P10). That is why the
//! driver's own error is not kept as a source (PostgreSQL puts the offending values into it).

/// The store's results.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The settings or the database do not allow to start; the text says what to mend.
    #[error("{0}")]
    Setup(String),
    /// Another writer was in the way; the whole transaction may simply be run again.
    #[error("the database is busy, the transaction may be run again")]
    Busy,
    /// The person was erased meanwhile (P10): nothing is done for them any more; whoever is looked for again is somebody new.
    #[error("the person was erased")]
    Erased,
    /// The database cannot be reached or cannot write; later it may.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A uniqueness promise would have been broken (P4). `0` names the constraint, or `table.column, …` on SQLite.
    #[error("a row like this exists already ({0})")]
    Conflict(String),
    /// Another constraint (check, foreign key, not null) refused the row: a fault in the program.
    #[error("the database refused the row ({0})")]
    Refused(String),
    /// `fetch_one` found nothing.
    #[error("the row is not there")]
    Missing,
    /// A stored value is not what its column promises.
    #[error("column `{column}` holds something that is not {expected}")]
    Corrupt {
        /// The column.
        column: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// A statement of this transaction failed or was abandoned, so nothing of it may be kept.
    #[error("an earlier statement of this transaction failed, nothing was kept")]
    Poisoned,
    /// A system transaction has no tenant.
    #[error("this transaction belongs to no tenant")]
    NoTenant,
    /// The job was taken over by another worker, or changed meanwhile: what this run did must not be kept.
    #[error("the job is no longer held by this run")]
    Fenced,
    /// A statement that the database does not understand: a fault in the program.
    #[error("the statement failed: {0}")]
    Statement(String),
}

impl StoreError {
    /// Whether the same transaction may succeed when it is run again from its beginning.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Busy | Self::Erased | Self::Unavailable(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match error {
            E::Database(error) => of_database(error.as_ref()),
            E::RowNotFound => Self::Missing,
            E::PoolTimedOut => Self::Unavailable("no connection became free in time".into()),
            E::PoolClosed => Self::Unavailable("the store is closed".into()),
            E::WorkerCrashed => Self::Unavailable("the database thread ended".into()),
            E::Io(error) => Self::Unavailable(error.kind().to_string()),
            E::Tls(_) => Self::Unavailable("TLS failed".into()),
            E::BeginFailed => Self::Unavailable("no transaction could be begun".into()),
            E::ColumnDecode { index, .. } => Self::Corrupt { column: index, expected: "of the expected type" },
            E::ColumnNotFound(name) => Self::Statement(format!("no column `{name}` in the result")),
            E::ColumnIndexOutOfBounds { index, .. } => Self::Statement(format!("no column {index} in the result")),
            E::Configuration(error) => Self::Setup(error.to_string()),
            E::Protocol(_) => Self::Unavailable("the connection spoke nonsense".into()),
            _ => Self::Statement("unexpected driver error".into()),
        }
    }
}

/// Sorts what the engine itself reports. Class 22 of PostgreSQL (bad values) quotes values, so only its code is kept.
fn of_database(error: &dyn sqlx::error::DatabaseError) -> StoreError {
    use sqlx::error::ErrorKind;
    let code = error.code().unwrap_or_default().into_owned();
    match error.kind() {
        ErrorKind::UniqueViolation => return StoreError::Conflict(constraint_of(error)),
        ErrorKind::ForeignKeyViolation | ErrorKind::NotNullViolation | ErrorKind::CheckViolation => {
            return StoreError::Refused(constraint_of(error));
        }
        _ => {}
    }
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return of_sqlite(&code, error.message());
    }
    match code.as_str() {
        "40001" | "40P01" | "55P03" => StoreError::Busy,
        "25P02" => StoreError::Poisoned,
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            StoreError::Unavailable(format!("PostgreSQL {code}"))
        }
        _ if code.starts_with("42") => StoreError::Statement(format!("{} ({code})", error.message())),
        _ => StoreError::Statement(format!("PostgreSQL {code}")),
    }
}

/// SQLite's extended result codes; the primary code is the low byte.
fn of_sqlite(code: &str, message: &str) -> StoreError {
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6) => StoreError::Busy,
        Ok(8 | 10 | 11 | 13 | 14 | 26) => StoreError::Unavailable(message.to_owned()),
        _ => StoreError::Statement(format!("{message} ({code})")),
    }
}

/// The constraint's name where the engine tells it (PostgreSQL), else the columns (SQLite); never a value.
fn constraint_of(error: &dyn sqlx::error::DatabaseError) -> String {
    match error.constraint() {
        Some(name) => name.to_owned(),
        None if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() => {
            let message = error.message();
            message.rsplit_once("failed: ").map_or(message, |(_, columns)| columns).to_owned()
        }
        None => error.table().unwrap_or("unnamed").to_owned(),
    }
}
