/* Every text is told in the reader's language and says which one that is; a switch loses no answer.
   Words are [Vietnamese, English, {language: text}]; what a language lacks is told in Vietnamese. */

const OWN = ["vi", "en"];
const NAMES = { vi: "Tiếng Việt", en: "English", bdq: "Ba Na", sed: "Xơ Đăng", hre: "Hrê", jra: "Gia Rai" };
const chooser = document.getElementById("languages");
const told = new WeakMap();
let offered = OWN;
let wanted = "vi";
let chosen = () => {};

export function language() {
  return offered.includes(wanted) ? wanted : "vi";
}

export function say(node, words) {
  const [vi, en, others] = words;
  const tag = language();
  const text = tag === "en" ? en : (others || {})[tag];
  told.set(node, words);
  node.dataset.said = "";
  node.textContent = text || vi;
  node.lang = text ? tag : "vi";
  return node;
}

export function make(tag, words, properties = {}) {
  const node = Object.assign(document.createElement(tag), properties);
  return words ? say(node, words) : node;
}

export function speak(tag, { whenChosen } = {}) {
  wanted = tag;
  chosen = whenChosen || chosen;
  document.documentElement.lang = language();
  document.querySelectorAll("[data-said]").forEach((node) => say(node, told.get(node) || [node.dataset.vi, node.dataset.en]));
  document.title = document.getElementById("heading").textContent;
  chooser.textContent = "";
  offered.filter((one) => one !== language()).forEach((one) => {
    const button = make("button", null, { type: "button", lang: one, textContent: NAMES[one] || one });
    button.addEventListener("click", () => { speak(one); chosen(one); chooser.querySelector("button").focus(); });
    chooser.append(button);
  });
}

/* A form may speak further languages; they are offered while it is shown. */
export function offer(further) {
  offered = [...OWN, ...further];
  speak(wanted);
}

export function preferred() {
  const tags = (navigator.languages || []).map((tag) => tag.split("-")[0].toLowerCase());
  return tags.find((tag) => tag in NAMES) || "vi";
}
