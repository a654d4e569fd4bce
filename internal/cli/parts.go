package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"roster/internal/directory"
	"roster/internal/geo"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/store"
)

// parts are what a server is made of, as far as the configuration alone
// decides.
type parts struct {
	hasher    *password.Hasher
	countries *geo.DB
	secrets   *secret.Keyring // nil: the data folder has them
}

// partsOf makes the parts and says what of the configuration prevents it.
func partsOf(c config) (p parts, problems []string) {
	var err error
	if p.hasher, err = password.New(c.hashing); err != nil {
		problems = append(problems, "argon2-memory, argon2-time, argon2-threads: "+strings.TrimPrefix(err.Error(), "password: "))
	}
	if c.hashing.Memory < int64(c.hashing.Params.Memory)<<10 {
		problems = append(problems, "hash-memory: it must not be less than argon2-memory")
	}
	if c.replica != "" && c.database == "" {
		problems = append(problems, "replica: it must be given with database, whose replica it is")
	}
	if p.countries, err = geo.Open(c.geoip); err != nil {
		problems = append(problems, "geoip: "+err.Error())
	}
	if p.secrets, err = givenSecrets(c); err != nil {
		problems = append(problems, err.Error())
	}
	return p, append(problems, mailProblems(c)...)
}

// givenSecrets reads the master key that the configuration gives or names, if
// it does.
func givenSecrets(c config) (*secret.Keyring, error) {
	switch {
	case c.masterKey != "" && c.masterKeyFile != "":
		return nil, errors.New("master-key, master-key-file: only one of them can be given")
	case c.masterKey != "":
		return secret.Parse(c.masterKey)
	case c.masterKeyFile == "":
		return nil, nil
	}
	text, err := os.ReadFile(c.masterKeyFile)
	if err != nil {
		return nil, fmt.Errorf("master-key-file: %w", err)
	}
	ring, err := secret.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("master-key-file: %s: %w", c.masterKeyFile, err)
	}
	return ring, nil
}

// store is where the directory is kept.
func (c config) store(log *slog.Logger) store.Options {
	return store.Options{Dir: c.data, Database: c.database, Replica: c.replica, Connections: c.connections, Log: log}
}

// answerTime is how long a server waits for its database: a client who is told
// to come back is better off than one who is not told anything.
const answerTime = 4 * time.Second

// open opens the directory in the data folder, both made if they are not there.
func (p parts) open(ctx context.Context, c config, log *slog.Logger) (*directory.Directory, error) {
	o := c.store(log)
	o.Limit = answerTime
	s, err := store.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	if p.secrets == nil {
		// With PostgreSQL nobody else has made the folder.
		if err = os.MkdirAll(c.data, 0o700); err == nil {
			p.secrets, err = secret.Load(c.data)
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	d := directory.New(s, p.secrets, p.hasher)
	d.Country = p.countries.Country
	d.Mailing = mailing(c)
	err = d.CheckKey(ctx)
	if errors.Is(err, directory.ErrForeignKey) {
		err = helped(err, "Give every node the same key, with ROSTER_MASTER_KEY or --master-key-file; to replace a key, put the new one above it and keep it.")
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return d, nil
}
