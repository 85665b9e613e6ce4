/* The tablet at a counter. Who sets it up names it once (OAuth client credentials of a trusted counter); the name and its
   secret live in this tab's session only. The clerk's software opens #dossier_code=…&step=…, or a scanner types the code.
   What a citizen answers lives in memory until the service has it, and nowhere else; then the next one begins. */

import { clock, sheetOf } from "./form.js";
import { make, offer, speak } from "./language.js";
import { msToWait, tryLater } from "./retry.js";
import { ask } from "./service.js";
import { uuid } from "./store.js";
import { button, showAnew, tell } from "./view.js";
import { NOTHING, STEPS, STEP_NAMES, WORDS } from "./words.js";

const page = document.getElementById("page");
const SETUP = "counter";
const waiting = [];
let token = "";
let form = null;
let formAt = 0;
let timer = 0;
let isDraining = false;
let isTold = false;  // whether the last one's thanks stand there: the next scan ends them
let turn = 0;  // of whom the screen is: an answer that comes late does not take it from the next one

const SETTING_UP = [["Cài đặt máy tại quầy", "Set up this counter"],
  ["Cán bộ quản trị nhập một lần; đóng thẻ trình duyệt này là máy quên hết.",
   "The operator enters this once; closing this browser tab forgets it."]];
const READY = [["Mời ông, bà đánh giá", "Please rate our service"],
  ["Nhân viên quét mã hồ sơ hoặc mở phiếu từ phần mềm một cửa.", "The clerk scans the dossier number or opens the form from the one-stop software."]];
const NOT_TRUSTED = ["Mã thiết bị hoặc mật mã không đúng, hoặc thiết bị chưa được tin cậy đánh giá.",
  "The device's name or secret is wrong, or the device is not trusted to rate."];
const NO_NETWORK = ["Chưa kết nối được. Xin thử lại.", "No connection yet. Please try again."];
const KEPT_HERE = ["Đánh giá đang chờ mạng và sẽ tự được gửi.", "The rating waits for the network and will be sent by itself."];

/* The session of this tab: which machine, which form, which step; never what was answered. */

function setup() {
  try { return JSON.parse(sessionStorage.getItem(SETUP)); } catch (_) { return null; }
}

async function newToken({ client_id, client_secret }) {
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret, scope: "ratings:write" }).toString();
  const answer = await ask("/oauth/token", { body, headers: { "Content-Type": "application/x-www-form-urlencoded" } });
  token = answer.status === 200 ? answer.told.access_token : "";
  return answer;
}

function later(work, seconds) {
  clearTimeout(timer);
  timer = setTimeout(work, 1000 * seconds);
}

function labelled(words, field) {
  const label = make("label", null, { className: "field" });
  label.append(make("span", words), field);
  return label;
}

function choice(rows) {
  const field = make("select", null, { autocomplete: "off" });
  rows.forEach(([value, words]) => field.append(make("option", words, { value })));
  return field;
}

/* Without a form there is nothing to begin with: the list is asked for until it comes. */
async function listForms(field, fault) {
  const { told, wait } = await ask("/rating-forms?page_size=100");
  if (!field.isConnected) return;
  tell(told.results ? fault : NO_NETWORK);
  if (told.results) field.append(...told.results.map((one) => make("option", [one.title_vi, one.title_en], { value: one.code })));
  else tryLater(() => listForms(field, fault), wait);
}

function showSetup(fault, dossier) {
  const name = make("input", null, { autocomplete: "off", required: true, spellcheck: false });
  const secret = make("input", null, { type: "password", autocomplete: "off", required: true });
  const code = Object.assign(choice([]), { required: true });
  const step = choice(Object.keys(STEP_NAMES).map((one) => [one, STEP_NAMES[one]]));
  const sheet = make("form", null, { autocomplete: "off", className: "setup" });
  sheet.append(labelled(["Mã thiết bị", "Device name (client_id)"], name), labelled(["Mật mã thiết bị", "Device secret"], secret),
    labelled(["Mẫu đánh giá", "Rating form"], code), labelled(["Bước thường dùng", "Usual step"], step),
    make("button", ["Bắt đầu", "Start"], { type: "submit", className: "main" }));
  sheet.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = { client_id: name.value.trim(), client_secret: secret.value.trim(), form: code.value, step: step.value };
    secret.value = "";
    const answer = await newToken(wanted);
    if (token) sessionStorage.setItem(SETUP, JSON.stringify(wanted));
    if (token) begin(dossier);
    else tell(answer.status ? NOT_TRUSTED : NO_NETWORK);
  });
  showAnew(SETTING_UP, sheet);
  tell(fault);
  name.focus();
  listForms(code, fault);
}

function formOf(own) {
  formAt = performance.now();
  return ask(`/rating-forms/${encodeURIComponent(own.form)}`);
}

/* A tablet runs for weeks: now and then, between two citizens, it asks whether its form has a newer version. */
async function renewForm() {
  if (performance.now() - formAt < 1000 * Number(page.dataset.renew)) return;
  const { told } = await formOf(setup());
  if (told.criteria && told.code === form.code && !document.querySelector("fieldset")) form = told;
}

/* A browser fills the screen only at somebody's touch: at the first one, and at the next if it was left. */
function fillScreen() {
  const whole = document.documentElement;
  if (whole.requestFullscreen && !document.fullscreenElement) whole.requestFullscreen().catch(() => { /* stays a window */ });
}

/* Waiting for the next one: nothing of the last is left on the screen, in an address, or in a field. */

function showReady() {
  clearTimeout(timer);
  isTold = false;
  turn += 1;
  offer([]);
  speak("vi");
  if (!setup()) {
    showSetup(NOT_TRUSTED);
    return;
  }
  const scanned = make("input", null, { autocomplete: "off", spellcheck: false, inputMode: "text" });
  const sheet = make("form", null, { autocomplete: "off", className: "scan" });
  sheet.append(labelled(["Mã hồ sơ", "Dossier number"], scanned), make("button", ["Mở phiếu", "Open the form"], { type: "submit", className: "main" }));
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    const [code, step] = scanned.value.trim().split(/[|;]/);
    scanned.value = "";
    if (code) open({ dossier_code: code.trim(), step });
  });
  showAnew(READY, sheet);
  tellBacklog();
  scanned.focus();
  renewForm();
}

function tellBacklog() {
  if (!document.querySelector(".scan")) return;
  tell(waiting.length ? [`Đang chờ gửi: ${waiting.length}`, `Waiting to be sent: ${waiting.length}`] : NOTHING);
}

function open({ dossier_code, step }) {
  const dossier = { dossier_code, step: Object.keys(STEPS).includes(step) ? step : setup().step };
  isTold = false;
  turn += 1;
  offer(form.languages);
  const code = [`Hồ sơ ${dossier.dossier_code}`, `Dossier ${dossier.dossier_code}`];
  const leave = button(["Không đánh giá", "Do not rate"], showReady, "quiet");
  showAnew([[form.title_vi, form.title_en, form.title_labels], STEPS[dossier.step], code],
    sheetOf(form, { submit: ["Gửi đánh giá", "Send rating"], take: (said) => send(dossier, said) }), leave);
  later(showReady, Number(page.dataset.idle));
}

/* Sending, with a token that is renewed when it has run out. */

function send(dossier, { answers, comment }) {
  const body = { id: uuid(), ...dossier, form: form.code, form_version: form.version, answers, comment, channel: "kiosk", rated_at: clock() };
  const record = { id: body.id, key: uuid(), body: JSON.stringify(body), isNew: true, turn };
  waiting.push(record);
  showAnew(WORDS.sending);
  drain();
}

async function deliver(record) {
  const once = () => ask("/ratings", { body: record.body, headers: { "Idempotency-Key": record.key, Authorization: `Bearer ${token}` } });
  const answer = token ? await once() : { status: 401 };
  if (answer.status !== 401) return answer;
  const own = setup();
  if (!own) return { ...answer, refusal: "" }; // waits until the tablet is set up: nobody's secret is guessed at
  const renewed = await newToken(own);
  if (renewed.status === 400 || renewed.status === 401) sessionStorage.removeItem(SETUP); // dismissed: to be set up anew
  return token ? once() : { ...renewed, refusal: "" };
}

async function drain() {
  if (isDraining) return;
  isDraining = true;
  for (let isSettled = true; waiting.length && isSettled;) {
    const [record] = waiting;
    const answer = msToWait() ? { status: 0, refusal: "", wait: msToWait() } : await deliver(record);
    isSettled = answer.status === 201 || Boolean(answer.refusal);
    if (isSettled) waiting.shift();
    else tryLater(drain, answer.wait || 0);
    const fresh = waiting.concat(record).find((one) => one.isNew);
    if (fresh) tellOutcome(fresh, fresh === record ? answer : { status: 0 });
  }
  isDraining = false;
  tellBacklog();
}

function tellOutcome(record, { status, refusal }) {
  record.isNew = false;
  if (record.turn !== turn) return;
  if (status === 201) showAnew(WORDS.thanks);
  else if (refusal) showAnew(WORDS[refusal] || WORDS["refused-here"]);
  else showAnew([WORDS.thanks[0], KEPT_HERE]);
  isTold = true;
  later(showReady, Number(page.dataset.thanks));
}

/* What the clerk's software says stands behind #, is read once and taken out of the address, whatever becomes of it. */

function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname);
  return { dossier_code: said.get("dossier_code"), step: said.get("step") };
}

async function begin(dossier = readAddress()) {
  const own = setup();
  if (!own) {
    showSetup(NOTHING, dossier);
    return;
  }
  const answer = form && form.code === own.form ? null : await formOf(own);
  if (answer && answer.status !== 200) {
    showAnew(WORDS.away);
    later(() => begin(dossier), 5);
    return;
  }
  form = answer ? answer.told : form;
  drain();
  if (dossier.dossier_code) open(dossier);
  else showReady();
}

["pointerdown", "keydown", "scroll"].forEach((name) => window.addEventListener(name, () => {
  if (document.querySelector("fieldset")) later(showReady, Number(page.dataset.idle));
}, { passive: true }));
window.addEventListener("keydown", ({ key }) => { if (isTold && key.length === 1) showReady(); });  // its field takes the key
["click", "keydown"].forEach((name) => window.addEventListener(name, fillScreen, true));
window.addEventListener("hashchange", () => { if (location.hash) begin(); });
window.addEventListener("pageshow", (event) => { if (event.persisted && form) showReady(); });
speak("vi");
begin();
