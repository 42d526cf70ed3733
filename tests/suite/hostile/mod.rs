//! Input that is meant to break things: what connectors say, where it arrives, and how their folders are made.

mod folders;
mod injection;
mod texts;
