package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// resolved reads options as a command with all of them would.
func resolved(t *testing.T, args, environ []string) (config, error) {
	t.Helper()
	cmd := &cobra.Command{}
	var names []string
	for _, o := range options() {
		names = append(names, o.name)
	}
	s := take(cmd, names...)
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return s.resolve(environ)
}

func TestFlagsWinOverVariablesWhichWinOverTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "roster.conf")
	if err := os.WriteFile(file, []byte("listen = :1\nhash-queue = 1\nproject = one"), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"ROSTER_CONFIG=" + file, "ROSTER_LISTEN=:2", "ROSTER_HASH_QUEUE=2", "LISTEN=:4"}
	c, err := resolved(t, []string{"--listen", ":3"}, environ)
	if err != nil {
		t.Fatal(err)
	}
	if c.listen != ":3" || c.hashing.Queue != 2 || c.project != "one" || c.logFormat != "text" {
		t.Errorf("listen %s, queue %d, project %s, format %s", c.listen, c.hashing.Queue, c.project, c.logFormat)
	}
}

func TestConfigFlagWinsOverItsVariable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "roster.conf")
	if err := os.WriteFile(file, []byte("project = one"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := resolved(t, []string{"--config", file}, []string{"ROSTER_CONFIG=/nowhere"})
	if err != nil || c.project != "one" {
		t.Errorf("project %s, error %v", c.project, err)
	}
}

func TestEveryOptionHasAFlagOrIsSecretAVariableAndAGoodInitialValue(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	seen := make(map[string]bool)
	for _, o := range options() {
		if seen[o.name] || o.name == configName {
			t.Errorf("%s is there twice", o.name)
		}
		seen[o.name] = true
		if err := o.set(new(config), o.initial); err != nil {
			t.Errorf("the initial value of %s: %v", o.name, err)
		}
	}
}

func TestInitialValuesMakeAServer(t *testing.T) {
	c, err := resolved(t, nil, []string{"HOME=/"})
	if err != nil {
		t.Fatal(err)
	}
	if _, problems := partsOf(c); problems != nil {
		t.Error(problems)
	}
	if !strings.HasPrefix(c.listen, "127.0.0.1:") {
		t.Errorf("listens on %s, which others can reach", c.listen)
	}
}

func TestOneWrongOptionDoesNotHideAnother(t *testing.T) {
	_, err := resolved(t, []string{"--listen", "x", "--hash-queue", "0"}, []string{"ROSTER_LOG_LEVEL=x", "ROSTER_LISTN=y"})
	for _, name := range []string{"--listen", "--hash-queue", "ROSTER_LOG_LEVEL", "ROSTER_LISTN"} {
		if err == nil || !strings.Contains(err.Error(), name+": ") {
			t.Errorf("%s is not in %v", name, err)
		}
	}
	if exitCode(err) != exitUsage {
		t.Errorf("exit code %d", exitCode(err))
	}
}

func TestMasterKeyIsGivenOnce(t *testing.T) {
	key := strings.Repeat("0f", 32)
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []config{{masterKey: key}, {masterKeyFile: file}} {
		if ring, err := givenSecrets(c); err != nil || ring == nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := givenSecrets(config{masterKey: key, masterKeyFile: file}); err == nil {
		t.Error("both are accepted")
	}
	if ring, err := givenSecrets(config{}); err != nil || ring != nil {
		t.Errorf("without either: %v, %v", ring, err)
	}
}

func TestSuggestionIsTheNearestNameOrNone(t *testing.T) {
	names := []string{"listen", "log-level", "data"}
	got := make(map[string]string)
	for _, written := range []string{"lisen", "log-levle", "dta", "trusted"} {
		got[written] = suggestion(written, names, "--")
	}
	want := map[string]string{
		"lisen": "; did you mean --listen?", "log-levle": "; did you mean --log-level?", "dta": "; did you mean --data?", "trusted": "",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
