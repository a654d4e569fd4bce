package api

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"roster"
	"roster/internal/directory"
	"roster/internal/wire"
)

// Prefix is where the API begins.
const Prefix = "/v1"

// API serves the endpoints.
type API struct {
	Directory *directory.Directory
	Log       *slog.Logger
	// TrustedProxies are the peers whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Unlimited switches rate limits off, for tests of products.
	Unlimited bool

	endpoints []Endpoint
	routes    *route
	document  []byte // OpenAPI
	reference []byte // HTML

	// Observe, if set, is told of every answered request. Tests compare what
	// they saw with what the endpoints declare.
	Observe func(Endpoint, error)
}

// New makes the API of a directory.
func New(d *directory.Directory, log *slog.Logger) *API {
	a := &API{Directory: d, Log: log, endpoints: Endpoints()}
	a.routes = newRouter(a.endpoints)
	a.document = document(a.endpoints)
	a.reference = reference(a.endpoints)
	return a
}

// Endpoints lists every operation.
func Endpoints() []Endpoint {
	return slices.Concat(
		userEndpoints(), importEndpoints(), userFieldEndpoints(), targetEndpoints(), sessionEndpoints(),
		membershipEndpoints(), identityEndpoints(), mfaEndpoints(), logEndpoints(),
		accountEndpoints(), accountSessionEndpoints(), accountMFAEndpoints(), oauth2Endpoints(), accountIdentityEndpoints(),
		teamEndpoints(), teamMembershipEndpoints(),
		providerEndpoints(), policyEndpoints(), projectOAuth2Endpoints(), healthEndpoints(),
	)
}

// ServeHTTP implements [http.Handler] for everything below [Prefix].
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Server", "Appwrite")
	h.Set("X-Content-Type-Options", "nosniff")
	if a.secure(r) {
		h.Set("Strict-Transport-Security", "max-age=10886400")
	}
	a.crossOrigin(h, r)
	path, below := strings.CutPrefix(r.URL.EscapedPath(), Prefix+"/")
	switch {
	case r.Method == http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case !below:
		a.unknownRoute(w, r)
	case path == "openapi.json":
		h.Set("Content-Type", "application/json; charset=UTF-8")
		w.Write(a.document)
	case path == "docs":
		h.Set("Content-Type", "text/html; charset=UTF-8")
		w.Write(a.reference)
	default:
		a.dispatch(w, r, path)
	}
}

// secure reports whether the client's connection is encrypted, as this process
// sees it or a trusted proxy says.
func (a *API) secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" && a.trusted(peer(r))
}

func (a *API) dispatch(w http.ResponseWriter, r *http.Request, path string) {
	endpoint, params := a.routes.find(r.Method, path)
	if endpoint == nil {
		a.unknownRoute(w, r)
		return
	}
	format := formatOf(w.Header(), r)
	request := &Request{Context: r.Context(), Locale: r.Header.Get("X-Appwrite-Locale"), Header: http.Header{}, api: a, http: r}
	out, err := a.guarded(endpoint, request, w.Header(), params, format)
	if a.Observe != nil {
		a.Observe(*endpoint, err)
	}
	if err != nil {
		a.fail(w, r, err)
		return
	}
	maps.Copy(w.Header(), request.Header)
	answer(w, endpoint.Status, out, format)
}

// guarded turns a panic into an error, which the client sees as any other
// mistake of Roster.
func (a *API) guarded(e *Endpoint, r *Request, h http.Header, path map[string]string, format wire.Version) (out any, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	return a.serve(e, r, h, path, format)
}

// unknownRoute runs the checks of project and key before it says that there is
// nothing (contract section 1.8).
func (a *API) unknownRoute(w http.ResponseWriter, r *http.Request) {
	by, err := a.Directory.Identify(r.Context(), a.credentials(r, roster.Value{}))
	if err == nil {
		err = by.Refusal()
	}
	if err == nil {
		err = roster.ErrRouteNotFound
	}
	a.fail(w, r, err)
}

// serve runs the checks in the order of contract section 1.9 and companion
// section 3.2, and then the endpoint.
func (a *API) serve(e *Endpoint, r *Request, h http.Header, path map[string]string, format wire.Version) (any, error) {
	sent, malformed := read(e, r.http)
	if errors.Is(malformed, roster.ErrBodyTooLarge) {
		return nil, malformed
	}
	credentials := a.credentials(r.http, sent)
	if e.AnyOrigin {
		credentials.Origin = ""
	}
	by, err := a.Directory.Identify(r, credentials)
	if err != nil {
		return nil, err
	}
	if e.LegacyQueries && format != (wire.Version{}) && format.Before(jsonQueries) {
		if sent, err = modernQueries(sent); err != nil {
			return nil, err
		}
	}
	if err := a.Directory.Admit(r, by, e.access()); err != nil {
		return nil, err
	}
	buckets := e.buckets(by, path, sent)
	if err := a.spend(r, h, by, buckets); err != nil {
		return nil, err
	}
	if err := a.Directory.AdmitMethod(by, e.access()); err != nil {
		return nil, err
	}
	if malformed != nil {
		return nil, malformed
	}
	in, err := e.bind(path, sent)
	if err != nil {
		return nil, err
	}
	r.By = by
	out, err := e.call(a, r, in)
	if err == nil && !a.Unlimited {
		err = a.Directory.Refill(r, by, buckets)
	}
	return out, err
}

// formatOf reads the response format that the client wants and warns of one
// that is newer than the contract (contract section 9).
func formatOf(h http.Header, r *http.Request) wire.Version {
	format, ok := wire.ParseVersion(r.Header.Get("X-Appwrite-Response-Format"))
	if current, _ := wire.ParseVersion(roster.ContractVersion); ok && current.Before(format) {
		h.Set("X-Appwrite-Warning", "The response format is newer than this server's, which is "+roster.ContractVersion+".")
	}
	return format
}

// answer writes a result. A 204 has no content type: SDKs parse whatever calls
// itself JSON (contract section 1.6).
func answer(w http.ResponseWriter, status int, out any, format wire.Version) {
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	if other, ok := out.(notJSON); ok {
		other.write(w, status)
		return
	}
	body := wire.Append(make([]byte, 0, 2048), out, format)
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

// errorModel is the body of every error (contract section 1.6).
type errorModel struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
	Type    string `json:"type"`
	Version string `json:"version"`
}

// fail answers with an error. What is not one of the contract's is a mistake of
// Roster: the client learns that, the log learns the rest. So it does when the
// database cannot be reached.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	var e *roster.Error
	asked := []any{"method", r.Method, "request", w.Header().Get("X-Request-Id")}
	switch {
	case errors.As(err, &e) && e.Is(roster.ErrUnavailable):
		a.Log.Warn("the database did not answer a request", append(asked, "error", e.Cause)...)
	case e != nil:
	case r.Context().Err() != nil:
		e = roster.ErrClientGone
	default:
		e = roster.ErrInternal
		a.Log.Error("a request failed", append(asked, "error", err)...)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache, no-store, must-revalidate")
	h.Set("Expires", "0")
	h.Set("Pragma", "no-cache")
	if e.Type == roster.ErrUnavailable.Type || e.Type == roster.ErrBusy.Type { // what is not configured stays so
		h.Set("Retry-After", "1")
	}
	answer(w, e.Status, errorModel{e.Message, e.Status, e.Type, roster.ContractVersion}, wire.Version{})
}
