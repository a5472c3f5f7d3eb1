//! TwiML as Twilio reads it (twilio sheet, 5; codes 12100, 12200, 11750): a tree, or the code that Twilio would give.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

/// The largest document, in bytes.
const LARGEST: usize = 64 * 1024;

/// Verbs and nouns that the caller plays; others are a warning at Twilio and a failure here, so that no typing error passes.
const KNOWN: [&str; 17] = [
    "Response",
    "Say",
    "Pause",
    "Gather",
    "Redirect",
    "Dial",
    "Number",
    "Record",
    "Connect",
    "ConversationRelay",
    "Language",
    "Parameter",
    "Start",
    "Recording",
    "Hangup",
    "Reject",
    "Play",
];

/// An element.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Node>,
}

impl Node {
    /// An attribute's value, or nothing.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// An attribute that is a number.
    pub(super) fn number(&self, name: &str, usual: i64) -> i64 {
        self.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
    }

    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// Reads a document; the verbs of its `Response`.
pub(super) fn verbs(text: &str) -> Result<Vec<Node>, i64> {
    if text.len() > LARGEST {
        return Err(11_750);
    }
    if !text.starts_with('<') {
        return Err(12_100); // also a blank before the header
    }
    let root = tree(text).ok_or(12_100)?;
    match root.name.as_str() {
        "Response" => Ok(root.children),
        _ => Err(12_100),
    }
}

fn tree(text: &str) -> Option<Node> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => open.push(element(&tag)?),
            Event::Empty(tag) => {
                let node = element(&tag)?;
                open.last_mut()?.children.push(node);
            }
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.children.push(done);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(c)) => open.last_mut()?.text.push(c),
                _ => open.last_mut()?.text.push_str(resolve_xml_entity(&entity)?),
            },
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    match <[Node; 1]>::try_from(open) {
        Ok([mut outer]) if outer.children.len() == 1 => Some(outer.children.remove(0)),
        _ => None,
    }
}

fn element(tag: &BytesStart<'_>) -> Option<Node> {
    let name = tag.local_name().as_ref().to_owned();
    if !KNOWN.contains(&name.as_str()) {
        return None;
    }
    let mut node = Node { name, ..Node::default() };
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).ok()?.into_owned();
        node.attributes.push((attribute.key.as_ref().to_owned(), value));
    }
    Some(node)
}
