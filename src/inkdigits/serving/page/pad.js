// The drawing area: pointers of any kind, or the keyboard, leave strokes on a canvas; told through `changed`.

import { UNITS, drawPiece, drawStroke } from "./pen.js";

const MOST_PIXELS_WIDE = 1400;
const STEP = 25;
const SMALL_STEP = 6;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Pad {
  #canvas;
  #context;
  #strokes = [];
  #active = new Map();
  #cursor = null;
  penWidth = 14;

  constructor(canvas, cursor, changed) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.cursorMark = cursor;
    this.changed = changed;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, (event) => this.#up(event));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("focus", () => this.#startKeyboard());
    canvas.addEventListener("blur", () => this.#endKeyboard());
    new ResizeObserver(() => this.#fit()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
  }

  get empty() { return this.#strokes.length === 0; }
  get drawing() { return this.#active.size > 0 || Boolean(this.#cursor?.stroke); }

  undo() { this.#drop(-1); }
  clear() { this.#drop(0); }

  /** The drawing as it is: a PNG of strokes on nothing. */
  picture() { return new Promise((resolve) => this.#canvas.toBlob(resolve, "image/png")); }

  /** The drawing as it is: the canvas' pixels. */
  pixels() { return this.#context.getImageData(0, 0, this.#canvas.width, this.#canvas.height); }

  #drop(from) {
    if (this.drawing) return;
    this.#strokes.splice(from);
    this.#holdShape();
    this.#redraw();
    this.changed();
  }

  #down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#endKeyboard();
    this.#canvas.setPointerCapture(event.pointerId);
    const stroke = this.#begin(this.#point(event));
    this.#active.set(event.pointerId, stroke);
  }

  #move(event) {
    const stroke = this.#active.get(event.pointerId);
    if (!stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const part of events.length ? events : [event]) this.#extend(stroke, this.#point(part));
    this.changed();
  }

  #up(event) {
    if (this.#active.delete(event.pointerId)) this.changed();
  }

  #begin(point) {
    const stroke = { width: this.penWidth * UNITS / this.#canvas.clientWidth, points: [point] };
    this.#strokes.push(stroke);
    this.#holdShape();
    drawStroke(this.#context, stroke);
    this.changed();
    return stroke;
  }

  #extend(stroke, point) {
    const last = stroke.points.at(-1);
    if (Math.hypot(point.x - last.x, point.y - last.y) < 1) return;
    stroke.points.push(point);
    drawPiece(this.#context, stroke, stroke.points.length - 1);
  }

  #point(event) {
    const frame = this.#canvas.getBoundingClientRect();
    const scale = UNITS / frame.width;
    const pressure = event.pointerType === "pen" && event.pressure ? event.pressure : 0.5;
    return { x: (event.clientX - frame.left) * scale, y: (event.clientY - frame.top) * scale, pressure };
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) this.#walk(ARROWS[event.key], event.shiftKey ? SMALL_STEP : STEP);
    else if (event.key === " " || event.key === "Enter") this.#togglePen();
    else if (event.key === "Backspace") this.#endStroke(() => this.undo());
    else if (event.key === "Delete") this.#endStroke(() => this.clear());
    else return;
    event.preventDefault();
  }

  #keyboardCursor() {
    const height = UNITS * this.#canvas.clientHeight / this.#canvas.clientWidth;
    this.#cursor ??= { x: UNITS / 4, y: height / 4, stroke: null };
    return { cursor: this.#cursor, height };
  }

  #walk([right, down], step) {
    const { cursor, height } = this.#keyboardCursor();
    cursor.x = Math.min(UNITS, Math.max(0, cursor.x + right * step));
    cursor.y = Math.min(height, Math.max(0, cursor.y + down * step));
    if (cursor.stroke) {
      this.#extend(cursor.stroke, { x: cursor.x, y: cursor.y, pressure: 0.5 });
      this.changed();
    }
    this.#showCursor();
  }

  #togglePen() {
    const { cursor } = this.#keyboardCursor();
    if (cursor.stroke) this.#endStroke();
    else cursor.stroke = this.#begin({ x: cursor.x, y: cursor.y, pressure: 0.5 });
    this.#showCursor();
  }

  #endStroke(then = () => this.changed()) {
    if (this.#cursor) this.#cursor.stroke = null;
    then();
    this.#showCursor();
  }

  /** Whoever came by keyboard sees where the pen is. */
  #startKeyboard() {
    if (!this.#canvas.matches(":focus-visible")) return;
    this.#keyboardCursor();
    this.#showCursor();
  }

  #endKeyboard() {
    if (!this.#cursor) return;
    if (this.#cursor.stroke) this.#endStroke();
    this.cursorMark.hidden = true;
  }

  #showCursor() {
    if (!this.#cursor) return;
    const scale = this.#canvas.clientWidth / UNITS;
    this.cursorMark.hidden = false;
    this.cursorMark.classList.toggle("down", Boolean(this.#cursor.stroke));
    this.cursorMark.style.left = `${this.#cursor.x * scale}px`;
    this.cursorMark.style.top = `${this.#cursor.y * scale}px`;
  }

  /** Keeps the pad's proportions while something is written on it: a phone that is turned cuts nothing off. */
  #holdShape() {
    const pad = this.#canvas.parentElement;
    const { width, height } = pad.getBoundingClientRect();
    pad.style.aspectRatio = this.empty ? "" : pad.style.aspectRatio || `${width} / ${height}`;
  }

  #fit() {
    const { clientWidth, clientHeight } = this.#canvas;
    if (!clientWidth) return;
    const density = Math.min(devicePixelRatio || 1, MOST_PIXELS_WIDE / clientWidth);
    this.#canvas.width = Math.round(clientWidth * density);
    this.#canvas.height = Math.round(clientHeight * density);
    this.#redraw();
  }

  #redraw() {
    const { width, height } = this.#canvas;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    this.#context.scale(width / UNITS, width / UNITS);
    this.#context.lineCap = this.#context.lineJoin = "round";
    this.#context.strokeStyle = this.#context.fillStyle = getComputedStyle(this.#canvas).color;
    for (const stroke of this.#strokes) drawStroke(this.#context, stroke);
  }
}
