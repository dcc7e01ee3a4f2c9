//! `/navigator.json`: the whole fleet as an ATT&CK Navigator layer, to download.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use vespid_export::{Format, Look, Report};
use vespid_model::rows::Scope;
use vespid_store::Store;

use crate::failure::Failure;

pub(crate) async fn handle(State(store): State<Store>) -> Result<Response, Failure> {
    let report = Report {
        scope: Scope::Fleet,
        totals: store.totals(&Scope::Fleet).await?,
        techniques: store.technique_list(&Scope::Fleet).await?,
        attackers: Vec::new(),
        sessions: Vec::new(),
        intel: None,
    };
    let attack = store.catalogue_of(&report.totals.releases).await?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"vespid-layer.json\""),
    ];
    Ok((headers, report.render(Format::Navigator, &attack, Look::PLAIN)).into_response())
}
