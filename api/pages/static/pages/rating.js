/* The right to rate stands behind # and leaves this page only in the body of a POST, never in an address.
   A rating is written down before it is sent and kept until the service acknowledges it: whatever is lost on the way,
   the same body goes again under the same Idempotency-Key, and counts once. */

const page = document.getElementById("page");
const heading = document.getElementById("heading");
const view = document.getElementById("view");
const status = document.getElementById("status");
const switcher = document.getElementById("switch");
const KEPT = "rating.";
const LANGUAGE = "language";
const PATIENCE = 20000; // ms for one answer
const SHORTEST_WAIT = 5000;
const LONGEST_WAIT = 60000;
const UNSETTLED = new Set([408, 425, 429]); // refused for now, not for good

const WORDS = {
  "right-not-usable": [
    ["Mã này không dùng được", "This code cannot be used"],
    ["Mã không đúng, đã được dùng, đã hết hạn hoặc đã bị thay bằng mã mới.",
     "The code is wrong, was used before, has expired or was replaced by a newer one."],
    ["Nếu bạn chưa đánh giá, hãy xin mã mới ở nơi tiếp nhận hồ sơ.",
     "If you have not rated yet, ask the office that took your papers for a new code."]],
  "already-rated": [
    ["Bước này đã được đánh giá", "This step was rated before"],
    ["Mỗi bước của một hồ sơ chỉ được đánh giá một lần.", "Each step of a dossier is rated once."]],
  refused: [
    ["Không nhận được đánh giá này", "This rating could not be taken"],
    ["Hãy mở lại liên kết rồi thử lần nữa, hoặc đánh giá ở nơi tiếp nhận hồ sơ.",
     "Open the link again and retry, or rate at the office that took your papers."]],
  slip: [
    ["Cách đánh giá", "How to rate"],
    ["Dùng máy ảnh của điện thoại quét mã QR in trên phiếu bạn nhận được, hoặc mở đúng liên kết đã gửi cho bạn.",
     "Scan the QR code on the slip you were given with your phone's camera, or open the link that was sent to you."],
    ["Nếu gõ tay, hãy gõ cả dấu # và dãy chữ, số đứng sau.",
     "If you type the address, type the # and the letters and digits after it too."],
    ["Mỗi mã dùng một lần, cho một bước của một hồ sơ. Không cần tài khoản.",
     "Each code is for one step of one dossier and works once. No account is needed."]],
  opening: [["Đang mở phiếu…", "Opening the form…"]],
  away: [
    ["Chưa mở được phiếu", "The form cannot be opened yet"],
    ["Không có mạng, hoặc hệ thống đang bận. Trang sẽ tự thử lại.",
     "There is no network, or the service is busy. The page will try again by itself."]],
  sending: [["Đang gửi đánh giá…", "Sending your rating…"]],
  waiting: [
    ["Chưa gửi được đánh giá", "Your rating is not sent yet"],
    ["Không có mạng, hoặc hệ thống đang bận. Trang sẽ tự gửi lại; đánh giá chỉ được tính một lần.",
     "There is no network, or the service is busy. The page will send again by itself; the rating counts once."]],
  thanks: [
    ["Cảm ơn bạn!", "Thank you!"],
    ["Đánh giá của bạn đã được nhận.", "Your rating has been received."],
    ["Bạn có thể đóng trang này.", "You may close this page."]],
};
const ON_THIS_DEVICE = ["Đánh giá được giữ trong máy này: có thể đóng trang và mở lại khi có mạng.",
  "The rating is kept on this device: you may close the page and open it again when there is a network."];
const KEEP_OPEN = ["Hãy giữ trang này mở cho đến khi gửi xong.", "Keep this page open until it is sent."];
const MAYBE_EARLIER = ["Có thể lần gửi trước của bạn đã đến nơi.", "An earlier try of yours may have arrived."];
const TRYING = ["Đang thử lại…", "Trying again…"];
const STILL_NOT = ["Vẫn chưa được. Trang sẽ tự thử lại.", "Still not. The page will try again by itself."];
const STEPS = {
  reception: ["Bạn đánh giá việc tiếp nhận hồ sơ.", "You are rating how your papers were taken in."],
  settlement: ["Bạn đánh giá việc giải quyết hồ sơ.", "You are rating how your case was settled."],
  return: ["Bạn đánh giá việc trả kết quả.", "You are rating how the result was handed over."],
};

/* Language: every text carries both, so a switch loses no answer. */

let language = remembered(LANGUAGE) ||
  (navigator.languages || []).map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "vi" || tag === "en") || "vi";

function say(node, [vi, en]) {
  node.dataset.vi = vi;
  node.dataset.en = en;
  node.textContent = node.dataset[language];
  return node;
}

function sayAll() {
  document.documentElement.lang = language;
  document.querySelectorAll("[data-vi]").forEach((node) => { node.textContent = node.dataset[language]; });
  document.title = heading.textContent;
  switcher.lang = language === "vi" ? "en" : "vi";
  switcher.textContent = language === "vi" ? "English" : "Tiếng Việt";
  switcher.hidden = false;
}

/* What is kept on this device. Storage may be full or forbidden; then memory has to do. */

const memory = new Map();

function remembered(name) {
  try { return localStorage.getItem(name); } catch (_) { return null; }
}

function remember(name, text) {
  try { localStorage.setItem(name, text); return true; } catch (_) { return false; }
}

function keep(record) {
  memory.set(record.id, record);
  return remember(KEPT + record.id, JSON.stringify(record));
}

function forget(record) {
  memory.delete(record.id);
  try { localStorage.removeItem(KEPT + record.id); } catch (_) { /* nothing was kept */ }
}

function recall() {
  try {
    Object.keys(localStorage).filter((name) => name.startsWith(KEPT)).forEach((name) => {
      try {
        const record = JSON.parse(localStorage.getItem(name));
        if (!memory.has(record.id)) memory.set(record.id, { ...record, isKept: true });
      } catch (_) { localStorage.removeItem(name); }
    });
  } catch (_) { /* no storage */ }
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/* The API. An answer that is not the service's own (a Wi-Fi portal, a proxy) settles nothing. */

async function ask(path, { body, headers } = {}) {
  const abort = new AbortController();
  const clock = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const answer = await fetch(page.dataset.api + path, {
      method: body ? "POST" : "GET", body, cache: "no-store", credentials: "omit", signal: abort.signal,
      headers: { ...(body && { "Content-Type": "application/json" }), "Accept-Language": language, ...headers },
    });
    const told = await answer.json();
    const wait = 1000 * Number(answer.headers.get("Retry-After")) || 0;
    const name = String(told.type || "").split("/").pop();
    const isRefused = answer.status >= 400 && answer.status < 500 && told.status === answer.status &&
      !UNSETTLED.has(answer.status) && name !== "key-in-flight";
    return { status: answer.status, told, wait, refusal: isRefused ? name : "" };
  } catch (_) {
    return { status: 0, told: {}, wait: 0, refusal: "" };
  } finally {
    clearTimeout(clock);
  }
}

/* Views. */

function make(tag, words, properties = {}) {
  const node = Object.assign(document.createElement(tag), properties);
  return words ? say(node, words) : node;
}

function show([title, ...lines], ...nodes) {
  const isShown = heading.dataset.vi === title[0]; // a retry that failed as before: nothing moves, nothing is read out
  say(status, isShown && status.textContent ? STILL_NOT : ["", ""]);
  if (isShown && view.hasChildNodes()) return;
  say(heading, title);
  document.title = heading.textContent;
  view.textContent = "";
  view.append(...lines.map((line) => make("p", line)), ...nodes);
  window.scrollTo(0, 0);
  heading.focus();
}

function againButton(words) {
  const pressed = () => { say(status, TRYING); tryNow(); };
  return make("button", words, { type: "button", className: "main", onclick: pressed });
}

/* Trying again: by and by, when the network is back, when the page is looked at again, and at once when asked. */

let again = null;
let timer = 0;
let wait = SHORTEST_WAIT;

function tryLater(work, atLeast) {
  again = work;
  clearTimeout(timer);
  timer = setTimeout(tryNow, Math.max(wait, atLeast));
  wait = Math.min(2 * wait, LONGEST_WAIT);
}

function tryNow() {
  const work = again;
  again = null;
  clearTimeout(timer);
  if (work) work();
}

/* Sending. Only the newest turn may draw: an address may change while an answer is on its way. */

let turn = 0;
let current = null;

async function deliver(record) {
  const answer = await ask("/ratings", { body: record.body, headers: { "Idempotency-Key": record.key } });
  answer.isTaken = answer.status === 201 && answer.told.id === record.id;
  if (answer.isTaken || answer.refusal) forget(record);
  return answer;
}

async function send(record) {
  const own = turn;
  const isFirst = !record.isTried;
  if (current !== record) show(WORDS.sending);
  current = record;
  record.isTried = true;
  record.isKept = keep(record);
  const answer = await deliver(record);
  if (own !== turn) return;
  if (answer.isTaken) {
    show(WORDS.thanks);
  } else if (answer.refusal) {
    const words = WORDS[answer.refusal] || WORDS.refused;
    show(isFirst ? words : [...words, MAYBE_EARLIER]);
  } else {
    tryLater(() => send(record), answer.wait);
    show([...WORDS.waiting, record.isKept ? ON_THIS_DEVICE : KEEP_OPEN], againButton(["Gửi lại ngay", "Send again now"]));
  }
}

function sendOthers() {
  recall();
  [...memory.values()].filter((record) => record !== current).forEach(deliver);
}

/* The form. */

function level(criterion, value, words, chosen) {
  const label = make("label", null, { className: "level" });
  const input = make("input", null, { type: "radio", name: criterion.code, value, checked: chosen });
  label.classList.toggle("chosen", chosen);
  label.append(input, make("span", words));
  return label;
}

function question(criterion) {
  const field = make("fieldset", null, { id: `question-${criterion.code}` });
  const legend = make("legend");
  legend.append(make("span", [criterion.label_vi, criterion.label_en]));
  const fault = make("p", null, { className: "fault", id: `fault-${criterion.code}`, hidden: true });
  field.append(legend, say(fault, ["Hãy chọn một mức.", "Please choose a level."]));
  criterion.scale.forEach((one) => field.append(level(criterion, one.value, [one.label_vi, one.label_en], false)));
  if (!criterion.is_required) field.append(level(criterion, "", ["Không trả lời", "No answer"], true));
  field.addEventListener("change", () => {
    field.querySelectorAll("label").forEach((label) => label.classList.toggle("chosen", label.firstChild.checked));
    fault.hidden = true;
    say(status, ["", ""]);
    field.removeAttribute("aria-describedby");
  });
  return field;
}

function commentField(longest) {
  const area = make("textarea", null, { id: "comment", maxLength: longest });
  area.setAttribute("aria-describedby", "comment-hint");
  const hint = make("p", null, { id: "comment-hint", className: "small" });
  const told = () => say(hint, [`Không cần ghi tên hay số hồ sơ. Còn ${longest - area.value.length} ký tự.`,
    `No need to give your name or dossier number. ${longest - area.value.length} characters left.`]);
  told();
  area.addEventListener("input", told);
  return [make("label", ["Ý kiến thêm (không bắt buộc)", "Comment (optional)"], { htmlFor: "comment" }), area, hint];
}

function draw(secret, right, form) {
  const sheet = make("form", null, { noValidate: true, className: form.criteria.length > 1 ? "many" : "" });
  let group = "";
  form.criteria.forEach((criterion) => {
    if (criterion.group_vi && criterion.group_vi !== group) {
      sheet.append(make("h2", [criterion.group_vi, criterion.group_en]));
    }
    group = criterion.group_vi;
    sheet.append(question(criterion));
  });
  const submit = make("button", ["Gửi đánh giá", "Send rating"], { type: "submit", className: "main" });
  sheet.append(...commentField(form.longest_comment), submit);
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    const answers = answered(sheet, form);
    if (answers) send(recorded(secret, form, answers, sheet.querySelector("#comment").value));
  });
  const day = new Date(right.expires_at);
  const until = [`Mã dùng được đến ${day.toLocaleDateString("vi-VN")}.`, `The code works until ${day.toLocaleDateString("en-GB")}.`];
  show([[form.title_vi, form.title_en], STEPS[right.step]], make("p", until, { className: "small" }), sheet);
}

function answered(sheet, form) {
  const answers = {};
  const missing = [];
  form.criteria.forEach((criterion) => {
    const field = document.getElementById(`question-${criterion.code}`);
    const chosen = field.querySelector("input:checked");
    if (chosen && chosen.value !== "") answers[criterion.code] = Number(chosen.value);
    else if (criterion.is_required) missing.push(field);
  });
  missing.forEach((field) => {
    field.querySelector(".fault").hidden = false;
    field.setAttribute("aria-describedby", field.querySelector(".fault").id);
  });
  const first = missing[0] || (Object.keys(answers).length ? null : sheet.querySelector("fieldset"));
  if (!first) return answers;
  const count = Math.max(missing.length, 1);
  say(status, [`Còn ${count} câu chưa trả lời.`, count > 1 ? `${count} questions are not answered.` : "One question is not answered."]);
  first.querySelector("input").focus();
  first.scrollIntoView({ block: "start" });
  return null;
}

function recorded(secret, form, answers, comment) {
  const id = uuid();
  const said = comment.replace(/[^\P{Cc}\n\t]/gu, "").trim();
  const body = { id, right: secret, form: form.code, form_version: form.version, answers, comment: said, channel: "web" };
  return { id, key: uuid(), right: secret, body: JSON.stringify(body), isTried: false };
}

/* The start: what waits is sent first; then the right of this address is opened. */

async function openForm(secret) {
  const own = turn;
  const opened = await ask("/rating-rights", { body: JSON.stringify({ right: secret }) });
  const drawn = opened.status === 200 ? await ask(`/rating-forms/${encodeURIComponent(opened.told.form)}`) : opened;
  if (own !== turn) return;
  if (drawn.status === 200 && drawn.told.criteria) {
    draw(secret, opened.told, drawn.told);
  } else if (drawn.refusal) {
    show(drawn.refusal === "invalid" ? WORDS["right-not-usable"] : WORDS[drawn.refusal] || WORDS.refused);
  } else {
    tryLater(() => openForm(secret), drawn.wait);
    show(WORDS.away, againButton(["Thử lại ngay", "Try again now"]));
  }
}

function start() {
  const secret = location.hash.slice(1);
  turn += 1;
  again = current = null;
  wait = SHORTEST_WAIT;
  recall();
  const waiting = [...memory.values()].find((record) => !secret || record.right === secret);
  if (waiting) {
    send(waiting);
  } else if (secret) {
    show(WORDS.opening);
    openForm(secret);
  } else {
    show(WORDS.slip);
  }
  sendOthers();
}

switcher.addEventListener("click", () => {
  language = language === "vi" ? "en" : "vi";
  remember(LANGUAGE, language);
  sayAll();
});
window.addEventListener("hashchange", start);
window.addEventListener("online", () => { tryNow(); sendOthers(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) tryNow(); });
sayAll();
start();
