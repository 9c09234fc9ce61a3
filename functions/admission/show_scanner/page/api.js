// The API of the gate. Every call ends within seconds: a gate does not wait for a network that hangs.
const SECONDS = 4;
const LONG_SECONDS = 30;

/** The API answered, and said no: `status` and its words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, { body, token, language, seconds = SECONDS } = {}) {
  const answer = await fetch(new URL(path, document.baseURI), {
    method,
    headers: {
      ...(body ? { 'Content-Type': 'application/json' } : {}),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      'Accept-Language': language ?? 'en',
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(seconds * 1000),
    cache: 'no-store',
  });
  const content = await answer.json();
  if (answer.ok) return content;
  if (answer.status >= 500 || answer.status === 429) throw new Error(content.message);
  throw new Refused(answer.status, content.message);
}

export function join(invite, language) {
  return call('POST', 'gate/sessions', { body: { invite }, language, seconds: LONG_SECONDS });
}

export function checkIn(session, scan, language) {
  return call('POST', `events/${session.event.id}/check-ins`, { body: scan, token: session.access_token, language });
}

export function manifest(session, cursor) {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
  return call('GET', `events/${session.event.id}/manifest${query}`, { token: session.access_token, seconds: LONG_SECONDS });
}

export function sendScans(session, scans) {
  const path = `events/${session.event.id}/check-ins/batch`;
  return call('POST', path, { body: { scans, sent_at: new Date().toISOString() }, token: session.access_token, seconds: LONG_SECONDS });
}
