package cli

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roster/internal/mail/inbox"
)

// alerting starts a server that sends by the mail server and has a user told of
// a session.
func alerting(t *testing.T, s *inbox.Server) *process {
	t.Helper()
	file := filepath.Join(t.TempDir(), "roster.conf")
	config := fmt.Sprintf("smtp-host = %s\nsmtp-port = %d\nsmtp-security = none\nsmtp-user = shop\nsmtp-password = correct horse\n"+
		"mail-from = My App <no-reply@shop.example>\nlog-level = debug\n", s.Host, s.Port)
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	p, key := serving(t, "--config", file)
	if out, err := p.command("project", "set", "default", "sessionAlerts=true").CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	const who = `"email":"ada@example.com","password":"battery staple"}`
	create(t, p, key, "/users", `{"userId":"ada",`+who)
	create(t, p, key, "/account/sessions/email", "{"+who)
	create(t, p, key, "/account/sessions/email", "{"+who)
	return p
}

func create(t *testing.T, p *process, key, path, body string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, p.endpoint+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "X-Appwrite-Project": {"default"}, "X-Appwrite-Key": {key}}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %s", path, answer.Status)
	}
}

func TestMailThatIsBeingSentIsFinishedAfterSIGTERM(t *testing.T) {
	begun, release := make(chan bool), make(chan bool)
	s := inbox.Start(t, inbox.Options{User: "shop", Password: "correct horse", Mechanism: "PLAIN", Refuse: func(inbox.Mail, int) error {
		begun <- true
		<-release
		return nil
	}})
	p := alerting(t, s)
	<-begun
	terminate(t, p)
	close(release)
	var log []string
	for p.log.Scan() {
		log = append(log, p.log.Text())
	}
	if state := p.ended(); !state.Success() {
		t.Errorf("the server ended with %s", state)
	}
	mails := s.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails were taken; the log:\n%s", len(mails), strings.Join(log, "\n"))
	}
	read := mails[0].Read(t)
	if mails[0].To != "ada@example.com" || read.Header.Get("From") != `"My App" <no-reply@shop.example>` || read.Subject != "New sign-in to Default" {
		t.Errorf("the mail is\n%s", mails[0].Raw)
	}
}

func TestPasswordOfTheMailServerIsNotLogged(t *testing.T) {
	p := alerting(t, inbox.Start(t, inbox.Options{User: "shop", Password: "another", Mechanism: "PLAIN"}))
	line, err := p.logged("was not sent yet") // the server has answered with the password
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(line, "answered 535") || strings.Contains(line, "correct horse") {
		t.Errorf("the log says %s", line)
	}
}
