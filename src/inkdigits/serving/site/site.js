// The page without a server: the model runs here.

import { marksOf, showAnswer } from "./answer.js";
import { copyNumber } from "./copying.js";
import { Live } from "./live.js";
import { frames } from "./marks.js";
import { Pad } from "./pad.js";
import { readPixels } from "./recognizer.js";

const $ = (id) => document.getElementById(id);

const pad = new Pad($("canvas"), $("cursor"), () => {
  $("hint").hidden = !pad.empty;
  $("undo").disabled = $("clear").disabled = pad.empty;
  live.touch();
});
const live = new Live(readDrawing, fail);
let loaded = false; // the model, with the first drawing

async function readDrawing() {
  if (!pad.empty && !loaded) $("summary").textContent = "Loading the model …";
  const answer = pad.empty ? null : await readPixels(pad.pixels());
  loaded ||= answer !== null;
  $("error").hidden = true;
  const shown = pad.empty ? null : answer;
  $("pad-overlay").replaceChildren(...(shown ? [frames(shown.pages[0], marksOf(shown))] : []));
  showAnswer(shown, () => {});
}

function fail(error) {
  console.error(error);
  $("error").querySelector("p").textContent =
    "The model could not be loaded. Load this page again.";
  $("error").hidden = false;
}

$("pen").addEventListener("input", () => { pad.penWidth = Number($("pen").value); });
$("undo").addEventListener("click", () => pad.undo());
$("clear").addEventListener("click", () => pad.clear());
$("copy").addEventListener("click", copyNumber);
pad.penWidth = Number($("pen").value);
showAnswer(null, () => {});
