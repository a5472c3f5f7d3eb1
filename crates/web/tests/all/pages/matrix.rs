//! Who may do what on the pages: every address with every role, and nothing of another business (D1). The addresses come from
//! the source, so a new one must be placed here. No page asks for a connection to the database while it holds one.

use super::visitor::{PASSWORD, Visitor};
use crate::support::App;
use http::StatusCode;
use ringleader_core::user::Role;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use std::collections::BTreeSet;

/// Changes, and the role that each needs. `{}` stands for an id.
const CHANGES: &[(&str, Role)] = &[
    ("/account", Role::Viewer),
    ("/account/password", Role::Viewer),
    ("/account/second-step", Role::Viewer),
    ("/account/second-step/off", Role::Viewer),
    ("/account/sessions/end", Role::Viewer),
    ("/language", Role::Viewer),
    ("/tasks/{id}", Role::Agent),
    ("/reports/labels/{id}", Role::Agent),
    ("/leads/bulk", Role::Agent),
    ("/leads/undo", Role::Agent),
    ("/leads/{id}/fact", Role::Agent),
    ("/leads/{id}/spoke", Role::Agent),
    ("/contacts/{id}", Role::Agent),
    ("/contacts/{id}/erase", Role::Owner),
    ("/contacts/{id}/merge", Role::Agent),
    ("/contacts/{id}/unmerge", Role::Agent),
    ("/inbox/{id}/say", Role::Agent),
    ("/inbox/{id}/template", Role::Agent),
    ("/inbox/{id}/takeover", Role::Agent),
    ("/inbox/{id}/handback", Role::Agent),
    ("/usage/top-up", Role::Owner),
    ("/settings", Role::Owner),
    ("/settings/hours", Role::Owner),
    ("/settings/reception", Role::Owner),
    ("/tickets/{id}", Role::Agent),
    ("/properties/import", Role::Agent),
    ("/properties/{id}", Role::Agent),
    ("/properties/{id}/tenancies", Role::Agent),
    ("/properties/{id}/contractors", Role::Agent),
    ("/properties/{id}/viewings", Role::Agent),
    ("/tenancies/{id}/end", Role::Agent),
    ("/contractors/{id}/remove", Role::Agent),
    ("/calendar/{id}", Role::Agent),
    ("/calls/{id}/hang-up", Role::Agent),
    ("/analyses/{id}/again", Role::Agent),
    ("/tickets/alarms/{id}", Role::Agent),
    ("/settings/stop", Role::Owner),
    ("/settings/connections/new/{kind}", Role::Owner),
    ("/settings/connections/{id}", Role::Owner),
    ("/settings/connections/{id}/test", Role::Owner),
    ("/settings/connections/{id}/templates", Role::Owner),
    ("/settings/connections/{id}/use", Role::Owner),
    ("/settings/connections/{id}/remove", Role::Owner),
    ("/settings/lines", Role::Owner),
    ("/settings/lines/{id}", Role::Owner),
    ("/settings/lines/{id}/end", Role::Owner),
    ("/settings/texts/{key}", Role::Owner),
    ("/settings/people", Role::Owner),
    ("/settings/people/{id}", Role::Owner),
    ("/settings/people/{id}/link", Role::Owner),
    ("/settings/people/{id}/second-step/off", Role::Owner),
    ("/settings/keys", Role::Owner),
    ("/settings/keys/{id}/revoke", Role::Owner),
    ("/settings/brain", Role::Owner),
    ("/start/sandbox", Role::Owner),
    ("/start/address", Role::Owner),
    ("/start/templates", Role::Owner),
    ("/installation/businesses", Role::Admin),
    ("/installation/jobs/{id}", Role::Admin),
    ("/installation/tray/{id}", Role::Admin),
];

/// Pages, and the role that each needs.
const PAGES: &[(&str, Role)] = &[
    ("/today", Role::Viewer),
    ("/inbox", Role::Viewer),
    ("/leads", Role::Viewer),
    ("/calls", Role::Viewer),
    ("/tasks", Role::Viewer),
    ("/tickets", Role::Viewer),
    ("/properties", Role::Viewer),
    ("/properties?show=available&view=rent&q=garden", Role::Viewer),
    ("/properties/import", Role::Agent),
    ("/calendar", Role::Viewer),
    ("/losses", Role::Viewer),
    ("/leads?view=board", Role::Viewer),
    ("/leads/find?q=a", Role::Viewer),
    ("/usage", Role::Viewer),
    ("/usage/credits.csv", Role::Viewer),
    ("/reports", Role::Viewer),
    ("/reports/rows?measure=missed", Role::Viewer),
    ("/reports/brain", Role::Viewer),
    ("/reports/uses", Role::Viewer),
    ("/reports/judged", Role::Viewer),
    ("/reports/voice-agents", Role::Viewer),
    ("/reports/outcomes.csv", Role::Viewer),
    ("/reports/labels", Role::Viewer),
    ("/account", Role::Viewer),
    ("/settings", Role::Owner),
    ("/settings/hours", Role::Owner),
    ("/settings/reception", Role::Owner),
    ("/settings/connections", Role::Owner),
    ("/settings/connections/new/twilio", Role::Owner),
    ("/settings/lines", Role::Owner),
    ("/settings/texts", Role::Owner),
    ("/settings/texts/first_message", Role::Owner),
    ("/settings/people", Role::Owner),
    ("/settings/keys", Role::Owner),
    ("/settings/brain", Role::Owner),
    ("/settings/trail", Role::Owner),
    ("/start", Role::Owner),
    ("/installation", Role::Admin),
    ("/installation/tray", Role::Admin),
    ("/installation/businesses", Role::Admin),
];

async fn everyone(app: &App) -> Vec<(Role, Visitor<'_>)> {
    let key = app.shop("Plumbers").await;
    let tenant = app.tenant_of(&key).await;
    let mut all = Vec::new();
    for role in Role::ALL {
        let email = format!("{role}@matrix.example");
        app.user(tenant, &email, *role).await;
        let mut visitor = app.visitor();
        assert_eq!(visitor.sign_in(&email, PASSWORD).await.status, StatusCode::SEE_OTHER);
        all.push((*role, visitor));
    }
    all
}

both_engines! {
    async fn each_role_opens_its_own_pages(db: TestDb) {
        let app = App::new(db.narrow().await).await;
        for (role, mut visitor) in everyone(&app).await {
            for (path, needed) in PAGES {
                let expected = if role >= *needed { StatusCode::OK } else { StatusCode::FORBIDDEN };
                let answer = visitor.get(path).await;
                assert_eq!(answer.status, expected, "{role} at {path}: {}", answer.text);
            }
        }
        let mut nobody = app.visitor();
        for (path, _) in PAGES {
            assert_eq!(nobody.get(path).await.status, StatusCode::SEE_OTHER, "{path}");
        }
    }

    async fn a_viewer_changes_nothing_and_an_agent_administers_nothing(db: TestDb) {
        let app = App::new(db.narrow().await).await;
        for (role, mut visitor) in everyone(&app).await {
            for (path, needed) in CHANGES.iter().filter(|(path, _)| !path.contains("sessions/end")) {
                let path = path.replace("{id}", "lead_01970000000070008000000000000000").replace("{kind}", "none").replace("{key}", "none");
                let status = visitor.post(&path, &[]).await.status;
                assert_eq!(status == StatusCode::FORBIDDEN, role < *needed, "{role} at {path}: {status}");
                let bare = visitor.post_bare(&path, &[]).await.status;
                assert_eq!(bare, StatusCode::FORBIDDEN, "a form without its key at {path}");
            }
        }
    }
}

/// Every address that takes a form stands in the table above, or comes before there is anyone.
#[test]
fn no_change_is_missing_in_the_table() {
    let open = [
        "/sign-in",
        "/sign-in/business",
        "/sign-in/code",
        "/sign-out",
        "/forgot",
        "/welcome/{token}",
        "/a/{token}",
        "/leave/{token}",
    ];
    let mut found = BTreeSet::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/pages"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.extend((!path.ends_with("phone")).then_some(path));
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let routes = text.split(".route(").skip(1).filter_map(|rest| rest.split_once('"')?.1.split_once('"'));
                for (path, rest) in routes {
                    let handler = rest.split("\n").next().unwrap();
                    if handler.contains("post(") {
                        found.insert(path.to_owned());
                    }
                }
            }
        }
    }
    let known: BTreeSet<String> =
        CHANGES.iter().map(|(path, _)| (*path).to_owned()).chain(open.map(String::from)).collect();
    assert_eq!(found.symmetric_difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
}
