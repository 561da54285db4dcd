//! The protocol of nearfar: messages between the service, the page and integrators, and the checks of their form. No
//! I/O.
//!
//! | module | content |
//! |---|---|
//! | [`envelope`], [`status`] | the envelope of every response, and all status codes |
//! | [`public`], [`result`], [`ui`] | the APIs for integrators: requests, results, UI configurations |
//! | [`sessions`], [`statistics`], [`device_class`] | the sessions API and statistics |
//! | [`page`], [`problem`], [`locale`], [`level`] | the API for the page |
//! | [`manifest`], [`jpeg`] | uploads: the manifest, and the structure of pictures |
//! | [`light`], [`motion`] | challenges |
//! | [`sandbox`] | results that tests of integrators choose |
//! | [`review`] | decisions of human reviewers |
//! | [`study`] | labels and consent of studies |
//! | [`webhook`] | events for the endpoints of accounts |
//! | [`origin`], [`return_url`] | web origins, URLs to return to |
//!
//! ```
//! use nearfar_protocol::envelope::Envelope;
//! use nearfar_protocol::status;
//!
//! let envelope = Envelope::new(&status::OK, Some("data"), None, "0123456789abcdef".into());
//! assert_eq!(serde_json::to_value(envelope)?["code"], "SUCCESS");
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod device_class;
pub mod envelope;
pub mod jpeg;
pub mod level;
pub mod light;
pub mod locale;
pub mod manifest;
pub mod motion;
pub mod origin;
pub mod page;
pub mod problem;
pub mod public;
pub mod result;
pub mod return_url;
pub mod review;
pub mod sandbox;
pub mod sessions;
pub mod statistics;
pub mod status;
pub mod study;
pub mod ui;
pub mod webhook;
