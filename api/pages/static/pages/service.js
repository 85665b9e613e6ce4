/* The API. An answer that is not the service's own (a Wi-Fi portal, a proxy) settles nothing. */

import { proof } from "./challenge.js";
import { language } from "./language.js";

const API = document.getElementById("page").dataset.api;
const PATIENCE = 20000; // ms for one answer
const UNSETTLED = new Set([408, 425, 429]); // refused for now, not for good
const UNSETTLED_NAMES = new Set(["key-in-flight", "challenge-required"]);

async function exchange(path, { method, body, headers }) {
  const abort = new AbortController();
  const clock = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const answer = await fetch(API + path, {
      method: method || (body ? "POST" : "GET"), body, cache: "no-store", credentials: "omit", signal: abort.signal,
      headers: { ...(body && { "Content-Type": "application/json" }), "Accept-Language": language() === "en" ? "en" : "vi", ...headers },
    });
    const told = await answer.json();
    const wait = 1000 * Number(answer.headers.get("Retry-After")) || 0;
    const name = String(told.type || "").split("/").pop();
    const isRefused = answer.status >= 400 && answer.status < 500 && told.status === answer.status &&
      !UNSETTLED.has(answer.status) && !UNSETTLED_NAMES.has(name);
    return { status: answer.status, told, wait, name, refusal: isRefused ? name : "" };
  } catch (_) {
    return { status: 0, told: {}, wait: 0, name: "", refusal: "" };
  } finally {
    clearTimeout(clock);
  }
}

/* Ask; under pressure the service first wants to see a little work done, and the same question goes again with it. */
export async function ask(path, options = {}) {
  const answer = await exchange(path, options);
  if (answer.name !== "challenge-required") return answer;
  const shown = await proof(answer.told);
  return shown ? exchange(path, { ...options, headers: { ...options.headers, ...shown } }) : answer;
}
