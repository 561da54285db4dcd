//! ConfigureUI's body: any JSON gives a configuration or an error with a message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nearfar_protocol::ui::UiConfig;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(body) = serde_json::from_slice::<Value>(data) else { return };
    let Ok((locale, config)) = UiConfig::parse(&body) else { return };
    for (path, link) in UiConfig::links(&config.values) {
        assert!(!path.is_empty() && !link.is_empty());
    }
    UiConfig::for_display(config.values, locale);
});
