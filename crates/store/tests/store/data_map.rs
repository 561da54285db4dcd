//! The data map of `docs/PRIVACY.md` against a migrated database.

use crate::support::Site;
use nearfar_test_support::TestStorage;
use sqlx::any::AnyPoolOptions;
use std::collections::BTreeSet;
use std::path::Path;

/// The columns of the map: `table.column`, each once.
fn mapped(page: &str) -> BTreeSet<String> {
    let begin = "<!-- data map: read by crates/store/tests/store/data_map.rs -->";
    let table = page.split_once(begin).unwrap().1.split_once("<!-- end of the data map -->").unwrap().0;
    let mut columns = BTreeSet::new();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (table, names) = (cells[1].trim_matches('`'), cells[2]);
        assert!(cells[3..6].iter().all(|cell| !cell.is_empty()), "an empty cell: {row}");
        for name in names.split(',').map(|name| name.trim().trim_matches('`')) {
            assert!(columns.insert(format!("{table}.{name}")), "{table}.{name} is there twice");
        }
    }
    columns
}

#[tokio::test]
async fn the_data_map_has_every_column() {
    let site = Site::new(TestStorage::sqlite());
    site.store().await.close().await;
    let pool = AnyPoolOptions::new().connect(&site.storage.database_url).await.unwrap();
    let query = "SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables \
                 JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' \
                 AND tables.name NOT LIKE 'sqlite_%' AND tables.name NOT LIKE '_sqlx_%'";
    let columns: Vec<String> = sqlx::query_scalar(query).fetch_all(&pool).await.unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/PRIVACY.md");
    let mapped = mapped(&std::fs::read_to_string(path).unwrap());
    let stored: BTreeSet<String> = columns.into_iter().collect();
    let missing: Vec<_> = stored.difference(&mapped).collect();
    let obsolete: Vec<_> = mapped.difference(&stored).collect();
    assert!(
        missing.is_empty() && obsolete.is_empty(),
        "docs/PRIVACY.md lacks {missing:?} and has {obsolete:?} too many"
    );
}
