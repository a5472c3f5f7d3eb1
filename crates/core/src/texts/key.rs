//! The keys of the catalogue and the variables that each text may use (A16).
//!
//! Always true: a text of the catalogue uses only the variables listed here, and so must a text that a tenant changes.

crate::words! {
    /// Which text. The word is what tenants write under `texts` in their settings.
    pub enum Key {
        /// Opens the conversation; also the preview of the template and the words of the SMS.
        FirstMessage = "first_message",
        /// The SMS in its place where nobody can answer: it comes from a name.
        FirstMessageNoReply = "first_message_no_reply",
        /// Opens the conversation with someone whose voicemail was read: asks for what it did not tell.
        FirstMessageHeard = "first_message_heard",
        /// What the opener after a voicemail asks for, by what is missing.
        AskMissing = "ask_missing",
        /// First reminder.
        Reminder = "reminder",
        /// Last reminder.
        LastReminder = "last_reminder",
        /// Asks for the name.
        AskName = "ask_name",
        /// Asks for the name in other words.
        AskNameAgain = "ask_name_again",
        /// Asks what is needed.
        AskNeed = "ask_need",
        /// Asks what is needed in other words.
        AskNeedAgain = "ask_need_again",
        /// Asks when and how to get back.
        AskPreference = "ask_preference",
        /// Asks when and how to get back in other words.
        AskPreferenceAgain = "ask_preference_again",
        /// Says that this is an automatic assistant.
        IAmABot = "i_am_a_bot",
        /// A question was asked: it is passed on.
        QuestionNoted = "question_noted",
        /// A picture, document or place came in.
        Received = "received",
        /// A voice note came in: one request to type.
        PleaseType = "please_type",
        /// Everything is known: names what was understood.
        Confirm = "confirm",
        /// Not everything is known, nothing more is asked.
        ConfirmPartial = "confirm_partial",
        /// One thanks for messages after the end.
        ThanksLater = "thanks_later",
        /// Confirms the opt-out, once.
        OptOutDone = "opt_out_done",
        /// Confirms START.
        OptInDone = "opt_in_done",
        /// Apologises to someone who did not call.
        WrongNumber = "wrong_number",
        /// They spoke with the business already.
        AlreadySpoke = "already_spoke",
        /// It is not needed any more.
        Resolved = "resolved",
        /// A person takes over.
        StepBack = "step_back",
        /// Danger: safety first.
        Emergency = "emergency",

        /// Header of an owner message: everything is known.
        OwnerHeaderFull = "owner_header_full",
        /// Header of an owner message: something is missing.
        OwnerHeaderPartial = "owner_header_partial",
        /// The body of an owner message; also the preview of its template.
        OwnerLead = "owner_lead",
        /// What is not known yet.
        OwnerUnknown = "owner_unknown",
        /// Marks what is new.
        OwnerNew = "owner_new",
        /// They want to talk to a person.
        OwnerWantsPerson = "owner_wants_person",
        /// They ask to be called at once.
        OwnerCallNow = "owner_call_now",
        /// They report danger.
        OwnerEmergency = "owner_emergency",
        /// They fell silent half-way.
        OwnerWentSilent = "owner_went_silent",
        /// They never answered.
        OwnerUnresponsive = "owner_unresponsive",
        /// They wrote again after the end.
        OwnerLaterMessage = "owner_later_message",
        /// They asked something.
        OwnerQuestion = "owner_question",
        /// They asked not to be written to.
        OwnerOptedOut = "owner_opted_out",
        /// Wrong number.
        OwnerWrongNumber = "owner_wrong_number",
        /// They say they spoke already.
        OwnerAlreadySpoke = "owner_already_spoke",
        /// They do not need it any more.
        OwnerResolved = "owner_resolved",
        /// Insults.
        OwnerAbuse = "owner_abuse",
        /// Owner notice: they complain, or are angry.
        OwnerComplaint = "owner_complaint",
        /// Owner notice: a customer whom people see to themselves.
        OwnerVip = "owner_vip",
        /// Owner notice: a deal above the limit.
        OwnerDeal = "owner_deal",
        /// They called again.
        OwnerCalledAgain = "owner_called_again",
        /// A call made it a hot lead.
        OwnerHotLead = "owner_hot_lead",
        /// One-tap answer: I spoke with them.
        ButtonSpoke = "button_spoke",
        /// One-tap answer: this is no lead.
        ButtonNotLead = "button_not_lead",
        /// One-tap answer: remind me later.
        ButtonRemind = "button_remind",
        /// Said first in a notice that was asked for again.
        OwnerReminder = "owner_reminder",

        /// Task: call back.
        TaskCallBack = "task_call_back",
        /// Task: a demo, viewing or visit that was agreed.
        TaskDemo = "task_demo",
        /// Task: call back at once.
        TaskCallNow = "task_call_now",
        /// Task: an emergency.
        TaskEmergency = "task_emergency",
        /// Task: read a conversation.
        TaskReview = "task_review",
        /// Task: a repair was reported.
        TaskRepair = "task_repair",
        /// Task: a send whose outcome is not known.
        TaskCheckSend = "task_check_send",
        /// Task: the owner could not be told of a lead.
        TaskAlert = "task_alert",
        /// Task: a channel failed, the owner was told over another one.
        TaskChannelFailed = "task_channel_failed",
        /// Task: messages are understood worse than they should be.
        TaskQuality = "task_quality",
        /// Task: a brain reads worse than it did the month before.
        TaskQualityFell = "task_quality_fell",
        /// Task: a provider refuses a connection.
        TaskMendConnection = "task_mend_connection",
        /// Task: a cap of the day is reached.
        TaskCap = "task_cap",
        /// Task: no more calls today.
        TaskCallCap = "task_call_cap",
        /// Task: a template cannot be used.
        TaskMendTemplate = "task_mend_template",
        /// Task: somebody left a message with the receptionist.
        TaskMessage = "task_message",
        /// Task: somebody wants to talk to a person.
        TaskHandOver = "task_hand_over",
        /// Task: an appointment is to be moved or looked at.
        TaskAppointment = "task_appointment",
        /// Task: the loss account of a day does not close.
        TaskLossAccount = "task_loss_account",
        /// Task: few credits are left.
        TaskLowCredits = "task_low_credits",
        /// Task: the voice agents' platform places no calls for want of money.
        TaskAgentWallet = "task_agent_wallet",

        /// Decision: the provider's answer was lost.
        WhyUnknownOutcome = "why_unknown_outcome",
        /// Decision: no reminder of a message that may not have arrived.
        WhyUnsettled = "why_unsettled",
        /// Decision: the grace is running.
        WhyGrace = "why_grace",
        /// Decision: a notice did not go over this channel.
        WhyChannelFailed = "why_channel_failed",
        /// Decision: the person is in their own quiet hours.
        WhyOwnerQuiet = "why_owner_quiet",
        /// Decision: someone of the business said that this is no lead.
        WhyNotLead = "why_not_lead",
        /// Decision: the switchboard is asked first.
        WhyCallLog = "why_call_log",
        /// Decision: a missed call, an outreach is planned.
        WhyMissed = "why_missed",
        /// Decision: the first message goes.
        WhyOpener = "why_opener",
        /// Task: a message was left on the voicemail.
        WhyLeftMessage = "why_left_message",
        /// Decision: the first message goes, and asks only for what the voicemail did not tell.
        WhyOpenerHeard = "why_opener_heard",
        /// Decision: after what the voicemail says, no message goes.
        WhyVoicemail = "why_voicemail",
        /// Decision: the bot answers.
        WhyAnswer = "why_answer",
        /// Decision: a reminder goes.
        WhyReminder = "why_reminder",
        /// Decision: leaving is confirmed.
        WhyFarewell = "why_farewell",
        /// Decision: the owner is told.
        WhyOwner = "why_owner",
        /// Decision: the window closed before free words went through, so a template goes.
        WhyTemplateInstead = "why_template_instead",
        /// Decision: the address of a picture goes in its place.
        WhyLinkInstead = "why_link_instead",
        /// Decision: it goes as an SMS.
        WhySentSms = "why_sent_sms",
        /// Decision: they spoke meanwhile.
        WhySpoke = "why_spoke",
        /// Decision: the customer wrote meanwhile.
        WhyWrote = "why_wrote",
        /// Decision: opted out.
        WhyOptedOut = "why_opted_out",
        /// Decision: a cap of the day is reached.
        WhyCap = "why_cap",
        /// No more calls today.
        WhyCallCap = "why_call_cap",
        /// Decision: so many calls that a machine is likely.
        WhyManyCalls = "why_many_calls",
        /// Decision: they never answer.
        WhyNeverAnswers = "why_never_answers",
        /// Decision: no SMS to other countries.
        WhySmsAbroad = "why_sms_abroad",
        /// Decision: they could not answer.
        WhyNoReply = "why_no_reply",
        /// Decision: blocked contact.
        WhyBlocked = "why_blocked",
        /// Decision: they were erased.
        WhyErased = "why_erased",
        /// Decision: the caller works here.
        WhyStaff = "why_staff",
        /// Decision: the caller is a supplier.
        WhySupplier = "why_supplier",
        /// Decision: the caller is one of the own lines.
        WhyOwnLine = "why_own_line",
        /// Decision: a landline takes no messages.
        WhyLandline = "why_landline",
        /// Decision: a kosher line takes no messages.
        WhyKosher = "why_kosher",
        /// Decision: an internet line takes no messages.
        WhyVoip = "why_voip",
        /// Decision: a service number takes no messages.
        WhyService = "why_service",
        /// Decision: a short number takes no messages.
        WhyShort = "why_short",
        /// Decision: not a number one can write to.
        WhyInvalid = "why_invalid",
        /// Decision: the number was withheld.
        WhyWithheld = "why_withheld",
        /// Decision: the record came too late.
        WhyTooLate = "why_too_late",
        /// Decision: the customer is known, no cold opener.
        WhyExisting = "why_existing",
        /// Decision: the call joined an outreach that is on its way.
        WhyJoined = "why_joined",
        /// Decision: the call was not missed.
        WhyNotMissed = "why_not_missed",
        /// Decision: rang too shortly.
        WhyShortRing = "why_short_ring",
        /// Decision: the episode is over.
        WhyExpired = "why_expired",
        /// Decision: quiet hours.
        WhyQuietHours = "why_quiet_hours",
        /// Decision: Shabbat or festival.
        WhyRest = "why_rest",
        /// Decision: it is night where the recipient lives.
        WhyTheirNight = "why_their_night",
        /// Decision: the business is closed.
        WhyClosed = "why_closed",
        /// Decision: all sending is stopped.
        WhyEmergencyStop = "why_emergency_stop",
        /// Decision: too many first messages in this minute or day.
        WhyBudget = "why_budget",
        /// Decision: the provider asks for a pause.
        WhyPaused = "why_paused",
        /// Decision: no template is set.
        WhyTemplateMissing = "why_template_missing",
        /// Decision: the template is not approved.
        WhyTemplateNotApproved = "why_template_not_approved",
        /// Decision: the template is paused.
        WhyTemplatePaused = "why_template_paused",
        /// Decision: no channel is set up.
        WhyNoChannel = "why_no_channel",
        /// Decision: this customer cannot be reached in writing.
        WhyUnreachable = "why_unreachable",
        /// Decision: the service window is closed.
        WhyWindowClosed = "why_window_closed",
        /// Decision: the customer is in the middle of a talk.
        WhyTalking = "why_talking",
        /// Decision: a person drives the conversation.
        WhyTakenOver = "why_taken_over",
        /// Decision: the conversation is finished.
        WhyFinished = "why_finished",
        /// Decision: newer words came in, the answer is made afresh.
        WhyStale = "why_stale",
        /// Decision: a person of the business wrote it.
        WhyPerson = "why_person",
        /// Task: it was agreed on the phone.
        WhyAgreed = "why_agreed",
        /// Decision: a missed call that nothing stood behind.
        WhyNotAccounted = "why_not_accounted",
        /// Decision: the receptionist did what was asked for.
        WhyReception = "why_reception",
        /// A caller shows that a number is theirs.
        WhyCheck = "why_check",
        /// A call was about a property.
        WhyDiscussed = "why_discussed",
        /// A property fits a search that goes on.
        WhyWatched = "why_watched",
        /// Decision: danger was reported.
        WhyDanger = "why_danger",
        /// Decision: somebody else has that time already.
        WhySlotTaken = "why_slot_taken",
        /// A voice agent takes these calls.
        WhyVoiceAgent = "why_voice_agent",
        /// The balance fell.
        WhyLowCredits = "why_low_credits",
        /// The platform's wallet is empty.
        WhyAgentWallet = "why_agent_wallet",
    }
}

/// A variable of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// As written in the text: `{{ name }}`.
    pub name: &'static str,
    /// May be empty; a text must get along without it.
    pub optional: bool,
    /// What a preview shows for it, in Hebrew and in English.
    pub sample: (&'static str, &'static str),
}

const fn must(name: &'static str, he: &'static str, en: &'static str) -> Variable {
    Variable { name, optional: false, sample: (he, en) }
}

const fn may(name: &'static str, he: &'static str, en: &'static str) -> Variable {
    Variable { name, optional: true, sample: (he, en) }
}

const BUSINESS: Variable = must("business", "מספרת הדגמה", "Sample Salon");
const SIGNATURE: Variable = may("business", "מספרת הדגמה", "Sample Salon");
const NAME: Variable = may("name", "דני", "Danny");
const NEED: Variable = may("need", "אינסטלטור לפיצוץ", "a plumber for a burst pipe");
const PREFERENCE: Variable = may("preference", "מחר בבוקר", "tomorrow morning");
const PHONE: Variable = may("phone", "+972501234567", "+447700900123");
const LINK: Variable = may("link", "https://example.com/l/1", "https://example.com/l/1");
const NEWS: Variable = may("news", "מבקשים לדבר עם אדם", "Wants to talk to a person");
const ASK: Variable = must("ask", "אפשר לכתוב כאן מתי נוח שנחזור.", "Just tell us when we may get back to you.");
const HEADER: Variable = must("header", "ליד מלא", "Full lead");
const TITLE_NAME: Variable = may("who", "דני", "Danny");
const UNTIL: Variable = may("until", "יום שבת 17:45", "Saturday 17:45");
const OCCASION: Variable = may("occasion", "השבת", "Shabbat");
const TEMPLATE: Variable = may("template", "first_message", "first_message");

impl Key {
    /// The variables this text may use; for a template, its parameters in this order.
    pub const fn variables(self) -> &'static [Variable] {
        match self {
            Self::FirstMessage | Self::Reminder | Self::LastReminder | Self::IAmABot | Self::OptOutDone => &[BUSINESS],
            Self::FirstMessageNoReply => &[BUSINESS, LINK],
            Self::FirstMessageHeard => &[BUSINESS, ASK],
            Self::AskMissing => &[NAME, NEED, PREFERENCE],
            Self::OptInDone | Self::WrongNumber | Self::AlreadySpoke | Self::Resolved | Self::StepBack => {
                &[BUSINESS, NAME]
            }
            Self::AskName | Self::AskNameAgain | Self::AskNeed | Self::AskNeedAgain => &[SIGNATURE, NAME],
            Self::AskPreference | Self::AskPreferenceAgain => &[SIGNATURE, NAME],
            Self::Confirm | Self::ConfirmPartial => &[NAME, NEED, PREFERENCE, BUSINESS],
            Self::OwnerLead => &[HEADER, NAME, NEED, PREFERENCE, PHONE, LINK, NEWS],
            Self::TaskCallBack
            | Self::TaskDemo
            | Self::TaskCallNow
            | Self::TaskEmergency
            | Self::TaskReview
            | Self::TaskRepair => &[TITLE_NAME],
            Self::TaskCheckSend | Self::TaskMendConnection | Self::TaskAlert | Self::TaskLossAccount => &[TITLE_NAME],
            Self::TaskQuality
            | Self::TaskQualityFell
            | Self::TaskChannelFailed
            | Self::TaskMessage
            | Self::TaskHandOver
            | Self::TaskAppointment => &[TITLE_NAME],
            Self::TaskLowCredits | Self::TaskAgentWallet => &[TITLE_NAME],
            Self::TaskMendTemplate | Self::WhyTemplateMissing => &[TEMPLATE],
            Self::WhyTemplateNotApproved | Self::WhyTemplatePaused => &[TEMPLATE],
            Self::WhyRest => &[UNTIL, OCCASION],
            Self::WhyGrace
            | Self::WhyQuietHours
            | Self::WhyTheirNight
            | Self::WhyClosed
            | Self::WhyBudget
            | Self::WhyPaused
            | Self::WhyOwnerQuiet
            | Self::WhyCallLog => &[UNTIL],
            _ => &[],
        }
    }
}
