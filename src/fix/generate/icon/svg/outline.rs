//! Counts the corners of outlines, and tells those that no drawing program writes from all others.
//!
//! The renderer splits arcs into as many pieces as their size asks for, and of numbers near the limits of floating point it can make
//! millions of pieces out of a line of text. So the numbers are looked at before the renderer does.

use std::str::FromStr;

use resvg::usvg::roxmltree::Node;
use svgtypes::{Length, PathParser, PathSegment, PointsParser};

/// Larger numbers are in no drawing.
const MAX_NUMBER: f64 = 1e7;
/// How exactly the renderer follows an arc.
const ARC_TOLERANCE: f64 = 0.1;
/// Lengths that make up simple shapes.
const LENGTHS: [&str; 9] = ["x", "y", "width", "height", "rx", "ry", "r", "cx", "cy"];

/// How many corners the outline of an element has, curves counted as the renderer splits them. Nothing where a number in it is beyond
/// all measure.
pub(super) fn corners(node: &Node<'_, '_>) -> Option<u64> {
    let lengths = LENGTHS.iter().filter_map(|name| node.attribute(*name));
    let mut lengths = lengths.filter_map(|text| Length::from_str(text).ok()).map(|length| length.number);
    if !lengths.all(is_measured) {
        return None;
    }
    let path = node.attribute("d").map_or(Some(0), path_corners)?;
    let points = node.attribute("points").map_or(Some(0), |text| {
        let mut points = PointsParser::from(text);
        points.try_fold(0, |count, (x, y)| (is_measured(x) && is_measured(y)).then_some(count + 1))
    })?;
    Some(path + points)
}

fn is_measured(number: f64) -> bool {
    number.abs() <= MAX_NUMBER
}

/// What follows an error in a path is not drawn.
fn path_corners(text: &str) -> Option<u64> {
    // No place of the path is farther from the origin than this.
    let mut reach = 0.0;
    PathParser::from(text).map_while(Result::ok).try_fold(0_u64, |count, segment| {
        let (numbers, corners) = measured(segment, reach);
        let step = numbers.iter().copied().fold(0.0, |largest: f64, number| largest.max(number.abs()));
        reach = if segment.is_abs() { reach.max(step) } else { reach + step };
        numbers.into_iter().all(is_measured).then_some(count.saturating_add(corners))
    })
}

/// The numbers of a segment, and its corners.
fn measured(segment: PathSegment, reach: f64) -> ([f64; 6], u64) {
    match segment {
        PathSegment::MoveTo { x, y, .. } | PathSegment::LineTo { x, y, .. } | PathSegment::SmoothQuadratic { x, y, .. } => {
            ([x, y, 0.0, 0.0, 0.0, 0.0], 1)
        }
        PathSegment::HorizontalLineTo { x, .. } => ([x, 0.0, 0.0, 0.0, 0.0, 0.0], 1),
        PathSegment::VerticalLineTo { y, .. } => ([0.0, y, 0.0, 0.0, 0.0, 0.0], 1),
        PathSegment::CurveTo { x1, y1, x2, y2, x, y, .. } => ([x1, y1, x2, y2, x, y], 3),
        PathSegment::SmoothCurveTo { x2, y2, x, y, .. } => ([x2, y2, x, y, 0.0, 0.0], 3),
        PathSegment::Quadratic { x1, y1, x, y, .. } => ([x1, y1, x, y, 0.0, 0.0], 2),
        PathSegment::EllipticalArc { abs, rx, ry, x, y, .. } => {
            let way = x.abs() + y.abs() + if abs { 2.0 * reach } else { 0.0 };
            ([rx, ry, x, y, 0.0, 0.0], arc_corners(rx.abs(), ry.abs(), way))
        }
        PathSegment::ClosePath { .. } => ([0.0; 6], 1),
    }
}

/// Into how many curves an arc is split at most. Radii that are too small for the way to go grow with it.
fn arc_corners(one: f64, other: f64, way: f64) -> u64 {
    let (short, long) = (one.min(other), one.max(other));
    let grown = long.max(long / short.max(f64::MIN_POSITIVE) * way);
    // The renderer's own estimate.
    let pieces = (1.1163 * grown / ARC_TOLERANCE).powf(1.0 / 6.0).max(4.0).ceil() + 1.0;
    3_u64.saturating_mul(pieces as u64)
}

#[cfg(test)]
mod tests {
    use resvg::usvg::roxmltree::Document;

    use super::*;

    fn counted(element: &str) -> Option<u64> {
        corners(&Document::parse(element).unwrap().root_element())
    }

    #[test]
    fn corners_of_paths_and_polygons_are_counted() {
        assert_eq!(counted("<path d='M0 0 L9 9 h3 v-4 c1 1 2 2 3 3 z'/>"), Some(8));
        assert_eq!(counted("<polygon points='0,0 1,1 2,2'/>"), Some(3));
        assert_eq!(counted("<rect width='1e3' height='50%'/>"), Some(0));
        // The broken end is not drawn.
        assert_eq!(counted("<path d='M0 0 L9 9 L nonsense 1e99'/>"), Some(2));
    }

    #[test]
    fn arcs_of_common_size_have_few_pieces_and_monstrous_ones_many() {
        assert!(counted("<path d='M0 0 a5 5 0 01 9 9'/>").is_some_and(|corners| corners < 40));
        assert!(counted("<path d='M0 0 A1e-30 1e7 0 0 1 9 9'/>").is_some_and(|corners| corners > 1_000_000));
    }

    #[test]
    fn numbers_beyond_all_measure_are_noticed() {
        for element in [
            "<path d='M0 0 L1e30 0'/>",
            "<path d='M0 0a1e9,1 0 0,1 1,1'/>",
            "<circle r='1e20'/>",
            "<rect height='-1e9px'/>",
            "<polyline points='1 1 1e8 2'/>",
        ] {
            assert_eq!(counted(element), None, "{element}");
        }
    }
}
