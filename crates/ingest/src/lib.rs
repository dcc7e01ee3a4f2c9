#![doc = include_str!("../README.md")]

pub mod browser;
pub mod capture;
pub mod decode;
pub mod geo;
pub mod intel;
pub mod source;
