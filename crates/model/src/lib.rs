//! The nouns of Vespid: ids, events, evidence, tags, techniques and time.
//!
//! This room does no I/O, knows no SQL, no HTTP and no async. Everything that enters Vespid becomes
//! one of these types at the door and is trusted from there on.

pub mod actor;
pub mod address;
pub mod audit;
pub mod body;
pub mod canary;
pub mod clock;
pub mod confidence;
pub mod event;
pub mod evidence;
pub mod features;
pub mod id;
pub mod intel;
pub mod ipv6;
pub mod kind;
pub mod listing;
pub mod observable;
pub mod record;
pub mod release;
pub mod rows;
pub mod rule_state;
pub mod span;
pub mod tag;
pub mod technique;
pub mod time;
pub mod window;

pub use body::Body;
pub use confidence::Confidence;
pub use event::Event;
pub use evidence::Evidence;
pub use features::Features;
pub use kind::SourceKind;
pub use observable::{Observable, ObservableKind};
pub use tag::Tag;
pub use technique::{TacticId, TechniqueId};
pub use time::UtcMicros;
