package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Refusal is an error that trying again would not mend.
type Refusal struct{ reason string }

func (r *Refusal) Error() string { return r.reason }

// Final says that there is nothing to try again.
func (r *Refusal) Final() bool { return true }

// connecting tells what went wrong before there was a mail: never final, since
// it is the server or the configuration that has to be mended.
func connecting(err error) error {
	var answer *textproto.Error
	switch {
	case strings.HasPrefix(err.Error(), "SMTP AUTH failed") && errors.As(err, &answer):
		// Its words may repeat what it was told.
		return fmt.Errorf("the mail server does not accept user and password: it answered %d", answer.Code)
	case errors.As(err, &answer):
		return fmt.Errorf("the mail server answered %d %s", answer.Code, answer.Msg)
	}
	return fmt.Errorf("reaching the mail server: %w", err)
}

// sending tells why the server has not taken the mail. What it answers with a
// code of 500 and above is final (RFC 5321 section 4.2.1).
func sending(err error) error {
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return fmt.Errorf("sending: %w", err)
	}
	// The library adds whom it was for and the mail's id.
	reason, _, _ := strings.Cut(failed.Error(), ", affected ")
	if failed.ErrorCode() >= 500 {
		return &Refusal{"the mail server refused the mail: " + reason}
	}
	return errors.New("the mail server did not take the mail: " + reason)
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
