package api

import (
	"net/http"
	"strings"

	"roster"
)

// corsHeaders are those that do not depend on the request (contract section
// 1.7). Pages may read besides when to try again, which the error that tells them
// to wait speaks of.
var corsHeaders = map[string]string{
	"Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
	"Access-Control-Allow-Headers": "Accept, Origin, Cookie, Set-Cookie, Content-Type, Content-Range, X-Appwrite-Project, X-Appwrite-Key, " +
		"X-Appwrite-Dev-Key, X-Appwrite-Locale, X-Appwrite-Mode, X-Appwrite-JWT, X-Appwrite-Organization, X-Appwrite-Response-Format, " +
		"X-Appwrite-Timeout, X-Appwrite-ID, X-Appwrite-Timestamp, X-Appwrite-Session, X-Appwrite-Platform, X-Appwrite-Impersonate-User-Id, " +
		"X-Appwrite-Impersonate-User-Email, X-Appwrite-Impersonate-User-Phone, X-SDK-Version, X-SDK-Name, X-SDK-Language, X-SDK-Platform, " +
		"X-SDK-GraphQL, X-SDK-Profile, Range, Cache-Control, Expires, Pragma, X-Fallback-Cookies, X-Requested-With, X-Forwarded-For, X-Forwarded-User-Agent",
	"Access-Control-Expose-Headers":    "X-Appwrite-Session, X-Fallback-Cookies, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After",
	"Access-Control-Allow-Credentials": "true",
	"Access-Control-Max-Age":           "86400",
}

// crossOrigin lets pages of the project's platforms read the answer. Only a
// browser sends Origin, so others are spared the headers.
func (a *API) crossOrigin(h http.Header, r *http.Request) {
	origin := strings.ToLower(r.Header.Get("Origin"))
	preflight := r.Method == http.MethodOptions
	if origin == "" && !preflight {
		return
	}
	for name, value := range corsHeaders {
		h.Set(name, value)
	}
	h.Add("Vary", "Origin")
	if origin != "" && (preflight || a.originAllowed(r, originHost(origin))) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
}

func (a *API) originAllowed(r *http.Request, host string) bool {
	return host == hostname(r.Host) || a.Directory.OriginAllowed(r.Context(), projectOf(r, roster.Value{}), host)
}
