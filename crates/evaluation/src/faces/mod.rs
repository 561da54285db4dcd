//! Rates of the face network on the crops that `face_crops` cut and `tools/faces/train.py` learnt from: each face judged
//! by the network that was trained without its person.

pub mod crops;
pub mod table;
