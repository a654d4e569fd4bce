package api

import (
	"net/http"

	"roster"
	"roster/internal/directory"
	"roster/internal/wire"
)

// The scopes of companion section 3.2.
var (
	ofAccount = []roster.Scope{roster.Account}
	signingIn = []roster.Scope{roster.SessionsWrite}
	everybody = []roster.Scope{roster.Public}
)

func emailPassword(s roster.Settings) bool { return s.EmailPassword }

func jwts(s roster.Settings) bool { return s.JWT }

func accountEndpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "accountCreate", Method: http.MethodPost, Path: "/account", Scopes: signingIn, Status: 201,
			SignIn: true, AuthMethod: emailPassword, Limits: limited(10, "ip"),
			Summary: "Sign up with an email address and a password. A session is made by signing in.",
			Event:   roster.UserCreated,
			Errors:  append([]*roster.Error{roster.ErrUserExists, roster.ErrUserCount, roster.ErrInvalidEmail}, hashing...),
		}, (*API).signUp),
		on(Endpoint{
			Name: "accountGet", Method: http.MethodGet, Path: "/account", Scopes: ofAccount, Status: 200,
			Summary: "Get who has signed in, or who is impersonated.", Event: roster.UserImpersonated,
		}, (*API).getAccount),
		on(own("accountUpdateName", http.MethodPatch, "name", roster.UserNameUpdated, "Change the own name."), (*API).updateOwnName),
		on(Endpoint{
			Name: "accountUpdatePassword", Method: http.MethodPatch, Path: "/account/password", Scopes: ofAccount, Status: 200,
			Limits: limited(10, "ip"), Summary: "Change the own password. The old one is needed once there is one.",
			Event: roster.UserPasswordUpdated, Errors: append([]*roster.Error{roster.ErrCredentials, roster.ErrPasswordRecent}, hashing...),
		}, (*API).updateOwnPassword),
		on(own("accountUpdateEmail", http.MethodPatch, "email", roster.UserEmailUpdated, "Change the own email. The password is needed, or becomes the first one.",
			append([]*roster.Error{roster.ErrCredentials, roster.ErrTargetExists, roster.ErrPasswordRecent}, hashing...)...), (*API).updateOwnEmail),
		on(own("accountUpdatePhone", http.MethodPatch, "phone", roster.UserPhoneUpdated, "Change the own phone number. The password is needed, or becomes the first one.",
			append([]*roster.Error{roster.ErrCredentials, roster.ErrTargetExists, roster.ErrPhoneExists, roster.ErrPasswordRecent}, hashing...)...), (*API).updateOwnPhone),
		on(own("accountUpdateStatus", http.MethodPatch, "status", roster.UserStatusUpdated, "Block oneself. Only an API key can undo it."), (*API).blockOneself),
		on(Endpoint{
			Name: "accountGetPrefs", Method: http.MethodGet, Path: "/account/prefs", Scopes: ofAccount, Status: 200,
			Summary: "Get the own preferences.",
		}, (*API).getOwnPrefs),
		on(own("accountUpdatePrefs", http.MethodPatch, "prefs", roster.UserPrefsUpdated, "Replace the own preferences, up to 64 KiB."), (*API).updateOwnPrefs),
		on(Endpoint{
			Name: "accountListLogs", Method: http.MethodGet, Path: "/account/logs", Scopes: ofAccount, Status: 200,
			Summary: "List what one has done, newest first.", Errors: []*roster.Error{roster.ErrQuery}, LegacyQueries: true,
		}, (*API).listOwnLogs),
	}
}

// own declares an endpoint that changes who has signed in.
func own(name, method, path string, event *roster.Event, summary string, errors ...*roster.Error) Endpoint {
	return Endpoint{
		Name: name, Method: method, Path: "/account/" + path, Scopes: ofAccount, Status: 200,
		Summary: summary, Event: event, Errors: errors,
	}
}

type signUpParams struct {
	UserID   roster.CustomID      `param:"userId" doc:"The id to be, or unique() for a generated one."`
	Email    roster.EmailParam    `param:"email" doc:"Email address; no other user's."`
	Password roster.PasswordParam `param:"password" doc:"Plain password of 8 to 256 bytes."`
	Name     roster.TextParam     `param:"name" default:"" min:"1" max:"128" doc:"Display name."`
}

func (a *API) signUp(r *Request, in signUpParams) (accountModel, error) {
	u, err := a.Directory.SignUp(r, r.By, directory.NewUser{ID: string(in.UserID), Email: string(in.Email), Password: string(in.Password), Name: string(in.Name)})
	return newAccount(u), err
}

func (a *API) getAccount(r *Request, _ noParams) (accountModel, error) {
	if err := a.Directory.RecordImpersonation(r, r.By); err != nil {
		return accountModel{}, err
	}
	m := newAccount(*r.By.Acting())
	if actor := r.By.Impersonator(); actor != nil {
		m.ImpersonatorID = &actor.ID
	}
	return m, nil
}

// noParams are the parameters of an endpoint that has none.
type noParams struct{}

type ownNameParams struct {
	Name roster.TextParam `param:"name" min:"1" max:"128" doc:"Display name."`
}

func (a *API) updateOwnName(r *Request, in ownNameParams) (accountModel, error) {
	return a.edited(r, roster.UserNameUpdated, func(u *roster.User) { u.Name = string(in.Name) })
}

// edited changes one value of who has signed in.
func (a *API) edited(r *Request, e *roster.Event, edit func(*roster.User)) (accountModel, error) {
	u, err := a.Directory.UpdateUser(r, r.By, r.By.User().ID, e, edit)
	return newAccount(u), err
}

type ownPasswordParams struct {
	Password roster.PasswordParam `param:"password" doc:"The new password, of 8 to 256 bytes."`
	Old      roster.TextParam     `param:"oldPassword" default:"" max:"256" doc:"The current password; needed once there is one."`
}

func (a *API) updateOwnPassword(r *Request, in ownPasswordParams) (accountModel, error) {
	u, err := a.Directory.UpdateOwnPassword(r, r.By, string(in.Old), string(in.Password))
	return newAccount(u), err
}

type ownEmailParams struct {
	Email    roster.EmailParam    `param:"email" doc:"Email address; no other user's."`
	Password roster.PasswordParam `param:"password" doc:"The current password, or the first one."`
}

func (a *API) updateOwnEmail(r *Request, in ownEmailParams) (accountModel, error) {
	u, err := a.Directory.UpdateOwnEmail(r, r.By, string(in.Email), string(in.Password))
	return newAccount(u), err
}

type ownPhoneParams struct {
	Phone    roster.PhoneParam    `param:"phone" doc:"Phone number; no other user's."`
	Password roster.PasswordParam `param:"password" doc:"The current password, or the first one."`
}

func (a *API) updateOwnPhone(r *Request, in ownPhoneParams) (accountModel, error) {
	u, err := a.Directory.UpdateOwnPhone(r, r.By, string(in.Phone), string(in.Password))
	return newAccount(u), err
}

func (a *API) blockOneself(r *Request, _ noParams) (accountModel, error) {
	m, err := a.edited(r, roster.UserStatusUpdated, func(u *roster.User) { u.Enabled = false })
	r.dropSession()
	return m, err
}

func (a *API) getOwnPrefs(r *Request, _ noParams) (wire.RawJSON, error) {
	return wire.RawJSON(r.By.User().Prefs), nil
}

type ownPrefsParams struct {
	Prefs roster.Prefs `param:"prefs" doc:"A JSON object of up to 65,535 bytes."`
}

func (a *API) updateOwnPrefs(r *Request, in ownPrefsParams) (accountModel, error) {
	return a.edited(r, roster.UserPrefsUpdated, func(u *roster.User) { u.Prefs = string(in.Prefs) })
}

type ownLogsParams struct {
	Queries logQueries       `param:"queries" default:"[]" doc:"The page: limit and offset."`
	Total   roster.LooseBool `param:"total" default:"true" doc:"Whether to count all."`
}

func (a *API) listOwnLogs(r *Request, in ownLogsParams) (logList, error) {
	records, total, err := a.Directory.OwnLogs(r, r.By, in.Queries.Limit, in.Queries.Offset, bool(in.Total))
	return logList{total, each(records, func(e roster.Record) logModel { return newLog(e, r.Locale) })}, err
}
