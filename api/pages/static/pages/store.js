/* What is kept on this phone: the language, a random name of the device, ratings not yet acknowledged, and for a day which
   rating was given by which right, never what it said. Storage may be full or forbidden; then memory has to do. */

const QUEUED = "rating.";
const GIVEN = "given.";
const DAY = 24 * 60 * 60 * 1000; // TIME_TO_AMEND of the service, which has the last word
const memory = new Map();

export function remembered(name) {
  try { return localStorage.getItem(name); } catch (_) { return null; }
}

export function remember(name, text) {
  try { localStorage.setItem(name, text); return true; } catch (_) { return false; }
}

function forget(name) {
  memory.delete(name);
  try { localStorage.removeItem(name); } catch (_) { /* nothing was kept */ }
}

function keep(name, value) {
  memory.set(name, value);
  return remember(name, JSON.stringify(value));
}

function recall(prefix) {
  try {
    Object.keys(localStorage).filter((name) => name.startsWith(prefix)).forEach((name) => {
      try {
        if (!memory.has(name)) memory.set(name, JSON.parse(localStorage.getItem(name)));
      } catch (_) { forget(name); }
    });
  } catch (_) { /* no storage */ }
  return [...memory].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);
}

export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function device() {
  const name = remembered("device") || uuid();
  remember("device", name);
  return name;
}

/* A newer word about the same rating takes the place of one that is still waiting. */
export function queue(record) {
  queued().filter((one) => one.id === record.id && one.key !== record.key).forEach(unqueue);
  record.isKept = keep(QUEUED + record.key, record);
}

export function queued() {
  return recall(QUEUED);
}

export function unqueue(record) {
  forget(QUEUED + record.key);
}

export function keepGiven({ id, right, form, version, step }) {
  const isKnown = recall(GIVEN).find((one) => one.id === id);
  if (!isKnown) keep(GIVEN + id, { id, right, form, version, step, until: Date.now() + DAY });
  return givenBy(right);
}

export function givenBy(right) {
  recall(GIVEN).filter((one) => !(one.until > Date.now())).forEach((one) => forget(GIVEN + one.id));
  return recall(GIVEN).find((one) => one.right === right);
}
