package password

import (
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// Whatever parses is written exactly as the grammar writes it: no second
// spelling of a hash verifies.
func FuzzArgon2TextHasOneSpelling(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$fLt8E4+7dSflhjsop8bmjfO8MTJnuO5l4Q0XrDUBECY")
	f.Add("$argon2i$v=16$m=20,t=3,p=2$YXBwd3JpdGU$jKxEjA")
	f.Add("$argon2id$m=064,t=2,p=1$c29tZXNhbHQ$jKxEjB\n")
	f.Fuzz(func(t *testing.T, text string) {
		hash, ok := parseArgon2(text)
		if !ok {
			return
		}
		if hash.version == 16 && !strings.Contains(text, "$v=16$") {
			text = strings.Replace(text, "$m=", "$v=16$m=", 1)
		}
		if again := hash.text(); again != text {
			t.Errorf("%q is read as %q", text, again)
		}
		if hash.excess() == "" && (hash.cost().bytes > 1<<30 || hash.cost().cpus > 255) {
			t.Errorf("%q costs %+v", text, hash.cost())
		}
	})
}

func FuzzBcryptText(f *testing.F) {
	f.Add(bcryptText)
	f.Add(bcryptText + "\n")
	f.Add("$2z$31$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2")
	f.Fuzz(func(t *testing.T, text string) {
		hash, ok := parseBcrypt(text)
		if !ok {
			return
		}
		if cost, err := bcrypt.Cost([]byte(text)); err != nil || cost != hash.log2 || len(text) != 60 {
			t.Errorf("%q has cost %d, the library says %d, %v", text, hash.log2, cost, err)
		}
		if hash.log2 <= 4 {
			hash.matches(text)
		}
	})
}

func FuzzPHPassText(f *testing.F) {
	f.Add("$P$6saltsaltm5kzegSSYLpteeiemmHd3/")
	f.Add("$H$5saltSALTUcGsrm0WOGxXYnJS0mMLA.")
	f.Add(bcryptText)
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := parsePHPass(text)
		if !ok {
			return
		}
		if hash, portable := s.(phpassHash); portable && hash.log2 <= 8 {
			hash.matches(text)
		}
	})
}

func FuzzScryptImport(f *testing.F) {
	f.Add(strings.Repeat("0", 64), "salt", 16, 8, 1, 32)
	f.Add("12345678", "0", 1<<30, 1<<30, 1<<30, 1<<30)
	f.Add("12345678", "\xff", -8, 0, -1, 15)
	f.Fuzz(func(t *testing.T, text, salt string, cpu, memory, parallel, length int) {
		params := ScryptParams{CPU: cpu, Memory: memory, Parallel: parallel, Length: length, Salt: salt}
		stored, err := ImportScrypt(text, params)
		if err != nil {
			if blamed(err) == "" {
				t.Errorf("%v names no parameter", err)
			}
			return
		}
		var options scryptOptions
		if err := json.Unmarshal(stored.Options, &options); err != nil || options.ScryptParams != params {
			t.Errorf("%+v came back as %s, %v", params, stored.Options, err)
		}
		if bytes := params.cost().bytes; bytes <= 0 || bytes > 300<<20 {
			t.Errorf("%+v takes %d bytes", params, bytes)
		}
		if s, ok := open(stored); ok && cpu*memory*parallel < 1<<10 {
			s.matches(text)
		}
	})
}

func FuzzFirebaseImport(f *testing.F) {
	f.Add("lSrfV15cpx95/sZS2W9c", "42xEC+ixf3L2lw==", "Bw==", "jxspr8Ki0RYycVU8zykb")
	f.Add("12345678", "A\n", "0", "AAAA===")
	f.Fuzz(func(t *testing.T, text, salt, separator, signer string) {
		params := FirebaseParams{Salt: salt, SaltSeparator: separator, SignerKey: signer}
		stored, err := ImportFirebase(text, params)
		if err != nil {
			if blamed(err) == "" {
				t.Errorf("%v names no parameter", err)
			}
			return
		}
		var options firebaseOptions
		if err := json.Unmarshal(stored.Options, &options); err != nil || options.FirebaseParams != params {
			t.Errorf("%+v came back as %s, %v", params, stored.Options, err)
		}
		if s, ok := open(stored); ok && len(s.(firebaseHash).signer) == 0 {
			t.Errorf("%+v would encrypt nothing", params)
		}
	})
}

// Whatever a row holds, opening it does not panic and what opens is affordable.
func FuzzStoredHash(f *testing.F) {
	f.Add(Argon2, bcryptText, `{}`)
	f.Add(SHA, strings.Repeat("0", 64), `{"version":"sha256"}`)
	f.Add(Scrypt, strings.Repeat("0", 64), `{"costCpu":16,"costMemory":8,"costParallel":1,"length":32,"salt":"s"}`)
	f.Add(Firebase, "CetfSUCyB0qur6p+VpcDrBoMh/I=", `{"salt":"42xE","saltSeparator":"Bw==","signerKey":"wYjuGGtjiVBamLgUb1PaJ5/hk24="}`)
	f.Fuzz(func(t *testing.T, algorithm, text, options string) {
		s, ok := open(Hash{Text: text, Algorithm: algorithm, Options: json.RawMessage(options)})
		if ok && (s.excess() != "" || s.cost().bytes > 1<<30) {
			t.Errorf("opens with %s and %+v", s.excess(), s.cost())
		}
	})
}
