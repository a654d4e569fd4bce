// The account service (companion section 8).
import { method, notServed, renamed } from '../method.mjs';

const factors = method(14, 200, 'mfaFactors');
const enrolment = method(14, 200, 'mfaType', 'type');
const confirmation = method(14, 200, 'account', 'type otp');
const removal = method(14, 204, undefined, 'type');
const codes = method(14, 200, 'mfaRecoveryCodes');
const newCodes = method(14, 201, 'mfaRecoveryCodes');
const challenge = method(14, 201, 'mfaChallenge', 'factor');
const answer = method(14, 200, 'session', 'challengeId otp');

export const account = {
  get: method(9, 200, 'account'),
  create: method(14, 201, 'account', 'userId email password name'),
  updateName: method(9, 200, 'account', 'name'),
  updateEmail: method(9, 200, 'account', 'email password'),
  updatePhone: method(9, 200, 'account', 'phone password'),
  updatePassword: method(9, 200, 'account', 'password oldPassword'),
  updateStatus: method(9, 200, 'account'),
  getPrefs: method(9, 200, 'preferences'),
  updatePrefs: method(9, 200, 'account', 'prefs'),
  listLogs: method(9, 200, 'logList', 'queries total@20'),
  createEmailPasswordSession: method(14, 201, 'session', 'email password'),
  createSession: method(14, 201, 'session', 'userId secret'),
  listSessions: method(9, 200, 'sessionList'),
  getSession: method(9, 200, 'session', 'sessionId'),
  updateSession: method(9, 200, 'session', 'sessionId'),
  deleteSession: method(9, 204, undefined, 'sessionId'),
  deleteSessions: method(9, 204, undefined),
  createJWT: method(14, 201, 'jwt', 'duration@26'),

  updateMFA: method(14, 200, 'account', 'mfa'),
  createMfaAuthenticator: enrolment,
  createMFAAuthenticator: renamed(20, enrolment),
  updateMfaAuthenticator: confirmation,
  updateMFAAuthenticator: renamed(20, confirmation),
  deleteMfaAuthenticator: removal,
  deleteMFAAuthenticator: renamed(20, removal),
  listMfaFactors: factors,
  listMFAFactors: renamed(20, factors),
  getMfaRecoveryCodes: codes,
  getMFARecoveryCodes: renamed(20, codes),
  createMfaRecoveryCodes: newCodes,
  createMFARecoveryCodes: renamed(20, newCodes),
  updateMfaRecoveryCodes: codes,
  updateMFARecoveryCodes: renamed(20, codes),
  createMfaChallenge: challenge,
  createMFAChallenge: renamed(20, challenge),
  updateMfaChallenge: answer,
  updateMFAChallenge: renamed(20, answer),

  createOAuth2Token: method(14, 301, 'redirect', 'provider success failure scopes'),
  listIdentities: method(14, 200, 'identityList', 'queries total@20'),
  deleteIdentity: method(14, 204, undefined, 'identityId'),

  createRecovery: notServed(9, 'email url'),
  updateRecovery: notServed(9, 'userId secret password passwordAgain@9-9'),
  createVerification: notServed(9, 'url'),
  updateVerification: notServed(9, 'userId secret'),
  createEmailVerification: notServed(20, 'url'),
  updateEmailVerification: notServed(20, 'userId secret'),
  createPhoneVerification: notServed(9),
  updatePhoneVerification: notServed(9, 'userId secret'),
  createAnonymousSession: notServed(14),
  createEmailToken: notServed(14, 'userId email phrase'),
  createMagicURLToken: notServed(14, 'userId email url phrase'),
  createPhoneToken: notServed(14, 'userId phone'),
  updateMagicURLSession: notServed(14, 'userId secret'),
  updatePhoneSession: notServed(14, 'userId secret'),

  listConsents: notServed(27, 'queries total'),
  getConsent: notServed(27, 'consentId'),
  deleteConsent: notServed(27, 'consentId'),
  listConsentTokens: notServed(27, 'consentId queries total'),
  getConsentToken: notServed(27, 'consentId tokenId'),
  deleteConsentToken: notServed(27, 'consentId tokenId'),
};
