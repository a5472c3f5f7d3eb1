//! The receptionist's vocabulary: intents, kinds of property, kinds of faults (C4, C5, C8).

crate::words! {
    /// What a caller wants (C4).
    pub enum Intent {
        /// Looks for something to rent.
        EnquiryRent = "property_enquiry_rent",
        /// Looks for something to buy.
        EnquiryBuy = "property_enquiry_buy",
        /// Wants to see a property; a second viewing too.
        BookViewing = "book_viewing",
        /// Wants to know what a property is worth or would let for.
        BookValuation = "book_valuation",
        /// Reports that something is broken.
        Maintenance = "tenant_maintenance",
        /// Rent, deposit, notice, renewal, keys, permission.
        TenantGeneral = "tenant_general",
        /// Lets, or wants to let, a property of theirs.
        Landlord = "landlord_enquiry",
        /// About a viewing that is booked or was made.
        ExistingViewing = "existing_viewing",
        /// Wants a person.
        Agent = "speak_to_agent",
        /// When the office is open.
        OfficeHours = "office_hours",
        /// Anything else.
        General = "general_enquiry",
    }
}

crate::words! {
    /// To rent or to buy.
    pub enum Deal {
        /// To rent.
        Rent = "rent",
        /// To buy.
        Sale = "sale",
    }
}

crate::words! {
    /// What a price is counted by.
    pub enum Period {
        /// A week's rent.
        Week = "week",
        /// A month's rent.
        Month = "month",
        /// A year's rent.
        Year = "year",
        /// The price of a sale.
        Total = "total",
    }
}

crate::words! {
    /// A kind of property, as callers tell them apart.
    pub enum PropertyKind {
        /// A flat or apartment.
        Flat = "flat",
        /// A house of any kind.
        House = "house",
        /// One room with a kitchen in it.
        Studio = "studio",
        /// A flat on two floors.
        Maisonette = "maisonette",
    }
}

crate::words! {
    /// What is broken (C8).
    pub enum FaultCategory {
        /// Pipes, taps, toilets.
        Plumbing = "plumbing",
        /// Boiler, radiators, hot water.
        Heating = "heating",
        /// Power, sockets, lights.
        Electrical = "electrical",
        /// A smell of gas, a leak.
        Gas = "gas",
        /// Fridge, oven, washing machine.
        Appliance = "appliance",
        /// Damp and mould.
        DampMould = "damp_mould",
        /// Ceilings, walls, roof, floors.
        Structural = "structural",
        /// Locks, break-ins.
        Security = "security",
        /// Mice, rats, insects.
        Pest = "pest",
        /// Drains and sewage.
        Drainage = "drainage",
        /// Doors and windows.
        DoorsWindows = "doors_windows",
        /// Smoke and carbon monoxide alarms, fire doors.
        FireSafety = "fire_safety",
        /// Lift, stairs, entrance of a shared building.
        Communal = "communal",
        /// Garden, fence, gutters.
        External = "external",
        /// None of these.
        Other = "other",
    }
}

crate::words! {
    /// How soon a fault must be seen to (C8). Later variants are more urgent.
    pub enum FaultUrgency {
        /// In its turn.
        Normal = "normal",
        /// Days, not weeks.
        Urgent = "urgent",
        /// Danger to people, fast damage, a home that is cold, dark or open.
        Emergency = "emergency",
    }
}

crate::words! {
    /// What the caller was asked last; it helps to understand a short answer.
    pub enum Question {
        /// What they want.
        Wish = "wish",
        /// Their name.
        Name = "name",
        /// Their email address.
        Email = "email",
        /// A number to reach them.
        Phone = "phone",
        /// To rent or to buy.
        Deal = "deal",
        /// Where.
        Area = "area",
        /// How much.
        Budget = "budget",
        /// When they would move.
        MoveDate = "move_date",
        /// How many bedrooms.
        Bedrooms = "bedrooms",
        /// Which property.
        Property = "property",
        /// The address of a property of theirs.
        Address = "address",
        /// Whether it is at the home that they rent.
        Home = "home",
        /// Which of the slots.
        Slot = "slot",
        /// Which of their appointments.
        Appointment = "appointment",
        /// Yes or no to what was read back.
        Confirm = "confirm",
        /// What is broken.
        Fault = "fault",
        /// Whether they want to hear of what comes up.
        Watch = "watch",
        /// The code that was sent to them.
        Code = "code",
        /// Whether there is anything else.
        More = "more",
    }
}

crate::words! {
    /// What a caller wants done about a viewing that is booked.
    pub enum Change {
        /// Another time.
        Move = "move",
        /// Not at all.
        Cancel = "cancel",
        /// On the way, but late.
        Late = "late",
        /// What they thought of it, or an offer.
        Feedback = "feedback",
    }
}

crate::words! {
    /// What an appointment is for (C6, C7).
    pub enum Purpose {
        /// To see a property.
        Viewing = "viewing",
        /// To have one valued.
        Valuation = "valuation",
        /// A visit of another trade.
        Visit = "visit",
    }
}
