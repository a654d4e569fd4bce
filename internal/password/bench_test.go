package password

import "testing"

func BenchmarkVerify(b *testing.B) {
	contract, err := New(Config{Params: contractParams})
	if err != nil {
		b.Fatal(err)
	}
	standard, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	must := func(h Hash, err error) Hash {
		if err != nil {
			b.Fatal(err)
		}
		return h
	}
	digits := "e919101cd43acc42f31124f3268d309d9955015e39e9d5c5205c1bf4dde8f565"
	firebase := FirebaseParams{Salt: "42xEC+ixf3L2lw==", SaltSeparator: "Bw==", SignerKey: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="}
	for _, bench := range []struct {
		name   string
		stored Hash
	}{
		{"argon2 default", must(standard.Hash(b.Context(), "correct horse"))},
		{"argon2 of the contract", must(contract.Hash(b.Context(), "correct horse"))},
		{"bcrypt 5", must(ImportBcrypt(bcryptText))},
		{"phpass 2^13", must(ImportPHPass("$P$B./01AZaz0qybuhGiSdFRqyKsYaoSX."))},
		{"phpass 2^20", must(ImportPHPass("$P$I./01AZaz0qybuhGiSdFRqyKsYaoSX."))},
		{"scrypt 2^14 8 1", must(ImportScrypt(digits, ScryptParams{CPU: 1 << 14, Memory: 8, Parallel: 1, Length: 32, Salt: "salt"}))},
		{"firebase", must(ImportFirebase("lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==", firebase))},
		{"sha256", must(ImportSHA(digits, "sha256"))},
		{"malformed", must(ImportMD5("not an md5"))},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := standard.Verify(b.Context(), "correct horse", bench.stored); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The most that the import limits admit, so that raising one shows its price.
func BenchmarkWorstAdmittedCosts(b *testing.B) {
	for name, s := range map[string]scheme{
		"argon2 1 GiB 4": argon2Hash{Params: Params{1 << 20, 4, 1}, variant: "id", salt: make([]byte, 16), tag: make([]byte, 32)},
		"scrypt 256 MiB": scryptHash{ScryptParams{1 << 18, 8, 4, 16, "salt"}, ""},
		"scrypt widest":  scryptHash{ScryptParams{2, 1 << 17, 1, 16, "salt"}, ""},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.matches("correct horse")
			}
		})
	}
}
