package api

import (
	"net/http"

	"roster"
	"roster/internal/wire"
)

func userFieldEndpoints() []Endpoint {
	return []Endpoint{
		on(field("usersUpdateStatus", http.MethodPatch, "status", roster.UserStatusUpdated, "Block a user (false) or let them in again (true)."),
			edited(roster.UserStatusUpdated, func(in statusParams, u *roster.User) { u.Enabled = bool(in.Status) })),
		on(field("usersUpdateLabels", http.MethodPut, "labels", roster.UserLabelsUpdated, "Replace a user's labels."),
			edited(roster.UserLabelsUpdated, func(in labelsParams, u *roster.User) { u.Labels = in.Labels })),
		on(field("usersUpdateImpersonator", http.MethodPatch, "impersonator", roster.UserImpersonatorUpdated, "Let a user act as others, or no longer."),
			edited(roster.UserImpersonatorUpdated, func(in impersonatorParams, u *roster.User) { u.Impersonator = bool(in.Impersonator) })),
		on(field("usersUpdateName", http.MethodPatch, "name", roster.UserNameUpdated, "Change a user's name."),
			edited(roster.UserNameUpdated, func(in nameParams, u *roster.User) { u.Name = string(in.Name) })),
		on(field("usersUpdateEmailVerification", http.MethodPatch, "verification", roster.UserVerificationUpdated, "Say whether a user's email is verified."),
			edited(roster.UserVerificationUpdated, func(in emailVerificationParams, u *roster.User) { u.EmailVerified = bool(in.Verified) })),
		on(field("usersUpdatePhoneVerification", http.MethodPatch, "verification/phone", roster.UserVerificationUpdated, "Say whether a user's phone is verified."),
			edited(roster.UserVerificationUpdated, func(in phoneVerificationParams, u *roster.User) { u.PhoneVerified = bool(in.Verified) })),
		on(field("usersUpdateMFA", http.MethodPatch, "mfa", roster.UserMFAUpdated, "Switch multi-factor authentication on or off for a user."),
			edited(roster.UserMFAUpdated, func(in mfaParams, u *roster.User) { u.MFA = bool(in.MFA) })),
		on(field("usersUpdatePassword", http.MethodPatch, "password", roster.UserPasswordUpdated,
			"Set a user's password, or remove it with an empty one.", append(hashing, roster.ErrPasswordRecent)...), (*API).updatePassword),
		on(field("usersUpdateEmail", http.MethodPatch, "email", roster.UserEmailUpdated,
			"Set a user's email, or remove it with an empty one.", roster.ErrTargetExists, roster.ErrEmailExists), (*API).updateEmail),
		on(field("usersUpdatePhone", http.MethodPatch, "phone", roster.UserPhoneUpdated,
			"Set a user's phone number, or remove it with an empty one.", roster.ErrTargetExists, roster.ErrPhoneExists), (*API).updatePhone),
		on(Endpoint{
			Name: "usersGetPrefs", Method: http.MethodGet, Path: "/users/{userId}/prefs", Scopes: readUsers, Status: 200,
			Summary: "Get a user's preferences.", Errors: ofUser,
		}, (*API).getPrefs),
		on(field("usersUpdatePrefs", http.MethodPatch, "prefs", roster.UserPrefsUpdated, "Replace a user's preferences, up to 64 KiB."), (*API).updatePrefs),
	}
}

func field(name, method, path string, event *roster.Event, summary string, errors ...*roster.Error) Endpoint {
	return Endpoint{
		Name: name, Method: method, Path: "/users/{userId}/" + path, Scopes: writeUsers, Status: 200,
		Summary: summary, Event: event, Errors: append(errors, roster.ErrUserNotFound),
	}
}

// ofOneUser are parameters that begin with a user's id.
type ofOneUser interface{ user() string }

func (p userParams) user() string { return string(p.UserID) }

// edited serves an endpoint that sets one value of a user.
func edited[In ofOneUser](e *roster.Event, edit func(In, *roster.User)) func(*API, *Request, In) (userModel, error) {
	return func(a *API, r *Request, in In) (userModel, error) {
		u, err := a.Directory.UpdateUser(r, r.By, in.user(), e, func(u *roster.User) { edit(in, u) })
		return newUser(u), err
	}
}

type statusParams struct {
	userParams
	Status roster.LooseBool `param:"status" doc:"Whether the user may sign in."`
}

type labelsParams struct {
	userParams
	Labels roster.Labels `param:"labels" doc:"All labels that the user shall have."`
}

type impersonatorParams struct {
	userParams
	Impersonator roster.LooseBool `param:"impersonator" doc:"Whether the user may act as others."`
}

type nameParams struct {
	userParams
	Name roster.TextParam `param:"name" max:"128" doc:"Display name; may be empty."`
}

type emailVerificationParams struct {
	userParams
	Verified roster.BoolParam `param:"emailVerification" doc:"Whether the email is the user's."`
}

type phoneVerificationParams struct {
	userParams
	Verified roster.BoolParam `param:"phoneVerification" doc:"Whether the phone is the user's."`
}

type mfaParams struct {
	userParams
	MFA roster.BoolParam `param:"mfa" doc:"Whether sessions need a second factor."`
}

type passwordParams struct {
	userParams
	Password roster.PasswordParam `param:"password" empty:"" doc:"Plain password, or empty for none."`
}

func (a *API) updatePassword(r *Request, in passwordParams) (userModel, error) {
	u, err := a.Directory.UpdatePassword(r, r.By, in.user(), string(in.Password))
	return newUser(u), err
}

type emailParams struct {
	userParams
	Email roster.EmailParam `param:"email" empty:"" doc:"Email address, or empty for none."`
}

func (a *API) updateEmail(r *Request, in emailParams) (userModel, error) {
	u, err := a.Directory.UpdateEmail(r, r.By, in.user(), string(in.Email))
	return newUser(u), err
}

type phoneParams struct {
	userParams
	Number roster.PhoneParam `param:"number" empty:"" doc:"Phone number, or empty for none."`
}

func (a *API) updatePhone(r *Request, in phoneParams) (userModel, error) {
	u, err := a.Directory.UpdatePhone(r, r.By, in.user(), string(in.Number))
	return newUser(u), err
}

func (a *API) getPrefs(r *Request, in userParams) (wire.RawJSON, error) {
	prefs, err := a.Directory.Prefs(r, r.By, in.user())
	return wire.RawJSON(prefs), err
}

type prefsParams struct {
	userParams
	Prefs roster.Prefs `param:"prefs" doc:"An object that replaces all preferences."`
}

func (a *API) updatePrefs(r *Request, in prefsParams) (wire.RawJSON, error) {
	u, err := a.Directory.UpdateUser(r, r.By, in.user(), roster.UserPrefsUpdated, func(u *roster.User) { u.Prefs = string(in.Prefs) })
	return wire.RawJSON(u.Prefs), err
}
