package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"roster"
	"roster/internal/letter"
	"roster/internal/secret"
)

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

// shop is a project whose users are told of new sessions, on a directory that
// keeps mails.
func shop(t *testing.T, b *bench) Caller {
	t.Helper()
	b.projects++
	p, err := b.CreateProject(t.Context(), fmt.Sprint("shop", b.projects), "Analytical Shop")
	if err != nil {
		t.Fatal(err)
	}
	b.Mailing = MailKept
	p.Settings.SessionAlerts = true
	return Caller{Project: p, Actor: roster.Actor{Type: roster.ActorGuest, IP: "203.0.113.7", Country: "de", UserAgent: firefox}}
}

const password1 = "correct horse"

func (b *bench) ada(t *testing.T, by Caller, email string) {
	t.Helper()
	if _, err := b.CreateUser(t.Context(), by, NewUser{ID: "ada", Email: email, Password: password1}); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) signIn(t *testing.T, by Caller) {
	t.Helper()
	if _, _, err := b.SignIn(t.Context(), by, "ada@example.com", password1); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) exchange(t *testing.T, by Caller) {
	t.Helper()
	_, plain, err := b.CreateToken(t.Context(), by, "ada", 32, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Exchange(t.Context(), by, "ada", plain); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) kept(t *testing.T, by Caller) []KeptMail {
	t.Helper()
	mails, err := b.KeptMails(t.Context(), by.Project)
	if err != nil {
		t.Fatal(err)
	}
	return mails
}

func TestUserIsToldOfASessionThatIsNotTheFirst(t *testing.T) {
	b := newBench(t)
	by := shop(t, b)
	b.ada(t, by, "ada@example.com")
	b.signIn(t, by)
	if n := len(b.kept(t, by)); n != 0 {
		t.Fatalf("the first session made %d mails", n)
	}
	b.signIn(t, by)
	b.exchange(t, by)
	mails := b.kept(t, by)
	if len(mails) != 2 || mails[0].ID == mails[1].ID {
		t.Fatalf("the mails are %v", mails)
	}
	m := mails[1]
	if m.Recipient != "ada@example.com" || m.Subject != "New sign-in to Analytical Shop" || m.State != roster.DeliveryKept || m.DueAt != 0 {
		t.Errorf("the mail is %+v", m)
	}
	for _, word := range []string{"4 March 2026, 08:15 UTC", "Firefox on GNU/Linux", "Germany", "203.0.113.7"} {
		if !strings.Contains(m.Text, word) || !strings.Contains(m.HTML, word) {
			t.Errorf("the mail lacks %q:\n%s", word, m.Text)
		}
	}
}

func TestUserIsNotToldWhereNobodyWantsItOrCan(t *testing.T) {
	for name, prepare := range map[string]func(*bench, *Caller) string{
		"the project does not want it":    func(_ *bench, by *Caller) string { by.Project.Settings.SessionAlerts = false; return "ada@example.com" },
		"the user has no address":         func(*bench, *Caller) string { return "" },
		"there is no server to send with": func(b *bench, _ *Caller) string { b.Mailing = MailOff; return "ada@example.com" },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			by := shop(t, b)
			b.ada(t, by, prepare(b, &by))
			b.exchange(t, by)
			b.exchange(t, by)
			if n := len(b.kept(t, by)); n != 0 {
				t.Errorf("%d mails were made", n)
			}
			if sessions, err := b.Sessions(t.Context(), by, "ada"); err != nil || len(sessions) != 2 {
				t.Errorf("there are %d sessions, error %v", len(sessions), err)
			}
		})
	}
}

func TestServerSessionsAlertNobody(t *testing.T) {
	b := newBench(t)
	by := shop(t, b)
	b.ada(t, by, "ada@example.com")
	for range 2 {
		if _, _, err := b.CreateSession(t.Context(), by, "ada"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.kept(t, by)); n != 0 {
		t.Errorf("%d mails were made", n)
	}
}

// tell leaves a code to be sent.
func (b *bench) tell(by Caller, m message) error {
	return b.write(context.Background(), by, func(c change) error { return c.deliver(b.Directory, m) })
}

func codeTo(to string) message {
	return message{channel: roster.Email, recipient: to, template: letter.Challenge, data: map[string]string{"code": "012345"}, lifetime: time.Hour}
}

func TestOnlyTheNewestMailsAreKept(t *testing.T) {
	b := newBench(t)
	by, other := shop(t, b), shop(t, b)
	if err := b.tell(other, codeTo("bob@example.com")); err != nil {
		t.Fatal(err)
	}
	for i := range keptMails + 5 {
		if err := b.tell(by, codeTo(fmt.Sprintf("user%d@example.com", i))); err != nil {
			t.Fatal(err)
		}
	}
	mails := b.kept(t, by)
	if len(mails) != keptMails || mails[0].Recipient != "user104@example.com" || mails[keptMails-1].Recipient != "user5@example.com" {
		t.Errorf("%d are kept, from %s to %s", len(mails), mails[0].Recipient, mails[len(mails)-1].Recipient)
	}
	if n := len(b.kept(t, other)); n != 1 {
		t.Errorf("of the other project, %d are kept", n)
	}
}

func TestMailIsSealedForItsRow(t *testing.T) {
	b := newBench(t)
	by := shop(t, b)
	if err := b.tell(by, codeTo("ada@example.com")); err != nil {
		t.Fatal(err)
	}
	list, err := b.Store.Deliveries(t.Context(), by.Project.Number, roster.DeliveryKept)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if strings.Contains(list[0].Content, "012345") {
		t.Error("the code can be read in the database")
	}
	list[0].Seq++
	if _, err := b.content(list[0]); !errors.Is(err, secret.ErrSealed) {
		t.Errorf("it opens in another row, error %v", err)
	}
}

func TestNobodyIsToldOfWhatDidNotHappen(t *testing.T) {
	b := newBench(t)
	by := shop(t, b)
	b.Mailing = MailSent
	err := b.write(t.Context(), by, func(c change) error {
		return errors.Join(c.deliver(b.Directory, codeTo("ada@example.com")), roster.ErrUserNotFound)
	})
	if !errors.Is(err, roster.ErrUserNotFound) {
		t.Fatal(err)
	}
	if _, found, err := b.TakeDelivery(t.Context(), roster.Email); err != nil || found {
		t.Errorf("something is left to be sent, error %v", err)
	}
	select {
	case <-b.Posted(roster.Email):
		t.Error("the worker was woken")
	default:
	}
}

func TestWorkerIsWokenWhenThereIsSomethingToSend(t *testing.T) {
	b := newBench(t)
	by := shop(t, b)
	b.Mailing = MailSent
	for range 3 { // nobody listens, and nobody is waited for
		if err := b.tell(by, codeTo("ada@example.com")); err != nil {
			t.Fatal(err)
		}
	}
	<-b.Posted(roster.Email)
	out, found, err := b.TakeDelivery(t.Context(), roster.Email)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	content, err := b.OpenDelivery(out)
	if err != nil || !strings.Contains(content.Text, "012345") || !strings.Contains(content.Text, "60 minutes") {
		t.Errorf("it says %q, error %v", content.Text, err)
	}
}

func TestWithoutAServerNothingIsLeftToBeSent(t *testing.T) {
	b := newBench(t)
	by := shop(t, b)
	b.Mailing = MailOff
	if err := b.CanMail(); !errors.Is(err, roster.ErrSMTPDisabled) {
		t.Errorf("the error is %v", err)
	}
	if err := b.tell(by, codeTo("ada@example.com")); !errors.Is(err, roster.ErrSMTPDisabled) {
		t.Errorf("the error is %v", err)
	}
	for _, b.Mailing = range []Mailing{MailSent, MailKept} {
		if err := b.CanMail(); err != nil {
			t.Errorf("%d: the error is %v", b.Mailing, err)
		}
	}
}
