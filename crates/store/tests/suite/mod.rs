//! Where the cases run, and those that need more than a few lines.

pub(crate) mod actors;
pub(crate) mod canary;
pub(crate) mod clusters;
pub(crate) mod commands;
pub(crate) mod hostile;
pub(crate) mod intel;
pub(crate) mod leaks;
pub(crate) mod lifted;
pub(crate) mod listed;
pub(crate) mod merges;
pub(crate) mod observables;
pub(crate) mod other_tags;
pub(crate) mod purge;
pub(crate) mod random;
pub(crate) mod records;
pub(crate) mod rules;
pub(crate) mod servers;
pub(crate) mod sessions;
pub(crate) mod sources;
pub(crate) mod upgrades;
pub(crate) mod windows;
pub(crate) mod writers;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use sqlx::{Column, Connection, Executor, Row};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use vespid_store::Store;
use vespid_testkit::server::{Kind, Server};

/// A place for databases. Clones share it.
#[derive(Clone)]
pub(crate) struct Place(Arc<Inner>);

struct Inner {
    made: AtomicU32,
    failed: Mutex<Vec<&'static str>>,
    on: On,
}

enum On {
    Files(TempDir),
    Server(Kind, Mutex<Server>),
}

pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) store: Store,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::new(On::Files(tempfile::tempdir().unwrap()))
    }

    pub(crate) fn server(kind: Kind) -> Self {
        let begun = Instant::now();
        let server = Server::start(kind);
        println!("{kind:?} started in {:?}", begun.elapsed());
        Self::new(On::Server(kind, Mutex::new(server)))
    }

    fn new(on: On) -> Self {
        Self(Arc::new(Inner { made: AtomicU32::new(0), failed: Mutex::default(), on }))
    }

    /// The address of a database with nothing in it.
    pub(crate) fn url(&self) -> String {
        let name = format!("t{}", self.0.made.fetch_add(1, Ordering::Relaxed));
        match &self.0.on {
            On::Files(folder) => format!("sqlite:{}", folder.path().join(name).display()),
            On::Server(_, server) => server.lock().unwrap().database(&name),
        }
    }

    pub(crate) async fn fresh(&self) -> Database {
        let url = self.url();
        let store = Store::open(&url).await.unwrap();
        Database { url, store }
    }

    pub(crate) fn is(&self, kind: Kind) -> bool {
        matches!(self.0.on, On::Server(known, _) if known == kind)
    }

    pub(crate) fn is_a_server(&self) -> bool {
        matches!(self.0.on, On::Server(..))
    }

    pub(crate) fn kill(&self) {
        if let On::Server(_, server) = &self.0.on {
            server.lock().unwrap().kill();
        }
    }

    pub(crate) fn restart(&self) {
        if let On::Server(_, server) = &self.0.on {
            server.lock().unwrap().restart();
        }
    }

    /// Runs a case; the others run too when it fails.
    pub(crate) fn run<F: Future<Output = ()>>(
        &self,
        name: &'static str,
        case: impl FnOnce(Self) -> F + Send + 'static,
    ) {
        let (begun, place) = (Instant::now(), self.clone());
        let thread = thread::spawn(move || Runtime::new().unwrap().block_on(case(place)));
        let passed = thread.join().is_ok();
        println!("{name}: {} in {:?}", if passed { "passed" } else { "FAILED" }, begun.elapsed());
        if !passed {
            self.0.failed.lock().unwrap().push(name);
        }
    }

    pub(crate) fn all_passed(&self) {
        assert_eq!(*self.0.failed.lock().unwrap(), [""; 0]);
    }
}

impl Database {
    /// Names and values of the first row, as texts; NULL is empty.
    pub(crate) async fn first_row(&self, query: &'static str) -> (Vec<String>, Vec<String>) {
        let columns = self.columns(query).await;
        let mut values = Vec::new();
        for column in &columns {
            values.push(self.value(&self.as_text(column, query)).await);
        }
        (columns, values)
    }

    fn as_text(&self, column: &str, query: &str) -> String {
        let text = if self.url.starts_with("mysql") { "CHAR" } else { "TEXT" };
        let value = if self.url.starts_with("postgres") && column == "created_at" {
            // PostgreSQL shows no zeros at the end of a time; the other two do.
            "to_char(created_at, 'YYYY-MM-DD HH24:MI:SS.US')".to_owned()
        } else {
            format!("CAST({column} AS {text})")
        };
        format!("SELECT COALESCE({value}, '') FROM ({query} LIMIT 1) t")
    }

    async fn columns(&self, query: &'static str) -> Vec<String> {
        fn names<C: Column>(columns: &[C]) -> Vec<String> {
            columns.iter().map(|column| column.name().to_owned()).collect()
        }
        match self.url.split(':').next().unwrap() {
            "mysql" => {
                let mut connection = sqlx::MySqlConnection::connect(&self.url).await.unwrap();
                names(connection.fetch_one(query).await.unwrap().columns())
            }
            "postgres" => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
                names(connection.fetch_one(query).await.unwrap().columns())
            }
            _ => {
                let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
                names(connection.fetch_one(query).await.unwrap().columns())
            }
        }
    }

    /// The one text that a query gives.
    pub(crate) async fn value(&self, query: &str) -> String {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        match self.url.split(':').next().unwrap() {
            "mysql" => {
                let mut connection = sqlx::MySqlConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
            }
            "postgres" => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
            }
            _ => {
                let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
            }
        }
    }

    /// Behind the store's back.
    pub(crate) async fn execute(&self, query: &str) {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        match self.url.split(':').next().unwrap() {
            "mysql" => {
                let mut connection = sqlx::MySqlConnection::connect(&self.url).await.unwrap();
                connection.execute(query).await.unwrap();
            }
            "postgres" => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
                connection.execute(query).await.unwrap();
            }
            _ => {
                let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
                connection.execute(query).await.unwrap();
            }
        }
    }

    /// What a query says of each row, which must be one text.
    pub(crate) async fn texts(&self, query: &str) -> Vec<String> {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        match self.url.split(':').next().unwrap() {
            "mysql" => {
                let mut connection = sqlx::MySqlConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap()
            }
            "postgres" => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap()
            }
            _ => {
                let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap()
            }
        }
    }
}
