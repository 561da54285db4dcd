//! The settings of the pipeline: names, defaults, and rejected numbers.

use nearfar::guidance::Thresholds;

#[test]
fn settings_have_json_names_and_defaults_in_range() {
    fn numbers(prefix: &str, value: &serde_json::Value, found: &mut Vec<(String, f64)>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                    numbers(&path, value, found);
                }
            }
            other => found.push((prefix.into(), other.as_f64().unwrap())),
        }
    }
    let defaults = nearfar::pipeline::PipelineConfig::default();
    let mut found = Vec::new();
    numbers("", &serde_json::to_value(defaults).unwrap(), &mut found);
    assert_eq!(found.len(), Thresholds::SETTINGS.len() + nearfar::session::SessionConfig::SETTINGS.len() + 1);
    for (path, value) in found {
        // Setting a number by its path equals deserialising it.
        let changed = (value + 1.0) as f32;
        let mut set = defaults;
        assert_eq!(set.set(&path, changed), Ok(()), "{path}");
        let mut text = serde_json::to_value(defaults).unwrap();
        let pointer = format!("/{}", path.replace('.', "/"));
        let whole = path == "auditFrames";
        *text.pointer_mut(&pointer).unwrap() = if whole { (changed as u32).into() } else { changed.into() };
        assert_eq!(set, serde_json::from_value(text).unwrap(), "{path}");
        assert!(set.set(&format!("{path}x"), 1.0).is_err());
    }
    let mut config = defaults;
    for nonsense in [2.5, -1.0, 25.0, f32::NAN, f32::INFINITY] {
        assert!(config.set("auditFrames", nonsense).is_err(), "{nonsense}");
    }
    assert_eq!(config, defaults);
}
