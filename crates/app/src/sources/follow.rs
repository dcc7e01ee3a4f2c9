//! Files of one place, followed until the program ends.
//!
//! Twice a second their names and lengths are looked at; what grew is read, a slice of each file in turn, so that a long
//! one does not hold up the others. A place has a thread of its own: a disk that hangs holds up nobody else.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;
use vespid_ingest::decode::Decoder;
use vespid_ingest::source::file::{Found, Input, Watched};

use super::board::{Board, Meter};
use super::ending::Ending;
use super::followed::{Followed, Turn};
use crate::ingest::Shared;

/// Between two looks.
const EVERY: Duration = Duration::from_millis(500);
/// Files that are held open at once in one place; above that, those that are quiet are closed and opened again when they
/// change.
const OPEN: usize = 300;
/// Logs of one place that are written down one by one. What is more counts for the place.
const METERS: usize = 1000;

/// A place and what is known of its files.
pub(super) struct Follower {
    pub(super) place: Watched,
    pub(super) shared: Shared,
    pub(super) decoder: Decoder,
    pub(super) board: Board,
    pub(super) ending: Ending,
}

impl Follower {
    /// Follows until the program ends. Everything that was read is stored then.
    pub(super) async fn run(mut self) -> Result<()> {
        let mut files: HashMap<(u64, u64), Followed> = HashMap::new();
        let mut meters = HashMap::new();
        let (mut buffer, mut open) = (Vec::new(), 0);
        // What is wrong with the place itself: said once, and not twice a second.
        let (mut trouble, mut failed) = (None, None);
        while !self.ending.is_set() {
            let listed = match self.place.list() {
                Ok(listed) => {
                    failed = None;
                    listed
                }
                Err(error) => {
                    let error = error.to_string();
                    if failed.as_ref() != Some(&error) {
                        let meter = || self.board.meter("place", &self.place.name());
                        trouble.get_or_insert_with(meter).error(error.clone());
                    }
                    failed = Some(error);
                    self.pause().await;
                    continue;
                }
            };
            // Files that are begun now are tagged with the rules of now.
            if self.shared.rules.is_behind() {
                self.shared.rules.take();
            }
            let mut order = self.seen(listed, &mut files, &mut meters);
            // A slice of each in turn, until nothing is left.
            while !order.is_empty() && !self.ending.is_set() {
                let mut more = Vec::new();
                for id in order {
                    let Some(file) = files.get_mut(&id) else { continue };
                    let was_open = file.is_open();
                    match file.turn(&self.shared, &self.decoder, &mut buffer).await? {
                        Turn::More => more.push(id),
                        Turn::Done => {}
                    }
                    if file.is_open() && !was_open {
                        open += 1;
                    }
                    if open > OPEN {
                        open = self.let_go(&mut files).await?;
                    }
                }
                order = more;
            }
            open = self.let_go(&mut files).await?;
            files.retain(|_, file| !file.is_gone());
            self.pause().await;
        }
        for file in files.values_mut() {
            file.close(&self.shared).await?;
        }
        Ok(())
    }

    async fn pause(&mut self) {
        tokio::select! {
            () = sleep(EVERY) => {}
            () = self.ending.wait() => {}
        }
    }

    /// Tells the files what was seen of them; gives them in the order in which they are read.
    fn seen(
        &self,
        listed: Vec<Found>,
        files: &mut HashMap<(u64, u64), Followed>,
        meters: &mut HashMap<PathBuf, Arc<Meter>>,
    ) -> Vec<(u64, u64)> {
        let mut order: Vec<_> = listed.iter().map(|found| found.id).collect();
        let there: HashSet<_> = order.iter().copied().collect();
        for found in listed {
            if let Some(file) = files.get_mut(&found.id) {
                file.seen(found);
            } else {
                let meter = self.meter(&found, meters);
                files.insert(found.id, Followed::new(found, meter));
            }
        }
        for (id, file) in files.iter_mut().filter(|(id, _)| !there.contains(id)) {
            file.missed();
            order.push(*id);
        }
        order
    }

    /// Whose lines a file's are: its log's, or where there are too many logs, those of the place.
    fn meter(&self, found: &Found, meters: &mut HashMap<PathBuf, Arc<Meter>>) -> Arc<Meter> {
        let is_one_too_many = meters.len() >= METERS && !meters.contains_key(&found.live);
        let (log, kind, name) = if is_one_too_many {
            (PathBuf::new(), "place", self.place.name())
        } else {
            (found.live.clone(), "file", Input::File(found.live.clone(), 0).name())
        };
        let meter = meters.entry(log).or_insert_with(|| self.board.meter(kind, &name));
        Arc::clone(meter)
    }

    /// Closes files that are old, and where many are open the more quiet half; gives how many are open still.
    async fn let_go(&self, files: &mut HashMap<(u64, u64), Followed>) -> Result<usize> {
        let mut open: Vec<_> = files.values_mut().filter(|file| file.is_open()).collect();
        open.sort_by_key(|file| file.quiet());
        let kept = if open.len() > OPEN { OPEN / 2 } else { open.len() };
        for (place, file) in open.iter_mut().enumerate() {
            if place >= kept || file.is_old() {
                file.close(&self.shared).await?;
            }
        }
        Ok(open.iter().filter(|file| file.is_open()).count())
    }
}
