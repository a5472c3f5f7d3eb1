//! XML-RPC: the first parameter of a call as a value. Small on purpose; entities and nesting are bounded.

use super::value::Value;
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;
use std::borrow::Cow;

/// Deeper documents are refused.
const MAX_DEPTH: usize = 40;

/// The first parameter of a method call.
///
/// # Errors
/// What is wrong with the document, for people.
pub(super) fn first_param(text: &str) -> Result<Value<'static>, String> {
    let root = tree(text)?;
    if root.name != "methodCall" {
        return Err("an XML-RPC methodCall was expected".to_owned());
    }
    let param = root.child("params").and_then(|params| params.child("param")).and_then(|param| param.child("value"));
    param.map(value).ok_or_else(|| "the XML-RPC call has no parameter".to_owned())
}

/// An element with its children and its text.
#[derive(Default)]
struct Node {
    name: String,
    text: String,
    children: Vec<Node>,
}

impl Node {
    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

fn tree(text: &str) -> Result<Node, String> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    loop {
        match reader.read_event().map_err(|_| format!("this is not valid XML (byte {})", reader.error_position()))? {
            Event::Start(tag) if open.len() < MAX_DEPTH => open.push(named(tag.local_name().as_ref())),
            Event::Start(_) => return Err("this XML is nested too deeply".to_owned()),
            Event::Empty(tag) => add(&mut open, named(tag.local_name().as_ref())),
            Event::End(_) => {
                let done = open.pop().unwrap_or_default();
                add(&mut open, done);
            }
            Event::Text(text) => write(&mut open, &text.xml10_content()),
            Event::CData(text) => write(&mut open, &text),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(c)) => write(&mut open, c.encode_utf8(&mut [0; 4])),
                _ => write(&mut open, resolve_xml_entity(&entity).unwrap_or_default()),
            },
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    match <[Node; 1]>::try_from(open) {
        Ok([mut outer]) if outer.children.len() == 1 => Ok(outer.children.remove(0)),
        _ => Err("this is not a complete XML document".to_owned()),
    }
}

fn named(name: &str) -> Node {
    Node { name: name.to_owned(), ..Node::default() }
}

fn add(open: &mut [Node], done: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(done);
    }
}

fn write(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

/// What a `<value>` holds; without a type it is a text.
fn value(node: &Node) -> Value<'static> {
    let Some(typed) = node.children.first() else {
        return node.text.clone().into();
    };
    match typed.name.as_str() {
        "struct" => Value::Record(typed.children.iter().filter_map(member).collect()),
        "array" => {
            let data = typed.child("data").map(|data| data.children.as_slice()).unwrap_or_default();
            Value::List(data.iter().map(value).collect())
        }
        "nil" => Value::Null,
        _ => typed.text.clone().into(), // numbers stay texts: the fields read both
    }
}

fn member(node: &Node) -> Option<(Cow<'static, str>, Value<'static>)> {
    Some((node.child("name")?.text.trim().to_owned().into(), value(node.child("value")?)))
}
