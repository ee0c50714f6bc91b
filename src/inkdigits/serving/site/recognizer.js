// model.onnx, run by ONNX Runtime Web on each mark's ink as it is.

import { linesOf } from "./lines.js";
import * as ort from "./onnxruntime.js";
import { cutOut, piecesOf } from "./pieces.js";

ort.env.wasm.numThreads = 1; // more would need headers that a plain web server does not send
ort.env.wasm.wasmPaths = { wasm: new URL("./onnxruntime.wasm", import.meta.url).href };
const session = ort.InferenceSession.create(new URL("./model.onnx", import.meta.url).href);
const REJECTED = "\u25a1";

/** Reads a canvas' pixels; what was drawn is what covers, so its ink is the alpha. The form is that of the service. */
export async function readPixels({ data, width, height }) {
  const ink = new Uint8Array(width * height);
  for (let pixel = 0; pixel < ink.length; pixel++) ink[pixel] = data[4 * pixel + 3];
  const lines = [];
  for (const marks of linesOf(piecesOf(ink, width))) {
    const digits = [];
    for (const mark of marks) digits.push(await recognise(mark, cutOut(ink, width, mark)));
    const text = digits.map(({ value }, index) => (marks[index].apart ? " " : "") + (value ?? REJECTED)).join("");
    lines.push({ text, page: 0, digits });
  }
  return { text: lines.map(({ text }) => text).join("\n"), pages: [{ width, height }], lines };
}

async function recognise({ left, top, right, bottom }, { levels, columns, rows }) {
  const found = await (await session).run({ ink: new ort.Tensor("uint8", levels, [1, rows, columns]) });
  const isDigit = found.digit_probability?.data[0] ?? 1;
  const shares = Array.from(found.probabilities.data, (share) => share * isDigit);
  const order = shares.map((_, value) => value).sort((a, b) => shares[b] - shares[a]);
  const value = isDigit < 0.5 ? null : String(order[0]);
  const others = order.filter((other) => String(other) !== value).map((other) => [other, shares[other]]);
  return {
    value,
    box: { left, top, right, bottom },
    confidence: value === null ? 1 - isDigit : shares[order[0]],
    alternatives: Object.fromEntries(others),
    image: picture(found.digit_image.data),
  };
}

function picture(levels) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
  const pixels = new ImageData(28, 28);
  levels.forEach((level, index) => pixels.data.set([level, level, level, 255], 4 * index));
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}
