//! Records as they go over the wire: three encodings and every habit that real accounts showed.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};

/// How a record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// A JSON object.
    #[default]
    Json,
    /// A form.
    Form,
    /// An XML-RPC call with one struct.
    XmlRpc,
}

/// An encoding and its habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// The encoding.
    pub encoding: Encoding,
    /// Without the fields that newer accounts have.
    pub old_fields: bool,
    /// `time` is local wall-clock time written as if it were UTC.
    pub local_time: bool,
    /// The record is the only element of an array (JSON).
    pub in_array: bool,
    /// Names in capitals.
    pub mixed_case: bool,
    /// `IVR` and other nested values are texts that hold JSON.
    pub nested_as_text: bool,
    /// Numbers are texts.
    pub numbers_as_text: bool,
}

impl From<Encoding> for Style {
    fn from(encoding: Encoding) -> Self {
        Self { encoding, ..Self::default() }
    }
}

/// What is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The header.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// Fields that older accounts do not send.
const NEW_FIELDS: &[&str] =
    &["direction", "isAnswer", "actualCallDuration", "actualCallDialtime", "extenUser", "callerPhone"];

pub(super) fn payload(record: &Map<String, Value>, style: Style) -> Payload {
    let nested_as_text = style.nested_as_text || style.encoding == Encoding::Form;
    let fields = record.iter().filter(|(name, _)| !(style.old_fields && NEW_FIELDS.contains(&name.as_str())));
    let fields: Map<String, Value> = fields
        .map(|(name, value)| match value {
            Value::Number(time) if name == "time" && style.local_time => {
                (name, local(time.as_i64().unwrap_or(0)).into())
            }
            other => (name, other.clone()),
        })
        .map(|(name, value)| match value {
            Value::Array(_) | Value::Object(_) if nested_as_text => (name, Value::String(value.to_string())),
            Value::Number(_) if style.numbers_as_text => (name, Value::String(value.to_string())),
            other => (name, other),
        })
        .map(|(name, value)| (if style.mixed_case { name.to_uppercase() } else { name.clone() }, value))
        .collect();
    match style.encoding {
        Encoding::Json => Payload { content_type: "application/json", body: json(fields, style.in_array) },
        Encoding::Form => Payload { content_type: "application/x-www-form-urlencoded", body: form(&fields) },
        Encoding::XmlRpc => Payload { content_type: "text/xml", body: xml_rpc(&Value::Object(fields)).into_bytes() },
    }
}

/// What the clock on an Israeli wall shows, counted as if it were UTC.
fn local(epoch: i64) -> i64 {
    let zone = TimeZone::get("Asia/Jerusalem").unwrap_or(TimeZone::UTC);
    let Ok(at) = Timestamp::from_second(epoch) else { return epoch };
    epoch + i64::from(zone.to_offset(at).seconds())
}

fn json(fields: Map<String, Value>, in_array: bool) -> Vec<u8> {
    let record = Value::Object(fields);
    let whole = if in_array { Value::Array(vec![record]) } else { record };
    whole.to_string().into_bytes()
}

fn form(fields: &Map<String, Value>) -> Vec<u8> {
    let pairs: Vec<(&str, String)> = fields.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    serde_urlencoded::to_string(pairs).unwrap_or_default().into_bytes()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn xml_rpc(record: &Value) -> String {
    let value = xml_value(record);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><methodCall><methodName>CDRNotification</methodName>\
         <params><param>{value}</param></params></methodCall>"
    )
}

fn xml_value(value: &Value) -> String {
    let typed = match value {
        Value::Null => "<nil/>".to_owned(),
        Value::Bool(flag) => format!("<boolean>{}</boolean>", u8::from(*flag)),
        Value::Number(number) => format!("<int>{number}</int>"),
        Value::String(text) => format!("<string>{}</string>", quick_xml::escape::escape(text)),
        Value::Array(items) => {
            format!("<array><data>{}</data></array>", items.iter().map(xml_value).collect::<String>())
        }
        Value::Object(fields) => format!("<struct>{}</struct>", fields.iter().map(xml_member).collect::<String>()),
    };
    format!("<value>{typed}</value>")
}

fn xml_member((name, value): (&String, &Value)) -> String {
    format!("<member><name>{}</name>{}</member>", quick_xml::escape::escape(name), xml_value(value))
}
