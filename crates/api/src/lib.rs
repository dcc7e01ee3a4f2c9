#![doc = include_str!("../README.md")]

mod address;
pub mod canary;
mod failure;
mod headers;
mod heat;
mod hosts;
mod intake;
mod layout;
mod matrix;
mod page;
mod paging;
mod server;
#[cfg(test)]
mod tests;

pub use hosts::Hosts;
pub use intake::{Intake, NotTaken, Post, Taken, intake_router, serve_intake};
pub use server::{router, serve};
