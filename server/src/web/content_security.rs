//! Content security policies. Values from accounts and configuration enter a policy only as [`Origin`]s.

use std::collections::BTreeSet;

use axum::http::{HeaderName, HeaderValue};
use nearfar_protocol::origin::Origin;

/// Which sites may embed a response without CORS.
pub const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Maximum bytes of image origins in a policy. Proxies reject responses with too long headers, some at 8 kB.
const IMAGE_BYTES: usize = 4096;

/// The policy of responses that are not documents: forbids everything.
pub const NOTHING: HeaderValue = HeaderValue::from_static("frame-ancestors 'none'; default-src 'none'");

/// The policy of the documentation site: its own scripts and styles only, none of them inline. The playground frames its
/// preview.
pub const DOCUMENTS: HeaderValue = HeaderValue::from_static(
    "frame-ancestors 'none'; default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'",
);

/// The policy of the API reference: Swagger UI embeds its pictures as `data:` URLs.
pub const SWAGGER_UI: HeaderValue = HeaderValue::from_static(
    "frame-ancestors 'none'; default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'",
);

/// The policy of the playground's preview: it runs the engine, and only the playground frames it. Pictures of a UI
/// configuration load from any host by https, as the reader types their addresses.
pub const PREVIEW: HeaderValue = HeaderValue::from_static(
    "frame-ancestors 'self'; default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
     connect-src 'self'; img-src 'self' blob: data: https:; media-src 'self' blob:; style-src 'self'; \
     base-uri 'none'; form-action 'none'",
);

/// The page's policy: who may frame it, and from where pictures load.
///
/// `frame-ancestors` comes first: of duplicate directives, the first one counts.
pub fn page(ancestors: &[Origin], images: &BTreeSet<Origin>) -> String {
    let ancestors = match ancestors {
        [] => "'none'".to_owned(),
        some => some.iter().map(Origin::as_str).collect::<Vec<_>>().join(" "),
    };
    let images = fitting(images).map(|origin| format!(" {origin}")).collect::<String>();
    format!(
        "frame-ancestors {ancestors}; default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
         connect-src 'self'; img-src 'self' blob: data:{images}; media-src 'self' blob:; style-src 'self'; \
         base-uri 'none'; form-action 'none'"
    )
}

fn fitting(images: &BTreeSet<Origin>) -> impl Iterator<Item = &Origin> {
    let mut bytes = 0;
    images.iter().take_while(move |origin| {
        bytes += origin.as_str().len() + 1;
        let fits = bytes <= IMAGE_BYTES;
        if !fits {
            tracing::warn!(limit = IMAGE_BYTES, "an account uses too many image origins: some images are not shown");
        }
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use nearfar_protocol::ui::UiConfig;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::json;
    use url::Url;

    /// The directives of a policy as CSP parses a header: `,` ends a policy, `;` a directive.
    fn directives(policy: &str) -> Vec<&str> {
        policy.split([',', ';']).filter_map(|directive| directive.split_whitespace().next()).collect()
    }

    const OWN: [&str; 10] = [
        "frame-ancestors",
        "default-src",
        "script-src",
        "worker-src",
        "connect-src",
        "img-src",
        "media-src",
        "style-src",
        "base-uri",
        "form-action",
    ];

    fn sources<'a>(policy: &'a str, name: &str) -> Vec<&'a str> {
        let found = policy.split("; ").find_map(|directive| directive.strip_prefix(name));
        found.into_iter().flat_map(str::split_whitespace).collect()
    }

    #[test]
    fn framing_requires_an_account_setting() {
        assert!(page(&[], &BTreeSet::new()).starts_with("frame-ancestors 'none'; "));
    }

    #[test]
    fn a_policy_stays_short_enough_for_proxies() {
        let many = (0..1000).map(|n| format!("https://{n}.{}.example", "a".repeat(60)).parse().expect("an origin"));
        let policy = page(&[], &many.collect());
        assert!((IMAGE_BYTES..IMAGE_BYTES + 1000).contains(&policy.len()), "{}", policy.len());
        assert_eq!(directives(&policy), OWN);
    }

    proptest! {
        /// Whatever integrators and operators configure, rejected values are absent and accepted values add an origin
        /// to a list.
        #[test]
        fn accounts_cannot_add_directives(
            hosts in vec("[a-z;,'\" *%_.:@\\[\\]\u{0}-\u{20}\u{e9}\u{ff1b}-]{1,20}|[a-z]{1,5}\\.example", 0..8),
        ) {
            let ancestors: Vec<Origin> = hosts.iter().filter_map(|host| format!("https://{host}").parse().ok()).collect();
            let mut images = BTreeSet::new();
            for host in &hosts {
                let link = format!("https://{host}/x.png");
                let body = json!({"locale": "en", "titleText": link, "mobileResultPage": {"backgroundLink": link}});
                let Ok((_, config)) = UiConfig::parse(&body) else { continue };
                let links = UiConfig::links(&config.values).into_iter().filter_map(|(_, link)| Url::parse(link).ok());
                images.extend(links.filter_map(|url| Origin::of(&url)));
            }
            let policy = page(&ancestors, &images);
            prop_assert_eq!(directives(&policy), OWN, "{}", policy);
            let none = if ancestors.is_empty() { vec!["'none'"] } else { Vec::new() };
            let expected: Vec<&str> = ancestors.iter().map(Origin::as_str).chain(none).collect();
            prop_assert_eq!(sources(&policy, "frame-ancestors "), expected);
            let own = ["'self'", "blob:", "data:"].into_iter();
            let expected: Vec<&str> = own.chain(images.iter().map(Origin::as_str)).collect();
            prop_assert_eq!(sources(&policy, "img-src "), expected);
            prop_assert!(HeaderValue::from_str(&policy).is_ok());
        }
    }
}
