package roster_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"roster"
)

// Contract section 12 and, of section 1.6, the statuses that pass through; 499
// is for the log only, 413 and 503 are Roster's own.
func TestErrorsOfTheContractHaveTheirOwnTypeAndStatus(t *testing.T) {
	passing := map[int]bool{400: true, 401: true, 403: true, 404: true, 408: true, 409: true, 412: true, 413: true, 429: true, 499: true, 500: true, 501: true, 503: true}
	seen := make(map[string]bool)
	for _, e := range roster.Errors() {
		if seen[e.Type] || !passing[e.Status] || !strings.HasSuffix(e.Message, ".") || e.Cause != nil {
			t.Errorf("%s, %d: %q", e.Type, e.Status, e.Message)
		}
		seen[e.Type] = true
	}
	for typ, status := range map[string]int{
		"general_argument_invalid": 400, "general_query_invalid": 400, "general_cursor_not_found": 400, "database_query_order_null": 400, "general_invalid_email": 400,
		"general_invalid_phone": 400, "password_recently_used": 400, "password_personal_data": 400, "provider_incorrect_type": 400, "general_bad_request": 400,
		"general_unauthorized_scope": 401, "user_unauthorized": 401, "project_key_expired": 401, "user_jwt_invalid": 401, "user_invalid_token": 401, "user_more_factors_required": 401,
		"project_id_missing": 403, "general_unknown_origin": 403, "user_blocked": 403, "user_jwt_and_cookie_set": 403, "general_service_disabled": 403, "general_api_disabled": 403,
		"user_not_found": 404, "project_not_found": 404, "user_target_not_found": 404, "user_session_not_found": 404, "user_identity_not_found": 404, "provider_not_found": 404,
		"user_authenticator_not_found": 404, "user_recovery_codes_not_found": 404, "general_route_not_found": 404, "database_timeout": 408,
		"user_already_exists": 409, "user_email_already_exists": 409, "user_phone_already_exists": 409, "user_target_already_exists": 409, "user_recovery_codes_already_exists": 409,
		"general_unknown": 500,
	} {
		found := false
		for _, e := range roster.Errors() {
			found = found || e.Type == typ && e.Status == status
		}
		if !found {
			t.Errorf("there is no %d %s", status, typ)
		}
	}
}

func TestErrorWithItsOwnWordsIsStillTheSameError(t *testing.T) {
	cause := errors.New("disk on fire")
	err := error(roster.ErrUserNotFound.With("Nobody is called that.").From(cause))
	if !errors.Is(err, roster.ErrUserNotFound) || errors.Is(err, roster.ErrTargetNotFound) || !errors.Is(fmt.Errorf("wrapped: %w", err), roster.ErrUserNotFound) {
		t.Errorf("%v is another error", err)
	}
	if !errors.Is(err, cause) || err.Error() != "Nobody is called that.: disk on fire" {
		t.Errorf("%v has lost its cause", err)
	}
	if roster.ErrUserNotFound.Message == "Nobody is called that." || roster.ErrUserNotFound.Cause != nil {
		t.Error("the registered error has changed")
	}
}
