// The page about the model: only what its bundle says of itself.

import { confusionTable, mistakeGallery, reliabilityCurve } from "./evaluation.js";
import { html } from "./elements.js";
import { Trouble, model } from "./service.js";

const $ = (id) => document.getElementById(id);
const share = (value, digits = 2) => `${(100 * value).toFixed(digits)} %`;
const count = (value) => value.toLocaleString("en");

function fill(id, ...content) {
  if (!content.length) return;
  $(id).replaceChildren(...content);
  $(id).closest("section").hidden = false;
}

function figure(name, value, note) {
  const told = html("dd", { textContent: value });
  if (note) told.append(html("small", { textContent: note }));
  return html("div", {}, html("dt", { textContent: name }), told);
}

function figures({ parameters, temperature }, scores) {
  const found = [];
  if (scores?.accuracy !== undefined) {
    const [low, high] = scores.accuracy_interval ?? [];
    found.push(figure("Right", share(scores.accuracy), low && `95 % interval ${share(low)} to ${share(high)}`));
  }
  if (scores?.dataset) found.push(figure("Tested on", count(scores.dataset.images), `images of ${scores.dataset.name}`));
  if (scores?.errors !== undefined) found.push(figure("Wrong", count(scores.errors)));
  if (scores?.loss !== undefined) found.push(figure("Log loss", scores.loss.toFixed(4), "nats an image; 0 is perfect"));
  if (scores?.expected_calibration_error !== undefined) {
    found.push(figure("Calibration error", share(scores.expected_calibration_error), "confidence against truth"));
  }
  if (parameters) found.push(figure("Parameters", count(parameters)));
  if (temperature) found.push(figure("Temperature", temperature.toFixed(2), "corrects its confidence"));
  return found;
}

function made({ recipe, seed, data, versions }) {
  const sentences = [];
  if (recipe?.name) sentences.push(`Recipe ${recipe.name}${recipe.title ? `: ${recipe.title}` : ""}.`);
  if (recipe?.epochs) sentences.push(`Trained for ${recipe.epochs} epochs${seed === undefined ? "" : `, seed ${seed}`}.`);
  for (const [part, set] of Object.entries(data ?? {})) {
    if (set?.images) sentences.push(`${part[0].toUpperCase()}${part.slice(1)}: ${count(set.images)} images (${set.name}).`);
  }
  const by = versions && ["keras", "onnxruntime", "python"].filter((name) => versions[name]);
  if (by?.length) sentences.push(`Made with ${by.map((name) => `${name} ${versions[name]}`).join(", ")}.`);
  return sentences.map((textContent) => html("p", { textContent }));
}

try {
  const { metadata, classes, sha256, version } = await model();
  const scores = metadata.scores ?? metadata.evaluation;
  fill("scores", ...figures(metadata, scores));
  fill("made", ...made(metadata));
  if (scores?.confusion_matrix) fill("confusions", confusionTable(scores.confusion_matrix, classes));
  if (scores?.reliability?.length) fill("calibration", reliabilityCurve(scores.reliability));
  if (scores?.mistakes?.length) fill("mistakes", mistakeGallery(scores.mistakes, classes));
  $("about").textContent = `inkdigits ${version}; model ${sha256.slice(0, 12)}.`;
} catch (error) {
  const told = error instanceof Trouble ? error.message : "Something went wrong on this page. Load it again.";
  if (!(error instanceof Trouble)) console.error(error);
  $("error").querySelector("p").textContent = error.status === 401 ? `${told} Give it on the page Read.` : told;
  $("error").hidden = false;
}
