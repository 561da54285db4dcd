//! Watches the page for changes that affect a capture.

use super::battery::BatteryWatch;
use gloo_events::EventListener;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlVideoElement, ResizeObserver, Window};

/// A change of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageEvent {
    /// The page was hidden or shown: another tab or app, a locked screen.
    Visibility,
    /// A camera was connected or removed.
    DevicesChanged,
    /// The video element was resized.
    Resized,
    /// The battery became low, or is no longer low.
    Battery {
        /// Whether it is low.
        is_low: bool,
    },
}

/// Listeners on the page. Dropping it removes them.
pub(crate) struct PageWatch {
    _visibility: Option<EventListener>,
    _devices: Option<EventListener>,
    resize: Option<ResizeObserver>,
    _on_resize: Closure<dyn FnMut()>,
    _battery: Rc<BatteryWatch>,
}

impl PageWatch {
    /// Watches the page that shows `video`.
    pub(crate) fn new(window: &Window, video: &HtmlVideoElement, on_event: impl Fn(PageEvent) + 'static) -> Self {
        let on_event = Rc::new(on_event);
        let notify = on_event.clone();
        let visibility = window
            .document()
            .map(|document| EventListener::new(&document, "visibilitychange", move |_| notify(PageEvent::Visibility)));
        let notify = on_event.clone();
        let devices = window.navigator().media_devices().ok();
        let devices = devices
            .map(|devices| EventListener::new(&devices, "devicechange", move |_| notify(PageEvent::DevicesChanged)));
        let notify = on_event.clone();
        let battery = BatteryWatch::new(window, move |is_low| notify(PageEvent::Battery { is_low }));
        let on_resize = Closure::<dyn FnMut()>::new(move || on_event(PageEvent::Resized));
        let resize = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &resize {
            observer.observe(video);
        }
        PageWatch { _visibility: visibility, _devices: devices, resize, _on_resize: on_resize, _battery: battery }
    }
}

impl Drop for PageWatch {
    fn drop(&mut self) {
        if let Some(observer) = &self.resize {
            observer.disconnect();
        }
    }
}
