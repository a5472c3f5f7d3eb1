//! A form about one thing, sent by someone who may work with it, or with settings: who, about what, and what stands in it.

use super::look;
use crate::problem::Problem;
use crate::session::{Agent, Fields, Form, Me};
use crate::state::AppState;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use ringleader_core::id::Id;
use std::marker::PhantomData;
use std::str::FromStr;

/// A form about the thing whose id stands in the address.
pub(super) struct Sent<I, Who = Agent> {
    /// Who sent it: an agent at least, or whoever else is asked for.
    pub me: Me,
    /// About what.
    pub id: I,
    /// Its fields.
    pub fields: Fields,
    asked: PhantomData<Who>,
}

impl<I, Who> FromRequest<AppState> for Sent<I, Who>
where
    I: Id + FromStr,
    Who: FromRequestParts<AppState, Rejection = Problem> + Into<Me>,
{
    type Rejection = Problem;
    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let me: Me = Who::from_request_parts(&mut parts, state).await?.into();
        let path = Path::<String>::from_request_parts(&mut parts, state).await;
        let Form(fields) = Form::from_request(Request::from_parts(parts, body), state).await?;
        let Path(id) = path.map_err(|_| Problem::not_found())?;
        Ok(Self { me, id: look::id(&id)?, fields, asked: PhantomData })
    }
}

impl<I, Who> Sent<I, Who> {
    /// Where the answer leads: where the form says, else here.
    pub(super) fn back(&self, otherwise: &str) -> String {
        self.fields.given("back").unwrap_or(otherwise).to_owned()
    }
}
