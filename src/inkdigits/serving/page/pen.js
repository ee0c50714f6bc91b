// A stroke on a canvas: points with pressure become a smooth line. Lengths are thousandths of the pad's width.

export const UNITS = 1000;

/** Draws all of a stroke, {width, points: [{x, y, pressure}]}. */
export function drawStroke(context, stroke) {
  const { points } = stroke;
  if (points.length === 1) {
    context.beginPath();
    context.arc(points[0].x, points[0].y, widthAt(stroke, 0) / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  for (let index = 1; index < points.length; index++) drawPiece(context, stroke, index);
}

/** Draws the piece that ends at point `index`: a curve between the middles of two neighbouring legs. */
export function drawPiece(context, stroke, index) {
  const { points } = stroke;
  const [before, here] = [points[index - 1], points[index]];
  const start = index > 1 ? middle(points[index - 2], before) : before;
  context.lineWidth = widthAt(stroke, index);
  context.beginPath();
  context.moveTo(start.x, start.y);
  const end = middle(before, here);
  context.quadraticCurveTo(before.x, before.y, end.x, end.y);
  if (index === points.length - 1) context.lineTo(here.x, here.y);
  context.stroke();
}

const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const widthAt = (stroke, index) => stroke.width * (0.5 + stroke.points[index].pressure);
