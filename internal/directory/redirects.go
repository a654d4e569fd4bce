package directory

import (
	"net/netip"
	"net/url"
	"strings"

	"roster"
)

// maxRedirect is how many bytes the URL of a redirect may have.
const maxRedirect = 2048

// redirectTarget reads a URL to which a product wants its users to be sent, and
// reports whether they may be: it leads to a host of the project's platforms, to
// the API's own, or into the project's app. Nothing else is a target, however
// it is written: what is returned is the URL as it was understood.
func redirectTarget(p roster.Project, own, text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxRedirect || u.Opaque != "" || u.User != nil || strings.Contains(text, `\`) {
		return nil, false
	}
	switch u.Scheme {
	case "http", "https":
		u.Host = strings.ToLower(u.Host)
		host := u.Hostname()
		return u, validHost(host) && (host == own || platformAllows(p.Settings.Platforms, host))
	case appScheme(p):
		if u.Host == "" && u.Path == "" {
			u.Path = "/" // or there would be no // in it, which apps look for
		}
		return u, true
	}
	return nil, false
}

// appScheme is the scheme of URLs that lead into the project's app on a phone.
func appScheme(p roster.Project) string { return "appwrite-callback-" + strings.ToLower(p.ID) }

// validHost takes names of ASCII letters, digits, - and _, and addresses. What
// browsers would first make into such a name is not one.
func validHost(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Zone() == ""
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// WithQuery adds values to a URL, in place of those that it has.
func WithQuery(target string, values map[string]string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target // it has been parsed before
	}
	query := u.Query()
	for name, value := range values {
		query.Set(name, value)
	}
	u.RawQuery = query.Encode()
	return u.String()
}
