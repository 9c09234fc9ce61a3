// The signed token in a ticket's QR code: docs/tickets.md has its format, byte by byte.
const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SIGNATURE_BYTES = 64;
const FIXED_BYTES = 1 + 4 + 16 + 16 + 10 + 1 + 1;

function base45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const [low, middle, high] = [...text.slice(at, at + 3)].map((letter) => BASE45.indexOf(letter));
    if (low < 0 || middle === undefined || middle < 0 || high < 0) return null;
    const value = low + 45 * middle + 2025 * (high ?? 0);
    if (value > (high === undefined ? 0xff : 0xffff)) return null;
    if (high !== undefined) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** The bytes as a number, written with `length` of Crockford's letters. */
function crockford(bytes, length) {
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let text = '';
  for (let i = 0; i < length; i++, value >>= 5n) text = CROCKFORD[Number(value & 31n)] + text;
  return text;
}

/** What a token says, without asking whether its signature is good; null when it is none. */
export function readToken(text) {
  const bytes = base45(text);
  if (!bytes || bytes.length < FIXED_BYTES + SIGNATURE_BYTES || bytes[0] !== 1) return null;
  const tierEnd = FIXED_BYTES + bytes[FIXED_BYTES - 1];
  if (bytes.length !== tierEnd + SIGNATURE_BYTES) return null;
  return {
    keyId: [...bytes.subarray(1, 5)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    eventId: crockford(bytes.subarray(5, 21), 26),
    ticketId: `${crockford(bytes.subarray(21, 37), 26)}-${crockford(bytes.subarray(37, 47), 16)}-${bytes[47]}`,
    tier: new TextDecoder().decode(bytes.subarray(FIXED_BYTES, tierEnd)),
    signed: bytes.subarray(0, tierEnd),
    signature: bytes.subarray(tierEnd),
  };
}

/** Whether one of the published keys (a JWK set) has signed it. */
export async function isGenuine(token, jwks) {
  const key = jwks.keys.find((each) => each.kid === token.keyId && each.crv === 'Ed25519');
  if (!key) return false;
  try {
    const imported = await crypto.subtle.importKey('jwk', { kty: key.kty, crv: key.crv, x: key.x }, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', imported, token.signature, token.signed);
  } catch {
    // A browser without Ed25519 of its own.
    const { verifyAsync } = await import('./ed25519.js');
    const publicKey = Uint8Array.from(atob(key.x.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
    return verifyAsync(token.signature, token.signed, publicKey).catch(() => false);
  }
}

/** A code as somebody typed it, as the system writes it; null when it is none. */
export function readCode(text) {
  const code = text.toUpperCase().replace(/[\s\-\u2010-\u2013]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return code.length === 8 && [...code].every((letter) => CROCKFORD.includes(letter)) ? code : null;
}
