package roster

// User is a person in the directory. Secrets that the contract never returns
// (password history, recovery codes) are in [Credentials].
type User struct {
	Seq                  int64
	ID                   string
	CreatedAt, UpdatedAt Time
	RegisteredAt         Time
	Name                 string
	Email, Phone         string // empty: none
	EmailFacts           *EmailFacts
	Password             *string // the stored hash; nil: never set, empty: removed
	Hash                 string  // the algorithm's name on the wire
	HashOptions          string  // JSON
	PasswordUpdatedAt    Time
	Enabled              bool
	EmailVerified        bool
	PhoneVerified        bool
	MFA                  bool
	Impersonator         bool
	Labels               []string
	Prefs                string // a JSON object
	AccessedAt           Time
	Targets              []Target
}

// EmailFacts is what an address tells of itself (contract section 4.1).
type EmailFacts struct {
	Canonical                                string
	Free, Disposable, Corporate, IsCanonical bool
}

// Credentials is what a user has besides the current password that no response
// shows unasked.
type Credentials struct {
	PasswordHistory string // JSON of hashes, oldest first; empty: none
	RecoveryCodes   string // sealed; empty: none
}

// Session is a signed-in device. Only a digest of its secret is kept.
type Session struct {
	Seq                       int64
	ID, UserID                string
	CreatedAt, UpdatedAt      Time
	ExpiresAt                 Time
	Provider, ProviderUID     string
	ProviderAccessToken       string // sealed
	ProviderRefreshToken      string // sealed
	ProviderAccessTokenExpiry Time
	SecretDigest              string
	UserAgent, IP, Country    string
	Factors                   []string
	MFAUpdatedAt              Time
}

// Token is a short secret that can be exchanged for a session once.
type Token struct {
	ID, UserID    string
	Type          TokenType
	CreatedAt     Time
	ExpiresAt     Time
	SecretDigest  string
	UserAgent, IP string
}

// TokenType says what a token may be exchanged for (contract section 3.17).
type TokenType int

// The types of tokens: one of an OAuth2 sign-in, wrapped in a JWT on its way to
// the client, and one made by the Users API.
const (
	TokenOAuth2  TokenType = 6
	TokenGeneric TokenType = 8
)

// Target is an address that messages can be sent to.
type Target struct {
	Seq                  int64
	ID, UserID           string
	CreatedAt, UpdatedAt Time
	Name                 string
	ProviderID           string // empty: none
	ProviderType         string
	Identifier           string
	Expired              bool
}

// Identity is an account at another provider that is linked to a user.
type Identity struct {
	Seq                       int64
	ID, UserID                string
	CreatedAt, UpdatedAt      Time
	Provider, ProviderUID     string
	ProviderEmail             string
	ProviderAccessToken       string // sealed
	ProviderRefreshToken      string // sealed
	ProviderAccessTokenExpiry Time
}

// Flow is a sign-in that is under way at another provider.
type Flow struct {
	ID        string
	ExpiresAt Time
	Browser   string // the digest of what the browser keeps meanwhile
	Data      string // sealed
}

// Team is a group of users.
type Team struct {
	Seq                  int64
	ID, Name             string
	Total                int64 // confirmed memberships
	CreatedAt, UpdatedAt Time
}

// Membership is a user's place in a team.
type Membership struct {
	Seq                  int64
	ID, UserID           string
	TeamID, TeamName     string
	CreatedAt, UpdatedAt Time
	InvitedAt, JoinedAt  Time
	Confirmed            bool
	Roles                []string
	Member               Member
}

// Member is what a membership tells of its user.
type Member struct {
	Name, Email, Phone           string
	EmailVerified, PhoneVerified bool
	AppVerified                  bool // an authenticator app
	MFA                          bool
	AccessedAt                   Time
}

// Authenticator is an enrolled second factor.
type Authenticator struct {
	ID, UserID, Type     string
	CreatedAt, UpdatedAt Time
	Verified             bool
	Data                 string // sealed
	LastStep             int64  // the newest time step whose code was used; it and those before are spent
}

// Challenge asks a user for a second factor.
type Challenge struct {
	ID, UserID, Type string
	CreatedAt        Time
	ExpiresAt        Time
	Code             string // sealed
}
