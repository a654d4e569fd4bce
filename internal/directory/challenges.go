package directory

import (
	"context"
	"fmt"
	"time"

	"roster"
	"roster/internal/letter"
	"roster/internal/secret"
)

// What a user is challenged to answer with, and the factor that a session has
// then: the code that an authenticator app shows, one that came by mail or SMS,
// a recovery code, or one that the product delivers.
const (
	FactorTOTP         = "totp"
	FactorEmail        = "email"
	FactorPhone        = "phone"
	FactorRecoveryCode = "recoveryCode"
	FactorCustom       = "custom"
)

// A challenge's code, and how long it can be answered (companion section 8.2).
const (
	challengeDigits = 6
	challengeLife   = time.Hour
)

// ChallengePlace is what a challenge's code is sealed to.
func ChallengePlace(p roster.Project, id string) string {
	return fmt.Sprintf("challenges.code:%d:%s", p.Number, id)
}

// Challenge returns the user's custom challenge with its code in clear. One
// that is unknown, expired or of another type gives [roster.ErrToken].
func (d *Directory) Challenge(ctx context.Context, by Caller, user, id string) (roster.Challenge, error) {
	if _, err := d.User(ctx, by, user); err != nil {
		return roster.Challenge{}, err
	}
	ch, err := d.Store.Challenge(ctx, by.Project.Number, user, id)
	if err != nil {
		return ch, err
	}
	if ch.Type != FactorCustom || ch.ExpiresAt < d.now() {
		return ch, roster.ErrToken
	}
	ch.Code, err = d.Secrets.Open(ch.Code, ChallengePlace(by.Project, ch.ID))
	return ch, err
}

// factorAllowed wants the project to accept the factor; recovery codes are for
// when nothing else is left and always count.
func factorAllowed(s roster.Settings, factor string) error {
	allowed := map[string]bool{
		FactorTOTP: s.MFATOTP, FactorEmail: s.MFAEmail, FactorPhone: s.MFAPhone, FactorCustom: s.MFACustom, FactorRecoveryCode: true,
	}
	if !allowed[factor] {
		return roster.ErrMethod.With("The project does not accept this factor.")
	}
	return nil
}

// CreateChallenge challenges the caller to answer with a factor, whether or not
// the caller has it (companion section 8.2). The locale is the one in which a
// code is sent.
func (d *Directory) CreateChallenge(ctx context.Context, by Caller, factor, locale string) (roster.Challenge, error) {
	ch := roster.Challenge{ID: d.newID(), UserID: by.user.ID, Type: factor}
	if err := factorAllowed(by.Project.Settings, factor); err != nil {
		return ch, err
	}
	if err := d.canSend(ctx, by, factor); err != nil {
		return ch, err
	}
	code := secret.Digits(challengeDigits)
	ch.Code = d.Secrets.Seal(code, ChallengePlace(by.Project, ch.ID))
	err := d.write(ctx, by, func(c change) error {
		u, err := c.subject(by.user.ID)
		if err != nil {
			return err
		}
		m, err := codeMessage(&u, factor, code, locale)
		if err != nil {
			return err
		}
		if err := c.challenge(&ch); err != nil || m.channel == "" {
			return err
		}
		return c.deliver(d, m)
	})
	return ch, err
}

// challenge stores and records a new challenge, in place of those that nobody
// can answer any more.
func (c change) challenge(ch *roster.Challenge) error {
	if err := c.DropExpiredChallenges(c.project(), ch.UserID); err != nil {
		return err
	}
	ch.CreatedAt, ch.ExpiresAt = c.Now, c.Now.Add(challengeLife)
	if err := c.CreateChallenge(c.project(), ch); err != nil {
		return err
	}
	return c.record(roster.ChallengeCreated, ch.UserID, ch.ID, "")
}

// canSend reports whether the factor's code can be sent, if it has to be.
func (d *Directory) canSend(ctx context.Context, by Caller, factor string) error {
	switch factor {
	case FactorEmail:
		return d.CanMail()
	case FactorPhone:
		return d.CanText(ctx, by)
	}
	return nil
}

// codeMessage tells the user the code, at an address that is known to be the
// user's. Of factors whose code is not sent it is empty.
func codeMessage(u *roster.User, factor, code, locale string) (message, error) {
	m := message{template: letter.Challenge, data: map[string]string{"code": code}, locale: locale, lifetime: challengeLife}
	switch factor {
	case FactorEmail:
		m.channel, m.recipient = roster.Email, u.Email
		return m, reachable(u.Email, u.EmailVerified, roster.ErrEmailMissing, roster.ErrEmailUnverified)
	case FactorPhone:
		m.channel, m.recipient = roster.SMS, u.Phone
		return m, reachable(u.Phone, u.PhoneVerified, roster.ErrPhoneMissing, roster.ErrPhoneUnverified)
	}
	return message{}, nil
}

func reachable(address string, verified bool, missing, unverified error) error {
	switch {
	case address == "":
		return missing
	case !verified:
		return unverified
	}
	return nil
}

// errWrongCode tells no more than that the answer does not count.
var errWrongCode = roster.ErrToken.With("The code is wrong, or it was used or has expired.")

// SolveChallenge answers one of the caller's challenges, which is spent, and
// adds its factor to the caller's session (companion section 8.2).
func (d *Directory) SolveChallenge(ctx context.Context, by Caller, id, answer string) (roster.Session, error) {
	var s roster.Session
	err := d.write(ctx, by, func(c change) (err error) {
		if _, err = c.subject(by.user.ID); err != nil {
			return err
		}
		if s, err = c.ownSession(); err != nil {
			return err
		}
		ch, err := c.openChallenge(id)
		if err != nil {
			return err
		}
		if err := c.answer(d, ch, answer); err != nil {
			return err
		}
		return c.solved(&s, ch)
	})
	return s, err
}

// openChallenge reads one of the caller's challenges that can still be answered.
func (c change) openChallenge(id string) (roster.Challenge, error) {
	ch, err := c.Challenge(c.project(), c.by.user.ID, id)
	if err != nil {
		return ch, err
	}
	if ch.ExpiresAt < c.Now {
		return ch, roster.ErrToken
	}
	return ch, factorAllowed(c.by.Project.Settings, ch.Type)
}

// answer judges the answer and spends what can be used once only.
func (c change) answer(d *Directory, ch roster.Challenge, answer string) error {
	switch ch.Type {
	case FactorTOTP:
		a, err := c.Authenticator(c.project(), ch.UserID, FactorTOTP)
		if err == roster.ErrAuthenticator || err == nil && !a.Verified {
			return errWrongCode
		}
		if err != nil {
			return err
		}
		return c.spendStep(d, &a, answer)
	case FactorRecoveryCode:
		return c.spendRecoveryCode(d, ch.UserID, answer)
	}
	code, err := d.Secrets.Open(ch.Code, ChallengePlace(c.by.Project, ch.ID))
	if err == nil && !same(code, answer) {
		err = errWrongCode
	}
	return err
}

// solved deletes the challenge and lets the session have its factor.
func (c change) solved(s *roster.Session, ch roster.Challenge) error {
	if err := c.DeleteChallenge(c.project(), ch.UserID, ch.ID); err != nil {
		return err
	}
	addFactors(s, ch.Type)
	s.MFAUpdatedAt = c.Now
	if err := c.UpdateSession(c.project(), s); err != nil {
		return err
	}
	return c.record(roster.ChallengeSolved, ch.UserID, ch.ID, "")
}
