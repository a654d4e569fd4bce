package cli

import (
	"log/slog"
	netmail "net/mail"
	"net/netip"
	"strings"

	"roster/internal/mail"
	"roster/internal/password"
)

// config is what the commands are told about the installation.
type config struct {
	data          string
	database      string
	replica       string
	connections   int
	listen        string
	project       string
	masterKey     string
	masterKeyFile string
	geoip         string
	proxies       []netip.Prefix
	hashing       password.Config
	mail          string // mailSend or mailKeep
	smtp          mail.Server
	logLevel      slog.Level
	logFormat     string
	unlimited     bool
}

// option is one item of the configuration: the flag --name, the variable
// ROSTER_NAME and the line "name = value" of the file. Help, documentation,
// checks and suggestions are made from the list of them.
type option struct {
	name    string
	holder  string // what stands for the value in help
	initial string // the value if none is given
	usage   string
	set     func(*config, string) error
	noFlag  bool // a secret: command lines can be seen by everybody on a machine
}

const variablePrefix = "ROSTER_"

func (o option) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(o.name, "-", "_"))
}

// into makes a setter of a field and how its text is read.
func into[T any](field func(*config) *T, parse func(string) (T, error)) func(*config, string) error {
	return func(c *config, text string) error {
		value, err := parse(text)
		if err == nil {
			*field(c) = value
		}
		return err
	}
}

func options() []option {
	return []option{
		{name: "data", holder: "DIR", initial: homeData,
			usage: "the data folder, made at the first start; $XDG_DATA_HOME moves the default",
			set:   into(func(c *config) *string { return &c.data }, folder)},
		{name: "database", holder: "URL",
			usage: "a PostgreSQL database, postgres://user@host/name, instead of a file in the data folder; give a password with ROSTER_DATABASE, since command lines can be seen by others",
			set:   into(func(c *config) *string { return &c.database }, databaseURL)},
		{name: "database-connections", holder: "N", initial: "20",
			usage: "connections that this process may have to PostgreSQL, and as many to the replica",
			set:   into(func(c *config) *int { return &c.connections }, number[int])},
		{name: "replica", holder: "URL",
			usage: "a standby of the database; it answers lists, counts and searches while it knows all that the database does",
			set:   into(func(c *config) *string { return &c.replica }, databaseURL)},
		{name: "listen", holder: "HOST:PORT", initial: "127.0.0.1:8080",
			usage: "where to listen; without a host on all addresses of the machine, with port 0 on any free one",
			set:   into(func(c *config) *string { return &c.listen }, address)},
		{name: "project", holder: "ID", initial: firstProject,
			usage: "the project that the key and mail commands are about",
			set:   into(func(c *config) *string { return &c.project }, notEmpty)},
		{name: "master-key", holder: "KEY", noFlag: true,
			usage: "the master key, 64 hexadecimal digits, instead of a file; several for rotation, separated by blanks, newest first",
			set:   into(func(c *config) *string { return &c.masterKey }, masterKey)},
		{name: "master-key-file", holder: "FILE",
			usage: "file with the master key, one per line, newest first; without it, master.key in the data folder, made at the first start",
			set:   into(func(c *config) *string { return &c.masterKeyFile }, file)},
		{name: "geoip", holder: "FILE",
			usage: "MaxMind DB file (.mmdb) that tells countries of addresses; without it they are unknown",
			set:   into(func(c *config) *string { return &c.geoip }, file)},
		{name: "trusted-proxies", holder: "CIDR,...",
			usage: "networks or addresses of proxies whose X-Forwarded-For is believed, separated by commas",
			set:   into(func(c *config) *[]netip.Prefix { return &c.proxies }, networks)},
		{name: "argon2-memory", holder: "SIZE", initial: "19MiB",
			usage: "memory of one password hash, at most 1GiB",
			set:   into(func(c *config) *uint32 { return &c.hashing.Params.Memory }, kibibytes)},
		{name: "argon2-time", holder: "N", initial: "2",
			usage: "passes of one password hash over its memory, at most 16",
			set:   into(func(c *config) *uint32 { return &c.hashing.Params.Time }, number[uint32])},
		{name: "argon2-threads", holder: "N", initial: "1",
			usage: "threads of one password hash, at most 255",
			set:   into(func(c *config) *uint32 { return &c.hashing.Params.Threads }, number[uint32])},
		{name: "hash-memory", holder: "SIZE", initial: "256MiB",
			usage: "memory that all password hashes being computed may hold together; the process may grow by twice that",
			set:   into(func(c *config) *int64 { return &c.hashing.Memory }, size)},
		{name: "hash-queue", holder: "N", initial: "128",
			usage: "passwords that may wait to be hashed; more are answered with 503",
			set:   into(func(c *config) *int { return &c.hashing.Queue }, number[int])},
		{name: "rate-limits", holder: "on/off", initial: "on",
			usage: "whether attempts to sign in and the like are limited; off is for tests of products, and the log says so",
			set:   into(func(c *config) *bool { return &c.unlimited }, switchedOff)},
		{name: "mail", holder: "WAY", initial: mailSend,
			usage: "what becomes of mails: send (by smtp-host; without it there are none), or keep, for development: \"roster mail show\" shows them",
			set:   into(func(c *config) *string { return &c.mail }, oneOf(mailSend, mailKeep))},
		{name: "mail-from", holder: "ADDRESS",
			usage: "the address that mails are from; a name may stand before it, and then the address in angle brackets",
			set:   into(func(c *config) *netmail.Address { return &c.smtp.From }, sender)},
		{name: "smtp-host", holder: "HOST",
			usage: "the mail server",
			set:   into(func(c *config) *string { return &c.smtp.Host }, host)},
		{name: "smtp-port", holder: "PORT",
			usage: "its port; by default 587, or by smtp-security 465 (tls) or 25 (none)",
			set:   into(func(c *config) *int { return &c.smtp.Port }, port)},
		{name: "smtp-security", holder: "KIND", initial: string(mail.StartTLS),
			usage: "how the connection is protected: starttls, tls (from the beginning) or none; certificates must be good",
			set:   into(func(c *config) *mail.Security { return &c.smtp.Security }, security)},
		{name: "smtp-user", holder: "NAME",
			usage: "the user to sign in as, if the mail server wants one",
			set:   into(func(c *config) *string { return &c.smtp.User }, anything)},
		{name: "smtp-password", holder: "PASSWORD", noFlag: true,
			usage: "the password of smtp-user",
			set:   into(func(c *config) *string { return &c.smtp.Password }, anything)},
		{name: "log-level", holder: "LEVEL", initial: "info",
			usage: "what is logged: debug (every request), info, warn or error",
			set:   into(func(c *config) *slog.Level { return &c.logLevel }, level)},
		{name: "log-format", holder: "FORMAT", initial: "text",
			usage: "how it is logged to standard error: text or json",
			set:   into(func(c *config) *string { return &c.logFormat }, oneOf("text", "json"))},
	}
}

// serverOptions are the names of those that a server has.
func serverOptions() []string {
	var names []string
	for _, o := range options() {
		if o.name != "project" {
			names = append(names, o.name)
		}
	}
	return names
}

// configName is the option that names the file. It cannot stand in the file.
const configName = "config"

const configUsage = "file with options, one per line: name = value"
