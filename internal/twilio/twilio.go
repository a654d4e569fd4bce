package twilio

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Account is who sends.
type Account struct {
	SID   string `json:"accountSid"`
	Token string `json:"authToken"`
	From  string `json:"from"` // a phone number
}

// Client talks to Twilio.
type Client struct {
	Base    string        // empty: Twilio's own
	Timeout time.Duration // for one SMS; 0: twenty seconds
}

const (
	base        = "https://api.twilio.com"
	timeout     = 20 * time.Second
	maxResponse = 64 << 10 // bytes; an answer has about a thousand
)

// Refusal is an error that trying again would not mend.
type Refusal struct{ reason string }

func (r *Refusal) Error() string { return r.reason }

// Final says that there is nothing to try again.
func (r *Refusal) Final() bool { return true }

// web follows no redirect: it would take the account's token somewhere else.
var web = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// Send has the text sent to the phone number. Without an error Twilio has it.
// The error is a [*Refusal] if trying again would not help.
func (c Client) Send(ctx context.Context, by Account, to, text string) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Timeout, timeout))
	defer cancel()
	address := cmp.Or(c.Base, base) + "/2010-04-01/Accounts/" + url.PathEscape(by.SID) + "/Messages.json"
	form := url.Values{"To": {to}, "From": {by.From}, "Body": {text}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return errors.New("the request to Twilio cannot be made") // the cause would name the account
	}
	r.SetBasicAuth(by.SID, by.Token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := web.Do(r)
	if err != nil {
		return fmt.Errorf("reaching Twilio: %w", cause(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 == 2 {
		return nil // it has the SMS, whatever becomes of the answer
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxResponse))
	if err != nil {
		body = nil // the status suffices
	}
	return refusal(answer.StatusCode, without(body, by.Token))
}

// without leaves the token out of what may be logged.
func without(body []byte, token string) []byte {
	if token == "" {
		return body
	}
	return bytes.ReplaceAll(body, []byte(token), []byte("…"))
}

// cause leaves out the address, which names the account.
func cause(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// refusal reads an answer. Twilio explains itself with a number, a message and
// a link.
func refusal(status int, body []byte) error {
	var told struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	reason := fmt.Sprintf("Twilio answered %d", status)
	if json.Unmarshal(body, &told) == nil && told.Code != 0 {
		reason += fmt.Sprintf(", error %d: %s", told.Code, told.Message)
	}
	if status/100 == 4 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests {
		return &Refusal{reason}
	}
	return errors.New(reason)
}
