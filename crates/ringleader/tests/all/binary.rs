//! The built program, as a person or a script uses it: what it prints where, and its exit codes.

use ringleader_store::inbox::nobody;
use ringleader_store::repo::Remembered;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder of its own for one test, without settings from outside.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        Self(folder)
    }

    fn write(self, name: &str, text: &str) -> Self {
        std::fs::write(self.0.join(name), text).expect("the file can be written");
        self
    }

    fn run(&self, args: &[&str]) -> Answer {
        self.run_with(args, "")
    }

    /// With this on standard input.
    fn run_with(&self, args: &[&str], input: &str) -> Answer {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ringleader"));
        program.args(args).current_dir(&self.0).env_clear();
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().expect("the program can be started");
        // Programs that read nothing may be gone already.
        let _ = child.stdin.take().expect("its input is a pipe").write_all(input.as_bytes());
        Answer::of(child.wait_with_output().expect("the program ends"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Answer {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn good(self) -> Self {
        assert_eq!(self.code, Some(0), "{} {}", self.out, self.err);
        self
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {} {}", self.out, self.err))
    }
}

#[test]
fn help_and_version_are_good_and_unknown_words_are_wrong_use() {
    let place = Place::new("help");
    let help = place.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for word in ["serve", "demo", "doctor", "config", "migrate", "inbox", "jobs", "admin", "eval", "--json", "--config"]
    {
        assert!(help.out.contains(word), "help does not name {word}");
    }
    assert_eq!(place.run(&["--version"]).code, Some(0));
    assert_eq!(place.run(&["answer"]).code, Some(2));
    assert_eq!(place.run(&["demo", "--speed", "0"]).code, Some(2));
}

#[test]
fn wrong_settings_are_wrong_use_and_told_on_standard_error() {
    let place = Place::new("wrong").write("ringleader.toml", "listen = 1\n[jobs]\nslots = \"many\"");
    let told = place.run(&["config"]);
    assert_eq!((told.code, told.out.as_str()), (Some(2), ""));
    assert!(told.err.starts_with("ringleader: 2 settings are wrong."), "{}", told.err);
    let told = place.run(&["config", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&told.err).unwrap();
    assert_eq!(error["error"]["settings"].as_array().unwrap().len(), 2);
}

#[test]
fn the_file_is_the_named_one_else_the_one_of_the_folder() {
    let place = Place::new("file").write("ringleader.toml", "listen = \"127.0.0.1:1\"");
    let place = place.write("other.toml", "listen = \"127.0.0.1:2\"");
    let listen = |args: &[&str]| place.run(args).json()["settings"][0]["value"].as_str().unwrap().to_owned();
    assert_eq!(listen(&["config", "--json"]), "127.0.0.1:1");
    assert_eq!(listen(&["--config", "other.toml", "config", "--json"]), "127.0.0.1:2");
    assert_eq!(place.run(&["--config", "none.toml", "config"]).code, Some(2));
}

#[test]
fn a_database_is_made_and_filled_from_the_command_line() {
    let place = Place::new("admin");
    assert!(place.run(&["migrate"]).good().out.contains("sqlite:ringleader.db is up to date"));
    assert!(place.run(&["admin", "tenant", "list"]).good().out.contains("no tenants yet"));
    let create = ["admin", "tenant", "create", "--name", "Dani's Plumbing", "--locale", "he-IL", "--time-zone"];
    let owner = ["--owner-name", "Dani", "--owner-phone", "050-123-4567", "--owner-email", "dani@example.com"];
    let made = place.run(&[&create[..], &["Asia/Jerusalem"], &owner, &["--json"]].concat()).good().json();
    let tenant = made["tenant"]["id"].as_str().unwrap();
    assert_eq!(made["tenant"]["country"], "IL");
    assert!(made["api_key"].as_str().unwrap().starts_with("rl_"));
    let wrong = place.run(&[&create[..], &["Mars/Olympus", "--country", "Mars"], &owner].concat());
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("--time-zone") && wrong.err.contains("--country"), "{}", wrong.err);

    let key = ["admin", "key", "create", "--tenant", tenant, "--name", "site", "--scopes", "read,write", "--json"];
    let key = place.run(&key).good().json();
    let key = key["id"].as_str().unwrap();
    assert_eq!(place.run(&["admin", "key", "revoke", "--tenant", tenant, key]).code, Some(0));
    assert_eq!(place.run(&["admin", "key", "revoke", "--tenant", tenant, key]).code, Some(1));
    let keys = place.run(&["admin", "key", "list", "--tenant", tenant, "--json"]).good().json();
    assert_eq!(keys["data"].as_array().unwrap().len(), 2);

    let user = ["admin", "user", "create", "--tenant", tenant, "--email", "noa@example.com", "--name", "Noa"];
    assert_eq!(place.run_with(&user, "short\n").code, Some(2));
    assert_eq!(place.run_with(&user, "long enough\n").code, Some(0));
    assert_eq!(place.run_with(&user, "long enough\n").code, Some(1), "the address is taken");
}

#[test]
fn a_sole_owner_who_is_locked_out_is_helped_from_the_command_line() {
    let place = Place::new("locked-out");
    let create = ["admin", "tenant", "create", "--name", "Dani's Plumbing", "--locale", "he-IL", "--time-zone"];
    let made = place.run(&[&create[..], &["Asia/Jerusalem", "--owner-name", "Dani", "--json"]].concat()).good().json();
    let who = ["--tenant", made["tenant"]["id"].as_str().unwrap(), "--email", "noa@example.com"];
    let user = |verb: &str, more: &[&str]| {
        place.run_with(&[&["admin", "user", verb], &who[..], more].concat(), "long enough\n")
    };
    user("create", &["--name", "Noa"]).good();
    assert_eq!(user("change", &["--role", "viewer"]).code, Some(1), "someone must stay an owner");
    assert_eq!(user("change", &["--disabled", "true"]).code, Some(1));
    assert_eq!(user("change", &[]).code, Some(2), "nothing to change");
    assert_eq!(user("change", &["--role", "king"]).code, Some(2));
    assert_eq!(user("change", &["--role", "admin", "--json"]).good().json()["role"], "admin");
    assert_eq!(user("change", &["--role", "owner", "--disabled", "false", "--json"]).good().json()["role"], "owner");
    assert_eq!(user("second-step-off", &["--json"]).good().json()["second_step"], false);
    assert!(user("link", &[]).good().out.contains("/welcome/"));
}

#[test]
fn lists_are_empty_and_unknown_ids_are_told_apart_from_wrong_ones() {
    let place = Place::new("lists");
    assert_eq!(place.run(&["jobs", "list", "--json"]).good().json()["data"], serde_json::json!([]));
    assert_eq!(place.run(&["inbox", "list", "--json"]).good().json()["data"], serde_json::json!([]));
    let nobody = "00000000000000000000000000000007";
    for command in ["jobs retry job_", "jobs discard job_", "inbox show inb_", "inbox replay inb_"] {
        let words: Vec<&str> = command.split(' ').collect();
        let id = format!("{}{nobody}", words[2]);
        assert_eq!(place.run(&[words[0], words[1], &id]).code, Some(1), "{command}");
        assert_eq!(place.run(&[words[0], words[1], "nonsense"]).code, Some(2), "{command}");
    }
    assert_eq!(place.run(&["jobs", "list", "--state", "lost"]).code, Some(2));
}

#[test]
fn a_person_is_erased_from_the_command_line_only_if_it_is_meant() {
    let place = Place::new("erase");
    let create = ["admin", "tenant", "create", "--name", "Shop", "--locale", "en-GB", "--time-zone", "Europe/London"];
    let made = place.run(&[&create[..], &["--owner-name", "Grace", "--json"]].concat()).good().json();
    let tenant = made["tenant"]["id"].as_str().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let contact = runtime.block_on(async {
        let url = format!("sqlite:{}", place.0.join("ringleader.db").display());
        let store = ringleader_store::Store::open(&url, ringleader_store::db::Options::default()).await.unwrap();
        let mut tx = store.begin(tenant.parse().unwrap()).await.unwrap();
        let phone = ringleader_core::phone::Phone::from_e164("+447700900123").unwrap();
        let contact = tx.contacts().find_or_make(&[ringleader_store::repo::Identity::Phone(phone)]).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await;
        contact.id.to_string()
    });
    let erase = |contact: &str, more: &[&str]| {
        place.run(&[&["erase", "--tenant", tenant, "--contact", contact][..], more].concat())
    };
    assert_eq!(erase(&contact, &[]).code, Some(2), "without --yes");
    assert_eq!(erase("nonsense", &["--yes"]).code, Some(2));
    assert_eq!(erase("cnt_00000000000000000000000000000007", &["--yes"]).code, Some(1));
    assert_eq!(erase(&contact, &["--yes", "--reason", "of 07700 900123"]).code, Some(2), "it names them");
    let receipt = erase(&contact, &["--yes", "--json"]).good().json();
    assert_eq!(receipt["counts"]["identities"], 1, "{receipt}");
    assert_eq!(erase(&contact, &["--yes"]).code, Some(1), "once");
}

#[test]
fn a_database_that_cannot_be_opened_fails_with_what_to_do() {
    let place = Place::new("nowhere").write("ringleader.toml", "database_url = \"sqlite:no/such/folder/x.db\"");
    let failed = place.run(&["migrate"]);
    assert_eq!(failed.code, Some(1));
    assert!(failed.err.contains("Is the folder of"), "{}", failed.err);
}

#[test]
fn a_labelled_file_is_measured_with_the_local_brain() {
    let row = r#"{"id":"t1","lang":"en","state":"awaiting_name","text":"My name is Sarah","tags":[],"expected":{"name":"Sarah","need_keywords":null,"contact_preference_keywords":null,"opt_out":false}}"#;
    let place = Place::new("eval").write("rows.jsonl", row).write("broken.jsonl", "{");
    let report = place.run(&["eval", "rows.jsonl", "--json"]).good().json();
    assert_eq!((report["brain"].as_str(), report["rows"].as_u64()), (Some("local"), Some(1)));
    assert_eq!(place.run(&["eval", "broken.jsonl"]).code, Some(2));
    let two = place.run(&["eval", "rows.jsonl", "rows.jsonl", "--at-least", "name=90", "--json"]).good().json();
    assert_eq!((two["reports"].as_array().unwrap().len(), two["reports"][0]["file"].as_str()), (2, Some("rows.jsonl")));
    assert_eq!(place.run(&["eval", "rows.jsonl", "--at-least", "intent=90"]).code, Some(1), "nothing measures it");
    assert_eq!(place.run(&["eval", "rows.jsonl", "--at-least", "name"]).code, Some(2));
    assert_eq!(place.run(&["eval", "rows.jsonl", "--brain", "openai"]).code, Some(2), "it has no key");
}

#[test]
fn the_doctor_finds_a_fresh_folder_good_and_a_dead_model_bad() {
    let place = Place::new("doctor");
    let fresh = place.run(&["doctor", "--json"]).good().json();
    assert_eq!(fresh["good"], true);
    assert!(!place.0.join("ringleader.db").exists(), "looking makes no database");
    place.run(&["migrate"]).good();
    assert!(place.run(&["doctor"]).good().out.contains("sqlite:ringleader.db answers and is up to date"));

    let place = place.write("ringleader.toml", "[openai]\napi_key = \"k\"\nbase_url = \"http://127.0.0.1:9/v1\"\n");
    let sick = place.run(&["doctor", "--json"]);
    assert_eq!(sick.code, Some(1));
    let checks = sick.json()["checks"].clone();
    let model = checks.as_array().unwrap().iter().find(|check| check["what"] == "brain openai").unwrap();
    assert_eq!(model["verdict"], "bad");
    assert!(model["mend"].as_str().unwrap().contains("openai.base_url"), "{model}");
}

#[test]
fn a_new_secret_key_takes_the_place_of_the_former_one() {
    let place = Place::new("reseal");
    let (old, new) = ("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=");
    let keys =
        |keys: &str| std::fs::write(place.0.join("ringleader.toml"), format!("secret_key = \"{keys}\"")).unwrap();
    keys(old);
    let store = || async {
        let url = format!("sqlite:{}", place.0.join("ringleader.db").display());
        ringleader_store::Store::open(&url, ringleader_store::db::Options::default()).await.unwrap()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let create = ["admin", "tenant", "create", "--name", "Shop", "--locale", "en-GB", "--time-zone", "Europe/London"];
    let made = place.run(&[&create[..], &["--owner-name", "Grace", "--json"]].concat()).good().json();
    let tenant: ringleader_core::id::TenantId = made["tenant"]["id"].as_str().unwrap().parse().unwrap();
    let sealed_by = |key: &str| ringleader_store::secrets::Keys::from_base64(&[key]).unwrap();
    let spot = ringleader_store::secrets::Place { tenant, column: ringleader_store::secrets::CONNECTION };
    let answer = ringleader_store::secrets::Place { tenant: nobody(), column: ringleader_store::secrets::FIRST_ANSWER };
    let id = runtime.block_on(async {
        let store = store().await;
        let mut tx = store.begin(tenant).await.unwrap();
        let new = ringleader_store::repo::NewConnection {
            kind: "voicenter".into(),
            name: "Switchboard".into(),
            config: serde_json::json!({}),
            sealed: sealed_by(old).seal(spot, "{\"code\":\"hush\"}"),
            key_hash: "none".into(),
            account_key: None,
        };
        let id: ringleader_core::id::ConnectionId = tx.new_id();
        tx.connections().insert(id, &new).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin(nobody()).await.unwrap();
        let remembered = tx.usage().recall("again", "print").await.unwrap();
        assert!(matches!(remembered, Remembered::New));
        tx.usage().remember("again", 201, &sealed_by(old).seal(answer, "{}")).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await;
        id
    });

    keys(new);
    let lost = place.run(&["admin", "reseal"]);
    assert_eq!(lost.code, Some(1));
    assert!(lost.err.contains("2 open with none of the keys"), "{}", lost.err);
    keys(&format!("{new},{old}"));
    assert_eq!(
        place.run(&["admin", "reseal", "--json"]).good().json()["anew"],
        2,
        "the answers of the installation, too"
    );
    assert_eq!(place.run(&["admin", "reseal", "--json"]).good().json()["anew"], 0, "all of it is done");
    runtime.block_on(async {
        let store = store().await;
        let kept = store.read(tenant).await.unwrap().connections().get(id).await.unwrap().unwrap();
        assert_eq!(sealed_by(new).open(spot, &kept.sealed).unwrap().reveal(), "{\"code\":\"hush\"}");
        let mut tx = store.begin(nobody()).await.unwrap();
        let Remembered::Done { body, .. } = tx.usage().recall("again", "print").await.unwrap() else {
            panic!("it was answered before")
        };
        assert_eq!(sealed_by(new).open(answer, &body).unwrap().reveal(), "{}");
        drop(tx);
        store.close().await;
    });
}
