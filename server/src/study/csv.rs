//! Writes CSV (RFC 4180).

/// The rows as CSV, each with a line break.
pub fn csv(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| row.iter().map(|cell| field(cell)).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

/// Quotes where necessary. Cells that a spreadsheet would take for a formula are escaped.
fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn special_cells_are_quoted() {
        let rows = [["a", "b, c", "say \"x\""], ["two\nlines", "", "=1+1"]].map(|row| row.map(String::from).into());
        assert_eq!(csv(&rows), "a,\"b, c\",\"say \"\"x\"\"\"\r\n\"two\nlines\",,'=1+1\r\n");
    }
}
