//! Import rules: no circles between the files of a crate, and modules of the service use only modules below them in the
//! table of `server/src/lib.rs`.

use crate::architecture::{ROOT, sources as rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The imports of a crate: module paths, such as `api::page::status`, of each file.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// The code of each module below a folder, without comments and unit tests.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let root = Path::new(ROOT).join(folder);
    let module = |path: &Path| {
        let path = path.strip_prefix(&root).unwrap().with_extension("");
        let path = path.to_string_lossy().replace('/', "::");
        path.strip_suffix("::mod").unwrap_or(&path).to_owned()
    };
    let code = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    let modules = rust_files(&root).into_iter().map(|path| (module(&path), code(&path)));
    modules.filter(|(name, _)| name != "lib" && name != "main").collect()
}

/// The paths after `start` in the text: with braces, one for each name in them.
fn paths(text: &str, start: &str) -> Vec<String> {
    let is_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    let mut found = Vec::new();
    for (at, _) in text.match_indices(start) {
        let follows_path = text[..at].ends_with(|letter: char| is_path(letter));
        let rest = &text[at + start.len()..];
        let end = rest.find(|letter| !is_path(letter)).unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches(':');
        if follows_path {
            continue;
        }
        match rest[end..].strip_prefix('{').and_then(|list| list.split_once('}')) {
            Some((list, _)) if rest[..end].ends_with("::") || end == 0 => {
                let names = list.split(',').map(|name| name.trim().split(' ').next().unwrap_or_default());
                found.extend(names.map(|name| format!("{path}::{name}").trim_start_matches("::").to_owned()));
            }
            _ => found.push(path.to_owned()),
        }
    }
    found
}

fn imports(folder: &str) -> Imports {
    let sources = sources(folder);
    let resolve = |path: &str| {
        let segments: Vec<&str> = path.split("::").collect();
        (1..=segments.len()).rev().map(|length| segments[..length].join("::")).find(|name| sources.contains_key(name))
    };
    let used = |(name, text): (&String, &String)| {
        let parent = name.rsplit_once("::").map_or("", |(parent, _)| parent);
        let relative = paths(text, "super::").into_iter().map(|path| format!("{parent}::{path}"));
        let all = paths(text, "crate::").into_iter().chain(relative);
        let found = all.filter_map(|path| resolve(path.trim_start_matches("::"))).filter(|other| other != name);
        (name.clone(), found.collect())
    };
    sources.iter().map(used).collect()
}

/// Removes modules that import nothing that is left; the rest contains a circle.
fn circles(mut imports: Imports) -> Imports {
    loop {
        let done: Vec<String> =
            imports.iter().filter(|(_, used)| used.is_empty()).map(|(name, _)| name.clone()).collect();
        if done.is_empty() {
            return imports;
        }
        imports.retain(|name, _| !done.contains(name));
        imports.values_mut().for_each(|used| used.retain(|name| !done.contains(name)));
    }
}

#[test]
fn files_import_each_other_without_circles() {
    let crates = std::fs::read_dir(Path::new(ROOT).join("crates")).unwrap();
    let crates = crates.map(|entry| format!("crates/{}/src", entry.unwrap().file_name().to_string_lossy()));
    let mut count = 0;
    for folder in crates.chain(["src".to_owned(), "server/src".to_owned()]) {
        let imports = imports(&folder);
        count += imports.values().flatten().count();
        assert_eq!(circles(imports), Imports::new(), "{folder}");
    }
    assert!(count > 500, "{count} imports were found");
}

#[test]
fn modules_import_only_modules_below_them() {
    let library = Path::new(ROOT).join("server/src/lib.rs");
    let library = std::fs::read_to_string(library).unwrap();
    let names = |line: &str| -> Vec<String> {
        let cell = line.split('|').nth(1).unwrap_or_default();
        cell.split("[`").skip(1).filter_map(|rest| rest.split('`').next()).map(str::to_owned).collect()
    };
    let rows: Vec<Vec<String>> = library.lines().filter(|line| line.starts_with("//! | [`")).map(names).collect();
    let row = |name: &str| {
        let top = name.split("::").next().unwrap_or_default();
        let row = rows.iter().position(|row| row.iter().any(|listed| listed == top));
        row.unwrap_or_else(|| panic!("{top} is missing in the table of server/src/lib.rs"))
    };
    for (name, used) in imports("server/src") {
        for other in used {
            let is_same_module = name.split("::").next() == other.split("::").next();
            assert!(is_same_module || row(&name) < row(&other), "{name} imports {other}");
        }
    }
}
