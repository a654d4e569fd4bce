package worker

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/mail/inbox"
	"roster/internal/store"
)

func TestWhatIsLeftIsSentAndForgotten(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{})
	w := b.worker(s)
	b.challenge("ada@example.com", "012345")
	b.clear(w)
	got := s.Mails()
	if len(got) != 1 || got[0].To != "ada@example.com" || got[0].Code(t) != "012345" {
		t.Fatalf("the mails are %v", got)
	}
	read := got[0].Read(t)
	if read.Subject != "Your code for Analytical Shop" || !strings.Contains(read.Parts["text/html"], "012345") {
		t.Errorf("the mail says %q:\n%s", read.Subject, read.Parts["text/html"])
	}
	b.wantLeft(0, 0)
	b.clear(w)
	if n := s.Seen(); n != 1 {
		t.Errorf("%d mails were sent", n)
	}
}

func TestARestartForgetsNothing(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{Refuse: func(_ inbox.Mail, before int) error {
		if before == 0 {
			return inbox.Refusal(451, "later")
		}
		return nil
	}})
	b.challenge("ada@example.com", "012345")
	first := b.worker(s)
	b.clear(first)
	b.wantLeft(1, 0)
	first.Directory.Store.Close()

	b.forward(time.Minute)
	b.clear(b.worker(s))
	b.wantLeft(0, 0)
	if got := s.Mails(); len(got) != 1 || got[0].Code(t) != "012345" {
		t.Errorf("the mails are %v", got)
	}
}

// A sender that dies may have sent: it is sent again rather than not at all, and
// the mail's id tells that it is the same.
func TestWhatADeadSenderHadIsSentAgainWithTheSameID(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{})
	b.challenge("ada@example.com", "012345")
	dying := b.worker(s)
	out, found, err := dying.Directory.TakeDelivery(t.Context(), roster.Email)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	content, err := dying.Directory.OpenDelivery(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := dying.mail(t.Context(), out, content); err != nil {
		t.Fatal(err)
	}
	// It dies here. Nobody else has the delivery until its time is over.
	w := b.worker(s)
	b.clear(w)
	if n := s.Seen(); n != 1 {
		t.Fatalf("%d mails were sent", n)
	}
	b.forward(2 * time.Minute)
	b.clear(w)
	b.wantLeft(0, 0)
	got := s.Mails()
	if len(got) != 2 || got[0].Read(t).Header.Get("Message-Id") != got[1].Read(t).Header.Get("Message-Id") {
		t.Errorf("the mails are %v", got)
	}
}

func TestASenderThatAlwaysDiesIsNotFollowedForEver(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{})
	b.challenge("ada@example.com", "012345")
	w := b.worker(s)
	for range 9 {
		if _, found, err := w.Directory.TakeDelivery(t.Context(), roster.Email); err != nil || !found {
			t.Fatal(found, err)
		}
		b.forward(2 * time.Minute)
	}
	b.clear(w)
	b.wantLeft(0, 1)
	if n := s.Seen(); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
}

func TestTwoWorkersSendEachDeliveryOnce(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{})
	const n = 40
	for i := range n {
		b.challenge(fmt.Sprintf("user%d@example.com", i), fmt.Sprintf("%06d", i))
	}
	workers := []*Worker{b.worker(s), b.worker(s)}
	var running sync.WaitGroup
	for _, w := range workers {
		running.Go(func() { b.clear(w) })
	}
	running.Wait()
	b.wantLeft(0, 0)
	times := make(map[string]int)
	for _, m := range s.Mails() {
		times[m.To+" "+m.Code(t)]++
	}
	for i := range n {
		name := fmt.Sprintf("user%d@example.com %06d", i, i)
		if times[name] != 1 {
			t.Errorf("%s was sent %d times", name, times[name])
		}
	}
}

func TestWhatFailsIsTriedAgainLaterAndLater(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{Refuse: func(inbox.Mail, int) error { return inbox.Refusal(451, "it rains") }})
	w := b.worker(s)
	b.challenge("ada@example.com", "012345")
	var last time.Duration
	for attempt := 1; ; attempt++ {
		b.clear(w)
		if s.Seen() != attempt {
			t.Fatalf("after attempt %d, %d mails were offered", attempt, s.Seen())
		}
		waiting := b.deliveries(roster.DeliveryWaiting)[0]
		pause := waiting.DueAt.Time().Sub(b.clock())
		if pause <= last || !strings.Contains(waiting.Problem, "it rains") {
			t.Errorf("attempt %d: the pause is %s after %s, the problem %q", attempt, pause, last, waiting.Problem)
		}
		if last = pause; waiting.DueAt.Time().After(began.Add(time.Hour)) {
			break
		}
		b.forward(pause - time.Millisecond)
		b.clear(w)
		if s.Seen() != attempt {
			t.Fatalf("attempt %d came too early", attempt+1)
		}
		b.forward(time.Millisecond)
	}
	// The code has expired by then: nobody needs it any more.
	b.forward(last)
	seen := s.Seen()
	b.clear(w)
	if s.Seen() != seen {
		t.Error("a code was sent that had expired")
	}
	b.wantLeft(0, 1)
	failed := b.deliveries(roster.DeliveryFailed)[0]
	if failed.Content != "" || !strings.Contains(failed.Problem, "no use any more") || !strings.Contains(failed.Problem, "it rains") {
		t.Errorf("it has failed with %q and has %d bytes of content", failed.Problem, len(failed.Content))
	}
}

func TestWhatIsRefusedForGoodIsGivenUp(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{Refuse: func(inbox.Mail, int) error { return inbox.Refusal(550, "there is nobody of that name") }})
	w := b.worker(s)
	b.challenge("ada@example.com", "012345")
	b.clear(w)
	b.wantLeft(0, 1)
	b.forward(24 * time.Hour)
	b.clear(w)
	if s.Seen() != 1 {
		t.Errorf("it was offered %d times", s.Seen())
	}
	failed := b.deliveries(roster.DeliveryFailed)[0]
	if failed.Content != "" || !strings.Contains(failed.Problem, "nobody of that name") {
		t.Errorf("it has failed with %q and has %d bytes of content", failed.Problem, len(failed.Content))
	}
	if n := strings.Count(b.log.String(), "given up"); n != 1 {
		t.Errorf("the log says so %d times:\n%s", n, b.log)
	}
	b.forward(30 * 24 * time.Hour)
	if err := w.Directory.ForgetDeliveries(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.wantLeft(0, 0)
}

func TestNoCodeAndNoPasswordGetsIntoTheLogOrTheProblem(t *testing.T) {
	for name, o := range map[string]inbox.Options{
		"a server that repeats the mail": {Refuse: func(m inbox.Mail, before int) error {
			return inbox.Refusal([]int{451, 550}[min(before, 1)], "I do not like "+m.Code(t)+" "+strings.Join(strings.Fields(m.Raw), " "))
		}},
		"a server that repeats the password": {User: "shop", Password: "another", Mechanism: "PLAIN"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t)
			w := b.worker(inbox.Start(t, o))
			if o.User != "" {
				w.Mail.User, w.Mail.Password = o.User, "correct horse"
			}
			b.challenge("ada@example.com", "012345")
			problems := ""
			for range 3 {
				b.clear(w)
				for _, d := range append(b.deliveries(roster.DeliveryWaiting), b.deliveries(roster.DeliveryFailed)...) {
					problems += d.Problem + "\n"
				}
				b.forward(20 * time.Minute)
			}
			told := problems + b.log.String()
			if !strings.Contains(told, "problem=") {
				t.Fatal("nothing was logged")
			}
			for _, secret := range []string{"012345", "correct horse", "Y29ycmVjdCBob3JzZQ"} {
				if strings.Contains(told, secret) {
					t.Errorf("%q is in:\n%s", secret, told)
				}
			}
		})
	}
}

func TestADeliveryOfAnotherMasterKeyIsGivenUp(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{})
	b.challenge("ada@example.com", "012345")
	if err := b.store.Write(t.Context(), func(tx store.Tx) error {
		d := b.deliveries(roster.DeliveryWaiting)[0]
		d.Content = "00000000.AAAA"
		return tx.UpdateDelivery(&d)
	}); err != nil {
		t.Fatal(err)
	}
	b.clear(b.worker(s))
	b.wantLeft(0, 1)
	if s.Seen() != 0 {
		t.Error("something was sent")
	}
}

func TestAPanicIsAFailureAsAnyOther(t *testing.T) {
	b := newBed(t)
	w := b.worker(inbox.Start(t, inbox.Options{}))
	b.challenge("ada@example.com", "012345")
	l := w.lane(roster.Email, func(context.Context, roster.Delivery, directory.Content) error { panic("012345") })
	l.clear(t.Context())
	l.sending.Wait()
	b.wantLeft(1, 0)
	if d := b.deliveries(roster.DeliveryWaiting)[0]; d.Problem != "panic: …" {
		t.Errorf("the problem is %q", d.Problem)
	}
}

func TestAMailOfThisProcessIsSentAtOnce(t *testing.T) {
	b := newBed(t)
	s := inbox.Start(t, inbox.Options{})
	w := b.worker(s)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.lane(roster.Email, w.mail).run(ctx, time.Hour) // it does not look by itself
	}()
	b.signInTwice(w.Directory)
	if got := s.Next()[0].Read(t).Subject; got != "New sign-in to Analytical Shop" {
		t.Errorf("the mail is about %q", got)
	}
	stop()
	<-ended
}

func TestWorkThatHasBegunIsFinished(t *testing.T) {
	b := newBed(t)
	begun, release := make(chan bool), make(chan bool)
	s := inbox.Start(t, inbox.Options{Refuse: func(inbox.Mail, int) error {
		begun <- true
		<-release
		return nil
	}})
	w := b.worker(s)
	b.challenge("ada@example.com", "012345")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	<-begun
	stop()
	b.challenge("bob@example.com", "123456") // too late for this worker
	select {
	case <-ended:
		t.Fatal("it has ended with a mail under way")
	default:
	}
	close(release)
	<-ended
	b.wantLeft(1, 0)
	if got := s.Mails(); len(got) != 1 || got[0].To != "ada@example.com" {
		t.Errorf("the mails are %v", got)
	}
}
