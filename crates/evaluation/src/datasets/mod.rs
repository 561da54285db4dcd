//! Data sets of captures: folders of pictures, videos and single frames.

pub mod folders;
pub mod frames;
pub mod videos;
