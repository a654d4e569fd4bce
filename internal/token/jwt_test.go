package token_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"hash"
	"math"
	"strings"
	"testing"
	"time"

	"roster/internal/token"
)

var (
	key    = []byte("roster-demo-key")
	claims = token.Claims{UserID: "usr_demo01", SessionID: "67a1f0c2b3d4e5f60718", Expires: 1767225600}
	before = time.Unix(claims.Expires-1, 0)
)

// vector is the token of contract section 4.5.
const vector = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiJ1c3JfZGVtbzAxIiwic2Vzc2lvbklkIjoiNjdhMWYwYzJiM2Q0ZTVmNjA3MTgiLCJleHAiOjE3NjcyMjU2MDB9.7UQIjTU8jzhaqCYV9saefDDHPVNI7O0aI2XYBdQkUic"

const (
	standardHeader  = `{"typ":"JWT","alg":"HS256"}`
	standardPayload = `{"userId":"usr_demo01","sessionId":"67a1f0c2b3d4e5f60718","exp":1767225600}`
)

func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// forge signs a token of any header and payload, without the library.
func forge(header, payload string, digest func() hash.Hash, key []byte) string {
	text := b64(header) + "." + b64(payload)
	mac := hmac.New(digest, key)
	mac.Write([]byte(text))
	return text + "." + b64(string(mac.Sum(nil)))
}

func accepted(t *testing.T, jwt string, want token.Claims) {
	t.Helper()
	if got, err := token.VerifyJWT(jwt, key, before); err != nil || got != want {
		t.Errorf("%s is %+v (%v), want %+v", jwt, got, err, want)
	}
}

func refused(t *testing.T, why, jwt string, key []byte, now time.Time) {
	t.Helper()
	if got, err := token.VerifyJWT(jwt, key, now); !errors.Is(err, token.ErrJWT) || got != (token.Claims{}) {
		t.Errorf("%s: %q is %+v (%v)", why, jwt, got, err)
	}
}

func sign(t testing.TB, c token.Claims, key []byte) string {
	t.Helper()
	jwt, err := token.SignJWT(c, key)
	if err != nil {
		t.Fatal(err)
	}
	return jwt
}

func TestTheContractsJWTIsMadeAndAccepted(t *testing.T) {
	if got := sign(t, claims, key); got != vector {
		t.Errorf("made %s\nwant %s", got, vector)
	}
	if got := forge(standardHeader, standardPayload, sha256.New, key); got != vector {
		t.Errorf("header and payload make %s", got)
	}
	accepted(t, vector, claims)
}

func TestAJWTMayLackASession(t *testing.T) {
	want := token.Claims{UserID: "ada", Expires: claims.Expires}
	accepted(t, sign(t, want, key), want)
	accepted(t, forge(standardHeader, `{"userId":"ada","exp":1767225600}`, sha256.New, key), want)
}

func TestAJWTEndsAtTheSecondItNames(t *testing.T) {
	end := time.Unix(claims.Expires, 0)
	for _, now := range []time.Time{end.Add(-time.Nanosecond), end.Add(-time.Second), end.AddDate(-50, 0, 0), end.Add(-1).In(time.FixedZone("", 14*3600))} {
		if _, err := token.VerifyJWT(vector, key, now); err != nil {
			t.Errorf("refused at %v: %v", now, err)
		}
	}
	for _, now := range []time.Time{end, end.Add(time.Nanosecond), end.Add(time.Second), end.AddDate(50, 0, 0)} {
		refused(t, "expired", vector, key, now)
	}
}

func TestAnotherKeyIsRefused(t *testing.T) {
	for _, other := range []string{"", "roster-demo-kez", "roster-demo-key ", "Roster-demo-key", strings.Repeat("k", 64)} {
		refused(t, "verified with another key", vector, []byte(other), before)
		refused(t, "signed with another key", sign(t, claims, []byte(other)), key, before)
	}
}

func TestAlgorithmsOtherThanHS256AreRefused(t *testing.T) {
	header := func(alg string) string { return `{"typ":"JWT","alg":"` + alg + `"}` }
	for _, alg := range []string{"none", "None", "NONE", "", "hs256", "HS256 ", "RS256", "ES256", "PS256", "EdDSA", "HS384", "HS512"} {
		refused(t, alg, forge(header(alg), standardPayload, sha256.New, key), key, before)
		refused(t, alg+" unsigned", b64(header(alg))+"."+b64(standardPayload)+".", key, before)
	}
	refused(t, "HS384", forge(header("HS384"), standardPayload, sha512.New384, key), key, before)
	refused(t, "HS512", forge(header("HS512"), standardPayload, sha512.New, key), key, before)
	refused(t, "SHA-512 as HS256", forge(standardHeader, standardPayload, sha512.New, key), key, before)
	for _, h := range []string{`{}`, `{"typ":"JWT"}`, `{"alg":null}`, `{"alg":["HS256"]}`, `[]`, `null`, `""`, ``, `{"alg":"HS256"`} {
		refused(t, "header "+h, forge(h, standardPayload, sha256.New, key), key, before)
	}
}

// The classic mix-up: a key that is public is taken for a secret.
func TestSignatureKindsAreNotMixedUp(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public := x509.MarshalPKCS1PublicKey(&private.PublicKey)
	text := b64(`{"typ":"JWT","alg":"RS256"}`) + "." + b64(standardPayload)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range [][]byte{key, public} {
		refused(t, "RS256", text+"."+b64(string(signature)), k, before)
		refused(t, "RS256 signed as HS256", forge(`{"typ":"JWT","alg":"RS256"}`, standardPayload, sha256.New, public), k, before)
	}
}

func TestChangedTokensAreRefused(t *testing.T) {
	for i := range vector {
		for _, c := range "Aw.=\n" {
			if changed := vector[:i] + string(c) + vector[i+1:]; changed != vector {
				refused(t, "changed", changed, key, before)
			}
			refused(t, "longer", vector[:i]+string(c)+vector[i:], key, before)
		}
		refused(t, "cut", vector[:i], key, before)
		refused(t, "cut in front", vector[i+1:], key, before)
	}
	parts := strings.Split(vector, ".")
	for _, bad := range []string{
		"", ".", "..", "...", vector + ".", vector + "A", vector + "AA", vector + "AAAA", "Bearer " + vector, vector + " ", " " + vector,
		parts[0] + ".." + parts[2], parts[1] + "." + parts[0] + "." + parts[2], vector + vector, strings.Repeat(".", 100_000),
	} {
		refused(t, "mangled", bad, key, before)
	}
}

// One token has one spelling, so that a list of tokens that were withdrawn or
// seen can be kept by their text.
func TestOtherSpellingsOfTheSameBytesAreRefused(t *testing.T) {
	cut := len(vector) - 1
	for _, last := range "defghi" { // the signature ends in c; d, e and f differ in bits that are dropped
		refused(t, "dropped bits", vector[:cut]+string(last), key, before)
	}
	refused(t, "padding", vector+"=", key, before)
	refused(t, "line end", vector+"\n", key, before)
	refused(t, "line end", vector+"\r\n", key, before)
	refused(t, "folded", vector[:cut-10]+"\n"+vector[cut-10:], key, before)
	standard := base64.RawStdEncoding.EncodeToString([]byte(`{"userId":"a?~>","exp":1767225600}`))
	if !strings.ContainsAny(standard, "+/") {
		t.Fatal("the payload does not show the alphabet")
	}
	text := b64(standardHeader) + "." + standard
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	refused(t, "standard alphabet", text+"."+b64(string(mac.Sum(nil))), key, before)
}

func TestClaimsMustBeThereAndOfTheirType(t *testing.T) {
	for _, payload := range []string{
		``, `null`, `{}`, `[]`, `"x"`, `1`, `{"userId":"ada"}`, `{"exp":1767225600}`, `{"userId":"","exp":1767225600}`, `{"userId":null,"exp":1767225600}`,
		`{"userId":7,"exp":1767225600}`, `{"userId":["ada"],"exp":1767225600}`, `{"userId":"ada","sessionId":7,"exp":1767225600}`,
		`{"userId":"ada","exp":null}`, `{"userId":"ada","exp":"1767225600"}`, `{"userId":"ada","exp":1767225600.5}`, `{"userId":"ada","exp":true}`,
		`{"userId":"ada","exp":0}`, `{"userId":"ada","exp":-1}`, `{"userId":"ada","exp":99999999999999999999}`, `{"userId":"ada","exp":1767225600`, `{"userId":"ada","exp":1767225600}x`,
	} {
		refused(t, "payload "+payload, forge(standardHeader, payload, sha256.New, key), key, before)
	}
	refused(t, "before all time", sign(t, token.Claims{UserID: "ada", Expires: math.MinInt64}, key), key, before)
}

// FuzzVerifyJWT: nothing is accepted but what was signed, as it was signed.
func FuzzVerifyJWT(f *testing.F) {
	signed := map[string]token.Claims{vector: claims}
	for _, c := range []token.Claims{{UserID: "ada", Expires: claims.Expires}, {UserID: "ü<>", SessionID: "s", Expires: math.MaxInt32}} {
		signed[sign(f, c, key)] = c
	}
	for jwt := range signed {
		f.Add(jwt)
	}
	parts := strings.Split(vector, ".")
	for _, seed := range []string{
		b64(`{"alg":"none"}`) + "." + parts[1] + ".", parts[0] + "." + parts[1] + ".", vector[:len(vector)-1] + "d", vector + "\n", vector + "=", "..",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, jwt string) {
		got, err := token.VerifyJWT(jwt, key, before)
		want, ours := signed[jwt]
		if (err == nil) != ours || got != want {
			t.Errorf("%q is %+v (%v)", jwt, got, err)
		}
	})
}
