//! The rules look at any event: each tag shows bytes that are there, and the same event has the same tags.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use vespid_attack::Catalogue;
use vespid_engine::tagger::MAX_SPANS;
use vespid_engine::{Engine, Pack, shipped_rules};
use vespid_ingest::decode::native;
use vespid_model::body::Command;
use vespid_model::event::Event;
use vespid_model::span::Span;
use vespid_model::{Body, UtcMicros};

static SHIPPED: LazyLock<Engine> = LazyLock::new(|| {
    let attack = Catalogue::default_release();
    Engine::new(Pack::load(&shipped_rules(), attack), attack).0
});

pub(crate) fn tag(bytes: &[u8]) {
    let decoded = native::decode(bytes).ok().flatten();
    holds(&SHIPPED, &decoded.unwrap_or_else(|| typed(&String::from_utf8_lossy(bytes))));
}

/// A line that somebody typed.
pub(super) fn typed(text: &str) -> Event {
    let body = Body::Command(Command { command_text: text.to_owned(), script: false });
    Event::new(UtcMicros::EARLIEST, IpAddr::V4(Ipv4Addr::LOCALHOST), "decky", Some("session"), body)
}

pub(super) fn holds(engine: &Engine, event: &Event) {
    let verdict = engine.tag(event);
    assert_eq!(engine.tag(event), verdict, "from memory");
    engine.forget();
    assert_eq!(engine.tag(event), verdict, "the same again");
    assert_eq!(engine.touches(event), verdict.touches);

    let mut ids = HashSet::new();
    let fields = event.body.fields();
    for tag in &verdict.tags {
        assert!(ids.insert(tag.id), "{tag:?} twice");
        assert!(!tag.spans.is_empty() && tag.spans.len() <= MAX_SPANS, "{} spans", tag.spans.len());
        for span in &tag.spans {
            let field = fields.iter().find(|(name, _)| *name == span.field);
            let shown = field.and_then(|(_, text)| text.get(span.start as usize..span.end as usize));
            assert!(shown.is_some(), "{span:?} of {}, which {} shows", event.body_json, tag.rule);
        }
        assert!(tag.spans.is_sorted_by(lies_before), "{:?}", tag.spans);
    }
}

fn lies_before(first: &Span, second: &Span) -> bool {
    (&first.field, first.end) < (&second.field, second.start)
}
