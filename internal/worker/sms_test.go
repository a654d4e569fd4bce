package worker

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roster"
	"roster/internal/directory"
	"roster/internal/mail/inbox"
)

// phones is Twilio: it keeps what it is given, or answers as it is told.
type phones struct {
	*httptest.Server
	mu     sync.Mutex
	texts  []string // "from to body"
	status int
}

func newPhones(t *testing.T) *phones {
	t.Helper()
	p := &phones{status: http.StatusCreated}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		account, token, _ := r.BasicAuth()
		p.texts = append(p.texts, strings.Join([]string{account, token, r.FormValue("From"), r.FormValue("To"), r.FormValue("Body")}, " "))
		w.WriteHeader(p.status)
		if p.status >= 400 { // it repeats what it was told
			io.WriteString(w, `{"code":20001,"message":"`+p.texts[len(p.texts)-1]+`"}`)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *phones) answer(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

func (p *phones) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.texts)
}

// texting is a worker and a user whose project has a Twilio account.
func (b *bed) texting(p *phones) (*Worker, directory.Caller) {
	b.t.Helper()
	w := b.worker(inbox.Start(b.t, inbox.Options{}))
	w.Mail, w.Twilio.Base = nil, p.URL
	b.provider(w.Directory, "first", "AC1")
	return w, b.signedIn(w.Directory)
}

func (b *bed) provider(d *directory.Directory, id, account string) {
	b.t.Helper()
	kinds := roster.ProviderKinds()
	kind := kinds[slices.IndexFunc(kinds, func(k *roster.ProviderKind) bool { return k.Name == "twilio" })]
	on := true
	_, err := d.CreateProvider(b.t.Context(), directory.Caller{Project: b.p}, kind, id, directory.ProviderChange{
		Name: "SMS", Enabled: &on, Fields: map[string]any{"accountSid": account, "authToken": "very-secret", "from": "+15005550006"},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestTheCodeOfAnSMSAnswersItsChallenge(t *testing.T) {
	b := newBed(t)
	p := newPhones(t)
	w, by := b.texting(p)
	ch, err := w.Directory.CreateChallenge(t.Context(), by, directory.FactorPhone, "en")
	if err != nil {
		t.Fatal(err)
	}
	b.clear(w)
	b.wantLeft(0, 0)
	texts := p.all()
	if len(texts) != 1 {
		t.Fatalf("the texts are %q", texts)
	}
	said := regexp.MustCompile(`^AC1 very-secret \+15005550006 \+442079460000 ([0-9]{6}) is your code for Analytical Shop\.`).FindStringSubmatch(texts[0])
	if said == nil {
		t.Fatalf("the text is %q", texts[0])
	}
	if _, err := w.Directory.SolveChallenge(t.Context(), by, ch.ID, said[1]); err != nil {
		t.Errorf("%s does not count: %v", said[1], err)
	}
}

func TestAnSMSIsTriedAgainWithTheAccountThatTheProjectHasThen(t *testing.T) {
	b := newBed(t)
	p := newPhones(t)
	w, by := b.texting(p)
	if _, err := w.Directory.CreateChallenge(t.Context(), by, directory.FactorPhone, "en"); err != nil {
		t.Fatal(err)
	}
	p.answer(http.StatusServiceUnavailable)
	b.clear(w)
	b.wantLeft(1, 0)
	project := directory.Caller{Project: b.p}
	if err := w.Directory.DeleteProvider(t.Context(), project, "first"); err != nil {
		t.Fatal(err)
	}
	b.forward(time.Minute)
	b.clear(w)
	b.wantLeft(1, 0)
	if d := b.deliveries(roster.DeliveryWaiting)[0]; !strings.Contains(d.Problem, "no enabled Twilio provider") {
		t.Errorf("the problem is %q", d.Problem)
	}
	if err := w.Directory.CanText(t.Context(), by); !errors.Is(err, roster.ErrPhoneDisabled) {
		t.Errorf("the error is %v", err)
	}
	b.provider(w.Directory, "second", "AC2")
	p.answer(http.StatusCreated)
	b.forward(time.Minute)
	b.clear(w)
	b.wantLeft(0, 0)
	if texts := p.all(); len(texts) != 2 || !strings.HasPrefix(texts[1], "AC2 ") {
		t.Errorf("the texts are %q", texts)
	}
}

func TestAnSMSThatIsRefusedIsGivenUpWithoutItsSecrets(t *testing.T) {
	b := newBed(t)
	p := newPhones(t)
	w, by := b.texting(p)
	if _, err := w.Directory.CreateChallenge(t.Context(), by, directory.FactorPhone, "en"); err != nil {
		t.Fatal(err)
	}
	p.answer(http.StatusBadRequest)
	b.clear(w)
	b.wantLeft(0, 1)
	told := b.deliveries(roster.DeliveryFailed)[0].Problem + b.log.String()
	if !strings.Contains(told, "error 20001") || regexp.MustCompile(`[0-9]{6} is your code|very-secret`).MatchString(told) {
		t.Errorf("the log says:\n%s", told)
	}
}

func TestAMailServerThatHangsDoesNotHoldBackSMS(t *testing.T) {
	b := newBed(t)
	begun, release := make(chan bool), make(chan bool)
	s := inbox.Start(t, inbox.Options{Refuse: func(inbox.Mail, int) error {
		begun <- true
		<-release
		return nil
	}})
	p := newPhones(t)
	w, by := b.texting(p)
	w.Mail = b.worker(s).Mail
	for range places + 1 {
		b.challenge("bob@example.com", "012345")
	}
	lanes := w.lanes()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lanes[1].clear(t.Context())
		lanes[1].sending.Wait()
	}()
	<-begun
	if _, err := w.Directory.CreateChallenge(t.Context(), by, directory.FactorPhone, "en"); err != nil {
		t.Fatal(err)
	}
	lanes[0].clear(t.Context())
	lanes[0].sending.Wait()
	if n := len(p.all()); n != 1 {
		t.Errorf("%d texts were sent", n)
	}
	close(release)
	for range places {
		<-begun
	}
	<-ended
	b.wantLeft(0, 0)
}
