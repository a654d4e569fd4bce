package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/mail"
	"roster/internal/twilio"
)

// Worker sends what a directory has left to be sent. Several may work for the
// same database, in one process or in many.
type Worker struct {
	Directory *directory.Directory
	Mail      *mail.Server // nil: mails are left to others
	Twilio    twilio.Client
	Log       *slog.Logger
}

const (
	// forgetEvery is how often what is over is forgotten.
	forgetEvery = time.Hour
	// lookEvery is how often a lane looks for what others have posted, and for
	// what is to be tried again.
	lookEvery = time.Second
)

// Run works until ctx ends, and returns when what has been begun is finished.
func (w *Worker) Run(ctx context.Context) {
	var lanes sync.WaitGroup
	for _, l := range w.lanes() {
		lanes.Go(func() { l.run(ctx, lookEvery) })
	}
	w.forget(ctx)
	lanes.Wait()
}

// lanes are one for each channel, so that a server that hangs holds back its
// own deliveries only.
func (w *Worker) lanes() []*lane {
	lanes := []*lane{w.lane(roster.SMS, w.text)}
	if w.Mail != nil {
		lanes = append(lanes, w.lane(roster.Email, w.mail))
	}
	return lanes
}

func (w *Worker) mail(ctx context.Context, out roster.Delivery, c directory.Content) error {
	return w.Mail.Send(ctx, mail.Mail{
		ID: c.ID, To: out.Recipient, Subject: c.Subject, Plain: c.Text, HTML: c.HTML, Date: out.CreatedAt.Time(),
	})
}

// text sends by the provider that the project has now, which may not be the one
// that it had when there was something to say.
func (w *Worker) text(ctx context.Context, out roster.Delivery, c directory.Content) error {
	p, err := w.Directory.TextProvider(ctx, out.Project)
	if err != nil {
		return err
	}
	var account twilio.Account
	for _, part := range []string{p.Credentials, p.Options} {
		if err := json.Unmarshal([]byte(part), &account); err != nil {
			return fmt.Errorf("reading the provider %s: %w", p.ID, err)
		}
	}
	return w.Twilio.Send(ctx, account, out.Recipient, c.Text)
}

// forget forgets what is over, now and then, until ctx ends.
func (w *Worker) forget(ctx context.Context) {
	ticker := time.NewTicker(forgetEvery)
	defer ticker.Stop()
	for {
		if err := w.Directory.ForgetDeliveries(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("old deliveries were not deleted", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
