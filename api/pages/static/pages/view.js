/* One view at a time: a heading, its lines, and whatever belongs to it. */

import { make, say } from "./language.js";
import { NOTHING, STILL_NOT } from "./words.js";

const heading = document.getElementById("heading");
const view = document.getElementById("view");
const status = document.getElementById("status");
let shown = null;

export function tell(words) {
  say(status, words);
}

export function show(words, ...nodes) {
  const [title, ...lines] = words;
  const isShown = shown === title[0]; // a retry that failed as before: nothing moves, nothing is read out
  tell(isShown && status.textContent ? STILL_NOT : NOTHING);
  if (isShown && view.hasChildNodes()) return;
  shown = title[0];
  say(heading, title);
  document.title = heading.textContent;
  view.textContent = "";
  view.append(...lines.map((line) => make("p", line)), ...nodes);
  window.scrollTo(0, 0);
  heading.focus();
}

export function showAnew(words, ...nodes) {
  shown = null;
  show(words, ...nodes);
}

export function button(words, work, className = "main") {
  return make("button", words, { type: "button", className, onclick: work });
}
