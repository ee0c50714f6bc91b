// Shows a reading: the number in large type, a sentence about it, and a card for each mark.

import { html } from "./elements.js";
import { kindOf, percent } from "./marks.js";

const LONG = 24; // characters; more are set smaller
const $ = (id) => document.getElementById(id);

/** All marks of a reading in order, [{digit, index, page}]. */
export function marksOf(reading) {
  const all = reading.lines.flatMap((line) => line.digits.map((digit) => ({ digit, page: line.page })));
  return all.map((mark, index) => ({ ...mark, index }));
}

/**
 * Shows `reading`; null shows that there is none. `light` is told which mark's card is pointed at, or null; `why`, where
 * there is one, which digit is to be explained.
 */
export function showAnswer(reading, light, why = null) {
  const marks = reading ? marksOf(reading) : [];
  $("number").replaceChildren(...(reading ? coloured(reading) : []));
  $("number").classList.toggle("long", (reading?.text.length ?? 0) > LONG);
  $("copy").disabled = !reading?.text;
  $("legend").hidden = marks.length === 0;
  $("summary").textContent = reading ? sentence(reading, marks) : "Nothing written yet.";
  const focused = [...$("digits").children].findIndex((shown) => shown.contains(document.activeElement));
  $("digits").replaceChildren(...marks.map((mark) => card(mark, light, why)));
  $("digits").children[focused]?.querySelector("button")?.focus(); // a reading that comes late takes it from nobody
}

/** Says for a screen reader, and for everybody, what was read. */
function sentence(reading, marks) {
  if (!marks.length) return "No digits found.";
  const count = (kind) => marks.filter(({ digit }) => kindOf(digit) === kind).length;
  const [unsure, rejected] = [count("unsure"), count("rejected")];
  const digits = marks.length - rejected;
  const parts = [`${digits} ${digits === 1 ? "digit" : "digits"}`];
  if (unsure) parts.push(`${unsure} of them not sure`);
  if (rejected) parts.push(`${rejected} ${rejected === 1 ? "mark" : "marks"} that ${rejected === 1 ? "is" : "are"} no digit`);
  const text = reading.text.length <= LONG ? `Read ${reading.text.replaceAll("\n", ", ")}: ` : "";
  return `${text}${parts.join(", ")}.`;
}

/** The text, its unsure and rejected characters marked. */
function coloured(reading) {
  const parts = [];
  for (const line of reading.lines) {
    if (parts.length) parts.push("\n");
    let next = 0;
    for (const character of line.text) {
      const kind = character === " " ? "sure" : kindOf(line.digits[next++]);
      parts.push(kind === "sure" ? character : html("span", { className: kind, textContent: character }));
    }
  }
  return parts;
}

function card({ digit, index }, light, why) {
  const kind = kindOf(digit);
  const probabilities = { ...digit.alternatives };
  if (digit.value !== null) probabilities[digit.value] = digit.confidence;
  const [other, share] = Object.entries(digit.alternatives).sort((a, b) => b[1] - a[1])[0] ?? [];
  const name = kind === "rejected" ? "no digit" : digit.value;
  const words = kind === "rejected" ? `no digit, ${percent(digit.confidence)}` : `${name}, ${percent(digit.confidence)}`;
  const none = digit.value === null ? 0 : 1 - Object.values(probabilities).reduce((sum, one) => sum + one, 0);
  const more = (other && share >= 0.001 ? `; else ${other}, ${percent(share)}` : "")
    + (none >= 0.001 ? `; no digit, ${percent(none)}` : "");
  const told = kind === "unsure" && none > (share ?? 0) ? `${percent(digit.confidence)}, □ ${percent(none)}` : percent(digit.confidence);
  const bars = [..."0123456789"].map((value) => {
    const bar = html("i", { className: value === digit.value ? "best" : "" });
    bar.style.setProperty("--p", probabilities[value] ?? 0);
    return bar;
  });
  const made = html("li", { className: `digit ${kind}`, title: words + more },
    html("img", { src: digit.image, alt: `${words}${more}. What the network saw.` }),
    html("div", {},
      html("div", { className: "value", ariaHidden: "true" },
        html("strong", { textContent: kind === "unsure" ? `${name}?` : name }),
        html("span", { className: "share", textContent: told })),
      html("div", { className: "bars", ariaHidden: "true" }, ...bars)),
    html("div", { className: "scale", ariaHidden: "true" }, ...[..."0123456789"].map((value) => html("span", { textContent: value }))));
  if (why) {
    const button = html("button", { type: "button", className: "ask", textContent: `Why ${name}?` });
    button.addEventListener("click", () => why(digit));
    made.append(button);
  }
  made.addEventListener("pointerenter", () => light(index));
  made.addEventListener("pointerleave", () => light(null));
  return made;
}
