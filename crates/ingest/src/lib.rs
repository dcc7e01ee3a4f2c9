#![doc = include_str!("../README.md")]

mod capture;
pub mod decode;
pub mod geo;
pub mod intel;
pub mod source;
