//! A caller on ConversationRelay (twilio sheet, 6 and 15.9): a signed handshake, `setup` first, sentences in growing parts, keys,
//! interruptions that cut what was heard, `error` for a bad frame and the end of the session after ten, no second connection.

use super::super::super::relay::{FromTwilio, Setup, ToTwilio};
use super::super::super::signature::sign;
use super::Step;
use super::leg::{Flow, Leg};
use super::markup::Node;
use super::mind::Does;
use super::wire::Form;
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use std::collections::HashMap;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Bad frames in a row after which the session is closed.
const MOST_BAD: u32 = 10;

/// How a session went.
struct End {
    status: &'static str,
    handoff: Option<String>,
}

impl Leg<'_> {
    /// Hands the call to our WebSocket, and tells the action when it is over.
    pub(super) async fn connect(&mut self, url: &str, connect: &Node) -> Flow {
        let Some(relay) = connect.child("ConversationRelay") else { return Flow::On };
        let end = match self.open(relay).await {
            Ok(socket) => self.talk(relay, socket).await,
            Err(code) => {
                self.steps.push(Step::Failed(code));
                End { status: "failed", handoff: None }
            }
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut form: Form = vec![pair("SessionId", &self.session()), pair("SessionStatus", end.status)];
        form.extend(end.handoff.as_deref().map(|data| pair("HandoffData", data)));
        form.extend((end.status == "failed").then(|| pair("ErrorCode", "64105")));
        match connect.get("action").map(|action| self.hooks.resolve(url, action)) {
            Some(action) if self.gone => {
                self.tell(&action, "completed", &form).await;
                Flow::Over
            }
            Some(action) => Flow::Go(action, form),
            None => Flow::On,
        }
    }

    fn session(&self) -> String {
        format!("VX{}", &self.sid[2..])
    }

    async fn open(&mut self, relay: &Node) -> Result<Socket, i64> {
        let url = relay.get("url").unwrap_or_default();
        let Some(rest) = url.strip_prefix("wss://") else { return Err(64_101) };
        let public = self.hooks.public.split_once("://").map_or("", |(_, host)| host);
        let local = match rest.strip_prefix(public) {
            Some(path) => format!("{}{path}", self.hooks.local).replacen("http", "ws", 1),
            None => url.to_owned(),
        };
        let mut request = local.into_client_request().map_err(|_| 64_101)?;
        let signature = sign(&self.exchange.auth_token, url, &[]);
        let value = HeaderValue::from_str(&signature).map_err(|_| 64_101)?;
        request.headers_mut().insert("x-twilio-signature", value);
        let (socket, _) = connect_async(request).await.map_err(|_| 11_205)?;
        Ok(socket)
    }

    async fn talk(&mut self, relay: &Node, mut socket: Socket) -> End {
        let parameters = relay.children.iter().filter(|child| child.name == "Parameter");
        let both = |node: &Node| Some((node.get("name")?.to_owned(), node.get("value")?.to_owned()));
        let setup = Setup {
            session_id: self.session(),
            account_sid: self.exchange.account_sid.clone(),
            call_sid: self.sid.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            direction: "inbound".into(),
            call_status: "RINGING".into(),
            call_type: "PSTN".into(),
            custom_parameters: parameters.filter_map(both).collect(),
            ..Setup::default()
        };
        let language = relay.get("language").unwrap_or("en-US").to_owned();
        let mut line = Line::new(relay, language);
        if send(&mut socket, &FromTwilio::Setup(Box::new(setup))).await.is_err() {
            return End { status: "failed", handoff: None };
        }
        let mut bad = 0;
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            match serde_json::from_str::<ToTwilio>(&text) {
                Ok(frame) => {
                    bad = 0;
                    if let Some(end) = self.take(&mut socket, &mut line, frame).await {
                        let _ = socket.close(None).await;
                        return end;
                    }
                }
                Err(_) => {
                    bad += 1;
                    self.steps.push(Step::Failed(64_107));
                    let told = FromTwilio::Error { description: "Invalid message".into() };
                    if bad >= MOST_BAD || send(&mut socket, &told).await.is_err() {
                        let reason = CloseFrame { code: CloseCode::Invalid, reason: "too many".into() };
                        let _ = socket.close(Some(reason)).await;
                        return End { status: "failed", handoff: None };
                    }
                }
            }
        }
        self.flush(&mut line);
        End { status: "completed", handoff: None } // our side closed
    }

    /// One frame of ours; the session's end, if it ends with it.
    async fn take(&mut self, socket: &mut Socket, line: &mut Line, frame: ToTwilio) -> Option<End> {
        match frame {
            ToTwilio::Text { token, last, lang, .. } => {
                match lang.filter(|lang| *lang != line.language) {
                    Some(lang) => {
                        self.flush(line);
                        let own = line.turn(&lang);
                        line.said.push_str(&token);
                        self.flush(line);
                        line.turn(&own);
                    }
                    None => line.said.push_str(&token),
                }
                if last {
                    self.flush(line);
                    return self.answer(socket, line).await;
                }
            }
            ToTwilio::Language { tts_language, .. } => drop(line.turn(&tts_language)),
            ToTwilio::SendDigits { .. } => {}
            ToTwilio::End { handoff_data } => {
                self.flush(line);
                return Some(End { status: "ended", handoff: Some(handoff_data) });
            }
        }
        None
    }

    fn flush(&mut self, line: &mut Line) {
        let text = std::mem::take(&mut line.said);
        if !text.trim().is_empty() {
            self.seconds += i64::try_from(text.chars().count() / 15).unwrap_or(0);
            let (voice, language) = (line.voice.clone(), line.language.clone());
            self.steps.push(Step::Heard { voice, language, text: text.trim().to_owned() });
        }
    }

    /// Their turn. Silence sends nothing: our side has to notice it.
    async fn answer(&mut self, socket: &mut Socket, line: &Line) -> Option<End> {
        let frames = match self.act().await {
            Does::Says(text) => self.sentence(&text, line),
            Does::Interrupts(until, text) => {
                let heard = self.cut(until);
                let interrupt = FromTwilio::Interrupt {
                    utterance_until_interrupt: heard,
                    duration_until_interrupt_ms: Value::from(460),
                };
                [vec![interrupt], self.sentence(&text, line)].concat()
            }
            Does::Presses(key) => {
                self.steps.push(Step::Pressed(key));
                vec![FromTwilio::Dtmf { digit: key.to_string() }]
            }
            Does::HangsUp => {
                let _ = socket.close(None).await;
                return Some(End { status: "completed", handoff: None });
            }
            _ => {
                self.seconds += 5;
                self.steps.push(Step::Silent);
                Vec::new()
            }
        };
        for frame in frames {
            if send(socket, &frame).await.is_err() {
                return Some(End { status: "completed", handoff: None });
            }
        }
        None
    }

    /// A sentence as it is heard: first a part of it, then all of it.
    fn sentence(&mut self, text: &str, line: &Line) -> Vec<FromTwilio> {
        self.seconds += 3;
        self.steps.push(Step::Said(text.to_owned()));
        let lang = Some(line.language.clone());
        let part: String = text.chars().take(text.chars().count() / 2).collect();
        [(part, false), (text.to_owned(), true)]
            .map(|(voice_prompt, last)| FromTwilio::Prompt { voice_prompt, lang: lang.clone(), last })
            .to_vec()
    }
}

/// What is being said to them.
struct Line {
    language: String,
    voice: String,
    said: String,
    /// The session's languages with their voices, as the document names them.
    voices: HashMap<String, String>,
}

impl Line {
    fn new(relay: &Node, language: String) -> Self {
        let voice = |node: &Node| node.get("voice").unwrap_or_default().to_owned();
        let others = relay.children.iter().filter(|child| child.name == "Language");
        let mut voices: HashMap<String, String> =
            others.filter_map(|node| Some((node.get("code")?.to_owned(), voice(node)))).collect();
        voices.insert(language.clone(), voice(relay));
        Self { language, voice: voice(relay), said: String::new(), voices }
    }

    /// Speaks another language from here on, in the voice that the document names for it, else in none; gives the one before.
    fn turn(&mut self, language: &str) -> String {
        self.voice = self.voices.get(language).cloned().unwrap_or_default();
        std::mem::replace(&mut self.language, language.to_owned())
    }
}

async fn send(socket: &mut Socket, frame: &FromTwilio) -> Result<(), ()> {
    let text = serde_json::to_string(frame).map_err(drop)?;
    socket.send(Message::text(text)).await.map_err(drop)
}
