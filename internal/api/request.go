package api

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"encoding/json"

	"roster"
	"roster/internal/directory"
	"roster/internal/query"
	"roster/internal/wire"
)

// MaxBody is how many bytes a body may have (contract section 1.1).
const MaxBody = 12 << 20

// read returns the parameters that a request carries outside its path: the
// query string's for GET, the body's for others (contract section 1.2).
func read(e *Endpoint, r *http.Request) (roster.Value, error) {
	if e.reads() {
		return wire.Form(r.URL.RawQuery), nil
	}
	if r.ContentLength > MaxBody {
		return roster.Value{}, roster.ErrBodyTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	switch {
	case err != nil:
		return roster.Value{}, roster.ErrArgument.With("The body did not arrive whole.").From(err)
	case len(body) > MaxBody:
		return roster.Value{}, roster.ErrBodyTooLarge
	case len(body) == 0:
		return roster.Value{}, nil
	}
	return decode(r.Header.Get("Content-Type"), body)
}

func decode(contentType string, body []byte) (roster.Value, error) {
	kind, _, _ := strings.Cut(contentType, ";")
	switch strings.TrimSpace(kind) {
	case "application/json":
		v, err := wire.JSON(body)
		var syntax *wire.SyntaxError
		if errors.As(err, &syntax) {
			return roster.Value{}, roster.ErrArgument.With(syntax.Error())
		}
		return v, nil // what is not an object has no parameters
	case "application/x-www-form-urlencoded":
		return wire.Form(string(body)), nil
	case "multipart/form-data":
		_, params, _ := mime.ParseMediaType(contentType)
		return wire.Multipart(body, params["boundary"]), nil
	}
	return roster.Value{}, nil
}

// credentials collects what says who asks (contract section 2).
func (a *API) credentials(r *http.Request, sent roster.Value) directory.Credentials {
	h := r.Header
	c := directory.Credentials{
		ProjectHeader: h.Get("X-Appwrite-Project"), Key: h.Get("X-Appwrite-Key"), JWT: h.Get("X-Appwrite-JWT"),
		Host: hostname(r.Host), IP: a.clientIP(r), SDK: h.Get("X-SDK-Name"),
		UserAgent: h.Get("User-Agent"), ForwardedUserAgent: h.Get("X-Forwarded-User-Agent"),
	}
	if origin := h.Get("Origin"); origin != "" {
		c.Origin = originHost(origin)
	}
	c.Project = projectOf(r, sent)
	c.Admin = h.Get("X-Appwrite-Mode") == "admin" || strings.Contains(r.URL.RawQuery, "mode=admin") && r.URL.Query().Get("mode") == "admin"
	c.Sessions = sessionsOf(r, c.Project)
	c.Impersonate = impersonationOf(r)
	return c
}

// impersonationOf reads whom the caller wants to act as: headers, or else the
// query string, whose names old clients write in lower case (companion sections
// 1 and 3.5).
func impersonationOf(r *http.Request) directory.Impersonation {
	var query url.Values
	if strings.Contains(r.URL.RawQuery, "impersonate") {
		query = r.URL.Query()
	}
	named := func(header, param string) string {
		return cmp.Or(r.Header.Get("X-Appwrite-Impersonate-User-"+header), query.Get(param), query.Get(strings.ToLower(param)))
	}
	return directory.Impersonation{
		ID: named("Id", "impersonateUserId"), Email: named("Email", "impersonateEmail"), Phone: named("Phone", "impersonatePhone"),
	}
}

// projectOf selects the project: parameter, header, query string (contract
// section 2.1).
func projectOf(r *http.Request, sent roster.Value) string {
	if v, ok := sent.Member("project"); ok && v.Kind == roster.String {
		return v.Text
	}
	if project := r.Header.Get("X-Appwrite-Project"); project != "" {
		return project
	}
	if !strings.Contains(r.URL.RawQuery, "project=") {
		return ""
	}
	return r.URL.Query().Get("project")
}

// sessionsOf returns the places where a session may be, in the order in which
// they count (contract section 2.4).
func sessionsOf(r *http.Request, project string) []string {
	var found []string
	name := "a_session_" + project
	for _, cookie := range []string{name, name + "_legacy"} {
		for _, spelling := range slices.Compact([]string{cookie, strings.ToLower(cookie)}) {
			if c, err := r.Cookie(spelling); err == nil {
				found = append(found, unescaped(c.Value))
			}
		}
	}
	if s := r.Header.Get("X-Appwrite-Session"); s != "" {
		found = append(found, s)
	}
	var fallback map[string]string
	if text := r.Header.Get("X-Fallback-Cookies"); text != "" && json.Unmarshal([]byte(text), &fallback) == nil && fallback[name] != "" {
		found = append(found, fallback[name])
	}
	return found
}

// unescaped decodes a cookie, which clients send raw or percent-encoded.
func unescaped(value string) string {
	if plain, err := url.PathUnescape(value); err == nil {
		return plain
	}
	return value
}

// peer is the address at the other end of the connection.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// clientIP is the socket's peer, or who a trusted proxy says it is: the last
// address that is not itself a trusted proxy's, since what stands before it the
// client may have written.
func (a *API) clientIP(r *http.Request) string {
	host := peer(r)
	if len(a.TrustedProxies) == 0 || !a.trusted(host) {
		return host
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop = strings.TrimSpace(hop)
		if _, err := netip.ParseAddr(hop); err != nil {
			break
		}
		if host = hop; !a.trusted(hop) {
			break
		}
	}
	return host
}

func (a *API) trusted(ip string) bool {
	addr, err := netip.ParseAddr(ip)
	return err == nil && slices.ContainsFunc(a.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) })
}

// originHost is the host of an Origin header; what has none, such as "null",
// is a host that no platform has.
func originHost(origin string) string {
	u, err := url.Parse(strings.ToLower(origin))
	if err != nil || u.Hostname() == "" {
		return "null"
	}
	return u.Hostname()
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// jsonQueries is the format from which on queries are JSON.
var jsonQueries = wire.Version{1, 5, 0}

// modernQueries rewrites queries of the old syntax in the new one.
func modernQueries(sent roster.Value) (roster.Value, error) {
	list, ok := sent.Member("queries")
	if !ok || list.Kind != roster.List && list.Kind != roster.Map {
		return sent, nil
	}
	modern := roster.Value{Kind: roster.List}
	for _, old := range list.List {
		text, err := query.FromLegacy(old.Text)
		if err != nil {
			return sent, roster.ErrQuery.With(err.Error())
		}
		modern.List = append(modern.List, roster.Text(text))
	}
	for i, key := range sent.Keys {
		if key == "queries" {
			sent.List = slices.Clone(sent.List)
			sent.List[i] = modern
		}
	}
	return sent, nil
}
