package worker

import (
	"errors"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/mail/inbox"
)

// signedIn is a user with a session and verified addresses.
func (b *bed) signedIn(d *directory.Directory) directory.Caller {
	b.t.Helper()
	by := directory.Caller{Project: b.p}
	_, err := d.CreateUser(b.t.Context(), by, directory.NewUser{ID: "ada", Email: "ada@example.com", Phone: "+442079460000"})
	if err == nil {
		_, err = d.UpdateUser(b.t.Context(), by, "ada", roster.UserVerificationUpdated, func(u *roster.User) { u.EmailVerified, u.PhoneVerified = true, true })
	}
	if err != nil {
		b.t.Fatal(err)
	}
	_, plain, err := d.CreateSession(b.t.Context(), by, "ada")
	if err == nil {
		by, err = d.Identify(b.t.Context(), directory.Credentials{Project: b.p.ID, Sessions: []string{plain}})
	}
	if err != nil || by.User() == nil {
		b.t.Fatal(by.User(), err)
	}
	return by
}

func TestTheCodeOfAMailAnswersItsChallengeOnce(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{})
	w := b.worker(s)
	by := b.signedIn(w.Directory)
	ch, err := w.Directory.CreateChallenge(t.Context(), by, directory.FactorEmail, "en")
	if err != nil {
		t.Fatal(err)
	}
	b.clear(w)
	code := s.Mails()[0].Code(t)
	if _, err := w.Directory.SolveChallenge(t.Context(), by, ch.ID, code); err != nil {
		t.Errorf("%s does not count: %v", code, err)
	}
	if _, err := w.Directory.SolveChallenge(t.Context(), by, ch.ID, code); !errors.Is(err, roster.ErrToken) {
		t.Errorf("%s counts twice, error %v", code, err)
	}
}

func TestACodeIsNotSentWhenItsChallengeIsOver(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{})
	w := b.worker(s)
	by := b.signedIn(w.Directory)
	if _, err := w.Directory.CreateChallenge(t.Context(), by, directory.FactorEmail, "en"); err != nil {
		t.Fatal(err)
	}
	b.forward(time.Hour + time.Millisecond)
	b.clear(w)
	if n := s.Seen(); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
	b.wantLeft(0, 1)
}
