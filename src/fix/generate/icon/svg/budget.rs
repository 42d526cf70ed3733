//! Estimates what drawing a vector graphic takes in time and memory, and refuses what takes too much.
//!
//! A file of a few lines can ask for blurs, noise, patterns and layers of any size; the renderer does as it is told.

use resvg::tiny_skia::{Path as Outline, PathSegment, Point, Rect};
use resvg::usvg::filter::{Filter, Kind};
use resvg::usvg::{ClipPath, Group, ImageKind, Mask, Node, Paint, Path, Pattern, Stroke, Transform, Tree};

use super::{IconError, source};

/// Pixels that may be touched in all, each weighted by what is done to it.
const MAX_WORK: f64 = 600e6;
/// Bytes that layers, patterns and pictures may take at one time.
const MAX_MEMORY: f64 = 96e6;
/// What a part costs beside its pixels.
const PART: f64 = 2000.0;
/// The renderer limits layers to so many times the width and height of the canvas.
const MAX_LAYER: f64 = 5.0;
/// How far from the canvas anything may lie, in pixels; beyond, the renderer loses its way.
const MAX_PLACE: f64 = 1e8;
/// Dashes of one line.
const MAX_DASHES: f64 = 20_000.0;

/// Refuses a drawing of which an area takes too much at a scale.
pub(super) fn check(tree: &Tree, area: Rect, scale: f32) -> Result<(), IconError> {
    let scale = f64::from(scale);
    let canvas = Size { width: f64::from(area.width()) * scale + 1.0, height: f64::from(area.height()) * scale + 1.0 };
    Budget { work: 0.0 }.group(tree.root(), Surface { scale, canvas, memory: 4.0 * canvas.area() })
}

#[derive(Debug, Clone, Copy)]
struct Size {
    width: f64,
    height: f64,
}

impl Size {
    fn area(self) -> f64 {
        self.width * self.height
    }

    /// A rectangle in pixels, as far as a canvas shows it.
    fn of(rect: Rect, scale: f64, limit: Self) -> Self {
        let side = |length: f32, limit: f64| (f64::from(length) * scale + 4.0).min(limit);
        Self { width: side(rect.width(), limit.width), height: side(rect.height(), limit.height) }
    }

    fn times(self, factor: f64) -> Self {
        Self { width: self.width * factor, height: self.height * factor }
    }
}

/// What is drawn on.
#[derive(Debug, Clone, Copy)]
struct Surface {
    /// Pixels for each unit of the drawing.
    scale: f64,
    canvas: Size,
    /// Bytes in use while something is drawn on it.
    memory: f64,
}

struct Budget {
    work: f64,
}

impl Budget {
    fn spend(&mut self, work: f64, memory: f64) -> Result<(), IconError> {
        self.work += work;
        // Written so that a number that is none is refused as well.
        if self.work <= MAX_WORK && memory <= MAX_MEMORY { Ok(()) } else { Err(IconError::Drawing(source::TOO_MUCH.to_owned())) }
    }

    fn group(&mut self, group: &Group, surface: Surface) -> Result<(), IconError> {
        self.spend(PART, surface.memory)?;
        if !group.should_isolate() {
            return self.children(group, surface);
        }
        let scale = surface.scale;
        let layer = Size::of(group.abs_layer_bounding_box().to_rect(), scale, surface.canvas.times(MAX_LAYER));
        let bytes = 4.0 * layer.area();
        let inner = Surface { scale, canvas: layer, memory: surface.memory + bytes };
        self.spend(3.0 * layer.area(), inner.memory)?;
        self.children(group, inner)?;
        for filter in group.filters() {
            self.filter(filter, inner)?;
        }
        if let Some(clip) = group.clip_path() {
            self.clip(clip, inner)?;
        }
        group.mask().map_or(Ok(()), |mask| self.mask(mask, inner))
    }

    fn children(&mut self, group: &Group, surface: Surface) -> Result<(), IconError> {
        group.children().iter().try_for_each(|node| match node {
            Node::Group(group) => self.group(group, surface),
            Node::Path(path) => self.path(path, surface),
            Node::Image(image) => match image.kind() {
                ImageKind::SVG(tree) => self.group(tree.root(), surface),
                _ => {
                    let pixels = f64::from(image.size().width()) * f64::from(image.size().height());
                    self.spend(4.0 * pixels + 4.0 * surface.canvas.area(), surface.memory + 8.0 * pixels)
                }
            },
            Node::Text(text) => self.group(text.flattened(), surface),
        })
    }

    /// Clipping and masking draw on a surface of the same size.
    fn beside(&mut self, surface: Surface) -> Result<Surface, IconError> {
        let beside = Surface { memory: surface.memory + 6.0 * surface.canvas.area(), ..surface };
        self.spend(3.0 * surface.canvas.area(), beside.memory)?;
        Ok(beside)
    }

    fn clip(&mut self, clip: &ClipPath, surface: Surface) -> Result<(), IconError> {
        let surface = self.beside(surface)?;
        self.children(clip.root(), surface)?;
        clip.clip_path().map_or(Ok(()), |clip| self.clip(clip, surface))
    }

    fn mask(&mut self, mask: &Mask, surface: Surface) -> Result<(), IconError> {
        let surface = self.beside(surface)?;
        self.children(mask.root(), surface)?;
        mask.mask().map_or(Ok(()), |mask| self.mask(mask, surface))
    }

    fn path(&mut self, path: &Path, surface: Surface) -> Result<(), IconError> {
        let place = path.abs_stroke_bounding_box();
        let edges = [place.left(), place.top(), place.right(), place.bottom()];
        if edges.iter().any(|edge| edge.is_nan() || f64::from(edge.abs()) * surface.scale > MAX_PLACE) {
            return Err(IconError::Drawing(source::BEYOND_MEASURE.to_owned()));
        }
        let covered = Size::of(place, surface.scale, surface.canvas).area();
        let corners = path.data().len() as f64;
        self.spend(PART + 20.0 * corners + 2.0 * covered, surface.memory)?;
        if let Some(fill) = path.fill() {
            self.paint(fill.paint(), path.abs_transform(), surface)?;
        }
        if let Some(stroke) = path.stroke() {
            let dashes = dashes(path.data(), stroke);
            if dashes > MAX_DASHES {
                return Err(IconError::Drawing(source::TOO_MUCH.to_owned()));
            }
            self.spend(100.0 * (corners + dashes) + 2.0 * covered, surface.memory)?;
            self.paint(stroke.paint(), path.abs_transform(), surface)?;
        }
        Ok(())
    }

    fn paint(&mut self, paint: &Paint, transform: Transform, surface: Surface) -> Result<(), IconError> {
        match paint {
            Paint::Pattern(pattern) => self.pattern(pattern, transform, surface),
            _ => Ok(()),
        }
    }

    fn pattern(&mut self, pattern: &Pattern, transform: Transform, surface: Surface) -> Result<(), IconError> {
        let (across, down) = transform.pre_concat(pattern.transform()).get_scale();
        let (across, down) = (f64::from(across) * surface.scale, f64::from(down) * surface.scale);
        let tile = Size { width: f64::from(pattern.rect().width()) * across, height: f64::from(pattern.rect().height()) * down };
        let memory = surface.memory + 4.0 * tile.area();
        self.spend(2.0 * tile.area(), memory)?;
        self.children(pattern.root(), Surface { scale: across.max(down), canvas: tile, memory })
    }

    fn filter(&mut self, filter: &Filter, surface: Surface) -> Result<(), IconError> {
        let area = surface.canvas.area();
        // Each step keeps its result until the last one is done.
        let memory = surface.memory + 4.0 * area * (filter.primitives().len() + 2) as f64;
        for primitive in filter.primitives() {
            let each = match primitive.kind() {
                Kind::GaussianBlur(_) | Kind::DropShadow(_) => 40.0,
                Kind::ConvolveMatrix(matrix) => 4.0 * f64::from(matrix.matrix().columns()) * f64::from(matrix.matrix().rows()),
                Kind::Morphology(shape) => {
                    let reach = |radius: f32, limit: f64| (2.0 * f64::from(radius) * surface.scale + 1.0).min(2.0 * limit);
                    reach(shape.radius_x().get(), surface.canvas.width) * reach(shape.radius_y().get(), surface.canvas.height)
                }
                Kind::Turbulence(noise) => 40.0 * f64::from(noise.num_octaves()),
                Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) | Kind::DisplacementMap(_) => 20.0,
                Kind::Image(image) => {
                    self.group(image.root(), surface)?;
                    4.0
                }
                _ => 5.0,
            };
            self.spend(PART + each * area, memory)?;
        }
        Ok(())
    }
}

/// Into how many dashes a line falls, at most.
fn dashes(outline: &Outline, stroke: &Stroke) -> f64 {
    let Some(pattern) = stroke.dasharray() else { return 0.0 };
    let distance = |one: Point, other: Point| f64::from((one.x - other.x).hypot(one.y - other.y));
    let (mut length, mut start, mut at) = (0.0, Point::zero(), Point::zero());
    for segment in outline.segments() {
        // A curve is no longer than the way around its control points.
        let (along, end) = match segment {
            PathSegment::MoveTo(to) => {
                start = to;
                (0.0, to)
            }
            PathSegment::LineTo(to) => (distance(at, to), to),
            PathSegment::QuadTo(by, to) => (distance(at, by) + distance(by, to), to),
            PathSegment::CubicTo(by, then, to) => (distance(at, by) + distance(by, then) + distance(then, to), to),
            PathSegment::Close => (distance(at, start), start),
        };
        length += along;
        at = end;
    }
    let each = f64::from(pattern.iter().sum::<f32>()) / pattern.len() as f64;
    length / each
}

#[cfg(test)]
mod tests {
    use super::super::draw;

    fn judged(content: &str) -> Result<(), String> {
        let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{content}<rect width="90" height="90"/></svg>"#);
        draw(svg.as_bytes()).map(|_| ()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_logos_are_made_of_is_drawn() {
        let usual = [
            "<filter id='f'><feDropShadow dx='1' dy='2' stdDeviation='3'/></filter><circle r='40' filter='url(#f)'/>",
            "<pattern id='p' width='9' height='9' patternUnits='userSpaceOnUse'><circle r='2'/></pattern><rect width='99' height='99' fill='url(#p)'/>",
            "<mask id='m'><rect width='50' height='50' fill='white'/></mask><g mask='url(#m)' opacity='.5'><g opacity='.5'><circle r='40'/></g></g>",
            "<path d='M0 0h99v99' stroke='red' fill='none' stroke-width='3' stroke-dasharray='4 2'/>",
        ];
        for content in usual {
            assert_eq!(judged(content), Ok(()), "{content}");
        }
        assert_eq!(judged(&"<path d='M1 1h50v50h-50z' fill='#abc'/>".repeat(100)), Ok(()));
        for around in ["<g transform='rotate(1)'>", "<g opacity='.99'>", "<g clip-path='url(#c)'>"] {
            let nested = format!("{}<rect width='9' height='9'/>{}", around.repeat(80), "</g>".repeat(80));
            assert_eq!(judged(&format!("<clipPath id='c'><rect width='9' height='9'/></clipPath>{nested}")), Ok(()), "{around}");
        }
    }

    #[test]
    fn what_takes_too_much_is_refused_at_once() {
        let full = "width='100' height='100'";
        let filter = |step: &str| format!("<filter id='f'>{step}</filter><rect {full} filter='url(#f)'/>");
        let layers = format!("{}<rect x='-900' width='2000' height='2000'/>{}", "<g opacity='.9'>".repeat(60), "</g>".repeat(60));
        let pattern = "width='30000' height='30000' patternUnits='userSpaceOnUse'";
        let greedy = [
            filter("<feTurbulence baseFrequency='.1' numOctaves='1000000'/>"),
            filter("<feMorphology radius='90'/>"),
            filter(&"<feGaussianBlur stdDeviation='9'/>".repeat(400)),
            layers,
            format!("<pattern id='p' {pattern}><circle r='2'/></pattern><rect {full} fill='url(#p)'/>"),
            "<path d='M0 0h99v99' stroke='red' stroke-dasharray='.0001'/>".to_owned(),
            format!("<rect {full} fill='#123'/>").repeat(20_000),
        ];
        for content in greedy {
            let start = std::time::Instant::now();
            assert!(judged(&content).is_err_and(|error| error.contains("too complex")), "{content:.200}");
            assert!(start.elapsed().as_secs() < 20, "{content:.200}");
        }
    }
}
