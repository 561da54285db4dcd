//! Distinguishes the service's environment variables from those that Kubernetes creates.
//!
//! For each Service of a namespace, Kubernetes puts variables with the Service's name into every container. A Service
//! `nearfar` or `nearfar-db` thus creates variables with this service's prefix. Exactly these forms, with the values
//! that Kubernetes gives them, are ignored. Any other unknown variable stops the start.

use std::net::IpAddr;

/// The prefix of option variables.
pub const PREFIX: &str = "NEARFAR_";
/// The least similarity of an option name to be suggested.
const MIN_SIMILARITY: f64 = 0.8;

/// The names of variables created by Kubernetes, sorted.
pub fn ignored_variables() -> Vec<String> {
    let variables = std::env::vars_os();
    let texts = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let made = texts.filter(|(name, value)| is_kubernetes_variable(name, value));
    let mut names: Vec<String> = made.map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}

/// Whether Kubernetes creates such a variable for a Service `nearfar` or `nearfar-…`.
pub fn is_kubernetes_variable(name: &str, value: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let Some(rest) = name.strip_prefix(PREFIX).filter(|_| plain) else { return false };
    // The end of the Service's name is not marked: `NEARFAR_DB_PORT` is the port of `nearfar-db`.
    let ends = rest.match_indices('_').map(|(at, _)| &rest[at + 1..]);
    std::iter::once(rest).chain(ends).any(|part| is_kubernetes_form(part, value))
}

/// The option closest to a mistyped name.
pub fn nearest<'a>(name: &str, options: &[&'a str]) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    let similarity = |option: &str| strsim::normalized_damerau_levenshtein(&name, &option.to_ascii_lowercase());
    let similarity = options.iter().map(|option| (similarity(option), *option));
    let best = similarity.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (best.0 >= MIN_SIMILARITY).then_some(best.1)
}

fn is_kubernetes_form(part: &str, value: &str) -> bool {
    let is_ip = |text: &str| text.parse::<IpAddr>().is_ok();
    if let Some(part) = part.strip_prefix("SERVICE_") {
        return match part.strip_prefix("PORT") {
            Some("") => is_port(value),
            Some(name) => name.len() > 1 && name.starts_with('_') && is_port(value),
            None => part == "HOST" && is_ip(value),
        };
    }
    if part == "PORT" {
        return ["tcp", "udp", "sctp"].iter().any(|protocol| is_address(value, protocol, None));
    }
    let Some((port, rest)) = part.strip_prefix("PORT_").and_then(|rest| rest.split_once('_')) else { return false };
    let (protocol, field) = rest.split_once('_').map_or((rest, None), |(protocol, field)| (protocol, Some(field)));
    let known = is_port(port) && matches!(protocol, "TCP" | "UDP" | "SCTP");
    let protocol = protocol.to_ascii_lowercase();
    known
        && match field {
            None => is_address(value, &protocol, Some(port)),
            Some("PROTO") => value == protocol,
            Some("PORT") => value == port,
            Some("ADDR") => is_ip(value),
            Some(_) => false,
        }
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0 && port.to_string() == text)
}

/// Such as `tcp://10.96.0.1:8787`, or an IPv6 address with or without brackets.
fn is_address(text: &str, protocol: &str, port: Option<&str>) -> bool {
    let rest = text.strip_prefix(protocol).and_then(|rest| rest.strip_prefix("://"));
    let Some((host, given)) = rest.and_then(|rest| rest.rsplit_once(':')) else { return false };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.parse::<IpAddr>().is_ok() && is_port(given) && port.is_none_or(|port| port == given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubernetes_variables_are_recognised() {
        for service in ["NEARFAR", "NEARFAR_DB", "NEARFAR_PORT", "NEARFAR_2"] {
            for (name, value) in [
                ("SERVICE_HOST", "10.96.0.1"),
                ("SERVICE_HOST", "fd00::1"),
                ("SERVICE_PORT", "8787"),
                ("SERVICE_PORT_HTTP", "8787"),
                ("SERVICE_PORT_METRICS_2", "9100"),
                ("PORT", "tcp://10.96.0.1:8787"),
                ("PORT", "tcp://[fd00::1]:8787"),
                ("PORT", "udp://10.96.0.1:53"),
                ("PORT_8787_TCP", "tcp://10.96.0.1:8787"),
                ("PORT_8787_TCP_PROTO", "tcp"),
                ("PORT_8787_TCP_PORT", "8787"),
                ("PORT_8787_TCP_ADDR", "10.96.0.1"),
                ("PORT_53_UDP_PROTO", "udp"),
                ("PORT_53_SCTP", "sctp://10.96.0.1:53"),
            ] {
                assert!(is_kubernetes_variable(&format!("{service}_{name}"), value), "{service}_{name}={value}");
            }
        }
    }

    #[test]
    fn other_variables_are_not_ignored() {
        for (name, value) in [
            ("NEARFAR_BLOB_KEY", "ab"),
            ("NEARFAR_BLOBKEYS", "10.96.0.1"),
            ("NEARFAR_PORT", "8787"),
            ("NEARFAR_PORT", "tcp://nearfar:8787"),
            ("NEARFAR_PORTS", "tcp://10.96.0.1:8787"),
            ("NEARFAR_SERVICE", "10.96.0.1"),
            ("NEARFAR_SERVICE_HOST", "nearfar.example"),
            ("NEARFAR_SERVICE_HOSTS", "10.96.0.1"),
            ("NEARFAR_SERVICE_PORT", "eighty"),
            ("NEARFAR_SERVICE_PORT_", "80"),
            ("NEARFAR_SERVICE_PORTS", "80"),
            ("NEARFAR_PORT_8787", "tcp://10.96.0.1:8787"),
            ("NEARFAR_PORT_8787_TCP", "tcp://10.96.0.1:8788"),
            ("NEARFAR_PORT_8787_TCP", "udp://10.96.0.1:8787"),
            ("NEARFAR_PORT_8787_TCP_PROTO", "udp"),
            ("NEARFAR_PORT_8787_TCP_NAME", "x"),
            ("NEARFAR_PORT_08787_TCP_PORT", "08787"),
            ("NEARFAR_PORT_99999_TCP_PORT", "99999"),
            ("nearfar_service_host", "10.96.0.1"),
            ("OTHER_SERVICE_HOST", "10.96.0.1"),
        ] {
            assert!(!is_kubernetes_variable(name, value), "{name}={value}");
        }
    }

    #[test]
    fn similar_option_names_are_suggested() {
        let options = ["blob_keys", "listen", "metrics_listen", "public_url"];
        assert_eq!(nearest("BLOB_KEY", &options), Some("blob_keys"));
        assert_eq!(nearest("blobkeys", &options), Some("blob_keys"));
        assert_eq!(nearest("lisetn", &options), Some("listen"));
        assert_eq!(nearest("port", &options), None);
    }
}
