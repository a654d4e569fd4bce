package api

import (
	"net/http"
	"strings"

	"roster"
	"roster/internal/directory"
)

// What companion section 8.2 puts before the second factor is OneFactor, and
// what it protects by a challenge is FreshFactor.
func accountMFAEndpoints() []Endpoint {
	const (
		app        = "/account/mfa/authenticators/{type}"
		codes      = "/account/mfa/recovery-codes"
		challenges = "/account/mfa/challenges"
	)
	challengeAlias := []string{"/account/mfa/challenge"}
	return []Endpoint{
		on(own("accountUpdateMFA", http.MethodPatch, "mfa", roster.UserMFAUpdated, "Switch the own second factor on or off."), (*API).updateOwnMFA),
		on(Endpoint{
			Name: "accountListMFAFactors", Method: http.MethodGet, Path: "/account/mfa/factors", Scopes: ofAccount, Status: 200, OneFactor: true,
			Summary: "Say which second factors one can answer with.",
		}, (*API).listOwnFactors),
		on(Endpoint{
			Name: "accountCreateMFAAuthenticator", Method: http.MethodPost, Path: app, Scopes: ofAccount, Status: 200,
			Summary: "Get the secret for an authenticator app. It counts once a code of it was sent.",
			Event:   roster.AuthenticatorCreated, Errors: []*roster.Error{roster.ErrAppVerified},
		}, (*API).createOwnAuthenticator),
		on(Endpoint{
			Name: "accountGetMFAAuthenticatorQR", Method: http.MethodGet, Path: app + "/qr", Scopes: ofAccount, Status: 200,
			Summary: "Get the secret for an authenticator app as a QR code, until a code of the app was sent.",
			Errors:  []*roster.Error{roster.ErrAuthenticator},
		}, (*API).drawOwnAuthenticator),
		on(Endpoint{
			Name: "accountUpdateMFAAuthenticator", Method: http.MethodPut, Path: app, Scopes: ofAccount, Status: 200,
			Limits: limited(10, "user"), Summary: "Send a code of the new authenticator app, which counts from then on.",
			Event:  roster.AuthenticatorVerified,
			Errors: []*roster.Error{roster.ErrAuthenticator, roster.ErrAppVerified, roster.ErrToken},
		}, (*API).verifyOwnAuthenticator),
		on(Endpoint{
			Name: "accountDeleteMFAAuthenticator", Method: http.MethodDelete, Path: app, Scopes: ofAccount, Status: 204, FreshFactor: true,
			Summary: "Remove the own authenticator app.",
			Event:   roster.AuthenticatorDeleted, Errors: []*roster.Error{roster.ErrAuthenticator},
		}, (*API).deleteOwnAuthenticator),
		on(Endpoint{
			Name: "accountCreateMFARecoveryCodes", Method: http.MethodPost, Path: codes, Scopes: ofAccount, Status: 201,
			Summary: "Make the first recovery codes. Each counts once.",
			Event:   roster.RecoveryCodesCreated, Errors: []*roster.Error{roster.ErrRecoveryCodes},
		}, (*API).createOwnRecoveryCodes),
		on(Endpoint{
			Name: "accountGetMFARecoveryCodes", Method: http.MethodGet, Path: codes, Scopes: ofAccount, Status: 200, FreshFactor: true,
			Summary: "Get the recovery codes that are left.", Errors: []*roster.Error{roster.ErrNoRecoveryCodes},
		}, (*API).getOwnRecoveryCodes),
		on(Endpoint{
			Name: "accountUpdateMFARecoveryCodes", Method: http.MethodPatch, Path: codes, Scopes: ofAccount, Status: 200, FreshFactor: true,
			Summary: "Replace the recovery codes.",
			Event:   roster.RecoveryCodesUpdated, Errors: []*roster.Error{roster.ErrNoRecoveryCodes},
		}, (*API).replaceOwnRecoveryCodes),
		on(Endpoint{
			Name: "accountCreateMFAChallenge", Method: http.MethodPost, Path: challenges, Aliases: challengeAlias, Scopes: ofAccount, Status: 201, OneFactor: true,
			Limits: limited(10, "user"), Summary: "Ask to be challenged with a second factor. Codes by mail and SMS are sent.",
			Event: roster.ChallengeCreated,
			Errors: []*roster.Error{
				roster.ErrMethod, roster.ErrSMTPDisabled, roster.ErrEmailMissing, roster.ErrEmailUnverified,
				roster.ErrPhoneDisabled, roster.ErrPhoneMissing, roster.ErrPhoneUnverified,
			},
		}, (*API).createOwnChallenge),
		on(Endpoint{
			Name: "accountUpdateMFAChallenge", Method: http.MethodPut, Path: challenges, Aliases: challengeAlias, Scopes: ofAccount, Status: 200, OneFactor: true,
			Limits: limited(10, "challengeId"), Summary: "Answer a challenge. The session has its factor from then on.",
			Event:  roster.ChallengeSolved,
			Errors: []*roster.Error{roster.ErrToken, roster.ErrMethod, roster.ErrSessionNotFound},
		}, (*API).solveOwnChallenge),
	}
}

type ownMFAParams struct {
	MFA roster.BoolParam `param:"mfa" doc:"Whether sessions need a second factor."`
}

func (a *API) updateOwnMFA(r *Request, in ownMFAParams) (accountModel, error) {
	u, err := a.Directory.UpdateOwnMFA(r, r.By, bool(in.MFA))
	return newAccount(u), err
}

func (a *API) listOwnFactors(r *Request, _ noParams) (factorsModel, error) {
	f, err := a.Directory.OwnFactors(r, r.By)
	return factorsModel(f), err
}

type ownAuthenticatorParams struct {
	Type roster.StrictEnum `param:"type" enum:"totp" doc:"The kind of authenticator."`
}

func (a *API) createOwnAuthenticator(r *Request, in ownAuthenticatorParams) (authenticatorModel, error) {
	secret, link, err := a.Directory.Enrol(r, r.By, string(in.Type))
	return authenticatorModel{secret, link}, err
}

type ownPictureParams struct {
	ownAuthenticatorParams
	Size roster.Range `param:"size" default:"256" min:"128" max:"1024" doc:"Pixels a side."`
}

// drawOwnAuthenticator answers with what no cache may keep: the secret.
func (a *API) drawOwnAuthenticator(r *Request, in ownPictureParams) (picture, error) {
	r.Header.Set("Cache-Control", "no-store")
	return a.Directory.AuthenticatorPicture(r, r.By, string(in.Type), int(in.Size))
}

type ownCodeParams struct {
	ownAuthenticatorParams
	Code roster.TextParam `param:"otp" min:"1" max:"256" doc:"The code that the app shows."`
}

func (a *API) verifyOwnAuthenticator(r *Request, in ownCodeParams) (accountModel, error) {
	u, err := a.Directory.VerifyAuthenticator(r, r.By, string(in.Type), string(in.Code))
	return newAccount(u), err
}

func (a *API) deleteOwnAuthenticator(r *Request, in ownAuthenticatorParams) (none, error) {
	return none{}, a.Directory.DeleteAuthenticator(r, r.By, r.By.User().ID, string(in.Type))
}

func (a *API) createOwnRecoveryCodes(r *Request, _ noParams) (recoveryCodesModel, error) {
	codes, err := a.Directory.CreateRecoveryCodes(r, r.By, r.By.User().ID)
	return recoveryCodesModel{codes}, err
}

func (a *API) getOwnRecoveryCodes(r *Request, _ noParams) (recoveryCodesModel, error) {
	codes, err := a.Directory.RecoveryCodes(r, r.By, r.By.User().ID)
	return recoveryCodesModel{codes}, err
}

func (a *API) replaceOwnRecoveryCodes(r *Request, _ noParams) (recoveryCodesModel, error) {
	codes, err := a.Directory.ReplaceRecoveryCodes(r, r.By, r.By.User().ID)
	return recoveryCodesModel{codes}, err
}

type ownChallengeParams struct {
	Factor roster.Enum `param:"factor" enum:"email,phone,totp,recoveryCode,custom" doc:"What to answer with."`
}

// factor is the name that sessions have it by. SDKs write recoverycode.
func (p ownChallengeParams) factor() string {
	name := strings.ToLower(string(p.Factor))
	if name == strings.ToLower(directory.FactorRecoveryCode) {
		return directory.FactorRecoveryCode
	}
	return name
}

func (a *API) createOwnChallenge(r *Request, in ownChallengeParams) (challengeModel, error) {
	c, err := a.Directory.CreateChallenge(r, r.By, in.factor(), r.Locale)
	return newChallenge(c), err
}

type answerParams struct {
	ChallengeID roster.TextParam `param:"challengeId" min:"1" max:"256" doc:"The challenge's id."`
	Code        roster.TextParam `param:"otp" min:"1" max:"256" doc:"The code: the app's, the one that was sent, or a recovery code."`
}

func (a *API) solveOwnChallenge(r *Request, in answerParams) (sessionModel, error) {
	s, err := a.Directory.SolveChallenge(r, r.By, string(in.ChallengeID), string(in.Code))
	return newSession(s, "", r.Locale), err
}
