package password

import (
	"errors"
	"strings"
	"testing"

	"roster"
)

func TestStrengthDemandsWhatThePolicySays(t *testing.T) {
	all := Strength{Min: 10, Uppercase: true, Lowercase: true, Number: true, Symbols: true}
	for _, test := range []struct {
		strength Strength
		password string
		missing  string
	}{
		{Strength{}, "12345678", ""},
		{Strength{}, "1234567", "8 to 256 bytes"},
		{Strength{}, "密码密", ""},
		{Strength{}, strings.Repeat("a", 256), ""},
		{Strength{}, strings.Repeat("a", 257), "8 to 256 bytes"},
		{Strength{Min: 4}, "1234567", "8 to 256 bytes"},
		{Strength{Min: 10}, "123456789", "10 to 256 bytes"},
		{all, "Abcdefg1!.", ""},
		{all, "abcdefg1!.", "upper-case"},
		{all, "Äbcdefg1!.", "upper-case"},
		{all, "ABCDEFG1!.", "lower-case"},
		{all, "Abcdefgh!.", "digit"},
		{all, "Abcdefg٣!.", "digit"},
		{all, "Abcdefg123", "neither letter"},
		{all, "Abcdefg1 \u00a0\u3000é½", "neither letter"},
		{all, "Abcdefg1🔐", ""},
		{all, "Abcdefg12_", ""},
	} {
		err := test.strength.Check(test.password)
		if test.missing == "" && err != nil {
			t.Errorf("%q: %v", test.password, err)
		}
		if test.missing != "" && (blamed(err) != "password" || !strings.Contains(err.Error(), test.missing)) {
			t.Errorf("%q: error is %v, want one about %s", test.password, err, test.missing)
		}
	}
}

func TestCommonPasswordsAreRefusedOnlyExactly(t *testing.T) {
	for password, want := range map[string]bool{
		"12345678": true, "password": true, "iloveyou": true,
		"Password": false, "password ": false, "password\n": false, "": false, "correct horse battery staple": false,
	} {
		if got := Common(password); got != want {
			t.Errorf("%q: %v", password, got)
		}
	}
	if err := (Policy{Dictionary: true}).Check("password"); blamed(err) != "password" {
		t.Errorf("error is %v", err)
	}
	if err := (Policy{}).Check("password"); err != nil {
		t.Errorf("refused without the policy: %v", err)
	}
}

func TestDictionaryHoldsTenThousandPasswords(t *testing.T) {
	if n := len(common()); n != 10_000 {
		t.Errorf("%d entries", n)
	}
}

func TestPersonalDataIsFoundInAnyCase(t *testing.T) {
	ada := Person{ID: "user-17", Email: "ada.l@example.com", Name: "Ünal Lovelace", Phone: "+441632960000"}
	policy := Policy{PersonalData: true}
	for password, refused := range map[string]bool{
		"xxUSER-17xx":             true,
		"my ada.l@EXAMPLE.com":    true,
		"1ADA.L234":               true,
		"i am ünal LOVELACE":      true,
		"tel +441632960000":       true,
		"tel 441632960000":        true,
		"lovelace1":               false,
		"example.com":             false,
		"short":                   true,
		"":                        true,
		strings.Repeat("z", 257):  true,
		"tel 44163296000 is none": false,
	} {
		err := policy.CheckPerson(password, ada)
		if got := errors.Is(err, roster.ErrPasswordPersona); got != refused {
			t.Errorf("%q: %v", password, err)
		}
	}
	if err := policy.CheckPerson("anything goes", Person{}); err != nil {
		t.Errorf("empty items are not skipped: %v", err)
	}
	if err := (Policy{}).CheckPerson("user-17 and more", ada); err != nil {
		t.Errorf("refused without the policy: %v", err)
	}
}

func TestHistoryKeepsTheLastOnes(t *testing.T) {
	a, b, c := Hash{Text: "a"}, Hash{Text: "b"}, Hash{Text: "c"}
	history := []Hash{a, b}
	for _, test := range []struct {
		limit int
		want  string
	}{{0, "ab"}, {1, "c"}, {2, "bc"}, {3, "abc"}, {20, "abc"}} {
		var got string
		for _, h := range (Policy{History: test.limit}).Remember(history, c) {
			got += h.Text
		}
		if got != test.want {
			t.Errorf("limit %d keeps %s, want %s", test.limit, got, test.want)
		}
	}
}
