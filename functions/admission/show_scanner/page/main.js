import { Refused, join } from './api.js';
import { startCamera } from './camera.js';
import { decide, sendWaiting, status, synchronize, understood } from './gate.js';
import { forgetAll, keepSession, readSession } from './store.js';
import { inThousands, language, say, showWords, speak, timeOfDay } from './words.js';

const SYNC_MS = 15_000;
const SAME_TICKET_MS = 4_000;
const ADMITTED_SHOWS_MS = 2_500;
const $ = (id) => document.getElementById(id);

let session;
let online = navigator.onLine;
let busy = false;
let last = { text: '', at: 0 };
let dismissal;

function show(id) {
  for (const name of ['join', 'name', 'scan']) $(name).hidden = name !== id;
  $('top').hidden = id !== 'scan';
  $('leave').hidden = id === 'join';
}

// --- Joining ---------------------------------------------------------------------------------------------------------

async function begin() {
  const invite = new URLSearchParams(location.hash.slice(1)).get('invite');
  history.replaceState(null, '', location.pathname + location.search);
  session = await readSession();
  if (invite && invite !== session?.invite) return joinWith(invite);
  return session ? enter() : askForInvite(say('join_hint'));
}

function askForInvite(words) {
  show('join');
  $('join-words').textContent = words;
}

async function joinWith(invite) {
  askForInvite(say('joining'));
  try {
    const joined = await join(invite, language);
    const same = session?.event.id === joined.event.id && session.staff_id === joined.staff_id;
    if (!same && !(await leaveNothing())) return enter();
    if (!same) await forgetAll();
    session = { ...(same ? session : { admitted: 0 }), ...joined, invite };
    await keepSession(session);
    enter();
  } catch (error) {
    askForInvite(error.message);
  }
}

/** Before this phone forgets: its scans are with the API, or whoever holds it says that they may be lost. */
async function leaveNothing() {
  try {
    if (session) showConflicts(await sendWaiting(session));
  } catch {
    // What could not be sent still waits, and is asked about.
  }
  const { waiting } = await status();
  return !waiting || confirm(say('leave_sure', { waiting }));
}

const isOver = (error) => error instanceof Refused && [401, 403].includes(error.status);

/** An event that was moved has given its staff more time: the same invitation opens a new session, once. */
async function inSession(work) {
  try {
    return await work();
  } catch (error) {
    if (!isOver(error)) throw error;
    const joined = await join(session.invite, language).catch((refusal) => {
      throw refusal instanceof Refused ? error : refusal;
    });
    Object.assign(session, joined);
    await keepSession(session);
    return work();
  }
}

function enter() {
  $('event-title').textContent = session.event.title;
  if (!session.gate) return show('name');
  $('gate-name').textContent = session.gate;
  show('scan');
  showStatus();
  keepInStep();
  return openCamera();
}

async function openCamera() {
  if ($('video').srcObject) return;
  $('camera-words').textContent = say('camera_ask');
  try {
    await startCamera($('video'), seen);
    $('camera-words').textContent = say('point');
  } catch (error) {
    $('camera-words').textContent = say(error.name === 'NotAllowedError' ? 'camera_ask' : 'camera_none');
  }
}

// --- Scanning --------------------------------------------------------------------------------------------------------

function seen(text) {
  const again = text === last.text && Date.now() - last.at < SAME_TICKET_MS;
  if ($('result').hidden && !busy && !again && !$('scan').hidden) check(text);
  else if (text === last.text && !$('result').hidden) last.at = Date.now();
}

async function check(text) {
  last = { text, at: Date.now() };
  const found = understood(text.trim());
  if (!found) return showResult({ outcome: text.length > 20 ? 'forged' : 'unreadable' });
  busy = true;
  try {
    const answer = await inSession(() => decide(session, found, language));
    setOnline(answer.online);
    if (answer.outcome === 'admitted') {
      session.admitted += 1;
      await keepSession(session);
    }
    showResult(answer);
  } catch (error) {
    if (isOver(error)) return sessionOver();
    showResult({ outcome: 'unreadable', message: error.message });
  } finally {
    busy = false;
    last.at = Date.now();
    showStatus();
  }
}

function showResult({ outcome, ticket, admitted_at, gate, message }) {
  const yes = outcome === 'admitted';
  const used = outcome === 'already_admitted';
  const where = used && !admitted_at ? 'already_admitted_somewhere' : outcome;
  $('result').className = `result ${yes ? 'yes' : 'no'}`;
  $('result-mark').textContent = yes ? '✓' : '✕';
  $('result-verdict').textContent = say(yes ? 'yes' : 'no');
  $('result-why').textContent = message && !used && !yes && outcome === 'unreadable'
    ? message
    : say(where, { gate: gate || '?', time: used && admitted_at ? timeOfDay(admitted_at) : '' });
  $('result-about').textContent = [ticket?.tier, ticket?.code].filter(Boolean).join('\u00a0· ');
  $('result').hidden = false;
  $('result').focus();
  tell(yes);
  clearTimeout(dismissal);
  if (yes) dismissal = setTimeout(dismiss, ADMITTED_SHOWS_MS);
}

function dismiss() {
  clearTimeout(dismissal);
  $('result').hidden = true;
  $('code').value = '';
}

let sound;
function tell(yes) {
  navigator.vibrate?.(yes ? 80 : [200, 100, 200, 100, 200]);
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.type = yes ? 'sine' : 'square';
    tone.frequency.value = yes ? 880 : 160;
    volume.gain.value = 0.2;
    tone.connect(volume).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + (yes ? 0.15 : 0.6));
  } catch {
    // A browser may refuse to make a sound before the page was touched; the screen says it all.
  }
}

// --- In step with the API --------------------------------------------------------------------------------------------

let stepping = false;
async function keepInStep() {
  if (stepping || !session?.gate || !$('join').hidden) return;
  stepping = true;
  try {
    showConflicts(await inSession(() => synchronize(session, showStatus)));
    setOnline(true);
  } catch (error) {
    if (isOver(error)) await sessionOver();
    else setOnline(false);
  } finally {
    stepping = false;
    showStatus();
  }
}

async function sessionOver() {
  $('video').srcObject?.getTracks().forEach((track) => track.stop());
  $('video').srcObject = null;
  askForInvite(say('session_over'));
}

function setOnline(is) {
  online = is;
  showStatus();
}

async function showStatus() {
  if (!session) return;
  const { tickets, waiting } = await status();
  const known = session.listed ? 'known' : online ? 'loading' : 'incomplete';
  const words = [say(online ? 'online' : 'offline'), say(known, { tickets: inThousands(tickets) })];
  if (waiting) words.push(say('waiting', { waiting }));
  $('net').classList.toggle('offline', !online);
  $('net-words').textContent = words.join(' · ');
  $('cancelled').hidden = !session.cancelled;
  $('count').textContent = say('counted', { admitted: session.admitted });
}

function showConflicts(conflicts) {
  if (!conflicts.length) return;
  $('conflict-list').replaceChildren(
    ...conflicts.map((each) => {
      const line = document.createElement('li');
      const values = {
        code: each.ticket?.code ?? each.code ?? '',
        gate: each.scanned_gate,
        time: timeOfDay(each.scanned_at),
        other: each.other_gate ?? '?',
        othertime: each.other_at ? timeOfDay(each.other_at) : '',
      };
      const twice = each.conflict_kind === 'admitted_twice';
      line.textContent = twice ? say('conflict', values) : say('conflict_ended', { ...values, why: say(each.conflict_kind) });
      return line;
    }),
  );
  $('conflicts').hidden = false;
}

// --- What is pressed -------------------------------------------------------------------------------------------------

$('join-form').addEventListener('submit', (event) => {
  event.preventDefault();
  joinWith($('invite').value.trim().replace(/^.*invite=/, ''));
});
$('name-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  session.gate = $('gate').value.replaceAll('#', '').trim();
  await keepSession(session);
  enter();
});
$('gate-name').addEventListener('click', () => {
  $('gate').value = session.gate;
  show('name');
});
$('code-form').addEventListener('submit', (event) => {
  event.preventDefault();
  $('code').blur();
  check($('code').value);
});
$('result').addEventListener('click', dismiss);
$('conflicts-seen').addEventListener('click', () => ($('conflicts').hidden = true));
$('leave').addEventListener('click', async () => {
  if (!(await leaveNothing())) return;
  await forgetAll();
  session = undefined;
  $('video').srcObject?.getTracks().forEach((track) => track.stop());
  $('video').srcObject = null;
  askForInvite(say('join_hint'));
});
for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    speak(button.dataset.language);
    showStatus();
    if (!$('scan').hidden) $('camera-words').textContent = say($('video').srcObject ? 'point' : 'camera_none');
  });
}
addEventListener('online', keepInStep);
addEventListener('offline', () => setOnline(false));
addEventListener('hashchange', begin);
// A hand-held scanner that is no camera may say what it has read.
addEventListener('scan', (event) => seen(event.detail));
setInterval(keepInStep, SYNC_MS);

showWords();
begin();
navigator.serviceWorker?.register('gate/worker.js', { scope: new URL('gate', document.baseURI).pathname });
