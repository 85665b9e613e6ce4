/* Proof of work (ALTCHA 2, PBKDF2): find a counter whose key begins as the challenge says. Asked for under pressure
   only; the browser derives outside the page's own thread, so the page stays awake meanwhile. */

const HEADER = "X-Altcha";
const AT_ONCE = 32; // derivations under way together
const MOST = 65536; // 256 are enough on average
const DIGESTS = { "PBKDF2/SHA-256": "SHA-256", "PBKDF2/SHA-384": "SHA-384", "PBKDF2/SHA-512": "SHA-512" };

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
}

function hexOf(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function derived({ algorithm, nonce, salt, cost, keyLength }, counter) {
  const prefix = bytesOf(nonce);
  const password = new Uint8Array(prefix.length + 4);
  password.set(prefix);
  new DataView(password.buffer).setUint32(prefix.length, counter); // big-endian
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const way = { name: "PBKDF2", hash: DIGESTS[algorithm], salt: bytesOf(salt), iterations: cost };
  return hexOf(await crypto.subtle.deriveBits(way, key, 8 * keyLength));
}

async function solved(parameters) {
  for (let start = 0; start < MOST; start += AT_ONCE) {
    const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => derived(parameters, start + index)));
    const index = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (index >= 0) return { counter: start + index, derivedKey: keys[index] };
  }
  return null;
}

/* Return the headers that answer a `challenge-required` problem; null where this browser cannot (no secure context). */
export async function proof({ challenge }) {
  const parameters = challenge && challenge.parameters;
  if (!parameters || !DIGESTS[parameters.algorithm] || !globalThis.crypto || !crypto.subtle) return null;
  const solution = await solved(parameters);
  return solution && { [HEADER]: btoa(JSON.stringify({ challenge, solution })) };
}
