#![doc = include_str!("../README.md")]

mod address;
pub mod canary;
mod failure;
mod headers;
mod heat;
mod hosts;
mod layout;
mod matrix;
mod page;
mod paging;
mod server;
#[cfg(test)]
mod tests;

pub use hosts::Hosts;
pub use server::{router, serve};
