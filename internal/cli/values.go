package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	netmail "net/mail"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"roster/internal/mail"
	"roster/internal/secret"
	"roster/internal/store"
)

// homeData is the data folder by default.
const homeData = "~/.local/share/roster"

// folder reads a path. Where ~/.local/share is may be moved by XDG_DATA_HOME
// (XDG Base Directory Specification).
func folder(text string) (string, error) {
	if base := os.Getenv("XDG_DATA_HOME"); text == homeData && filepath.IsAbs(base) {
		return filepath.Join(base, "roster"), nil
	}
	if text == "" {
		return "", errors.New("it must not be empty")
	}
	path, err := file(text)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

// file reads a path, or none. No shell expands ~ in variables and files.
func file(text string) (string, error) {
	rest, inHome := strings.CutPrefix(text, "~/")
	if !inHome {
		return text, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("cannot tell where ~ is, give a path: %w", err)
	}
	return filepath.Join(home, rest), nil
}

// databaseURL reads the URL of a PostgreSQL database, or none. What is wrong with
// it is told without its text, which may hold a password.
func databaseURL(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
		return "", errors.New("it must be a URL such as postgres://roster@db.example/roster")
	}
	return text, store.CheckURL(text)
}

func notEmpty(text string) (string, error) {
	if text == "" {
		return "", errors.New("it must not be empty")
	}
	return text, nil
}

func anything(text string) (string, error) { return text, nil }

// host reads a host's name or address without a port, or none.
func host(text string) (string, error) {
	if _, _, err := net.SplitHostPort(text); err == nil || strings.ContainsAny(text, "/ \t[]") {
		return "", fmt.Errorf("%q is not a host, such as smtp.example.com; the port is an option of its own", text)
	}
	return text, nil
}

// port reads a port, or none.
func port(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a port, a number from 1 to 65535", text)
	}
	return int(n), nil
}

// sender reads an address that may have a name, or none.
func sender(text string) (netmail.Address, error) {
	if text == "" {
		return netmail.Address{}, nil
	}
	a, err := netmail.ParseAddress(text)
	if err != nil {
		return netmail.Address{}, fmt.Errorf("%q is not an address, such as no-reply@example.com or My App <no-reply@example.com>", text)
	}
	return *a, nil
}

func security(text string) (mail.Security, error) {
	word, err := oneOf(string(mail.StartTLS), string(mail.TLS), string(mail.None))(text)
	return mail.Security(word), err
}

func address(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", fmt.Errorf("%q is not HOST:PORT, such as 127.0.0.1:8080", text)
	}
	return text, nil
}

// masterKey checks what must not be repeated in a message.
func masterKey(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	_, err := secret.Parse(text)
	return text, err
}

// networks reads CIDRs and single addresses.
func networks(text string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		network, err := netip.ParsePrefix(word)
		if err != nil {
			addr, e := netip.ParseAddr(word)
			network, err = netip.PrefixFrom(addr.WithZone(""), addr.BitLen()), e
		}
		if err != nil {
			return nil, fmt.Errorf("%q is not a network or an address, such as 10.0.0.0/8 or 192.0.2.1", word)
		}
		list = append(list, network.Masked())
	}
	return list, nil
}

var units = []struct {
	suffix string
	bytes  uint64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"", 1}}

// size reads a number of bytes, which may have a unit.
func size(text string) (int64, error) {
	for _, unit := range units {
		digits, ok := strings.CutSuffix(text, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 63)
		if err != nil || n == 0 || n > math.MaxInt64/unit.bytes {
			break
		}
		return int64(n * unit.bytes), nil
	}
	return 0, fmt.Errorf("%q is not a size, such as 256MiB; units are KiB, MiB and GiB", text)
}

func kibibytes(text string) (uint32, error) {
	n, err := size(text)
	if err == nil && (n%1024 != 0 || n>>10 > math.MaxUint32) {
		err = fmt.Errorf("%q is not a whole number of KiB below 4096GiB", text)
	}
	return uint32(n >> 10), err
}

// number reads a positive number.
func number[T int | uint32](text string) (T, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a number from 1 to %d", text, math.MaxInt32)
	}
	return T(n), nil
}

func level(text string) (slog.Level, error) {
	names := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	l, ok := names[text]
	if !ok {
		return l, fmt.Errorf("%q is not one of debug, info, warn, error", text)
	}
	return l, nil
}

func oneOf(words ...string) func(string) (string, error) {
	return func(text string) (string, error) {
		for _, word := range words {
			if text == word {
				return text, nil
			}
		}
		return "", fmt.Errorf("%q is not one of %s", text, strings.Join(words, ", "))
	}
}

// switchedOff reads on or off and reports whether it is off.
func switchedOff(text string) (bool, error) {
	word, err := oneOf("on", "off")(text)
	return word == "off", err
}
