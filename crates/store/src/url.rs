//! The `--db` argument.

use std::path::PathBuf;
use std::str::FromStr;

use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::error::StoreError;

/// Which database is meant.
#[derive(Debug)]
pub(crate) enum Address {
    Sqlite(PathBuf),
    MySql(Server<MySqlConnectOptions>),
    Postgres(Server<PgConnectOptions>),
}

/// A database on a server.
#[derive(Debug)]
pub(crate) struct Server<Options> {
    pub(crate) options: Box<Options>,
    /// The address without user and password, for people.
    pub(crate) shown: String,
}

/// A database's address as it may be shown: without user and password.
pub fn database_name(url: &str) -> String {
    match address(url) {
        Ok(Address::Sqlite(_)) => url.to_owned(),
        Ok(Address::MySql(Server { shown, .. }) | Address::Postgres(Server { shown, .. })) => shown,
        Err(_) => format!("{}:...", url.split(':').next().unwrap_or_default()),
    }
}

/// Reads `sqlite:PATH`, `sqlite://PATH`, a plain path, `mysql://` or `mariadb://`, `postgres://` or `postgresql://`.
pub(crate) fn address(url: &str) -> Result<Address, StoreError> {
    match url.split_once(':') {
        Some(("sqlite", rest)) => file(rest.strip_prefix("//").unwrap_or(rest)),
        Some((scheme @ ("mysql" | "mariadb"), rest)) => {
            let named = |options: &MySqlConnectOptions| options.get_database().is_some();
            Ok(Address::MySql(server(scheme, "mysql", rest, named)?))
        }
        Some((scheme @ ("postgres" | "postgresql"), rest)) => {
            let named = |options: &PgConnectOptions| options.get_database().is_some();
            Ok(Address::Postgres(server(scheme, "postgres", rest, named)?))
        }
        Some((scheme, rest)) if rest.starts_with("//") => Err(bad(scheme, "no such kind of database")),
        _ => file(url),
    }
}

fn file(path: &str) -> Result<Address, StoreError> {
    if path.is_empty() || path == ":memory:" {
        return Err(bad("sqlite", "a path is needed"));
    }
    Ok(Address::Sqlite(PathBuf::from(path)))
}

/// Errors quote nothing after the scheme: the password is there, in a malformed address anywhere.
fn server<Options: FromStr<Err = sqlx::Error>>(
    scheme: &str,
    known_as: &str,
    rest: &str,
    has_database: impl Fn(&Options) -> bool,
) -> Result<Server<Options>, StoreError> {
    let Some(rest) = rest.strip_prefix("//") else {
        return Err(bad(scheme, "// is missing after the colon"));
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    if after.contains('@') {
        // A password with one of these would be cut in two, and its second half be shown as the database's name.
        return Err(bad(scheme, "write / ? # @ in a password as %2F %3F %23 %40"));
    }
    let options = Options::from_str(&format!("{known_as}://{rest}"))
        .map_err(|_| bad(scheme, "it is not of the form USER:PASSWORD@HOST:PORT/DATABASE"))?;
    if !has_database(&options) {
        return Err(bad(scheme, "the database's name is missing: HOST/DATABASE"));
    }
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let path = after.split(['?', '#']).next().unwrap_or_default();
    Ok(Server { options: Box::new(options), shown: format!("{scheme}://{host}{path}") })
}

fn bad(scheme: &str, why: &'static str) -> StoreError {
    StoreError::BadUrl { scheme: scheme.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(url: &str) -> PathBuf {
        match address(url).unwrap() {
            Address::Sqlite(path) => path,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn three_spellings_one_file() {
        for url in ["sqlite:a/b.db", "sqlite://a/b.db", "a/b.db"] {
            assert_eq!(path(url).to_str(), Some("a/b.db"), "{url}");
        }
        assert_eq!(path("sqlite:///var/b.db").to_str(), Some("/var/b.db"));
    }

    #[test]
    fn servers_have_two_spellings_each_and_are_shown_without_who_asks() {
        for (scheme, mysql) in
            [("mysql", true), ("mariadb", true), ("postgres", false), ("postgresql", false)]
        {
            let shown = match address(&format!("{scheme}://me:s%2Fecret@h:1234/d?statement-cache-capacity=9"))
            {
                Ok(Address::MySql(server)) if mysql => {
                    let options = server.options;
                    assert_eq!(
                        (options.get_username(), options.get_host(), options.get_port()),
                        ("me", "h", 1234)
                    );
                    server.shown
                }
                Ok(Address::Postgres(server)) if !mysql => {
                    let options = server.options;
                    assert_eq!(
                        (options.get_username(), options.get_host(), options.get_port()),
                        ("me", "h", 1234)
                    );
                    server.shown
                }
                other => panic!("{scheme}: {other:?}"),
            };
            assert_eq!(shown, format!("{scheme}://h:1234/d"));
        }
    }

    #[test]
    fn a_password_in_a_refused_address_is_not_repeated() {
        for url in [
            "oracle://u:secret@h",
            "mysql:u:secret@h/d",
            "mysql://u:secret@h",
            "mysql://u:secret@h:port/d",
            "mariadb://u:1/secret@h/d",
            "postgres://u:1?secret@h/d",
            "postgres://u:1#secret@h/d",
            "postgres://u:secret@h/d?sslmode=secret",
            "postgres://h/d?password=a@secret",
            "postgresql://u:secret@[h/d",
        ] {
            let error = address(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
            assert!(!database_name(url).contains("secret"), "{url}");
        }
        assert_eq!(database_name("postgres://u:secret@h/d"), "postgres://h/d");
        assert_eq!(database_name("sqlite:a.db"), "sqlite:a.db");
        for url in ["sqlite:", "sqlite::memory:", ""] {
            assert!(address(url).is_err(), "{url}");
        }
    }
}
