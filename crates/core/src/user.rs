//! People who sign in, and what each may do (PRODUCT 0: user).

crate::words! {
    /// What a user may do. Each includes what stands before it.
    pub enum Role {
        /// Looks at everything of the tenant and changes nothing.
        Viewer = "viewer",
        /// Works with leads, conversations and tasks.
        Agent = "agent",
        /// Changes settings, connections, people and keys too.
        Owner = "owner",
        /// Runs the installation besides: jobs and the tray of everyone.
        Admin = "admin",
    }
}

impl Role {
    /// The roles that an owner may give. Who runs the installation is named on its command line alone.
    pub const GIVEN: [Self; 3] = [Self::Owner, Self::Agent, Self::Viewer];
}

/// An email address as it is compared and stored: without blanks around it, in small letters. `None` if it is none.
pub fn address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let blank = text.chars().any(|c| c.is_whitespace() || c.is_control());
    let (name, host) = text.split_once('@')?;
    let right = !name.is_empty() && host.contains('.') && !host.contains('@') && !blank && text.len() <= 254;
    right.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_blanks_and_capitals() {
        assert_eq!(address(" Dana@Shop.Example ").as_deref(), Some("dana@shop.example"));
        for wrong in ["dana", "@shop.example", "dana@shop", "da na@shop.example", "a@b.c@d.e", ""] {
            assert_eq!(address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn each_role_includes_the_ones_before() {
        assert!(Role::Viewer < Role::Agent && Role::Agent < Role::Owner && Role::Owner < Role::Admin);
        assert!(!Role::GIVEN.contains(&Role::Admin));
    }
}
