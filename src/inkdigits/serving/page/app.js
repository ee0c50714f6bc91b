// The page: what is drawn or shown goes to the server as it is, and its answer is shown beside it.

import { marksOf, showAnswer } from "./answer.js";
import { copyNumber } from "./copying.js";
import { html } from "./elements.js";
import { listenForPictures } from "./intake.js";
import { Live } from "./live.js";
import { frames } from "./marks.js";
import { Pad } from "./pad.js";
import { Trouble, model, read, useKey } from "./service.js";
import { showWhy } from "./why.js";

const $ = (id) => document.getElementById(id);
let drawing = true; // else a picture is shown
let shown = 0; // counts pictures: the answer to an older one comes too late
let again = () => {};
let limits = null;
let declined = false; // to give a key

const pad = new Pad($("canvas"), $("cursor"), () => {
  $("hint").hidden = !pad.empty;
  $("undo").disabled = $("clear").disabled = pad.empty;
  live.touch();
});
const live = new Live(readDrawing, (error) => fail(error, () => live.touch()));

async function readDrawing() {
  if (!drawing) return;
  again = () => live.touch();
  if (pad.empty) {
    settle();
    $("pad-overlay").replaceChildren();
    showAnswer(null, light, showWhy);
    return;
  }
  const answer = await read(await pad.picture(), "drawing.png", { turn: "0", images: "digits" });
  settle();
  if (!drawing || pad.empty) return;
  $("pad-overlay").replaceChildren(frames(answer.pages[0], marksOf(answer)));
  showAnswer(answer, light, showWhy);
}

async function readPicture(source, name) {
  const number = ++shown;
  again = () => readPicture(source, name);
  showStage(false);
  try {
    const picture = await source;
    if (limits && picture.size > limits.body_bytes) throw new Trouble(tooLarge(picture.size));
    preview(picture, name);
    $("summary").textContent = `Reading ${name} …`;
    const answer = await read(picture, name, { images: "all" });
    if (number !== shown || drawing) return;
    settle();
    showPages(answer);
    showAnswer(answer, light, showWhy);
  } catch (error) {
    if (number !== shown || drawing) return;
    $("pages").replaceChildren();
    $("summary").textContent = "";
    fail(error, again);
  }
}

function preview(picture, name) {
  const image = html("img", { src: URL.createObjectURL(picture), alt: `${name}, being read` });
  const figure = html("figure", { className: "page waiting" }, image);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => figure.remove()); // a kind that browsers do not show; the server's picture follows
  $("pages").replaceChildren(figure);
  showAnswer(null, light, showWhy);
}

function showPages(answer) {
  const marks = marksOf(answer);
  const figures = answer.pages.map((page, number) => {
    const name = answer.pages.length > 1 ? `Page ${number + 1} of ${answer.image}` : answer.image;
    const image = html("img", { src: page.picture, alt: `${name}, its digits framed` });
    return html("figure", { className: "page" }, image, frames(page, marks.filter((mark) => mark.page === number)));
  });
  $("pages").replaceChildren(...figures);
}

function showStage(draw) {
  drawing = draw;
  for (const id of ["pad", "tools", "pad-help"]) $(id).hidden = !draw;
  for (const id of ["pages", "back"]) $(id).hidden = draw;
  $("stage-title").textContent = draw ? "Write here" : "Your picture";
  $("picture-title").textContent = draw ? "Or show a picture" : "Or show another";
  showAnswer(null, light, showWhy);
  settle();
}

function light(index) {
  for (const lit of document.querySelectorAll("g.lit")) lit.classList.remove("lit");
  if (index !== null) document.querySelector(`g[data-index="${index}"]`)?.classList.add("lit");
}

function settle() {
  $("error").hidden = true;
}

function fail(error, retry) {
  const told = error instanceof Trouble ? error.message : "Something went wrong on this page. Load it again.";
  if (!(error instanceof Trouble)) console.error(error);
  again = retry;
  $("error").querySelector("p").textContent = told;
  $("error").hidden = false;
  if (error.status === 401 && !declined && !$("key").open) $("key").showModal();
}

const tooLarge = (size) =>
  `This picture has ${(size / 2 ** 20).toFixed(1)} MiB; this service takes ${limits.body_bytes / 2 ** 20} at most. Scale it down first.`;

async function introduce() {
  try {
    const told = await model();
    limits = told.limits;
    const name = told.metadata.recipe?.name ?? "a model of its own";
    $("about").textContent = `Pictures are read on this server and not kept. Model: ${name}, inkdigits ${told.version}.`;
  } catch (error) {
    if (error.status === 401) fail(error, introduce);
  }
}

$("pen").addEventListener("input", () => { pad.penWidth = Number($("pen").value); });
$("undo").addEventListener("click", () => pad.undo());
$("clear").addEventListener("click", () => pad.clear());
$("back").addEventListener("click", () => { showStage(true); live.touch(); $("canvas").focus(); });
$("copy").addEventListener("click", copyNumber);
$("error").querySelector("button").addEventListener("click", () => { declined = false; settle(); again(); });
$("not-now").addEventListener("click", () => $("key").close("cancel"));
$("key").addEventListener("close", () => {
  declined = $("key").returnValue !== "use" || !$("key-value").value;
  if (declined) return;
  useKey($("key-value").value);
  $("key-value").value = "";
  settle();
  introduce();
  again();
});
document.addEventListener("keydown", (event) => {
  const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
  if (!undo || !drawing || event.target.matches("input")) return;
  event.preventDefault();
  pad.undo();
});
pad.penWidth = Number($("pen").value);
listenForPictures(readPicture);
showAnswer(null, light, showWhy);
introduce();
