// Pictures come in: chosen, photographed, dropped, pasted, or one of the samples. `take` gets each one, or its
// promise, and its name.

import { sample } from "./service.js";

const $ = (id) => document.getElementById(id);

export function listenForPictures(take) {
  for (const input of [$("file"), $("photo")]) {
    input.addEventListener("change", () => {
      if (input.files.length) take(input.files[0], input.files[0].name);
      input.value = ""; // so that the same file can be chosen again
    });
  }
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file) take(file, file.name);
  });
  for (const button of document.querySelectorAll("[data-sample]")) {
    const name = `${button.dataset.sample}.jpg`;
    button.addEventListener("click", () => take(sample(name), name));
  }
  listenForDrops(take);
}

function listenForDrops(take) {
  const holdsFile = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0; // a drag enters and leaves every element on its way
  const show = (change) => {
    depth = Math.max(0, depth + change);
    $("drop").hidden = depth === 0;
  };
  document.addEventListener("dragenter", (event) => holdsFile(event) && show(1));
  document.addEventListener("dragleave", (event) => holdsFile(event) && show(-1));
  document.addEventListener("dragover", (event) => holdsFile(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    depth = 0;
    show(0);
    take(event.dataTransfer.files[0], event.dataTransfer.files[0].name);
  });
}
