package password

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const bcryptText = "$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2" // "correct horse"

func TestOptionsTellTheNumbersOfTheText(t *testing.T) {
	const phc = "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$fLt8E4+7dSflhjsop8bmjfO8MTJnuO5l4Q0XrDUBECY"
	for _, test := range []struct {
		text    string
		convert func(string) (Hash, error)
		want    string
	}{
		{phc, ImportArgon2, `{"type":"argon2","memory_cost":64,"time_cost":2,"threads":1}`},
		{strings.Replace(phc, "v=19", "v=16", 1), ImportArgon2, `{"type":"argon2","memory_cost":64,"time_cost":2,"threads":1}`},
		{"not an argon2 text", ImportArgon2, `{"type":"argon2","memory_cost":65536,"time_cost":4,"threads":3}`},
		{bcryptText, ImportArgon2, `{"type":"argon2","memory_cost":65536,"time_cost":4,"threads":3}`},
		{bcryptText, ImportBcrypt, `{"type":"bcrypt","cost":5}`},
		{"not a bcrypt text", ImportBcrypt, `{"type":"bcrypt","cost":8}`},
	} {
		stored, err := test.convert(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
		}
		if got := string(stored.Options); got != test.want {
			t.Errorf("%s: options are %s, want %s", test.text, got, test.want)
		}
	}
}

func TestOptionsKeepTheOrderOfTheContract(t *testing.T) {
	scrypt, err := ImportScrypt("12345678", ScryptParams{CPU: 8, Memory: 14, Parallel: 1, Length: 64, Salt: `<a&b>"ü/` + "\x00"})
	if err != nil {
		t.Fatal(err)
	}
	firebase, err := ImportFirebase("12345678", FirebaseParams{Salt: "c2FsdA==", SaltSeparator: "Bw==", SignerKey: "a+/b"})
	if err != nil {
		t.Fatal(err)
	}
	phpass, _ := ImportPHPass("12345678")
	sha, _ := ImportSHA("12345678", "sha512/256")
	md5, _ := ImportMD5("12345678")
	for _, test := range []struct {
		stored Hash
		want   string
	}{
		{scrypt, `{"type":"scrypt","costCpu":8,"costMemory":14,"costParallel":1,"length":64,"salt":"<a&b>\"ü/\u0000"}`},
		{firebase, `{"type":"scryptMod","salt":"c2FsdA==","saltSeparator":"Bw==","signerKey":"a+/b"}`},
		{phpass, `{"type":"phpass","iteration_count_log2":8,"portable_hashes":false,"random_state":""}`},
		{sha, `{"version":"sha512/256"}`},
		{md5, `{"type":"md5"}`},
		{None(), `{"type":"argon2","memory_cost":65536,"time_cost":4,"threads":3}`},
	} {
		if got := string(test.stored.Options); got != test.want {
			t.Errorf("%s: options are\n%s, want\n%s", test.stored.Algorithm, got, test.want)
		}
	}
}

func TestHostileCostsAreRefusedAndTheHighestAllowedAreKept(t *testing.T) {
	argon := func(m, t, p int) string {
		return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$c29tZXNhbHQ$jKxEjA", m, t, p)
	}
	cost := func(n int) string { return strings.Replace(bcryptText, "$05$", fmt.Sprintf("$%02d$", n), 1) }
	scrypt := func(n, r, p int) func(string) (Hash, error) {
		return func(text string) (Hash, error) {
			return ImportScrypt(text, ScryptParams{CPU: n, Memory: r, Parallel: p, Length: 64, Salt: "salt"})
		}
	}
	phpass := func(c byte) string { return "$P$" + string(c) + "saltsaltm5kzegSSYLpteeiemmHd3/" }
	for _, test := range []struct {
		name    string
		convert func(string) (Hash, error)
		text    string
		refused string
	}{
		{"with a NUL", ImportMD5, "5f4dcc3b5aa765d6\x00", "password"},
		{"argon2 memory at the limit", ImportArgon2, argon(1<<20, 4, 1), ""},
		{"argon2 memory above", ImportArgon2, argon(1<<20+1, 1, 1), "password"},
		{"argon2 passes at the limit", ImportArgon2, argon(1<<18, 16, 1), ""},
		{"argon2 passes above", ImportArgon2, argon(64, 17, 1), "password"},
		{"argon2 product above", ImportArgon2, argon(1<<20, 5, 1), "password"},
		{"argon2 lanes at the limit", ImportArgon2, argon(2040, 1, 255), ""},
		{"argon2 lanes above", ImportArgon2, argon(2048, 1, 256), "password"},
		{"argon2 through bcrypt", ImportBcrypt, argon(64, 17, 1), "password"},
		{"argon2 through phpass is never computed", ImportPHPass, argon(64, 17, 1), ""},
		{"argon2 number beyond 32 bits is no number", ImportArgon2, argon(1<<32, 1, 1), ""},
		{"bcrypt at the limit", ImportBcrypt, cost(16), ""},
		{"bcrypt above", ImportBcrypt, cost(17), "password"},
		{"bcrypt through argon2", ImportArgon2, cost(31), "password"},
		{"bcrypt through phpass", ImportPHPass, cost(31), "password"},
		{"bcrypt beyond the grammar", ImportBcrypt, cost(32), ""},
		{"phpass at the limit", ImportPHPass, phpass('I'), ""},
		{"phpass above", ImportPHPass, phpass('J'), "password"},
		{"phpass at the grammar's end", ImportPHPass, phpass('S'), "password"},
		{"phpass beyond the grammar", ImportPHPass, phpass('T'), ""},
		{"scrypt memory at the limit", scrypt(1<<18, 8, 1), "12345678", ""},
		{"scrypt memory above", scrypt(1<<18, 9, 1), "12345678", "passwordMemory"},
		{"scrypt N above", scrypt(1<<22, 1, 1), "12345678", "passwordCpu"},
		{"scrypt N overflowing", scrypt(1<<62, 1<<62, 1), "12345678", "passwordCpu"},
		{"scrypt r overflowing", scrypt(2, 1<<62, 1), "12345678", "passwordMemory"},
		{"scrypt lanes at the limit", scrypt(1024, 8, 16), "12345678", ""},
		{"scrypt lanes above", scrypt(1024, 8, 17), "12345678", "passwordParallel"},
		{"scrypt work at the limit", scrypt(1<<18, 8, 4), "12345678", ""},
		{"scrypt work above", scrypt(1<<18, 8, 5), "12345678", "passwordParallel"},
		{"scrypt buffer above", scrypt(2, 1<<18, 1), "12345678", "passwordMemory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.convert(test.text)
			if param := blamed(err); param != test.refused {
				t.Errorf("blamed is %q, want %q: %v", param, test.refused, err)
			}
		})
	}
}

func blamed(err error) string {
	if refused, ok := errors.AsType[*ArgumentError](err); ok {
		return refused.Param
	}
	return ""
}

func TestFirebaseParametersAreRefusedByName(t *testing.T) {
	for _, test := range []struct{ salt, separator, signer, refused string }{
		{"c2FsdA==", "0", "c2lnbg==", ""},
		{"c2FsdA==\n", "Bw==\n", "c2lnbg\n", ""},
		{"0", "Bw==", "c2lnbg==", "passwordSalt"},
		{"", "Bw==", "c2lnbg==", "passwordSalt"},
		{"c2FsdA==\n\n", "Bw==", "c2lnbg==", "passwordSalt"},
		{"====", "Bw==", "c2lnbg==", "passwordSalt"},
		{"c2FsdA==", "_-", "c2lnbg==", "passwordSaltSeparator"},
		{"c2FsdA==", "Bw==", "0", "passwordSignerKey"},
		{"c2FsdA==", "Bw==", strings.Repeat("A", 129), "passwordSignerKey"},
	} {
		_, err := ImportFirebase("12345678", FirebaseParams{test.salt, test.separator, test.signer})
		if param := blamed(err); param != test.refused {
			t.Errorf("%+v: blamed is %q: %v", test, param, err)
		}
	}
}

// A row may come from a backup, another version or an attacker with access to
// the database.
func TestDamagedRowsNeverVerifyAndNeverPanic(t *testing.T) {
	h := quick(t)
	costly := strings.Replace(bcryptText, "$05$", "$31$", 1)
	digits := strings.Repeat("00", 64)
	for _, stored := range []Hash{
		{},
		None(),
		{Text: bcryptText, Algorithm: "plaintext"},
		{Text: costly, Algorithm: Bcrypt},
		{Text: bcryptText + strings.Repeat(" ", 300), Algorithm: Bcrypt},
		{Text: "$argon2id$v=19$m=8,t=0,p=1$c29tZXNhbHQ$jKxEjA", Algorithm: Argon2},
		{Text: "$argon2id$v=19$m=8,t=1,p=0$c29tZXNhbHQ$jKxEjA", Algorithm: Argon2},
		{Text: "$argon2id$v=19$m=4096,t=1,p=256$c29tZXNhbHQ$jKxEjA", Algorithm: Argon2},
		{Text: "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHQ$jKxEjA", Algorithm: Argon2},
		{Text: "$P$SsaltsaltN7sKfl2LJ6Bt0dSRRRNSm1", Algorithm: PHPass},
		{Text: digits, Algorithm: SHA},
		{Text: digits, Algorithm: SHA, Options: json.RawMessage(`{"version":"sha0"}`)},
		{Text: digits, Algorithm: SHA, Options: json.RawMessage(`{"version":`)},
		{Text: digits, Algorithm: Scrypt},
		{Text: digits, Algorithm: Scrypt, Options: json.RawMessage(`{"costCpu":16.5}`)},
		{Text: digits, Algorithm: Scrypt, Options: json.RawMessage(`{"costCpu":1073741824,"costMemory":8,"costParallel":1,"length":64,"salt":"s"}`)},
		{Text: "", Algorithm: Scrypt, Options: json.RawMessage(`{"costCpu":2,"costMemory":1,"costParallel":1,"length":0,"salt":"s"}`)},
		{Text: digits, Algorithm: Firebase, Options: json.RawMessage(`[]`)},
		{Text: "", Algorithm: Firebase, Options: json.RawMessage(`{"salt":"","saltSeparator":"","signerKey":""}`)},
	} {
		if verifies(t, h, "correct horse", stored) || verifies(t, h, "", stored) {
			t.Errorf("%q with %s verifies", stored.Text, stored.Options)
		}
	}
}

func TestLogsShowNeitherTextNorOptions(t *testing.T) {
	stored, err := ImportFirebase("secret-text", FirebaseParams{Salt: "c2FsdA==", SaltSeparator: "Bw==", SignerKey: "c2VjcmV0"})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("signed in", "hash", stored)
	fmt.Fprint(&log, stored)
	if shown := log.String(); strings.Contains(shown, "secret") || strings.Contains(shown, "c2VjcmV0") || !strings.Contains(shown, Firebase) {
		t.Errorf("log is %s", shown)
	}
}

func TestHashSurvivesJSON(t *testing.T) {
	stored, err := ImportScrypt("12345678", ScryptParams{CPU: 8, Memory: 1, Parallel: 1, Length: 16, Salt: "<salt>"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal([]Hash{stored})
	if err != nil {
		t.Fatal(err)
	}
	var back []Hash
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	var options scryptOptions
	if err := json.Unmarshal(back[0].Options, &options); err != nil {
		t.Fatal(err)
	}
	if back[0].Text != stored.Text || back[0].Algorithm != Scrypt || options.Salt != "<salt>" {
		t.Errorf("%s came back from %s", options.Salt, text)
	}
}
