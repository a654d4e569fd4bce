package api

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// samples are values of one validator, as JSON: what it takes and what it
// refuses. In texts {n} stands for a name that was not used before, {N} for one
// in capitals, {36} and {64} for one of so many characters, {5} for five digits.
type samples struct{ good, bad []string }

// strangers are values of every JSON type. A validator refuses those that are
// not among its good ones.
var strangers = []string{"true", "7", "[]", "{}", `["x"]`, `{"x":"y"}`}

// validators are those of contract section 1.4, and what single parameters
// demand besides (passwords section 1).
var validators = map[string]samples{
	"UID":        {quoted("a", "Z", "0", "{36}", "A.b_c-9"), badIDs},
	"CUSTOMID":   {quoted("unique()", "{n}", "{36}", "{n}.b_c-9"), badIDs},
	"RECENT":     {quoted("recent"), badIDs},
	"PROVIDER":   {nil, badIDs},
	"EMAIL":      {goodEmails, append(quoted(""), badEmails...)},
	"EMAIL0":     {append(quoted(""), goodEmails...), badEmails},
	"PHONE":      {goodPhones, append(quoted(""), badPhones...)},
	"PHONE0":     {append(quoted(""), goodPhones...), badPhones},
	"PW":         {goodPasswords, append(quoted(""), badPasswords...)},
	"PWHASH":     {goodHashes, append(quoted("", "nul\x00byte"), badPasswords...)},
	"PW0":        {append(quoted(""), goodPasswords...), badPasswords},
	"BOOL":       {[]string{"true", "false"}, []string{"0", "1", `"true"`, `"false"`, `"0"`, `"1"`, `""`}},
	"BOOL*":      {[]string{"true", "false", "0", "1", `"true"`, `"false"`, `"0"`, `"1"`}, []string{"2", "-1", "1.0", `"yes"`, `"TRUE"`, `""`, `" 1"`, `"null"`}},
	"INT32":      {[]string{"1", "2", "7"}, join(broken, "0", "-1", "2147483648", "-2147483649", `"1"`, `""`)},
	"CPU":        {[]string{"2", "1024"}, join(broken, "1", "0", "-2", "3", "1000", "2147483648", `"8"`, `""`)},
	"LENGTH":     {[]string{"16", "64", "2147483647"}, join(broken, "15", "0", "-64", "2147483648", `"64"`, `""`)},
	"SHA":        {quoted("sha1", "sha224", "sha256", "sha384", "sha512/224", "sha512/256", "sha512", "sha3-224", "sha3-256", "sha3-384", "sha3-512"), quoted("", "SHA256", "Sha256", "sha-256", "md5", "sha512/512", " sha256")},
	"BASE64":     {quoted("YQ==", "YQ", "a+/9", repeat("A", 128)), quoted("", "a b", "a-b_", "ü", "====", repeat("A", 129))},
	"LABELS":     {[]string{"[]", "{}", `["x"]`, `{"x":"y"}`, `{"x":"a","y":"b"}`, `["a","a"]`, list(repeat("Z9", 18)), labels(1000)}, append(badLabels, labels(1001))},
	"ROLES":      {[]string{"[]", "{}", `["x"]`, `{"x":"y"}`, `["a","a"]`, `["A.b_c-9"]`, list(repeat("Z9_", 27)), labels(100)}, append(badRoles, labels(101))},
	"URL":        {quoted("", "https://app.example/join?a=b", "anything"), quoted("a\x00b")},
	"MAP":        {goodPrefs, badPrefs},
	"QUERIES":    {[]string{"[]", list(orderByID), limits(1), limits(100)}, append(badQueries, limits(101), list(`{"method":"select","values":["name"]}`))},
	"PAGING":     {[]string{"[]", list(`{"method":"offset","values":["7"]}`), limits(1), limits(100)}, append(badQueries, limits(101), list(orderByID), list(`{"method":"equal","attribute":"event","values":["x"]}`), list(`{"method":"cursorAfter","values":["a"]}`))},
	"SALT":       {quoted("00", "é", repeat("é", 128)), quoted("", "0", "a\x00b", repeat("é", 129))},
	"IDENTIFIER": {quoted("{n}@elsewhere.example", "{N}@Elsewhere.example"), quoted("", repeat("x", 256))},
	"CHALLENGE":  {quoted("a", "-", "a%41", repeat("x", 256)), quoted("", repeat("x", 257))},
	"OBJECT":     {[]string{`{"x":"y"}`, `{"a":{"b":[1,{}]}}`, "{}", "[]", quote(` { "a" : "b" } `)}, append(quoted("", "a", "[]", "null", `{"a"}`), `["a"]`, prefs(65536))},
	"SESSION":    {quoted("current"), badIDs},
	"APP":        {quoted("totp"), quoted("", "other", "totp ", "TOTP", "totp\x00")},
	"FACTOR":     {quoted("totp", "TOTP", "recoveryCode", "recoverycode"), quoted("", "other", "totp ", "totp\x00")},
	// What must fit what is stored has no good values of its own.
	"KNOWNID":     {nil, badIDs},
	"KNOWNEMAIL":  {nil, append(quoted(""), badEmails...)},
	"KNOWNPW":     {nil, append(quoted(""), badPasswords...)},
	"KNOWNSECRET": {nil, quoted("", repeat("x", 257), "a\x00b")},
	"KNOWNCODE":   {nil, quoted(repeat("x", 4097), "a\x00b")},
	"KNOWNSTATE":  {nil, quoted(repeat("x", 2049), "a\x00b")},
	"REDIRECT":    {quoted("https://api.example.com/welcome?a=b#c", "HTTP://API.example.com:8080", "appwrite-callback-demo://"), quoted(repeat("x", 2049), "a\x00b")},
	"SCOPES":      {[]string{"[]", `["x"]`, `["a","a b"]`, labels(100), list(repeat("é", 4096))}, []string{list(""), labels(101), list(repeat("x", 4097)), `"x"`}},
	// These are good if what they make of the provider is complete.
	"CLIENT":       {quoted("a", repeat("é", 256)), quoted(repeat("x", 257), "a\x00b")},
	"CLIENTSECRET": {quoted("a", repeat("é", 2048)), quoted(repeat("x", 2049), "a\x00b")},
	"PROVIDERURL":  {quoted("https://login.example.com/a?b=c", "http://localhost:8080/x", "http://127.0.0.1", "http://[::1]:1/x"), badProviderURLs},
	"WELLKNOWN":    {quoted("https://login.example.com/a/.well-known/openid-configuration"), append(quoted("https://login.example.com", "https://login.example.com/.well-known/openid-configuration?a"), badProviderURLs...)},
	"PROMPTS":      {[]string{"[]", "{}", list("none"), list("login", "consent", "select_account")}, []string{list("none", "login"), list("Login"), list(""), "[1]", `"login"`}},
	"NOTHING":      {nil, quoted("", repeat("x", 257))},
}

var (
	badIDs = quoted("", "-a", "_a", ".a", "..", "a b", "a/b", "ä", "a@b", "a%41", "unique(", "UNIQUE()", "a\n", "a\x00", repeat("x", 37))

	goodEmails = quoted("{n}+tag@x.co", "{n}'b@x.com", "{n}@[127.0.0.1]", "{n}@x.c0m", "{N}@UPPER.example", " {n}@blank.example ",
		`"{n}..quoted"@x.com`, "{64}@x.com", "{64}@"+longHost("d"), "{n}@sub.sub.example")
	badEmails = quoted("a", "@x.com", "a@", "a@b@c.com", "a@localhost", "ü@x.com", "a@ü.com", "a@b_c.com", "a b@x.com", ".a@x.com", "a.@x.com",
		"a..b@x.com", "a@x..com", "a@.com", "a@x.com.", "a@-x.com", "a@x-.com", "a@x.123", "a@127.0.0.1", "a@[127.0.0.1", "a\x00@x.com",
		repeat("a", 65)+"@x.com", "a@"+repeat("b", 64)+".com", repeat("a", 64)+"@"+longHost("de"))

	badProviderURLs = quoted("x", "login.example.com", "//login.example.com/a", "http://login.example.com/a", "ftp://login.example.com/a", "https://", "https:login.example.com/a",
		"https://user@login.example.com/a", "https://login.example.com/a#b", "javascript:alert(1)", "https://login.example.com/"+repeat("a", 2048))

	goodPhones = quoted("+12{5}", "+120255500{5}1", "+1202555000{5}", "+4930{5}", "+7495{5}", "+996312{5}", "+590590{5}")
	badPhones  = quoted("1202555000", "+", "+1", "+120255", "+1202555000123456", "+0202555000", "+1 202 555 000", "+1202-555-000", "+9991234567",
		"+2101234567", "0012025550000", "+１２０２５５５０００", " +12025550000", "+12025550000\n")

	goodHashes    = quoted("12345678", "ÄÖÜß", "  blank  ", repeat("p", 256), repeat("€", 85))
	goodPasswords = append(quoted("nul\x00byte"), goodHashes...)
	badPasswords  = quoted("1234567", "ÄÖÜ1"[:7], repeat("p", 257), repeat("€", 86))

	badLabels = []string{`"a"`, `""`, `[""]`, `["a b"]`, `["a-b"]`, `["ü"]`, "[1]", "[null]", "[true]", `[["a"]]`, `[{"a":"b"}]`, list(repeat("x", 37))}

	badRoles = []string{`"owner"`, `""`, `[""]`, `["a b"]`, `["-a"]`, `["_a"]`, `[".a"]`, `["a/b"]`, `["ü"]`, "[1]", "[null]", "[true]", `[["a"]]`, `[{"a":"b"}]`, list(repeat("x", 82))}

	goodPrefs = []string{"{}", "[]", `{"x":"y"}`, `{"a":{"b":[1,2,{"c":null}]}}`, `{"":0}`, `{"1":"a","0":"b"}`, `{"0":"a","x":"b"}`, `{"a":12345678901234567890.5e3}`, prefs(65535)}
	badPrefs  = []string{`"{}"`, `""`, `"a"`, `[1]`, `[{}]`, `{"0":"a"}`, `{"0":"a","1":"b"}`, prefs(65536), `{"a":"` + repeat("é", 10922) + `"}`}

	orderByID  = `{"method":"orderDesc","attribute":"$id"}`
	badQueries = []string{`"limit(1)"`, `""`, "[1]", "[null]", `[["a"]]`, `[{"method":"limit"}]`, list(""), list("{}"), list("[]"), list("limit(1)"),
		list(`{"method":"limit","values":[1]`), list(`{"method":"limit","values":[0]}`), list(`{"method":"limit","values":[1]}` + repeat(" ", 4066))}
)

// broken are numbers that are no integers, or none that 64 bits hold.
var broken = []string{"6.0", "6.5", "1e2", "-0.5", "9223372036854775808", "-9223372036854775809", "1e19", "1e400", "123456789012345678901234567890"}

func join(list []string, more ...string) []string { return append(more, list...) }

// quoted writes each text as JSON.
func quoted(texts ...string) (list []string) {
	for _, text := range texts {
		list = append(list, quote(text))
	}
	return list
}

func quote(text string) string {
	source, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(source)
}

// plain is the text that a query string or a path carries for JSON.
func plain(source string) string {
	var text string
	if json.Unmarshal([]byte(source), &text) == nil {
		return text
	}
	return source
}

// list writes texts as one list.
func list(texts ...string) string { return "[" + strings.Join(quoted(texts...), ",") + "]" }

func repeat(text string, n int) string { return strings.Repeat(text, n) }

// longHost is a host of 188 characters and those of last.
func longHost(last string) string {
	return repeat("b", 63) + "." + repeat("c", 63) + "." + repeat("d", 56) + last + ".com"
}

func limits(n int) string {
	var texts []string
	for range n {
		texts = append(texts, `{"method":"limit","values":[5]}`)
	}
	return list(texts...)
}

func labels(n int) string {
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprint("l", i))
	}
	return list(texts...)
}

// prefs are preferences whose JSON has n bytes.
func prefs(n int) string { return `{"a":"` + repeat("x", n-8) + `"}` }

// samplesOf returns the samples of a validator, reading the bounds of TEXT,
// RANGE and ENUM from its name.
func samplesOf(kind string) samples {
	name, bounds, _ := strings.Cut(strings.TrimSuffix(kind, ")"), "(")
	low, high, _ := strings.Cut(bounds, ",")
	switch name {
	case "ENUM":
		words := strings.Split(bounds, ",")
		return samples{quoted(words...), quoted("", "other", words[0]+" ", words[0]+"\x00")}
	case "RANGE":
		return span(number(low), number(high))
	case "RANGE?":
		s := span(number(low), number(high))
		return samples{append(s.good, "null"), s.bad}
	case "TEXT":
		return text(number(low), number(high))
	}
	return validators[kind]
}

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		panic(err) // the tables of this file are wrong
	}
	return n
}

// text counts characters, not bytes.
func text(low, high int) samples {
	s := samples{
		quoted(repeat("a", max(low, 1)), repeat("a", high), repeat("é", high), repeat("😀", high), "0", `"quoted" \ and /`),
		quoted(repeat("a", high+1), repeat("😀", high+1), "a\x00b"),
	}
	if low == 0 {
		s.good = append(s.good, `""`)
	} else {
		s.bad = append(s.bad, `""`)
	}
	return s
}

func span(low, high int) samples {
	s := samples{bad: join(broken, `""`, `"six"`, `"6.0"`, `"1e2"`, `"6 6"`, `"0x10"`)}
	for _, n := range []int{low, low + 1, high - 1, high} {
		s.good = append(s.good, fmt.Sprint(n), quote(fmt.Sprint(n)), quote(fmt.Sprint(" ", n, " ")))
	}
	for _, n := range []int{low - 1, high + 1, -max(low, 1)} {
		s.bad = append(s.bad, fmt.Sprint(n), quote(fmt.Sprint(n)))
	}
	if low <= 7 && 7 <= high {
		s.good = append(s.good, "7")
	}
	return s
}

// filled puts fresh names into a sample.
func (w *world) filled(sample string) string {
	if !strings.Contains(sample, "{") {
		return sample
	}
	name := w.fresh()
	return strings.NewReplacer(
		"{n}", name, "{N}", strings.ToUpper(name), "{36}", name+repeat("x", 36-len(name)), "{64}", name+repeat("a", 64-len(name)),
		"{5}", strconv.Itoa(10000+w.names),
	).Replace(sample)
}
