//! Coarse classes of devices for search and statistics: families of operating systems and browsers, and no versions.
//!
//! They are derived from what the page reports, which a person can change. No class identifies a device.

use serde::{Deserialize, Serialize};

use crate::manifest::DeviceFacts;

/// Defines an enum of stable snake_case names.
macro_rules! classes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// All classes.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The class with that name.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }
    };
}

classes! {
    /// A family of operating systems.
    OsFamily {
        /// Android.
        Android = "android",
        /// iOS and iPadOS. An iPad that asks for desktop websites counts as macOS.
        Ios = "ios",
        /// Windows.
        Windows = "windows",
        /// macOS.
        Macos = "macos",
        /// ChromeOS.
        ChromeOs = "chrome_os",
        /// Linux, except Android and ChromeOS.
        Linux = "linux",
        /// Unknown or not reported.
        Other = "other",
    }
}

classes! {
    /// A family of browsers.
    BrowserFamily {
        /// Chrome and Chromium, also on iOS.
        Chrome = "chrome",
        /// Safari.
        Safari = "safari",
        /// Firefox, also on iOS.
        Firefox = "firefox",
        /// Edge.
        Edge = "edge",
        /// Samsung Internet.
        SamsungInternet = "samsung_internet",
        /// Opera.
        Opera = "opera",
        /// A web view inside an app.
        WebView = "web_view",
        /// Unknown or not reported.
        Other = "other",
    }
}

classes! {
    /// A type of device.
    DeviceType {
        /// A phone.
        Phone = "phone",
        /// A tablet.
        Tablet = "tablet",
        /// A computer.
        Computer = "computer",
        /// Unknown or not reported.
        Other = "other",
    }
}

/// The classes of one device.
///
/// ```
/// use nearfar_protocol::device_class::{BrowserFamily, DeviceClass, DeviceType, OsFamily};
/// use nearfar_protocol::manifest::DeviceFacts;
///
/// let user_agent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 \
///                   Mobile Safari/537.36";
/// let facts = DeviceFacts { user_agent: Some(user_agent.into()), ..DeviceFacts::default() };
/// let class = DeviceClass::of(&facts);
/// assert_eq!(class.os, OsFamily::Android);
/// assert_eq!(class.browser, BrowserFamily::Chrome);
/// assert_eq!(class.device_type, DeviceType::Phone);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceClass {
    /// The operating system.
    pub os: OsFamily,
    /// The browser.
    pub browser: BrowserFamily,
    /// The type of device.
    pub device_type: DeviceType,
}

impl DeviceClass {
    /// The classes of a device that sent these facts.
    pub fn of(facts: &DeviceFacts) -> Self {
        let agent = facts.user_agent.as_deref().unwrap_or_default();
        let os = os_family(agent);
        Self { os, browser: browser_family(agent), device_type: device_type(agent, os, facts.mobile) }
    }
}

/// The first family one of whose marks the user agent contains. The order matters: browsers name others as well.
fn first<T: Copy>(agent: &str, families: &[(&[&str], T)]) -> Option<T> {
    let has_any = |marks: &[&str]| marks.iter().any(|mark| agent.contains(mark));
    families.iter().find(|(marks, _)| has_any(marks)).map(|(_, family)| *family)
}

fn os_family(agent: &str) -> OsFamily {
    let families: [(&[&str], OsFamily); 6] = [
        (&["iPhone", "iPad", "iPod"], OsFamily::Ios),
        (&["Android"], OsFamily::Android),
        (&["Windows"], OsFamily::Windows),
        (&["CrOS"], OsFamily::ChromeOs),
        (&["Macintosh", "Mac OS X"], OsFamily::Macos),
        (&["Linux", "X11"], OsFamily::Linux),
    ];
    first(agent, &families).unwrap_or(OsFamily::Other)
}

fn browser_family(agent: &str) -> BrowserFamily {
    let families: [(&[&str], BrowserFamily); 8] = [
        (&["; wv)", "FBAN/", "FBAV/", "Instagram", "Line/", "MicroMessenger/"], BrowserFamily::WebView),
        (&["Edg/", "EdgA/", "EdgiOS/"], BrowserFamily::Edge),
        (&["OPR/", "OPT/", "OPiOS/"], BrowserFamily::Opera),
        (&["SamsungBrowser/"], BrowserFamily::SamsungInternet),
        (&["Firefox/", "FxiOS/"], BrowserFamily::Firefox),
        (&["Chrome/", "CriOS/", "Chromium/"], BrowserFamily::Chrome),
        (&["Safari/"], BrowserFamily::Safari),
        // WebKit on iOS without Safari's name.
        (&["iPhone", "iPad"], BrowserFamily::WebView),
    ];
    first(agent, &families).unwrap_or(BrowserFamily::Other)
}

fn device_type(agent: &str, os: OsFamily, mobile: Option<bool>) -> DeviceType {
    match os {
        OsFamily::Ios if agent.contains("iPad") => DeviceType::Tablet,
        OsFamily::Ios => DeviceType::Phone,
        // Android's browsers name phones only.
        OsFamily::Android if agent.contains("Mobile") || mobile == Some(true) => DeviceType::Phone,
        OsFamily::Android => DeviceType::Tablet,
        OsFamily::Windows | OsFamily::Macos | OsFamily::ChromeOs | OsFamily::Linux => DeviceType::Computer,
        OsFamily::Other if mobile == Some(true) => DeviceType::Phone,
        OsFamily::Other => DeviceType::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IOS: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                           Chrome/126.0.0.0 Safari/537.36";
    const TABLET: &str = "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko)";

    fn class(agent: &str) -> (&'static str, &'static str, &'static str) {
        let class = DeviceClass::of(&DeviceFacts { user_agent: Some(agent.into()), ..DeviceFacts::default() });
        (class.os.code(), class.browser.code(), class.device_type.code())
    }

    #[test]
    fn user_agents_have_coarse_classes() {
        for (agent, expected) in [
            (format!("{IOS} Version/17.5 Mobile/15E148 Safari/604.1"), ("ios", "safari", "phone")),
            (format!("{IOS} CriOS/126.0 Mobile/15E148 Safari/604.1"), ("ios", "chrome", "phone")),
            (format!("{IOS} FxiOS/127.0 Mobile/15E148 Safari/605.1.15"), ("ios", "firefox", "phone")),
            (format!("{IOS} Mobile/15E148"), ("ios", "web_view", "phone")),
            (IOS.replace("iPhone;", "iPad;") + " Version/17.5 Safari/604.1", ("ios", "safari", "tablet")),
            (WINDOWS.into(), ("windows", "chrome", "computer")),
            (format!("{WINDOWS} Edg/126.0.0.0"), ("windows", "edge", "computer")),
            (format!("{WINDOWS} OPR/111.0.0.0"), ("windows", "opera", "computer")),
            (
                format!("{TABLET} SamsungBrowser/25.0 Chrome/121.0 Safari/537.36"),
                ("android", "samsung_internet", "tablet"),
            ),
            (
                format!("{TABLET} Version/4.0 Chrome/126.0 Mobile Safari/537.36").replace("X700", "X700; wv"),
                ("android", "web_view", "phone"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0".into(),
                ("linux", "firefox", "computer"),
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/126.0 Safari/537.36".into(),
                ("chrome_os", "chrome", "computer"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15".into(),
                ("macos", "safari", "computer"),
            ),
            ("curl/8.0".into(), ("other", "other", "other")),
            (String::new(), ("other", "other", "other")),
        ] {
            assert_eq!(class(&agent), expected, "{agent}");
        }
    }

    #[test]
    fn names_match_serde() {
        for os in OsFamily::ALL {
            assert_eq!(serde_json::to_value(os).unwrap(), os.code());
            assert_eq!(OsFamily::from_code(os.code()), Some(*os));
        }
        for browser in BrowserFamily::ALL {
            assert_eq!(serde_json::to_value(browser).unwrap(), browser.code());
        }
        for kind in DeviceType::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        assert_eq!(BrowserFamily::from_code("Chrome"), None);
    }
}
