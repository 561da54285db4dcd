//! Valid origins, and lookalikes.

use nearfar_protocol::origin::{Origin, web_url};
use proptest::prelude::*;
use serde_json::json;
use url::Url;

/// No URL parser rejects all of these hosts, and none may reach a header.
const HOSTILE: [&str; 22] = [
    "a;frame-ancestors",
    "a;sandbox",
    "a,b",
    "a'b",
    "'unsafe-inline'",
    "a\"b",
    "a b",
    "a%20b",
    "a%3Bb",
    "a%2Cb",
    "a\u{ff1b}b",
    "a_b.example",
    "a.example.",
    ".a.example",
    "a..example",
    "*",
    "*.example",
    "a(b)",
    "a*b",
    "a~b",
    "a$b&c=d",
    "{a}",
];

fn of(url: &str) -> Option<String> {
    Some(Origin::of(&Url::parse(url).ok()?)?.to_string())
}

#[test]
fn origins_are_accepted_as_browsers_serialise_them() {
    for good in [
        "https://shop.example",
        "http://localhost:8080",
        "https://xn--bcher-kva.example",
        "https://a-b.c-d.example:1",
        "https://shop.example:65535",
        "http://192.0.2.1",
        "http://192.0.2.1:8080",
        "https://[2001:db8::1]",
        "https://[::1]:8443",
        "https://x",
        "https://1.x",
    ] {
        assert_eq!(good.parse::<Origin>().expect(good).as_str(), good);
        assert_eq!(of(good).as_deref(), Some(good));
    }
}

#[test]
fn other_files_are_rejected() {
    let hosts = HOSTILE.iter().map(|host| format!("https://{host}"));
    let wrong = [
        "",
        "*",
        "null",
        "shop.example",
        "//shop.example",
        "https:",
        "https://",
        "https:shop.example",
        "https:\\\\shop.example",
        "ftp://shop.example",
        "wss://shop.example",
        "data:text/plain,x",
        "https://shop.example/",
        "https://shop.example/x",
        "https://shop.example?x",
        "https://shop.example#x",
        "https://shop.example; script-src *",
        "https://shop.example https://other.example",
        "https://SHOP.example",
        "HTTPS://shop.example",
        "https://bücher.example",
        "https://user@shop.example",
        "https://user:word@shop.example",
        "https://shop.example:443",
        "http://shop.example:80",
        "https://shop.example:65536",
        "https://shop.example:-1",
        "https://shop.example:",
        "https://shop.example:x",
        "https://shop.example:080",
        "https://127.1",
        "https://0x7f000001",
        "https://[::1",
        "https://[0:0:0:0:0:0:0:1]",
        "https://[fe80::1%25eth0]",
        " https://shop.example",
        "https://shop.example\n",
        "https://sh\top.example",
        "https://shop.example\0",
    ];
    for text in wrong.into_iter().map(str::to_owned).chain(hosts) {
        let error = text.parse::<Origin>().expect_err(&text).to_string();
        assert!(error.contains("is not an origin such as https://shop.example"), "{error}");
        serde_json::from_value::<Origin>(json!(text)).expect_err(&text);
    }
    let long = format!("https://{}.example", "a".repeat(64));
    assert!(long.parse::<Origin>().is_err(), "a label of 64 characters");
    let long = format!("https://{}x", "a.".repeat(127));
    assert!(long.parse::<Origin>().is_err(), "a name of 255 characters");
}

#[test]
fn an_unknown_option_is_an_error_with_a_suggestion() {
    let error = |text: &str| text.parse::<Origin>().expect_err(text).to_string();
    assert!(error("HTTPS://Shop.Example:443/x").ends_with("; write https://shop.example"));
    assert!(error("https://bücher.example").ends_with("; write https://xn--bcher-kva.example"));
    assert!(error("https://a;sandbox").ends_with("such as https://shop.example"), "nothing to suggest");
    assert!(error(&"x".repeat(10_000)).len() < 200);
}

#[test]
fn the_origin_of_a_url_has_only_scheme_host_and_port() {
    assert_eq!(of("https://Shop.example:443/a;b,c?d#e").as_deref(), Some("https://shop.example"));
    assert_eq!(of("http://127.1/x").as_deref(), Some("http://127.0.0.1"));
    assert_eq!(of("https://a;b@shop.example/").as_deref(), Some("https://shop.example"));
    for url in ["ftp://shop.example/", "data:image/png;base64,AA==", "file:///x", "blob:https://shop.example/x"] {
        assert_eq!(of(url), None, "{url}");
    }
    for host in HOSTILE {
        assert_eq!(of(&format!("https://{host}/x.png")), None, "{host}");
    }
}

#[test]
fn web_urls_have_a_host_and_no_user() {
    for good in ["https://shop.example/x?y#z", "http://my_service:8080/"] {
        assert!(web_url(good).is_some(), "{good}");
    }
    for wrong in ["javascript:alert(1)", "https://", "https://user@shop.example", "https://:word@shop.example", "/x"] {
        assert!(web_url(wrong).is_none(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn origins_contain_no_header_syntax(text in "https?://[\\PC\t\n]{0,40}") {
        let url = Url::parse(&text).ok().and_then(|url| Origin::of(&url));
        for origin in url.into_iter().chain(text.parse()) {
            let rest = origin.as_str().strip_prefix("http").expect("a scheme");
            let plain = |c: char| c.is_ascii_alphanumeric() || "-.:/[]".contains(c);
            prop_assert!(rest.chars().all(plain), "{origin}");
            prop_assert_eq!(origin.as_str().parse::<Origin>(), Ok(origin.clone()));
        }
    }
}
