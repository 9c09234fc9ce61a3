// The decision about a ticket: the API's when it answers in time, this phone's own when it does not.
import { Refused, checkIn, manifest, sendScans } from './api.js';
import { admitHere, countTickets, forgetScans, keepSession, keepTickets, noteTicket, waitingScans } from './store.js';
import { isGenuine, readCode, readToken } from './token.js';

const BATCH = 100;

/** `found` is `{token}` or `{code}`; the answer is `{outcome, ticket, admitted_at, gate, online}`. */
export async function decide(session, found, language) {
  const scan = { ...found, gate: session.gate, scan_id: crypto.randomUUID(), scanned_at: new Date().toISOString() };
  try {
    const answer = await checkIn(session, scan, language);
    if (answer.outcome === 'event_cancelled') await callOff(session);
    if (answer.ticket && answer.admitted_at) await noteTicket(answer.ticket, answer.admitted_at, answer.gate);
    return { ...answer, online: true };
  } catch (error) {
    if (error instanceof Refused) throw error;
    return { ...(await decideHere(session, found, scan)), online: false };
  }
}

async function decideHere(session, { token, code }, scan) {
  if (!session.listed) return { outcome: 'not_loaded', ticket: null };
  if (code && session.cancelled) return { outcome: 'event_cancelled', ticket: null };
  if (code) return admitHere({ code }, scan);
  const read = readToken(token);
  if (!read || !(await isGenuine(read, session.keys))) return { outcome: 'forged', ticket: null };
  if (read.eventId !== session.event.id) return { outcome: 'wrong_event', ticket: null };
  if (session.cancelled) return { outcome: 'event_cancelled', ticket: { id: read.ticketId, tier: read.tier } };
  return admitHere({ ticket: { id: read.ticketId, tier: read.tier } }, scan);
}

/** The whole event is over for this phone, for good: whatever its list says of a ticket. */
function callOff(session) {
  session.cancelled = true;
  return keepSession(session);
}

/** What the camera or the keyboard gave: a token, or a code; null when it can be neither. */
export function understood(text) {
  const code = readCode(text);
  return code ? { code } : text.length > 60 ? { token: text } : null;
}

/**
 * Sends what waits, then fetches what changed, and calls `progress` after each page of it. The conflicts that came out,
 * or an exception when there is no network.
 *
 * `session.listed` says that the whole list has been through: before, a ticket of a page that is yet to come, used or
 * refunded long ago, would look as if it was sold a moment ago.
 */
export async function synchronize(session, progress) {
  const conflicts = await sendWaiting(session);
  let more = true;
  while (more) {
    const page = await manifest(session, session.cursor);
    await keepTickets(page.tickets);
    more = page.more;
    Object.assign(session, { keys: page.keys, cursor: page.cursor, listed: session.listed || !more });
    session.cancelled ||= page.event_cancelled;
    await keepSession(session);
    progress();
  }
  return conflicts;
}

/** The conflicts that came out. */
export async function sendWaiting(session) {
  const conflicts = [];
  for (let scans = await waitingScans(); scans.length; scans = await waitingScans()) {
    const batch = scans.slice(0, BATCH);
    const sent = batch.map(({ scan_id, token, code, gate, scanned_at, admitted }) => ({
      scan_id,
      gate,
      scanned_at,
      outcome: admitted ? 'admitted' : 'already_admitted',
      ...(token ? { token } : { code }),
    }));
    const { results } = await sendScans(session, sent);
    const known = new Map(batch.map((scan) => [scan.scan_id, scan]));
    for (const result of results) if (result.conflict) conflicts.push({ ...known.get(result.scan_id), ...result });
    if (!results.length) return conflicts;
    await forgetScans(results.map((result) => result.scan_id));
  }
  return conflicts;
}

export async function status() {
  const [tickets, scans] = await Promise.all([countTickets(), waitingScans()]);
  return { tickets, waiting: scans.length };
}
