// Why a digit is taken for what it is: the ink that counted, and the training images most like it.

import { html } from "./elements.js";
import { percent } from "./marks.js";
import { Trouble, explain } from "./service.js";

const $ = (id) => document.getElementById(id);
let asked = 0; // counts digits: the answer about an older one comes too late

/** Opens the dialog about a digit of a reading. */
export async function showWhy(digit) {
  const number = ++asked;
  $("why-title").textContent = digit.value === null ? "Why no digit?" : `Why ${digit.value}?`;
  $("why-status").textContent = "Asking the network about every part of it …";
  $("why-found").hidden = true;
  if (!$("why").open) $("why").showModal();
  try {
    const found = await explain(digit.image);
    if (number === asked) fill(digit, found);
  } catch (error) {
    if (!(error instanceof Trouble)) console.error(error);
    if (number === asked) $("why-status").textContent = error instanceof Trouble ? error.message : "Something went wrong on this page.";
  }
}

function fill(digit, found) {
  const likeliest = digit.value === found.value ? "" : `The likeliest digit is ${found.value}, ${percent(found.probability)}. `;
  $("why-status").textContent =
    `${likeliest}Orange: without this ink it would look less like ${found.value}. Blue: without it, more. The strongest place is the fullest.`;
  $("why-digit").src = found.digit;
  $("why-map").src = found.map;
  $("why-map").alt = `Orange where the ink speaks for ${found.value}, blue where against`;
  $("why-heading").hidden = !found.neighbours.length;
  $("why-neighbours").replaceChildren(...found.neighbours.map((neighbour) =>
    html("li", {},
      html("img", { src: neighbour.image, alt: `A training image of a ${neighbour.value}`, width: 84, height: 84 }),
      html("p", { textContent: neighbour.value }),
      html("p", { className: "note", textContent: `${neighbour.distance.toFixed(2)} away` }))));
  $("why-found").hidden = false;
}
