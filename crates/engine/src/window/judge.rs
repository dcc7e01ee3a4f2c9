//! What a window shows: a function of the events in it, whatever the order in which they came.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use vespid_model::id::TagId;
use vespid_model::release::Release;
use vespid_model::window::{
    Judged, MAX_NAMED, Member, NamedEvent, Window, WindowEvidence, WindowTag, source_id,
};

use super::progress::Progress;
use crate::rule::Correlation;

/// Looks at members of a window, which are in the order of their moments.
pub(crate) fn judge(
    correlations: &[Correlation],
    release: Release,
    ip: IpAddr,
    window: Window,
    members: &[Member],
) -> Judged {
    let mut judged = Judged::default();
    let mut groups: HashMap<(u32, &[Arc<str>]), Progress> = HashMap::new();
    for (place, member) in members.iter().enumerate() {
        for touch in member.touches.iter().filter(|touch| touch.length == window.length) {
            let Some(correlation) = correlations.get(touch.correlation as usize) else { continue };
            let group = groups.entry((touch.correlation, &touch.group));
            let progress = group.or_insert_with(|| Progress::of(correlation));
            if progress.see(correlation, place, touch) {
                let about = About { correlation, release, ip, window, group: &touch.group };
                about.tags(member, &progress.counted(), members, &mut judged.tags);
                judged.settled.insert((touch.correlation, Arc::clone(&touch.group)), member.moment);
            }
        }
    }
    judged
}

struct About<'a> {
    correlation: &'a Correlation,
    release: Release,
    ip: IpAddr,
    window: Window,
    group: &'a [Arc<str>],
}

impl About<'_> {
    fn tags(
        &self,
        last: &Member,
        counted: &[(usize, Option<&Arc<str>>)],
        members: &[Member],
        tags: &mut Vec<WindowTag>,
    ) {
        let Self { correlation, release, ip, window, group } = *self;
        let source_id = source_id(&correlation.id, correlation.version, ip, window, group);
        let seen = || counted.iter().filter_map(|(place, _)| members.get(*place));
        let decky = seen().all(|member| member.decky == last.decky).then(|| Arc::clone(&last.decky));
        let same = |member: &Member| member.session == last.session && member.decky == last.decky;
        let session = last.session.as_ref().filter(|_| seen().all(same)).map(Arc::clone);
        let evidence = self.evidence(counted, members);
        tags.extend(correlation.emits.iter().map(|emit| WindowTag {
            id: TagId::derive(
                correlation.kind,
                &source_id,
                &correlation.id,
                correlation.version,
                emit.technique,
            ),
            kind: correlation.kind,
            source_id: source_id.clone(),
            rule: correlation.id.clone(),
            rule_version: correlation.version,
            technique: emit.technique,
            tactic: emit.tactic,
            confidence: emit.confidence,
            release,
            decky: decky.clone(),
            session: session.clone(),
            created_at: last.moment.0,
            evidence: evidence.clone(),
        }));
    }

    fn evidence(&self, counted: &[(usize, Option<&Arc<str>>)], members: &[Member]) -> WindowEvidence {
        let Self { correlation, window, group, .. } = *self;
        let named = |(place, value): &(usize, Option<&Arc<str>>)| {
            let (time, id) = members.get(*place)?.moment;
            Some(NamedEvent { id, time, value: value.map(ToString::to_string) })
        };
        let (last, before) = counted.split_last().map_or((None, counted), |(last, rest)| (Some(last), rest));
        WindowEvidence {
            correlation: correlation.form,
            window_start: window.start,
            window_seconds: window.length.unsigned_abs() / 1_000_000,
            group: correlation.group_by.iter().cloned().zip(group.iter().map(ToString::to_string)).collect(),
            threshold: correlation.steps.iter().map(|step| step.count).collect(),
            field: correlation.steps.iter().flat_map(|step| &step.field).cloned().collect(),
            event_count: counted.len() as u64,
            events: before.iter().take(MAX_NAMED - 1).chain(last).filter_map(named).collect(),
        }
    }
}
