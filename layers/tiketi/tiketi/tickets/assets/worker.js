// Keeps each ticket that was opened on this phone, and shows it as it was when there is no network, or no answer of ours.
const KEPT = "tickets-1";
const SECONDS = 4;

const page = (url) => new URL(url).origin + new URL(url).pathname;

const keep = async (url, answer) => {
  if (answer.ok) await (await caches.open(KEPT)).put(page(url), answer.clone());
  return answer;
};

const kept = async (url) => (await caches.open(KEPT)).match(page(url));

const fresh = async (request) => keep(request.url, await fetch(request));

const busy = ({ status }) => status === 429 || status >= 500;

const late = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const show = async (request) => {
  const answer = fresh(request);
  answer.catch(() => {});
  const before = await kept(request.url);
  if (!before) return answer;
  const asked = answer.then((now) => (busy(now) ? before : now));
  return Promise.race([asked, late(SECONDS).then(() => before)]).catch(() => before);
};

const keepWhatIsOpen = async () => {
  await self.clients.claim();
  const open = await self.clients.matchAll({ type: "window" });
  await Promise.all(open.map(async ({ url }) => keep(url, await fetch(url))));
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(keepWhatIsOpen()));
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && /\/t\/[^/]+$/.test(new URL(event.request.url).pathname)) {
    event.respondWith(show(event.request));
  }
});
