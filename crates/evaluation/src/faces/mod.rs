//! Measurement of the face network: crops, rates by occlusion, and a detector that records its faces. Rates on the
//! crops of `face_crops` that `tools/faces/train.py` trained with test each face by the network that was trained
//! without its person.

pub mod crops;
pub mod guidance_frames;
pub mod occlusion_rates;
pub mod recording_detector;
pub mod table;
