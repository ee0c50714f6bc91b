// The copy button beside the number.

const $ = (id) => document.getElementById(id);

/** Copies what was read; says so on the button. */
export async function copyNumber() {
  try {
    await navigator.clipboard.writeText($("number").textContent);
  } catch {
    getSelection().selectAllChildren($("number")); // without a clipboard, as over plain HTTP: marked, ready for Ctrl+C
    $("copy").textContent = "Press Ctrl+C";
    return;
  }
  $("copy").textContent = "Copied";
  setTimeout(() => { $("copy").textContent = "Copy"; }, 1500);
}
