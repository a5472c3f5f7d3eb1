//! People who sign in: nothing is written back from a copy that is older than what is stored (D1).

use ringleader_core::id::TenantId;
use ringleader_core::user::Role;
use ringleader_store::repo::{NewUser, User};
use ringleader_store::testing::TestDb;
use ringleader_store::{Store, both_engines};

/// Someone with the hash `old`, as they were looked at before anything else happened.
async fn dana(store: &Store) -> (TenantId, User) {
    let tenant = store.ids().new_id();
    let mut tx = store.begin(tenant).await.unwrap();
    let new =
        NewUser { name: "Dana", email: "dana@users.example", role: Role::Owner, password_hash: Some("old".into()) };
    let id = tx.users().add(&new).await.unwrap().unwrap();
    let user = tx.users().get(id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    (tenant, user)
}

both_engines! {
    async fn whose_password_was_compared_too_early_is_not_let_in(db: TestDb) {
        let (tenant, seen) = dana(&db.store).await;
        let mut tx = db.store.begin(tenant).await.unwrap();
        assert!(tx.users().admit(&seen, None).await.unwrap());
        assert_eq!(tx.users().get(seen.id).await.unwrap().unwrap().last_sign_in_at, None, "the second step is to come");
        let now = tx.now();
        assert!(tx.users().admit(&seen, Some(now)).await.unwrap());
        assert_eq!(tx.users().get(seen.id).await.unwrap().unwrap().last_sign_in_at, Some(now));
        assert!(tx.users().set_password(seen.id, "new", None).await.unwrap());
        assert!(!tx.users().admit(&seen, Some(now)).await.unwrap(), "the password is another one now");
        assert!(!tx.users().set_password(seen.id, "mine", Some("old")).await.unwrap());
        let present = tx.users().get(seen.id).await.unwrap().unwrap();
        assert_eq!(present.password_hash.as_deref(), Some("new"));
        tx.users().update(&User { disabled_at: Some(now), ..present.clone() }).await.unwrap();
        assert!(!tx.users().admit(&present, Some(now)).await.unwrap(), "they were shut out");
        assert!(!tx.users().set_password(seen.id, "newer", None).await.unwrap());
    }

    async fn a_changed_name_brings_no_older_password_back(db: TestDb) {
        let (tenant, seen) = dana(&db.store).await;
        let mut tx = db.store.begin(tenant).await.unwrap();
        let now = tx.now();
        assert!(tx.users().admit(&seen, Some(now)).await.unwrap());
        assert!(tx.users().set_password(seen.id, "new", Some("old")).await.unwrap());
        tx.users().update(&User { name: "Dana B.".into(), ..seen }).await.unwrap();
        let present = tx.users().all().await.unwrap().remove(0);
        assert_eq!((present.name.as_str(), present.password_hash.as_deref()), ("Dana B.", Some("new")));
        assert_eq!(present.last_sign_in_at, Some(now));
    }
}
