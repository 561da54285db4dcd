//! Tables as comma-separated values: RFC 4180.

/// The rows as CSV, with a line break after each.
pub fn csv(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| row.iter().map(|cell| field(cell)).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

/// Quoted where it has to be. What a spreadsheet would take for a formula is written as a text.
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
