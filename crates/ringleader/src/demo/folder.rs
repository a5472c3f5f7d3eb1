//! Where the demo keeps its data: a folder for one run, taken away at the end.

use std::path::{Path, PathBuf};

/// A folder that goes with the program.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes it, empty, for this process.
    pub(super) fn make() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("ringleader-demo-{}", std::process::id()));
        // A process of the same number may have been killed before it could tidy up.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// The database's file.
    pub(super) fn database(&self) -> PathBuf {
        Path::new(&self.0).join("ringleader.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "The demo's folder could not be removed");
        }
    }
}
