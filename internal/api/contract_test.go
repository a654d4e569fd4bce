package api

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster"
)

// promise is an endpoint as the contract has it.
type promise struct {
	name, route, scopes string
	status              int
	event               string
	params              []string
}

// promised are the endpoints as the tables of contract section 3, and those of
// the companion's sections 8 to 14, have them,
// written down a second time by hand, so that a slip in a declaration is a
// difference. Parameters stand in the order of their checks, each with its
// validator (section 1.4); "!" marks the required ones. Deviations: recovery
// codes are created with 201, a JWT lives for at least a second, and what
// happens to second factors is named update.mfa (Q15, Q19, Q22).
var promised = []promise{
	{"usersCreate", "POST /users", "W", 201, "create", []string{"userId CUSTOMID!", "email EMAIL", "phone PHONE", "password PW", "name TEXT(1,128)"}},
	{"usersList", "GET /users", "R", 200, "", []string{"queries QUERIES", "search TEXT(1,256)", "total BOOL*"}},
	{"usersGet", "GET /users/{userId}", "R", 200, "", []string{"userId UID!"}},
	{"usersDelete", "DELETE /users/{userId}", "W", 204, "delete", []string{"userId UID!"}},
	{"usersCreateArgon2User", "POST /users/argon2", "W", 201, "create", commonImport()},
	{"usersCreateBcryptUser", "POST /users/bcrypt", "W", 201, "create", commonImport()},
	{"usersCreateMD5User", "POST /users/md5", "W", 201, "create", commonImport()},
	{"usersCreateSHAUser", "POST /users/sha", "W", 201, "create", commonImport("passwordVersion SHA")},
	{"usersCreatePHPassUser", "POST /users/phpass", "W", 201, "create", commonImport()},
	{"usersCreateScryptUser", "POST /users/scrypt", "W", 201, "create", commonImport("passwordSalt SALT!", "passwordCpu CPU!", "passwordMemory INT32!", "passwordParallel INT32!", "passwordLength LENGTH!")},
	{"usersCreateScryptModifiedUser", "POST /users/scrypt-modified", "W", 201, "create", commonImport("passwordSalt BASE64!", "passwordSaltSeparator BASE64!", "passwordSignerKey BASE64!")},
	{"usersUpdateStatus", "PATCH /users/{userId}/status", "W", 200, "update.status", []string{"userId UID!", "status BOOL*!"}},
	{"usersUpdateLabels", "PUT /users/{userId}/labels", "W", 200, "update.labels", []string{"userId UID!", "labels LABELS!"}},
	{"usersUpdateImpersonator", "PATCH /users/{userId}/impersonator", "W", 200, "update.impersonator", []string{"userId UID!", "impersonator BOOL*!"}},
	{"usersUpdateName", "PATCH /users/{userId}/name", "W", 200, "update.name", []string{"userId UID!", "name TEXT(0,128)!"}},
	{"usersUpdatePassword", "PATCH /users/{userId}/password", "W", 200, "update.password", []string{"userId UID!", "password PW0!"}},
	{"usersUpdateEmail", "PATCH /users/{userId}/email", "W", 200, "update.email", []string{"userId UID!", "email EMAIL0!"}},
	{"usersUpdatePhone", "PATCH /users/{userId}/phone", "W", 200, "update.phone", []string{"userId UID!", "number PHONE0!"}},
	{"usersUpdateEmailVerification", "PATCH /users/{userId}/verification", "W", 200, "update.verification", []string{"userId UID!", "emailVerification BOOL!"}},
	{"usersUpdatePhoneVerification", "PATCH /users/{userId}/verification/phone", "W", 200, "update.verification", []string{"userId UID!", "phoneVerification BOOL!"}},
	{"usersGetPrefs", "GET /users/{userId}/prefs", "R", 200, "", []string{"userId UID!"}},
	{"usersUpdatePrefs", "PATCH /users/{userId}/prefs", "W", 200, "update.prefs", []string{"userId UID!", "prefs MAP!"}},
	{"usersCreateTarget", "POST /users/{userId}/targets", "W", 201, "targets.[targetId].create", []string{"targetId CUSTOMID!", "userId UID!", "providerType ENUM(push)!", "identifier TEXT(1,255)!", "providerId UID", "name TEXT(1,128)"}},
	{"usersListTargets", "GET /users/{userId}/targets", "R", 200, "", []string{"userId UID!", "queries QUERIES", "total BOOL*"}},
	{"usersGetTarget", "GET /users/{userId}/targets/{targetId}", "R", 200, "", []string{"userId UID!", "targetId UID!"}},
	{"usersUpdateTarget", "PATCH /users/{userId}/targets/{targetId}", "W", 200, "targets.[targetId].update", []string{"userId UID!", "targetId UID!", "identifier IDENTIFIER", "providerId PROVIDER", "name TEXT(1,128)"}},
	{"usersDeleteTarget", "DELETE /users/{userId}/targets/{targetId}", "W", 204, "targets.[targetId].delete", []string{"userId UID!", "targetId UID!"}},
	{"usersCreateSession", "POST /users/{userId}/sessions", "W+s", 201, "sessions.[sessionId].create", []string{"userId CUSTOMID!"}},
	{"usersListSessions", "GET /users/{userId}/sessions", "R+s", 200, "", []string{"userId UID!", "total BOOL*"}},
	{"usersDeleteSessions", "DELETE /users/{userId}/sessions", "W+s", 204, "sessions.delete", []string{"userId UID!"}},
	{"usersDeleteSession", "DELETE /users/{userId}/sessions/{sessionId}", "W+s", 204, "sessions.[sessionId].delete", []string{"userId UID!", "sessionId UID!"}},
	{"usersCreateToken", "POST /users/{userId}/tokens", "W", 201, "tokens.[tokenId].create", []string{"userId UID!", "length RANGE(4,128)", "expire RANGE(60,31536000)"}},
	{"usersCreateJWT", "POST /users/{userId}/jwts", "W", 201, "", []string{"userId UID!", "sessionId RECENT", "duration RANGE(1,3600)"}},
	{"usersListMemberships", "GET /users/{userId}/memberships", "R", 200, "", []string{"userId UID!", "queries QUERIES", "search TEXT(1,256)", "total BOOL*"}},
	{"usersListIdentities", "GET /users/identities", "R", 200, "", []string{"queries QUERIES", "search NOTHING", "total BOOL*"}},
	{"usersDeleteIdentity", "DELETE /users/identities/{identityId}", "W", 204, "identities.[identityId].delete", []string{"identityId UID!"}},
	{"usersUpdateMFA", "PATCH /users/{userId}/mfa", "W", 200, "update.mfa", []string{"userId UID!", "mfa BOOL!"}},
	{"usersListMFAFactors", "GET /users/{userId}/mfa/factors", "R", 200, "", []string{"userId UID!"}},
	{"usersGetMFARecoveryCodes", "GET /users/{userId}/mfa/recovery-codes", "R", 200, "", []string{"userId UID!"}},
	{"usersCreateMFARecoveryCodes", "PATCH /users/{userId}/mfa/recovery-codes", "W", 201, "update.mfa.recovery-codes.create", []string{"userId UID!"}},
	{"usersUpdateMFARecoveryCodes", "PUT /users/{userId}/mfa/recovery-codes", "W", 200, "update.mfa.recovery-codes", []string{"userId UID!"}},
	{"usersDeleteMFAAuthenticator", "DELETE /users/{userId}/mfa/authenticators/{type}", "W", 204, "update.mfa.authenticator.delete", []string{"userId UID!", "type ENUM(totp)!"}},
	{"usersGetMFAChallenge", "GET /users/{userId}/mfa/challenges/{challengeId}", "R", 200, "", []string{"userId UID!", "challengeId CHALLENGE!"}},
	{"usersListLogs", "GET /users/{userId}/logs", "R", 200, "", []string{"userId UID!", "queries PAGING", "total BOOL*"}},
	{"usersGetUsage", "GET /users/usage", "R", 200, "", []string{"range ENUM(24h,30d,90d)"}},

	{"accountCreate", "POST /account", "S", 201, "create", []string{"userId CUSTOMID!", "email EMAIL!", "password PW!", "name TEXT(1,128)"}},
	{"accountGet", "GET /account", "A", 200, "impersonate", nil},
	{"accountUpdateName", "PATCH /account/name", "A", 200, "update.name", []string{"name TEXT(1,128)!"}},
	{"accountUpdatePassword", "PATCH /account/password", "A", 200, "update.password", []string{"password PW!", "oldPassword TEXT(0,256)"}},
	{"accountUpdateEmail", "PATCH /account/email", "A", 200, "update.email", []string{"email EMAIL!", "password PW!"}},
	{"accountUpdatePhone", "PATCH /account/phone", "A", 200, "update.phone", []string{"phone PHONE!", "password PW!"}},
	{"accountUpdateStatus", "PATCH /account/status", "A", 200, "update.status", nil},
	{"accountGetPrefs", "GET /account/prefs", "A", 200, "", nil},
	{"accountUpdatePrefs", "PATCH /account/prefs", "A", 200, "update.prefs", []string{"prefs MAP!"}},
	{"accountListLogs", "GET /account/logs", "A", 200, "", []string{"queries PAGING", "total BOOL*"}},
	{"accountCreateEmailPasswordSession", "POST /account/sessions/email", "S", 201, "sessions.[sessionId].create", []string{"email KNOWNEMAIL!", "password KNOWNPW!"}},
	{"accountCreateSession", "POST /account/sessions/token", "S", 201, "sessions.[sessionId].create", []string{"userId KNOWNID!", "secret KNOWNSECRET!"}},
	{"accountListSessions", "GET /account/sessions", "A", 200, "", nil},
	{"accountDeleteSessions", "DELETE /account/sessions", "A", 204, "sessions.delete", nil},
	{"accountGetSession", "GET /account/sessions/{sessionId}", "A", 200, "", []string{"sessionId SESSION!"}},
	{"accountUpdateSession", "PATCH /account/sessions/{sessionId}", "A", 200, "sessions.[sessionId].update", []string{"sessionId SESSION!"}},
	{"accountDeleteSession", "DELETE /account/sessions/{sessionId}", "A", 204, "sessions.[sessionId].delete", []string{"sessionId SESSION!"}},
	{"accountListIdentities", "GET /account/identities", "A", 200, "", []string{"queries QUERIES", "total BOOL*"}},
	{"accountDeleteIdentity", "DELETE /account/identities/{identityId}", "A", 204, "identities.[identityId].delete", []string{"identityId UID!"}},
	{"accountCreateOAuth2Session", "GET /account/sessions/oauth2/{provider}", "L", 301, "", []string{"provider ENUM(oidc)!", "success REDIRECT", "failure REDIRECT", "scopes SCOPES"}},
	{"accountCreateOAuth2Token", "GET /account/tokens/oauth2/{provider}", "L", 301, "", []string{"provider ENUM(oidc)!", "success REDIRECT", "failure REDIRECT", "scopes SCOPES"}},
	{"accountOAuth2Callback", "GET /account/sessions/oauth2/callback/{provider}/{projectId}", "P", 301, "", []string{"provider ENUM(oidc)!", "projectId UID!", "code TEXT(0,4096)", "state TEXT(0,2048)", "error TEXT(0,2048)", "error_description TEXT(0,2048)"}},
	{"accountOAuth2CallbackForm", "POST /account/sessions/oauth2/callback/{provider}/{projectId}", "P", 301, "", []string{"provider ENUM(oidc)!", "projectId UID!", "code TEXT(0,4096)", "state TEXT(0,2048)", "error TEXT(0,2048)", "error_description TEXT(0,2048)"}},
	{"accountOAuth2Redirect", "GET /account/sessions/oauth2/{provider}/redirect", "P", 301, "sessions.[sessionId].create", []string{"provider ENUM(oidc)!", "code KNOWNCODE", "state KNOWNSTATE", "error KNOWNSTATE", "error_description KNOWNSTATE"}},
	{"accountOAuth2Success", "GET /account/sessions/oauth2/success", "P", 200, "", []string{"key TEXT(0,256)", "secret TEXT(0,2048)", "domain TEXT(0,256)", "userId TEXT(0,36)"}},
	{"accountOAuth2Failure", "GET /account/sessions/oauth2/failure", "P", 200, "", []string{"error TEXT(0,2048)"}},
	{"projectUpdateOAuth2Oidc", "PATCH /project/oauth2/oidc", "Ow", 200, "project.oauth2.oidc.update", []string{
		"clientId CLIENT", "clientSecret CLIENTSECRET", "wellKnownURL WELLKNOWN", "authorizationURL PROVIDERURL", "tokenURL PROVIDERURL", "userInfoURL PROVIDERURL",
		"prompt PROMPTS", "maxAge RANGE(0,2147483647)", "enabled BOOL",
	}},
	{"accountCreateJWT", "POST /account/jwts", "A", 201, "", []string{"duration RANGE(1,3600)"}},

	{"accountUpdateMFA", "PATCH /account/mfa", "A", 200, "update.mfa", []string{"mfa BOOL!"}},
	{"accountListMFAFactors", "GET /account/mfa/factors", "A", 200, "", nil},
	{"accountCreateMFAAuthenticator", "POST /account/mfa/authenticators/{type}", "A", 200, "update.mfa.authenticator.create", []string{"type APP!"}},
	{"accountGetMFAAuthenticatorQR", "GET /account/mfa/authenticators/{type}/qr", "A", 200, "", []string{"type APP!", "size RANGE(128,1024)"}},
	{"accountUpdateMFAAuthenticator", "PUT /account/mfa/authenticators/{type}", "A", 200, "update.mfa.authenticator", []string{"type APP!", "otp KNOWNSECRET!"}},
	{"accountDeleteMFAAuthenticator", "DELETE /account/mfa/authenticators/{type}", "A", 204, "update.mfa.authenticator.delete", []string{"type APP!"}},
	{"accountCreateMFARecoveryCodes", "POST /account/mfa/recovery-codes", "A", 201, "update.mfa.recovery-codes.create", nil},
	{"accountGetMFARecoveryCodes", "GET /account/mfa/recovery-codes", "A", 200, "", nil},
	{"accountUpdateMFARecoveryCodes", "PATCH /account/mfa/recovery-codes", "A", 200, "update.mfa.recovery-codes", nil},
	{"accountCreateMFAChallenge", "POST /account/mfa/challenges", "A", 201, "challenges.[challengeId].create", []string{"factor FACTOR!"}},
	{"accountUpdateMFAChallenge", "PUT /account/mfa/challenges", "A", 200, "challenges.[challengeId].delete", []string{"challengeId KNOWNSECRET!", "otp KNOWNSECRET!"}},

	{"teamsCreate", "POST /teams", "Tw", 201, "teams.[teamId].create", []string{"teamId CUSTOMID!", "name TEXT(1,128)!", "roles ROLES"}},
	{"teamsList", "GET /teams", "T", 200, "impersonate", []string{"queries QUERIES", "search TEXT(1,256)", "total BOOL*"}},
	{"teamsGet", "GET /teams/{teamId}", "T", 200, "impersonate", []string{"teamId UID!"}},
	{"teamsUpdateName", "PUT /teams/{teamId}", "Tw", 200, "teams.[teamId].update", []string{"teamId UID!", "name TEXT(1,128)!"}},
	{"teamsDelete", "DELETE /teams/{teamId}", "Tw", 204, "teams.[teamId].delete", []string{"teamId UID!"}},
	{"teamsCreateMembership", "POST /teams/{teamId}/memberships", "Tw", 201, "teams.[teamId].memberships.[membershipId].create", []string{"teamId UID!", "email EMAIL", "userId KNOWNID", "phone PHONE", "roles ROLES!", "url URL", "name TEXT(1,128)"}},
	{"teamsListMemberships", "GET /teams/{teamId}/memberships", "T", 200, "impersonate", []string{"teamId UID!", "queries QUERIES", "search TEXT(1,256)", "total BOOL*"}},
	{"teamsGetMembership", "GET /teams/{teamId}/memberships/{membershipId}", "T", 200, "impersonate", []string{"teamId UID!", "membershipId UID!"}},
	{"teamsUpdateMembership", "PATCH /teams/{teamId}/memberships/{membershipId}", "Tw", 200, "teams.[teamId].memberships.[membershipId].update", []string{"teamId UID!", "membershipId UID!", "roles ROLES!"}},
	{"teamsDeleteMembership", "DELETE /teams/{teamId}/memberships/{membershipId}", "Tw", 204, "teams.[teamId].memberships.[membershipId].delete", []string{"teamId UID!", "membershipId UID!"}},

	{"messagingListProviders", "GET /messaging/providers", "M", 200, "", []string{"queries QUERIES", "search TEXT(1,256)", "total BOOL*"}},
	{"messagingGetProvider", "GET /messaging/providers/{providerId}", "M", 200, "", []string{"providerId UID!"}},
	{"messagingDeleteProvider", "DELETE /messaging/providers/{providerId}", "Mw", 204, "providers.[providerId].delete", []string{"providerId UID!"}},
	{"messagingCreateMailgunProvider", "POST /messaging/providers/mailgun", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "apiKey TEXT(0,16384)", "domain TEXT(0,16384)", "isEuRegion BOOL", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingUpdateMailgunProvider", "PATCH /messaging/providers/mailgun/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "apiKey TEXT(0,16384)", "domain TEXT(0,16384)", "isEuRegion BOOL", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingCreateSendgridProvider", "POST /messaging/providers/sendgrid", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "apiKey TEXT(0,16384)", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingUpdateSendgridProvider", "PATCH /messaging/providers/sendgrid/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "apiKey TEXT(0,16384)", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingCreateResendProvider", "POST /messaging/providers/resend", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "apiKey TEXT(0,16384)", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingUpdateResendProvider", "PATCH /messaging/providers/resend/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "apiKey TEXT(0,16384)", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingCreateSesProvider", "POST /messaging/providers/ses", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "accessKey TEXT(0,16384)", "secretKey TEXT(0,16384)", "region TEXT(0,128)", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingUpdateSesProvider", "PATCH /messaging/providers/ses/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "accessKey TEXT(0,16384)", "secretKey TEXT(0,16384)", "region TEXT(0,128)", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingCreateSMTPProvider", "POST /messaging/providers/smtp", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "host TEXT(1,16384)!", "port RANGE(1,65535)", "username TEXT(0,16384)", "password TEXT(0,16384)", "encryption ENUM(none,ssl,tls)", "autoTLS BOOL", "mailer TEXT(0,16384)", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingUpdateSMTPProvider", "PATCH /messaging/providers/smtp/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "host TEXT(0,16384)", "port RANGE(1,65535)", "username TEXT(0,16384)", "password TEXT(0,16384)", "encryption ENUM(none,ssl,tls)", "autoTLS BOOL", "mailer TEXT(0,16384)", "fromName TEXT(0,128)", "fromEmail EMAIL0", "replyToName TEXT(0,128)", "replyToEmail EMAIL0", "enabled BOOL"}},
	{"messagingCreateMsg91Provider", "POST /messaging/providers/msg91", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "templateId TEXT(0,16384)", "senderId TEXT(0,16384)", "authKey TEXT(0,16384)", "enabled BOOL"}},
	{"messagingUpdateMsg91Provider", "PATCH /messaging/providers/msg91/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "templateId TEXT(0,16384)", "senderId TEXT(0,16384)", "authKey TEXT(0,16384)", "enabled BOOL"}},
	{"messagingCreateTelesignProvider", "POST /messaging/providers/telesign", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "customerId TEXT(0,16384)", "apiKey TEXT(0,16384)", "from PHONE0", "enabled BOOL"}},
	{"messagingUpdateTelesignProvider", "PATCH /messaging/providers/telesign/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "customerId TEXT(0,16384)", "apiKey TEXT(0,16384)", "from TEXT(0,256)", "enabled BOOL"}},
	{"messagingCreateTextmagicProvider", "POST /messaging/providers/textmagic", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "username TEXT(0,16384)", "apiKey TEXT(0,16384)", "from PHONE0", "enabled BOOL"}},
	{"messagingUpdateTextmagicProvider", "PATCH /messaging/providers/textmagic/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "username TEXT(0,16384)", "apiKey TEXT(0,16384)", "from TEXT(0,256)", "enabled BOOL"}},
	{"messagingCreateTwilioProvider", "POST /messaging/providers/twilio", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "accountSid TEXT(0,16384)", "authToken TEXT(0,16384)", "from PHONE0", "enabled BOOL"}},
	{"messagingUpdateTwilioProvider", "PATCH /messaging/providers/twilio/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "accountSid TEXT(0,16384)", "authToken TEXT(0,16384)", "from TEXT(0,256)", "enabled BOOL"}},
	{"messagingCreateVonageProvider", "POST /messaging/providers/vonage", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "apiKey TEXT(0,16384)", "apiSecret TEXT(0,16384)", "from PHONE0", "enabled BOOL"}},
	{"messagingUpdateVonageProvider", "PATCH /messaging/providers/vonage/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "apiKey TEXT(0,16384)", "apiSecret TEXT(0,16384)", "from TEXT(0,256)", "enabled BOOL"}},
	{"messagingCreateFCMProvider", "POST /messaging/providers/fcm", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "serviceAccountJSON OBJECT", "enabled BOOL"}},
	{"messagingUpdateFCMProvider", "PATCH /messaging/providers/fcm/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "serviceAccountJSON OBJECT", "enabled BOOL"}},
	{"messagingCreateAPNSProvider", "POST /messaging/providers/apns", "Mw", 201, "providers.[providerId].create", []string{"providerId CUSTOMID!", "name TEXT(1,128)!", "authKey TEXT(0,16384)", "authKeyId TEXT(0,16384)", "teamId TEXT(0,16384)", "bundleId TEXT(0,16384)", "sandbox BOOL", "enabled BOOL"}},
	{"messagingUpdateAPNSProvider", "PATCH /messaging/providers/apns/{providerId}", "Mw", 200, "providers.[providerId].update", []string{"providerId UID!", "name TEXT(1,128)", "authKey TEXT(0,16384)", "authKeyId TEXT(0,16384)", "teamId TEXT(0,16384)", "bundleId TEXT(0,16384)", "sandbox BOOL", "enabled BOOL"}},

	{"projectUpdatePasswordStrengthPolicy", "PATCH /project/policies/password-strength", "Pw", 200, "project.policies.[policyId].update", []string{"min RANGE(8,256)", "uppercase BOOL", "lowercase BOOL", "number BOOL", "symbols BOOL"}},
	{"projectUpdatePasswordDictionaryPolicy", "PATCH /project/policies/password-dictionary", "Pw", 200, "project.policies.[policyId].update", []string{"enabled BOOL!"}},
	{"projectUpdatePasswordHistoryPolicy", "PATCH /project/policies/password-history", "Pw", 200, "project.policies.[policyId].update", []string{"total RANGE?(1,20)!"}},
	{"projectUpdatePasswordPersonalDataPolicy", "PATCH /project/policies/password-personal-data", "Pw", 200, "project.policies.[policyId].update", []string{"enabled BOOL!"}},
	{"projectUpdateSessionDurationPolicy", "PATCH /project/policies/session-duration", "Pw", 200, "project.policies.[policyId].update", []string{"duration RANGE(60,31536000)!"}},
	{"projectUpdateSessionLimitPolicy", "PATCH /project/policies/session-limit", "Pw", 200, "project.policies.[policyId].update", []string{"total RANGE(1,100)!"}},
	{"projectUpdateSessionInvalidationPolicy", "PATCH /project/policies/session-invalidation", "Pw", 200, "project.policies.[policyId].update", []string{"enabled BOOL!"}},
	{"projectUpdateSessionAlertPolicy", "PATCH /project/policies/session-alert", "Pw", 200, "project.policies.[policyId].update", []string{"enabled BOOL!"}},
	{"projectUpdateUserLimitPolicy", "PATCH /project/policies/user-limit", "Pw", 200, "project.policies.[policyId].update", []string{"total RANGE?(0,10000)!"}},
	{"projectUpdateMembershipPrivacyPolicy", "PATCH /project/policies/membership-privacy", "Pw", 200, "project.policies.[policyId].update", []string{"userId BOOL", "userEmail BOOL", "userPhone BOOL", "userName BOOL", "userMFA BOOL", "userAccessedAt BOOL"}},
	{"projectUpdateMFAFactorsPolicy", "PATCH /project/policies/mfa-factors", "Pw", 200, "project.policies.[policyId].update", []string{"totp BOOL", "email BOOL", "phone BOOL", "custom BOOL"}},

	{"ping", "GET /ping", "P", 200, "", nil},
	{"healthGet", "GET /health", "H", 200, "", nil},
	{"healthGetVersion", "GET /health/version", "P", 200, "", nil},
}

// promisedRules are what endpoints ask of their callers besides scopes: "read by
// impersonators", "one factor" (it passes before the second), "fresh factor"
// (only soon after a challenge), "session" (a JWT does not do), "no JWT" (which has no session to change),
// "any origin" (it is called by pages of other sites), "no store" (it reads and
// writes nothing).
var promisedRules = map[string]string{
	"usersList": "read by impersonators", "usersGet": "read by impersonators",
	"ping": "no store", "healthGetVersion": "no store",
	"accountDeleteSession": "one factor", "accountCreateJWT": "session",
	"accountListMFAFactors": "one factor", "accountCreateMFAChallenge": "one factor", "accountUpdateMFAChallenge": "one factor, no JWT",
	"accountDeleteMFAAuthenticator": "fresh factor", "accountGetMFARecoveryCodes": "fresh factor", "accountUpdateMFARecoveryCodes": "fresh factor",
	"accountOAuth2Callback": "no store", "accountOAuth2CallbackForm": "any origin, no store", "accountOAuth2Success": "no store", "accountOAuth2Failure": "no store",
}

func commonImport(more ...string) []string {
	return append([]string{"userId CUSTOMID!", "email EMAIL!", "password PWHASH!", "name TEXT(1,128)"}, more...)
}

// promisedScopes are contract section 2.3 and companion section 3.2.
var promisedScopes = map[string][]roster.Scope{
	"R": {"users.read"}, "W": {"users.write"}, "R+s": {"users.read", "sessions.read"}, "W+s": {"users.write", "sessions.write"},
	"A": {"account"}, "S": {"sessions.write"}, "L": {"sessions.write"}, "P": {"public"}, "H": {"health.read"},
	"T": {"teams.read"}, "Tw": {"teams.write"}, "M": {"providers.read"}, "Mw": {"providers.write"},
	"Pw": {"policies.write", "project.policies.write"}, "Ow": {"project.oauth2.write"},
}

func TestEndpointsAreThoseOfTheContract(t *testing.T) {
	declared := Endpoints()
	if len(declared) != len(promised) {
		t.Errorf("there are %d endpoints, want %d", len(declared), len(promised))
	}
	for _, want := range promised {
		i := slices.IndexFunc(declared, func(e Endpoint) bool { return e.Name == want.name })
		if i < 0 {
			t.Errorf("there is no endpoint %s", want.name)
			continue
		}
		e := declared[i]
		event := ""
		if e.Event != nil {
			event = e.Event.Suffix
		}
		if got := e.Method + " " + e.Path; got != want.route || e.Status != want.status || event != want.event {
			t.Errorf("%s is %s %d %q, want %s %d %q", e.Name, got, e.Status, event, want.route, want.status, want.event)
		}
		if diff := cmp.Diff(promisedScopes[want.scopes], e.Scopes); diff != "" {
			t.Errorf("%s: scopes (-want +got):\n%s", e.Name, diff)
		}
		if diff := cmp.Diff(namesOf(want.params), parametersOf(e)); diff != "" {
			t.Errorf("%s: parameters (-want +got):\n%s", e.Name, diff)
		}
	}
}

// namesOf keeps of a promised parameter its name and whether it is required.
func namesOf(specs []string) (names []string) {
	for _, spec := range specs {
		name, kind, _ := strings.Cut(spec, " ")
		if strings.HasSuffix(kind, "!") {
			name += "!"
		}
		names = append(names, name)
	}
	return names
}

func parametersOf(e Endpoint) (names []string) {
	for _, p := range e.params {
		if p.required {
			p.name += "!"
		}
		names = append(names, p.name)
	}
	return names
}
