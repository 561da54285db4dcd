//! The canonical form of an entry: JSON as in RFC 8785, and its SHA-256.
//!
//! RFC 8785 leaves one form for each value only if numbers are whole and names are ASCII; other details are refused.

use super::AuditEntry;
use crate::cipher::sha256_hex;
use crate::error::{Error, Result};
use serde_json::Value;

/// Numbers beyond this are not exact in JSON.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// The details in canonical form.
pub(super) fn canonical_details(details: &Value) -> Result<String> {
    if !details.is_object() {
        return Err(Error::invalid("audit details", "must be a JSON object"));
    }
    let mut text = String::new();
    write(details, &mut text)?;
    Ok(text)
}

/// The hash of the entry: SHA-256 of its canonical form without `hash`, in hex digits.
pub(super) fn entry_hash(entry: &AuditEntry) -> String {
    sha256_hex(canonical_entry(entry, "").as_bytes())
}

impl AuditEntry {
    /// The entry as one line of an export: the canonical form with `hash`.
    pub fn to_json(&self) -> String {
        canonical_entry(self, &format!("\"hash\":{},", quoted(&self.hash)))
    }
}

/// `hash` is inserted where the order of names has it.
fn canonical_entry(entry: &AuditEntry, hash: &str) -> String {
    let optional = |text: &Option<String>| text.as_deref().map_or_else(|| "null".to_owned(), quoted);
    format!(
        "{{\"accountId\":{},\"action\":{},\"actor\":{{\"kind\":{},\"name\":{}}},\"details\":{},{hash}\
         \"previousHash\":{},\"recordedAt\":{},\"sequence\":{},\"subject\":{}}}",
        optional(&entry.account_id),
        quoted(&entry.action),
        quoted(&entry.actor_kind),
        quoted(&entry.actor_name),
        entry.details,
        quoted(&entry.previous_hash),
        entry.recorded_at,
        entry.sequence,
        optional(&entry.subject),
    )
}

fn quoted(text: &str) -> String {
    // serde_json escapes exactly what RFC 8785 escapes.
    Value::from(text).to_string()
}

fn write(value: &Value, text: &mut String) -> Result<()> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => *text += &value.to_string(),
        Value::Number(number) => {
            let is_exact = number.as_i64().is_some_and(|number| number.unsigned_abs() <= MAX_NUMBER);
            if !is_exact {
                return Err(Error::invalid("audit details", "must contain only whole numbers below 2^53"));
            }
            *text += &number.to_string();
        }
        Value::Array(values) => {
            text.push('[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(value, text)?;
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (at, (name, value)) in fields.into_iter().enumerate() {
                if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(Error::invalid("audit details", "must have ASCII names"));
                }
                if at > 0 {
                    text.push(',');
                }
                *text += &quoted(name);
                text.push(':');
                write(value, text)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_documented_example_has_its_hash() {
        let entry = AuditEntry {
            sequence: 1,
            recorded_at: 1_713_247_589_908,
            actor_kind: "command".into(),
            actor_name: "ann".into(),
            action: "account_created".into(),
            account_id: Some("0123456789abcdef".into()),
            subject: None,
            details: canonical_details(&json!({"name": "Café \"7\"\n", "accessKey": "ab"})).unwrap(),
            previous_hash: super::super::AUDIT_GENESIS.into(),
            hash: String::new(),
        };
        let hash = entry_hash(&entry);
        let entry = AuditEntry { hash: hash.clone(), ..entry };
        let document = include_str!("../../../../docs/CONSOLE.md");
        assert!(document.contains(&entry.to_json()), "{}", entry.to_json());
        let parsed: Value = serde_json::from_str(&entry.to_json()).unwrap();
        assert_eq!(parsed["hash"], hash);
        assert_eq!(canonical_details(&parsed).unwrap(), entry.to_json(), "the line itself is canonical");
    }

    #[test]
    fn details_without_one_form_are_refused() {
        for wrong in [json!(5), json!([]), json!({"a": 1.5}), json!({"\u{e9}": 1}), json!({"a": [1_u64 << 53]})] {
            assert!(matches!(canonical_details(&wrong), Err(Error::Invalid { .. })), "{wrong}");
        }
        let nested = json!({"b": [true, null, {"d": -1, "c": "\u{1}"}], "a": "\u{1f600}"});
        let expected = "{\"a\":\"\u{1f600}\",\"b\":[true,null,{\"c\":\"\\u0001\",\"d\":-1}]}";
        assert_eq!(canonical_details(&nested).unwrap(), expected);
    }
}
