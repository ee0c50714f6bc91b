// How sure a mark is, in a class, a share and words; and its frame over the picture.

import { svg } from "./elements.js";

const SURE = 0.9;

/** "sure", "unsure" or "rejected". */
export function kindOf(digit) {
  if (digit.value === null) return "rejected";
  return digit.confidence >= SURE ? "sure" : "unsure";
}

/** A probability in per cent that never rounds to certainty, of either kind. */
export function percent(probability) {
  if (probability < 0.0005) return "< 0.1 %";
  if (probability > 0.9995) return "> 99.9 %";
  return `${(100 * probability).toFixed(1)} %`;
}

/** Frames of all marks, over a picture of `page`'s size; `digits` are [{digit, index}]. */
export function frames(page, digits) {
  const drawn = svg("svg", { viewBox: `0 0 ${page.width} ${page.height}`, "aria-hidden": "true", preserveAspectRatio: "none" });
  const heights = digits.map(({ digit }) => digit.box.bottom - digit.box.top).sort((a, b) => a - b);
  const usual = heights[heights.length >> 1] ?? 0;
  const size = Math.min(Math.max(0.5 * usual, page.width / 56), page.width / 20);
  for (const { digit, index } of digits) drawn.append(frame(digit, index, size, 0.09 * usual));
  return drawn;
}

function frame(digit, index, size, room) {
  const kind = kindOf(digit);
  const [left, top] = [digit.box.left - room, digit.box.top - room];
  const [right, bottom] = [digit.box.right + room, digit.box.bottom + room];
  const group = svg("g", { "data-index": index });
  const corner = Math.min(room, 8);
  group.append(svg("rect", { class: `mark ${kind}`, x: left, y: top, width: right - left, height: bottom - top, rx: corner }));
  if (kind === "rejected") {
    group.append(svg("path", { class: `mark ${kind}`, d: `M${left} ${top}L${right} ${bottom}M${right} ${top}L${left} ${bottom}` }));
    return group;
  }
  const above = top - 0.2 * size > size;
  const y = above ? top - 0.22 * size : bottom + 0.95 * size;
  const label = svg("text", { class: kind, x: (left + right) / 2, y, "font-size": size });
  label.textContent = kind === "sure" ? digit.value : `${digit.value}?`;
  group.append(label);
  return group;
}
