//! The page's live stream: parts that changed, as they are to be shown now, in one event.

use super::{Look, parts, sandbox};
use crate::problem::Problem;
use crate::sandbox::{Sandbox, Who};
use crate::state::AppState;
use axum::extract::Query;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use http::HeaderMap;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior};

/// Between two looks at the world: often enough to seem at once.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

/// What one open page has been told.
struct Watch {
    sandbox: Arc<dyn Sandbox>,
    who: Who,
    words: &'static super::words::Words,
    shown: HashMap<&'static str, String>,
    looks: Interval,
}

/// `GET /sandbox/live`: parts that changed, until the page is closed.
pub(super) async fn stream(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(look): Query<Look>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let mut looks = tokio::time::interval(LOOK_AGAIN);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (sandbox, who, words) = (sandbox(&state)?, look.who(), look.words(&headers));
    let watch = Watch { sandbox, who, words, shown: HashMap::new(), looks };
    let events = futures::stream::unfold(watch, |mut watch| async {
        let event = watch.next().await;
        Some((Ok(event), watch))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

impl Watch {
    /// Waits until something is to be shown, or to be complained of.
    async fn next(&mut self) -> Event {
        loop {
            self.looks.tick().await;
            let changed = match self.sandbox.scene(&self.who).await {
                Ok(scene) => self.changed(&scene),
                Err(problem) => return json("problem", &problem.document(None)),
            };
            if !changed.is_empty() {
                return json("parts", &changed.into());
            }
        }
    }

    /// Parts that are not as they were shown last.
    fn changed(&mut self, scene: &crate::sandbox::Scene) -> String {
        let mut changed = String::new();
        let shops = self.sandbox.shops();
        let Some((shop, customer)) = self.who.shop(&shops).and_then(|shop| Some((shop, self.who.customer(shop)?)))
        else {
            return changed;
        };
        for (id, part) in parts::all(self.words, shop, customer, scene) {
            let part = part.into_string();
            if self.shown.get(id) != Some(&part) {
                changed.push_str(&part);
                self.shown.insert(id, part);
            }
        }
        changed
    }
}

/// As JSON, since an event's data may hold no line ends of its own.
fn json(kind: &str, data: &serde_json::Value) -> Event {
    Event::default().event(kind).data(data.to_string())
}
