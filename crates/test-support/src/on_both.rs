//! Runs one suite on both databases.

/// Runs each test of a suite on SQLite and PostgreSQL: `on_both!(Site: one, another)`. The tests, `async fn one(site:
/// Site)`, get `Site::new(TestStorage)`.
#[macro_export]
macro_rules! on_both {
    ($site:ty: $($test:ident),* $(,)?) => {
        mod sqlite {
            #[allow(unused_imports, reason = "for the name of the site")]
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(<$site>::new($crate::TestStorage::sqlite())).await
            })*
        }
        mod postgres {
            #[allow(unused_imports, reason = "for the name of the site")]
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(storage) = $crate::TestStorage::postgres().await {
                    super::$test(<$site>::new(storage)).await
                }
            })*
        }
    };
}
