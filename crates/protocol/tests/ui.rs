//! ConfigureUI's rules: each field and error of the table.

use nearfar_protocol::locale::{CODES, Locale};
use nearfar_protocol::ui::{FieldError, Kind, MAX_TEXT, MAX_TIPS, PAGES, UiConfig, UiError, tip_for_display};
use serde_json::{Value, json};

fn refusal(page: &str, field: &str, value: Value) -> (String, Option<&'static str>, String) {
    match UiConfig::parse(&json!({"locale": "en", page: {field: value}})) {
        Err(UiError::Field { message, name, path }) => (message, name, path),
        other => panic!("{page}.{field}: {other:?}"),
    }
}

fn good(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!("x".repeat(MAX_TEXT)),
        Kind::Color => json!("#1a2B3c"),
        Kind::Link | Kind::Target => json!("https://example.com/a.png"),
        Kind::Flag => json!(true),
        Kind::Tips(_) => json!([{"iconLink": "https://example.com/a.png", "text": "é".repeat(MAX_TEXT)}]),
    }
}

#[test]
fn every_field_accepts_a_valid_value_and_null() {
    for page in &PAGES {
        for field in page.fields {
            let value = good(field.kind);
            let (_, config) =
                UiConfig::parse(&json!({"locale": "vi", page.name: {field.name: value}})).expect(field.name);
            assert_eq!(config.values[page.name][field.name], value);
            assert!(config.unknown.is_empty());
            let (_, none) = UiConfig::parse(&json!({"locale": "vi", page.name: {field.name: null}})).expect(field.name);
            assert_eq!(none.values[page.name], json!({}));
        }
    }
}

#[test]
fn every_field_rejects_invalid_values_with_the_contracts_message() {
    let mut named = 0;
    let mut expect = |page: &str, field: &str, value: Value, error: Option<FieldError>| {
        let (message, name, path) = refusal(page, field, value);
        assert!(path.starts_with(&format!("{page}.{field}")), "{path}");
        assert_eq!(name, error.map(|error| error.name));
        match error {
            Some(error) => {
                named += 1;
                assert_eq!(message, error.message);
            }
            None => assert!(message.contains(field), "{message}"),
        }
    };
    for page in &PAGES {
        for field in page.fields {
            match field.kind {
                Kind::Text => expect(page.name, field.name, json!("x".repeat(MAX_TEXT + 1)), field.error),
                Kind::Color => expect(page.name, field.name, json!("red"), field.error),
                Kind::Link | Kind::Target => expect(page.name, field.name, json!("not a link"), field.error),
                Kind::Flag => expect(page.name, field.name, json!("true"), field.error),
                Kind::Tips(errors) => {
                    expect(page.name, field.name, json!(vec![json!({}); MAX_TIPS + 1]), Some(errors.count));
                    expect(page.name, field.name, json!([{"iconLink": "ftp://x/y"}]), Some(errors.icon));
                    expect(page.name, field.name, json!([{"text": "x".repeat(MAX_TEXT + 1)}]), Some(errors.text));
                }
            }
        }
    }
    assert_eq!(named, 44, "every M_ error of the contract");
}

#[test]
fn colors_start_with_a_hash_and_are_colors() {
    for color in ["#fff", "#FFFF", "#00ff00", "#00ff0080"] {
        UiConfig::parse(&json!({"locale": "en", "mobileLoadingPage": {"progressColor": color}})).expect(color);
    }
    for color in ["", "#", "#12", "#12345", "#gggggg", "ffffff", "rgb(0,0,0)", "#1234567"] {
        let (_, name, _) = refusal("mobileLoadingPage", "progressColor", json!(color));
        assert_eq!(name, Some("M_PROGRESS_COLOR_WRONG_LOADING_PAGE"), "{color}");
    }
}

#[test]
fn links_are_web_urls() {
    for link in [
        "javascript:alert(1)",
        "data:image/png;base64,AA==",
        "//example.com",
        "https://",
        "file:///etc/passwd",
        "http://a;frame-ancestors/x.png",
        "https://a,b/x.png",
        "https://a_b.example/x.png",
        "https://user@a.example/x.png",
    ] {
        let (_, name, _) = refusal("mobileResultPage", "successIconLink", json!(link));
        assert_eq!(name, Some("M_SUCCESS_ICON_LINK_NOT_URL_RESULT_PAGE"), "{link}");
    }
}

#[test]
fn fields_outside_a_page_are_checked() {
    let good = json!({"locale": "en", "titleText": "A", "logoLink": "https://cdn.example/logo.svg",
        "privacyLink": "https://shop.example/privacy?from=check#photos"});
    let (_, config) = UiConfig::parse(&good).expect("good");
    assert!(config.unknown.is_empty());
    for name in ["titleText", "logoLink", "privacyLink"] {
        assert_eq!(config.values[name], good[name]);
    }
    for name in ["logoLink", "privacyLink"] {
        for link in [json!("javascript:alert(1)"), json!("/privacy"), json!("https://user@a.example/"), json!(5)] {
            match UiConfig::parse(&json!({"locale": "en", name: link})) {
                Err(UiError::Field { message, name: None, path }) => {
                    assert_eq!((message, path.as_str()), (format!("{name} should be an http or https URL."), name));
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        let (_, none) = UiConfig::parse(&json!({"locale": "en", name: null})).expect(name);
        assert!(none.values.is_empty());
    }
}

#[test]
fn only_link_fields_yield_links() {
    let config = json!({"locale": "en", "titleText": "https://title.example/a.png",
        "logoLink": "https://logo.example/a.svg", "privacyLink": "https://privacy.example/",
        "mobileTipsPage": {"title": "http://a;frame-ancestors/x.png",
            "tips": [{"text": "https://tip.example", "iconLink": "https://icon.example/1.png"},
                {"iconLink": "https://icon.example/2.png"}]},
        "mobileResultPage": {"successIconLink": "https://cdn.example/ok.png", "successDesc": "https://desc.example"}});
    let (_, config) = UiConfig::parse(&config).expect("good");
    let links = UiConfig::links(&config.values);
    let links: Vec<(&str, &str)> = links.iter().map(|(path, link)| (path.as_str(), *link)).collect();
    assert_eq!(
        links,
        [
            ("logoLink", "https://logo.example/a.svg"),
            ("mobileTipsPage.tips[0].iconLink", "https://icon.example/1.png"),
            ("mobileTipsPage.tips[1].iconLink", "https://icon.example/2.png"),
            ("mobileResultPage.successIconLink", "https://cdn.example/ok.png"),
        ]
    );
}

#[test]
fn only_listed_locales_are_accepted() {
    for code in CODES {
        let (locale, _) = UiConfig::parse(&json!({"locale": code})).expect(code);
        assert_eq!(Some(locale), Locale::parse(code));
    }
    assert_eq!(UiConfig::parse(&json!({})), Err(UiError::NoLocale));
    assert_eq!(UiConfig::parse(&json!({"locale": null})), Err(UiError::NoLocale));
    assert_eq!(UiConfig::parse(&json!({"locale": ""})), Err(UiError::NoLocale));
    assert_eq!(UiConfig::parse(&json!({"locale": "xx"})), Err(UiError::UnknownLocale));
    assert_eq!(UiConfig::parse(&json!({"locale": 1})), Err(UiError::UnknownLocale));
    assert_eq!(UiConfig::parse(&json!([])), Err(UiError::NotAnObject));
}

#[test]
fn unknown_fields_are_reported_and_not_stored() {
    let (_, config) =
        UiConfig::parse(&json!({"locale": "en", "theme": 1, "pcResultPage": {"glow": true}})).expect("ok");
    assert_eq!(config.unknown, ["pcResultPage.glow", "theme"]);
    assert_eq!(Value::Object(config.values), json!({"pcResultPage": {}}));
}

#[test]
fn type_errors_name_the_field() {
    assert!(refusal("mobileTipsPage", "title", json!(5)).0.contains("mobileTipsPage.title"));
    assert!(refusal("mobileTipsPage", "tips", json!("x")).0.contains("mobileTipsPage.tips"));
    assert!(refusal("mobileTipsPage", "tips", json!(["x"])).0.contains("mobileTipsPage.tips[0]"));
    let page = UiConfig::parse(&json!({"locale": "en", "pcTipsPage": "x"}));
    assert!(matches!(page, Err(UiError::Field { path, .. }) if path == "pcTipsPage"));
    let title = UiConfig::parse(&json!({"locale": "en", "titleText": "x".repeat(101)}));
    assert!(matches!(title, Err(UiError::Field { path, .. }) if path == "titleText"));
}

#[test]
fn long_tips_are_truncated_for_display() {
    let english = Locale::parse("en").expect("known");
    let chinese = Locale::parse("zh_TW").expect("known");
    assert_eq!(tip_for_display(&"a".repeat(60), english).len(), 52);
    assert_eq!(tip_for_display(&"脸".repeat(60), chinese).chars().count(), 26);
    assert_eq!(tip_for_display("short", chinese), "short");
    let body = json!({"locale": "en", "pcTipsPage": {"tips": [{"text": "b".repeat(80)}]}});
    let (locale, config) = UiConfig::parse(&body).expect("ok");
    assert_eq!(config.values["pcTipsPage"]["tips"][0]["text"], json!("b".repeat(80)));
    let shown = UiConfig::for_display(config.values, locale);
    assert_eq!(shown["pcTipsPage"]["tips"][0]["text"], json!("b".repeat(52)));
}
