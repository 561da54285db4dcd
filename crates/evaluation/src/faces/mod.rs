//! Rates of the face network on the crops of `face_crops` that `tools/faces/train.py` trained with. Each face is tested
//! by the network that was trained without its person.

pub mod crops;
pub mod table;
