package directory

import (
	"context"
	"encoding/json"
	"time"

	"roster"
	"roster/internal/store"
)

// Posted tells that something is left to be sent by the channel.
func (d *Directory) Posted(channel string) <-chan struct{} { return d.posted[channel] }

// wake does not wait: who has been told already, looks anyway.
func (d *Directory) wake() {
	for _, posted := range d.posted {
		select {
		case posted <- struct{}{}:
		default:
		}
	}
}

// sendingTime is for how long a delivery is one sender's. It is longer than
// sending takes, and then another one takes it: whoever had it has died.
const sendingTime = time.Minute

// pauses are those after the first attempt, the second, and so on. There is one
// attempt more than pauses.
var pauses = []time.Duration{
	10 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
}

// TakeDelivery takes the channel's next delivery that is due, if any is, for the
// caller to send; nobody else gets it meanwhile, in this process or another. A
// sender that dies in between may have sent it without saying so, and then it
// is sent twice: never is it not sent at all.
func (d *Directory) TakeDelivery(ctx context.Context, channel string) (out roster.Delivery, found bool, err error) {
	due, err := d.Store.DeliveryDue(ctx, channel)
	if err != nil || due == 0 || due > d.now() {
		return out, false, err
	}
	err = d.Store.Write(ctx, func(tx store.Tx) (err error) {
		out, found, err = tx.ClaimDelivery(channel, tx.Now.Add(sendingTime))
		return err
	})
	return out, found, err
}

// unfit is why a delivery is not sent any more.
type unfit string

func (u unfit) Error() string { return string(u) }

// Final says that there is nothing to try again.
func (u unfit) Final() bool { return true }

// OpenDelivery reads what the delivery says, unless it must not be sent any
// more.
func (d *Directory) OpenDelivery(out roster.Delivery) (Content, error) {
	content, err := d.content(out)
	switch {
	case err != nil:
		return content, unfit(err.Error())
	case content.ExpiresAt < d.now():
		return content, unfit(lastly("it is of no use any more", out))
	case out.Attempts > len(pauses)+1:
		return content, unfit(lastly("its senders have died", out))
	}
	return content, nil
}

func lastly(reason string, out roster.Delivery) string {
	if out.Problem == "" {
		return reason
	}
	return reason + "; before that: " + out.Problem
}

func (d *Directory) content(out roster.Delivery) (content Content, err error) {
	text, err := d.Secrets.Open(out.Content, deliveryPlace(out.Project, out.Seq))
	if err != nil {
		return content, err
	}
	return content, json.Unmarshal([]byte(text), &content)
}

// Sent forgets the delivery, and with it what it said.
func (d *Directory) Sent(ctx context.Context, out roster.Delivery) error {
	return d.Store.Write(ctx, func(tx store.Tx) error { return tx.DeleteDelivery(out.Project, out.Seq) })
}

// NotSent notes why the delivery was not sent and when to try again: each time
// later, and at last, or if the failure is final, not any more. Then what it
// said is forgotten.
func (d *Directory) NotSent(ctx context.Context, out roster.Delivery, problem string, final bool) (roster.Delivery, error) {
	out.Problem = problem
	err := d.Store.Write(ctx, func(tx store.Tx) error {
		if final || out.Attempts > len(pauses) {
			out.State, out.Content, out.DueAt = roster.DeliveryFailed, "", 0
		} else {
			out.DueAt = tx.Now.Add(pauses[out.Attempts-1])
		}
		return tx.UpdateDelivery(&out)
	})
	return out, err
}

// failureMemory is how long it is kept that something could not be sent.
const failureMemory = 7 * 24 * time.Hour

// ForgetDeliveries forgets what could not be sent a while ago.
func (d *Directory) ForgetDeliveries(ctx context.Context) error {
	projects, err := d.Store.Projects(ctx)
	if err != nil {
		return err
	}
	return d.Store.Write(ctx, func(tx store.Tx) error {
		for _, p := range projects {
			if err := tx.ForgetDeliveries(p.Number, tx.Now.Add(-failureMemory)); err != nil {
				return err
			}
		}
		return nil
	})
}

// KeptMail is a mail that was kept instead of being sent.
type KeptMail struct {
	roster.Delivery
	Content
}

// KeptMails returns the project's mails that were kept instead of being sent,
// newest first.
func (d *Directory) KeptMails(ctx context.Context, p roster.Project) ([]KeptMail, error) {
	list, err := d.Store.Deliveries(ctx, p.Number, roster.DeliveryKept)
	if err != nil {
		return nil, err
	}
	mails := make([]KeptMail, len(list))
	for i, out := range list {
		mails[i].Delivery = out
		if mails[i].Content, err = d.content(out); err != nil {
			return nil, err
		}
	}
	return mails, nil
}
