package api

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"roster"
	"roster/internal/directory"
)

// keepSession lets the client's browser keep the session, whose wire form is
// given: as cookies, and for browsers that refuse those of other sites as a
// header that the SDK keeps (companion section 3.6).
func (r *Request) keepSession(s roster.Session, wire string) {
	r.setCookies(url.QueryEscape(wire), s.ExpiresAt.Time())
	if !r.sameSite() {
		r.Header.Set("X-Fallback-Cookies", fallback(sessionCookie(r.By.Project.ID), wire))
	}
}

// dropSession lets the client's browser forget the session.
func (r *Request) dropSession() {
	r.setCookies("", r.api.Directory.Clock().Add(-time.Hour))
	r.Header.Set("X-Fallback-Cookies", "[]")
}

// keepFlow lets the client's browser keep what shows, when it comes back from a
// provider, that it is the one that went there. It is sent along when another
// site's page leads here, and to no other path.
func (r *Request) keepFlow(b directory.Begun) {
	r.setFlowCookie(b.Flow.ID, b.Secret, int(directory.FlowLife/time.Second))
}

// keptOf is what the client's browser has kept of a flow, or empty.
func (r *Request) keptOf(flow string) string {
	c, err := r.http.Cookie(flowCookie(flow))
	if err != nil {
		return ""
	}
	return c.Value
}

func (r *Request) dropFlow(flow string) { r.setFlowCookie(flow, "", -1) }

func flowCookie(flow string) string { return "a_flow_" + flow }

func (r *Request) setFlowCookie(flow, value string, seconds int) {
	c := http.Cookie{
		Name: flowCookie(flow), Value: value, MaxAge: seconds, Path: Prefix + flowPath, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.api.secure(r.http),
	}
	r.Header.Add("Set-Cookie", c.String())
}

func sessionCookie(project string) string { return "a_session_" + project }

func fallback(name, wire string) string {
	text, err := json.Marshal(map[string]string{name: wire})
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}

func (r *Request) setCookies(value string, expires time.Time) {
	name := strings.ToLower(sessionCookie(r.By.Project.ID))
	for _, c := range []http.Cookie{{Name: name + "_legacy"}, {Name: name, SameSite: http.SameSiteNoneMode}} {
		c.Value, c.Expires, c.Path, c.HttpOnly = value, expires, "/", true
		c.Secure, c.Domain = r.api.secure(r.http), cookieDomain(hostname(r.http.Host))
		r.Header.Add("Set-Cookie", c.String())
	}
}

// cookieDomain is the host with its subdomains, or none for an address and for a
// host without a dot, such as localhost.
func cookieDomain(host string) string {
	if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(host, ".") {
		return ""
	}
	return host
}

// sameSite reports whether the page that asks is of the same registrable domain
// as the API, so that browsers send its cookies. Without a page nobody knows.
func (r *Request) sameSite() bool {
	page := r.http.Header.Get("Origin")
	if page == "" {
		page = r.http.Header.Get("Referer")
	}
	ours, err := registrable(hostname(r.http.Host))
	if err != nil || page == "" {
		return false
	}
	theirs, err := registrable(originHost(page))
	return err == nil && theirs == ours
}

// registrable is the part of a host that can be registered; hosts of no known
// suffix have none.
func registrable(host string) (string, error) {
	if suffix, known := publicsuffix.PublicSuffix(host); !known && !strings.Contains(suffix, ".") {
		return "", http.ErrNoLocation
	}
	return publicsuffix.EffectiveTLDPlusOne(host)
}
