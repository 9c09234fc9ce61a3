// What this phone keeps: the session, the tickets of the event, and every scan until the API has it.
const STORES = ['session', 'tickets', 'scans'];

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open() {
  const request = indexedDB.open('gate', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('session');
    request.result.createObjectStore('tickets', { keyPath: 'id' }).createIndex('code', 'code');
    request.result.createObjectStore('scans', { keyPath: 'scan_id' });
  };
  return promised(request);
}

const database = open();

/** Runs `work` in one transaction: all of what it writes, or nothing, and nobody else in between. */
async function transaction(names, mode, work) {
  const running = (await database).transaction(names, mode);
  const done = new Promise((resolve, reject) => {
    running.oncomplete = () => resolve();
    running.onabort = () => reject(running.error);
  });
  const answer = await work(...names.map((name) => running.objectStore(name)));
  await done;
  return answer;
}

export function readSession() {
  return transaction(['session'], 'readonly', (session) => promised(session.get('session')));
}

export function keepSession(value) {
  return transaction(['session'], 'readwrite', (session) => promised(session.put(value, 'session')));
}

export function forgetAll() {
  return transaction(STORES, 'readwrite', (...stores) => Promise.all(stores.map((store) => promised(store.clear()))));
}

export function countTickets() {
  return transaction(['tickets'], 'readonly', (tickets) => promised(tickets.count()));
}

/** Takes a page of the manifest in. An admission on this phone that the API has not heard of is not overwritten. */
export function keepTickets(rows) {
  return transaction(['tickets', 'scans'], 'readwrite', async (tickets, scans) => {
    const waiting = await promised(scans.getAll());
    const own = new Map(waiting.filter((scan) => scan.admitted).map((scan) => [scan.ticket_id, scan]));
    for (const [id, code, tier, state, admitted_at, gate] of rows) {
      const scan = admitted_at ? undefined : own.get(id);
      tickets.put({ id, code, tier, state, admitted_at: admitted_at ?? scan?.scanned_at, gate: gate ?? scan?.gate });
    }
  });
}

/** What an answer of the API says of a ticket, so that it holds without a network as well. */
export function noteTicket(ticket, admitted_at, gate) {
  return transaction(['tickets'], 'readwrite', async (tickets) => {
    const known = await promised(tickets.get(ticket.id));
    tickets.put({ state: 'valid', ...known, ...ticket, admitted_at, gate });
  });
}

/**
 * Decides about a ticket without the API, and keeps the scan, in one transaction: of two scans at the same moment
 * one finds the other's. `find` is the ticket of a genuine token, or a code.
 */
export function admitHere({ ticket, code }, scan) {
  return transaction(['tickets', 'scans'], 'readwrite', async (tickets, scans) => {
    const known = await promised(ticket ? tickets.get(ticket.id) : tickets.index('code').get(code));
    const found = known ?? ticket;
    if (!found) return { outcome: 'unknown', ticket: null };
    if (found.state && found.state !== 'valid') return { outcome: found.state, ticket: found };
    const { admitted_at, gate } = found;
    const again = Boolean(admitted_at);
    scans.put({ ...scan, ticket_id: found.id, code: found.code ?? code, admitted: !again });
    if (again) return { outcome: 'already_admitted', ticket: found, admitted_at, gate };
    tickets.put({ state: 'valid', ...found, admitted_at: scan.scanned_at, gate: scan.gate });
    return { outcome: 'admitted', ticket: found, admitted_at: scan.scanned_at, gate: scan.gate };
  });
}

export function waitingScans() {
  return transaction(['scans'], 'readonly', (scans) => promised(scans.getAll()));
}

export function forgetScans(ids) {
  return transaction(['scans'], 'readwrite', (scans) => Promise.all(ids.map((id) => promised(scans.delete(id)))));
}
