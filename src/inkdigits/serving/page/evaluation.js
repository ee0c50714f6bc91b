// Pictures of an evaluation: confusions, calibration, mistakes.

import { html, svg } from "./elements.js";

const [SIDE, EDGE] = [320, 34];

/** Rows are the truth, columns what was read; empty cells are zeros. */
export function confusionTable(matrix, classes) {
  const most = Math.max(1, ...matrix.flatMap((row, truth) => row.filter((_, read) => read !== truth)));
  const head = html("tr", {}, html("th", { scope: "col", textContent: "is / as" }),
    ...classes.map((name) => html("th", { scope: "col", textContent: name })));
  const rows = matrix.map((row, truth) => html("tr", {}, html("th", { scope: "row", textContent: classes[truth] }),
    ...row.map((number, read) => {
      const cell = html("td", { textContent: number || "", className: read === truth ? "right" : "" });
      cell.style.setProperty("--p", read === truth ? 0 : number / most);
      return cell;
    })));
  return scrolled(html("table", { className: "confusions" }, html("thead", {}, head), html("tbody", {}, ...rows)), "Confusions");
}

/** Accuracy against confidence in bins of equal mass; on the diagonal they agree. */
export function reliabilityCurve(bins) {
  const low = Math.min(...bins.flatMap((bin) => [bin.confidence, bin.accuracy]));
  const from = Math.max(0, Math.floor(10 * low) / 10);
  const x = (value) => EDGE + (SIDE - EDGE - 8) * (value - from) / (1 - from);
  const y = (value) => SIDE - x(value);
  const drawn = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: "curve", role: "img", "aria-label": words(bins) });
  drawn.append(svg("line", { x1: x(from), y1: y(from), x2: x(1), y2: y(from) }), svg("line", { x1: x(from), y1: y(from), x2: x(from), y2: y(1) }));
  drawn.append(svg("line", { class: "ideal", x1: x(from), y1: y(from), x2: x(1), y2: y(1) }));
  for (const bin of bins) drawn.append(svg("circle", { cx: x(bin.confidence), cy: y(bin.accuracy), r: 4.5 }));
  const label = (text, at, anchor) => drawn.append(svg("text", { ...at, class: anchor }, text));
  label("confidence", { x: SIDE / 2, y: SIDE - 6 }, "middle");
  label("right", { x: EDGE + 6, y: 14 }, "start");
  label(`${Math.round(100 * from)} %`, { x: EDGE, y: SIDE - 18 }, "middle");
  label("100 %", { x: SIDE - 8, y: SIDE - 18 }, "end");
  const [{ count, confidence, accuracy }] = bins;
  const told = `The ${count} answers it was least sure of: ${percent(confidence)} sure on average, ${percent(accuracy)} right.`;
  return html("figure", { className: "plain" }, drawn, html("figcaption", { className: "note", textContent: told }));
}

/** What the network saw, what it was, what it was read as, how surely; `index` is the place in the test set. */
export function mistakeGallery(mistakes, classes) {
  return html("ul", { className: "mistakes" }, ...mistakes.map(({ index, truth, predicted, confidence, image }) => {
    const seen = image ? [html("img", { src: image, width: 84, height: 84, alt: `test image ${index}` })] : [];
    const verdict = html("p", { textContent: `${classes[truth]} read as ${classes[predicted]}` });
    const sure = html("p", { className: "note", textContent: `${percent(confidence)} sure` });
    return html("li", {}, ...seen, verdict, sure);
  }));
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const words = (bins) => `Accuracy against confidence in ${bins.length} groups: ` +
  bins.map((bin) => `${percent(bin.confidence)} sure, ${percent(bin.accuracy)} right`).join("; ");

function scrolled(table, name) {
  return html("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: name }, table);
}
