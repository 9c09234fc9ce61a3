import { onPrompt } from "./api.js";
import { byId, complain, element } from "./dom.js";
import { clockDate, clockTime, secondsUntil } from "./time.js";

const SECONDS_THAT_ARE_FEW = 10;
let shownPrompt = null;
let shownMessages = null;

export const local = (number) => `0${number.slice(3, 6)} ${number.slice(6, 9)} ${number.slice(9)}`;

/** `phone` is undefined for a number that never got anything. */
export function showPhone(number, phone) {
  byId("own-number").textContent = number ? local(number) : "No number chosen";
  showMessages(number, phone?.messages ?? []);
  showPrompt(phone?.prompt ?? null);
}

function showMessages(number, messages) {
  const key = JSON.stringify([number, messages]);
  if (key === shownMessages?.key) return;
  const isSamePhone = shownMessages?.number === number;
  const arrived = isSamePhone ? messages.length - shownMessages.count : 0;
  shownMessages = { key, number, count: messages.length };
  const cards = messages.map((message, index) =>
    element("article", { class: index < arrived ? "message is-new" : "message" },
      element("header", {}, message.sender, element("time", { datetime: message.at }, clockTime(Date.parse(message.at)))),
      message.text));
  const quiet = element("p", { class: "quiet" }, "No messages. When a payment is asked of this number, its prompt shows here.");
  byId("messages").replaceChildren(...(cards.length ? cards : [quiet]));
}

function showPrompt(prompt) {
  if (prompt?.checkout_request_id === shownPrompt?.checkout_request_id) return;
  const hadFocus = byId("stk").contains(document.activeElement);
  shownPrompt = prompt;
  byId("stk").hidden = byId("shade").hidden = !prompt;
  byId("phone").classList.toggle("is-lit", Boolean(prompt));
  byId("pin").value = "";
  setBusy(false);
  complain("number-complaint", null);
  if (!prompt) {
    if (hadFocus) byId("messages").focus();
    return;
  }
  byId("stk-text").textContent = prompt.text;
  byId("announcement").textContent = `M-PESA asks: ${prompt.text} Enter M-PESA PIN.`;
  if (document.activeElement === document.body || hadFocus) byId("pin").focus({ preventScroll: true });
  tick();
}

export function tick() {
  byId("status-time").textContent = byId("clock-time").textContent = clockTime();
  byId("clock-date").textContent = clockDate();
  if (!shownPrompt) return;
  const left = secondsUntil(shownPrompt.expires_at);
  const whole = (Date.parse(shownPrompt.expires_at) - Date.parse(shownPrompt.created_at)) / 1000;
  byId("stk-seconds").textContent = `${Math.ceil(left)} s`;
  byId("stk-life").style.transform = `scaleX(${Math.min(1, left / whole)})`;
  byId("stk").classList.toggle("is-ending", left <= SECONDS_THAT_ARE_FEW);
}

function setBusy(busy) {
  byId("stk-send").disabled = byId("stk-cancel").disabled = busy;
  byId("stk-send").textContent = busy ? "Sending…" : "Send";
}

async function answer(action, body) {
  setBusy(true);
  try {
    await onPrompt(shownPrompt.checkout_request_id, action, body);
  } catch (error) {
    setBusy(false);
    complain("number-complaint", error);
  }
}

export function listen() {
  byId("stk").addEventListener("submit", (event) => {
    event.preventDefault();
    answer("pin", { pin: byId("pin").value });
  });
  byId("stk-cancel").addEventListener("click", () => answer("cancel"));
  byId("stk").addEventListener("keydown", (event) => {
    if (event.key === "Escape") answer("cancel");
  });
  byId("pin").addEventListener("input", (event) => {
    event.target.value = event.target.value.replace(/\D/g, "").slice(0, 4);
  });
}
