//! Formats tables for terminals.

/// Rows in columns of equal width, separated by two spaces. Control characters are replaced: texts of integrators must
/// not control the terminal.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let clean = |cell: &String| cell.replace(char::is_control, "\u{fffd}");
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(clean).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_aligned_and_cannot_control_the_terminal() {
        let rows = [["a", "bc"], ["def\u{1b}[2J", "g"]].map(|row| row.map(String::from).into());
        assert_eq!(table(&rows), "a        bc\ndef\u{fffd}[2J  g");
        assert_eq!(table(&[]), "");
    }
}
