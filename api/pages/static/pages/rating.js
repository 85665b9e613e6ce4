/* The right to rate stands behind # and leaves this page only in the body of a request, never in an address.
   A rating is written down before it is sent and kept until the service acknowledges it: whatever is lost on the way,
   the same body goes again under the same Idempotency-Key, and counts once. */

import { clock, sheetOf } from "./form.js";
import { make, offer, preferred, speak } from "./language.js";
import { msToWait, startAnew, tryLater, tryNow } from "./retry.js";
import { ask } from "./service.js";
import { device, givenBy, keepGiven, queue, queued, remember, remembered, unqueue, uuid } from "./store.js";
import { button, show, showAnew, tell } from "./view.js";
import * as words from "./words.js";

const { WORDS } = words;
const LANGUAGE = "language";
const said = new Map(); // what was answered, for as long as this page is open

function againButton(text) {
  return button(text, () => {
    tell(words.TRYING);
    if (!tryNow()) tell(words.busyFor(msToWait()));
  });
}

/* Sending. Only the newest turn may draw: an address may change while an answer is on its way. */

let turn = 0;
let current = null;
let isDraining = false;

async function deliver(record) {
  record.isTried = true;
  queue(record);
  const answer = await ask(record.path, { method: record.method, body: record.body, headers: record.headers });
  answer.isTaken = (answer.status === 201 || answer.status === 200) && answer.told.id === record.id;
  if (answer.isTaken || answer.refusal) unqueue(record);
  if (answer.isTaken) keepGiven({ ...record, form: answer.told.form, version: answer.told.form_version, step: answer.told.step });
  return answer;
}

function nextOne() {
  const waiting = queued();
  return waiting.find((record) => current && record.key === current.key) || waiting[0];
}

/* Send what waits, this page's own first; the first that cannot be settled ends the turn. */
async function drain() {
  if (isDraining) return;
  isDraining = true;
  for (let record = nextOne(), isSettled = true; record && isSettled; record = nextOne()) {
    const isFirst = !record.isTried;
    const own = turn;
    const answer = msToWait() ? { status: 0, refusal: "", wait: msToWait() } : await deliver(record);
    isSettled = Boolean(answer.isTaken || answer.refusal);
    if (!isSettled) tryLater(drain, answer.wait);
    if (own === turn && current && record.key === current.key) tellOutcome(record, answer, isFirst);
  }
  isDraining = false;
}

function tellOutcome(record, answer, isFirst) {
  if (answer.isTaken) {
    showGiven(record.method === "PUT" ? WORDS.amended : WORDS.thanks, givenBy(record.right));
  } else if (answer.refusal === "right-not-usable" && record.method === "POST" && givenBy(record.right)) {
    const given = givenBy(record.right); // on another page of this phone: what was chosen here may be sent as a change
    said.set(given.id, said.get(record.id));
    showGiven(WORDS.given, given);
  } else if (answer.refusal) {
    const told = WORDS[answer.refusal] || WORDS.refused;
    show(isFirst ? told : [...told, words.MAYBE_EARLIER]);
  } else {
    show([...WORDS.waiting, record.isKept ? words.ON_THIS_DEVICE : words.KEEP_OPEN],
      againButton(["Gửi lại ngay", "Send again now"]));
    if (answer.wait) tell(words.busyFor(answer.wait));
  }
}

function send(record) {
  current = record;
  show(WORDS.sending);
  queue(record);
  drain();
}

/* What was given, and thinking it over within a day. */

function showGiven(told, given) {
  const change = button(words.AMEND, () => {
    turn += 1; // a second tap draws nothing over what is being chosen
    showAnew(WORDS.opening);
    amend(given);
  }, "quiet");
  showAnew([...told, ...(given ? [words.amendableUntil(new Date(given.until))] : []), words.MAY_CLOSE], ...(given ? [change] : []));
}

async function amend(given) {
  const own = turn;
  const form = await formOf(given.form, given.version);
  if (own !== turn) return;
  if (!form.told.criteria) {
    retryUnlessRefused(form, () => amend(given));
    return;
  }
  const earlier = said.get(given.id);
  drawForm(form.told, {
    lines: [words.STEPS[given.step], ...(earlier ? [] : [words.AMEND_BLANK])],
    submit: ["Gửi bản sửa", "Send the change"],
    given: earlier,
    take: ({ answers, comment }) => {
      const body = { right: given.right, form: form.told.code, form_version: form.told.version, answers, comment };
      said.set(given.id, { answers, comment });
      send({ id: given.id, key: uuid(), method: "PUT", path: `/ratings/${given.id}`, right: given.right, body: JSON.stringify(body) });
    },
  });
}

/* The form. */

function formOf(code, version) {
  return ask(`/rating-forms/${encodeURIComponent(code)}${version ? `?version=${Number(version)}` : ""}`);
}

function drawForm(form, { lines, take, submit, given }) {
  offer(form.languages);
  showAnew([[form.title_vi, form.title_en, form.title_labels], ...lines], sheetOf(form, { take, submit, given }));
}

function draw(secret, right, form) {
  drawForm(form, {
    lines: [words.STEPS[right.step], words.worksUntil(new Date(right.expires_at))],
    submit: ["Gửi đánh giá", "Send rating"],
    take: ({ answers, comment }) => {
      const id = uuid();
      const body = { id, right: secret, form: form.code, form_version: form.version, answers, comment, channel: "web", device: device(), rated_at: clock() };
      const key = uuid();
      said.set(id, { answers, comment });
      send({ id, key, method: "POST", path: "/ratings", right: secret, body: JSON.stringify(body), headers: { "Idempotency-Key": key } });
    },
  });
}

function retryUnlessRefused(answer, work) {
  if (answer.refusal) {
    show(answer.refusal === "invalid" ? WORDS["right-not-usable"] : WORDS[answer.refusal] || WORDS.refused);
  } else {
    const own = turn;
    tryLater(() => own === turn && work(), answer.wait);
    show(WORDS.away, againButton(["Thử lại ngay", "Try again now"]));
    if (answer.wait) tell(words.busyFor(answer.wait));
  }
}

/* The start: what waits is sent first; then what was given by this right may be thought over, or the right is opened. */

async function openForm(secret) {
  const own = turn;
  const opened = await ask("/rating-rights", { body: JSON.stringify({ right: secret }) });
  const drawn = opened.status === 200 ? await formOf(opened.told.form) : opened;
  if (own !== turn) return;
  if (drawn.status === 200 && drawn.told.criteria) draw(secret, opened.told, drawn.told);
  else retryUnlessRefused(drawn, () => openForm(secret));
}

function start() {
  const secret = location.hash.slice(1);
  turn += 1;
  current = null;
  startAnew();
  offer([]);
  const waiting = queued().find((record) => !secret || record.right === secret);
  const given = givenBy(secret);
  if (waiting) {
    send(waiting);
  } else if (secret && given) {
    showGiven(WORDS.given, given);
  } else if (secret) {
    showAnew(WORDS.opening);
    openForm(secret);
  } else {
    showAnew(WORDS.slip);
  }
  if (!waiting) drain();
}

window.addEventListener("hashchange", start);
speak(remembered(LANGUAGE) || preferred(), { whenChosen: (tag) => remember(LANGUAGE, tag) });
start();
