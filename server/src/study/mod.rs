//! Studies measure error rates on the operator's own people and attacks: sessions with labels and consent, an export
//! for `evaluate`, and the erasure of a person. See `docs/STUDY.md`.

pub mod csv;
pub mod export;
pub mod rates;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use nearfar_protocol::study::{Glasses, LabelName, LabelText, Labels, PersonCode, Species};
use nearfar_store::{
    Actor, AuditAction, Conflict, Error as StoreError, NewAuditEntry, NewStudySession, Store, StudySession,
};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};

use crate::config::Config;
use crate::config::study::StudyConfig;
use crate::state::tokens::{PageClaims, Tokens};

/// Maximum tries per session.
const MAX_TRIES: i64 = 20;

/// Study commands.
#[derive(Clone, Debug, Subcommand)]
pub enum StudyCommand {
    /// Creates a session with labels and prints its page's URL as JSON; on a terminal also as a QR code.
    Session(SessionArgs),
    /// Lists the sessions as JSON lines: labels, consent, captures and the last outcome.
    List,
    /// Exports captures, videos, labels and verdicts to a new folder for `npm run evaluate`, with people split into
    /// halves.
    Export {
        /// The folder to create. It will contain faces of people: protect it like the study.
        folder: PathBuf,
    },
    /// Erases all data of a person: captures, videos, labels and consent, and attacks that show them. Only counts
    /// remain.
    Erase {
        /// The person's code, such as P07.
        person: PersonCode,
    },
    /// Prints the 95 % interval of an error rate; without arguments, a table of intervals by number of captures.
    Interval {
        /// Number of errors.
        #[arg(requires = "trials")]
        errors: Option<usize>,
        /// Number of captures.
        trials: Option<usize>,
    },
}

/// A new session: what is presented to the camera.
#[derive(Clone, Debug, Args)]
#[command(group = ArgGroup::new("presentation").required(true).args(["bona_fide", "species"]))]
pub struct SessionArgs {
    /// The code of the person shown: a pseudonym such as P07, never a name.
    #[arg(long, value_name = "CODE")]
    person: PersonCode,
    /// The person shows their own face (bona fide).
    #[arg(long)]
    bona_fide: bool,
    /// An attack of this species, such as print, tablet, phone, mask or injection.
    #[arg(long, value_name = "SPECIES")]
    species: Option<Species>,
    /// The instrument of the attack, such as "A4 matt, inkjet".
    #[arg(long, value_name = "TEXT", requires = "species")]
    instrument: Option<LabelText>,
    /// The code of another person who presents the attack and is asked for consent instead.
    #[arg(long, value_name = "CODE", requires = "species")]
    presenter: Option<PersonCode>,
    /// The capturing device, such as "Pixel 8".
    #[arg(long, value_name = "TEXT")]
    phone: Option<LabelText>,
    /// The lighting, such as "window, overcast".
    #[arg(long, value_name = "TEXT")]
    light: Option<LabelText>,
    /// Glasses of the person shown.
    #[arg(long, value_enum)]
    glasses: Option<GlassesArg>,
    /// An additional label, such as --label room=2; repeatable.
    #[arg(long = "label", value_name = "NAME=TEXT", value_parser = label)]
    further: Vec<(LabelName, LabelText)>,
    /// Number of tries.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=MAX_TRIES))]
    tries: u32,
}

/// [`Glasses`] on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum GlassesArg {
    None,
    Clear,
    Tinted,
}

impl From<GlassesArg> for Glasses {
    fn from(worn: GlassesArg) -> Self {
        match worn {
            GlassesArg::None => Self::None,
            GlassesArg::Clear => Self::Clear,
            GlassesArg::Tinted => Self::Tinted,
        }
    }
}

fn label(text: &str) -> Result<(LabelName, LabelText), String> {
    let (name, text) = text.split_once('=').ok_or("should be NAME=TEXT")?;
    Ok((name.parse().map_err(message)?, text.parse().map_err(message)?))
}

fn message(error: nearfar_protocol::study::StudyError) -> String {
    error.to_string()
}

/// The output of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOutput {
    /// Text to print.
    pub text: String,
    /// A URL to show as a QR code on a terminal.
    pub url: Option<String>,
}

impl From<String> for CommandOutput {
    fn from(text: String) -> Self {
        Self { text, url: None }
    }
}

/// The configured study.
///
/// # Errors
/// If there is none: studies are off by default.
pub fn configured(config: &Config) -> anyhow::Result<&StudyConfig> {
    config
        .study
        .as_ref()
        .context("no study is configured: [study] with consent_file and objects_url, see docs/STUDY.md")
}

/// Intervals, which need no configured study.
///
/// # Errors
/// If there are more errors than captures.
pub fn interval(figures: Option<(usize, usize)>) -> anyhow::Result<String> {
    match figures {
        None => Ok(rates::table().trim_end().to_owned()),
        Some((errors, trials)) if errors > trials => bail!("{errors} of {trials}: more errors than captures"),
        Some((errors, trials)) => Ok(rates::rate(errors, trials)),
    }
}

/// Runs the command and returns its output.
///
/// # Errors
/// Without a configured study, and errors of each command.
pub async fn run(
    store: &Store,
    config: &Config,
    command: StudyCommand,
    actor: &Actor,
    now: i64,
) -> anyhow::Result<CommandOutput> {
    if let StudyCommand::Interval { errors, trials } = command {
        return Ok(interval(errors.zip(trials))?.into());
    }
    let study = configured(config)?;
    match command {
        StudyCommand::Session(args) => session(store, config, study, args, now).await,
        StudyCommand::List => Ok(list(store).await?.into()),
        StudyCommand::Export { folder } => {
            let entry = NewAuditEntry::new(actor, AuditAction::DataExported).details(json!({ "study": true }));
            store.record_audit(entry, now).await?;
            Ok(export::write(store, &folder, now).await?.into())
        }
        StudyCommand::Erase { person } => Ok(erase(store, &person, actor, now).await?.into()),
        StudyCommand::Interval { .. } => bail!("it needs no study"),
    }
}

/// The URL as a QR code of half blocks, black on white whatever the terminal's colours.
///
/// # Errors
/// If the URL is too long.
pub fn qr_code(url: &str) -> anyhow::Result<String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::L).context("the QR code of the URL")?;
    let image = code.render::<Dense1x2>().build();
    Ok(image.lines().map(|line| format!("\x1b[30;107m{line}\x1b[0m")).collect::<Vec<_>>().join("\n"))
}

async fn session(
    store: &Store,
    config: &Config,
    study: &StudyConfig,
    args: SessionArgs,
    now: i64,
) -> anyhow::Result<CommandOutput> {
    let count = args.further.len();
    let labels = Labels {
        species: args.species,
        instrument: args.instrument,
        phone: args.phone,
        light: args.light,
        glasses: args.glasses.map(Glasses::from),
        further: args.further.into_iter().collect(),
    };
    anyhow::ensure!(labels.further.len() == count, "a label is given twice");
    labels.validate(args.presenter.is_some())?;
    let expires_at = now + i64::from(config.session_seconds) * 1000;
    let (person, presenter, tries) = (args.person, args.presenter, args.tries);
    let consent = study.consent()?;
    let person_shown = person.clone();
    let new = NewStudySession { person, presenter, labels, consent, tries, expires_at };
    let created = match store.create_study_session(new, now).await {
        Err(StoreError::Conflict(Conflict::NoConsent)) => {
            bail!(
                "{person_shown} has not consented to the study: they have to consent in a session of their own before somebody else presents them"
            )
        }
        created => created?,
    };
    let session = store.study_session(&created.id).await?;
    let url =
        Tokens::open(store, now).await?.session_url(config, &PageClaims::for_first_device(&created, config), now)?;
    let text = json!({
        "signatureId": created.id,
        "url": url,
        "asks": session.consenting_person().as_str(),
        "half": session.half,
        "consentVersion": session.consent_version,
    });
    Ok(CommandOutput { text: text.to_string(), url: Some(url) })
}

async fn list(store: &Store) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    for session in store.study_sessions().await? {
        let attempts = store.attempts(&session.session_id).await?;
        let received = attempts.iter().filter(|attempt| attempt.received_at.is_some());
        let scored = attempts.iter().rev().find_map(|attempt| attempt.outcome.as_ref());
        let mut line = session_json(&session)?;
        line["captures"] = json!(received.count());
        line["code"] = json!(scored.map(|outcome| &outcome.code));
        line["score"] = json!(scored.and_then(|outcome| outcome.score));
        lines.push(line.to_string());
    }
    Ok(lines.join("\n"))
}

fn session_json(session: &StudySession) -> anyhow::Result<Value> {
    Ok(json!({
        "signatureId": session.session_id,
        "person": session.person,
        "presenter": session.presenter,
        "half": session.half,
        "labels": serde_json::to_value(&session.labels)?,
        "consent": session.consent(),
        "consentVersion": session.consent_version,
        "createdAt": session.created_at,
    }))
}

async fn erase(store: &Store, person: &PersonCode, actor: &Actor, now: i64) -> anyhow::Result<String> {
    let erased = store.erase_person_by(Some(actor), person, now).await?;
    anyhow::ensure!(erased.sessions > 0, "no study session shows or is presented by {person}");
    let text = format!(
        "sessions with labels and consent: {}, captures: {}, files: {}, videos among them: {}",
        erased.sessions, erased.captures, erased.files, erased.videos
    );
    anyhow::ensure!(
        erased.deferred == 0,
        "erased: {text}. Sessions whose files could not be deleted now: {}. Nothing reads them any more, and a running \
         service deletes them as soon as the object store answers",
        erased.deferred
    );
    Ok(format!("erased: {text}. Exports that were made before have to be deleted too"))
}

#[cfg(test)]
mod tests {
    use super::qr_code;

    #[test]
    fn a_qr_code_is_black_on_white_with_a_quiet_zone() {
        let text = qr_code(&format!("https://live.example/h5/?token={}", "x".repeat(330))).expect("a code");
        let lines: Vec<&str> = text.lines().collect();
        let modules: Vec<&str> = lines
            .iter()
            .map(|line| {
                line.strip_prefix("\x1b[30;107m").and_then(|line| line.strip_suffix("\x1b[0m")).expect("colours")
            })
            .collect();
        assert!(modules[0].chars().all(|module| module == ' '), "{text}");
        assert!(modules[2].starts_with("    █▀▀▀▀▀█"), "the corner: {text}");
        assert!(modules.iter().all(|line| line.chars().count() <= 80), "it fits a terminal");
    }
}
