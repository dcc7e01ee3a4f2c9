#![doc = include_str!("../README.md")]

pub mod decode;
pub mod intel;
pub mod source;
