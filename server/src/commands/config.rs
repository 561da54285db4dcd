//! The `config` command: checks the options and what they name, or prints them.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use clap::Subcommand;
use nearfar_store::{Entropy, Store, StoreConfig};
use serde_json::{Map, Value, json};

use crate::config::keys::store_config;
use crate::config::study::StudyConfig;
use crate::config::{Config, sources};
use crate::web::site;

/// Config commands.
#[derive(Clone, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Reports everything that stops `serve`, all faults at once. Changes nothing. Exit code 1 if there are faults.
    Check {
        /// Connects to nothing: neither database, object store nor the addresses to listen on.
        #[arg(long)]
        offline: bool,
    },
    /// Prints the options with the source of each. Secrets are masked.
    Show {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// The outcome of a check.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What stops `serve`.
    pub faults: Vec<String>,
    /// What an operator should know.
    pub notes: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "fault: {fault}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        f.write_str(if self.faults.is_empty() { "serve can start" } else { "serve cannot start" })
    }
}

impl Report {
    fn fault(&mut self, error: impl fmt::Display) {
        // The alternate form prints the causes of an `anyhow::Error`.
        self.faults.push(format!("{error:#}"));
    }

    fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

/// Checks everything that `serve` would refuse.
pub async fn check(
    file: Option<&Path>,
    offline: bool,
    entropy: &Entropy,
    load_scorer: impl FnOnce(&Config) -> anyhow::Result<()>,
) -> Report {
    let mut report = Report::default();
    let (config, faults) = sources::diagnose(file);
    faults.iter().for_each(|fault| report.fault(fault));
    if !site::has_page(&config).await {
        report.fault(format!("page_dir: {} has no index.html", config.page_dir.display()));
    }
    if let Err(error) = load_scorer(&config) {
        report.fault(error);
    }
    if let Some(Err(error)) = config.study.as_ref().map(StudyConfig::consent) {
        report.note(format!("no study session can be created: {error:#}"));
    }
    if config.blob_keys.trim().is_empty() {
        report.note("captured files are stored unencrypted: set blob_keys");
    }
    if config.master_key.is_none() && !config.master_key_file.exists() {
        report.note(format!("the first start creates the master key {}", config.master_key_file.display()));
    }
    match store_config(&config, existing_master_key) {
        Ok(settings) if !offline => {
            check_database(&settings, &mut report).await;
            match Store::inspect_objects(&settings, entropy.clone()).await {
                Ok(true) => {}
                Ok(false) => report.note(format!("the first start creates the folder {}", settings.objects_url)),
                Err(error) => report.fault(format!("objects_url: {error}")),
            }
        }
        Ok(_) => {}
        Err(error) => report.fault(error),
    }
    if !offline {
        check_addresses(&config, &mut report);
    }
    report
}

/// Without creating it. A missing key is replaced by one that opens nothing.
fn existing_master_key(path: &Path) -> anyhow::Result<String> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok("00".repeat(32)),
        read => read.with_context(|| format!("reading {}", path.display())),
    }
}

async fn check_database(settings: &StoreConfig, report: &mut Report) {
    let found = match Store::inspect_database(settings).await {
        Ok(found) => found,
        Err(error) => return report.fault(format!("database_url: {error}")),
    };
    match found.schema {
        None => report.note("the first start creates the database's tables"),
        Some(schema) if schema < found.known_schema => {
            let known = found.known_schema;
            report
                .note(format!("the start migrates the database from schema {schema} to {known}: make a backup first"));
        }
        Some(schema) if schema > found.known_schema => {
            report.note(format!("a newer release has migrated the database to schema {schema}"));
        }
        Some(_) => {}
    }
    if found.unreadable_secrets > 0 {
        let rows = found.unreadable_secrets;
        report.fault(format!("master_key: {rows} secrets of the database are encrypted with another key"));
    }
    if found.unreadable_files > 0 {
        let files = found.unreadable_files;
        report.note(format!("blob_keys: {files} files are encrypted with keys that are missing here"));
    }
}

fn check_addresses(config: &Config, report: &mut Report) {
    let addresses = [
        ("listen", Some(config.listen)),
        ("metrics_listen", config.metrics_listen),
        ("console_listen", config.console_listen),
    ];
    for (option, address) in addresses.into_iter().filter_map(|(option, address)| Some((option, address?))) {
        match std::net::TcpListener::bind(address) {
            Ok(_) => {}
            // By the service itself, if it runs.
            Err(error) if error.kind() == ErrorKind::AddrInUse => report.note(format!("{option}: {address} is in use")),
            Err(error) => report.fault(format!("{option}: {address}: {error}")),
        }
    }
}

/// Prints the options and their sources.
///
/// # Errors
/// If the configuration cannot be read.
pub fn show(file: Option<&Path>, as_json: bool) -> anyhow::Result<String> {
    let figment = sources::with_secret_files(sources::figment(file))?;
    let config: Config = figment.extract().map_err(crate::config::ConfigError::from)?;
    let mut options = Vec::new();
    flatten(String::new(), serde_json::to_value(&config)?, &mut options);
    let options = options.into_iter().map(|(name, value)| {
        let source = sources::source(&figment, &name);
        let value = sources::masked(&name, value);
        (name, value, source)
    });
    if as_json {
        let all: Map<String, Value> =
            options.map(|(name, value, source)| (name, json!({"value": value, "source": source}))).collect();
        return Ok(serde_json::to_string_pretty(&all)?);
    }
    let lines: Vec<String> = options.map(|(name, value, source)| format!("{name} = {value}  # {source}")).collect();
    Ok(lines.join("\n"))
}

/// Options of tables by their full names, such as `limits.minGrowth`.
fn flatten(name: String, value: Value, options: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) if name.is_empty() || !fields.is_empty() => {
            for (field, value) in fields {
                let path = if name.is_empty() { field } else { format!("{name}.{field}") };
                flatten(path, value, options);
            }
        }
        value => options.push((name, value)),
    }
}
