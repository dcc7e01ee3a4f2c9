#![doc = include_str!("../README.md")]

pub mod decnet;
pub mod evaluate;
mod known;
mod lazy;
mod lifter;
pub mod lint;
mod matching;
mod memo;
mod observe;
pub mod pack;
mod patterns;
pub mod problem;
pub mod rule;
mod shipped;
mod sigma;
mod span;
pub mod states;
pub mod tagger;
pub mod view;
mod window;

pub use lifter::Lifter;
pub use pack::{Pack, RuleFile};
pub use problem::Problem;
pub use rule::Rule;
pub use shipped::shipped_rules;
pub use states::States;
pub use tagger::{Engine, Verdict};
