package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"roster"
	"roster/internal/directory"
)

// lane sends the deliveries of one channel.
type lane struct {
	channel   string
	send      func(context.Context, roster.Delivery, directory.Content) error
	directory *directory.Directory
	log       *slog.Logger
	places    chan struct{} // holds one item for each delivery that is being sent
	sending   sync.WaitGroup
	ill       bool // whether the last look at the database failed
}

// places is how many deliveries a lane sends at a time.
const places = 8

func (w *Worker) lane(channel string, send func(context.Context, roster.Delivery, directory.Content) error) *lane {
	return &lane{channel: channel, send: send, directory: w.Directory, log: w.Log, places: make(chan struct{}, places)}
}

// run sends what is due until ctx ends, and returns when what has been begun is
// finished. It looks at once when this process has posted something.
func (l *lane) run(ctx context.Context, lookEvery time.Duration) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	defer l.sending.Wait()
	for {
		l.clear(ctx)
		select {
		case <-ctx.Done():
			return
		case <-l.directory.Posted(l.channel):
		case <-look.C:
		}
	}
}

// clear begins to send all that is due.
func (l *lane) clear(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case l.places <- struct{}{}:
		}
		out, found := l.take(ctx)
		if !found {
			<-l.places
			return
		}
		l.sending.Go(func() {
			defer func() { <-l.places }()
			l.handle(context.WithoutCancel(ctx), out) // what is begun is finished
		})
	}
}

func (l *lane) take(ctx context.Context) (roster.Delivery, bool) {
	out, found, err := l.directory.TakeDelivery(ctx, l.channel)
	if err != nil && ctx.Err() == nil && !l.ill {
		l.log.Error("deliveries cannot be read", "channel", l.channel, "error", err)
	}
	l.ill = err != nil
	return out, found && err == nil
}

// handle sends a delivery and notes how it went.
func (l *lane) handle(ctx context.Context, out roster.Delivery) {
	failed := l.attempt(ctx, out)
	if failed == nil {
		if err := l.directory.Sent(ctx, out); err != nil {
			l.log.Error("a delivery was sent, which cannot be noted: it will be sent again", "delivery", out.Seq, "error", err)
		}
		return
	}
	out, err := l.directory.NotSent(ctx, out, harmless(failed.Error()), final(failed))
	if err != nil {
		l.log.Error("a delivery was not sent, which cannot be noted", "delivery", out.Seq, "error", err)
		return
	}
	about := []any{"channel", l.channel, "delivery", out.Seq, "attempt", out.Attempts, "problem", out.Problem}
	if out.State == roster.DeliveryFailed {
		l.log.Error("a delivery was given up", about...)
	} else {
		l.log.Info("a delivery was not sent yet", append(about, "again", out.DueAt.String())...)
	}
}

// attempt sends a delivery. A panic is a failure as any other: it must not end
// the server.
func (l *lane) attempt(ctx context.Context, out roster.Delivery) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	content, err := l.directory.OpenDelivery(out)
	if err != nil {
		return err
	}
	return l.send(ctx, out, content)
}

// final reports whether there is nothing to try again.
func final(err error) bool {
	var f interface{ Final() bool }
	return errors.As(err, &f) && f.Final()
}

// codes are what a message may hold that nobody else must know.
var codes = regexp.MustCompile(`[0-9]{6,}`)

// maxProblem bounds what is kept of a problem, in bytes.
const maxProblem = 300

// harmless makes a problem fit to be stored and logged. Servers choose their
// words, and one might repeat what it was sent.
func harmless(problem string) string {
	problem = codes.ReplaceAllString(problem, "…")
	problem = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, problem)
	if len(problem) > maxProblem {
		problem = strings.ToValidUTF8(problem[:maxProblem], "") + "…"
	}
	return problem
}
