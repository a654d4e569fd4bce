package cli

import (
	"context"
	"log/slog"
	"slices"

	"roster/internal/directory"
	"roster/internal/mail"
	"roster/internal/worker"
)

// What becomes of mails.
const (
	mailSend = "send"
	mailKeep = "keep"
)

func mailing(c config) directory.Mailing {
	switch {
	case c.mail == mailKeep:
		return directory.MailKept
	case c.smtp.Host != "":
		return directory.MailSent
	}
	return directory.MailOff
}

// mailProblems says what about mails the configuration contradicts.
func mailProblems(c config) (problems []string) {
	here := slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, c.smtp.Host)
	switch {
	case c.smtp.Host == "":
		return nil
	case c.smtp.From.Address == "":
		problems = append(problems, "mail-from: it must be given with smtp-host")
	}
	switch {
	case (c.smtp.User == "") != (c.smtp.Password == ""):
		problems = append(problems, "smtp-user, smtp-password: either both must be given or none")
	case c.smtp.User != "" && c.smtp.Security == mail.None && !here:
		problems = append(problems, "smtp-security: with none, others could read the password on its way; only localhost may be told it so")
	}
	return problems
}

// work lets a worker send what is to be sent, until ctx ends; then it finishes
// what it has begun and closes the channel.
func work(ctx context.Context, c config, d *directory.Directory, log *slog.Logger) <-chan struct{} {
	w := &worker.Worker{Directory: d, Log: log}
	if d.Mailing == directory.MailSent {
		w.Mail = &c.smtp
	}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		w.Run(ctx)
	}()
	return finished
}
