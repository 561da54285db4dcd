//! Reads captures from folders of far and near pictures.

use crate::captures::evidence::evidence_from_files;
use anyhow::{Context, Result, bail, ensure};
use nearfar_scoring::Evidence;
use std::path::Path;

/// Reads every pair of `NAME-far.jpg` and `NAME-near.jpg` as the page would upload it.
///
/// # Errors
/// If the folder or a picture cannot be read, if a picture has no partner, and if there are no pictures.
pub fn read_captures(folder: &Path) -> Result<Vec<(String, Evidence)>> {
    let mut names = Vec::new();
    for entry in folder.read_dir()? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        if let Some(name) = file.strip_suffix("-far.jpg") {
            names.push(name.to_owned());
        // Without its path the picture at a stop is useless.
        } else if file.ends_with("-stop-0.jpg") || file.ends_with("-stop-1.jpg") {
        } else if !file.strip_suffix("-near.jpg").is_some_and(|name| folder.join(format!("{name}-far.jpg")).exists()) {
            bail!("{file} is not a NAME-far.jpg and has no such partner");
        }
    }
    ensure!(!names.is_empty(), "there is no NAME-far.jpg in it");
    names.sort();
    names.into_iter().map(|name| Ok((name.clone(), capture(folder, &name)?))).collect()
}

fn capture(folder: &Path, name: &str) -> Result<Evidence> {
    let read = |stage: &str| {
        let file = format!("{name}-{stage}.jpg");
        std::fs::read(folder.join(&file)).context(file)
    };
    let (far, near) = (read("far")?, read("near")?);
    let size = image::load_from_memory(&far).with_context(|| format!("{name}-far.jpg"))?;
    let size = (size.width(), size.height());
    Ok(evidence_from_files([("far".to_owned(), far), ("near".to_owned(), near)].into(), size))
}
