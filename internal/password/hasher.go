package password

import (
	"context"
	"crypto/rand"
	"errors"
	"runtime"

	"roster"
)

// Config says how new hashes are made and what all hashing together may take.
// A zero field means its default.
type Config struct {
	// Params of new hashes; [DefaultParams].
	Params Params
	// CPUs is how many operations run at once, an Argon2 lane counting as one;
	// what Go may use.
	CPUs int
	// Memory is the bytes that running operations may hold together; 256 MiB.
	// An imported hash that takes more, at most 1 GiB, is verified alone. The
	// process may grow by twice these, since freed blocks wait for the garbage
	// collector (passwords section 6).
	Memory int64
	// Queue is how many may wait behind the one who is next; 128.
	Queue int
}

// Hasher hashes and verifies passwords within bounds: everything waits in one
// line, first come, first served. The methods return the context's error when
// it ends while waiting, and [roster.ErrBusy] at once when the line is full. A
// computation that has begun is not interrupted.
type Hasher struct {
	params Params
	dummy  argon2Hash
	gate   *gate
}

// New fails if the parameters cannot or may not be computed; see [Params].
func New(config Config) (*Hasher, error) {
	if config.Params == (Params{}) {
		config.Params = DefaultParams
	}
	if !config.Params.valid() {
		return nil, errors.New("password: Argon2 needs a pass, a lane, and 8 KiB of memory per lane")
	}
	if excess := config.Params.excess(); excess != "" {
		return nil, errors.New("password: " + excess)
	}
	if config.CPUs < 0 || config.Memory < 0 || config.Queue < 0 {
		return nil, errors.New("password: CPUs, memory and queue must not be negative")
	}
	limit := cost{cpus: int64(config.CPUs), bytes: config.Memory}
	if limit.cpus == 0 {
		limit.cpus = int64(runtime.GOMAXPROCS(0))
	}
	if limit.bytes == 0 {
		limit.bytes = 256 << 20
	}
	if config.Queue == 0 {
		config.Queue = 128
	}
	return &Hasher{
		params: config.Params,
		dummy:  argon2Hash{Params: config.Params, variant: "id", salt: make([]byte, saltLength), tag: make([]byte, tagLength)},
		gate:   newGate(limit, config.Queue),
	}, nil
}

// Hash makes an Argon2id hash of a password, whatever its length; policies are
// the caller's business.
func (h *Hasher) Hash(ctx context.Context, password string) (Hash, error) {
	leave, err := h.gate.enter(ctx, h.params.cost())
	if err != nil {
		return Hash{}, err
	}
	defer leave()
	return newHash(newArgon2(password, h.params)), nil
}

func newHash(a argon2Hash) Hash {
	text := a.text()
	return Hash{Text: text, Algorithm: Argon2, Options: argon2Options(text)}
}

// Unknown is the hash of a password that nobody knows. The tag is random, too,
// which is as good as hashing a random password and costs nothing.
func (h *Hasher) Unknown() Hash {
	hash := argon2Hash{Params: h.params, variant: "id", version: argon2Version, salt: make([]byte, saltLength), tag: make([]byte, tagLength)}
	rand.Read(hash.salt)
	rand.Read(hash.tag)
	return newHash(hash)
}

// Verify reports whether password is the one that was hashed. A hash that does
// not parse, or that is too costly, never verifies; it takes the time of
// [Hasher.Dummy], so that the answer's time tells nothing about it.
func (h *Hasher) Verify(ctx context.Context, password string, stored Hash) (bool, error) {
	s, ok := open(stored)
	if !ok {
		return false, h.Dummy(ctx, password)
	}
	return h.match(ctx, password, s)
}

// Dummy takes the time of verifying a hash made with the configured parameters.
// It is for sign-ins of unknown users and of users without a password, which
// must not be told apart by their speed (passwords section 5).
func (h *Hasher) Dummy(ctx context.Context, password string) error {
	_, err := h.match(ctx, password, h.dummy)
	return err
}

func (h *Hasher) match(ctx context.Context, password string, s scheme) (bool, error) {
	leave, err := h.gate.enter(ctx, s.cost())
	if err != nil {
		return false, err
	}
	defer leave()
	return s.matches(password), nil
}

// NeedsRehash reports whether a password that has just verified should be
// hashed anew: whatever is not stored as Argon2id 1.3, and Argon2id with less
// memory, fewer passes, a shorter salt or a shorter tag than new hashes have.
func (h *Hasher) NeedsRehash(stored Hash) bool {
	hash, ok := parseArgon2(stored.Text)
	return stored.Algorithm != Argon2 || !ok || hash.weakerThan(h.params)
}

// CheckHistory returns [roster.ErrPasswordRecent] if password is one of those
// in history. Each entry is verified by its own algorithm and options; upstream
// takes the current hash's, so that entries from before a migration never match.
func (h *Hasher) CheckHistory(ctx context.Context, password string, history []Hash) error {
	for _, entry := range history {
		same, err := h.Verify(ctx, password, entry)
		if err != nil {
			return err
		}
		if same {
			return roster.ErrPasswordRecent
		}
	}
	return nil
}
