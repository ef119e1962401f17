// The trained network in the browser, run by ONNX Runtime from the file that the server uses.

// The version makes browsers load a new one instead of what they have kept.
const VERSION = "1.30.0";
const RUNTIME = `../onnxruntime-web/ort.wasm.bundle.min.mjs?${VERSION}`;
const BINARY = new URL(`../onnxruntime-web/ort-wasm-simd-threaded.wasm.gz?${VERSION}`, import.meta.url);

let ort;
let runtime;
let session;

export function show(_root, file) {
  const replaced = session;
  session = load(file).catch((error) => {
    console.warn("The model cannot run in this browser; predictions come from the server:", error);
    return null;
  });
  // The runtime frees a session's memory only on request.
  Promise.all([replaced, session]).then(([old]) => old?.release());
}

export function remove() {}

/** Returns ten probabilities for 784 pixels in 0..1, or null if the browser cannot run the model. */
export async function classify(image, temperature) {
  const chosen = session;
  const model = await chosen;
  if (!model) return null;
  const images = new ort.Tensor("float32", image, [1, 28, 28, 1]);
  let logits;
  try {
    ({ logits } = await model.run({ images }, ["logits"]));
  } catch (error) {
    if (session === chosen) throw error;
    return classify(image, temperature); // another model has replaced it in the meantime
  }
  return softmax(Array.from(logits.data, (value) => value / temperature));
}

async function load(file) {
  runtime ??= start().catch((error) => {
    runtime = undefined; // the next model tries again
    throw error;
  });
  await runtime;
  return ort.InferenceSession.create(file, { executionProviders: ["wasm"] });
}

async function start() {
  ort = await import(RUNTIME); // here, so that its absence leaves the server's predictions
  const packed = await fetch(BINARY);
  if (!packed.ok) throw new Error(`${BINARY} returned status ${packed.status}`);
  const unpacked = packed.body.pipeThrough(new DecompressionStream("gzip"));
  ort.env.wasm.wasmBinary = await new Response(unpacked).arrayBuffer();
  ort.env.wasm.numThreads = 1;
}

function softmax(logits) {
  const highest = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
