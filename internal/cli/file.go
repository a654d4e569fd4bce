package cli

import (
	"fmt"
	"strconv"
	"strings"
)

// line is an option as a configuration file gives it.
type line struct {
	number     int
	name, text string
}

// parseFile reads lines of the form "name = value". Blank lines and those that
// begin with # are skipped; a value in double quotes is a Go string, any other
// goes to the end of its line. What cannot be read is returned beside the rest.
func parseFile(source string) (lines []line, problems []string) {
	number := 0
	source = strings.TrimPrefix(source, "\ufeff") // as editors on Windows write it
	for text := range strings.Lines(source) {
		number++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		l, err := parseLine(text)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%d: %v", number, err))
			continue
		}
		l.number = number
		lines = append(lines, l)
	}
	return lines, problems
}

func parseLine(text string) (line, error) {
	name, value, ok := strings.Cut(text, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || name == "" {
		return line{}, fmt.Errorf("a line must be name = value")
	}
	if strings.HasPrefix(value, `"`) {
		unquoted, err := strconv.Unquote(value)
		if err != nil {
			return line{}, fmt.Errorf("the quotes around the value of %s do not match", name)
		}
		value = unquoted
	}
	return line{name: name, text: value}, nil
}
