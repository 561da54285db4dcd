//! Recognises paths below `/docs`.

use std::path::{Component, Path};

use percent_encoding::percent_decode_str;

/// The folder of the documentation site in the page's folder.
const FOLDER: &str = "docs";

/// Whether a path leads into the folder of the documentation site, which has its own routes and security policy.
pub(super) fn is_docs_path(path: &str) -> bool {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let first = Path::new(&*path).components().find_map(|component| match component {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    // Some file systems ignore case.
    first.is_some_and(|name| name.eq_ignore_ascii_case(FOLDER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_folder_is_recognised() {
        for path in
            ["/docs", "/docs/", "/docs/index.html", "//docs/", "/./docs/x", "/%64ocs/", "/docs%2findex.html", "/DOCS/"]
        {
            assert!(is_docs_path(path), "{path}");
        }
        for path in ["/", "/docs.css", "/assets/docs", "/index.html"] {
            assert!(!is_docs_path(path), "{path}");
        }
    }
}
