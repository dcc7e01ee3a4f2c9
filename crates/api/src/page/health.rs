//! `/health`: is the server there?

pub(crate) async fn handle() -> &'static str {
    "ok"
}
