//! `vespid rules lint`

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use vespid_attack::Catalogue;
use vespid_engine::lint::{Finding, lint};
use vespid_export::printable;
use vespid_model::release::Release;

use super::super::look;
use crate::exit::Exit;
use crate::rules;

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// Rule files and folders of them, checked as one pack; the shipped rules if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[arg(long, default_value = "text")]
    format: LintFormat,
    /// Exit with 1 when there is only a warning, too
    #[arg(long)]
    strict: bool,
    /// Check against this bundled ATT&CK release
    #[arg(long, value_name = "RELEASE")]
    attack_release: Option<Release>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LintFormat {
    Text,
    Json,
}

pub(super) fn run(args: &LintArgs) -> Result<Exit> {
    let attack = match args.attack_release {
        Some(release) => Catalogue::bundled(release)
            .with_context(|| format!("ATT&CK {release} is not bundled; see `vespid attack list`"))?,
        None => Catalogue::default_release(),
    };
    let files = rules::named(&args.paths)?;
    let findings = lint(&files, attack);
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let warnings = findings.len() - errors;
    let mut out = io::stdout().lock();
    match args.format {
        LintFormat::Text => {
            let look = look::of(&out);
            for finding in &findings {
                writeln!(out, "{}", line(finding))?;
                writeln!(out, "    {}", look.dim(&printable(&finding.hint)))?;
            }
            let plural =
                |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
            let [files, errors, warnings] = [(files.len(), "file"), (errors, "error"), (warnings, "warning")]
                .map(|(n, noun)| plural(n, noun));
            writeln!(out, "{files}: {errors}, {warnings}")?;
        }
        LintFormat::Json => {
            let findings: Vec<_> = findings.iter().map(json).collect();
            writeln!(out, "{:#}", serde_json::Value::Array(findings))?;
        }
    }
    let is_bad = errors > 0 || (args.strict && warnings > 0);
    Ok(if is_bad { Exit::Failed } else { Exit::Done })
}

fn severity(finding: &Finding) -> &'static str {
    if finding.is_error() { "error" } else { "warning" }
}

/// `command/x.yml:7:5: error E003 rule x: unknown technique T9999`
fn line(finding: &Finding) -> String {
    let Finding { path, line, column, code, message, .. } = finding;
    let rule = finding.rule.as_ref().map(|rule| format!(" rule {rule}")).unwrap_or_default();
    printable(&format!("{path}:{line}:{column}: {} {code}{rule}: {message}", severity(finding))).into_owned()
}

fn json(finding: &Finding) -> serde_json::Value {
    serde_json::json!({
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "severity": severity(finding),
        "code": finding.code,
        "rule": finding.rule,
        "message": finding.message,
        "hint": finding.hint,
    })
}
