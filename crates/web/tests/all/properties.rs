//! Properties over the API: entered once, imported from a file, searched in words, closed to others (C5, D3).

use crate::support::App;
use http::StatusCode;
use ringleader_core::user::Role;
use ringleader_store::both_engines;
use ringleader_store::testing::TestDb;
use serde_json::{Value, json};

fn flat(reference: &str, price: i64) -> Value {
    json!({"reference": reference, "deal": "rent", "kind": "flat", "street": "Elgin Avenue", "area": "Maida Vale",
        "postcode": "W9 2AB", "bedrooms": 2, "price": price, "features": ["garden"]})
}

const FILE: &str = "reference,deal,kind,street,area,postcode,bedrooms,price,period\n\
    KL-3,rent,flat,Kilburn Lane,Queen's Park,NW6 6AA,2,1500,month\n\
    HS-1,sale,house,Acacia Road,Ealing,W5 1AA,3,750000,total\n";

both_engines! {
    async fn a_property_is_entered_once_and_found_in_words(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Acme Homes").await;
        let made = app.post("/api/v1/properties", &key, flat("EA-7", 2_300)).await;
        assert_eq!((made.status, made.json()["district"].as_str()), (StatusCode::CREATED, Some("W9")));
        let again = app.post("/api/v1/properties", &key, flat("EA-7", 2_100)).await;
        assert_eq!((again.status, &again.json()["id"]), (StatusCode::OK, &made.json()["id"]));
        let wrong = app.post("/api/v1/properties", &key, json!({"reference": " ", "deal": "rent", "kind": "flat", "street": "", "price": 0})).await;
        assert_eq!(wrong.wrong_fields(), ["reference", "street", "price", "postcode"]);

        let found = app.get("/api/v1/properties/search?q=two%20bed%20flat%20to%20rent%20in%20w%20nine%20up%20to%20two%20thousand%20two%20hundred", &key).await.json();
        assert_eq!((&found["data"][0]["reference"], &found["relaxed"]), (&json!("EA-7"), &Value::Null), "{found}");
        assert_eq!(found["understood"]["price_max"], 2200);
        let near = app.get("/api/v1/properties/search?q=two%20bed%20flat%20to%20rent%20in%20kilburn", &key).await.json();
        assert_eq!((&near["data"][0]["reference"], &near["relaxed"]), (&json!("EA-7"), &json!("nearby")), "{near}");

        let stranger = app.shop("Other Homes").await;
        let path = format!("/api/v1/properties/{}", made.json()["id"].as_str().unwrap());
        assert_eq!(app.get(&path, &stranger).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.get(&path, &key).await.json()["price"], 2100);
    }

    async fn a_file_is_tried_first_and_kept_only_whole(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Acme Homes").await;
        let tried = app.post("/api/v1/properties/import", &key, json!({"csv": FILE, "dry_run": true})).await.json();
        assert_eq!((&tried["good"], &tried["kept"]), (&json!(2), &json!(false)), "{tried}");
        let broken = format!("{FILE}X-1,lease,flat,Road,,W9 1AA,1,100,month\n");
        let refused = app.post("/api/v1/properties/import", &key, json!({"csv": broken})).await.json();
        assert_eq!((&refused["kept"], &refused["bad"][0]["row"], &refused["bad"][0]["field"]), (&json!(false), &json!(4), &json!("deal")));
        assert_eq!(app.get("/api/v1/properties", &key).await.json()["data"], json!([]));
        let kept = app.post("/api/v1/properties/import", &key, json!({"csv": FILE})).await.json();
        assert_eq!(kept["kept"], true, "{kept}");
        assert_eq!(app.get("/api/v1/properties?kind=house", &key).await.json()["data"][0]["reference"], "HS-1");
        let trail = app.get("/api/v1/audit?kind=property.import", &key).await.json();
        assert_eq!(trail["data"][0]["after"], json!({"rows": 2}));
    }

    async fn a_file_with_one_kind_of_media_leaves_the_others_alone(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Acme Homes").await;
        let medium = |kind: &str, n: u8| json!({"kind": kind, "url": format!("https://p.example/{kind}/{n}")});
        let mut home = flat("EA-7", 2_100);
        home["media"] = json!([medium("photo", 1), medium("photo", 2), medium("epc", 1), medium("tour", 1)]);
        let id = app.post("/api/v1/properties", &key, home.clone()).await.id();
        let import = async |column: &str, cell: &str| {
            let csv = format!("reference,deal,kind,street,postcode,bedrooms,price,{column}\n\
                EA-7,rent,flat,Elgin Avenue,W9 2AB,2,2100,{cell}\n");
            let kept = app.post("/api/v1/properties/import", &key, json!({"csv": csv})).await.json();
            assert_eq!(kept["kept"], true, "{kept}");
            app.get(&format!("/api/v1/properties/{id}"), &key).await.json()["media"].clone()
        };
        let (one, two) = (medium("photo", 1), medium("photo", 2));
        assert_eq!(import("epc", "https://p.example/epc/2").await, json!([one, two, medium("tour", 1), medium("epc", 2)]));
        assert_eq!(import("tour", "").await, json!([one, two, medium("epc", 2)]), "an empty cell takes away its kind");
        home["media"] = json!([medium("photo", 3)]);
        app.post("/api/v1/properties", &key, home.clone()).await;
        assert_eq!(app.get(&format!("/api/v1/properties/{id}"), &key).await.json()["media"], home["media"], "a list is the whole");
    }

    async fn the_page_of_properties_tries_a_file_takes_it_in_and_marks_what_is_gone(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Acme Homes").await;
        let tenant = app.tenant_of(&key).await;
        app.user(tenant, "dana@homes.example", Role::Agent).await;
        let mut dana = app.signed_in("dana@homes.example").await;
        assert!(!dana.page("/today").await.contains("href=\"/properties\""), "no estate agency");
        let trade = app.patch("/api/v1/tenant", &key, json!({"settings": {"reception": {"trade": "estate"}}})).await;
        assert_eq!(trade.status, StatusCode::OK, "{}", trade.text);
        assert!(dana.page("/today").await.contains("href=\"/properties\""));

        let broken = FILE.replace("750000", "dear");
        for (csv, what) in [(FILE, "try"), (broken.as_str(), "keep")] {
            let tried = dana.post("/properties/import", &[("csv", csv), ("do", what)]).await;
            assert!(tried.text.contains("Nothing was kept.") && tried.text.contains("KL-3,rent"), "{}", tried.text);
            assert_eq!(tried.text.contains("Row 3"), what == "keep", "{}", tried.text);
            assert!(dana.page("/properties").await.contains("No properties yet"));
        }
        let to = dana.done("/properties/import", &[("csv", FILE), ("do", "keep")]).await;
        let all = dana.page(&to).await;
        assert!(all.contains("Kilburn Lane") && all.contains("Acacia Road"), "{all}");
        for (query, hit) in [("q=acacia", "Acacia Road"), ("view=rent", "Kilburn Lane"), ("show=available&q=hs-1", "Acacia Road")] {
            let found = dana.page(&format!("/properties?{query}")).await;
            assert_eq!((found.contains("Acacia Road"), found.contains("Kilburn Lane")), (hit == "Acacia Road", hit == "Kilburn Lane"), "{query}");
        }
        let found = dana.page("/properties?q=acacia").await;
        let path = format!("/properties/{}", found.split("href=\"/properties/prp_").nth(1).map(|rest| format!("prp_{}", rest.split('"').next().unwrap())).unwrap_or_default());
        let page = dana.page(&path).await;
        assert!(page.contains("HS-1") && page.contains("750,000"), "{page}");
        dana.done(&path, &[("state", "gone")]).await;
        assert!(dana.page("/properties?show=gone").await.contains("Acacia Road"));
        assert!(dana.page(&path).await.contains("id=\"viewings\""), "what was set of viewings can be changed in every state");
        assert!(!dana.page("/properties?show=available").await.contains("Acacia Road"));
    }
}

both_engines! {
    async fn the_people_of_a_property_are_entered_one_by_one_or_from_a_file(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Acme Homes").await;
        let tenant = app.tenant_of(&key).await;
        app.user(tenant, "dana@homes.example", Role::Agent).await;
        app.patch("/api/v1/tenant", &key, json!({"settings": {"reception": {"trade": "estate"}}})).await;
        let property = app.post("/api/v1/properties", &key, flat("EA-7", 2_100)).await.json()["id"].as_str().unwrap().to_owned();

        let file = "reference,phone,name,landlord_phone,manager,ends_on\nEA-7,0501234567,Sam Hill,0501234568,dana@homes.example,2030-03-31\n";
        let broken = format!("{file}EA-9,0501234567,,12,nobody@homes.example,\nEA-7,0501234567,,,,soon\n");
        let refused = app.post("/api/v1/tenancies/import", &key, json!({"csv": broken})).await.json();
        let wrong: Vec<_> = refused["bad"].as_array().unwrap().iter().map(|bad| (bad["row"].as_u64().unwrap(), bad["field"].as_str().unwrap())).collect();
        assert_eq!(wrong, [(3, "reference"), (3, "landlord_phone"), (3, "manager"), (4, "ends_on")], "{refused}");
        let tried = app.post("/api/v1/tenancies/import", &key, json!({"csv": file, "dry_run": true})).await.json();
        assert_eq!((&tried["good"], &tried["kept"]), (&json!(1), &json!(false)));
        assert_eq!(app.get("/api/v1/tenancies", &key).await.json()["data"], json!([]));
        assert_eq!(app.post("/api/v1/tenancies/import", &key, json!({"csv": file})).await.json()["kept"], true);
        let kept = app.get(&format!("/api/v1/tenancies?property_id={property}"), &key).await.json()["data"][0].clone();
        assert_eq!((&kept["ends_on"], &kept["property_id"]), (&json!("2030-03-31"), &json!(property)), "{kept}");
        let of = |id: &serde_json::Value| format!("/api/v1/contacts/{}", id.as_str().unwrap());
        assert_eq!(app.get(&of(&kept["contact_id"]), &key).await.json()["kind"], "tenancy");
        assert_eq!(app.get(&of(&kept["landlord_id"]), &key).await.json()["kind"], "landlord");

        let mut dana = app.signed_in("dana@homes.example").await;
        let page = format!("/properties/{property}");
        dana.done(&format!("{page}/contractors"), &[("phone", "0501234569"), ("name", "Pat Pipes"), ("trade", "plumbing"), ("everywhere", "yes")]).await;
        dana.done(&format!("{page}/tenancies"), &[("phone", "0501234567"), ("name", "Sam Hall"), ("manager", "")]).await;
        let tenancies = || async { app.get("/api/v1/tenancies", &key).await.json()["data"].clone() };
        let parts = |all: &serde_json::Value| all[0]["landlord_id"].is_null() as u8 + all[0]["manager_id"].is_null() as u8 + all[0]["ends_on"].is_null() as u8;
        assert_eq!(parts(&tenancies().await), 0, "what was left out stays");
        app.post("/api/v1/tenancies", &key, json!({"reference": "EA-7", "phone": "0501234567", "ends_on": "2031-03-31"})).await;
        assert_eq!((parts(&tenancies().await), &tenancies().await[0]["ends_on"]), (0, &json!("2031-03-31")));
        assert_eq!(app.post("/api/v1/tenancies", &key, json!({"reference": "EA-7", "phone": "0501234567", "ends_on": null})).await.status, StatusCode::OK);
        assert_eq!(parts(&tenancies().await), 1, "null takes it away");
        let shown = dana.page(&page).await;
        assert!(shown.contains("name=\"was_landlord_phone\" value=\"+972501234568\""), "{shown}");
        // Another colleague has entered a last day since the form was shown; only the landlord is taken out of it.
        app.post("/api/v1/tenancies", &key, json!({"reference": "EA-7", "phone": "0501234567", "ends_on": "2032-03-31"})).await;
        let stood = [("phone", "+972501234567"), ("name", "Sam Hall"), ("manager", "dana@homes.example"), ("was_manager", "dana@homes.example"), ("ends_on", ""), ("was_ends_on", "")];
        dana.done(&format!("{page}/tenancies"), &[&stood[..], &[("landlord_phone", ""), ("was_landlord_phone", "+972501234568")]].concat()).await;
        let kept = tenancies().await[0].clone();
        assert_eq!((&kept["landlord_id"], &kept["ends_on"], kept["manager_id"].is_null()), (&json!(null), &json!("2032-03-31"), false), "{kept}");
        let shown = dana.page(&page).await;
        assert!(shown.contains("Sam Hall") && shown.contains("Pat Pipes") && shown.contains("for every property"), "{shown}");
        let again = app.get("/api/v1/tenancies", &key).await.json()["data"].clone();
        assert_eq!((again.as_array().unwrap().len(), &again[0]["landlord_id"]), (1, &json!(null)), "brought up to date");
        let wrong = dana.post(&format!("{page}/tenancies"), &[("phone", "12")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.text);
        dana.done(&format!("/tenancies/{}/end", again[0]["id"].as_str().unwrap()), &[]).await;
        let pat = app.get("/api/v1/contractors", &key).await.json()["data"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(app.call(http::Method::DELETE, &format!("/api/v1/contractors/{pat}"), &key, None).await.status, StatusCode::NO_CONTENT);
        let shown = dana.page(&page).await;
        assert!(!shown.contains("Sam Hall") && !shown.contains("Pat Pipes"), "{shown}");
    }
}

both_engines! {
    async fn the_settings_page_keeps_when_each_colleague_is_on_duty(db: TestDb) {
        let app = App::new(db).await;
        let key = app.shop("Acme Homes").await;
        let tenant = app.tenant_of(&key).await;
        app.user(tenant, "owner@homes.example", Role::Owner).await;
        let mut owner = app.signed_in("owner@homes.example").await;
        let usual = [("trade", "estate"), ("check", "code"), ("p0_name", "Ada"), ("p0_phone", "0501234567")];
        let duty = [("p0h0_day", "mon"), ("p0h0_from", "09:00"), ("p0h0_to", "13:00"), ("p0a0_from", "2026-12-24")];
        owner.done("/settings/reception", &[&usual[..], &duty[..]].concat()).await;
        let people = app.get("/api/v1/tenant", &key).await.json()["settings"]["reception"]["people"].clone();
        let expected = json!([{"name": "Ada", "phone": "0501234567", "hours": [{"days": ["mon"], "from": "09:00", "to": "13:00"}],
            "away": [{"from": "2026-12-24", "until": "2026-12-24"}]}]);
        assert_eq!(people, expected);
        let page = owner.page("/settings/reception").await;
        assert!(page.contains("value=\"2026-12-24\"") && page.contains("name=\"p0h1_from\""), "{page}");
        let wrong = owner.post("/settings/reception", &[&usual[..], &[("p0a0_from", "2026-12-24"), ("p0a0_until", "2026-12-01")]].concat()).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(wrong.text.contains("the last day is before the first"), "{}", wrong.text);
        let half = owner.post("/settings/reception", &[&usual[..], &[("p0h0_day", "mon"), ("p0h0_from", "09:00")]].concat()).await;
        assert!(half.text.contains("data-field=\"p0h0_to\""), "{}", half.text);
        let second = owner.post("/settings/reception", &[&usual[..], &[("p0h1_day", "mon"), ("p0h1_from", "09:00")]].concat()).await;
        assert!(second.text.contains("data-field=\"p0h1_to\""), "{}", second.text);
    }
}
