//! Buffers for camera frames in wasm memory: the incoming one and the kept ones.

use crate::frame::{ColorMatrix, Frame, FrameError, Layout, PixelFormat, Plane, Rotation, Size};
use crate::web::js::bindings::{PlaneLayout, VideoFrame};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ImageBitmap, ImageData, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

/// The bytes of one frame and their layout.
#[derive(Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    layout: Option<Layout>,
}

impl Buffer {
    /// The frame copied here last.
    ///
    /// # Errors
    /// If there is none, or the browser's layout is invalid.
    pub(crate) fn frame(&self) -> Result<Frame<'_>, FrameError> {
        let layout = self.layout.ok_or(FrameError::TooShort { needed: 1, given: 0 })?;
        Frame::new(layout, &self.bytes)
    }
}

/// The buffer of the next frame, with the canvas that some formats need.
#[derive(Default)]
pub(crate) struct FrameBuffer {
    buffer: Buffer,
    canvas: Option<OffscreenCanvasRenderingContext2d>,
}

/// A pending copy of a `VideoFrame`. Pass the planes that the promise resolves to to [`FrameBuffer::finish`].
pub(crate) struct PendingCopy {
    /// Resolves to the plane layouts.
    pub planes: js_sys::Promise,
    layout: Layout,
}

impl FrameBuffer {
    /// Starts copying a frame's planes directly into wasm memory. The memory must not grow until the promise settles
    /// (the copy would fail and the frame be lost).
    ///
    /// # Errors
    /// The browser's exception. `None` for a format that only [`FrameBuffer::draw`] can read.
    #[expect(unsafe_code, reason = "VideoFrame.copyTo writes into wasm memory")]
    pub(crate) fn begin(&mut self, frame: &VideoFrame) -> Result<Option<PendingCopy>, JsValue> {
        let Some(format) = frame.format().and_then(|name| PixelFormat::from_web_name(&name)) else { return Ok(None) };
        let Some(rect) = frame.visible_rect() else { return Ok(None) };
        let size = Size { width: rect.width() as u32, height: rect.height() as u32 };
        let mut layout = Layout::packed(format, size);
        layout.rotation = Rotation::from_degrees(frame.rotation().unwrap_or(0.0));
        layout.flip = frame.flip().unwrap_or(false);
        if let Some(space) = frame.color_space() {
            if space.matrix().as_deref() == Some("bt709") {
                layout.matrix = ColorMatrix::Bt709;
            }
            layout.full_range = space.full_range().unwrap_or(layout.full_range);
        }
        let length = frame.allocation_size()? as usize;
        self.buffer.bytes.resize(length, 0);
        // SAFETY: the view refers to this buffer, which is neither moved nor freed before `finish`: the worker handles
        // one frame at a time and processes no other message meanwhile.
        let view = unsafe { Uint8Array::view_mut_raw(self.buffer.bytes.as_mut_ptr(), length) };
        Ok(Some(PendingCopy { planes: frame.copy_to(&view)?, layout }))
    }

    /// Copies a frame, for a caller that does nothing else meanwhile.
    ///
    /// # Errors
    /// The browser's exception.
    pub(crate) async fn copy_frame(&mut self, frame: &VideoFrame) -> Result<(), JsValue> {
        match self.begin(frame)? {
            Some(pending) => {
                let planes = JsFuture::from(pending.planes.clone()).await?;
                self.finish(pending.layout, planes);
                Ok(())
            }
            None => self.draw_frame(frame),
        }
    }

    /// Draws a frame of an opaque format.
    ///
    /// # Errors
    /// The browser's exception.
    pub(crate) fn draw_frame(&mut self, frame: &VideoFrame) -> Result<(), JsValue> {
        let size = Size { width: frame.display_width() as u32, height: frame.display_height() as u32 };
        self.draw(frame, size)
    }

    /// Stores the plane layouts of a finished copy.
    pub(crate) fn finish(&mut self, mut layout: Layout, planes: JsValue) {
        for (plane, plane_layout) in layout.planes.iter_mut().zip(Array::from(&planes).iter()) {
            let plane_layout: PlaneLayout = plane_layout.unchecked_into();
            *plane = Plane { offset: plane_layout.offset() as usize, stride: plane_layout.stride() as usize };
        }
        self.buffer.layout = Some(layout);
    }

    /// Draws a picture onto a canvas and reads it back: for bitmaps and for frames of an opaque format.
    ///
    /// # Errors
    /// The browser's exception.
    pub(crate) fn draw(&mut self, picture: &JsValue, size: Size) -> Result<(), JsValue> {
        let canvas = match &self.canvas {
            Some(context) => context,
            None => {
                let context = OffscreenCanvas::new(size.width, size.height)?
                    .get_context("2d")?
                    .ok_or_else(|| JsValue::from("no 2d context"))?
                    .unchecked_into();
                self.canvas.insert(context)
            }
        };
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let surface = canvas.canvas();
        if surface.width() != size.width || surface.height() != size.height {
            surface.set_width(size.width);
            surface.set_height(size.height);
        }
        // drawImage also takes a VideoFrame, upright; only the binding's type is narrower.
        canvas.draw_image_with_image_bitmap_and_dw_and_dh(
            picture.unchecked_ref::<ImageBitmap>(),
            0.0,
            0.0,
            width,
            height,
        )?;
        let pixels = canvas.get_image_data(0.0, 0.0, width, height)?;
        self.take_pixels(&pixels);
        Ok(())
    }

    /// Takes RGBA pixels of a canvas.
    pub(crate) fn take_pixels(&mut self, pixels: &ImageData) {
        let size = Size { width: pixels.width(), height: pixels.height() };
        let data = pixels.data();
        self.buffer.bytes.clear();
        self.buffer.bytes.extend_from_slice(&data.0);
        self.buffer.layout = Some(Layout::packed(PixelFormat::Rgba, size));
    }

    /// The copied frame.
    ///
    /// # Errors
    /// See [`Buffer::frame`].
    pub(crate) fn frame(&self) -> Result<Frame<'_>, FrameError> {
        self.buffer.frame()
    }

    /// Swaps the copied frame into `slot` without copying; the next frame goes into the buffer that was there.
    pub(crate) fn keep_in(&mut self, slot: &mut Buffer) {
        std::mem::swap(&mut self.buffer, slot);
    }
}

impl PendingCopy {
    /// The layout known so far; the promise adds the planes.
    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }
}
