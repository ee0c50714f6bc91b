// Opened as a file the page runs no module, so that this is not one.

if (location.protocol === "file:") {
  document.getElementById("summary").textContent = "Opened as a file this page cannot read: a web server must send it.";
}
