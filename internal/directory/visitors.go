package directory

import (
	"strings"

	"roster"
	"roster/internal/oidc"
	"roster/internal/password"
)

// visitor is who has come back, in Roster's terms.
type visitor struct {
	user     string // who has signed in here already; empty: nobody
	uid      string
	email    string // empty: none
	verified bool   // the address is the visitor's
	name     string
	tokens   oidc.Tokens
}

func newVisitor(f Flow, who oidc.Person) visitor {
	v := visitor{user: f.User, uid: who.Subject, tokens: who.Tokens}
	if email := roster.NormalEmail(who.Email); roster.ValidEmail(email) {
		v.email, v.verified = email, who.Verified
	}
	name := []rune(strings.ReplaceAll(strings.ToValidUTF8(who.Name, ""), "\x00", ""))
	v.name = string(name[:min(len(name), maxName)])
	return v
}

// maxName is how many characters a user's name may have.
const maxName = 128

// arrive finds the visitor's user, or makes one, and links it to the account at
// the provider. An account is known by its id there. An address proves nothing
// unless the provider vouches for it, and other sessions prove nothing at all.
func (c *change) arrive(d *Directory, v visitor) (roster.User, error) {
	linked, err := c.IdentityOf(c.project(), OIDCProvider, v.uid)
	known := err == nil
	if err != nil && err != roster.ErrIdentityNotFound {
		return roster.User{}, err
	}
	var u roster.User
	switch {
	case v.user != "":
		u, err = c.welcomeBack(v, linked)
	case known:
		u, err = c.User(c.project(), linked.UserID)
	default:
		u, err = c.findOrMake(d, v)
	}
	if err == nil && !u.Enabled {
		err = roster.ErrUserBlocked
	}
	if err != nil {
		return u, err
	}
	c.actAs(&u)
	if err := c.fillIn(d, &u, v); err != nil {
		return u, err
	}
	return u, c.link(d, u, linked, v)
}

// welcomeBack takes who has signed in already for the visitor. What is somebody
// else's is not linked.
func (c change) welcomeBack(v visitor, linked roster.Identity) (roster.User, error) {
	u, err := c.subject(v.user)
	if err != nil {
		return u, err
	}
	if linked.ID != "" && linked.UserID != u.ID {
		return u, roster.ErrUserExists.With("The account at the provider belongs to another user.")
	}
	taken, err := c.emailOfAnother(v.email, u.ID)
	if err == nil && taken {
		err = roster.ErrUserExists.With("The provider's email belongs to another user.")
	}
	if err != nil || c.by.session == nil {
		return u, err
	}
	err = c.DeleteSession(c.project(), u.ID, c.by.session.ID) // the new one replaces it
	if err == roster.ErrSessionNotFound {
		err = nil
	}
	return u, err
}

// emailOfAnother reports whether another user, or an identity of one, has the
// address.
func (c change) emailOfAnother(email, user string) (bool, error) {
	if email == "" {
		return false, nil
	}
	u, err := c.UserByEmail(c.project(), email)
	if err == nil && u.ID != user {
		return true, nil
	}
	if err != nil && err != roster.ErrUserNotFound {
		return false, err
	}
	return c.EmailOfIdentity(c.project(), email, user)
}

// findOrMake returns the user of a visitor whose account is linked to nobody:
// whose address it is, or a new one.
func (c change) findOrMake(d *Directory, v visitor) (roster.User, error) {
	if v.email == "" {
		return roster.User{}, roster.ErrUnauthorized.With("The provider does not tell an email address, and the account there is linked to nobody here.")
	}
	u, err := c.UserByEmail(c.project(), v.email)
	owns := err == nil
	if err == roster.ErrUserNotFound {
		u, err = c.userOfIdentity(v.email)
	}
	switch {
	case err == roster.ErrUserNotFound:
		return c.makeUser(d, v)
	case err == nil && !v.verified:
		err = roster.ErrBadRequest.With("The email belongs to somebody, and the provider does not say that it is verified. Sign in here first, then link the account.")
	case err == nil && u.Enabled && owns && !u.EmailVerified:
		err = c.handOver(&u)
	}
	return u, err
}

func (c change) userOfIdentity(email string) (roster.User, error) {
	i, err := c.IdentityByEmail(c.project(), email)
	if err == roster.ErrIdentityNotFound {
		return roster.User{}, roster.ErrUserNotFound
	}
	if err != nil {
		return roster.User{}, err
	}
	return c.User(c.project(), i.UserID)
}

// handOver gives the user to whom the address is proven to belong. Somebody else
// may have signed up with it, to wait for its owner: their ways in are closed.
func (c change) handOver(u *roster.User) error {
	c.actAs(u)
	if err := c.DeleteIdentities(c.project(), u.ID); err != nil {
		return err
	}
	if _, err := c.DeleteSessions(c.project(), u.ID); err != nil {
		return err
	}
	before, none := *u, ""
	if hasPassword(u) {
		u.Password, u.PasswordUpdatedAt = &none, c.Now
	}
	u.EmailVerified = true
	return c.updated(roster.UserVerificationUpdated, &before, u)
}

func (c change) makeUser(d *Directory, v visitor) (roster.User, error) {
	if err := addressWanted(c.by.Project.Settings, v.email); err != nil {
		return roster.User{}, err
	}
	if err := c.roomForOne(); err != nil {
		return roster.User{}, err
	}
	u := newUser(NewUser{ID: d.newID(), Email: v.email, Name: v.name}, password.None())
	u.EmailVerified = v.verified
	c.actAs(&u)
	return u, c.createUser(d, &u, roster.Credentials{})
}

// fillIn gives the user the address and the name that it lacks.
func (c change) fillIn(d *Directory, u *roster.User, v visitor) error {
	before := *u
	if u.Name == "" {
		u.Name = v.name
	}
	if u.Email == "" && v.email != "" {
		taken, err := c.emailOfAnother(v.email, u.ID)
		if err != nil {
			return err
		}
		if !taken {
			emailAddress(v.email).set(u)
			if err := c.addTarget(d, u, roster.Email, v.email); err != nil {
				return err
			}
		}
	}
	if u.Email == v.email && v.verified {
		u.EmailVerified = true
	}
	event := roster.UserNameUpdated
	if u.Email != before.Email || u.EmailVerified != before.EmailVerified {
		event = roster.UserVerificationUpdated
	}
	return c.updated(event, &before, u)
}

// link stores that the account at the provider is the user's. An address that
// the provider does not vouch for is not kept: it would keep others from using
// theirs.
func (c change) link(d *Directory, u roster.User, i roster.Identity, v visitor) error {
	if v.verified {
		taken, err := c.EmailOfIdentity(c.project(), v.email, u.ID)
		if err != nil {
			return err
		}
		if taken {
			return roster.ErrBadRequest.With("The provider's email belongs to somebody else's account there.")
		}
		i.ProviderEmail = v.email
	}
	fresh := i.ID == ""
	if fresh {
		i.ID, i.UserID, i.Provider, i.ProviderUID = d.newID(), u.ID, OIDCProvider, v.uid
		i.CreatedAt, i.UpdatedAt = c.Now, c.Now
	}
	place := IdentityPlace(c.by.Project, i.ID)
	i.ProviderAccessToken, i.ProviderAccessTokenExpiry = d.seal(v.tokens.Access, place), momentOf(v.tokens.ExpiresAt)
	if v.tokens.Refresh != "" { // some providers give it the first time only
		i.ProviderRefreshToken = d.seal(v.tokens.Refresh, place)
	}
	if !fresh {
		return c.UpdateIdentity(c.project(), &i)
	}
	if err := c.CreateIdentity(c.project(), &i); err != nil {
		return err
	}
	return c.record(roster.IdentityCreated, u.ID, i.ID, "")
}
