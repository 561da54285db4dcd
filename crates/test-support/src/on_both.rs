//! One suite, both databases.

/// Runs each test of a suite on SQLite and on PostgreSQL: `on_both!(Site: one, another)`, where `Site::new(TestStorage)` is
/// what the tests, `async fn one(site: Site)`, are given.
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
                if let Some(place) = $crate::TestStorage::postgres().await {
                    super::$test(<$site>::new(place)).await
                }
            })*
        }
    };
}
