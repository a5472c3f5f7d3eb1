//! Properties over the API: entered once, imported from a file, searched in words, closed to others (C5, D3).

use crate::support::App;
use http::StatusCode;
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
}
