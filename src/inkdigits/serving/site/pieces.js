// A drawing falls into pieces: ink that hangs together. A piece is its box and its pixels' places in the drawing.

/** All pieces of `ink`, levels from 0 to 255 row by row, in the order of their first pixels. */
export function piecesOf(ink, width) {
  const seen = new Uint8Array(ink.length);
  const pieces = [];
  for (let start = 0; start < ink.length; start++) {
    if (ink[start] && !seen[start]) pieces.push(flooded(ink, width, seen, start));
  }
  return pieces;
}

function flooded(ink, width, seen, start) {
  const piece = { left: Infinity, top: Infinity, right: 0, bottom: 0, pixels: [start] };
  seen[start] = 1;
  for (const pixel of piece.pixels) { // which grow meanwhile
    const x = pixel % width;
    const y = (pixel - x) / width;
    widen(piece, { left: x, top: y, right: x + 1, bottom: y + 1 });
    for (let row = y - 1; row <= y + 1; row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        const next = row * width + column;
        if (!ink[next] || seen[next]) continue; // above and below the drawing there is none
        seen[next] = 1;
        piece.pixels.push(next);
      }
    }
  }
  return piece;
}

/** Several pieces as one. */
export function together(pieces) {
  const whole = { left: Infinity, top: Infinity, right: 0, bottom: 0, pixels: pieces.flatMap((piece) => piece.pixels) };
  for (const piece of pieces) widen(whole, piece);
  return whole;
}

/** The ink of a piece alone, cut out by its box. */
export function cutOut(ink, width, { left, top, right, bottom, pixels }) {
  const [columns, rows] = [right - left, bottom - top];
  const levels = new Uint8Array(columns * rows);
  for (const pixel of pixels) levels[(Math.floor(pixel / width) - top) * columns + (pixel % width) - left] = ink[pixel];
  return { levels, columns, rows };
}

function widen(box, { left, top, right, bottom }) {
  box.left = Math.min(box.left, left);
  box.top = Math.min(box.top, top);
  box.right = Math.max(box.right, right);
  box.bottom = Math.max(box.bottom, bottom);
}
