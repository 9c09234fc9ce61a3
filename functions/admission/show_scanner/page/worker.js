// Keeps the page itself on the phone, all of one version; the API is never answered from here.
const VERSION = '%VERSION%';
const FILES = %FILES%;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

self.addEventListener('fetch', (event) => {
  const known = FILES.some((file) => new URL(file, self.location).pathname === new URL(event.request.url).pathname);
  if (event.request.method === 'GET' && known) {
    event.respondWith(caches.match(event.request, { ignoreSearch: true, ignoreVary: true }).then((kept) => kept ?? fetch(event.request)));
  }
});
