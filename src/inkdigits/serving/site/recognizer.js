// model.onnx, run by ONNX Runtime Web on the drawing as it is; one digit a drawing.

import * as ort from "./onnxruntime.js";

ort.env.wasm.numThreads = 1; // more would need headers that a plain web server does not send
ort.env.wasm.wasmPaths = { wasm: new URL("./onnxruntime.wasm", import.meta.url).href };
const session = ort.InferenceSession.create(new URL("./model.onnx", import.meta.url).href);
const REJECTED = "\u25a1";

/** Recognises the digit on a canvas' pixels; what was drawn is what covers, so its ink is the alpha. */
export async function recognise({ data, width, height }) {
  const ink = new Uint8Array(width * height);
  for (let pixel = 0; pixel < ink.length; pixel++) ink[pixel] = data[4 * pixel + 3];
  const tensor = new ort.Tensor("uint8", ink, [1, height, width]);
  const found = await (await session).run({ ink: tensor });
  const isDigit = found.digit_probability?.data[0] ?? 1;
  return reading(Array.from(found.probabilities.data, (share) => share * isDigit), isDigit, found.digit_image.data,
    { ink, width, height });
}

/** The same form as the service's answer, so that it is shown alike. */
function reading(shares, isDigit, image, { ink, width, height }) {
  const order = shares.map((_, value) => value).sort((a, b) => shares[b] - shares[a]);
  const value = isDigit < 0.5 ? null : String(order[0]);
  const others = order.filter((other) => String(other) !== value).map((other) => [other, shares[other]]);
  const box = inkBox(ink, width, height);
  const digit = {
    value, box, image: picture(image),
    confidence: value === null ? 1 - isDigit : shares[order[0]],
    alternatives: Object.fromEntries(others),
  };
  const text = value ?? REJECTED;
  return { text, pages: [{ width, height }], lines: [{ text, page: 0, box, digits: [digit] }] };
}

function inkBox(ink, width, height) {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  ink.forEach((level, pixel) => {
    if (!level) return;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    box.left = Math.min(box.left, x);
    box.top = Math.min(box.top, y);
    box.right = Math.max(box.right, x + 1);
    box.bottom = Math.max(box.bottom, y + 1);
  });
  return box;
}

function picture(levels) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
  const pixels = new ImageData(28, 28);
  levels.forEach((level, index) => pixels.data.set([level, level, level, 255], 4 * index));
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}
