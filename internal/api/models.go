package api

import (
	"roster"
	"roster/internal/geo"
	"roster/internal/useragent"
	"roster/internal/wire"
)

// The response models of contract section 4. Field order is the wire's; since
// names the response format from which on a field is sent (section 9).

// accountModel is a user as the user sees it: without the hash.
type accountModel struct {
	userHead
	userBody
}

type userModel struct {
	userHead
	Password    *string      `json:"password"`
	Hash        string       `json:"hash"`
	HashOptions wire.RawJSON `json:"hashOptions"`
	userBody
}

type userHead struct {
	ID        string      `json:"$id"`
	CreatedAt roster.Time `json:"$createdAt"`
	UpdatedAt roster.Time `json:"$updatedAt"`
	Name      string      `json:"name"`
}

type userBody struct {
	Registration      roster.Time   `json:"registration"`
	Status            bool          `json:"status"`
	Labels            []string      `json:"labels"`
	PasswordUpdate    roster.Time   `json:"passwordUpdate"`
	Email             string        `json:"email"`
	Phone             string        `json:"phone"`
	EmailVerification bool          `json:"emailVerification"`
	EmailCanonical    *string       `json:"emailCanonical"`
	EmailIsFree       *bool         `json:"emailIsFree"`
	EmailIsDisposable *bool         `json:"emailIsDisposable"`
	EmailIsCorporate  *bool         `json:"emailIsCorporate"`
	EmailIsCanonical  *bool         `json:"emailIsCanonical"`
	PhoneVerification bool          `json:"phoneVerification"`
	MFA               bool          `json:"mfa" since:"1.5.0"`
	Prefs             wire.RawJSON  `json:"prefs"`
	Targets           []targetModel `json:"targets" since:"1.5.0"`
	AccessedAt        roster.Time   `json:"accessedAt"`
	Impersonator      bool          `json:"impersonator" since:"1.9.0"`
	ImpersonatorID    *string       `json:"impersonatorUserId" since:"1.9.0"`
}

func newAccount(u roster.User) accountModel {
	m := newUser(u)
	return accountModel{m.userHead, m.userBody}
}

func newUser(u roster.User) userModel {
	m := userModel{
		userHead: userHead{u.ID, u.CreatedAt, u.UpdatedAt, u.Name},
		Password: u.Password, Hash: u.Hash, HashOptions: wire.RawJSON(u.HashOptions),
		userBody: userBody{
			Registration: u.RegisteredAt, Status: u.Enabled, Labels: u.Labels, PasswordUpdate: u.PasswordUpdatedAt,
			Email: u.Email, Phone: u.Phone, EmailVerification: u.EmailVerified, PhoneVerification: u.PhoneVerified,
			MFA: u.MFA, Prefs: wire.RawJSON(u.Prefs), Targets: each(u.Targets, newTarget), AccessedAt: u.AccessedAt, Impersonator: u.Impersonator,
		},
	}
	if f := u.EmailFacts; f != nil {
		m.EmailCanonical, m.EmailIsFree, m.EmailIsDisposable, m.EmailIsCorporate, m.EmailIsCanonical = &f.Canonical, &f.Free, &f.Disposable, &f.Corporate, &f.IsCanonical
	}
	return m
}

// seenBy leaves the hash out for whoever reads users without a key: an
// impersonator (companion section 3.5).
func (m userModel) seenBy(r *Request) userModel {
	if r.By.Key() == nil {
		m.Password, m.Hash, m.HashOptions = new(string), "", "{}"
	}
	return m
}

func each[From, To any](list []From, model func(From) To) []To {
	models := make([]To, len(list))
	for i, item := range list {
		models[i] = model(item)
	}
	return models
}

type userList struct {
	Total int64       `json:"total"`
	Users []userModel `json:"users"`
}

type targetModel struct {
	ID           string      `json:"$id"`
	CreatedAt    roster.Time `json:"$createdAt"`
	UpdatedAt    roster.Time `json:"$updatedAt"`
	Name         string      `json:"name"`
	UserID       string      `json:"userId"`
	ProviderID   *string     `json:"providerId"`
	ProviderType string      `json:"providerType"`
	Identifier   string      `json:"identifier"`
	Expired      bool        `json:"expired"`
}

func newTarget(t roster.Target) targetModel {
	m := targetModel{
		ID: t.ID, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, Name: t.Name, UserID: t.UserID,
		ProviderType: t.ProviderType, Identifier: t.Identifier, Expired: t.Expired,
	}
	if t.ProviderID != "" {
		m.ProviderID = &t.ProviderID
	}
	return m
}

type targetList struct {
	Total   int64         `json:"total"`
	Targets []targetModel `json:"targets"`
}

// deviceModel is what a session and a log entry tell of where it came from.
type deviceModel struct {
	OSCode              string `json:"osCode"`
	OSName              string `json:"osName"`
	OSVersion           string `json:"osVersion"`
	ClientType          string `json:"clientType"`
	ClientCode          string `json:"clientCode"`
	ClientName          string `json:"clientName"`
	ClientVersion       string `json:"clientVersion"`
	ClientEngine        string `json:"clientEngine"`
	ClientEngineVersion string `json:"clientEngineVersion"`
	DeviceName          string `json:"deviceName"`
	DeviceBrand         string `json:"deviceBrand"`
	DeviceModel         string `json:"deviceModel"`
	CountryCode         string `json:"countryCode"`
	CountryName         string `json:"countryName"`
}

func newDevice(agent, country, locale string) deviceModel {
	a := useragent.Parse(agent)
	return deviceModel{
		a.OSCode, a.OSName, a.OSVersion, a.ClientType, a.ClientCode, a.ClientName, a.ClientVersion, a.ClientEngine, a.ClientEngineVersion,
		a.DeviceName, a.DeviceBrand, a.DeviceModel, country, geo.CountryName(country, locale),
	}
}

type sessionModel struct {
	ID                        string      `json:"$id"`
	CreatedAt                 roster.Time `json:"$createdAt"`
	UpdatedAt                 roster.Time `json:"$updatedAt"`
	UserID                    string      `json:"userId"`
	Expire                    roster.Time `json:"expire"`
	Provider                  string      `json:"provider"`
	ProviderUID               string      `json:"providerUid"`
	ProviderAccessToken       string      `json:"providerAccessToken"`
	ProviderAccessTokenExpiry roster.Time `json:"providerAccessTokenExpiry"`
	ProviderRefreshToken      string      `json:"providerRefreshToken"`
	IP                        string      `json:"ip"`
	deviceModel
	Current      bool        `json:"current"`
	Factors      []string    `json:"factors" since:"1.5.0"`
	Secret       string      `json:"secret" since:"1.5.0"`
	MFAUpdatedAt roster.Time `json:"mfaUpdatedAt"`
}

// newSession shapes a session; its secret is known only when it is made.
func newSession(s roster.Session, secret, locale string) sessionModel {
	return sessionModel{
		ID: s.ID, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt, UserID: s.UserID, Expire: s.ExpiresAt,
		Provider: s.Provider, ProviderUID: s.ProviderUID, ProviderAccessTokenExpiry: s.ProviderAccessTokenExpiry, IP: s.IP,
		deviceModel: newDevice(s.UserAgent, s.Country, locale), Factors: s.Factors, Secret: secret, MFAUpdatedAt: s.MFAUpdatedAt,
	}
}

// owned shows the provider's tokens too, which are for the session's user only.
func (m sessionModel) owned(s roster.Session) sessionModel {
	m.ProviderAccessToken, m.ProviderRefreshToken = s.ProviderAccessToken, s.ProviderRefreshToken
	return m
}

type sessionList struct {
	Total    int64          `json:"total"`
	Sessions []sessionModel `json:"sessions"`
}

type tokenModel struct {
	ID        string      `json:"$id"`
	CreatedAt roster.Time `json:"$createdAt"`
	UserID    string      `json:"userId"`
	Secret    string      `json:"secret"`
	Expire    roster.Time `json:"expire"`
	Phrase    string      `json:"phrase" since:"1.5.0"`
}

type jwtModel struct {
	JWT string `json:"jwt"`
}

type teamModel struct {
	ID        string       `json:"$id"`
	CreatedAt roster.Time  `json:"$createdAt"`
	UpdatedAt roster.Time  `json:"$updatedAt"`
	Name      string       `json:"name"`
	Total     int64        `json:"total"`
	Prefs     wire.RawJSON `json:"prefs"`
}

// newTeam shapes a team. Nothing sets a team's preferences.
func newTeam(t roster.Team) teamModel {
	return teamModel{t.ID, t.CreatedAt, t.UpdatedAt, t.Name, t.Total, "{}"}
}

type teamList struct {
	Total int64       `json:"total"`
	Teams []teamModel `json:"teams"`
}

type membershipModel struct {
	ID             string      `json:"$id"`
	CreatedAt      roster.Time `json:"$createdAt"`
	UpdatedAt      roster.Time `json:"$updatedAt"`
	UserID         string      `json:"userId"`
	UserName       string      `json:"userName"`
	UserEmail      string      `json:"userEmail"`
	UserPhone      string      `json:"userPhone" since:"1.9.2"`
	TeamID         string      `json:"teamId"`
	TeamName       string      `json:"teamName"`
	Invited        roster.Time `json:"invited"`
	Joined         roster.Time `json:"joined"`
	Confirm        bool        `json:"confirm"`
	MFA            bool        `json:"mfa" since:"1.5.0"`
	UserAccessedAt roster.Time `json:"userAccessedAt"`
	Roles          []string    `json:"roles"`
}

func newMembership(m roster.Membership) membershipModel {
	return membershipModel{
		m.ID, m.CreatedAt, m.UpdatedAt, m.UserID, m.Member.Name, m.Member.Email, m.Member.Phone,
		m.TeamID, m.TeamName, m.InvitedAt, m.JoinedAt, m.Confirmed, m.Member.MFA, m.Member.AccessedAt, m.Roles,
	}
}

type membershipList struct {
	Total       int64             `json:"total"`
	Memberships []membershipModel `json:"memberships"`
}

type identityModel struct {
	ID                        string      `json:"$id"`
	CreatedAt                 roster.Time `json:"$createdAt"`
	UpdatedAt                 roster.Time `json:"$updatedAt"`
	UserID                    string      `json:"userId"`
	Provider                  string      `json:"provider"`
	ProviderUID               string      `json:"providerUid"`
	ProviderEmail             string      `json:"providerEmail"`
	ProviderAccessToken       string      `json:"providerAccessToken"`
	ProviderAccessTokenExpiry roster.Time `json:"providerAccessTokenExpiry"`
	ProviderRefreshToken      string      `json:"providerRefreshToken"`
}

func newIdentity(i roster.Identity) identityModel {
	return identityModel{
		i.ID, i.CreatedAt, i.UpdatedAt, i.UserID, i.Provider, i.ProviderUID, i.ProviderEmail,
		i.ProviderAccessToken, i.ProviderAccessTokenExpiry, i.ProviderRefreshToken,
	}
}

type identityList struct {
	Total      int64           `json:"total"`
	Identities []identityModel `json:"identities"`
}

type providerModel struct {
	ID          string       `json:"$id"`
	CreatedAt   roster.Time  `json:"$createdAt"`
	UpdatedAt   roster.Time  `json:"$updatedAt"`
	Name        string       `json:"name"`
	Provider    string       `json:"provider"`
	Enabled     bool         `json:"enabled"`
	Type        string       `json:"type"`
	Credentials wire.RawJSON `json:"credentials"`
	Options     wire.RawJSON `json:"options"`
}

func newProvider(p roster.Provider) providerModel {
	return providerModel{p.ID, p.CreatedAt, p.UpdatedAt, p.Name, p.Kind, p.Enabled, p.Type, wire.RawJSON(p.Credentials), wire.RawJSON(p.Options)}
}

type providerList struct {
	Total     int64           `json:"total"`
	Providers []providerModel `json:"providers"`
}

type logModel struct {
	Event     string      `json:"event"`
	UserID    string      `json:"userId"`
	UserEmail string      `json:"userEmail"`
	UserName  string      `json:"userName"`
	Mode      string      `json:"mode"`
	UserType  string      `json:"userType"`
	IP        string      `json:"ip"`
	Time      roster.Time `json:"time"`
	deviceModel
}

// newLog shapes an entry of the activity log. Its time has seconds only
// (contract section 4.9).
func newLog(r roster.Record, locale string) logModel {
	return logModel{
		r.Audit, r.Actor.ID, r.Actor.Email, r.Actor.Name, "default", string(r.Actor.Type), r.Actor.IP, r.Time - r.Time%1000,
		newDevice(r.Actor.UserAgent, r.Actor.Country, locale),
	}
}

type logList struct {
	Total int64      `json:"total"`
	Logs  []logModel `json:"logs"`
}

type factorsModel struct {
	TOTP         bool `json:"totp"`
	Phone        bool `json:"phone"`
	Email        bool `json:"email"`
	RecoveryCode bool `json:"recoveryCode"`
	Custom       bool `json:"custom"`
}

type recoveryCodesModel struct {
	RecoveryCodes []string `json:"recoveryCodes"`
}

type challengeModel struct {
	ID        string      `json:"$id"`
	CreatedAt roster.Time `json:"$createdAt"`
	UserID    string      `json:"userId"`
	Expire    roster.Time `json:"expire"`
}

func newChallenge(c roster.Challenge) challengeModel {
	return challengeModel{c.ID, c.CreatedAt, c.UserID, c.ExpiresAt}
}

// challengeSecretModel is for the product that delivers the code.
type challengeSecretModel struct {
	challengeModel
	Code string `json:"code"`
}

type authenticatorModel struct {
	Secret string `json:"secret"`
	URI    string `json:"uri"`
}

type usageModel struct {
	Range         string       `json:"range"`
	UsersTotal    int64        `json:"usersTotal"`
	SessionsTotal int64        `json:"sessionsTotal"`
	Users         []usagePoint `json:"users"`
	Sessions      []usagePoint `json:"sessions"`
}

type usagePoint struct {
	Value int64       `json:"value"`
	Date  roster.Time `json:"date"`
}

type passwordStrengthModel struct {
	ID        string `json:"$id"`
	Min       int    `json:"min"`
	Uppercase bool   `json:"uppercase"`
	Lowercase bool   `json:"lowercase"`
	Number    bool   `json:"number"`
	Symbols   bool   `json:"symbols"`
}

func newPasswordStrength(p roster.Project) passwordStrengthModel {
	s := p.Settings
	return passwordStrengthModel{"password-strength", s.PasswordMinLength, s.PasswordUppercase, s.PasswordLowercase, s.PasswordNumber, s.PasswordSymbols}
}

// projectModel has fields for much that Roster does not do; those hold what they
// hold in a project that does not use it (companion section 4).
type projectModel struct {
	ID                string        `json:"$id"`
	CreatedAt         roster.Time   `json:"$createdAt"`
	UpdatedAt         roster.Time   `json:"$updatedAt"`
	Name              string        `json:"name"`
	TeamID            string        `json:"teamId"`
	Region            string        `json:"region"`
	DevKeys           []string      `json:"devKeys"`
	SMTPEnabled       bool          `json:"smtpEnabled"`
	SMTPSenderName    string        `json:"smtpSenderName"`
	SMTPSenderEmail   string        `json:"smtpSenderEmail"`
	SMTPReplyToName   string        `json:"smtpReplyToName"`
	SMTPReplyToEmail  string        `json:"smtpReplyToEmail"`
	SMTPHost          string        `json:"smtpHost"`
	SMTPPort          int           `json:"smtpPort"`
	SMTPUsername      string        `json:"smtpUsername"`
	SMTPPassword      string        `json:"smtpPassword"`
	SMTPSecure        string        `json:"smtpSecure"`
	PingCount         int           `json:"pingCount"`
	PingedAt          roster.Time   `json:"pingedAt"`
	Labels            []string      `json:"labels"`
	Status            string        `json:"status"`
	Onboarding        wire.RawJSON  `json:"onboarding"`
	AuthMethods       []switchModel `json:"authMethods"`
	Services          []switchModel `json:"services"`
	Protocols         []switchModel `json:"protocols"`
	Blocks            []string      `json:"blocks"`
	ConsoleAccessedAt roster.Time   `json:"consoleAccessedAt"`
	WAFEnabled        bool          `json:"wafEnabled"`
}

// switchModel is a part of the API that a project may switch off.
type switchModel struct {
	ID      string `json:"$id"`
	Enabled bool   `json:"enabled"`
}

func newProjectModel(p roster.Project) projectModel {
	s := p.Settings
	return projectModel{
		ID: p.ID, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Name: p.Name, Region: "default", Status: "active", Onboarding: "{}",
		AuthMethods: []switchModel{
			{"email-password", s.EmailPassword}, {"magic-url", false}, {"email-otp", false}, {"anonymous", false}, {"invites", false}, {"jwt", s.JWT}, {"phone", false},
		},
		Services:  []switchModel{{"account", true}, {"teams", true}, {"users", s.Users}, {"messaging", true}, {"project", true}, {"health", true}},
		Protocols: []switchModel{{"rest", s.REST}},
	}
}
