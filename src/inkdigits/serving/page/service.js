// Asks the server; whatever goes wrong becomes a `Trouble` in words.

const KEY = "inkdigits-api-key";
const WORDS = {
  401: "This service asks for an API key.",
  408: "The picture took too long to arrive. Try again, or send a smaller one.",
  413: "This picture is too large for this service. Scale it down first.",
  429: "Too many requests at once. Try again in a moment.",
  503: "The service is busy. Try again in a moment.",
};
const AWAY = "The server does not answer. Is it still running? What you wrote is kept.";
const TRIES = 4;

export class Trouble extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

/** Reads a picture; `turn` "0" is for what stands upright, `images` "digits" or "all" as in the service's description. */
export function read(picture, name, { turn = "auto", images = "digits" } = {}) {
  const form = new FormData();
  form.append("image", picture, name);
  return ask(`/v1/read?turn=${turn}&images=${images}`, { method: "POST", body: form });
}

/** Why a digit is taken for what it is; `image` is a data: URL of what the network saw. */
export function explain(image) {
  const bytes = Uint8Array.from(atob(image.split(",")[1]), (character) => character.charCodeAt(0));
  return ask("/v1/explain?seen=true", { method: "POST", body: new Blob([bytes], { type: "image/png" }) });
}

/** The bytes of a sample page. */
export async function sample(name) {
  const response = await send(`/page/samples/${name}`);
  if (!response.ok) throw new Trouble(await words(response), response.status);
  return response.blob();
}

export const model = () => ask("/v1/model");
export const useKey = (key) => sessionStorage.setItem(KEY, key);

async function ask(address, options = {}) {
  for (let attempt = 1; ; attempt++) {
    const response = await send(address, options);
    const busy = response.status === 429 || response.status === 503;
    if (response.ok) return response.json();
    if (!busy || attempt === TRIES) throw new Trouble(await words(response), response.status);
    const seconds = Number(response.headers.get("Retry-After")) || 1;
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds * attempt));
  }
}

async function send(address, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  try {
    return await fetch(address, { ...options, headers });
  } catch {
    throw new Trouble(AWAY);
  }
}

async function words(response) {
  if (response.status in WORDS) return WORDS[response.status];
  const told = await response.json().then((answer) => answer.error, () => null);
  // Before a colon stands the name of a file, or of a field.
  return told ? `${told.includes(":") ? told : told[0].toUpperCase() + told.slice(1)}.` : `The server answered with an error (${response.status}).`;
}
