// Pieces become marks, each one digit if it is any, and marks become lines, as the service does it in the plain case.

import { together } from "./pieces.js";

// In heights of a usual mark.
const SMALL = 0.28; // what is smaller is a part of another mark, or
const DIRT = 0.12; // dirt
const NEAR = 0.25; // a part is not further away
const LEVEL = 0.6; // on one line, middles differ by less
const SPACE = 0.9; // numbers that stand apart are further apart than this, and than
const SPACES = 3; // usual gaps
const OVER = 0.5; // of the narrower one's width: pieces that stand so far above each other are one mark

/** Lines from top to bottom, their marks from left to right; `apart` tells that a space comes before a mark. */
export function linesOf(pieces) {
  const usual = usualHeight(pieces);
  const large = pieces.filter((piece) => size(piece) >= SMALL * usual);
  const small = pieces.filter((piece) => size(piece) < SMALL * usual && size(piece) >= DIRT * usual);
  const rows = rowsOf(withParts(large, small), usual);
  return rows.sort((a, b) => level(a) - level(b)).map(joined).map(spaced);
}

const size = ({ left, top, right, bottom }) => Math.max(right - left, bottom - top);
const middle = ({ top, bottom }) => (top + bottom) / 2;
const level = (row) => row.slice(-4).reduce((sum, piece) => sum + middle(piece), 0) / Math.min(4, row.length);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** The median of the pieces' sizes, each counted by itself. */
function usualHeight(pieces) {
  const sizes = pieces.map(size).sort((a, b) => a - b);
  let rest = sizes.reduce((sum, one) => sum + one, 0) / 2;
  return sizes.find((one) => (rest -= one) <= 0) ?? 0;
}

/** Large pieces with the small ones that are near them. */
function withParts(large, small) {
  const groups = large.map((piece) => [piece]);
  for (const part of small) {
    const [nearest] = groups.toSorted((a, b) => distance(part, a[0]) - distance(part, b[0]));
    if (distance(part, nearest[0]) < NEAR * size(nearest[0])) nearest.push(part);
  }
  return groups.map(together);
}

function distance(a, b) {
  const across = Math.max(a.left - b.right, b.left - a.right, 0);
  return Math.max(across, a.top - b.bottom, b.top - a.bottom);
}

/** A piece follows the row whose last pieces are at its level, if any is. */
function rowsOf(pieces, usual) {
  const rows = [];
  for (const piece of pieces.toSorted((a, b) => a.left - b.left)) {
    const away = (row) => Math.abs(level(row) - middle(piece));
    const [nearest] = rows.toSorted((a, b) => away(a) - away(b));
    if (nearest && away(nearest) < LEVEL * usual) nearest.push(piece);
    else rows.push([piece]);
  }
  return rows;
}

/** Pieces that stand above each other are one mark: the bar of a 5 and its body. */
function joined(row) {
  const marks = [];
  for (const piece of row) {
    const last = marks.at(-1);
    const narrower = last && Math.min(last.right - last.left, piece.right - piece.left);
    const over = last && Math.min(last.right, piece.right) - piece.left;
    if (last && over >= OVER * narrower) marks[marks.length - 1] = together([last, piece]);
    else marks.push(piece);
  }
  return marks;
}

function spaced(marks) {
  const gaps = marks.slice(1).map((mark, index) => mark.left - marks[index].right);
  const height = median(marks.map(({ top, bottom }) => bottom - top));
  const wide = Math.max(SPACE * height, gaps.length > 1 ? SPACES * median(gaps) : 0);
  return marks.map((mark, index) => ({ ...mark, apart: index > 0 && gaps[index - 1] > wide }));
}
