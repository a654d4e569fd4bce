package roster

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Settings are the rules of a project (contract section 10). The tag names the
// setting and gives its bounds; the zero project uses [DefaultSettings].
type Settings struct {
	PasswordHistory    int  `setting:"passwordHistory" max:"20" doc:"How many old passwords may not be used again; 0 is off."`
	PasswordDictionary bool `setting:"passwordDictionary" doc:"Refuse the 10,000 most common passwords."`
	PasswordMinLength  int  `setting:"passwordStrength.min" min:"8" max:"256" doc:"Shortest password in bytes."`
	PasswordUppercase  bool `setting:"passwordStrength.uppercase" doc:"Passwords need one of A-Z."`
	PasswordLowercase  bool `setting:"passwordStrength.lowercase" doc:"Passwords need one of a-z."`
	PasswordNumber     bool `setting:"passwordStrength.number" doc:"Passwords need a digit."`
	PasswordSymbols    bool `setting:"passwordStrength.symbols" doc:"Passwords need a character that is neither letter, digit nor blank."`
	PersonalDataCheck  bool `setting:"personalDataCheck" doc:"Refuse passwords that contain the user's id, email, name or phone."`

	SessionDuration    int  `setting:"duration" min:"60" max:"31536000" doc:"Seconds until a new session expires."`
	InvalidateSessions bool `setting:"invalidateSessions" doc:"A changed password ends the user's sessions."`
	MaxSessions        int  `setting:"maxSessions" min:"1" max:"100" doc:"Sessions a user may have by signing in."`
	SessionAlerts      bool `setting:"sessionAlerts" doc:"Mail users about new sessions."`

	MFATOTP   bool `setting:"mfaFactors.totp" doc:"Authenticator apps count as a factor."`
	MFAEmail  bool `setting:"mfaFactors.email" doc:"Email codes count as a factor."`
	MFAPhone  bool `setting:"mfaFactors.phone" doc:"SMS codes count as a factor."`
	MFACustom bool `setting:"mfaFactors.custom" doc:"Codes that the product delivers itself count as a factor."`

	EmailPassword bool `setting:"authMethods.emailPassword" doc:"Users may sign up and sign in with an email address and a password."`
	JWT           bool `setting:"authMethods.jwt" doc:"Users may make JWTs of their sessions."`

	UserLimit int `setting:"limit" max:"10000" doc:"Users that may sign up; 0 is no limit. Never applies to API keys."`

	RefuseDisposableEmails   bool `setting:"disposableEmails" doc:"Refuse throw-away addresses at sign-up."`
	RefuseFreeEmails         bool `setting:"freeEmails" doc:"Refuse addresses of free mail providers at sign-up."`
	RequireCanonicalEmails   bool `setting:"canonicalEmails" doc:"Refuse aliases of an address at sign-up."`
	RequireCorporateEmails   bool `setting:"corporateEmails" doc:"Refuse addresses that are not a company's at sign-up."`
	MembershipUserID         bool `setting:"membershipsUserId" doc:"Team members see each other's id."`
	MembershipUserName       bool `setting:"membershipsUserName" doc:"Team members see each other's name."`
	MembershipUserEmail      bool `setting:"membershipsUserEmail" doc:"Team members see each other's email."`
	MembershipUserPhone      bool `setting:"membershipsUserPhone" doc:"Team members see each other's phone."`
	MembershipUserMFA        bool `setting:"membershipsMfa" doc:"Team members see whether others use MFA."`
	MembershipUserAccessedAt bool `setting:"membershipsUserAccessedAt" doc:"Team members see when others were last active."`

	MockNumbers []string `setting:"mockNumbers" doc:"Phone numbers for tests with their fixed code, as +15551234567=123456, separated by commas."`
	Platforms   []string `setting:"platforms" doc:"Hosts of web pages that may call the API, separated by commas; *.example.com takes every subdomain."`
	Users       bool     `setting:"services.users" doc:"Guests and signed-in users may call the users service; keys always may."`
	REST        bool     `setting:"apis.rest" doc:"Guests and signed-in users may call the REST API; keys always may."`
}

// DefaultSettings are those of a new project.
func DefaultSettings() Settings {
	return Settings{
		PasswordMinLength: 8, SessionDuration: 31536000, InvalidateSessions: true, MaxSessions: 10,
		MFATOTP: true, MFAEmail: true, MFAPhone: true, EmailPassword: true, JWT: true, Users: true, REST: true,
	}
}

// Setting is one setting of a project, by its wire name.
type Setting struct {
	Name, Value, Doc string
}

// List returns every setting in declaration order.
func (s *Settings) List() []Setting {
	v := reflect.ValueOf(s).Elem()
	list := make([]Setting, 0, v.NumField())
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		list = append(list, Setting{tag.Get("setting"), settingText(v.Field(i)), tag.Get("doc")})
	}
	return list
}

func settingText(v reflect.Value) string {
	if words, ok := v.Interface().([]string); ok {
		return strings.Join(words, ",")
	}
	return fmt.Sprint(v.Interface())
}

// Set changes the setting called name. The error is [ErrArgument] and says
// which settings or values there are.
func (s *Settings) Set(name, value string) error {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.Tag.Get("setting") == name {
			return setSetting(v.Field(i), name, value, boundsOf(field.Tag))
		}
	}
	var names []string
	for _, known := range s.List() {
		names = append(names, known.Name)
	}
	return ErrArgument.With("There is no setting " + strconv.Quote(name) + ". Settings are: " + strings.Join(names, ", ") + ".")
}

func setSetting(v reflect.Value, name, value string, b Bounds) error {
	switch v.Interface().(type) {
	case bool:
		on, err := strconv.ParseBool(value)
		if err != nil {
			return ErrArgument.With(name + " must be true or false.")
		}
		v.SetBool(on)
	case int:
		n, err := strconv.Atoi(value)
		if err != nil || int64(n) < b.Min || int64(n) > b.Max {
			return ErrArgument.With(fmt.Sprintf("%s must be an integer from %d to %d.", name, b.Min, b.Max))
		}
		v.SetInt(int64(n))
	case []string:
		words := slices.DeleteFunc(strings.Split(value, ","), func(w string) bool { return w == "" })
		v.Set(reflect.ValueOf(words))
	}
	return nil
}
