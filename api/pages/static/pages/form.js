/* A form as the API describes it: one question or twenty, any scale, in every language that it carries. */

import { make, say } from "./language.js";
import { tell } from "./view.js";
import { NOTHING } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/* A face for those who do not read: from 0, the worst of its scale, to 1, the best. */
function face(mood) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  ["M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20", "M8.5 9v1.2", "M15.5 9v1.2", `M7.5 ${17 - 2 * mood}q4.5 ${7 * mood - 4} 9 0`]
    .forEach((shape) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", shape);
      picture.append(path);
    });
  return picture;
}

function level(criterion, value, words, mood, isChosen) {
  const label = make("label", null, { className: "level" });
  const input = make("input", null, { type: "radio", name: criterion.code, value, checked: isChosen, autocomplete: "off" });
  label.classList.toggle("chosen", isChosen);
  label.append(input, mood === null ? make("i") : face(mood), make("span", words));
  return label;
}

function question(criterion, given) {
  const field = make("fieldset", null, { id: `question-${criterion.code}` });
  const legend = make("legend");
  legend.append(make("span", [criterion.label_vi, criterion.label_en, criterion.labels]));
  const fault = make("p", null, { className: "fault", id: `fault-${criterion.code}`, hidden: true });
  const levels = make("div", null, { className: "levels" });
  const values = criterion.scale.map((one) => one.value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  criterion.scale.forEach((one) => levels.append(level(criterion, one.value, [one.label_vi, one.label_en, one.labels],
    (one.value - lowest) / (highest - lowest), one.value === given)));
  if (!criterion.is_required) levels.append(level(criterion, "", ["Không trả lời", "No answer"], null, given === undefined));
  field.append(legend, say(fault, ["Hãy chọn một mức.", "Please choose a level."]), levels);
  field.addEventListener("change", () => {
    field.querySelectorAll("label").forEach((label) => label.classList.toggle("chosen", label.firstChild.checked));
    fault.hidden = true;
    tell(NOTHING);
    field.removeAttribute("aria-describedby");
  });
  return field;
}

function commentField(longest, given) {
  const area = make("textarea", null, { id: "comment", maxLength: longest, value: given, autocomplete: "off" });
  area.setAttribute("aria-describedby", "comment-hint");
  const hint = make("p", null, { id: "comment-hint", className: "small" });
  const count = () => say(hint, [`Không cần ghi tên hay số hồ sơ. Còn ${longest - area.value.length} ký tự.`,
    `No need to give your name or dossier number. ${longest - area.value.length} characters left.`]);
  count();
  area.addEventListener("input", count);
  const more = make("details", null, { open: given !== "" });
  const opener = make("summary");
  opener.append(make("span", ["Ghi thêm ý kiến (không bắt buộc)", "Add a comment (optional)"]));
  more.append(opener, make("label", ["Ý kiến của bạn", "Your comment"], { htmlFor: "comment" }), area, hint);
  return more;
}

function answered(sheet, form) {
  const answers = {};
  form.criteria.forEach(({ code }) => {
    const chosen = sheet.querySelector(`#question-${CSS.escape(code)} input:checked`);
    if (chosen && chosen.value !== "") answers[code] = Number(chosen.value);
  });
  return answers;
}

function isComplete(sheet, form, answers) {
  const missing = form.criteria.filter(({ code, is_required: isRequired }) => isRequired && !(code in answers))
    .map(({ code }) => sheet.querySelector(`#question-${CSS.escape(code)}`));
  missing.forEach((field) => {
    field.querySelector(".fault").hidden = false;
    field.setAttribute("aria-describedby", field.querySelector(".fault").id);
  });
  const first = missing[0] || (Object.keys(answers).length ? null : sheet.querySelector("fieldset"));
  if (!first) return true;
  const count = Math.max(missing.length, 1);
  tell([`Còn ${count} câu chưa trả lời.`, count > 1 ? `${count} questions are not answered.` : "One question is not answered."]);
  first.querySelector("input").focus();
  first.scrollIntoView({ block: "start" });
  return false;
}

/* Return the form to fill in; `take({answers, comment})` is called once it is complete and sent. */
export function sheetOf(form, { take, submit, given = { answers: {}, comment: "" } }) {
  const isLong = form.criteria.length > 1;
  const sheet = make("form", null, { noValidate: true, className: isLong ? "many" : "one", autocomplete: "off" });
  let group = "";
  form.criteria.forEach((criterion) => {
    if (criterion.group_vi && criterion.group_vi !== group) sheet.append(make("h2", [criterion.group_vi, criterion.group_en, criterion.group_labels]));
    group = criterion.group_vi;
    sheet.append(question(criterion, given.answers[criterion.code]));
  });
  const bar = make("div", null, { className: "send" });
  const progress = make("p", null, { className: "small" });
  const count = () => {
    const done = Object.keys(answered(sheet, form)).length;
    say(progress, [`Đã trả lời ${done}/${form.criteria.length} câu`, `${done} of ${form.criteria.length} answered`]);
  };
  if (isLong) bar.append(progress);
  bar.append(make("button", submit, { type: "submit", className: "main" }));
  sheet.append(commentField(form.longest_comment, given.comment), bar);
  count();
  sheet.addEventListener("change", count);
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    const answers = answered(sheet, form);
    const comment = sheet.querySelector("#comment").value.replace(/[^\P{Cc}\n\t]/gu, "").trim();
    if (isComplete(sheet, form, answers)) take({ answers, comment });
  });
  return sheet;
}

/* The clock of a device may stand anywhere; one that is off the calendar is better not told. */
export function clock() {
  const at = new Date();
  return at.getFullYear() > 2000 && at.getFullYear() < 2100 ? at.toISOString() : undefined;
}
