// The SDK majors under test, each described once, and what they ship.

// versions: styles are the ways a major's methods take arguments; format is
// the X-Appwrite-Response-Format it sends; queries the syntax of its Query;
// unique what its ID.unique() gives: an id, or the literal "unique()" that asks
// the server for one.
export const versions = [
  { major: 9, styles: ['positional'], format: '1.0.0', queries: 'legacy', unique: 'literal' },
  { major: 14, styles: ['positional'], format: '1.6.0', queries: 'json', unique: 'id' },
  { major: 17, styles: ['positional'], format: '1.7.0', queries: 'json', unique: 'id' },
  { major: 20, styles: ['positional', 'object'], format: '1.8.0', queries: 'json', unique: 'id' },
  { major: 26, styles: ['positional', 'object'], format: '1.9.5', queries: 'json', unique: 'id' },
  { major: 27, styles: ['positional', 'object'], format: '1.9.5', queries: 'json', unique: 'id' },
];

export const newest = versions.at(-1);

// load returns a major's module, however it exports.
export async function load({ major }) {
  const module = await import(`node-appwrite-${major}`);
  return module.Users ? module : module.default;
}

// method describes one method of the users service: the first tested major
// that has it, the status and model of its success, and its parameters in
// positional order, where name@20 means from major 20 on. A method that only
// ever fails here, because other services make its rows, names that error.
const method = (since, status, model, parameters, fails) => ({
  since, status, model, fails,
  parameters: parameters.split(' ').map((word) => {
    const [name, from = since] = word.split('@');
    return { name, since: Number(from) };
  }),
});

const factors = method(14, 200, 'mfaFactors', 'userId');
const mfa = method(14, 200, 'user', 'userId mfa');
const codes = method(14, 200, 'mfaRecoveryCodes', 'userId');
const newCodes = method(14, 201, 'mfaRecoveryCodes', 'userId');
const authenticator = method(14, 204, undefined, 'userId type', 'user_authenticator_not_found');
const from20 = (described) => ({ ...described, since: 20 });

// service lists the methods of the users service (contract section 3.0).
export const service = {
  list: method(9, 200, 'userList', 'queries search total@20'),
  create: method(9, 201, 'user', 'userId email phone password name'),
  createArgon2User: method(9, 201, 'user', 'userId email password name'),
  createBcryptUser: method(9, 201, 'user', 'userId email password name'),
  createMD5User: method(9, 201, 'user', 'userId email password name'),
  createPHPassUser: method(9, 201, 'user', 'userId email password name'),
  createScryptUser: method(9, 201, 'user', 'userId email password passwordSalt passwordCpu passwordMemory passwordParallel passwordLength name'),
  createScryptModifiedUser: method(9, 201, 'user', 'userId email password passwordSalt passwordSaltSeparator passwordSignerKey name'),
  createSHAUser: method(9, 201, 'user', 'userId email password passwordVersion name'),
  get: method(9, 200, 'user', 'userId'),
  delete: method(9, 204, undefined, 'userId'),
  updateEmail: method(9, 200, 'user', 'userId email'),
  updateEmailVerification: method(9, 200, 'user', 'userId emailVerification'),
  updateImpersonator: method(26, 200, 'user', 'userId impersonator'),
  updateLabels: method(14, 200, 'user', 'userId labels'),
  updateName: method(9, 200, 'user', 'userId name'),
  updatePassword: method(9, 200, 'user', 'userId password'),
  updatePhone: method(9, 200, 'user', 'userId number'),
  updatePhoneVerification: method(9, 200, 'user', 'userId phoneVerification'),
  updateStatus: method(9, 200, 'user', 'userId status'),
  getPrefs: method(9, 200, 'preferences', 'userId'),
  updatePrefs: method(9, 200, 'preferences', 'userId prefs'),
  createJWT: method(14, 201, 'jwt', 'userId sessionId duration'),
  createSession: method(14, 201, 'session', 'userId'),
  createToken: method(14, 201, 'token', 'userId length expire'),
  listSessions: method(9, 200, 'sessionList', 'userId total@20'),
  deleteSession: method(9, 204, undefined, 'userId sessionId'),
  deleteSessions: method(9, 204, undefined, 'userId'),
  listLogs: method(9, 200, 'logList', 'userId queries total@20'),
  listMemberships: method(9, 200, 'membershipList', 'userId queries@17 search@17 total@20'),
  listIdentities: method(14, 200, 'identityList', 'queries search total@20'),
  deleteIdentity: method(14, 204, undefined, 'identityId', 'user_identity_not_found'),
  listTargets: method(14, 200, 'targetList', 'userId queries total@20'),
  createTarget: method(14, 201, 'target', 'userId targetId providerType identifier providerId name'),
  getTarget: method(14, 200, 'target', 'userId targetId'),
  updateTarget: method(14, 200, 'target', 'userId targetId identifier providerId name'),
  deleteTarget: method(14, 204, undefined, 'userId targetId'),
  updateMfa: mfa,
  updateMFA: from20(mfa),
  listMfaFactors: factors,
  listMFAFactors: from20(factors),
  getMfaRecoveryCodes: codes,
  getMFARecoveryCodes: from20(codes),
  createMfaRecoveryCodes: newCodes,
  createMFARecoveryCodes: from20(newCodes),
  updateMfaRecoveryCodes: codes,
  updateMFARecoveryCodes: from20(codes),
  deleteMfaAuthenticator: authenticator,
  deleteMFAAuthenticator: from20(authenticator),
};

// methodsOf returns the methods of a major as name to parameter names.
export function methodsOf(major) {
  const had = Object.entries(service).filter(([, { since }]) => since <= major);
  return Object.fromEntries(had.map(([name, { parameters }]) => [
    name, parameters.filter(({ since }) => since <= major).map((parameter) => parameter.name),
  ]));
}

// shipped returns the same read from a module's own source.
export function shipped({ Users }) {
  const names = Object.getOwnPropertyNames(Users.prototype).filter((name) => name !== 'constructor');
  return Object.fromEntries(names.map((name) => [name, parametersIn(String(Users.prototype[name]))]));
}

function parametersIn(source) {
  const read = [...source.matchAll(/const (\w+) = params\.\1\b/g)].map((match) => match[1]);
  if (read.length > 0) return read;
  return source.match(/^[^(]*\(([^)]*)\)/)[1].split(',').map((name) => name.trim()).filter(Boolean);
}

// queryHelpers returns the names of a module's Query functions.
export function queryHelpers({ Query }) {
  const internal = ['prototype', 'length', 'name', 'addQuery', 'parseValues'];
  return Object.getOwnPropertyNames(Query).filter((name) => !internal.includes(name));
}

// isBelow compares two versions such as 1.9.5 number by number.
export function isBelow(version, threshold) {
  const [a, b] = [version, threshold].map((text) => text.split('.').map(Number));
  for (let i = 0; i < b.length; i++) {
    if ((a[i] ?? 0) !== b[i]) return (a[i] ?? 0) < b[i];
  }
  return false;
}
