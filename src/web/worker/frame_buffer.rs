//! Where a camera frame's pixels land in this module's memory, and where the chosen ones stay.

use crate::frame::{ColorMatrix, Frame, FrameError, Layout, PixelFormat, Plane, Rotation, Size};
use crate::web::js::bindings::{PlaneLayout, VideoFrame};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ImageBitmap, ImageData, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

/// The bytes of one frame and how they lie.
#[derive(Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    layout: Option<Layout>,
}

impl Buffer {
    /// The frame that landed here last.
    ///
    /// # Errors
    /// When nothing did, or the browser described it wrongly.
    pub fn frame(&self) -> Result<Frame<'_>, FrameError> {
        let layout = self.layout.ok_or(FrameError::TooShort { needed: 1, given: 0 })?;
        Frame::new(layout, &self.bytes)
    }
}

/// The buffer that the next frame lands in, with what is needed to get frames there.
#[derive(Default)]
pub struct FrameBuffer {
    buffer: Buffer,
    canvas: Option<OffscreenCanvasRenderingContext2d>,
}

/// A `VideoFrame` copy on its way; [`FrameBuffer::finish`] takes the planes that the promise brings.
pub struct Flight {
    /// Resolves to the plane layouts.
    pub planes: js_sys::Promise,
    layout: Layout,
}

impl FrameBuffer {
    /// Starts to copy a frame's planes straight into wasm memory. Nothing may make that memory grow until the
    /// promise settles (the copy would fail, and the frame be lost).
    ///
    /// # Errors
    /// What the browser threw; or `None` for a format that only [`FrameBuffer::draw`] can read.
    pub fn begin(&mut self, frame: &VideoFrame) -> Result<Option<Flight>, JsValue> {
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
        // SAFETY: the view is of this buffer, which neither moves nor is freed before `finish`: the worker handles
        // one frame at a time and takes no other message meanwhile.
        let view = unsafe { Uint8Array::view_mut_raw(self.buffer.bytes.as_mut_ptr(), length) };
        Ok(Some(Flight { planes: frame.copy_to(&view)?, layout }))
    }

    /// All of a landing, for a caller that does nothing else meanwhile.
    ///
    /// # Errors
    /// What the browser threw.
    pub async fn land(&mut self, frame: &VideoFrame) -> Result<(), JsValue> {
        match self.begin(frame)? {
            Some(flight) => {
                let planes = JsFuture::from(flight.planes.clone()).await?;
                self.finish(flight.layout, planes);
                Ok(())
            }
            None => self.draw_frame(frame),
        }
    }

    /// Draws a frame whose format is opaque.
    ///
    /// # Errors
    /// What the browser threw.
    pub fn draw_frame(&mut self, frame: &VideoFrame) -> Result<(), JsValue> {
        let size = Size { width: frame.display_width() as u32, height: frame.display_height() as u32 };
        self.draw(frame, size)
    }

    /// Notes where the planes of a finished copy lie.
    pub fn finish(&mut self, mut layout: Layout, planes: JsValue) {
        for (plane, described) in layout.planes.iter_mut().zip(Array::from(&planes).iter()) {
            let described: PlaneLayout = described.unchecked_into();
            *plane = Plane { offset: described.offset() as usize, stride: described.stride() as usize };
        }
        self.buffer.layout = Some(layout);
    }

    /// Draws a picture onto a canvas of ours and reads it back: for bitmaps, and for frames whose format is opaque.
    ///
    /// # Errors
    /// What the browser threw.
    pub fn draw(&mut self, picture: &JsValue, size: Size) -> Result<(), JsValue> {
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
        // drawImage takes a VideoFrame as well, upright; only the binding's type says bitmap.
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

    /// Takes RGBA pixels that a canvas gave.
    pub fn take_pixels(&mut self, pixels: &ImageData) {
        let size = Size { width: pixels.width(), height: pixels.height() };
        let data = pixels.data();
        self.buffer.bytes.clear();
        self.buffer.bytes.extend_from_slice(&data.0);
        self.buffer.layout = Some(Layout::packed(PixelFormat::Rgba, size));
    }

    /// The frame that landed.
    ///
    /// # Errors
    /// See [`Buffer::frame`].
    pub fn frame(&self) -> Result<Frame<'_>, FrameError> {
        self.buffer.frame()
    }

    /// Keeps the landed frame in `place` without copying: the next frame lands in the buffer that was there.
    pub fn keep_in(&mut self, place: &mut Buffer) {
        std::mem::swap(&mut self.buffer, place);
    }
}

impl Flight {
    /// The layout as far as the frame itself told; the planes come with the promise.
    pub fn layout(&self) -> Layout {
        self.layout
    }
}
