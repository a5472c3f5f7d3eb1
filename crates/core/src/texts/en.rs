//! The catalogue in English (A16).

use super::Key;

/// The text of `key`.
pub const fn text(key: Key) -> &'static str {
    match key {
        Key::FirstMessage => {
            "Hello, this is {{ business }}. Sorry we missed your call. How can we help? Just reply with your name, what you need and when we may get back to you. To stop messages, reply STOP"
        }
        Key::FirstMessageNoReply => {
            "Hello, this is {{ business }}. Sorry we missed your call. {% if link %}Tell us here what it is about: {{ link }}{% else %}We will call you back soon.{% endif %}"
        }
        Key::FirstMessageHeard => {
            "Hello, this is {{ business }}. Thank you, we have your voicemail. {{ ask }} To stop messages, reply STOP"
        }
        Key::AskMissing => {
            "{% if name and need and preference %}We will get back to you.{% else %}Just tell us {% if not name %}your name{% if not need and not preference %}, {% elif not need or not preference %} and {% endif %}{% endif %}{% if not need %}what you need{% if not preference %} and {% endif %}{% endif %}{% if not preference %}when we may get back to you{% endif %}.{% endif %}"
        }
        Key::Reminder => {
            "Hello again from {{ business }}. We would still like to help. Just write what you need and when we may get back to you."
        }
        Key::LastReminder => {
            "Hello from {{ business }}. We do not want to bother you, so this is our last message. If you need anything, write here and we will gladly get back to you."
        }
        Key::AskName => "Thank you! May we ask your name?",
        Key::AskNameAgain => "Just so that we know who we are talking to: which name shall we note?",
        Key::AskNeed => "Thank you{% if name %}, {{ name }}{% endif %}! How can we help?",
        Key::AskNeedAgain => "So that we come prepared: could you tell us in a few words what you need?",
        Key::AskPreference => "Thank you{% if name %}, {{ name }}{% endif %}! When and how may we get back to you?",
        Key::AskPreferenceAgain => "What time would suit you for a call, or would you rather carry on in writing here?",
        Key::IAmABot => {
            "This is the automatic assistant of {{ business }}. Everything you write here reaches the team."
        }
        Key::QuestionNoted => "Good question, I am passing it on to the team and they will answer it.",
        Key::Received => "Thank you, we have received it.",
        Key::PleaseType => {
            "Thank you for the voice message! Reading is easier for us at the moment: could you put it in a few words?"
        }
        Key::Confirm => {
            "Thank you{% if name %}, {{ name }}{% endif %}! We have noted:{% if need %}\nWhat you need: {{ need }}{% endif %}{% if preference %}\nWhen to get back: {{ preference }}{% endif %}\nWe will be in touch. {{ business }}"
        }
        Key::ConfirmPartial => {
            "Thank you{% if name %}, {{ name }}{% endif %}! We have passed on what you wrote{% if need %}: {{ need }}{% endif %}{% if preference %} ({{ preference }}){% endif %}. We will get back to you soon. {{ business }}"
        }
        Key::ThanksLater => "Thank you, we have passed that on as well.",
        Key::OptOutDone => "Understood, {{ business }} will not message you again. To resume at any time, reply START",
        Key::OptInDone => "Welcome back! We are happy to help, just write here. {{ business }}",
        Key::WrongNumber => "Sorry for the mix-up, we will not write again. Have a good day! {{ business }}",
        Key::AlreadySpoke => {
            "Great, thank you for letting us know. If anything else comes up, write here. {{ business }}"
        }
        Key::Resolved => {
            "Glad to hear it, thank you for letting us know. If anything else comes up, write here. {{ business }}"
        }
        Key::StepBack => "Understood, a person from {{ business }} is taking over now and will get back to you.",
        Key::Emergency => {
            "If there is danger, please move away and call the emergency number at once. We have alerted the team now."
        }

        Key::OwnerHeaderFull => "Full lead",
        Key::OwnerHeaderPartial => "Partial lead",
        Key::OwnerLead => {
            "{{ header }}{% if news %}\nNew: {{ news }}{% endif %}\nName: {{ name }}\nNeed: {{ need }}\nGet back: {{ preference }}\nPhone: {{ phone }}{% if link %}\n{{ link }}{% endif %}"
        }
        Key::OwnerUnknown => "not known yet",
        Key::OwnerNew => "(new)",
        Key::OwnerWantsPerson => "Wants to talk to a person",
        Key::OwnerCallNow => "Asks to be called now",
        Key::OwnerEmergency => "Emergency!",
        Key::OwnerWentSilent => "The chat stopped half-way",
        Key::OwnerUnresponsive => "No answer, not even to the reminders",
        Key::OwnerLaterMessage => "Wrote again",
        Key::OwnerQuestion => "A question waits for an answer",
        Key::OwnerOptedOut => "Asked not to be messaged any more",
        Key::OwnerWrongNumber => "Wrong number",
        Key::OwnerAlreadySpoke => "Says they have spoken with you already",
        Key::OwnerResolved => "Does not need it any more",
        Key::OwnerAbuse => "Insulting words, better have a look",
        Key::OwnerComplaint => "Complains or is angry, better ring back soon",
        Key::OwnerVip => "A VIP wants something",
        Key::OwnerDeal => "A deal above your limit",
        Key::OwnerCalledAgain => "Called again",
        Key::OwnerHotLead => "Hot lead from a call",
        Key::ButtonSpoke => "We spoke",
        Key::ButtonNotLead => "Not a lead",
        Key::ButtonRemind => "Remind me",
        Key::OwnerReminder => "Reminder, as you asked",

        Key::TaskCallBack => "Call back{% if who %}: {{ who }}{% endif %}",
        Key::TaskDemo => "Appointment agreed on the phone{% if who %}: {{ who }}{% endif %}",
        Key::TaskCallNow => "Call now{% if who %}: {{ who }}{% endif %}",
        Key::TaskEmergency => "Emergency, call at once{% if who %}: {{ who }}{% endif %}",
        Key::TaskMessage => "Answer a message{% if who %}: {{ who }}{% endif %}",
        Key::TaskHandOver => "Wants to talk to a person{% if who %}: {{ who }}{% endif %}",
        Key::TaskAppointment => "See to an appointment{% if who %}: {{ who }}{% endif %}",
        Key::WhyReception => "The customer asked the receptionist for this.",
        Key::WhyCheck => "Before anything is told on the phone, callers show that the number is theirs.",
        Key::WhyDiscussed => "The call was about this property.",
        Key::WhyWatched => "The customer asked to hear of new properties like this.",
        Key::WhyDanger => "The customer told of danger: the people on call are told at once.",
        Key::WhySlotTaken => "Somebody else had this time already.",
        Key::TaskReview => "Read the conversation and decide{% if who %}: {{ who }}{% endif %}",
        Key::TaskRepair => "A repair was reported{% if who %}: {{ who }}{% endif %}",
        Key::TaskCheckSend => "Check whether the message arrived{% if who %}: {{ who }}{% endif %}",
        Key::TaskCap => "A limit of the day is reached, messages are held",
        Key::TaskCallCap => "The day's minutes of calls are used up, callers leave a message",
        Key::TaskMendTemplate => "Mend the message template{% if template %}: {{ template }}{% endif %}",

        Key::TaskMendConnection => {
            "The provider refuses a connection{% if who %} ({{ who }}){% endif %}: check its settings"
        }
        Key::TaskAlert => "You could not be told of a lead{% if who %}: {{ who }}{% endif %}",
        Key::TaskLowCredits => "Few credits are left{% if who %}: {{ who }}{% endif %}",
        Key::TaskAgentWallet => "The voice agents place no calls{% if who %}: {{ who }}{% endif %}",
        Key::TaskLossAccount => "The loss account does not close{% if who %}: {{ who }}{% endif %}",
        Key::TaskChannelFailed => "You could not be told this way{% if who %} ({{ who }}){% endif %}: have a look",
        Key::TaskQuality => "Too much is read wrongly{% if who %} ({{ who }}){% endif %}: see under Reports what it is",
        Key::TaskQualityFell => {
            "Less is read right than in the four weeks before{% if who %} ({{ who }}){% endif %}: see under Reports"
        }
        Key::WhyChannelFailed => "The notice did not go this way; the next one is tried, where there is one.",
        Key::WhyOwnerQuiet => "Their own quiet hours{% if until %}, the notice goes out {{ until }}{% endif %}.",
        Key::WhyCallLog => {
            "The switchboard is asked first whether you have spoken{% if until %}, next: {{ until }}{% endif %}."
        }
        Key::WhyNotLead => "Not sent: someone of the business said that this is no lead.",
        Key::WhyUnsettled => {
            "Not sent: it is not known whether the message before arrived, and nobody is reminded of what they may not have read."
        }
        Key::WhyUnknownOutcome => {
            "The provider's answer was lost, so nobody knows whether the message went. Rather than send it twice, someone should look."
        }
        Key::WhyGrace => {
            "A short wait first{% if until %}, until {{ until }}{% endif %}, in case you speak before that."
        }

        Key::WhyMissed => {
            "A call was missed, so the caller is written to after a short wait, unless you speak before that."
        }
        Key::WhyOpener => "The call was missed and nobody has spoken or written since, so the first message goes out.",
        Key::WhyLeftMessage => {
            "They left a message on the voicemail. Its words or recording are with the call and on the caller's page."
        }
        Key::WhyOpenerHeard => {
            "The call was missed and the voicemail was read, so a first message goes out that asks only for what is missing."
        }
        Key::WhyVoicemail => "Not sent: after what the voicemail says, an automatic message would be out of place.",
        Key::WhyAnswer => "The customer wrote, so an answer goes out.",
        Key::WhyReminder => "The customer has not answered yet, so a reminder goes out. There are two at most.",
        Key::WhyFarewell => "The customer asked not to be messaged. This is confirmed once, then there is silence.",
        Key::WhyOwner => "There is news of a lead, so you are told.",
        Key::WhyTemplateInstead => {
            "WhatsApp did not take free words any more, so the approved template goes out instead."
        }
        Key::WhyLinkInstead => "The picture could not be sent, so its link goes out instead.",
        Key::WhySentSms => "WhatsApp is not possible right now, so the message goes out as an SMS.",
        Key::WhySpoke => "Not sent: you have spoken with each other since.",
        Key::WhyWrote => "Not sent: the customer has written since.",
        Key::WhyOptedOut => "Not sent: the customer asked not to be messaged.",
        Key::WhyCap => {
            "Held: today's limit for messages is reached. It can be raised in the settings; tomorrow it begins anew."
        }
        Key::WhyCallCap => {
            "The receptionist took no more calls today: the minutes of a day can be raised in the settings; tomorrow they begin anew."
        }
        Key::WhyManyCalls => "Not sent: so many calls in an hour look like a machine, so someone should look first.",
        Key::WhyNeverAnswers => {
            "Not sent: several messages in the last days were never answered, so there is a task to call back."
        }
        Key::WhySmsAbroad => "Not sent: text messages to other countries are off, so there is a task to call back.",
        Key::WhyNoReply => "Not sent: the text messages come from a name, nobody can answer them.",
        Key::WhyErased => "Not sent: everything about this person was erased.",
        Key::WhyBlocked => "Not sent: this contact is blocked.",
        Key::WhyStaff => "Not sent: the number belongs to your team.",
        Key::WhySupplier => "Not sent: the number belongs to a supplier.",
        Key::WhyOwnLine => "Not sent: this is one of your own lines.",
        Key::WhyLandline => "A landline takes no messages, so there is a task to call back.",
        Key::WhyKosher => "A kosher line takes no messages, so there is a task to call back.",
        Key::WhyVoip => "An internet line takes no messages, so there is a task to call back.",
        Key::WhyService => "A service number takes no messages, so there is a task to call back.",
        Key::WhyShort => "A short number takes no messages, so there is a task to call back.",
        Key::WhyInvalid => {
            "What was reported is not a number that can be written to, so there is a task to look at it."
        }
        Key::WhyWithheld => "The number was withheld, there is nobody to write to.",
        Key::WhyTooLate => "The call was reported too late for a message, so there is a task to call back.",
        Key::WhyExisting => {
            "This customer is known already, so there was no opening message and there is a task to call back."
        }
        Key::WhyJoined => "Another call of the same caller, one message is enough.",
        Key::WhyNotMissed => "The call does not count as missed.",
        Key::WhyShortRing => "It rang too shortly, probably a pocket dial.",
        Key::WhyExpired => "Too much time has passed since the call for a message to make sense.",
        Key::WhyQuietHours => "Quiet hours{% if until %}: the message waits until {{ until }}{% endif %}.",
        Key::WhyRest => {
            "Shabbat or festival: the message waits{% if until %} until {{ until }}{% endif %}{% if occasion %}, after {{ occasion }}{% endif %}."
        }
        Key::WhyTheirNight => {
            "It is night where the customer lives{% if until %}: the message waits until {{ until }}{% endif %}."
        }
        Key::WhyClosed => "The business is closed{% if until %}: the message waits until {{ until }}{% endif %}.",
        Key::WhyEmergencyStop => "All sending is stopped until it is switched on again in the settings.",
        Key::WhyBudget => {
            "The allowance of first messages is used up{% if until %}, it goes on {{ until }}{% endif %}."
        }
        Key::WhyPaused => {
            "The messaging provider asks for a pause{% if until %}, the next try is {{ until }}{% endif %}."
        }
        Key::WhyTemplateMissing => {
            "Not sent: no approved template is set{% if template %} ({{ template }}){% endif %}. It can be set in the settings."
        }
        Key::WhyTemplateNotApproved => {
            "Not sent: the template{% if template %} {{ template }}{% endif %} is not approved yet."
        }
        Key::WhyTemplatePaused => {
            "Not sent: WhatsApp has paused the template{% if template %} {{ template }}{% endif %}."
        }
        Key::WhyNoChannel => "Not sent: no messaging channel is connected.",
        Key::WhyUnreachable => "This number cannot be reached in writing, so there is a task to call back.",
        Key::WhyWindowClosed => "More than 24 hours since the customer's last message, so free text is not allowed.",
        Key::WhyTalking => "Waits: the customer is in the middle of a conversation with the receptionist.",
        Key::WhyTakenOver => "Not sent: a person leads this conversation.",
        Key::WhyFinished => "Not sent: the conversation has ended.",
        Key::WhyStale => "Not sent: more messages came in, the answer is being made afresh.",
        Key::WhyPerson => "One of your team wrote this message.",
        Key::WhyVoiceAgent => "A voice agent takes the calls on this line, so nobody is written to.",
        Key::WhyLowCredits => {
            "Calls of voice agents go on. Top up the credits, or change when you are told in the settings."
        }
        Key::WhyAgentWallet => {
            "The account at the voice agents' platform is empty. Calls are placed again once it is paid."
        }
        Key::WhyAgreed => "It was agreed in the call; the call shows the words.",
        Key::WhyNotAccounted => {
            "The daily check found a missed call that nothing had been done about, so there is a task to call back."
        }
    }
}
