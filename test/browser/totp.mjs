// The codes that an authenticator app shows (RFC 6238: SHA-1, 30 seconds, six
// digits).
import { createHmac } from 'node:crypto';

// code is the one of now, or of so many steps later.
export function code(secret, later = 0) {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac('sha1', unbase32(secret)).update(step).digest();
  const place = digest.at(-1) & 0xf;
  return String((digest.readUInt32BE(place) & 0x7fffffff) % 1e6).padStart(6, '0');
}

// wrong is a code that differs from the right one by its last digit.
export const wrong = (right) => right.slice(0, -1) + ((Number(right.at(-1)) + 1) % 10);

function unbase32(text) {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
