package directory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"roster"
	"roster/internal/geo"
	"roster/internal/letter"
	"roster/internal/secret"
	"roster/internal/useragent"
)

// Mailing is what becomes of mails.
type Mailing int

// What may become of mails: there is no server to send them with, they are
// sent, or they are kept here for who develops.
const (
	MailOff Mailing = iota
	MailSent
	MailKept
)

// CanMail reports whether this server can mail: nil or [roster.ErrSMTPDisabled].
func (d *Directory) CanMail() error {
	if d.Mailing == MailOff {
		return roster.ErrSMTPDisabled
	}
	return nil
}

// CanText reports whether the project can send SMS: nil or
// [roster.ErrPhoneDisabled].
func (d *Directory) CanText(ctx context.Context, by Caller) error {
	_, err := d.TextProvider(ctx, by.Project.Number)
	return err
}

// textKind is the one kind of provider that Roster sends SMS by.
const textKind = "twilio"

// TextProvider returns the provider that the project's SMS are sent by, its
// credentials in clear, or [roster.ErrPhoneDisabled]. Of several it is the
// newest, so that an account is replaced by adding another.
func (d *Directory) TextProvider(ctx context.Context, project roster.ProjectNumber) (roster.Provider, error) {
	p, err := d.Store.EnabledProvider(ctx, project, textKind)
	if errors.Is(err, roster.ErrProviderNotFound) {
		return p, roster.ErrPhoneDisabled
	}
	if err != nil {
		return p, err
	}
	return p, d.openProvider(roster.Project{Number: project}, &p)
}

// message is what somebody is told.
type message struct {
	channel   string // [roster.Email] or [roster.SMS]
	recipient string
	template  string            // what package letter calls it
	data      map[string]string // its words, but for "project" and "minutes", which deliver knows
	locale    string
	lifetime  time.Duration // how long it is of use: later than that, it is not sent any more
}

// Content is what a delivery says, as it is sealed.
type Content struct {
	letter.Letter             // of an SMS the text only
	ID            string      // the same at every attempt, so that a mail that comes twice is known as one
	ExpiresAt     roster.Time // when it is of no use any more
}

// keptMails is how many mails a project keeps for who develops.
const keptMails = 100

// deliver writes the message and leaves it to be sent, in the transaction of
// what it tells of: it goes out if and only if that has happened.
func (c change) deliver(d *Directory, m message) error {
	if m.channel == roster.Email && d.CanMail() != nil {
		return roster.ErrSMTPDisabled
	}
	content, err := c.compose(m)
	if err != nil {
		return err
	}
	out := roster.Delivery{Channel: m.channel, Recipient: m.recipient, DueAt: c.Now, State: roster.DeliveryWaiting}
	if m.channel == roster.Email && d.Mailing == MailKept {
		out.DueAt, out.State = 0, roster.DeliveryKept
	}
	*c.posted = true
	err = c.CreateDelivery(c.project(), &out, func(seq int64) string {
		return d.Secrets.Seal(string(encoded(content)), deliveryPlace(c.project(), seq))
	})
	if err != nil {
		return err
	}
	return c.TrimDeliveries(c.project(), roster.DeliveryKept, keptMails)
}

func (c change) compose(m message) (content Content, err error) {
	content = Content{ID: secret.Random(messageIDBytes), ExpiresAt: c.Now.Add(m.lifetime)}
	words := map[string]string{"project": c.by.Project.Name, "minutes": strconv.Itoa(int(m.lifetime.Minutes()))}
	maps.Copy(words, m.data)
	if m.channel == roster.SMS {
		content.Text, err = letter.SMS(m.template, m.locale, words)
	} else {
		content.Letter, err = letter.Mail(m.template, m.locale, words)
	}
	return content, err
}

// alertLifetime is for how long it is news that somebody has signed in.
const alertLifetime = 24 * time.Hour

// alert tells the user of a session by mail, if the project wants it, mails can
// be sent and it is not the user's first (companion section 6.3).
func (c change) alert(d *Directory, u *roster.User, s *roster.Session) error {
	if !c.by.Project.Settings.SessionAlerts || u.Email == "" || d.CanMail() != nil {
		return nil
	}
	first, err := c.FirstSession(c.project(), u.ID, s.ID)
	if err != nil || first {
		return err
	}
	return c.deliver(d, message{
		channel: roster.Email, recipient: u.Email, template: letter.SessionAlert, lifetime: alertLifetime,
		data: map[string]string{
			"when": s.CreatedAt.Time().Format("2 January 2006, 15:04 MST"), "ip": s.IP,
			"country": geo.CountryName(s.Country, ""), "device": device(s.UserAgent),
		},
	})
}

// device is what a person calls what the agent runs on.
func device(agent string) string {
	a := useragent.Parse(agent)
	switch {
	case a.ClientName != "" && a.OSName != "":
		return a.ClientName + " on " + a.OSName
	case a.ClientName != "":
		return a.ClientName
	}
	return agent
}

// messageIDBytes make an id that no other message has.
const messageIDBytes = 16

func deliveryPlace(p roster.ProjectNumber, seq int64) string {
	return fmt.Sprintf("deliveries.content:%d:%d", p, seq)
}
