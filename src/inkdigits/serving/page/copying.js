// The copy button beside the number.

const $ = (id) => document.getElementById(id);

/** Copies what was read; says so on the button. */
export async function copyNumber() {
  try {
    await navigator.clipboard.writeText($("number").textContent);
    say("Copied", 1500);
  } catch {
    getSelection().selectAllChildren($("number")); // without a clipboard, as over plain HTTP: marked, ready for Ctrl+C
    say("Press Ctrl+C", 5000);
  }
}

function say(words, milliseconds) {
  $("copy").textContent = words;
  setTimeout(() => { $("copy").textContent = "Copy"; }, milliseconds);
}
