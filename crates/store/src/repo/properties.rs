//! What is let and sold, and the search over it (C5).

use super::lists::{Filter, Listing, Page, corrupt, first, list};
use crate::db::{ToValue, Value, id_text};
use crate::dialect::words;
use crate::{Conn, FromRow, Result, Row, args};
use ringleader_core::id::PropertyId;
use ringleader_core::property::{Media, Medium, NewProperty, Property, PropertyState, Query, Viewings};

/// What is let and sold.
pub struct Properties<'c>(pub(super) &'c mut Conn);

const PROPERTY: &str =
    "SELECT id, reference, deal, kind, door, street, area, postcode, district, bedrooms, price, period,
    features, link, state, viewings, created_at, updated_at FROM properties";

impl FromRow for Property {
    fn from_row(row: &Row) -> Result<Self> {
        let bedrooms: i64 = row.get("bedrooms")?;
        Ok(Self {
            id: row.get("id")?,
            entered: NewProperty {
                reference: row.get("reference")?,
                deal: row.word("deal")?,
                kind: row.word("kind")?,
                door: row.get("door")?,
                street: row.get("street")?,
                area: row.get("area")?,
                postcode: row.get("postcode")?,
                bedrooms: u8::try_from(bedrooms).map_err(|_| corrupt("bedrooms"))?,
                price: row.get("price")?,
                period: row.word("period")?,
                features: row.json("features")?,
                link: row.get("link")?,
                media: None,
                viewings: row.get::<Option<String>>("viewings")?.map(|_| row.json("viewings")).transpose()?,
                state: row.word("state")?,
            },
            district: Some(row.get("district")?),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

/// Which property, and what shows it.
struct Shown(PropertyId, Medium);

impl FromRow for Shown {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("property_id")?, Medium { kind: row.word("kind")?, url: row.get("url")? }))
    }
}

impl Properties<'_> {
    /// Keeps a property; one with the same reference is brought up to date. `true` if it is new.
    pub async fn put(&mut self, new: &NewProperty) -> Result<(PropertyId, bool)> {
        let (tenant, now, fresh) = (self.0.tenant()?, self.0.now(), self.0.new_id::<PropertyId>());
        let features = serde_json::to_string(&new.features).map_err(|_| corrupt("features"))?;
        let words = new.features.join(" | ").to_lowercase();
        let sql =
            "INSERT INTO properties (tenant_id, id, reference, deal, kind, door, street, area, postcode, district,
                   bedrooms, price, period, search_price, features, search_words, link, state, created_at, updated_at,
                   viewings)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19,
                   $20)
                   ON CONFLICT (tenant_id, reference) DO UPDATE SET deal = excluded.deal, kind = excluded.kind,
                   door = excluded.door, street = excluded.street, area = excluded.area, postcode = excluded.postcode,
                   district = excluded.district, bedrooms = excluded.bedrooms, price = excluded.price,
                   period = excluded.period, search_price = excluded.search_price, features = excluded.features,
                   search_words = excluded.search_words, link = excluded.link, state = excluded.state,
                   viewings = COALESCE(excluded.viewings, properties.viewings), updated_at = excluded.updated_at RETURNING id";
        let args = args![
            tenant,
            fresh,
            &new.reference,
            new.deal.as_str(),
            new.kind.as_str(),
            new.door.clone(),
            &new.street,
            new.area.clone(),
            new.postcode.clone(),
            new.district().unwrap_or_default(),
            new.bedrooms,
            new.price,
            new.period.as_str(),
            new.comparable_price(),
            features,
            words,
            new.link.clone(),
            new.state.as_str(),
            now,
            new.viewings.as_ref().map(super::tenants::json).transpose()?
        ];
        let (id,): (PropertyId,) = self.0.fetch_one(sql, args).await?;
        if let Some(media) = &new.media {
            self.put_media(id, media).await?;
        }
        self.0.changed("property", id);
        Ok((id, id == fresh))
    }

    /// What shows a property from now on, in order; kinds that were not told of stay, and stand first.
    async fn put_media(&mut self, id: PropertyId, told: &Media) -> Result<()> {
        let tenant = self.0.tenant()?;
        let kept = self.media(&[id]).await?.into_iter().map(|(_, medium)| medium);
        let kept: Vec<Medium> = kept.filter(|medium| !told.kinds.contains(&medium.kind)).collect();
        self.0
            .execute("DELETE FROM property_media WHERE tenant_id = $1 AND property_id = $2", args![tenant, id])
            .await?;
        for (place, medium) in (0_i64..).zip(kept.iter().chain(&told.all)) {
            let sql =
                "INSERT INTO property_media (tenant_id, property_id, place, kind, url) VALUES ($1, $2, $3, $4, $5)";
            self.0.execute(sql, args![tenant, id, place, medium.kind.as_str(), &medium.url]).await?;
        }
        Ok(())
    }

    /// What shows these properties, each in order.
    pub async fn media(&mut self, ids: &[PropertyId]) -> Result<Vec<(PropertyId, Medium)>> {
        let tenant = self.0.tenant()?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (2..ids.len() + 2).map(|at| format!("${at}")).collect();
        let sql = format!(
            "SELECT property_id, kind, url FROM property_media WHERE tenant_id = $1 AND property_id IN ({})
             ORDER BY property_id, place",
            places.join(", ")
        );
        let ids = ids.iter().flat_map(|id| args![*id]).collect();
        let rows: Vec<Shown> = self.0.fetch_all_built(sql, [args![tenant], ids].concat()).await?;
        Ok(rows.into_iter().map(|Shown(id, medium)| (id, medium)).collect())
    }

    /// One property.
    pub async fn get(&mut self, id: PropertyId) -> Result<Option<Property>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{PROPERTY} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Whether it can be had; what it was before, `None` if there is none.
    pub async fn set_state(&mut self, id: PropertyId, state: PropertyState) -> Result<Option<PropertyState>> {
        let Some(before) = self.get(id).await? else { return Ok(None) };
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE properties SET state = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, state.as_str(), now]).await?;
        self.0.changed("property", id);
        Ok(Some(before.entered.state))
    }

    /// How it is shown.
    pub async fn set_viewings(&mut self, id: PropertyId, viewings: &Viewings) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE properties SET viewings = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, super::tenants::json(viewings)?, now]).await?;
        self.0.changed("property", id);
        Ok(())
    }

    /// The names of areas in the data, each once. Every turn of a talk asks for them: the index is gone through from name to
    /// name, not from property to property.
    pub async fn areas(&mut self) -> Result<Vec<String>> {
        let tenant = self.0.tenant()?;
        let sql = "WITH RECURSIVE known(area) AS (
                     SELECT (SELECT area FROM properties WHERE tenant_id = $1 AND state = 'available' AND area IS NOT NULL
                       ORDER BY area LIMIT 1)
                     UNION ALL SELECT (SELECT p.area FROM properties p WHERE p.tenant_id = $1 AND p.state = 'available'
                       AND p.area IS NOT NULL AND p.area > known.area ORDER BY p.area LIMIT 1)
                     FROM known WHERE known.area IS NOT NULL
                   ) SELECT area FROM (SELECT area FROM known WHERE area IS NOT NULL LIMIT 500) AS named ORDER BY area";
        let rows: Vec<(String,)> = self.0.fetch_all(sql, args![tenant]).await?;
        Ok(rows.into_iter().map(|(area,)| area).collect())
    }

    /// The property of that reference, whatever its blanks and case.
    pub async fn by_reference(&mut self, reference: &str) -> Result<Option<Property>> {
        let tenant = self.0.tenant()?;
        let plain: String = reference.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let sql = format!(
            "{PROPERTY} WHERE tenant_id = $1 AND upper(replace(replace(reference, '-', ''), ' ', '')) = $2 ORDER BY id LIMIT 1"
        );
        first(self.0, sql, args![tenant, plain]).await
    }

    /// Properties by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Property>> {
        list(self.0, PROPERTY, filter, page, |property: &Property| id_text(property.id)).await
    }

    /// What fits, the dearest that the budget allows first; at most `limit`.
    pub async fn search(&mut self, query: &Query, limit: u32) -> Result<Vec<Property>> {
        let mut ask = Ask { sql: String::new(), args: args![self.0.tenant()?] };
        ask.and("deal =", query.deal.map(|deal| deal.as_str()));
        ask.and("kind =", query.kind.map(|kind| kind.as_str()));
        ask.and("bedrooms >=", query.bedrooms_min);
        ask.and("bedrooms <=", query.bedrooms_max);
        ask.and("search_price >=", query.price_min);
        ask.and("search_price <=", query.price_max);
        if let Some(street) = &query.street {
            let place = ask.bind(words::pattern(self.0.engine(), street));
            ask.sql.push_str(&format!(" AND street {} {place}", words::has(self.0.engine())));
        }
        for any in &query.features {
            let likes: Vec<String> = any
                .iter()
                .map(|word| format!("search_words LIKE {}", ask.bind(format!("%{}%", literal(word)))))
                .collect();
            ask.sql.push_str(&format!(" AND ({})", likes.join(" OR ")));
        }
        for name in &query.without {
            let place = ask.bind(format!("% {}%", literal(name)));
            ask.sql.push_str(&format!(" AND (' ' || replace(search_words, '-', ' ')) NOT LIKE {place}"));
        }
        ask.near(query);
        let order = if query.price_max.is_some() { "search_price DESC" } else { "updated_at DESC" };
        let sql = format!(
            "{PROPERTY} WHERE tenant_id = $1 AND state = 'available'{} ORDER BY {order}, id LIMIT {limit}",
            ask.sql
        );
        self.0.fetch_all_built(sql, ask.args).await
    }
}

/// Conditions that are put together; values are bound.
struct Ask {
    sql: String,
    args: Vec<Value>,
}

impl Ask {
    fn bind(&mut self, value: impl ToValue) -> String {
        self.args.push(value.to_value());
        format!("${}", self.args.len())
    }

    /// In one of the districts or areas; an unknown area may be a district's name, too.
    fn near(&mut self, query: &Query) {
        let upper: Vec<String> = query.areas.iter().map(|area| area.to_uppercase()).collect();
        let districts: Vec<String> = query.districts.iter().chain(&upper).map(|it| self.bind(it.as_str())).collect();
        let areas: Vec<String> = query.areas.iter().map(|it| self.bind(it.as_str())).collect();
        match (districts.is_empty(), areas.is_empty()) {
            (true, _) => {}
            (false, true) => self.sql.push_str(&format!(" AND district IN ({})", districts.join(", "))),
            (false, false) => {
                let (districts, areas) = (districts.join(", "), areas.join(", "));
                self.sql.push_str(&format!(" AND (district IN ({districts}) OR lower(area) IN ({areas}))"));
            }
        }
    }

    fn and(&mut self, column_and_operator: &'static str, value: Option<impl ToValue>) {
        if let Some(value) = value {
            let place = self.bind(value);
            self.sql.push_str(&format!(" AND {column_and_operator} {place}"));
        }
    }
}

/// Without the signs that `LIKE` reads.
fn literal(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect()
}
