//! Which failed transactions are tried again, and for how long.

use std::time::{Duration, Instant};

use sqlx::Error;
use sqlx::mysql::MySqlDatabaseError;

use crate::error::StoreError;

/// Another writer in the way is gone after milliseconds.
const SHORT: Duration = Duration::from_millis(2);
const SHORT_MOST: Duration = Duration::from_millis(250);
const TRIES: u32 = 60;
/// A server that is started again is back after seconds.
const LONG: Duration = Duration::from_millis(100);
const LONG_MOST: Duration = Duration::from_secs(2);
const GONE: Duration = Duration::from_mins(1);

/// What a failed transaction tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Another writer was faster, or both waited for each other.
    Contention,
    /// The server went away.
    Gone,
    /// A key refers to nothing.
    Dangling,
    /// The same will happen again.
    Lasting,
}

/// How often one piece of work was tried.
#[derive(Debug, Default)]
pub(super) struct Patience {
    contended: u32,
    lost: u32,
    since: Option<Instant>,
    dangled: bool,
}

impl Patience {
    /// Waits until it is worth trying again, or says why it is not. `remembered`: keys of earlier batches were used,
    /// which someone may have deleted.
    pub(super) async fn pause(&mut self, error: Error, remembered: bool) -> Result<(), StoreError> {
        match trouble(&error) {
            Trouble::Contention => {
                self.since = None;
                self.contended += 1;
                if self.contended >= TRIES {
                    return Err(StoreError::Contended { tries: self.contended, error });
                }
                tokio::time::sleep(growing(SHORT, SHORT_MOST, self.contended)).await;
            }
            Trouble::Gone => {
                let since = *self.since.get_or_insert_with(Instant::now);
                if since.elapsed() > GONE {
                    return Err(StoreError::Gone { seconds: GONE.as_secs(), error });
                }
                self.lost += 1;
                tokio::time::sleep(growing(LONG, LONG_MOST, self.lost)).await;
            }
            Trouble::Dangling if remembered && !self.dangled => self.dangled = true,
            Trouble::Dangling | Trouble::Lasting => return Err(StoreError::ServerWrite(error)),
        }
        Ok(())
    }
}

/// Half as long again each time.
fn growing(first: Duration, most: Duration, times: u32) -> Duration {
    (1..times).fold(first, |pause, _| (pause * 3 / 2).min(most))
}

/// Did MariaDB or MySQL refuse a lock that was not to be waited for?
pub(super) fn is_busy(error: &Error) -> bool {
    let mysql = error.as_database_error().and_then(|error| error.try_downcast_ref::<MySqlDatabaseError>());
    // Lock wait timeout (MariaDB's answer), NOWAIT (MySQL's).
    mysql.is_some_and(|error| matches!(error.number(), 1205 | 3572))
}

fn trouble(error: &Error) -> Trouble {
    let database = match error {
        Error::Io(_) | Error::PoolTimedOut => return Trouble::Gone,
        Error::Database(database) => database,
        _ => return Trouble::Lasting,
    };
    if database.is_unique_violation() {
        return Trouble::Contention;
    }
    if database.is_foreign_key_violation() {
        return Trouble::Dangling;
    }
    match database.try_downcast_ref::<MySqlDatabaseError>() {
        Some(mysql) => match mysql.number() {
            // Lock wait timeout, deadlock, record changed since it was read.
            1205 | 1213 | 1020 => Trouble::Contention,
            // Too many connections (twice), shutting down, interrupted, killed.
            1040 | 1203 | 1053 | 1317 | 1927 => Trouble::Gone,
            _ => Trouble::Lasting,
        },
        None => match database.code().as_deref() {
            // Serialization failure, deadlock, lock not available.
            Some("40001" | "40P01" | "55P03") => Trouble::Contention,
            // Too many connections; shutting down, crashed, starting.
            Some("53300" | "57P01" | "57P02" | "57P03") => Trouble::Gone,
            _ => Trouble::Lasting,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        assert_eq!(growing(SHORT, SHORT_MOST, 1), SHORT);
        assert_eq!(growing(SHORT, SHORT_MOST, 2), SHORT * 3 / 2);
        assert_eq!(growing(SHORT, SHORT_MOST, TRIES), SHORT_MOST);
        let longest: Duration = (1..TRIES).map(|times| growing(SHORT, SHORT_MOST, times)).sum();
        assert!(longest < Duration::from_secs(20), "{longest:?}");
    }

    #[test]
    fn a_broken_connection_is_not_the_end() {
        let broken = Error::Io(std::io::ErrorKind::ConnectionReset.into());
        assert_eq!(trouble(&broken), Trouble::Gone);
        assert_eq!(trouble(&Error::RowNotFound), Trouble::Lasting);
    }
}
