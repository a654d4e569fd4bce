package api

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster"
)

// vector is an item of package password's hash-vectors.json (passwords section
// 8), whose fields say which programs made and checked it. Whether hashes
// verify is tested there, how they are imported and shown is tested here.
type vector struct {
	ID, Endpoint    string
	Password, Wrong string
	Body            map[string]json.RawMessage
	Recommended     int
	Expect          struct {
		Status         int
		Hash, Password string
		HashOptions    map[string]any
	}
}

func vectors(t *testing.T, list string) []vector {
	t.Helper()
	source, err := os.ReadFile("../password/testdata/hash-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var lists map[string]json.RawMessage
	var items []vector
	if err := json.Unmarshal(source, &lists); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(lists[list], &items); err != nil || len(items) == 0 {
		t.Fatalf("%d vectors in %s: %v", len(items), list, err)
	}
	return items
}

// create is the call that imports a vector.
func (v vector) create(b *bed) call {
	name, path := quote(b.fresh()), "/v1/users"
	p := params{"userId": name, "email": strings.TrimSuffix(name, `"`) + `@vectors.example"`}
	for field, value := range v.Body {
		p[field] = string(value)
	}
	if v.Endpoint != "plaintext" {
		path += "/" + v.Endpoint
	}
	return post(path, p)
}

var (
	argon2Numbers = regexp.MustCompile(`^\$argon2id?\$(?:v=\d+\$)?m=(\d+),t=(\d+),p=(\d+)\$`)
	bcryptCost    = regexp.MustCompile(`^\$2[abxy]\$(\d\d)\$`)
)

// options are those that Roster shows: the numbers that the hash itself
// carries, where the contract shows constants, and for phpass a state that
// tells nothing.
func (v vector) options(shown string) map[string]any {
	options := v.Expect.HashOptions
	switch v.Expect.Hash {
	case "phpass":
		options["random_state"] = ""
	case "argon2":
		if m := argon2Numbers.FindStringSubmatch(shown); m != nil {
			options["memory_cost"], options["time_cost"], options["threads"] = json.Number(m[1]), json.Number(m[2]), json.Number(m[3])
		}
	case "bcrypt":
		if m := bcryptCost.FindStringSubmatch(shown); m != nil {
			options["cost"] = json.Number(strings.TrimPrefix(m[1], "0"))
		}
	}
	return options
}

// tooManyLanes is the one optional vector above a cap of passwords section 6.
const tooManyLanes = "pub-opt-argon2-03"

func TestImportedHashesAreShownAsTheyCame(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, list := range []string{"vectors", "optional"} {
		for _, v := range vectors(t, list) {
			b.run(v.ID, func(b *bed) {
				if v.ID == tooManyLanes {
					b.refuses(v.create(b), roster.ErrArgument)
					return
				}
				r := b.answers(v.create(b), v.Expect.Status).is(map[string]string{"hash": v.Expect.Hash, "passwordUpdate": b.now().String()})
				shown := r.text("password")
				if v.Endpoint != "plaintext" && shown != v.Expect.Password {
					b.t.Errorf("password = %q, want %q", shown, v.Expect.Password)
				}
				got := map[string]any{}
				for name, value := range r.at("hashOptions").(map[string]any) {
					got[name] = fmt.Sprint(value)
				}
				want := map[string]any{}
				for name, value := range v.options(shown) {
					want[name] = fmt.Sprint(value)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					b.t.Errorf("hashOptions (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// What never verifies is imported all the same, and kept as it came.
func TestHashesThatNeverVerifyAreImported(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, v := range vectors(t, "must_not_verify") {
		b.run(v.ID, func(b *bed) {
			r := b.answers(v.create(b), 201)
			if got := r.text("password"); v.Endpoint != "plaintext" && got != plain(string(v.Body["password"])) {
				b.t.Errorf("password = %q, sent %s", got, v.Body["password"])
			}
		})
	}
}

func TestImpossibleImportsAreRefused(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, v := range vectors(t, "must_reject") {
		b.run(v.ID, func(b *bed) {
			b.untouched(func() {
				if r := b.refuses(v.create(b), roster.ErrArgument); r.status != v.Recommended {
					b.t.Errorf("status %d, want %d", r.status, v.Recommended)
				}
			})
		})
	}
}

// Hashes that take too long or too much to verify are refused by the caps of
// passwords section 6, and taken at them.
func TestCostlyHashesAreRefused(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	argon := func(m, t, p int) string {
		return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$c2FsdHNhbHQ$dGFndGFndGFn", m, t, p)
	}
	bcrypt := func(cost int) string {
		return fmt.Sprintf("$2y$%02d$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2", cost)
	}
	scrypt := func(n, r, p int) params {
		return params{"passwordCpu": fmt.Sprint(n), "passwordMemory": fmt.Sprint(r), "passwordParallel": fmt.Sprint(p), "passwordLength": "64", "passwordSalt": `"salt"`}
	}
	phpass := func(log2 byte) string {
		return "$P$" + "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[log2:log2+1] + "saltsalt" + repeat("x", 22)
	}
	for _, test := range []struct {
		name, path string
		good, bad  params
	}{
		{"Argon2's memory", "argon2", params{"password": quote(argon(1<<20, 1, 1))}, params{"password": quote(argon(1<<20+1, 1, 1))}},
		{"Argon2's passes", "argon2", params{"password": quote(argon(64, 16, 1))}, params{"password": quote(argon(64, 17, 1))}},
		{"Argon2's lanes", "argon2", params{"password": quote(argon(65536, 1, 255))}, params{"password": quote(argon(65536, 1, 256))}},
		{"Argon2's work", "argon2", params{"password": quote(argon(1<<20, 4, 1))}, params{"password": quote(argon(1<<20, 5, 1))}},
		{"bcrypt's cost", "bcrypt", params{"password": quote(bcrypt(16))}, params{"password": quote(bcrypt(17))}},
		{"phpass' rounds", "phpass", params{"password": quote(phpass(20))}, params{"password": quote(phpass(21))}},
		{"scrypt's memory", "scrypt", scrypt(1<<18, 8, 1), scrypt(1<<19, 8, 1)},
		{"scrypt's lanes", "scrypt", scrypt(2, 1, 16), scrypt(2, 1, 17)},
		{"scrypt's work", "scrypt", scrypt(1<<18, 8, 4), scrypt(1<<18, 8, 5)},
	} {
		b.run(test.name, func(b *bed) {
			try := func(p params) call {
				c := vector{Endpoint: test.path}.create(b).with("password", `"0123456789abcdef"`)
				for name, value := range p {
					c = c.with(name, value)
				}
				return c
			}
			b.answers(try(test.good), 201)
			b.untouched(func() { b.refuses(try(test.bad), roster.ErrArgument) })
		})
	}
}
