//! Checks the diagram and the tables of `docs/SESSION.md` against the code. `NEARFAR_WRITE_DOCS=1 cargo test --package
//! nearfar --test engine session_docs` writes them.

use nearfar::pipeline::PipelineConfig;
use nearfar::session::{Phase, Trigger, next_phase, transitions};
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

fn diagram() -> String {
    let mut text = String::from("```mermaid\nstateDiagram-v2\n    [*] --> loading\n");
    for (from, by, to) in transitions() {
        writeln!(text, "    {} --> {}: {}", from.code(), to.code(), by.code()).unwrap();
    }
    for phase in Phase::ALL.into_iter().filter(|phase| phase.is_terminal()) {
        writeln!(text, "    {} --> [*]", phase.code()).unwrap();
    }
    text + "```\n"
}

fn table() -> String {
    let mut text = String::from("| phase |");
    Trigger::ALL.iter().for_each(|by| write!(text, " {} |", by.code()).unwrap());
    text += "\n|---|";
    text += &"---|".repeat(Trigger::ALL.len());
    for phase in Phase::ALL {
        write!(text, "\n| **{}** |", phase.code()).unwrap();
        for by in Trigger::ALL {
            write!(text, " {} |", next_phase(phase, by).map_or("", Phase::code)).unwrap();
        }
    }
    text + "\n"
}

fn settings() -> String {
    fn flatten(prefix: &str, value: &Value, rows: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                let dot = if prefix.is_empty() { "" } else { "." };
                fields.iter().for_each(|(key, value)| flatten(&format!("{prefix}{dot}{key}"), value, rows));
            }
            number => rows.push(format!("| `{prefix}` | {} |\n", number.as_f64().unwrap() as f32)),
        }
    }
    let mut rows = Vec::new();
    flatten("", &serde_json::to_value(PipelineConfig::default()).unwrap(), &mut rows);
    rows.sort();
    format!("| setting | default |\n|---|---|\n{}", rows.concat())
}

#[test]
fn docs_match_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SESSION.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut written = page.clone();
    for (name, block) in [("diagram", diagram()), ("table", table()), ("settings", settings())] {
        let (begin, end) = (format!("<!-- {name}: from the code -->\n"), format!("<!-- end of {name} -->"));
        let from = written.find(&begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
        let to = from + written[from..].find(&end).unwrap_or_else(|| panic!("no {end}"));
        written.replace_range(from..to, &block);
    }
    if std::env::var_os("NEARFAR_WRITE_DOCS").is_some() {
        std::fs::write(&path, &written).unwrap();
    } else {
        assert!(
            page == written,
            "docs/SESSION.md is behind the code: NEARFAR_WRITE_DOCS=1 cargo test --test engine session_docs"
        );
    }
}

#[test]
fn the_transition_table_is_unambiguous() {
    for (index, (from, by, to)) in transitions().iter().enumerate() {
        assert_eq!(next_phase(*from, *by), Some(*to), "{from:?} {by:?} is there twice");
        assert!(!from.is_terminal() || *by == Trigger::Retry, "row {index}: the end is the end");
    }
    for phase in Phase::ALL {
        assert_eq!(serde_json::to_value(phase).unwrap(), phase.code());
    }
}
