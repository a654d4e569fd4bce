package cli

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"roster/internal/directory"
	"roster/internal/secret"
)

func newMail() *cobra.Command {
	return group("mail", "Show the mails that were kept instead of being sent",
		"A server that is started with --mail keep sends no mails but keeps the newest 100 of\neach project. These commands show them, also beside the running server.",
		newMailList(), newMailShow())
}

// mailJSON is a mail in the output of --json.
type mailJSON struct {
	Number  int    `json:"number"` // 1 is the newest
	Time    string `json:"time"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
}

func mailView(number int, m directory.KeptMail) mailJSON {
	return mailJSON{number, m.CreatedAt.String(), m.Recipient, m.Subject, m.Text, m.HTML}
}

// keptMails reads the project's mails, newest first, which takes the master key.
func keptMails(ctx context.Context, c config) (mails []directory.KeptMail, err error) {
	err = administer(ctx, c, func(d *directory.Directory) error {
		p, err := projectOf(ctx, d, c.project)
		if err != nil {
			return err
		}
		if d.Secrets, err = presentSecrets(c); err != nil {
			return err
		}
		mails, err = d.KeptMails(ctx, p)
		return err
	})
	return mails, err
}

// presentSecrets reads the master key without making one.
func presentSecrets(c config) (*secret.Keyring, error) {
	if c.masterKey == "" && c.masterKeyFile == "" {
		c.masterKeyFile = filepath.Join(c.data, secret.FileName)
	}
	return givenSecrets(c)
}
