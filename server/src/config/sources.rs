//! Where options come from: defaults, the configuration file, the environment, and files that hold one secret each.

use std::path::{Path, PathBuf};

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider, Source};

use crate::config::environment::{self, PREFIX};
use crate::config::{Config, ConfigError};

/// Secret options that a file can hold: the option `NAME_file` names it. (`master_key_file` is created if it is missing:
/// [`crate::config::keys`].)
pub const FILE_SECRETS: [&str; 4] = ["database_url", "master_key_previous", "blob_keys", "console_oidc_client_secret"];

/// Ends of the names of options whose values are never shown.
const SECRET_ENDINGS: [&str; 6] = ["_key", "_keys", "_key_previous", "_secret", "_password", "_token"];

/// Parts of the names of URL parameters whose values are never shown, such as `password` of a PostgreSQL URL.
const SECRET_PARAMETERS: [&str; 4] = ["password", "secret", "token", "key"];

/// What `config show` prints instead of a secret.
pub const MASK: &str = "********";

/// All options with their sources.
pub fn figment(file: Option<&Path>) -> Figment {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = file {
        figment = figment.merge(Toml::file_exact(file));
    }
    let ignored_variables = environment::ignored_variables();
    let options = ignored_variables.iter().filter_map(|name| name.strip_prefix(PREFIX)).chain(["config"]);
    figment
        .merge(Env::raw().only(&["DATABASE_URL"]))
        // The configuration file's own variable is not an option.
        .merge(Env::prefixed(PREFIX).ignore(&options.collect::<Vec<_>>()))
}

/// Reads the secrets that files hold.
///
/// # Errors
/// If an option and its file are both set, or the file cannot be read or is empty.
pub fn with_secret_files(mut figment: Figment) -> Result<Figment, ConfigError> {
    for option in FILE_SECRETS {
        if let Some(secret) = secret_file(&figment, option)? {
            figment = figment.merge(secret);
        }
    }
    // Its file has a default, which an explicit key replaces.
    if is_set(&figment, "master_key") && is_set(&figment, "master_key_file") {
        return Err(both_set("master_key"));
    }
    Ok(figment)
}

fn secret_file(figment: &Figment, option: &'static str) -> Result<Option<SecretFile>, ConfigError> {
    let Ok(path) = figment.find_value(&format!("{option}_file")) else { return Ok(None) };
    let Some(path) = path.into_string().filter(|path| !path.is_empty()) else { return Ok(None) };
    if is_set(figment, option) {
        return Err(both_set(option));
    }
    let text = read_secret(Path::new(&path)).map_err(|reason| ConfigError::Value { option, reason })?;
    Ok(Some(SecretFile { option, path: path.into(), text }))
}

/// The secret in a file, without its trailing newline.
///
/// # Errors
/// If it cannot be read, is no text or is empty. The message names the path and not the content.
pub fn read_secret(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()))?;
    let text = text.strip_suffix('\n').map_or(&*text, |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() { Err(format!("{} is empty", path.display())) } else { Ok(text.to_owned()) }
}

fn both_set(option: &'static str) -> ConfigError {
    ConfigError::Value { option, reason: format!("set either {option} or {option}_file, not both") }
}

/// Whether an option has another source than its default.
pub fn is_set(figment: &Figment, option: &str) -> bool {
    figment.find_metadata(option).is_some_and(|metadata| !is_default(metadata))
}

fn is_default(metadata: &Metadata) -> bool {
    matches!(metadata.source, Some(Source::Code(_)))
}

/// The source of an option: `default`, `environment`, `file PATH` or `secret file PATH`.
pub fn source(figment: &Figment, option: &str) -> String {
    let Some(metadata) = figment.find_metadata(option) else { return "default".into() };
    match &metadata.source {
        Some(Source::Code(_)) => "default".into(),
        Some(Source::File(path)) if metadata.name == SecretFile::NAME => format!("secret file {}", path.display()),
        Some(Source::File(path)) => format!("file {}", path.display()),
        _ => "environment".into(),
    }
}

/// A value as `config show` prints it: secrets are masked, and so are passwords in URLs and in their parameters.
pub fn masked(option: &str, value: serde_json::Value) -> serde_json::Value {
    let Some(text) = value.as_str() else { return value };
    if text.is_empty() {
        return value;
    }
    if SECRET_ENDINGS.iter().any(|end| option.ends_with(end)) {
        return MASK.into();
    }
    let Ok(mut url) = url::Url::parse(text) else {
        // A password with unusual letters can make a URL unreadable.
        return if text.contains("://") { MASK.into() } else { value };
    };
    let is_secret = |name: &str| SECRET_PARAMETERS.iter().any(|part| name.to_ascii_lowercase().contains(part));
    let has_secret = url.query_pairs().any(|(name, _)| is_secret(&name));
    let has_password = url.password().is_some();
    // A password with `#`, `?` or `/` that is not encoded: the URL means something else than its author.
    if text.contains('@') && url.username().is_empty() && !has_password {
        return MASK.into();
    }
    if has_password && url.set_password(Some(MASK)).is_err() {
        return MASK.into();
    }
    if has_secret {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let mut query = url.query_pairs_mut();
        query.clear();
        for (name, text) in pairs {
            query.append_pair(&name, if is_secret(&name) { MASK } else { &text });
        }
        drop(query);
    }
    if has_password || has_secret { url.to_string().into() } else { value }
}

/// Everything wrong with the options, and the configuration with the wrong ones at their defaults.
pub fn diagnose(file: Option<&Path>) -> (Config, Vec<ConfigError>) {
    let mut faults = Vec::new();
    let figment = figment(file);
    let figment = with_secret_files(figment.clone()).unwrap_or_else(|error| {
        faults.push(error);
        figment
    });
    let config = figment.extract::<Config>().unwrap_or_else(|error| {
        let Ok(options) = figment.extract::<Dict>() else {
            // The file itself cannot be read.
            faults.push(error.into());
            return Config::default();
        };
        let mut good = Figment::from(Serialized::defaults(Config::default()));
        for (option, value) in options.into_iter().filter(|(option, _)| is_set(&figment, option)) {
            let with_it = good.clone().merge(Serialized::default(&option, &value));
            match with_it.extract::<Config>() {
                Ok(_) => good = with_it,
                Err(mut error) => {
                    error.metadata = figment.find_metadata(&option).cloned();
                    faults.push(error.into());
                }
            }
        }
        good.extract().unwrap_or_default()
    });
    (check_all(config, &mut faults), faults)
}

/// Collects every fault of [`Config::check`], by setting one wrong option after another to its default.
fn check_all(mut config: Config, faults: &mut Vec<ConfigError>) -> Config {
    let mut seen = Vec::new();
    while let Err(error) = config.check() {
        let ConfigError::Value { option, .. } = error else {
            faults.push(error);
            break;
        };
        faults.push(error);
        let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
        let mut options = serde_json::to_value(&config).unwrap_or_default();
        options[option] = defaults[option].clone();
        match serde_json::from_value(options) {
            Ok(changed) if !seen.contains(&option) => config = changed,
            _ => break,
        }
        seen.push(option);
    }
    config
}

/// A secret that a file holds, as a source of options.
struct SecretFile {
    option: &'static str,
    path: PathBuf,
    text: String,
}

impl SecretFile {
    const NAME: &str = "secret file";
}

impl Provider for SecretFile {
    fn metadata(&self) -> Metadata {
        Metadata::from(Self::NAME, &*self.path)
    }

    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        let dict = Dict::from([(self.option.to_owned(), Value::from(self.text.clone()))]);
        Ok(Map::from([(Profile::Default, dict)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_url_is_shown() {
        for url in [
            "postgres://nearfar:letmein@db/nearfar",
            "postgres://nearfar@db/nearfar?password=letmein",
            "postgres://nearfar:1#letmein@db/nearfar",
            "postgres://nearfar:1?letmein@db/nearfar",
            "postgres://nearfar:letmein#@db/nearfar",
            "s3://bucket/?aws_secret_access_key=letmein",
        ] {
            let shown = masked("database_url", url.into());
            assert!(!shown.to_string().contains("letmein"), "{shown}");
        }
        for plain in ["sqlite://data/nearfar.db", "data/objects", "postgres://db/nearfar?sslmode=verify-full"] {
            assert_eq!(masked("database_url", plain.into()), plain);
        }
        assert_eq!(masked("blob_keys", "letmein".into()), MASK);
    }
}
