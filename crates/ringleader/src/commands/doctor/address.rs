//! Whether the outside can reach the program, and whether strangers could.

use super::Check;
use crate::settings::Settings;
use ringleader_brain::models::http_client;
use std::time::Duration;

/// Shorter admin tokens can be guessed.
const TOKEN: usize = 16;

/// Longest wait for the program to answer itself over the public address.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn check(settings: &Settings) -> Vec<Check> {
    let mut checks = vec![public_url(settings).await];
    checks.extend(admin_token(settings));
    checks
}

async fn public_url(settings: &Settings) -> Check {
    let what = "public_url";
    let Some(url) = &settings.public_url else {
        let found = format!("it is not set, so webhook addresses begin with {}", settings.public_url().as_str());
        return Check::note(what, found, "Set it to the https address under which providers reach this program.");
    };
    let url = url.as_str();
    let answer = http_client().get(format!("{url}/healthz")).timeout(PATIENCE).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() && url.starts_with("https://") => {
            Check::good(what, format!("{url} leads to a running program"))
        }
        Ok(answer) if answer.status().is_success() => {
            let mend = "Providers send personal data: put TLS in front and use an https address.";
            Check::note(what, format!("{url} leads to a running program, without encryption"), mend)
        }
        Ok(answer) => {
            let found = format!("{url}/healthz answers {}", answer.status());
            Check::note(what, found, "Does the proxy pass all paths on to this program?")
        }
        Err(_) => {
            let mend = "Is the program running, and does this address lead to it?";
            Check::note(what, format!("{url}/healthz does not answer"), mend)
        }
    }
}

fn admin_token(settings: &Settings) -> Option<Check> {
    let short = settings.admin_token.as_ref().is_some_and(|token| token.reveal().chars().count() < TOKEN);
    let mend = "Whoever has it makes tenants: use a long random one (`openssl rand -base64 32`).";
    short.then(|| Check::note("admin_token", format!("it has less than {TOKEN} characters"), mend))
}
