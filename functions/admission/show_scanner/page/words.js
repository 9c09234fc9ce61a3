// What the page says. The reasons are those of the API's outcomes.
const ENGLISH = {
  join_title: 'Join a gate',
  join_hint: 'Open the link of your invitation on this phone, or paste it here.',
  joining: 'Joining…',
  invite_label: 'Invitation',
  join: 'Join',
  which_gate: 'Which gate is this?',
  gate_label: 'A name that the organizer knows, such as “North”',
  start: 'Start scanning',
  code_label: 'No QR code? Type the code under it',
  check: 'Check',
  seen: 'I have seen this',
  leave: 'Leave this event',
  leave_sure: 'Leave this event? Scans that were not sent yet would be lost: {waiting}.',
  tap_for_next: 'Tap for the next ticket',
  camera_ask: 'Allow the camera, or type the code.',
  camera_none: 'There is no camera here. Type the code.',
  point: 'Hold the QR code in the frame',
  online: 'Online',
  offline: 'Offline',
  known: '{tickets} tickets known',
  loading: 'loading the list: {tickets} tickets',
  incomplete: 'the ticket list is not complete',
  waiting: '{waiting} scans to send',
  counted: 'Admitted on this phone: {admitted}',
  not_loaded: 'The ticket list is not on this phone yet. Find a network for a moment.',
  session_over: 'You may no longer scan this event. Ask the organizer for a new invitation.',
  event_is_cancelled: 'The event is cancelled: let nobody in.',
  conflicts_title: 'Let in without network, and should not have been',
  conflict: '{code} twice: {gate} {time}, {other} {othertime}',
  conflict_ended: '{code}: {gate} {time}. {why}',
  yes: 'ADMIT',
  no: 'STOP',
  admitted: 'Welcome in',
  already_admitted: 'Already used at {gate}, {time}',
  already_admitted_somewhere: 'Already used',
  wrong_event: 'For another event',
  event_cancelled: 'The event is cancelled',
  refunded: 'The money was given back',
  void: 'This ticket was cancelled',
  transferred: 'Given to somebody else: ask for the new ticket',
  unknown: 'There is no such ticket',
  unreadable: 'That is not a code: it has 8 letters and digits',
  forged: 'Not one of our tickets',
};
const SWAHILI = {
  join_title: 'Jiunge na lango',
  join_hint: 'Fungua kiungo cha mwaliko wako kwenye simu hii, au ukibandike hapa.',
  joining: 'Unaunganishwa…',
  invite_label: 'Mwaliko',
  join: 'Jiunge',
  which_gate: 'Hili ni lango gani?',
  gate_label: 'Jina ambalo mwandaaji analijua, kama “Kaskazini”',
  start: 'Anza kukagua',
  code_label: 'Hakuna QR? Andika msimbo ulio chini yake',
  check: 'Kagua',
  seen: 'Nimeona',
  leave: 'Ondoka kwenye tukio hili',
  leave_sure: 'Uondoke kwenye tukio hili? Ukaguzi ambao haujatumwa utapotea: {waiting}.',
  tap_for_next: 'Gusa kwa tiketi inayofuata',
  camera_ask: 'Ruhusu kamera, au andika msimbo.',
  camera_none: 'Hakuna kamera hapa. Andika msimbo.',
  point: 'Weka QR ndani ya fremu',
  online: 'Mtandaoni',
  offline: 'Bila mtandao',
  known: 'tiketi {tickets} zinajulikana',
  loading: 'orodha inapakiwa: tiketi {tickets}',
  incomplete: 'orodha ya tiketi haijakamilika',
  waiting: 'ukaguzi {waiting} wa kutuma',
  counted: 'Walioingia kwa simu hii: {admitted}',
  not_loaded: 'Orodha ya tiketi haiko kwenye simu hii bado. Tafuta mtandao kwa muda mfupi.',
  session_over: 'Huwezi tena kukagua tukio hili. Mwombe mwandaaji mwaliko mpya.',
  event_is_cancelled: 'Tukio limeghairiwa: usimruhusu mtu yeyote kuingia.',
  conflicts_title: 'Waliruhusiwa bila mtandao, lakini hawakupaswa',
  conflict_ended: '{code}: {gate} {time}. {why}',
  conflict: '{code} mara mbili: {gate} {time}, {other} {othertime}',
  yes: 'RUHUSU',
  no: 'ZUIA',
  admitted: 'Karibu',
  already_admitted: 'Imetumika tayari: {gate}, {time}',
  already_admitted_somewhere: 'Imetumika tayari',
  wrong_event: 'Ni ya tukio lingine',
  event_cancelled: 'Tukio limeghairiwa',
  refunded: 'Pesa zilirudishwa',
  void: 'Tiketi hii ilifutwa',
  transferred: 'Amepewa mtu mwingine: omba tiketi mpya',
  unknown: 'Hakuna tiketi kama hiyo',
  unreadable: 'Huo si msimbo: una herufi na tarakimu 8',
  forged: 'Si tiketi yetu',
};
const KEPT = 'language';

export let language = localStorage.getItem(KEPT) ?? (navigator.language.startsWith('sw') ? 'sw' : 'en');

export function say(name, values = {}) {
  const words = (language === 'sw' ? SWAHILI : ENGLISH)[name];
  return words.replace(/{(\w+)}/g, (_, key) => values[key] ?? '');
}

export function speak(chosen) {
  language = chosen;
  localStorage.setItem(KEPT, chosen);
  showWords();
}

export function showWords() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-words]')) element.textContent = say(element.dataset.words);
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === language));
  }
}

export function inThousands(number) {
  return new Intl.NumberFormat('en-KE').format(number);
}

export function timeOfDay(moment) {
  return new Intl.DateTimeFormat('en-KE', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Africa/Nairobi' })
    .format(new Date(moment));
}
