package cli

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// settings are the options that a command takes.
type settings struct {
	taken []option
	flags *pflag.FlagSet
}

// take gives the command flags for the named options, in the list's order.
func take(cmd *cobra.Command, names ...string) *settings {
	s := &settings{flags: cmd.Flags()}
	s.flags.SortFlags = false
	for _, o := range options() {
		if !slices.Contains(names, o.name) {
			continue
		}
		s.taken = append(s.taken, o)
		if !o.noFlag {
			s.flags.Var(&flagText{text: o.initial, holder: o.holder}, o.name, o.usage)
		}
	}
	s.flags.Var(&flagText{holder: "FILE"}, configName, configUsage)
	return s
}

// flagText is a flag's text. It is read together with variables and file, so
// that all mistakes can be told at once.
type flagText struct{ text, holder string }

func (f *flagText) String() string { return f.text }
func (f *flagText) Type() string   { return f.holder }
func (f *flagText) Set(text string) error {
	f.text = text
	return nil
}

// given is an option's text and where it stands, for messages.
type given struct{ text, source string }

// resolve reads the taken options: flags win over variables, which win over
// the file. Whatever is wrong is told at once.
func (s *settings) resolve(environ []string) (config, error) {
	c, problems := s.read(environ)
	return c, configError(problems)
}

// read is resolve for who has more to check. An option that is wrong has its
// initial value.
func (s *settings) read(environ []string) (config, []string) {
	flags := s.fromFlags()
	variables, problems := fromEnvironment(environ)
	path := flags[configName]
	if path.text == "" {
		path = variables[configName]
	}
	lines, wrong := fromFile(path.text)
	problems = append(problems, wrong...)

	var c config
	for _, o := range s.taken {
		v := given{text: o.initial, source: o.name}
		for _, layer := range []map[string]given{flags, variables, lines} {
			if found, ok := layer[o.name]; ok {
				v = found
				break
			}
		}
		if err := o.set(&c, v.text); err != nil {
			problems = append(problems, v.source+": "+err.Error())
			o.set(&c, o.initial)
		}
	}
	return c, problems
}

func configError(problems []string) error {
	switch len(problems) {
	case 0:
		return nil
	case 1:
		return usageError("the configuration is wrong: %s", problems[0])
	}
	return usageError("the configuration is wrong in %d places:\n  %s", len(problems), strings.Join(problems, "\n  "))
}

func (s *settings) fromFlags() map[string]given {
	values := make(map[string]given)
	s.flags.Visit(func(f *pflag.Flag) {
		if _, ok := f.Value.(*flagText); ok {
			values[f.Name] = given{f.Value.String(), "--" + f.Name}
		}
	})
	return values
}

// fromEnvironment reads the variables of all options. One without a value
// counts as not set, as is usual for containers. One that is nearly an option is
// a mistake; others are somebody else's, such as a client's ROSTER_KEY.
func fromEnvironment(environ []string) (values map[string]given, problems []string) {
	values = make(map[string]given)
	for _, pair := range environ {
		variable, text, _ := strings.Cut(pair, "=")
		if text == "" || !strings.HasPrefix(variable, variablePrefix) {
			continue
		}
		if name, ok := variables()[variable]; ok {
			values[name] = given{text, variable}
		} else if meant := suggestion(variable[len(variablePrefix):], suffixes(), variablePrefix); meant != "" {
			problems = append(problems, variable+": there is no such option"+meant)
		}
	}
	slices.Sort(problems)
	return values, problems
}

// variables are the names of all variables with the options they stand for.
func variables() map[string]string {
	names := map[string]string{option{name: configName}.variable(): configName}
	for _, o := range options() {
		names[o.variable()] = o.name
	}
	return names
}

// suffixes are the names of all variables without what they have in common.
func suffixes() []string {
	names := slices.Sorted(maps.Keys(variables()))
	for i, name := range names {
		names[i] = strings.TrimPrefix(name, variablePrefix)
	}
	return names
}

// fromFile reads the configuration file, if there is one.
func fromFile(path string) (values map[string]given, problems []string) {
	values = make(map[string]given)
	if path == "" {
		return values, nil
	}
	path, err := file(path)
	if err != nil {
		return values, []string{err.Error()}
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return values, []string{"cannot read the configuration file: " + err.Error()}
	}
	lines, wrong := parseFile(string(source))
	for _, problem := range wrong {
		problems = append(problems, path+":"+problem)
	}
	known := make(map[string]bool)
	for _, o := range options() {
		known[o.name] = true
	}
	for _, l := range lines {
		place := fmt.Sprintf("%s:%d: %s", path, l.number, l.name)
		if _, twice := values[l.name]; twice {
			problems = append(problems, place+": it is given twice")
		} else if !known[l.name] {
			problems = append(problems, place+": there is no such option"+suggestion(l.name, slices.Sorted(maps.Keys(known)), ""))
		}
		values[l.name] = given{l.text, place}
	}
	return values, problems
}
