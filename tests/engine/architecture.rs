//! Checks the tables of `docs/ARCHITECTURE.md` against the code: dependencies match exactly and point downwards only.

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

type Names = BTreeSet<String>;

pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The rows of the table under `<!-- name: … -->` as cells. The first cell of a row has one name, the others any
/// number.
fn table(name: &str) -> Vec<(String, Vec<Names>)> {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/ARCHITECTURE.md")).unwrap();
    let start = page.find(&format!("<!-- {name}:")).unwrap_or_else(|| panic!("docs/ARCHITECTURE.md has no {name}"));
    let rows = page[start..].lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    rows.skip(2)
        .map(|row| {
            let mut cells = row.trim_matches('|').split('|').map(quoted);
            let first = cells.next().unwrap().pop_first().unwrap_or_else(|| panic!("a row without a name: {row}"));
            (first, cells.collect())
        })
        .collect()
}

/// The names in backquotes.
fn quoted(cell: &str) -> Names {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The Rust files below a folder.
pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// A file's tokens in order, without comments. A string literal is one token with the string's text.
fn tokens(path: &Path) -> Vec<String> {
    fn flatten(stream: TokenStream, tokens: &mut Vec<String>) {
        for token in stream {
            match token {
                TokenTree::Group(group) => {
                    tokens.push("(".into());
                    flatten(group.stream(), tokens);
                    tokens.push(")".into());
                }
                other => tokens.push(other.to_string()),
            }
        }
    }
    let mut all = Vec::new();
    let text = std::fs::read_to_string(path).unwrap();
    flatten(text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display())), &mut all);
    all
}

/// Names directly after `path::` in these tokens, including the members of groups: `path::a`, `path::{a, b::c}`.
fn named_behind(path: &[&str], tokens: &[String]) -> Names {
    let mut wanted = path.to_vec();
    wanted.extend([":", ":"]);
    let ends =
        (0..tokens.len()).filter(|&at| tokens[at..].iter().map(String::as_str).take(wanted.len()).eq(wanted.clone()));
    ends.flat_map(|at| members(&tokens[at + wanted.len()..])).collect()
}

/// The name at the start of these tokens, or the first names of a group's members.
fn members(tokens: &[String]) -> Vec<String> {
    if tokens[0] != "(" {
        return vec![tokens[0].clone()];
    }
    let mut depth = 0;
    let mut found = Vec::new();
    for (before, word) in tokens.iter().zip(&tokens[1..]) {
        match before.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        match depth {
            0 => break,
            1 if before == "(" || before == "," => found.push(word.clone()),
            _ => {}
        }
    }
    found
}

/// The top-level modules of `src/` with their files.
fn modules() -> BTreeMap<String, Vec<PathBuf>> {
    let source = Path::new(ROOT).join("src");
    let mut modules = BTreeMap::<String, Vec<PathBuf>>::new();
    for path in sources(&source) {
        let first = path.strip_prefix(&source).unwrap().components().next().unwrap();
        let name = Path::new(&first).file_stem().unwrap().to_str().unwrap().to_owned();
        modules.entry(name).or_default().push(path);
    }
    modules.remove("lib");
    modules
}

/// The workspace's crates from `cargo metadata`.
fn crates() -> Vec<Value> {
    let arguments = ["metadata", "--locked", "--offline", "--no-deps", "--format-version", "1"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}

/// The crate's dependencies of this kind; null is the normal kind.
fn dependencies<'a>(package: &'a Value, kind: &'a Value) -> impl Iterator<Item = &'a str> {
    let all = package["dependencies"].as_array().unwrap().iter();
    all.filter(move |one| one["kind"] == *kind).map(|one| one["name"].as_str().unwrap())
}

/// What each package of `Cargo.lock` needs for any target, tests included. All versions of a package count as one.
fn locked() -> BTreeMap<String, Names> {
    let lock = std::fs::read_to_string(Path::new(ROOT).join("Cargo.lock")).unwrap();
    let mut packages = BTreeMap::<String, Names>::new();
    for package in lock.split("[[package]]").skip(1) {
        let (head, needed) = package.split_once("dependencies = [").unwrap_or((package, ""));
        let mut strings = head.split('"').skip(1).step_by(2);
        // If there are several versions, the version follows the name.
        let needed = needed.split('"').skip(1).step_by(2).filter_map(|one| one.split(' ').next());
        packages.entry(strings.next().unwrap().to_owned()).or_default().extend(needed.map(str::to_owned));
    }
    packages
}

/// A package and its transitive dependencies.
fn all_of(package: &str, packages: &BTreeMap<String, Names>) -> Names {
    let mut all = Names::new();
    let mut open = vec![package];
    while let Some(name) = open.pop() {
        if all.insert(name.to_owned()) {
            open.extend(packages[name].iter().map(String::as_str));
        }
    }
    all
}

/// Compares a table with the code, row by row.
fn assert_rows(name: &str, documented: Vec<(String, Vec<Names>)>, found: BTreeMap<String, Vec<Names>>) {
    let rows: Vec<&String> = documented.iter().map(|(row, _)| row).collect();
    for row in found.keys() {
        assert!(rows.contains(&row), "{row} is missing in the table of {name} in docs/ARCHITECTURE.md");
    }
    for (at, (row, cells)) in documented.iter().enumerate() {
        let columns = found.get(row).unwrap_or_else(|| panic!("the table of {name} has {row}, which is not there"));
        for (documented, found) in cells.iter().zip(columns) {
            assert_eq!(documented, found, "{name}, {row}: the table (left) differs from the code (right)");
        }
        for used in &columns[0] {
            assert!(rows[at + 1..].contains(&used), "{name}: {row} uses {used}, which has to stand below it");
        }
    }
}

#[test]
fn module_dependencies_match_the_table() {
    let modules = modules();
    let packages = crates();
    let engine = packages.iter().find(|package| package["name"] == "nearfar").unwrap();
    let packages: Names = dependencies(engine, &Value::Null).map(|name| name.replace('-', "_")).collect();
    let found = modules.iter().map(|(name, files)| {
        let (mut used, mut outside) = (Names::new(), Names::new());
        for path in files {
            let tokens = tokens(path);
            used.extend(named_behind(&["crate"], &tokens));
            // In a module's own file `super` is the crate; in the files of its folder `super::super` is.
            used.extend(named_behind(&["super"], &tokens).into_iter().filter(|_| is_module_file(path)));
            used.extend(named_behind(&["super", ":", ":", "super"], &tokens));
            outside.extend(tokens.into_iter().filter(|word| packages.contains(word)));
        }
        used.retain(|used| used != name && modules.contains_key(used));
        (name.clone(), vec![used, outside])
    });
    assert_rows("modules", table("modules"), found.collect());
}

fn is_module_file(path: &Path) -> bool {
    path.ends_with("mod.rs") || path.parent().unwrap().ends_with("src")
}

#[test]
fn crate_dependencies_match_the_table() {
    let packages = crates();
    let names: Names = packages.iter().map(|package| package["name"].as_str().unwrap().to_owned()).collect();
    let found = packages.iter().map(|package| {
        let own = |kind| dependencies(package, kind).filter(|name| names.contains(*name)).map(str::to_owned).collect();
        let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
        let files = sources(&folder.join("src"));
        let engine = files.iter().flat_map(|path| named_behind(&["nearfar"], &tokens(path))).collect();
        (package["name"].as_str().unwrap().to_owned(), vec![own(&Value::Null), engine, own(&Value::from("dev"))])
    });
    assert_rows("crates", table("crates"), found.collect());
}

#[test]
fn only_web_depends_on_the_browser() {
    let browser = ["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "gloo_events", "gloo_timers"];
    for (module, cells) in table("modules") {
        let knows = browser.iter().any(|name| cells[1].contains(*name));
        assert_eq!(knows, module == "web", "{module}");
    }
    for (name, cells) in table("crates") {
        assert!(!cells[1].contains("web"), "{name} uses the browser's side of the engine");
    }
}

#[test]
fn the_wasm_modules_do_not_depend_on_parallax() {
    let packages = locked();
    for name in ["nearfar-parallax", "nalgebra"] {
        assert!(all_of("nearfar-scoring", &packages).contains(name), "the service judges with {name}");
        for module in ["nearfar", "nearfar-sealing"] {
            assert!(!all_of(module, &packages).contains(name), "{module} is compiled for browsers and needs {name}");
        }
    }
}
