//! Files as the rules see them: decoded text with positions, JSON with spans, Markdown sections, images with limits.

pub mod blocks;
pub mod csharp;
pub mod image;
pub mod json;
pub mod markdown;
pub mod text;

pub use text::{Encoding, Position, SourceText};
