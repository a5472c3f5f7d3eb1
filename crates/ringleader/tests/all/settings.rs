//! Settings: where they come from, which are refused, and that all mistakes are told together.

use ringleader::settings::{BrainName, Loaded, Origin, Problems, Settings, Sources, reference, to_json, to_toml};
use std::time::Duration;

/// Reads a file's text and variables.
fn load(file: &str, env: &[(&str, &str)]) -> Result<Loaded, Problems> {
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let file = (!file.is_empty()).then(|| ("ringleader.toml".into(), file.to_owned()));
    Settings::load(&Sources { file, env })
}

fn complaint(file: &str, env: &[(&str, &str)]) -> String {
    load(file, env).expect_err("these settings are wrong").to_string()
}

#[test]
fn every_default_of_the_table_is_good_and_documented() {
    let loaded = load("", &[]).unwrap();
    assert_eq!(loaded.settings.shown().len(), Settings::FIELDS.len());
    assert!(loaded.origins.iter().all(|origin| *origin == Origin::Default));
    for field in Settings::FIELDS {
        assert!(field.text().ends_with(['.', ')']), "{} has no documentation in whole sentences", field.name());
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file = "listen = \"0.0.0.0:1\"\n[openai]\nmodel = \"from-file\"\ntimeout = \"9s\"";
    let settings = load(file, &[("RINGLEADER_OPENAI__MODEL", "from-env")]).unwrap().settings;
    assert_eq!(settings.openai.model, "from-env");
    assert_eq!(settings.openai.timeout.0, Duration::from_secs(9));
    assert_eq!(settings.listen.to_string(), "0.0.0.0:1");
    assert_eq!(settings.database_url.reveal(), "sqlite:ringleader.db");
}

#[test]
fn the_general_keys_of_the_model_makers_are_used_when_nothing_else_is_said() {
    let general = [("OPENAI_API_KEY", "general"), ("ANTHROPIC_API_KEY", "general")];
    let loaded = load("[openai]\napi_key = \"own\"", &general).unwrap();
    assert_eq!(loaded.settings.openai.api_key.as_ref().unwrap().reveal(), "own");
    assert_eq!(loaded.settings.anthropic.api_key.as_ref().unwrap().reveal(), "general");
    assert!(loaded.origins.contains(&Origin::Env("ANTHROPIC_API_KEY".into())));
}

#[test]
fn lists_are_json_or_have_commas_and_may_be_lists_of_the_file() {
    let want = [BrainName::Openai, BrainName::Local];
    for text in ["openai, local", "[\"openai\",\"local\"]"] {
        assert_eq!(load("", &[("RINGLEADER_BRAIN__ORDER", text)]).unwrap().settings.brain.order, want);
    }
    assert_eq!(load("[brain]\norder = [\"openai\", \"local\"]", &[]).unwrap().settings.brain.order, want);
}

#[test]
fn durations_sizes_numbers_and_switches_are_read_from_text() {
    let settings = load(
        "",
        &[
            ("RINGLEADER_JOBS__LEASE", "1h30m"),
            ("RINGLEADER_JOBS__SLOTS", "7"),
            ("RINGLEADER_LIMITS__BODY", "512 KiB"),
            ("RINGLEADER_NETWORK__ALLOW_PRIVATE", "TRUE"),
            ("RINGLEADER_ADMIN_TOKEN", ""),
        ],
    );
    let settings = settings.unwrap().settings;
    assert_eq!(settings.jobs.lease.0, Duration::from_secs(5400));
    assert_eq!((settings.jobs.slots, settings.limits.body.0), (7, 512 * 1024));
    assert!(settings.network.allow_private);
    assert!(settings.admin_token.is_none(), "an empty variable is not set");
}

#[test]
fn each_kind_of_mistake_names_the_setting_what_was_found_and_the_mend() {
    let of_env = [
        ("RINGLEADER_LISTEN", "8080", "expected an ip address with a port"),
        ("RINGLEADER_PUBLIC_URL", "shop.example.test", "expected an address that begins with"),
        ("RINGLEADER_PUBLIC_URL", "https://example.test/?a=1", "`?` or `#`"),
        ("RINGLEADER_DATABASE_URL", "mysql://db/x", "expected `sqlite:`"),
        ("RINGLEADER_DATABASE_URL", "sqlite:", "names no file"),
        ("RINGLEADER_SECRET_KEY", "not base64!", "is not base64"),
        ("RINGLEADER_SECRET_KEY", "c2hvcnQ=", "holds 5 bytes"),
        ("RINGLEADER_OPENAI__TIMEOUT", "5", "a number without a unit"),
        ("RINGLEADER_OPENAI__TIMEOUT", "5 weeks", "a unit that is not known"),
        ("RINGLEADER_LIMITS__BODY", "2 TB", "a unit that is not known"),
        ("RINGLEADER_JOBS__TENANT_SLOTS", "0", "out of range"),
        ("RINGLEADER_NETWORK__ALLOW_PRIVATE", "maybe", "expected `true` or `false`"),
        ("RINGLEADER_BRAIN__ORDER", "openai,oracle", "is none of these"),
        ("RINGLEADER_BRAIN__ORDER", "local,local", "names `local` twice"),
        ("RINGLEADER_TELEMETRY__LOG", "info=what=", "is not such a filter"),
        ("RINGLEADER_TELEMETRY__FORMAT", "xml", "expected `text` or `json`"),
        ("RINGLEADER_COMPATIBLE__BASE_URL", "http://localhost:11434/v1", "name the model"),
        ("RINGLEADER_METRICS_LISTEN", "127.0.0.1:8080", "another port"),
        ("RINGLEADER_LIMITS__BODY_WHATSAPP", "64 KiB", "at least as large"),
        ("RINGLEADER_RETENTION__JOBS", "30d", "more than `7d`"),
        ("RINGLEADER_DATABASE_URL", "sqlite::memory:", "lost at a restart"),
        ("RINGLEADER_DATABASE_URL", "sqlite:a.db?mode=ro", "has a `?` part"),
        ("RINGLEADER_LISTENN", "x", "did you mean `ringleader_listen`"),
        ("RINGLEADER_WHATSAPP_APP_SECRET", "x", "did you mean `ringleader_whatsapp__app_secret`"),
    ];
    for (name, value, want) in of_env {
        let complaint = complaint("", &[(name, value)]).to_lowercase();
        assert!(complaint.contains(want), "{name}={value}: {complaint}");
        assert!(complaint.starts_with("one setting is wrong."), "{complaint}");
    }
    let of_file = [
        ("lisen = \"127.0.0.1:1\"", "did you mean `listen`"),
        ("[openai]\nmodle = \"x\"", "did you mean `openai.model`"),
        ("[weather]\ncity = \"x\"", "weather (ringleader.toml): is not a setting"),
        ("openai = 3", "is a section"),
        ("listen = [1]", "which is a list or a table"),
        ("listen = \"127.0.0.1:1\"\nlisten", "ringleader.toml, line 2: the file is not valid toml"),
    ];
    for (file, want) in of_file {
        let complaint = complaint(file, &[]).to_lowercase();
        assert!(complaint.contains(want), "{file}: {complaint}");
    }
}

#[test]
fn all_wrong_settings_are_told_together_with_secrets_masked() {
    let file =
        "secret_key = \"hush-hush\"\ndatabase_url = \"oracle://me:hush-hush@db/x\"\n[jobs]\nslots = -1\nspeed = 2";
    let env = [("RINGLEADER_ADMIN_TOKEN", " hush-hush "), ("RINGLEADER_TWILIO__BASE_URL", "ftp://me:hush-hush@x")];
    insta::assert_snapshot!(complaint(file, &env));
    assert!(!complaint(file, &env).contains("hush-hush"));
}

#[test]
fn what_is_in_effect_is_printed_documented_and_masked() {
    let file =
        "admin_token = \"hush-hush\"\ndatabase_url = \"postgres://ringleader:hush-hush@db/ringleader?sslmode=require\"";
    let loaded = load(file, &[("RINGLEADER_JOBS__SLOTS", "4"), ("OPENAI_API_KEY", "hush-hush")]).unwrap();
    let printed = to_toml(&loaded);
    assert!(!printed.contains("hush-hush") && !to_json(&loaded).to_string().contains("hush-hush"));
    assert!(!format!("{:?}", loaded.settings).contains("hush-hush"));
    insta::assert_snapshot!(printed);
}

#[test]
fn what_is_printed_can_be_read_back_where_no_secret_stands_in_it() {
    let printed = to_toml(&load("", &[]).unwrap());
    let again = load(&printed, &[]).unwrap();
    assert_eq!(format!("{:?}", again.settings), format!("{:?}", load("", &[]).unwrap().settings));
}

#[test]
fn the_reference_in_the_docs_is_fresh() {
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md")).unwrap();
    assert!(kept.trim_end() == reference().trim_end(), "docs/settings.md is stale: run `make docs`");
}

#[test]
fn brains_without_a_key_are_passed_over_and_the_local_one_is_last() {
    let brains = |env: &[(&str, &str)]| load("", env).unwrap().settings.brains();
    assert_eq!(brains(&[]), [BrainName::Local]);
    assert_eq!(brains(&[("OPENAI_API_KEY", "k")]), [BrainName::Openai, BrainName::Local]);
    assert_eq!(brains(&[("OPENAI_API_KEY", "k"), ("RINGLEADER_BRAIN__ORDER", "local,openai")]), [BrainName::Local]);
    assert_eq!(
        brains(&[("OPENAI_API_KEY", "k"), ("RINGLEADER_BRAIN__ORDER", "openai")]),
        [BrainName::Openai, BrainName::Local]
    );
}
