// The response models of contract section 4: fields in order, their types, and
// the response formats that do without them (section 9).
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isBelow } from './versions.mjs';

const is = (accepts, description) => (value, at) => {
  assert.ok(accepts(value), `${at} is ${inspect(value)}, want ${description}`);
};
const text = is((v) => typeof v === 'string', 'a string');
const flag = is((v) => typeof v === 'boolean', 'a boolean');
const count = is((v) => Number.isInteger(v) && v >= 0, 'a count');
const id = is((v) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$/.test(v), 'an id');
const object = is((v) => v !== null && typeof v === 'object' && !Array.isArray(v), 'an object');
const country = is((v) => /^([a-z]{2}|--)$/.test(v), 'a lower-case country code or --');
const providerType = is((v) => ['email', 'sms', 'push'].includes(v), 'a provider type');
const secret = is((v) => v === '' || v.length >= 4, 'a secret');

export const momentPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;
const moment = is((v) => momentPattern.test(v) && !Number.isNaN(Date.parse(v)), 'a datetime');
const second = is((v) => momentPattern.test(v) && v.endsWith('.000+00:00'), 'a datetime in whole seconds');

const either = (blank, check) => (value, at, format) => value === blank || check(value, at, format);
const maybe = (check) => either('', check);
const orNull = (check) => either(null, check);
const listOf = (check) => (value, at, format) => {
  assert.ok(Array.isArray(value), `${at} is ${inspect(value)}, want a list`);
  value.forEach((item, i) => check(item, `${at}[${i}]`, format));
};
const a = (model) => (value, at, format) => checkModel(model, value, format, at);
const below = (removedBelow, check) => Object.assign((...args) => check(...args), { removedBelow });

const stamps = { $id: id, $createdAt: moment, $updatedAt: moment };

const device = {
  osCode: text, osName: text, osVersion: text,
  clientType: text, clientCode: text, clientName: text, clientVersion: text,
  clientEngine: text, clientEngineVersion: text,
  deviceName: text, deviceBrand: text, deviceModel: text,
  countryCode: country, countryName: text,
};

const list = (key, model) => ({ total: count, [key]: listOf(a(model)) });

const userBody = {
  registration: moment, status: flag, labels: listOf(text), passwordUpdate: maybe(moment),
  email: text, phone: text, emailVerification: flag,
  emailCanonical: orNull(text), emailIsFree: orNull(flag), emailIsDisposable: orNull(flag),
  emailIsCorporate: orNull(flag), emailIsCanonical: orNull(flag),
  phoneVerification: flag, mfa: below('1.5.0', flag), prefs: object,
  targets: below('1.5.0', listOf(a('target'))), accessedAt: maybe(moment),
  impersonator: below('1.9.0', orNull(flag)), impersonatorUserId: below('1.9.0', orNull(text)),
};

const models = {
  user: { ...stamps, name: text, password: orNull(text), hash: orNull(text), hashOptions: orNull(object), ...userBody },
  account: { ...stamps, name: text, ...userBody },
  session: {
    ...stamps,
    userId: id, expire: moment, provider: text, providerUid: text,
    providerAccessToken: text, providerAccessTokenExpiry: maybe(moment), providerRefreshToken: text,
    ip: text, ...device, current: flag,
    factors: below('1.5.0', listOf(text)), secret: below('1.5.0', secret), mfaUpdatedAt: maybe(moment),
  },
  token: {
    $id: id, $createdAt: moment, userId: id, secret, expire: moment, phrase: below('1.5.0', text),
  },
  jwt: { jwt: text },
  target: {
    ...stamps,
    name: text, userId: id, providerId: orNull(text),
    providerType,
    identifier: text, expired: flag,
  },
  team: { ...stamps, name: text, total: count, prefs: object },
  membership: {
    ...stamps,
    userId: maybe(id), userName: text, userEmail: text, userPhone: below('1.9.2', text),
    teamId: id, teamName: text, invited: maybe(moment), joined: maybe(moment),
    confirm: flag, mfa: below('1.5.0', flag), userAccessedAt: maybe(moment), roles: listOf(text),
  },
  project: {
    ...stamps,
    name: text, teamId: text, region: text, devKeys: listOf(object),
    smtpEnabled: flag, smtpSenderName: text, smtpSenderEmail: text, smtpReplyToName: text, smtpReplyToEmail: text,
    smtpHost: text, smtpPort: is((v) => v === '' || Number.isInteger(v), 'a port'), smtpUsername: text, smtpPassword: is((v) => v === '', 'nothing'), smtpSecure: text,
    pingCount: count, pingedAt: maybe(moment), labels: listOf(text), status: text, onboarding: object,
    authMethods: listOf(a('toggle')), services: listOf(a('toggle')), protocols: listOf(a('toggle')), blocks: listOf(object),
    consoleAccessedAt: maybe(moment), wafEnabled: flag,
  },
  healthStatus: { name: text, status: text, ping: count },
  oauth2Oidc: {
    $id: text, enabled: flag, clientId: text, clientSecret: is((v) => v === '', 'nothing'),
    wellKnownURL: text, authorizationURL: text, tokenURL: text, userInfoURL: text, prompt: listOf(text), maxAge: orNull(count),
  },
  toggle: { $id: text, enabled: flag },
  passwordStrength: { $id: text, min: count, uppercase: flag, lowercase: flag, number: flag, symbols: flag },
  provider: {
    ...stamps,
    name: text, provider: text, enabled: flag, type: providerType, credentials: object, options: object,
  },
  identity: {
    ...stamps,
    userId: id, provider: text, providerUid: text, providerEmail: text,
    providerAccessToken: text, providerAccessTokenExpiry: maybe(moment), providerRefreshToken: text,
  },
  log: {
    event: text, userId: text, userEmail: text, userName: text,
    mode: is((v) => ['default', 'admin'].includes(v), 'a mode'),
    userType: is((v) => ['user', 'admin', 'guest', 'hidden', 'keyProject', 'keyAccount', 'keyOrganization'].includes(v), 'a user type'),
    ip: text, time: second, ...device,
  },
  mfaFactors: { totp: flag, phone: flag, email: flag, recoveryCode: flag, custom: flag },
  mfaType: { secret: is((v) => /^[A-Z2-7]{103}$/.test(v), 'a base32 secret'), uri: is((v) => v.startsWith('otpauth://totp/'), 'a link for authenticator apps') },
  mfaChallenge: { $id: id, $createdAt: moment, userId: id, expire: moment },
  mfaRecoveryCodes: { recoveryCodes: listOf(is((v) => /^[0-9a-f]{10}$/.test(v), 'a recovery code')) },
  userList: list('users', 'user'),
  sessionList: list('sessions', 'session'),
  targetList: list('targets', 'target'),
  identityList: list('identities', 'identity'),
  teamList: list('teams', 'team'),
  membershipList: list('memberships', 'membership'),
  providerList: list('providers', 'provider'),
  logList: list('logs', 'log'),
};

// latest is the response format in which every field is present.
export const latest = '1.9.5';

// fieldsOf returns the field names of a model in a response format, in order.
export function fieldsOf(name, format = latest) {
  return Object.keys(models[name]).filter((field) => has(name, field, format));
}

function has(name, field, format) {
  const { removedBelow } = models[name][field];
  return !removedBelow || !isBelow(format, removedBelow);
}

// checkModel asserts that value has exactly the model's fields, in order and of
// the right types.
export function checkModel(name, value, format = latest, at = name) {
  if (name === 'preferences') return object(value, at);
  object(value, at);
  assert.deepEqual(Object.keys(value), fieldsOf(name, format), `fields of ${at}`);
  for (const field of fieldsOf(name, format)) models[name][field](value[field], `${at}.${field}`, format);
}

// defaultHash is what Roster makes of plain passwords (argon2id m=19456 t=2
// p=1); noHash is what a user without a password shows (contract section 3.2).
export const defaultHash = { type: 'argon2', memory_cost: 19456, time_cost: 2, threads: 1 };
export const defaultHashPrefix = '$argon2id$v=19$m=19456,t=2,p=1$';

export const noHash = { type: 'argon2', memory_cost: 65536, time_cost: 4, threads: 3 };

const blankUser = {
  name: '', password: null, hash: 'argon2', hashOptions: noHash, status: true, labels: [],
  passwordUpdate: '', email: '', phone: '', emailVerification: false,
  emailCanonical: null, emailIsFree: null, emailIsDisposable: null, emailIsCorporate: null, emailIsCanonical: null,
  phoneVerification: false, mfa: false, prefs: {}, targets: [], accessedAt: '',
  impersonator: false, impersonatorUserId: null,
};

// addressed returns the fields that an unremarkable company address fills.
export const addressed = (email) => ({
  email, emailCanonical: email, emailIsFree: false, emailIsDisposable: false, emailIsCorporate: true, emailIsCanonical: true,
});

// expectUser asserts every field of user: those in differences, and for the
// rest those of a user with nothing but an id. Times and generated ids are the
// user's own. Targets are given by what is not common to all of them.
export function expectUser(user, differences = {}, format = latest) {
  const targets = (differences.targets ?? []).map((target, i) => expectedTarget(user, target, user.targets?.[i]));
  const own = { $id: user.$id, $createdAt: user.$createdAt, $updatedAt: user.$updatedAt, registration: user.registration };
  const expected = { ...own, ...blankUser, ...differences, targets };
  for (const field of Object.keys(expected)) {
    if (!has('user', field, format)) delete expected[field];
  }
  assert.deepEqual(user, expected);
  assert.equal(JSON.stringify(user.hashOptions), JSON.stringify(expected.hashOptions), 'order of hashOptions');
}

function expectedTarget(user, target, got = {}) {
  const { $id, $createdAt, $updatedAt } = got;
  return { $id, $createdAt, $updatedAt, name: '', userId: user.$id, providerId: null, expired: false, ...target };
}
