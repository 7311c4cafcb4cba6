// Keeps one build of the page in the browser, so that it opens without a network. script/offline.mjs writes above this:
// BUILD, a name made from all files; FILES and LATER, the paths of the build's files with the hash of each, those of LATER
// being kept only once the page has asked for them. A file that does not have its hash belongs to another build and is never
// given out, so builds do not mix. Nothing but these files is looked at: no call to a model, no other host.

/** This folder's caches, whatever else lies on its host. */
const PREFIX = `promptbeam ${self.registration.scope} `;
const CACHE = PREFIX + BUILD;
const PAGE = 'index.html';

self.addEventListener('install', (event) => event.waitUntil(keepAll()));
self.addEventListener('activate', (event) => event.waitUntil(dropOthers()));

self.addEventListener('fetch', (event) => {
  const path = pathOf(event.request);
  if (path !== undefined) event.respondWith(answer(path));
});

// "take over" comes from a page that would rather not wait until it was closed. Another tab may still need a file of its own
// build, so with one open the answer is no.
self.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(takeOver(event.source, event.ports[0]));
});

/** The build's file that a request is for; undefined for everything else, which the browser does as if this were not here. */
function pathOf({ method, url }) {
  const { scope } = self.registration;
  if (method !== 'GET' || !url.startsWith(scope)) return undefined;
  const path = url.slice(scope.length).split(/[?#]/, 1)[0] || PAGE;
  return path in FILES || path in LATER ? path : undefined;
}

async function keepAll() {
  const cache = await caches.open(CACHE);
  await Promise.all(Object.keys(FILES).map(async (path) => cache.put(path, await fetched(path))));
}

async function answer(path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetched(path);
  // A full disk keeps nobody from what was fetched.
  cache.put(path, response.clone()).catch(() => undefined);
  return response;
}

/** The file as the host has it; rejected if that is not this build's. */
async function fetched(path) {
  // A folder's page is asked for by the folder's name, which every host knows.
  const url = new URL(path === PAGE ? './' : path, self.registration.scope);
  const response = await fetch(url, { integrity: FILES[path] ?? LATER[path], cache: 'no-cache', credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  // A page may not be opened with an answer that was redirected, as some hosts do with names that end in .html.
  return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

async function takeOver(asking, port) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const others = pages.filter(({ id, url }) => id !== asking.id && url.startsWith(self.registration.scope));
  port.postMessage(others.length);
  if (others.length === 0) await self.skipWaiting();
}
