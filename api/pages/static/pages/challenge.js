/* Proof of work (ALTCHA, SHA-256): find the number that the challenge hides. Asked for under pressure only. */

const HEADER = "X-Altcha";
const AT_ONCE = 256; // digests under way together

async function found({ salt, challenge, maxnumber }) {
  const text = new TextEncoder();
  const digest = async (number) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", text.encode(salt + number)));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  for (let start = 0; start <= maxnumber; start += AT_ONCE) {
    const hashes = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => digest(start + index)));
    const index = hashes.indexOf(challenge);
    if (index >= 0) return start + index;
  }
  return -1;
}

/* Return the headers that answer a `challenge-required` problem; null where this browser cannot. */
export async function proof({ challenge }) {
  if (!challenge || !(crypto.subtle && challenge.algorithm === "SHA-256")) return null;
  const number = await found(challenge);
  const { algorithm, salt, signature } = challenge;
  return number < 0 ? null : { [HEADER]: btoa(JSON.stringify({ algorithm, challenge: challenge.challenge, number, salt, signature })) };
}
