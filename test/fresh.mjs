// Values that no other run has used, so that the suite can share a server.
import { randomBytes, randomInt } from 'node:crypto';

const run = randomBytes(4).toString('hex');
let made = 0;

// word returns letters and digits that begin with prefix.
export const word = (prefix = 'w') => `${prefix}${run}${(made++).toString(36)}`;

// email returns an address at a domain that is neither free nor disposable.
export const email = (domain = 'suite.example') => `${word('mail')}@${domain}`;

// phone returns a German mobile number of 14 digits.
export const phone = () => `+4915${randomInt(1e9, 1e10)}`;
