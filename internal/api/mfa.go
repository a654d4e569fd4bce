package api

import (
	"net/http"

	"roster"
)

func mfaEndpoints() []Endpoint {
	const codes = "/users/{userId}/mfa/recovery-codes"
	withCodes := []*roster.Error{roster.ErrUserNotFound, roster.ErrNoRecoveryCodes}
	return []Endpoint{
		on(Endpoint{
			Name: "usersListMFAFactors", Method: http.MethodGet, Path: "/users/{userId}/mfa/factors", Scopes: readUsers, Status: 200,
			Summary: "Say which second factors a user can answer with.", Errors: ofUser,
		}, (*API).listFactors),
		on(Endpoint{
			Name: "usersGetMFARecoveryCodes", Method: http.MethodGet, Path: codes, Scopes: readUsers, Status: 200,
			Summary: "Get a user's recovery codes.", Errors: withCodes,
		}, (*API).getRecoveryCodes),
		on(Endpoint{
			Name: "usersCreateMFARecoveryCodes", Method: http.MethodPatch, Path: codes, Scopes: writeUsers, Status: 201,
			Summary: "Make a user's first recovery codes.",
			Event:   roster.RecoveryCodesCreated, Errors: []*roster.Error{roster.ErrUserNotFound, roster.ErrRecoveryCodes},
		}, (*API).createRecoveryCodes),
		on(Endpoint{
			Name: "usersUpdateMFARecoveryCodes", Method: http.MethodPut, Path: codes, Scopes: writeUsers, Status: 200,
			Summary: "Replace a user's recovery codes.", Event: roster.RecoveryCodesUpdated, Errors: withCodes,
		}, (*API).updateRecoveryCodes),
		on(Endpoint{
			Name: "usersDeleteMFAAuthenticator", Method: http.MethodDelete, Path: "/users/{userId}/mfa/authenticators/{type}", Scopes: writeUsers, Status: 204,
			Summary: "Remove a user's authenticator app.",
			Event:   roster.AuthenticatorDeleted, Errors: []*roster.Error{roster.ErrUserNotFound, roster.ErrAuthenticator},
		}, (*API).deleteAuthenticator),
		on(Endpoint{
			Name: "usersGetMFAChallenge", Method: http.MethodGet, Path: "/users/{userId}/mfa/challenges/{challengeId}", Scopes: readUsers, Status: 200,
			Summary: "Get the code of a custom challenge, to be delivered by the product itself.",
			Errors:  []*roster.Error{roster.ErrUserNotFound, roster.ErrToken},
		}, (*API).getChallenge),
	}
}

func (a *API) listFactors(r *Request, in userParams) (factorsModel, error) {
	f, err := a.Directory.Factors(r, r.By, in.user())
	return factorsModel(f), err
}

func (a *API) getRecoveryCodes(r *Request, in userParams) (recoveryCodesModel, error) {
	codes, err := a.Directory.RecoveryCodes(r, r.By, in.user())
	return recoveryCodesModel{codes}, err
}

func (a *API) createRecoveryCodes(r *Request, in userParams) (recoveryCodesModel, error) {
	codes, err := a.Directory.CreateRecoveryCodes(r, r.By, in.user())
	return recoveryCodesModel{codes}, err
}

func (a *API) updateRecoveryCodes(r *Request, in userParams) (recoveryCodesModel, error) {
	codes, err := a.Directory.ReplaceRecoveryCodes(r, r.By, in.user())
	return recoveryCodesModel{codes}, err
}

type authenticatorParams struct {
	userParams
	Type roster.Enum `param:"type" enum:"totp" doc:"The kind of authenticator."`
}

func (a *API) deleteAuthenticator(r *Request, in authenticatorParams) (none, error) {
	return none{}, a.Directory.DeleteAuthenticator(r, r.By, in.user(), string(in.Type))
}

type challengeParams struct {
	userParams
	ChallengeID roster.TextParam `param:"challengeId" min:"1" max:"256" doc:"The challenge's id."`
}

func (a *API) getChallenge(r *Request, in challengeParams) (challengeSecretModel, error) {
	c, err := a.Directory.Challenge(r, r.By, in.user(), string(in.ChallengeID))
	return challengeSecretModel{newChallenge(c), c.Code}, err
}
