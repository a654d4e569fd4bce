package roster

import "net/http"

// ContractVersion is the version of the wire contract that responses carry and
// against which X-Appwrite-Response-Format is compared.
const ContractVersion = "1.9.5"

// Error is a failure that a client may see. Type and Status are the wire
// contract (sections 1.6 and 12), Message is for people. Cause goes to the log
// and never to a client.
type Error struct {
	Type    string
	Status  int
	Message string
	Cause   error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// Is compares types, so that an error with its own words still matches the
// registered one.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Type == e.Type
}

// With returns a copy of e that says message.
func (e *Error) With(message string) *Error {
	return &Error{Type: e.Type, Status: e.Status, Message: message, Cause: e.Cause}
}

// From returns a copy of e caused by cause.
func (e *Error) From(cause error) *Error {
	return &Error{Type: e.Type, Status: e.Status, Message: e.Message, Cause: cause}
}

// The errors of the wire contract (section 12).
var (
	ErrArgument          = register("general_argument_invalid", http.StatusBadRequest, "A parameter is invalid.")
	ErrQuery             = register("general_query_invalid", http.StatusBadRequest, "A query cannot be answered.")
	ErrCursorNotFound    = register("general_cursor_not_found", http.StatusBadRequest, "The cursor names nothing in this list.")
	ErrBadRequest        = register("general_bad_request", http.StatusBadRequest, "The request is not possible.")
	ErrInvalidEmail      = register("general_invalid_email", http.StatusBadRequest, "The identifier of an email target must be an email address.")
	ErrInvalidPhone      = register("general_invalid_phone", http.StatusBadRequest, "The identifier of an sms target must be a phone number: + and 7 to 15 digits.")
	ErrOrderNull         = register("database_query_order_null", http.StatusBadRequest, "The cursor's row has no value in an attribute that the list is ordered by.")
	ErrPasswordRecent    = register("password_recently_used", http.StatusBadRequest, "The password was used recently. Choose another one.")
	ErrPasswordPersona   = register("password_personal_data", http.StatusBadRequest, "The password contains the user's id, email, name or phone. Choose another one.")
	ErrProviderType      = register("provider_incorrect_type", http.StatusBadRequest, "The provider type must be email, sms or push, in lower case.")
	ErrMissingCredential = register("provider_missing_credentials", http.StatusBadRequest, "The provider cannot be enabled before it has all that it needs.")
	ErrUserCount         = register("user_count_exceeded", http.StatusBadRequest, "The project has as many users as it allows to sign up.")
	ErrEmailMissing      = register("user_email_not_found", http.StatusBadRequest, "The user has no email address.")
	ErrEmailUnverified   = register("user_email_not_verified", http.StatusBadRequest, "The user's email address is not verified.")
	ErrPhoneMissing      = register("user_phone_not_found", http.StatusBadRequest, "The user has no phone number.")
	ErrPhoneUnverified   = register("user_phone_not_verified", http.StatusBadRequest, "The user's phone number is not verified.")
	ErrSuccessURL        = register("project_invalid_success_url", http.StatusBadRequest, "The success URL must be one of a host of the project's platforms.")
	ErrFailureURL        = register("project_invalid_failure_url", http.StatusBadRequest, "The failure URL must be one of a host of the project's platforms.")
	ErrOAuthUnsupported  = register("project_provider_unsupported", http.StatusBadRequest, "Roster signs in with OpenID Connect only; the provider's name is oidc.")
	ErrOAuthNoSubject    = register("user_missing_id", http.StatusBadRequest, "The provider did not say who has signed in.")

	ErrScope            = register("general_unauthorized_scope", http.StatusUnauthorized, "The caller lacks the scope that this operation needs.")
	ErrUnauthorized     = register("user_unauthorized", http.StatusUnauthorized, "The credentials are not valid in this project.")
	ErrKeyExpired       = register("project_key_expired", http.StatusUnauthorized, "The API key has expired.")
	ErrJWT              = register("user_jwt_invalid", http.StatusUnauthorized, "The JWT is malformed, expired or wrongly signed.")
	ErrToken            = register("user_invalid_token", http.StatusUnauthorized, "The token or challenge is unknown, expired or not the user's.")
	ErrMoreFactors      = register("user_more_factors_required", http.StatusUnauthorized, "The session needs another factor.")
	ErrCredentials      = register("user_invalid_credentials", http.StatusUnauthorized, "The email or the password is wrong.")
	ErrSessionExists    = register("user_session_already_exists", http.StatusUnauthorized, "Somebody is signed in already. End that session first.")
	ErrFreshFactor      = register("user_challenge_required", http.StatusUnauthorized, "This needs a session that has solved a challenge within the last half hour.")
	ErrProjectIDMissing = register("project_id_missing", http.StatusForbidden, "A request with X-Appwrite-Key must name the key's project in X-Appwrite-Project.")
	ErrOrigin           = register("general_unknown_origin", http.StatusForbidden, "The page is not of a host that the project knows. Its setting platforms lists the hosts whose pages may call.")
	ErrServiceDisabled  = register("general_service_disabled", http.StatusForbidden, "The users service is switched off for this project.")
	ErrAPIDisabled      = register("general_api_disabled", http.StatusForbidden, "The REST API is switched off for this project.")
	ErrJWTAndSession    = register("user_jwt_and_cookie_set", http.StatusForbidden, "Send either a JWT or a session, not both.")
	ErrJWTDenied        = register("user_jwt_creation_denied", http.StatusForbidden, "A JWT is made with a session, not with another JWT.")
	ErrUserBlocked      = register("user_blocked", http.StatusForbidden, "The user is blocked.")
	ErrRouteNotFound    = register("general_route_not_found", http.StatusNotFound, "There is no such route. See /v1/openapi.json for those there are.")
	ErrProjectNotFound  = register("project_not_found", http.StatusNotFound, "There is no project with that id.")
	ErrUserNotFound     = register("user_not_found", http.StatusNotFound, "There is no user with that id.")
	ErrTargetNotFound   = register("user_target_not_found", http.StatusNotFound, "The user has no target with that id.")
	ErrSessionNotFound  = register("user_session_not_found", http.StatusNotFound, "The user has no session with that id.")
	ErrIdentityNotFound = register("user_identity_not_found", http.StatusNotFound, "There is no identity with that id.")
	ErrAuthenticator    = register("user_authenticator_not_found", http.StatusNotFound, "The user has no such authenticator.")
	ErrNoRecoveryCodes  = register("user_recovery_codes_not_found", http.StatusNotFound, "The user has no recovery codes. Create them first.")
	ErrProviderNotFound = register("provider_not_found", http.StatusNotFound, "There is no messaging provider with that id.")
	ErrTeamNotFound     = register("team_not_found", http.StatusNotFound, "There is no team with that id.")
	ErrMembership       = register("membership_not_found", http.StatusNotFound, "There is no membership with that id.")
	ErrTeamMismatch     = register("team_membership_mismatch", http.StatusNotFound, "The membership is not one of that team.")
	ErrInviteNotFound   = register("team_invite_not_found", http.StatusNotFound, "There is no membership or invitation with that id.")
	ErrUserExists       = register("user_already_exists", http.StatusConflict, "A user with that id, email or phone exists.")
	ErrEmailExists      = register("user_email_already_exists", http.StatusConflict, "Another user has that email.")
	ErrPhoneExists      = register("user_phone_already_exists", http.StatusConflict, "Another user has that phone number.")
	ErrTargetExists     = register("user_target_already_exists", http.StatusConflict, "A target with that id or identifier exists.")
	ErrRecoveryCodes    = register("user_recovery_codes_already_exists", http.StatusConflict, "The user has recovery codes already. Replace them instead.")
	ErrTeamExists       = register("team_already_exists", http.StatusConflict, "A team with that id exists.")
	ErrConfirmed        = register("membership_already_confirmed", http.StatusConflict, "The user is a member of the team already.")
	ErrProviderExists   = register("provider_already_exists", http.StatusConflict, "A messaging provider with that id exists.")
	ErrAppVerified      = register("user_authenticator_already_verified", http.StatusConflict, "The user has a verified authenticator of that type already.")
	ErrOAuthDisabled    = register("project_provider_disabled", http.StatusPreconditionFailed, "The project has not enabled this sign-in provider.")
	ErrBodyTooLarge     = register("general_payload_too_large", http.StatusRequestEntityTooLarge, "The body is larger than 12 MiB.")
	ErrRateLimit        = register("general_rate_limit_exceeded", http.StatusTooManyRequests, "Too many attempts. X-RateLimit-Reset says when there are new ones, in seconds since 1970.")
	// The contract answers 500 for both, since 424 is not a status that it lets through.
	ErrOAuthProvider = register("user_oauth2_provider_error", http.StatusInternalServerError, "The provider did not sign the user in.")
	ErrOAuthExchange = register("user_oauth2_provider_failure", http.StatusInternalServerError, "The provider did not say who the user is.")
	ErrMethod        = register("user_auth_method_unsupported", http.StatusNotImplemented, "The project does not allow this way to sign in.")
	ErrSMTPDisabled  = register("general_smtp_disabled", http.StatusServiceUnavailable, "This server cannot send mail: no mail server is configured.")
	ErrPhoneDisabled = register("general_phone_disabled", http.StatusServiceUnavailable, "This project cannot send SMS: it has no enabled Twilio provider.")
	ErrTimeout       = register("database_timeout", http.StatusRequestTimeout, "The query took too long. Narrow it down.")
	ErrInternal      = register("general_unknown", http.StatusInternalServerError, "Something went wrong here. The server's log has the details under this request's id.")
	// ErrClientGone is seen by the log only: who asked has hung up.
	ErrClientGone  = register("general_client_closed_request", 499, "The client has closed the request.")
	ErrUnavailable = register("general_service_unavailable", http.StatusServiceUnavailable, "The database cannot be reached just now. Try again later.")
	ErrBusy        = register("general_server_busy", http.StatusServiceUnavailable, "Too many passwords are waiting to be hashed. Try again later.")
)

var registry []*Error

func register(typ string, status int, message string) *Error {
	e := &Error{Type: typ, Status: status, Message: message}
	registry = append(registry, e)
	return e
}

// Errors lists every error of the wire contract.
func Errors() []*Error { return registry }
