// Timing asks whether the time of a refused sign-in tells if the user exists.
//
// It signs in with a wrong password, in turn as somebody who is there and as
// nobody, over HTTP against the server's own handler, and prints both means, their
// difference and Welch's t of it: beyond 2 either way, the difference would be
// more than noise. It judges nothing, since a busy machine can make any noise.
package main

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"roster"
	"roster/internal/api"
	"roster/internal/directory"
	"roster/internal/password"
	"roster/internal/secret"
	"roster/internal/store"
)

// tries is how often each kind signs in.
const tries = 400

func main() {
	dir, err := os.MkdirTemp("", "roster-timing-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := run(dir); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer s.Close()
	ring, err := secret.Parse(secret.Random(32))
	if err != nil {
		return err
	}
	hasher, err := password.New(password.Config{})
	if err != nil {
		return err
	}
	d := directory.New(s, ring, hasher)
	if err := furnish(ctx, d); err != nil {
		return err
	}
	handler := api.New(d, slog.New(slog.DiscardHandler))
	handler.Unlimited = true
	server := httptest.NewServer(handler)
	defer server.Close()
	for _, pair := range [][2]string{{"argon2@timing.example", "nobody@timing.example"}, {"md5@timing.example", "nobody@timing.example"}, {"none@timing.example", "nobody@timing.example"}} {
		if err := compare(server.URL, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// furnish makes users with a hash as new ones are, with an old one, and without
// any.
func furnish(ctx context.Context, d *directory.Directory) error {
	p, err := d.CreateProject(ctx, "timing", "Timing")
	if err != nil {
		return err
	}
	by := directory.Caller{Project: p, Actor: roster.Actor{Type: roster.ActorSystem}}
	md5, err := password.ImportMD5("5f4dcc3b5aa765d61d8327deb882cf99")
	if err != nil {
		return err
	}
	for _, n := range []directory.NewUser{
		{ID: "argon2", Email: "argon2@timing.example", Password: "the right password"},
		{ID: "md5", Email: "md5@timing.example", Imported: &md5},
		{ID: "none", Email: "none@timing.example"},
	} {
		if _, err := d.CreateUser(ctx, by, n); err != nil {
			return err
		}
	}
	return nil
}

func compare(url, known, unknown string) error {
	var times [2]sample
	for i := range 2*tries + 20 {
		who := []string{known, unknown}[i%2]
		took, err := signIn(url, who)
		if err != nil {
			return err
		}
		if i >= 20 { // the first ones warm up
			times[i%2].add(took)
		}
	}
	a, b := times[0], times[1]
	difference := a.mean() - b.mean()
	t := difference / math.Sqrt(a.variance()/a.n+b.variance()/b.n)
	fmt.Printf("%-24s %8.3f ms   %-24s %8.3f ms   difference %+.3f ms   t = %+.2f\n", known, a.mean(), unknown, b.mean(), difference, t)
	return nil
}

func signIn(url, email string) (time.Duration, error) {
	r, err := http.NewRequest(http.MethodPost, url+"/v1/account/sessions/email", strings.NewReader(`{"email":"`+email+`","password":"a wrong password"}`))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Appwrite-Project", "timing")
	start := time.Now()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	took := time.Since(start)
	answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		return 0, fmt.Errorf("%s: %s", email, answer.Status)
	}
	return took, nil
}

// sample is what was measured, in milliseconds.
type sample struct{ n, sum, squares float64 }

func (s *sample) add(d time.Duration) {
	ms := float64(d) / float64(time.Millisecond)
	s.n, s.sum, s.squares = s.n+1, s.sum+ms, s.squares+ms*ms
}

func (s sample) mean() float64 { return s.sum / s.n }

func (s sample) variance() float64 { return (s.squares - s.sum*s.sum/s.n) / (s.n - 1) }
