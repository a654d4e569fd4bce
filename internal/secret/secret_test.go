package secret_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"roster/internal/secret"
)

var (
	oldKey = strings.Repeat("0a", 32)
	newKey = strings.Repeat("f1", 32)
)

func ring(t *testing.T, keys ...string) *secret.Keyring {
	t.Helper()
	r, err := secret.Parse(strings.Join(keys, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func opens(t *testing.T, r *secret.Keyring, sealed, place, want string) {
	t.Helper()
	if got, err := r.Open(sealed, place); err != nil || got != want {
		t.Errorf("%q opens as %q (%v), want %q", sealed, got, err, want)
	}
}

func staysShut(t *testing.T, r *secret.Keyring, sealed, place string) {
	t.Helper()
	if got, err := r.Open(sealed, place); !errors.Is(err, secret.ErrSealed) || got != "" {
		t.Errorf("%q opens as %q (%v)", sealed, got, err)
	}
}

func TestWhatIsSealedOpensAtItsPlaceOnly(t *testing.T) {
	r := ring(t, oldKey)
	for _, text := range []string{"", "JBSWY3DPEHPK3PXP", "ü\x00\n", strings.Repeat("long ", 10_000)} {
		sealed := r.Seal(text, "authenticators/ada/data")
		opens(t, r, sealed, "authenticators/ada/data", text)
		for _, place := range []string{"", "authenticators/bob/data", "authenticators/ada/data ", "authenticators/ada"} {
			staysShut(t, r, sealed, place)
		}
	}
}

func TestSealedTextHidesWhatItHolds(t *testing.T) {
	r := ring(t, oldKey)
	first, second := r.Seal("JBSWY3DPEHPK3PXP", "p"), r.Seal("JBSWY3DPEHPK3PXP", "p")
	if first == second {
		t.Error("the same text is sealed the same way twice")
	}
	if strings.Contains(first, "JBSWY3DPEHPK3PXP") || strings.Contains(first, oldKey) {
		t.Errorf("%s shows the text or the key", first)
	}
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	sealed := ring(t, oldKey).Seal("text", "p")
	staysShut(t, ring(t, newKey), sealed, "p")
	_, box, _ := strings.Cut(sealed, ".")
	named, _, _ := strings.Cut(ring(t, newKey).Seal("text", "p"), ".")
	staysShut(t, ring(t, newKey), named+"."+box, "p") // under the other key's name
}

func TestAReplacedKeyStillOpensAndTheNewOneSeals(t *testing.T) {
	before, rotated, after := ring(t, oldKey), ring(t, newKey, oldKey), ring(t, newKey)
	opens(t, rotated, before.Seal("old", "p"), "p", "old")
	sealed := rotated.Seal("new", "p")
	opens(t, rotated, sealed, "p", "new")
	opens(t, after, sealed, "p", "new")
	staysShut(t, before, sealed, "p")
	if !bytes.Equal(rotated.Derive("jwt"), after.Derive("jwt")) || bytes.Equal(rotated.Derive("jwt"), before.Derive("jwt")) {
		t.Error("derived keys do not follow the newest master key")
	}
}

func TestDamagedTextStaysShut(t *testing.T) {
	r := ring(t, oldKey)
	sealed := r.Seal("ab", "p") // 12+2+16 bytes: every bit of the base64 counts
	for i := range sealed {
		for _, c := range []byte("Ab.=\n-") {
			if damaged := sealed[:i] + string(c) + sealed[i+1:]; damaged != sealed {
				staysShut(t, r, damaged, "p")
			}
		}
		staysShut(t, r, sealed[:i], "p")
	}
	for _, text := range []string{"", ".", "text", sealed + "AAAA", sealed + ".", "." + sealed, sealed + sealed} {
		staysShut(t, r, text, "p")
	}
}

func TestAKeyMayBeWrittenInCapitals(t *testing.T) {
	capitals := ring(t, strings.ToUpper(newKey))
	opens(t, capitals, ring(t, newKey).Seal("text", "p"), "p", "text")
}

func load(t *testing.T, dir string) *secret.Keyring {
	t.Helper()
	r, err := secret.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheKeyFileIsMadeOnceAndForItsOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	sealed := load(t, dir).Seal("text", "p")
	info, err := os.Stat(filepath.Join(dir, secret.FileName))
	if err != nil || info.Mode() != 0o600 {
		t.Fatalf("mode %v (%v)", info.Mode(), err)
	}
	opens(t, load(t, dir), sealed, "p", "text")
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v (%v)", entries, err)
	}
	staysShut(t, load(t, t.TempDir()), sealed, "p")
}

func TestWhoeverLoadsFirstAllHaveTheSameKey(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		var all sync.WaitGroup
		start, sealed := make(chan struct{}), make([]string, 64)
		for i := range sealed {
			all.Go(func() {
				<-start
				r, err := secret.Load(dir)
				if err != nil {
					t.Error(err)
					return
				}
				sealed[i] = r.Seal("text", "p")
			})
		}
		close(start)
		all.Wait()
		for _, s := range sealed {
			opens(t, load(t, dir), s, "p", "text")
		}
	}
}

func TestKeyFilesMayHaveBlankLinesAndWindowsEnds(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "\r\n "+newKey+"\r\n\n"+oldKey)
	opens(t, load(t, dir), ring(t, newKey).Seal("n", "p"), "p", "n")
	opens(t, load(t, dir), ring(t, oldKey).Seal("o", "p"), "p", "o")
}

func write(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, secret.FileName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBadKeyFilesAreRefusedWithTheirPathAndWithoutTheirText(t *testing.T) {
	const digits = "a key must have 64 hexadecimal digits"
	for text, problem := range map[string]string{
		"":                            "there is no key",
		" \n\n":                       "there is no key",
		newKey[1:]:                    digits,
		newKey[2:]:                    digits,
		newKey + "00":                 digits,
		"zz" + newKey[2:]:             digits,
		newKey + "\n" + oldKey[2:]:    digits,
		newKey + " # made in March\n": digits,
	} {
		dir := t.TempDir()
		write(t, dir, text)
		_, err := secret.Load(dir)
		if err == nil || !strings.Contains(err.Error(), problem) || !strings.Contains(err.Error(), filepath.Join(dir, secret.FileName)) {
			t.Errorf("%q: error %v", text, err)
			continue
		}
		if strings.Contains(err.Error(), newKey[2:50]) {
			t.Errorf("%v shows the key", err)
		}
		if kept, _ := os.ReadFile(filepath.Join(dir, secret.FileName)); string(kept) != text {
			t.Errorf("%q was replaced by %q", text, kept)
		}
	}
}

func TestAFolderThatCannotHoldAKeyIsAnError(t *testing.T) {
	if _, err := secret.Load(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, secret.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.Load(dir); err == nil || !strings.Contains(err.Error(), "reading the master key") {
		t.Errorf("a folder as key file: %v", err)
	}
}

// One block of HKDF-SHA256 without salt, written out from RFC 5869 section 2.
func TestDerivedKeysAreHKDFOfTheirPurpose(t *testing.T) {
	mac := func(key, text []byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write(text)
		return h.Sum(nil)
	}
	master, _ := hex.DecodeString(newKey)
	extracted := mac(make([]byte, sha256.Size), master)
	seen := map[string]string{}
	for _, purpose := range []string{"", "seal", "jwt", "jwt/1", "jwt/11"} {
		got := ring(t, newKey, oldKey).Derive(purpose)
		if want := mac(extracted, append([]byte(purpose), 1)); !bytes.Equal(got, want) {
			t.Errorf("%q: %x, want %x", purpose, got, want)
		}
		if other, twice := seen[string(got)]; twice {
			t.Errorf("%q and %q have the same key", purpose, other)
		}
		seen[string(got)] = purpose
	}
}

func TestRandomSecretsAreHexAndNeverTheSame(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range []int{16, 16, 16, 32, 128} {
		s := secret.Random(n)
		if len(s) != 2*n || strings.Trim(s, "0123456789abcdef") != "" || seen[s] {
			t.Errorf("%d bytes: %s", n, s)
		}
		seen[s] = true
	}
	if s := secret.Random(0); s != "" {
		t.Errorf("no bytes: %s", s)
	}
}

// The vectors are those of NIST's examples for FIPS 180-4, SHA-256.
func TestDigestIsSHA256(t *testing.T) {
	for text, want := range map[string]string{
		"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	} {
		if got := secret.Digest(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestDigitsAreAllEquallyLikely(t *testing.T) {
	const n = 100_000
	digits := secret.Digits(n)
	if len(digits) != n {
		t.Fatalf("%d digits, want %d", len(digits), n)
	}
	for _, d := range "0123456789" {
		// A tenth of them, give or take ten standard deviations.
		if found := strings.Count(digits, string(d)); found < n/10-950 || found > n/10+950 {
			t.Errorf("%d of %d digits are %c", found, n, d)
		}
	}
	if other := secret.Digits(n); other == digits {
		t.Error("the same digits come again")
	}
}
