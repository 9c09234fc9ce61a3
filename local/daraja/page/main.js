import { ask } from "./api.js";
import { byId, complain, element } from "./dom.js";
import * as handset from "./handset.js";
import * as payments from "./payments.js";
import { setServerTime } from "./time.js";

let state = null;
let chosen = international(new URLSearchParams(location.search).get("phone") ?? "");
let isChosenByHand = chosen !== "";
let promptsSeen = new Set();

/** A number of the address line, in any Kenyan form, as the simulator names phones: 2547… or 2541…. */
function international(number) {
  const digits = number.replace(/\D/g, "");
  return digits && `254${digits.slice(-9)}`;
}

function show(fresh) {
  state = fresh;
  byId("right-pin").textContent = state.pin;
  followARingingPhone();
  showNumbers();
  handset.showPhone(chosen, state.phones.find((phone) => phone.phone_number === chosen));
  payments.showPayments(state.payments, state.payment_count);
  tick();
}

/** A new prompt takes the screen, unless the person chose a phone by hand or is looking at another prompt. */
function followARingingPhone() {
  const current = state.phones.find((phone) => phone.phone_number === chosen);
  const ringing = state.phones.filter((phone) => phone.prompt);
  const fresh = ringing.find((phone) => !promptsSeen.has(phone.prompt.checkout_request_id));
  promptsSeen = new Set(ringing.map((phone) => phone.prompt.checkout_request_id));
  if (!chosen) chosen = (ringing[0] ?? state.phones[0])?.phone_number ?? "";
  else if (fresh && !isChosenByHand && !current?.prompt) chosen = fresh.phone_number;
}

function showNumbers() {
  const numbers = state.phones.map((phone) => phone.phone_number);
  if (chosen && !numbers.includes(chosen)) numbers.unshift(chosen);
  const select = byId("known-number");
  const key = numbers.join() + chosen;
  if (select.dataset.shown !== key) {
    select.dataset.shown = key;
    const options = numbers.map((number) => element("option", { value: number }, handset.local(number)));
    select.replaceChildren(...(options.length ? options : [element("option", { value: "" }, "No phone yet")]));
    select.value = chosen;
  }
  const ringing = state.phones.filter((phone) => phone.prompt && phone.phone_number !== chosen);
  const place = byId("ringing");
  const ringingKey = ringing.map((phone) => phone.phone_number).join();
  if (place.dataset.shown === ringingKey) return;
  place.dataset.shown = ringingKey;
  place.replaceChildren(...ringing.slice(0, 3).map((phone) => element("button", {
    type: "button", onclick: () => choose(phone.phone_number),
  }, `${handset.local(phone.phone_number)} is asked to pay`)));
  if (ringing.length > 3) place.append(element("span", {}, `and ${ringing.length - 3} more`));
}

function choose(number) {
  chosen = number;
  isChosenByHand = true;
  show(state);
}

async function chooseTyped(event) {
  event.preventDefault();
  const typed = byId("other-number").value.trim();
  if (!typed) return;
  try {
    const phone = await ask("GET", `/simulator/phones/${encodeURIComponent(typed)}`);
    byId("other-number").value = "";
    complain("number-complaint", null);
    choose(phone.phone_number);
  } catch (error) {
    complain("number-complaint", error);
  }
}

function connection(kind, text) {
  byId("connection").className = `connection ${kind}`;
  byId("connection-text").textContent = text;
}

function follow() {
  const source = new EventSource("/simulator/events");
  source.addEventListener("open", () => connection("is-live", "Live"));
  source.addEventListener("state", (event) => {
    const fresh = JSON.parse(event.data);
    setServerTime(fresh.now);
    show(fresh);
  });
  source.addEventListener("error", () => connection("is-lost", "Not connected"));
}

function tick() {
  handset.tick();
  payments.tick();
}

byId("known-number").addEventListener("change", (event) => choose(event.target.value));
byId("other-number-form").addEventListener("submit", chooseTyped);
handset.listen();
setInterval(tick, 250);
tick();
follow();
