//! A study that measures error rates on people and attacks of the operator's own: sessions with labels and consent, the
//! export that `evaluate` reads, and the erasure of a person. How to run one: `docs/STUDY.md`.

pub mod csv;
pub mod export;
pub mod rates;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use nearfar_protocol::study::{Glasses, LabelName, LabelText, Labels, PersonCode, Species};
use nearfar_store::{Conflict, Error as StoreError, NewStudySession, Store, StudySession};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};

use crate::config::Config;
use crate::config::study::StudyConfig;
use crate::state::tokens::{PageClaims, Tokens};

/// The most tries of one session.
const MAX_TRIES: i64 = 20;

/// What can be done with a study.
#[derive(Clone, Debug, Subcommand)]
pub enum StudyCommand {
    /// Makes a session with labels, and prints its page's URL as JSON; on a terminal also as a QR code.
    Session(SessionArgs),
    /// Lists the sessions, one JSON line each: labels, consent, captures and the last verdict.
    List,
    /// Writes captures, videos, labels and verdicts into a new folder that `npm run evaluate` reads, people in halves.
    Export {
        /// The folder to make. It will hold faces of people: store it as the study is stored.
        folder: PathBuf,
    },
    /// Erases everything of a person: captures, videos, labels and consent, attacks that show them too. A count is left.
    Erase {
        /// The person's code, such as P07.
        person: PersonCode,
    },
    /// Prints the 95 % interval of an error rate; without figures a table of how many captures give which interval.
    Interval {
        /// How many captures were told wrong.
        #[arg(requires = "trials")]
        errors: Option<usize>,
        /// Of how many.
        trials: Option<usize>,
    },
}

/// A new session: who and what is before the camera.
#[derive(Clone, Debug, Args)]
#[command(group = ArgGroup::new("presentation").required(true).args(["bona_fide", "species"]))]
pub struct SessionArgs {
    /// The code of the person who is shown: a pseudonym such as P07, never a name.
    #[arg(long, value_name = "CODE")]
    person: PersonCode,
    /// The person shows their own face.
    #[arg(long)]
    bona_fide: bool,
    /// An attack of this species, such as print, tablet, phone, mask or injection.
    #[arg(long, value_name = "SPECIES")]
    species: Option<Species>,
    /// The very instrument of the attack, such as "A4 matt, inkjet".
    #[arg(long, value_name = "TEXT", requires = "species")]
    instrument: Option<LabelText>,
    /// The code of somebody else who presents the attack, and is asked for consent in the person's place.
    #[arg(long, value_name = "CODE", requires = "species")]
    presenter: Option<PersonCode>,
    /// The device that captures, such as "Pixel 8".
    #[arg(long, value_name = "TEXT")]
    phone: Option<LabelText>,
    /// The light of the place, such as "window, overcast".
    #[arg(long, value_name = "TEXT")]
    light: Option<LabelText>,
    /// What the person who is shown wears over the eyes.
    #[arg(long, value_enum)]
    glasses: Option<GlassesArg>,
    /// A further label, such as --label room=2; may be given several times.
    #[arg(long = "label", value_name = "NAME=TEXT", value_parser = label)]
    further: Vec<(LabelName, LabelText)>,
    /// How many tries the session has.
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
    Ok((name.parse().map_err(told)?, text.parse().map_err(told)?))
}

fn told(error: nearfar_protocol::study::StudyError) -> String {
    error.to_string()
}

/// What a command has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOutput {
    /// To be printed.
    pub text: String,
    /// To be shown as a QR code too, where somebody looks at a terminal.
    pub url: Option<String>,
}

impl From<String> for CommandOutput {
    fn from(text: String) -> Self {
        Self { text, url: None }
    }
}

/// The study of the configuration.
///
/// # Errors
/// Where there is none: a study is off by default.
pub fn configured(config: &Config) -> anyhow::Result<&StudyConfig> {
    config
        .study
        .as_ref()
        .context("no study is configured: [study] with consent_file and objects_url, see docs/STUDY.md")
}

/// What needs no study: intervals.
///
/// # Errors
/// When more captures are wrong than there are.
pub fn interval(figures: Option<(usize, usize)>) -> anyhow::Result<String> {
    match figures {
        None => Ok(rates::table().trim_end().to_owned()),
        Some((errors, trials)) if errors > trials => bail!("{errors} of {trials}: more errors than captures"),
        Some((errors, trials)) => Ok(rates::rate(errors, trials)),
    }
}

/// Does it, and returns what is to be printed.
///
/// # Errors
/// Without a study in the configuration, and what each command says.
pub async fn run(store: &Store, config: &Config, command: StudyCommand, now: i64) -> anyhow::Result<CommandOutput> {
    if let StudyCommand::Interval { errors, trials } = command {
        return Ok(interval(errors.zip(trials))?.into());
    }
    let study = configured(config)?;
    match command {
        StudyCommand::Session(args) => session(store, config, study, args, now).await,
        StudyCommand::List => Ok(list(store).await?.into()),
        StudyCommand::Export { folder } => Ok(export::write(store, &folder, now).await?.into()),
        StudyCommand::Erase { person } => Ok(erase(store, &person, now).await?.into()),
        StudyCommand::Interval { .. } => bail!("it needs no study"),
    }
}

/// The URL as a QR code of half blocks, black on white whatever the terminal's colours are.
///
/// # Errors
/// When it is too long for one.
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
    let shown = person.clone();
    let new = NewStudySession { person, presenter, labels, consent, tries, expires_at };
    let made = match store.create_study_session(new, now).await {
        Err(StoreError::Conflict(Conflict::NoConsent)) => {
            bail!(
                "{shown} has not agreed to the study: somebody else may present them once they have, in a session of their own"
            )
        }
        made => made?,
    };
    let kept = store.study_session(&made.id).await?;
    let url = Tokens::open(store).await?.session_url(config, &PageClaims::for_first_device(&made, config), now)?;
    let text = json!({
        "signatureId": made.id,
        "url": url,
        "asks": kept.asked().as_str(),
        "half": kept.half,
        "consentVersion": kept.consent_version,
    });
    Ok(CommandOutput { text: text.to_string(), url: Some(url) })
}

async fn list(store: &Store) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    for kept in store.study_sessions().await? {
        let attempts = store.attempts(&kept.session_id).await?;
        let received = attempts.iter().filter(|attempt| attempt.received_at.is_some());
        let scored = attempts.iter().rev().find_map(|attempt| attempt.outcome.as_ref());
        let mut line = session_json(&kept)?;
        line["captures"] = json!(received.count());
        line["code"] = json!(scored.map(|outcome| &outcome.code));
        line["score"] = json!(scored.and_then(|outcome| outcome.score));
        lines.push(line.to_string());
    }
    Ok(lines.join("\n"))
}

fn session_json(kept: &StudySession) -> anyhow::Result<Value> {
    Ok(json!({
        "signatureId": kept.session_id,
        "person": kept.person,
        "presenter": kept.presenter,
        "half": kept.half,
        "labels": serde_json::to_value(&kept.labels)?,
        "consent": kept.consent(),
        "consentVersion": kept.consent_version,
        "createdAt": kept.created_at,
    }))
}

async fn erase(store: &Store, person: &PersonCode, now: i64) -> anyhow::Result<String> {
    let erased = store.erase_person(person, now).await?;
    anyhow::ensure!(erased.sessions > 0, "no session of the study shows {person} or is presented by them");
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
