package cli

import (
	"fmt"
	"log/slog"
	"math"
	netmail "net/mail"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster"
)

func TestSizesHaveUnits(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "1KiB": 1 << 10, "19MiB": 19 << 20, "3GiB": 3 << 30, "9223372036854775807": math.MaxInt64,
		"": 0, "0": 0, "-1": 0, "1.5GiB": 0, "1 GiB": 0, "1GB": 0, "KiB": 0, "9223372036854775808": 0, "9007199254740992KiB": 0,
	} {
		got, err := size(text)
		if got != want || (err != nil) != (want == 0) {
			t.Errorf("size %q is %d, error %v", text, got, err)
		}
	}
}

func TestArgon2MemoryIsWholeKiB(t *testing.T) {
	for text, want := range map[string]uint32{"19MiB": 19456, "2048": 2, "1": 0, "4096GiB": 0} {
		got, err := kibibytes(text)
		if err == nil && got != want || (err != nil) != (want == 0) {
			t.Errorf("%q is %d KiB, error %v", text, got, err)
		}
	}
}

func TestProxiesAreNetworksOrAddresses(t *testing.T) {
	got, err := networks(" 10.1.2.3/8, 192.0.2.1,,2001:db8::1 ,::/0")
	var want []netip.Prefix
	for _, text := range []string{"10.0.0.0/8", "192.0.2.1/32", "2001:db8::1/128", "::/0"} {
		want = append(want, netip.MustParsePrefix(text))
	}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); err != nil || d != "" {
		t.Error(err, d)
	}
	for _, text := range []string{"10.0.0.0/33", "proxy.example.com", "10.0.0.0/8;192.0.2.1"} {
		if list, err := networks(text); err == nil {
			t.Errorf("%q is %v", text, list)
		}
	}
}

func TestAddressesHaveAPortInDigits(t *testing.T) {
	for text, good := range map[string]bool{
		"127.0.0.1:8080": true, ":0": true, "[::1]:80": true, "localhost:65535": true,
		"8080": false, "localhost": false, "::1:80": false, ":http": false, ":65536": false, ":": false, "": false,
	} {
		if _, err := address(text); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestHostsHaveNoPort(t *testing.T) {
	for text, good := range map[string]bool{
		"": true, "smtp.example.com": true, "localhost": true, "192.0.2.1": true, "::1": true, "2001:db8::1": true,
		"smtp.example.com:25": false, "[::1]": false, "[::1]:25": false, "smtp://mail": false, "two words": false,
	} {
		if _, err := host(text); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestPortsAreNumbers(t *testing.T) {
	for text, want := range map[string]int{"": 0, "1": 1, "587": 587, "65535": 65535} {
		if got, err := port(text); got != want || err != nil {
			t.Errorf("%q is %d, error %v", text, got, err)
		}
	}
	for _, text := range []string{"0", "-1", "65536", "smtp", "25 "} {
		if got, err := port(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestSendersAreAddressesWithOrWithoutAName(t *testing.T) {
	for text, want := range map[string]netmail.Address{
		"":                                 {},
		"no-reply@example.com":             {Address: "no-reply@example.com"},
		"My App <no-reply@example.com>":    {Name: "My App", Address: "no-reply@example.com"},
		`"App, My" <no-reply@example.com>`: {Name: "App, My", Address: "no-reply@example.com"},
	} {
		if got, err := sender(text); got != want || err != nil {
			t.Errorf("%q is %v, error %v", text, got, err)
		}
	}
	for _, text := range []string{"My App", "no-reply", "a@x.example, b@x.example", "<a@x.example", "a@x.example\r\nBcc: b@x.example"} {
		if got, err := sender(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestDataFolderIsWhereUsersExpectIt(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, test := range []struct{ xdg, text, want string }{
		{"", homeData, filepath.Join(home, ".local/share/roster")},
		{"/xdg", homeData, "/xdg/roster"},
		{"relative", homeData, filepath.Join(home, ".local/share/roster")}, // the specification has them ignored
		{"/xdg", "~/users", filepath.Join(home, "users")},
		{"/xdg", "/srv/../data", "/data"},
		{"/xdg", "", ""},
	} {
		t.Setenv("XDG_DATA_HOME", test.xdg)
		if got, err := folder(test.text); got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%q with XDG_DATA_HOME %q is %s, error %v", test.text, test.xdg, got, err)
		}
	}
}

func TestWordsOfTheLog(t *testing.T) {
	if l, err := level("warn"); l != slog.LevelWarn || err != nil {
		t.Error(l, err)
	}
	if _, err := level("WARNING"); err == nil {
		t.Error("an unknown level is accepted")
	}
	if _, err := oneOf("text", "json")("xml"); err == nil {
		t.Error("an unknown format is accepted")
	}
}

var noon = time.Date(2026, 2, 27, 12, 0, 0, 0, time.UTC)

func TestExpiryIsATimeOrADurationAhead(t *testing.T) {
	for text, want := range map[string]string{
		"2026-02-28T00:00:00+01:00": "2026-02-27T23:00:00.000+00:00",
		"24h":                       "2026-02-28T12:00:00.000+00:00",
		"1h30m":                     "2026-02-27T13:30:00.000+00:00",
		"2d":                        "2026-03-01T12:00:00.000+00:00",
		"65535d":                    "2205-08-03T12:00:00.000+00:00",
		"2026-02-27T12:00:00Z":      "", "0d": "", "0s": "", "-1h": "", "-1d": "", "65536d": "", "1.5d": "", "30": "", "": "", "soon": "", "2026-02-28": "",
	} {
		got, err := parseExpire(text, noon)
		if got.String() != want || (err != nil) != (want == "") {
			t.Errorf("%q is %s, error %v", text, got, err)
		}
	}
}

func TestScopesAreAllUnlessSomeAreGiven(t *testing.T) {
	for _, test := range []struct {
		words []string
		given bool
		want  []roster.Scope
	}{
		{nil, false, roster.Scopes()},
		{nil, true, nil},
		{[]string{""}, true, nil},
		{[]string{"users.read", "sessions.read", "users.read"}, true, []roster.Scope{roster.UsersRead, roster.SessionsRead}},
		{[]string{"users.read", "users"}, true, nil},
	} {
		got, err := parseScopes(test.words, test.given)
		if d := cmp.Diff(test.want, got); d != "" || (err != nil) != (test.want == nil) {
			t.Errorf("%q: error %v\n%s", test.words, err, d)
		}
	}
}

func TestEverySettingCanBeAssigned(t *testing.T) {
	usual := roster.DefaultSettings()
	for _, s := range usual.List() {
		changed := roster.DefaultSettings()
		value := "a,b"
		if _, err := strconv.ParseBool(s.Value); err == nil {
			value = fmt.Sprint(s.Value != "true")
		}
		if n, err := strconv.Atoi(s.Value); err == nil {
			value = fmt.Sprint(n - 1)
			if changed.Set(s.Name, value) != nil {
				value = fmt.Sprint(n + 1)
			}
		}
		if err := assign(&changed, []string{s.Name + "=" + value}); err != nil {
			t.Errorf("%s=%s: %v", s.Name, value, err)
		}
		if cmp.Equal(usual, changed) {
			t.Errorf("%s=%s changed nothing", s.Name, value)
		}
	}
}

func TestNamesCannotMoveTheCursor(t *testing.T) {
	if got := printable("Ada\x1b[2J\tLovelace\nß漢"); got != "Ada?[2J?Lovelace?ß漢" {
		t.Errorf("%q", got)
	}
}

func TestFileIsReadLineByLine(t *testing.T) {
	lines, problems := parseFile("\ufeff# made on Windows\r\nlisten = :80\r\n\n  # more\ndata=/a b # c = d\nx = \" y \\\"\"\n= z\nword\nq = \"open\nempty =\n")
	want := []line{{2, "listen", ":80"}, {5, "data", "/a b # c = d"}, {6, "x", ` y "`}, {10, "empty", ""}}
	if d := cmp.Diff(want, lines, cmp.AllowUnexported(line{})); d != "" {
		t.Error(d)
	}
	wrong := []string{"7: a line must be name = value", "8: a line must be name = value", "9: the quotes around the value of q do not match"}
	if d := cmp.Diff(wrong, problems); d != "" {
		t.Error(d)
	}
}

func FuzzFile(f *testing.F) {
	f.Add("listen = :80\n# comment\n\ndata = \" x \"\n")
	f.Add("= \"\n\"=\"\"\n#\nname")
	f.Fuzz(func(t *testing.T, source string) {
		lines, problems := parseFile(source)
		var again strings.Builder
		again.WriteString("\n") // a byte order mark may be part of a name
		for _, l := range lines {
			fmt.Fprintf(&again, "%s = %s\n", l.name, strconv.Quote(l.text))
		}
		reread, wrong := parseFile(again.String())
		if len(wrong) > 0 || len(reread) != len(lines) {
			t.Fatalf("%q read again as %+v, with problems %q", source, reread, wrong)
		}
		for i := range lines {
			if reread[i].name != lines[i].name || reread[i].text != lines[i].text {
				t.Errorf("line %+v was read again as %+v", lines[i], reread[i])
			}
		}
		if len(lines)+len(problems) > strings.Count(source, "\n")+1 {
			t.Errorf("%d lines and %d problems", len(lines), len(problems))
		}
	})
}

func FuzzSize(f *testing.F) {
	for _, seed := range []string{"1", "19MiB", "8GiB", "0KiB", "9223372036854775807", "-1", "GiB"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := size(text)
		if err != nil {
			return
		}
		if again, err := size(strconv.FormatInt(n, 10)); again != n || err != nil || n <= 0 {
			t.Errorf("%q is %d, and that is %d, error %v", text, n, again, err)
		}
	})
}

func FuzzNetworks(f *testing.F) {
	for _, seed := range []string{"10.0.0.0/8, 192.0.2.1", "::1", "fe80::1%eth0", ",", "10.0.0.0/33"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, _ := networks(text)
		for _, network := range list {
			if !network.IsValid() || network != network.Masked() {
				t.Errorf("%q has %v", text, network)
			}
		}
	})
}

func FuzzExpire(f *testing.F) {
	for _, seed := range []string{"24h", "30d", "2030-01-01T00:00:00Z", "-1h", "99999999999h", "65535d", "9999-12-31T23:59:59Z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := parseExpire(text, noon)
		if err == nil && at < roster.TimeOf(noon) {
			t.Errorf("%q is %s", text, at)
		}
	})
}

func TestNamesAreText(t *testing.T) {
	for _, name := range []string{"", strings.Repeat("ü", 129), "caf\xe9", "\xff"} {
		if err := checkName(name); exitCode(err) != exitUsage {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"x", strings.Repeat("ü", 128), "café"} {
		if err := checkName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestPlacesAreNamedWithoutPasswords(t *testing.T) {
	for url, want := range map[string]string{
		"postgres://me@db.example/roster":                                       "postgres://me@db.example/roster",
		"postgres://me:geheim@db.example:5433/roster?sslmode=disable":           "postgres://me:xxxxx@db.example:5433/roster",
		"postgres://db.example/roster?user=me&password=geheim&sslpassword=also": "postgres://db.example/roster",
		"postgres://me:%zzgeheim@db.example/roster":                             "PostgreSQL",
	} {
		if got := (config{database: url}).place(); got != want {
			t.Errorf("%s is called %s, want %s", url, got, want)
		}
	}
}
