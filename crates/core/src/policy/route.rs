//! Which channel can carry a message right now, and as what: text inside the window, template outside, SMS where it must (A8).

use super::{Ruling, Verdict};
use crate::conversation::Channel;
use crate::settings::TemplateRef;
use crate::texts::Key;
use jiff::Timestamp;

/// As what a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Free words.
    Text,
    /// An approved template.
    Template(TemplateRef),
}

/// What is known of a template at the provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TemplateState {
    /// None is set in the tenant's settings.
    #[default]
    Missing,
    /// Set, but the provider does not know it, has not approved it or has rejected it.
    NotApproved(TemplateRef),
    /// Paused or disabled by the provider.
    Paused(TemplateRef),
    /// Approved, or set and never looked up: the provider will tell.
    Usable(TemplateRef),
}

impl TemplateState {
    /// The template's name, where one is set.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Missing => None,
            Self::NotApproved(template) | Self::Paused(template) | Self::Usable(template) => Some(&template.name),
        }
    }
}

/// The ways to one person, as they are right now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// A WhatsApp connection is there.
    pub whatsapp: bool,
    /// The provider said that this number has no WhatsApp.
    pub whatsapp_unreachable: bool,
    /// The service window is open (`Conversation::window_open`).
    pub window_open: bool,
    /// The template for this purpose.
    pub template: TemplateState,
    /// The provider of WhatsApp asks for a pause until then (throttled, breaker open, quality).
    pub whatsapp_pause: Option<Timestamp>,
    /// An SMS connection is there, and the tenant wants SMS where WhatsApp fails (`outreach.sms_fallback`).
    pub sms: bool,
    /// The number cannot be reached by SMS either.
    pub sms_unreachable: bool,
    /// What the SMS connection sends can be answered: it comes from a number, not from a name.
    pub sms_answerable: bool,
    /// The number is abroad, and the tenant sends no SMS there (`outreach.sms_abroad`).
    pub sms_barred: bool,
}

/// What stands in the way: reason, explanation, and the task that mends it.
type Trouble = (&'static str, Key, Key);

impl Route {
    /// The way to go at `now`: WhatsApp if it can, SMS else, a task for a person if neither. `because` says why it goes.
    pub(super) fn choose(&self, because: Key, now: Timestamp) -> Ruling {
        let (reason, explain, task) = match self.whatsapp_form() {
            Ok(form) => match self.whatsapp_pause.filter(|until| *until > now) {
                Some(until) => return Ruling::wait("A8", "provider_pause", Key::WhyPaused, until),
                None => return go(Channel::Whatsapp, form, "sent", because),
            },
            Err(trouble) => trouble,
        };
        if self.sms && self.sms_barred {
            return Ruling::hold("A8", "sms_abroad", Key::WhySmsAbroad, Key::TaskCallBack);
        }
        if self.sms && !self.sms_unreachable {
            let mut ruling = go(Channel::Sms, Form::Text, "sms_instead", Key::WhySentSms);
            ruling.evidence = serde_json::json!({ "whatsapp": reason, "template": self.template.name() });
            return ruling;
        }
        let ruling = Ruling::hold("A8", reason, explain, task);
        match self.template.name() {
            Some(template) => ruling.with(serde_json::json!({ "template": template })),
            None => ruling,
        }
    }

    /// How WhatsApp would carry it, or what stands in its way.
    fn whatsapp_form(&self) -> Result<Form, Trouble> {
        if !self.whatsapp {
            return match self.sms && self.sms_unreachable {
                true => Err(("unreachable", Key::WhyUnreachable, Key::TaskCallBack)),
                false => Err(("no_channel", Key::WhyNoChannel, Key::TaskCallBack)),
            };
        }
        if self.whatsapp_unreachable {
            return Err(("unreachable", Key::WhyUnreachable, Key::TaskCallBack));
        }
        if self.window_open {
            return Ok(Form::Text);
        }
        match &self.template {
            TemplateState::Usable(template) => Ok(Form::Template(template.clone())),
            TemplateState::Missing => Err(("template_missing", Key::WhyTemplateMissing, Key::TaskMendTemplate)),
            TemplateState::NotApproved(_) => {
                Err(("template_not_approved", Key::WhyTemplateNotApproved, Key::TaskMendTemplate))
            }
            TemplateState::Paused(_) => Err(("template_paused", Key::WhyTemplatePaused, Key::TaskMendTemplate)),
        }
    }
}

fn go(channel: Channel, form: Form, reason: &'static str, explain: Key) -> Ruling {
    Ruling::new(Verdict::Go { channel, form }, "A8", reason, explain)
}
