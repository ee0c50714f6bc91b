// Which digit is on each drawing: a line of JSON for each, from a bundle's model.onnx and ONNX Runtime Web.
//
//     node digits.mjs model.onnx drawing.pgm ...
//
// A drawing is ink of any size, 255 = ink: the model does all preprocessing itself.

import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1; // one drawing is too little to share

// A binary PGM file of 8 bits: "P5", width, height, 255, one white-space character, the pixels row by row.
async function readPgm(path) {
  const bytes = await readFile(path);
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString("latin1", 0, 64));
  if (!head) throw new Error(`${path}: is no binary PGM file of 8 bits`);
  const [width, height] = [Number(head[1]), Number(head[2])];
  const ink = bytes.subarray(head[0].length, head[0].length + width * height);
  if (ink.length !== width * height) throw new Error(`${path}: is cut short`);
  return new ort.Tensor("uint8", new Uint8Array(ink), [1, height, width]);
}

async function main([model, ...drawings]) {
  if (drawings.length === 0) throw new Error("usage: node digits.mjs model.onnx drawing.pgm ...");
  const session = await ort.InferenceSession.create(await readFile(model));
  // Models that know what is no digit have the second output, others have not.
  const wanted = ["probabilities", "digit_probability"].filter((name) => session.outputNames.includes(name));
  for (const drawing of drawings) {
    const found = await session.run({ ink: await readPgm(drawing) }, wanted);
    const probabilities = [...found.probabilities.data];
    const digitProbability = found.digit_probability?.data[0] ?? 1;
    const digit = digitProbability < 0.5 ? null : probabilities.indexOf(Math.max(...probabilities));
    console.log(JSON.stringify({ drawing, digit, digit_probability: digitProbability, probabilities }));
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`digits: ${error.message}`);
  process.exitCode = 2;
});
