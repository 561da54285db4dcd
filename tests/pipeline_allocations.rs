//! Frames do not allocate after warm-up. Counted by a global allocator, so this test has its own binary.

#![expect(unsafe_code, reason = "a global allocator that counts")]
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{PORTRAIT, face, whole};
use nearfar::detection::Face;
use nearfar::frame::{Frame, Layout, PixelFormat};
use nearfar::pipeline::{FindFaces, Pipeline, PipelineConfig};
use nearfar::session::{Event, Phase};
use std::alloc::{GlobalAlloc, Layout as Memory, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all calls are forwarded unchanged to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Memory) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Memory) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// A face that appears, sways and disappears.
struct Swaying {
    step: u32,
    faces: [Face; 2],
}

impl FindFaces for Swaying {
    fn find_faces(&mut self, _frame: &Frame) -> &[Face] {
        self.step += 1;
        let sway = (self.step as f32 / 40.0).sin();
        self.faces[0] = face(360.0 + 150.0 * sway, 660.0, 200.0 + 60.0 * sway);
        let seen = [1, 1, 1, 1, 1, 2, 1, 0][self.step as usize / 20 % 8];
        &self.faces[..seen]
    }
}

#[test]
fn no_allocation_per_frame_after_warm_up() {
    let layout = Layout::packed(PixelFormat::I420, PORTRAIT);
    let pixels: Vec<u8> = (0..layout.byte_len()).map(|i| (i * 7 % 251) as u8).collect();
    let frame = Frame::new(layout, &pixels).unwrap();
    let detector = Swaying { step: 0, faces: [face(100.0, 200.0, 150.0); 2] };
    let mut pipeline = Pipeline::new(detector, PipelineConfig::default()).unwrap();
    pipeline.resize(whole(PORTRAIT), 0.0);
    pipeline.handle(&Event::Start, 0.0);
    let mut now = 0.0;
    let mut effects = 0;
    let mut run = |frames: u32| {
        for _ in 0..frames {
            now += 33.0;
            effects += pipeline.process(&frame, now - 40.0, now).len();
        }
        pipeline.driver().phase()
    };
    run(50);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    let phase = run(450);
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
    assert_eq!(allocations, 0);
    assert_eq!(phase, Phase::Far, "all of these frames were analyzed");
    assert!(effects > 20, "and they had effects");
}
