import { onPayment, onPrompt } from "./api.js";
import { byId, complain, element, replaceKeepingFocus } from "./dom.js";
import { local } from "./handset.js";
import { exactTime, secondsUntil } from "./time.js";

const STATES = { pending: "Waiting", paid: "Paid", failed: "Not paid" };
const shown = new Map();
const lateSeconds = new Map();

export function showPayments(payments, total) {
  byId("empty").hidden = payments.length > 0;
  const count = (state) => payments.filter((payment) => payment.state === state).length;
  const numbers = `${count("pending")} waiting · ${count("paid")} paid · ${count("failed")} not paid`;
  byId("payments-summary").textContent = payments.length === 0 ? "" :
    total > payments.length ? `${numbers} among the last ${payments.length} of ${total}` : numbers;
  const list = byId("payments");
  const ids = new Set(payments.map((payment) => payment.checkout_request_id));
  for (const [id, entry] of shown) {
    if (!ids.has(id)) { entry.element.remove(); shown.delete(id); lateSeconds.delete(id); }
  }
  payments.forEach((payment, index) => {
    const card = cardOf(payment);
    if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
  });
}

function cardOf(payment) {
  const id = payment.checkout_request_id;
  const key = JSON.stringify(payment);
  const entry = shown.get(id);
  if (entry?.key === key) return entry.element;
  const fresh = card(payment);
  if (entry) replaceKeepingFocus(entry.element, fresh);
  shown.set(id, { key, element: fresh });
  return fresh;
}

function card(payment) {
  return element("li", { class: `payment is-${payment.state}` },
    head(payment),
    element("p", { class: "facts" },
      element("span", {}, "Account ", element("b", {}, payment.account_reference)),
      element("span", {}, "Phone ", element("b", {}, local(payment.phone_number))),
      payment.receipt ? element("span", {}, "Receipt ", element("b", {}, payment.receipt)) : null,
      payment.queries ? element("span", {}, "Queried ", element("b", {}, `${payment.queries}×`)) : null),
    payment.result_code === null ? null :
      element("p", { class: "result" }, element("code", {}, payment.result_code), payment.result_desc),
    deliveries(payment),
    payment.state === "pending" ? pendingActions(payment) : finishedActions(payment));
}

function head(payment) {
  const name = payment.state === "pending"
    ? element("span", { class: "pill state", "data-until": payment.expires_at, "data-text": STATES.pending }, STATES.pending)
    : element("span", { class: "pill state" }, STATES[payment.state]);
  return element("div", { class: "payment-head" },
    element("span", { class: "amount" }, `KES ${payment.amount.toLocaleString("en-KE")}`), name,
    payment.push_answer === "accepted" ? null : element("span", { class: "pill fault" }, `push: ${payment.push_answer}`),
    payment.fault ? element("span", { class: "pill fault" }, `chaos: ${payment.fault.replaceAll("_", " ")}`) : null,
    element("time", { class: "at", datetime: payment.created_at }, exactTime(payment.created_at)));
}

function deliveries(payment) {
  const rows = payment.callbacks.map((callback) => {
    const went = callback.status === 200 ? "went-well" : callback.status || callback.problem ? "went-wrong" : "is-waiting";
    const outcome = callback.status ? `${callback.status} · ${callback.milliseconds} ms` : callback.problem ?? "on its way";
    return row(went, callback.kind === "callback" ? "Callback" : "Confirmation", callback.url, outcome);
  });
  if (payment.callback_due_at) rows.push(row("is-waiting", "Callback", payment.callback_url, "late", payment.callback_due_at));
  if (payment.state !== "pending" && payment.callback_done && rows.length === 0) {
    rows.push(row("went-wrong", "Callback", payment.callback_url, "lost on purpose"));
  }
  return rows.length ? element("div", { class: "deliveries" }, ...rows) : null;
}

const row = (went, kind, url, outcome, until) =>
  element("div", { class: `delivery ${went}` },
    element("span", { class: "kind" }, kind),
    element("span", { class: "url" }, ...url.split(/(?<=[^/:]\/)/).flatMap((part) => [part, element("wbr")])),
    element("span", { class: "outcome", "data-until": until, "data-text": until ? outcome : undefined }, outcome));

function pendingActions(payment) {
  const id = payment.checkout_request_id;
  const plan = payment.callback_plan;
  const end = (text, code) => button(text, `end-${code}`, () => onPrompt(id, "result", { result_code: code }));
  const toggle = (text, field, on, off) =>
    button(text, field, () => onPayment("PATCH", id, { callback: { [field]: plan[field] === off ? on() : off } }),
      plan[field] !== off);
  return element("div", { class: "actions" },
    fieldset("Ends with", payment, end("Wrong PIN", "2001"), end("No money", "1"), end("No answer", "1037")),
    fieldset("Callback is", payment,
      toggle("Lost", "lost", () => true, false),
      toggle("Doubled", "copies", () => 2, 1),
      late(payment, toggle("Late by", "delay_seconds", () => lateSeconds.get(id) ?? 30, 0))),
    fieldset("Or both", payment, button("Paid, and the callback lost", "paid-lost", async () => {
      await onPayment("PATCH", id, { callback: { lost: true } });
      await onPrompt(id, "result", { result_code: "0" });
    })));
}

function late(payment, toggleButton) {
  const id = payment.checkout_request_id;
  const input = element("input", {
    type: "number", min: 1, max: 3600, "aria-label": "Seconds that the callback is late", "data-key": "late-seconds",
    value: payment.callback_plan.delay_seconds || lateSeconds.get(id) || 30,
  });
  input.addEventListener("change", () => {
    const seconds = Math.max(1, Number(input.value) || 30);
    lateSeconds.set(id, seconds);
    if (payment.callback_plan.delay_seconds) attempt(() => onPayment("PATCH", id, { callback: { delay_seconds: seconds } }));
  });
  return element("span", { class: "late" }, toggleButton, input, element("span", {}, "s"));
}

function finishedActions(payment) {
  if (!payment.callback_done) return null;
  const words = payment.callbacks.some((callback) => callback.kind === "callback") ? "Send the callback again" : "Send the callback now";
  return element("div", { class: "actions" }, element("div", { class: "action-row" },
    button(words, "again", () => onPayment("POST", payment.checkout_request_id, {}, "/callback"))));
}

const fieldset = (legend, payment, ...children) =>
  element("fieldset", { class: "action-row" },
    element("legend", {}, legend, element("span", { class: "visually-hidden" }, `: payment ${payment.account_reference}`)),
    ...children);

const button = (text, key, action, pressed) =>
  element("button", { type: "button", "data-key": key, "aria-pressed": pressed, onclick: () => attempt(action) }, text);

async function attempt(action) {
  try {
    await action();
    complain("payment-complaint", null);
  } catch (error) {
    complain("payment-complaint", error);
  }
}

export function tick() {
  for (const counter of document.querySelectorAll("[data-until]")) {
    counter.textContent = `${counter.dataset.text} · ${Math.ceil(secondsUntil(counter.dataset.until))} s`;
  }
}
