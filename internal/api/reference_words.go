package api

import (
	"fmt"
	"strings"
	"time"

	"roster"
)

// callers says who may call the endpoint, in words.
func callers(e Endpoint) []string {
	var who []string
	for _, credentials := range security(e) {
		switch {
		case credentials["Key"] != nil:
			who = append(who, "API keys with "+keyScopes(e))
		case credentials["Session"] != nil && e.Impersonators:
			who = append(who, "users who may impersonate")
		case credentials["Session"] != nil:
			who = append(who, "users who have signed in")
		case credentials["JWT"] == nil && (e.SignIn || e.Links):
			who = append(who, "guests")
		case credentials["JWT"] == nil:
			who = append(who, "anybody")
		}
	}
	return who
}

func keyScopes(e Endpoint) string {
	var scopes []string
	for _, s := range e.Scopes {
		if s != roster.Account && s != roster.Public {
			scopes = append(scopes, string(s))
		}
	}
	return strings.Join(scopes, " or ")
}

// pace says how often others than keys may call the endpoint, in words.
func pace(e Endpoint) []string {
	if !e.open() {
		return nil
	}
	var all []string
	for _, l := range e.Limits {
		window := "an hour"
		switch l.Window {
		case 0, time.Hour:
		case time.Minute:
			window = "a minute"
		default:
			window = "in " + l.Window.String()
		}
		text := fmt.Sprintf("%d %s per %s", l.Max, window, strings.ReplaceAll(strings.Join(l.By, " and "), "ip", "IP address"))
		if l.Refill {
			text += ", anew after a success"
		}
		all = append(all, text)
	}
	return all
}

// rules says what a value must be like, in words; its pattern is not among them.
func rules(s roster.Schema) []string {
	var all []string
	if text := extent(s["minLength"], s["maxLength"], "characters"); text != "" {
		all = append(all, text)
	}
	if text := extent(s["minimum"], s["maximum"], ""); text != "" {
		all = append(all, text)
	}
	if most, ok := s["maxItems"]; ok {
		all = append(all, fmt.Sprintf("At most %v.", most))
	}
	if words, ok := s["enum"].([]string); ok {
		all = append(all, "One of "+strings.Join(words, ", ")+".")
	}
	if about, ok := s["description"].(string); ok {
		all = append(all, about)
	}
	return all
}

// extent is a range whose ends may be missing; text of no characters is no rule.
func extent(least, most any, unit string) string {
	text := ""
	switch {
	case least == nil && most == nil, most == nil && fmt.Sprint(least) == "0":
		return ""
	case most == nil:
		text = fmt.Sprintf("At least %v", least)
	case least == nil || unit != "" && fmt.Sprint(least) == "0":
		text = fmt.Sprintf("At most %v", most)
	default:
		text = fmt.Sprintf("%v to %v", least, most)
	}
	return strings.TrimSpace(text+" "+unit) + "."
}
