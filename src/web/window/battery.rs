//! Watches the battery, where the browser has its state (Chromium).

use crate::web::js::bindings::BatteryManager;
use crate::web::js::object::get;
use gloo_events::EventListener;
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Window;

/// A battery with at most this charge, 0 to 1, that is not being charged is low. Phones offer to save power from here.
const LOW_LEVEL: f64 = 0.2;

/// Listeners on the battery. Dropping the last reference removes them.
pub(crate) struct BatteryWatch {
    is_low: Cell<bool>,
    on_change: Box<dyn Fn(bool)>,
    listeners: RefCell<Vec<EventListener>>,
}

impl BatteryWatch {
    /// Calls `on_change` with whether the battery is low, each time that this changes. It counts as not low at first,
    /// and always where the browser does not give its state to this page.
    pub(crate) fn new(window: &Window, on_change: impl Fn(bool) + 'static) -> Rc<Self> {
        let watch = Rc::new(BatteryWatch {
            is_low: Cell::new(false),
            on_change: Box::new(on_change),
            listeners: RefCell::default(),
        });
        let navigator = window.navigator();
        let request = get(&navigator, "getBattery").dyn_into::<Function>().and_then(|get| get.call0(&navigator));
        if let Ok(promise) = request.and_then(JsCast::dyn_into::<Promise>) {
            let owner = Rc::downgrade(&watch);
            spawn_local(async move {
                // Refused in some frames of other sites.
                let Ok(battery) = JsFuture::from(promise).await else { return };
                let Some(watch) = owner.upgrade() else { return };
                let battery: BatteryManager = battery.unchecked_into();
                let events = ["levelchange", "chargingchange"].map(|name| {
                    let (battery, owner) = (battery.clone(), owner.clone());
                    EventListener::new(&battery.clone(), name, move |_| {
                        if let Some(watch) = owner.upgrade() {
                            watch.update(&battery);
                        }
                    })
                });
                watch.listeners.borrow_mut().extend(events);
                watch.update(&battery);
            });
        }
        watch
    }

    fn update(&self, battery: &BatteryManager) {
        let is_low = !battery.charging() && battery.level() <= LOW_LEVEL;
        if self.is_low.replace(is_low) != is_low {
            (self.on_change)(is_low);
        }
    }
}
