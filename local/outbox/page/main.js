const LINK = /(https?:\/\/[^\s]+)/;
const byId = (id) => document.getElementById(id);
let told = "";
let messages = [];

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function withLinks(text) {
  return text.split(LINK).map((part) => (LINK.test(part) ? element("a", { href: part, textContent: part }) : part));
}

function time(at) {
  const moment = new Date(at);
  return element("time", { dateTime: at, textContent: moment.toLocaleTimeString("en-GB", { timeZone: "Africa/Nairobi" }) });
}

function facts(message, ...more) {
  const said = [`to ${message.to}`, ...more].map((text) => element("span", { textContent: text }));
  return element("p", { className: "facts" }, element("strong", { textContent: message.from }), ...said, time(message.at));
}

function sms(message) {
  const parts = message.segments === 1 ? "1 SMS" : `${message.segments} SMS long`;
  return element("li", { className: "sms" }, facts(message, parts), element("p", {}, ...withLinks(message.text)));
}

function email(message) {
  const files = message.attachments.map((file) =>
    element("a", { href: file.url, target: "_blank", textContent: `${file.name} · ${Math.ceil(file.size / 1024)} KB` }));
  files.push(element("a", { href: message.html_url, target: "_blank", textContent: "As HTML" }));
  return element("li", { className: "email" },
    element("header", {}, facts(message), element("h3", { textContent: message.subject })),
    element("p", { className: "body" }, ...withLinks(message.text)),
    element("div", { className: "files" }, ...files));
}

function list(name, messages, make) {
  byId(name).replaceChildren(...messages.map(make));
  byId(`${name}-count`).textContent = messages.length || "";
  byId(`${name}-empty`).hidden = messages.length > 0;
}

function offer(addresses) {
  const select = byId("to");
  const offered = new Set([...select.options].map((option) => option.value));
  for (const address of addresses.filter((each) => !offered.has(each))) {
    select.append(element("option", { value: address, textContent: address }));
  }
}

function show() {
  offer([...new Set(messages.map((message) => message.to))]);
  const to = byId("to").value;
  const wanted = messages.filter((message) => !to || message.to === to).reverse();
  list("sms", wanted.filter((message) => message.channel === "sms"), sms);
  list("email", wanted.filter((message) => message.channel === "email"), email);
}

async function refresh() {
  try {
    const answer = await fetch("/messages");
    const text = await answer.text();
    if (text !== told) {
      told = text;
      messages = JSON.parse(text).messages;
      show();
    }
    byId("connection").className = "connection is-live";
    byId("connection-text").textContent = "Live";
  } catch {
    byId("connection").className = "connection is-lost";
    byId("connection-text").textContent = "Not connected";
  }
}

byId("to").addEventListener("change", show);
setInterval(refresh, 1000);
refresh();
