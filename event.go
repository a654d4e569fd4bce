package roster

import "strings"

// Event names a change, as subscribers and the log see it (contract section
// 13). The suffix stands behind "users.[userId].", unless the change is not one
// of a user's: then it is the whole name. Audit is the name that the log shows.
type Event struct {
	Suffix string
	Audit  string
}

// The changes that the Users API makes. Recovery codes and authenticators use
// update.mfa… so that they never look like the creation or deletion of the user
// (contract Q22); changed preferences are logged as any other change.
var (
	UserCreated             = event("create", "user.create")
	UserDeleted             = event("delete", "user.delete")
	UserStatusUpdated       = event("update.status", "user.update")
	UserLabelsUpdated       = event("update.labels", "user.update")
	UserImpersonatorUpdated = event("update.impersonator", "user.update")
	UserNameUpdated         = event("update.name", "user.update")
	UserPasswordUpdated     = event("update.password", "user.update")
	UserEmailUpdated        = event("update.email", "user.update")
	UserPhoneUpdated        = event("update.phone", "user.update")
	UserVerificationUpdated = event("update.verification", "verification.update")
	UserPrefsUpdated        = event("update.prefs", "user.update")
	UserMFAUpdated          = event("update.mfa", "user.update")
	RecoveryCodesCreated    = event("update.mfa.recovery-codes.create", "user.update")
	RecoveryCodesUpdated    = event("update.mfa.recovery-codes", "user.update")
	AuthenticatorDeleted    = event("update.mfa.authenticator.delete", "user.update")
	AuthenticatorCreated    = event("update.mfa.authenticator.create", "user.update")
	AuthenticatorVerified   = event("update.mfa.authenticator", "user.update")
	ChallengeCreated        = event("challenges.[challengeId].create", "challenge.create")
	ChallengeSolved         = event("challenges.[challengeId].delete", "challenges.update")
	UserImpersonated        = event("impersonate", "user.impersonate")
	IdentityCreated         = event("identities.[identityId].create", "identity.create")
	TargetCreated           = event("targets.[targetId].create", "target.create")
	TargetUpdated           = event("targets.[targetId].update", "target.update")
	TargetDeleted           = event("targets.[targetId].delete", "target.delete")
	SessionCreated          = event("sessions.[sessionId].create", "session.create")
	SessionUpdated          = event("sessions.[sessionId].update", "session.update")
	SessionDeleted          = event("sessions.[sessionId].delete", "session.delete")
	SessionsDeleted         = event("sessions.delete", "session.delete")
	TokenCreated            = event("tokens.[tokenId].create", "tokens.create")
	IdentityDeleted         = event("identities.[identityId].delete", "identity.delete")

	TeamCreated       = event("teams.[teamId].create", "team.create")
	TeamUpdated       = event("teams.[teamId].update", "team.update")
	TeamDeleted       = event("teams.[teamId].delete", "team.delete")
	MembershipCreated = event("teams.[teamId].memberships.[membershipId].create", "membership.create")
	MembershipUpdated = event("teams.[teamId].memberships.[membershipId].update", "membership.update")
	MembershipDeleted = event("teams.[teamId].memberships.[membershipId].delete", "membership.delete")

	ProviderCreated = event("providers.[providerId].create", "provider.create")
	ProviderUpdated = event("providers.[providerId].update", "provider.update")
	ProviderDeleted = event("providers.[providerId].delete", "provider.delete")

	PolicyUpdated = event("project.policies.[policyId].update", "project.update")
	OIDCUpdated   = event("project.oauth2.oidc.update", "project.update")
)

var events []*Event

func event(suffix, audit string) *Event {
	e := &Event{Suffix: suffix, Audit: audit}
	events = append(events, e)
	return e
}

// Name is the whole name of the event.
func (e *Event) Name() string {
	for _, root := range []string{"teams.", "providers.", "project."} {
		if strings.HasPrefix(e.Suffix, root) {
			return e.Suffix
		}
	}
	return "users.[userId]." + e.Suffix
}

// Events lists every event of the wire contract.
func Events() []*Event { return events }

// Record is one entry of the activity log: who did what, to whom, when and from
// where, and the values before and after (secrets left out).
type Record struct {
	Seq      int64
	Time     Time
	Event    string // the suffix of the event
	Audit    string
	UserID   string // whom it was done to
	Resource string // the id of the user's session, target, …; empty: the user
	Actor    Actor
	Target   string // the id of the user whom the actor impersonates; empty: nobody
	Changes  string // JSON object of field to [before, after]; empty: none
}

// ActorType says what kind of caller acted (contract section 4.9, userType).
type ActorType string

// The kinds of actors.
const (
	ActorGuest  ActorType = "guest"
	ActorUser   ActorType = "user"
	ActorKey    ActorType = "keyProject"
	ActorSystem ActorType = "system"
)

// Actor is who acts, and from where.
type Actor struct {
	Type      ActorType
	ID        string
	Name      string
	Email     string
	IP        string
	Country   string
	UserAgent string
}
