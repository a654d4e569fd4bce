package twilio

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var account = Account{SID: "AC0123", Token: "very secret", From: "+15005550006"}

// answering is Twilio as far as one request goes.
func answering(t *testing.T, answer http.HandlerFunc) Client {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return Client{Base: s.URL}
}

func wantFinal(t *testing.T, err error, want bool) {
	t.Helper()
	var refusal *Refusal
	if err == nil || errors.As(err, &refusal) != want {
		t.Errorf("the error is %v, final: %t, want %t", err, !want, want)
	}
	if err != nil && (strings.Contains(err.Error(), account.Token) || strings.Contains(err.Error(), account.SID)) {
		t.Errorf("the error has what nobody must know: %v", err)
	}
}

func TestTwilioIsAskedAsItWantsToBe(t *testing.T) {
	type request struct {
		Method, Path, Type, User, Password string
		Form                               url.Values
	}
	var got request
	c := answering(t, func(w http.ResponseWriter, r *http.Request) {
		got = request{Method: r.Method, Path: r.URL.Path, Type: r.Header.Get("Content-Type")}
		got.User, got.Password, _ = r.BasicAuth()
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		got.Form = r.PostForm
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"sid":"SM1","status":"queued"}`)
	})
	if err := c.Send(t.Context(), account, "+442079460000", "012345 is your code & more"); err != nil {
		t.Fatal(err)
	}
	want := request{
		"POST", "/2010-04-01/Accounts/AC0123/Messages.json", "application/x-www-form-urlencoded", "AC0123", "very secret",
		url.Values{"To": {"+442079460000"}, "From": {"+15005550006"}, "Body": {"012345 is your code & more"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the request (-want +got):\n%s", d)
	}
}

func TestWhatTwilioSaysIsFinalOrNot(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		final  bool
		says   string
	}{
		{400, `{"code":21211,"message":"The 'To' number is not valid.","more_info":"https://…","status":400}`, true, "error 21211: The 'To' number is not valid."},
		{401, `{"code":20003,"message":"Authenticate"}`, true, "401, error 20003: Authenticate"},
		{404, `not json`, true, "Twilio answered 404"},
		{408, ``, false, "408"},
		{429, `{"code":20429,"message":"Too many requests"}`, false, "429"},
		{500, `{}`, false, "500"},
		{503, strings.Repeat("x", 1<<20), false, "503"},
		{302, ``, false, "302"},
	} {
		client := answering(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		err := client.Send(t.Context(), account, "+442079460000", "012345")
		wantFinal(t, err, c.final)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%d: the error is %v", c.status, err)
		}
	}
}

func TestTheTokenFollowsNoRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer elsewhere.Close()
	c := answering(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	wantFinal(t, c.Send(t.Context(), account, "+442079460000", "012345"), false)
}

func TestTwilioThatHangsIsLeft(t *testing.T) {
	c := answering(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // so that the server sees who goes away
		<-r.Context().Done()
	})
	c.Timeout = 100 * time.Millisecond
	wantFinal(t, c.Send(t.Context(), account, "+442079460000", "012345"), false)

	c.Timeout = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	wantFinal(t, c.Send(ctx, account, "+442079460000", "012345"), false)
}

func TestTwilioThatIsNotThereIsTriedAgain(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	wantFinal(t, Client{Base: s.URL}.Send(t.Context(), account, "+442079460000", "012345"), false)
}

func TestAnAnswerWithoutEndIsNotRead(t *testing.T) {
	written := make(chan int, 1)
	c := answering(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		n := 0
		for {
			k, err := io.WriteString(w, strings.Repeat("x", 1<<16))
			if n += k; err != nil {
				written <- n
				return
			}
		}
	})
	wantFinal(t, c.Send(t.Context(), account, "+442079460000", "012345"), false)
	if n := <-written; n > 64<<20 {
		t.Errorf("%d bytes were taken", n)
	}
}
