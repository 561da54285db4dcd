//! The capture class that the page uses.

use super::capture_run::CaptureRun;
use crate::guidance::MotionPath;
use crate::messages::Signal;
use crate::web::js::config::config_from_object;
use crate::web::js::options::CaptureOptions;
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::HtmlVideoElement;

/// One person's capture on one video element.
#[wasm_bindgen]
pub struct WindowCapture {
    run: Rc<CaptureRun>,
}

#[wasm_bindgen]
impl WindowCapture {
    /// Prepares a capture that shows the camera in `video`. Nothing happens before [`WindowCapture::start`].
    ///
    /// # Errors
    /// A `RangeError` that names the invalid option.
    #[wasm_bindgen(constructor)]
    pub fn new(video: HtmlVideoElement, options: CaptureOptions) -> Result<WindowCapture, JsValue> {
        let window = web_sys::window().ok_or_else(|| js_sys::Error::new("a capture needs a window"))?;
        config_from_object(&options.config()).map_err(|message| js_sys::RangeError::new(&message))?;
        let forced_source = options.forced_source()?;
        Ok(WindowCapture { run: Rc::new(CaptureRun::new(window, video, options, forced_source)) })
    }

    /// Requests the camera and starts. Resolves when frames are on their way; rejects with the error that the `error`
    /// event also reports. A second call while it runs awaits the same start.
    pub fn start(&self) -> Promise {
        self.run.start()
    }

    /// Sets the motion path from the next start on: `size`, `x` and `y` of far, one or two stops and near, in order.
    /// Without numbers the path leads from far to near, both centred.
    ///
    /// # Errors
    /// A `RangeError` for an invalid path.
    pub fn follow(&self, numbers: Vec<f32>) -> Result<(), JsValue> {
        if !numbers.is_empty() && MotionPath::from_numbers(&numbers).is_none() {
            return Err(js_sys::RangeError::new("these numbers are not a valid path").into());
        }
        self.run.set_path(numbers);
        Ok(())
    }

    /// Cancels the session.
    pub fn cancel(&self) {
        self.run.signal(Signal::Cancel);
    }

    /// Restarts after a session that ended, with a new stream: the previous one may be the cause.
    pub fn retry(&self) -> Promise {
        self.run.stop();
        self.start()
    }

    /// Holds the capture while the video is not visible, or resumes it.
    pub fn hold(&self, held: bool) {
        self.run.hold(held);
    }

    /// Stops the camera, ends the worker and removes all listeners. Events stop at once.
    pub fn destroy(&self) {
        self.run.stop();
    }
}

impl Drop for WindowCapture {
    fn drop(&mut self) {
        self.run.stop();
    }
}
