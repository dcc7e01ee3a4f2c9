//! The engine's answers about windows.

use std::collections::BTreeMap;
use std::net::IpAddr;

use vespid_model::SourceKind;
use vespid_model::event::Event;
use vespid_model::window::{Judged, Member, Window, WindowTag};

use super::judge;
use crate::evaluate::Evaluator;
use crate::rule::Correlation;
use crate::tagger::Engine;

impl<E: Evaluator> Engine<E> {
    /// The correlations that run, ordered by name.
    pub fn correlations(&self) -> &[Correlation] {
        &self.correlations
    }

    /// The lengths of windows in microseconds, each once.
    pub fn window_lengths(&self) -> Vec<i64> {
        let mut lengths: Vec<_> = self.correlations.iter().map(|correlation| correlation.length).collect();
        lengths.sort_unstable();
        lengths.dedup();
        lengths
    }

    /// The kinds of events that windows of this length look at, in microseconds; each once.
    pub fn window_kinds(&self, length: i64) -> Vec<SourceKind> {
        let of_length = self.correlations.iter().filter(|correlation| correlation.length == length);
        let rules = of_length.flat_map(|correlation| &correlation.steps).flat_map(|step| &step.rules);
        let mut kinds: Vec<_> = rules.map(|rule| rule.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// What a window of one attacker shows. Members are in the order of their moments; those that lie elsewhere must be
    /// left out.
    pub fn window(&self, ip: IpAddr, window: Window, members: &[Member]) -> Judged {
        judge(&self.correlations, self.release, ip, window, members)
    }

    /// What all windows of these events show, which may be of several attackers and in any order: by attacker, then
    /// window.
    pub fn correlate(&self, events: &[Event]) -> Vec<(IpAddr, WindowTag)> {
        let mut windows: BTreeMap<(IpAddr, Window), BTreeMap<_, Member>> = BTreeMap::new();
        for event in events {
            let member = self.member(event);
            for touch in member.touches.iter() {
                let window = windows.entry((event.source_ip, Window::around(event.time, touch.length)));
                window.or_default().insert(member.moment, member.clone());
            }
        }
        let shown = windows.into_iter().flat_map(|((ip, window), members)| {
            let members: Vec<_> = members.into_values().collect();
            self.window(ip, window, &members).tags.into_iter().map(move |tag| (ip, tag))
        });
        shown.collect()
    }

    /// An event as windows see it.
    pub fn member(&self, event: &Event) -> Member {
        Member {
            moment: (event.time, event.id),
            decky: (*event.decky).into(),
            session: event.session.as_deref().map(Into::into),
            touches: self.touches(event),
        }
    }
}
