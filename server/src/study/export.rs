//! Exports a study's captures as folders for `evaluate`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use jiff::Timestamp;
use nearfar_protocol::manifest::{FAR, NEAR, VIDEO};
use nearfar_protocol::result::{Decision, ResultCode};
use nearfar_protocol::study::{BONA_FIDE, ConsentState, Glasses, Half, LabelText, PersonCode};
use nearfar_store::{Attempt, AttemptState, MANIFEST, SessionState, Store, StudySession};

use super::csv::csv;
use super::rates::{ScoredPresentation, verdicts};

/// The file of labels.
const TABLE: &str = "labels.csv";
const COLUMNS: [&str; 21] = [
    "capture",
    "half",
    "person",
    "presenter",
    "presentation",
    "species",
    "instrument",
    "phone",
    "light",
    "glasses",
    "signature_id",
    "attempt_id",
    "received_at",
    "camera_type",
    "video",
    "code",
    "score",
    "attack_type",
    "verdict",
    "consent_version",
    "agreed_at",
];

/// An exported capture.
struct Capture<'a> {
    /// `PERSON-NNN`.
    name: String,
    session: &'a StudySession,
    attempt: Attempt,
}

impl Capture<'_> {
    fn verdict(&self) -> Option<Decision> {
        let outcome = self.attempt.outcome.as_ref()?;
        Some(Decision::of(ResultCode::from_code(&outcome.code)?, outcome.score))
    }

    /// The folder of its kind, below `pictures` or `video`.
    fn kind(&self) -> PathBuf {
        match &self.session.labels.species {
            None => BONA_FIDE.into(),
            Some(species) => Path::new("attack").join(species.as_str()),
        }
    }

    /// The path of a file within the export. `evaluate` expects only far and near pictures in its folders.
    fn place(&self, file: &str, content: &[u8]) -> PathBuf {
        let half = PathBuf::from(self.session.half.to_string());
        let (name, extension) = (&self.name, extension(file, content));
        match file {
            FAR | NEAR => half.join(self.kind()).join(format!("{name}-{file}.{extension}")),
            VIDEO => half.join(VIDEO).join(self.kind()).join(format!("{name}.{extension}")),
            other => half.join("other").join(name).join(format!("{other}.{extension}")),
        }
    }
}

/// The extension, by the first bytes.
fn extension(file: &str, content: &[u8]) -> &'static str {
    match content {
        _ if file == MANIFEST => "json",
        [0xff, 0xd8, 0xff, ..] => "jpg",
        [0x1a, 0x45, 0xdf, 0xa3, ..] => "webm",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "mp4",
        _ => "bin",
    }
}

/// Writes every capture of people with standing consent. Returns a summary and the commands that score the export.
///
/// # Errors
/// If the folder exists, and if there is nothing to export.
pub async fn write(store: &Store, folder: &Path, now: i64) -> anyhow::Result<String> {
    let sessions = with_consent(store.study_sessions().await?);
    let captures = captures(store, &sessions).await?;
    ensure!(!captures.is_empty(), "the study has no capture with consent");
    let creating = || format!("creating {}: it must be a new folder", folder.display());
    DirBuilder::new().mode(0o700).create(folder).with_context(creating)?;
    // The commands run in another folder.
    let folder = folder.canonicalize()?;
    let (mut rows, mut videos, mut pictures) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for capture in &captures {
        let kind = (capture.session.half, capture.session.labels.species.clone());
        let mut has_video = false;
        for file in store.files(&capture.attempt.session_id, &capture.attempt.id).await? {
            let content = store.file(&capture.attempt.session_id, &capture.attempt.id, &file.name).await;
            let content = content.with_context(|| format!("{}: {}", capture.name, file.name))?;
            save(&folder.join(capture.place(&file.name, &content)), &content)?;
            has_video |= file.name == VIDEO;
        }
        if has_video {
            videos.insert(kind.clone());
        }
        pictures.insert(kind);
        rows.push((capture, has_video));
    }
    save(&folder.join(TABLE), csv(&table(&rows)?).as_bytes())?;
    let people: BTreeSet<&PersonCode> = captures.iter().map(|capture| &capture.session.person).collect();
    let mut scored: Vec<ScoredPresentation<'_>> = captures
        .iter()
        .filter_map(|capture| capture.verdict().map(|verdict| presented(capture.session, Some(verdict))))
        .collect();
    for session in &sessions {
        if was_never_captured(store, session, now).await? {
            scored.push(presented(session, None));
        }
    }
    let (captures, people, shown) = (captures.len(), people.len(), folder.display());
    let mut text = format!("captures: {captures}, people: {people}, in {shown}\n\nThe service's own verdicts:\n\n");
    text += &verdicts(&scored);
    text += "\nTo choose a pass score on one half and report the errors on the other:\n\n";
    text += &commands(&folder, &pictures, &videos);
    Ok(text.trim_end().to_owned())
}

fn presented(session: &StudySession, verdict: Option<Decision>) -> ScoredPresentation<'_> {
    let StudySession { half, person, labels, .. } = session;
    ScoredPresentation { half: *half, presentation: labels.presentation(), person: person.as_str(), verdict }
}

/// Whether the session is over without any upload.
async fn was_never_captured(store: &Store, session: &StudySession, now: i64) -> anyhow::Result<bool> {
    let attempts = store.attempts(&session.session_id).await?;
    let is_received = attempts.iter().any(|attempt| attempt.state != AttemptState::Issued);
    let stored = store.session(&session.session_id).await?;
    Ok(!is_received && (stored.is_expired(now) || stored.state == SessionState::Failed))
}

/// Sessions whose asked person and shown person both have a standing consent.
fn with_consent(mut sessions: Vec<StudySession>) -> Vec<StudySession> {
    sessions.retain(|session| session.consent() == ConsentState::Agreed);
    let standing: BTreeSet<PersonCode> = sessions.iter().map(|session| session.consenting_person().clone()).collect();
    sessions.retain(|session| standing.contains(&session.person));
    sessions
}

/// The captures in order of receipt, numbered per person.
async fn captures<'a>(store: &Store, sessions: &'a [StudySession]) -> anyhow::Result<Vec<Capture<'a>>> {
    let mut counts: BTreeMap<&PersonCode, usize> = BTreeMap::new();
    let mut captures = Vec::new();
    for session in sessions {
        for attempt in store.attempts(&session.session_id).await? {
            if attempt.state == AttemptState::Issued {
                continue;
            }
            let number = counts.entry(&session.person).or_default();
            *number += 1;
            captures.push(Capture { name: format!("{}-{number:03}", session.person), session, attempt });
        }
    }
    Ok(captures)
}

fn save(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(content)).with_context(|| format!("writing {}", path.display()))
}

/// The rows of [`TABLE`], including its header.
fn table(captures: &[(&Capture<'_>, bool)]) -> anyhow::Result<Vec<Vec<String>>> {
    let further: BTreeSet<_> = captures.iter().flat_map(|(capture, _)| capture.session.labels.further.keys()).collect();
    let head = COLUMNS.iter().map(|name| (*name).to_owned());
    let mut rows = vec![head.chain(further.iter().map(|name| format!("label_{name}"))).collect()];
    for (capture, has_video) in captures {
        let Capture { name, session, attempt } = capture;
        let labels = &session.labels;
        let outcome = attempt.outcome.as_ref();
        let text = |label: &Option<LabelText>| label.as_ref().map(LabelText::to_string).unwrap_or_default();
        let number = |number: Option<u8>| number.map(|number| number.to_string()).unwrap_or_default();
        let own = [
            name.clone(),
            session.half.to_string(),
            session.person.to_string(),
            session.presenter.as_ref().map(PersonCode::to_string).unwrap_or_default(),
            if labels.species.is_none() { BONA_FIDE } else { "attack" }.to_owned(),
            labels.species.as_ref().map(ToString::to_string).unwrap_or_default(),
            text(&labels.instrument),
            text(&labels.phone),
            text(&labels.light),
            labels.glasses.as_ref().map(Glasses::to_string).unwrap_or_default(),
            session.session_id.clone(),
            attempt.id.clone(),
            time(attempt.received_at)?,
            attempt.camera_type.clone().unwrap_or_default(),
            if *has_video { "yes" } else { "no" }.to_owned(),
            outcome.map(|outcome| outcome.code.clone()).unwrap_or_default(),
            number(outcome.and_then(|outcome| outcome.score)),
            number(outcome.and_then(|outcome| outcome.attack_type)),
            verdict(capture.verdict()).to_owned(),
            session.consent_version.clone(),
            time(session.agreed_at)?,
        ];
        let more = further.iter().map(|name| labels.further.get(*name).map(LabelText::to_string).unwrap_or_default());
        rows.push(own.into_iter().chain(more).collect());
    }
    Ok(rows)
}

fn verdict(verdict: Option<Decision>) -> &'static str {
    match verdict {
        None => "",
        Some(Decision::Live) => "live",
        Some(Decision::Attack) => "attack",
        Some(Decision::Inconclusive) => "inconclusive",
    }
}

fn time(millis: Option<i64>) -> anyhow::Result<String> {
    Ok(millis.map(Timestamp::from_millisecond).transpose()?.map(|time| time.to_string()).unwrap_or_default())
}

/// A half, and a species of attack in it; `None` for bona fide.
type Kinds = BTreeSet<(Half, Option<nearfar_protocol::study::Species>)>;

/// The commands that score the export.
fn commands(folder: &Path, pictures: &Kinds, videos: &Kinds) -> String {
    let mut lines = Vec::new();
    for half in [Half::Fit, Half::Test] {
        let root = folder.join(half.to_string());
        let pass_score = if half == Half::Test { " --pass-score SCORE" } else { "" };
        let of = |kinds: &Kinds, option: &dyn Fn(Option<&str>) -> String| -> String {
            let kinds = kinds.iter().filter(|(one, _)| *one == half);
            kinds.map(|(_, species)| option(species.as_ref().map(nearfar_protocol::study::Species::as_str))).collect()
        };
        let options = of(pictures, &|species| match species {
            None => format!(" --bona-fide {}", quoted(&root.join(BONA_FIDE).display().to_string())),
            Some(name) => {
                let place = root.join("attack").join(name);
                format!(" --attack {}", quoted(&format!("{name}={}", place.display())))
            }
        });
        if !options.is_empty() {
            lines.push(format!("npm run evaluate --{pass_score}{options}"));
        }
        let options = of(videos, &|species| {
            let place = root.join(VIDEO);
            let (name, place) = match species {
                None => ("bona fide", place.join(BONA_FIDE)),
                Some(name) => (name, place.join("attack").join(name)),
            };
            format!(" --video {}", quoted(&format!("{name}={}", place.display())))
        });
        if !options.is_empty() {
            lines.push(format!("npm run evaluate --{pass_score}{options}"));
        }
    }
    lines.join("\n")
}

/// Quotes for a shell.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._=-".contains(&byte);
    if text.bytes().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_content() {
        let of = |name, content: &[u8]| extension(name, content);
        assert_eq!(of(MANIFEST, b"{}"), "json");
        assert_eq!(of("stop-0", b"\xff\xd8\xff\xe0"), "jpg");
        assert_eq!(of(VIDEO, b"\x1a\x45\xdf\xa3"), "webm");
        assert_eq!(of(VIDEO, b"\0\0\0\x18ftypmp42"), "mp4");
        assert_eq!(of("x", b""), "bin");
    }

    #[test]
    fn export_commands_name_existing_folders() {
        let print = Some("print".parse().unwrap());
        let pictures = [(Half::Fit, None), (Half::Fit, print.clone()), (Half::Test, None)].into();
        let text = commands(Path::new("/srv/a study"), &pictures, &[(Half::Test, print), (Half::Test, None)].into());
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "npm run evaluate -- --bona-fide '/srv/a study/fit/bona-fide' --attack 'print=/srv/a study/fit/attack/print'",
                "npm run evaluate -- --pass-score SCORE --bona-fide '/srv/a study/test/bona-fide'",
                "npm run evaluate -- --pass-score SCORE --video 'bona fide=/srv/a study/test/video/bona-fide' \
                 --video 'print=/srv/a study/test/video/attack/print'",
            ]
        );
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
