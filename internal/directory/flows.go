package directory

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"time"

	"roster"
	"roster/internal/oidc"
	"roster/internal/secret"
	"roster/internal/token"
)

// Flow is a sign-in that is under way at the project's provider, as it is sealed
// (companion section 8.3).
type Flow struct {
	ID               string `json:"-"`
	Success, Failure string // where the user is sent in the end; empty: to Roster's own pages
	Token            bool   // the user brings back a token instead of a session
	Callback         string // where the provider sends the user back to
	Scopes           []string
	Verifier, Nonce  string
	User             string // who had signed in here when it began; empty: nobody
}

// FlowLife is how long a user may take at the provider.
const FlowLife = 10 * time.Minute

// Begun is what the browser of a user takes along.
type Begun struct {
	Flow   Flow
	URL    string // where to go
	Secret string // to be kept by the browser, and shown when it comes back
}

// BeginFlow begins a sign-in at the provider. Host is the API's own.
func (d *Directory) BeginFlow(ctx context.Context, by Caller, f Flow, host string) (Begun, error) {
	if err := d.CheckFlow(by, &f, host); err != nil {
		return Begun{}, err
	}
	provider, err := d.providerOf(by.Project)
	if err != nil {
		return Begun{}, err
	}
	f.ID, f.Verifier, f.Nonce = secret.Random(16), oidc.NewVerifier(), secret.Random(16)
	f.User = by.userID()
	b := Begun{Flow: f, Secret: secret.Random(16)}
	if b.URL, err = d.OIDC.Start(ctx, provider, f.request(token.SignState(f.ID, d.stateKey(by.Project)))); err != nil {
		return b, d.unanswered(ctx, roster.ErrOAuthProvider, err)
	}
	row := roster.Flow{ID: f.ID, Browser: secret.Digest(b.Secret), Data: d.Secrets.Seal(string(encoded(f)), FlowPlace(by.Project, f.ID))}
	return b, d.write(ctx, by, func(c change) error {
		if err := c.DeleteExpiredFlows(c.project()); err != nil {
			return err
		}
		row.ExpiresAt = c.Now.Add(FlowLife)
		return c.CreateFlow(c.project(), &row)
	})
}

// CheckFlow wants the project to let users sign in with its provider, and to be
// sent where the flow sends them.
func (d *Directory) CheckFlow(by Caller, f *Flow, host string) error {
	if err := signsInByOIDC(by.Project); err != nil {
		return err
	}
	return f.checkTargets(by.Project, host)
}

// signsInByOIDC refuses if the project has not switched its provider on.
func signsInByOIDC(p roster.Project) error {
	if !p.OIDC.Enabled || !p.OIDC.Complete() {
		return roster.ErrOAuthDisabled
	}
	return nil
}

func (f *Flow) checkTargets(p roster.Project, host string) error {
	for _, target := range []struct {
		text *string
		err  *roster.Error
	}{{&f.Success, roster.ErrSuccessURL}, {&f.Failure, roster.ErrFailureURL}} {
		if *target.text == "" {
			continue
		}
		u, ok := redirectTarget(p, host, *target.text)
		if !ok {
			return target.err
		}
		*target.text = u.String()
	}
	return nil
}

func (f *Flow) request(state string) oidc.Request {
	return oidc.Request{Callback: f.Callback, State: state, Nonce: f.Nonce, Verifier: f.Verifier, Scopes: f.Scopes}
}

// userID is the id of who has signed in, or empty.
func (c Caller) userID() string {
	if c.user == nil {
		return ""
	}
	return c.user.ID
}

// stateKey is the project's own, so that a state of one project is nothing in
// another.
func (d *Directory) stateKey(p roster.Project) []byte {
	return d.Secrets.Derive("oauth2 state:" + p.ID)
}

// FlowPlace is what a sign-in that is under way is sealed to.
func FlowPlace(p roster.Project, id string) string {
	return fmt.Sprintf("flows.data:%d:%s", p.Number, id)
}

var errNoFlow = roster.ErrBadRequest.With("The sign-in is unknown, was finished before, or took longer than ten minutes. Begin it again.")

// TakeFlow ends the sign-in that the state is of, before its outcome is known:
// it can be taken once. What the browser keeps for it must be the secret that it
// was given.
func (d *Directory) TakeFlow(ctx context.Context, by Caller, state, host string, kept func(flow string) string) (Flow, error) {
	id, ok := token.ReadState(state, d.stateKey(by.Project))
	if !ok {
		return Flow{}, errNoFlow
	}
	browser := secret.Digest(kept(id))
	var row roster.Flow
	err := d.write(ctx, by, func(c change) (err error) {
		row, err = c.Flow(c.project(), id)
		switch {
		case err == roster.ErrBadRequest, err == nil && row.ExpiresAt < c.Now:
			return errNoFlow
		case err != nil:
			return err
		case subtle.ConstantTimeCompare([]byte(browser), []byte(row.Browser)) != 1:
			return roster.ErrBadRequest.With("The sign-in was begun in another browser. Begin it again in this one.")
		}
		return c.DeleteFlow(c.project(), id)
	})
	if err != nil {
		return Flow{}, err
	}
	f := Flow{ID: id}
	text, err := d.Secrets.Open(row.Data, FlowPlace(by.Project, id))
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, err
	}
	return f, f.checkTargets(by.Project, host)
}
