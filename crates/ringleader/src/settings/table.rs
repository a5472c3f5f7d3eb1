//! The macro that turns the table of settings into structs, a reader and a list of documented fields.

/// One setting, as the reference describes it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Section of the file; empty at the top level.
    pub section: &'static str,
    /// Key in the section.
    pub key: &'static str,
    /// What it does: the lines of its documentation, each with its leading space.
    pub doc: &'static [&'static str],
    /// The default as it would be written in the environment; empty: not set.
    pub default: &'static str,
    /// What a good value is: "a duration such as `2s`".
    pub expects: &'static str,
    /// Whether it is never shown.
    pub secret: bool,
}

impl Field {
    /// `section.key`, or `key` at the top level.
    pub fn name(&self) -> String {
        match self.section {
            "" => self.key.to_owned(),
            section => format!("{section}.{}", self.key),
        }
    }

    /// The environment variable: `RINGLEADER_SECTION__KEY`.
    pub fn variable(&self) -> String {
        let name = match self.section {
            "" => format!("RINGLEADER_{}", self.key),
            section => format!("RINGLEADER_{section}__{}", self.key),
        };
        name.to_uppercase()
    }

    /// The documentation as one line.
    pub fn text(&self) -> String {
        self.doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }
}

/// A setting with its effective value, secrets masked.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The setting.
    pub field: Field,
    /// Its value; `None`: not set.
    pub value: Option<toml::Value>,
}

/// Declares the settings: `key: Type = "default"` with documentation, at the top and in sections.
macro_rules! settings {
    (
        $(#[doc = $top_doc:literal])+
        top { $($(#[doc = $doc:literal])+ $key:ident : $type:ty = $default:literal,)+ }
        $(
            $(#[doc = $section_doc:literal])+
            $section:ident : $Section:ident { $($(#[doc = $inner_doc:literal])+ $inner:ident : $inner_type:ty = $inner_default:literal,)+ }
        )+
    ) => {
        $(#[doc = $top_doc])+
        #[derive(Debug, Clone)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $key: $type,)+
            $($(#[doc = $section_doc])+ pub $section: $Section,)+
        }

        $(
            $(#[doc = $section_doc])+
            #[derive(Debug, Clone)]
            pub struct $Section { $($(#[doc = $inner_doc])+ pub $inner: $inner_type,)+ }
        )+

        impl Settings {
            /// Every setting, in the order of the reference.
            pub const FIELDS: &'static [$crate::settings::Field] = &[
                $($crate::settings::table::field!("", $key, $type, $default, $($doc)+),)+
                $($($crate::settings::table::field!(stringify!($section), $inner, $inner_type, $inner_default, $($inner_doc)+),)+)+
            ];

            /// Every section with what it is about; the first is the top level.
            pub const SECTIONS: &'static [(&'static str, &'static str)] =
                &[("", concat!($($top_doc),+)), $((stringify!($section), concat!($($section_doc),+)),)+];

            /// Takes each setting from `reader`, which notes what is wrong and puts the default in its place.
            pub(crate) fn read(reader: &mut $crate::settings::load::Reader) -> Self {
                let mut fields = Self::FIELDS.iter();
                let mut next = || fields.next().expect("as many fields as the table declares");
                Self {
                    $($key: reader.take::<$type>(next()),)+
                    $($section: $Section { $($inner: reader.take::<$inner_type>(next()),)+ },)+
                }
            }

            /// Every setting with its effective value, secrets masked, in the order of `FIELDS`.
            pub fn shown(&self) -> Vec<$crate::settings::Shown> {
                use $crate::settings::value::Value;
                let values = vec![$(self.$key.show(),)+ $($(self.$section.$inner.show(),)+)+];
                Self::FIELDS.iter().zip(values).map(|(field, value)| $crate::settings::Shown { field: *field, value }).collect()
            }
        }
    };
}

macro_rules! field {
    ($section:expr, $key:ident, $type:ty, $default:literal, $($doc:literal)+) => {
        $crate::settings::Field {
            section: $section,
            key: stringify!($key),
            doc: &[$($doc),+],
            default: $default,
            expects: <$type as $crate::settings::value::Value>::EXPECTS,
            secret: <$type as $crate::settings::value::Value>::SECRET,
        }
    };
}

pub(crate) use {field, settings};
