package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"roster"
)

// promisedParam is a parameter of an endpoint as the contract has it.
type promisedParam struct {
	name, kind, place string
	required          bool
}

func promiseOf(e Endpoint) promise {
	i := slices.IndexFunc(promised, func(p promise) bool { return p.name == e.Name })
	if i < 0 {
		panic("the table of promises has no row for " + e.Name)
	}
	return promised[i]
}

func promisedParams(e Endpoint) (list []promisedParam) {
	for _, spec := range promiseOf(e).params {
		p := promisedParam{place: "body"}
		p.name, p.kind, _ = strings.Cut(spec, " ")
		p.kind, p.required = strings.CutSuffix(p.kind, "!")
		if strings.Contains(e.Path, "{"+p.name+"}") {
			p.place = "path"
		} else if e.Method == http.MethodGet {
			p.place = "query"
		}
		list = append(list, p)
	}
	return list
}

// put writes a value, which is JSON, to where the parameter is read from.
func (p promisedParam) put(e Endpoint, c call, value string) call {
	if p.place != "path" {
		return c.with(p.name, value)
	}
	pattern, actual := strings.Split(Prefix+e.Path, "/"), strings.Split(c.path, "/")
	// As encodeURIComponent does, which SDKs use.
	actual[slices.Index(pattern, "{"+p.name+"}")] = strings.NewReplacer("%28", "(", "%29", ")").Replace(url.PathEscape(plain(value)))
	c.path = strings.Join(actual, "/")
	return c
}

// bad are the values that the parameter refuses. In paths and query strings
// there are only texts.
func (p promisedParam) bad() []string {
	s := samplesOf(p.kind)
	refused := func(value string) bool { return !slices.Contains(s.good, value) }
	bad := s.bad
	switch p.place {
	case "path":
		return bad
	case "query":
		if refused(`["x"]`) {
			bad = append(bad, `["x"]`)
		}
		return bad
	}
	for _, value := range strangers {
		if refused(value) {
			bad = append(bad, value)
		}
	}
	if p.required && refused("null") {
		bad = append(bad, "null")
	}
	return bad
}

func TestParametersTakeWhatTheContractAllows(t *testing.T) {
	sweep(t)
	b := newAPI(t)
	for _, e := range Endpoints() {
		b.run(e.Name, func(b *bed) {
			about := b.person()
			fresh := func() call {
				if e.changesCaller() || preparations[e.Name] != nil {
					return b.valid(e.Name)
				}
				return b.of(e, about)
			}
			for _, p := range promisedParams(e) {
				for _, value := range samplesOf(p.kind).good {
					b.taken(e, p, p.put(e, fresh(), b.filled(value)))
				}
				if !p.required && p.place == "body" {
					b.taken(e, p, fresh().with(p.name, "null"))
				}
			}
		})
	}
}

// changesCaller reports whether a call may change what the next one needs.
func (e *Endpoint) changesCaller() bool {
	return !e.reads() && (e.SignIn || slices.Contains(e.Scopes, roster.Account))
}

// taken wants a call to succeed; an id in its path may well be nobody's.
func (b *bed) taken(e Endpoint, p promisedParam, c call) {
	b.t.Helper()
	r := b.send(c)
	nobodys := p.place == "path" && r.status >= http.StatusBadRequest && r.text("type") != roster.ErrArgument.Type
	if r.status != e.Status && !nobodys {
		b.t.Errorf("%s %v = %d %s", c, c.params, r.status, r.body)
	}
}

func TestParametersRefuseEverythingElse(t *testing.T) {
	sweep(t)
	b := newAPI(t)
	for _, e := range Endpoints() {
		b.run(e.Name, func(b *bed) {
			c := b.valid(e.Name)
			b.untouched(func() {
				for _, p := range promisedParams(e) {
					for _, value := range p.bad() {
						b.blames(p.put(e, c, value), p.name)
					}
					if p.required && p.place == "body" {
						b.blames(c.without(p.name), p.name)
					}
				}
			})
			b.answers(c.with("unknown", `["parameter"]`), e.Status)
		})
	}
}

// Of several wrong parameters the first that the contract lists is named.
func TestParametersAreCheckedInTheirOrder(t *testing.T) {
	sweep(t)
	b := newAPI(t)
	about := b.person(b.justSolved)
	for _, e := range Endpoints() {
		b.run(e.Name, func(b *bed) {
			c := b.of(e, about)
			params := promisedParams(e)
			for i, first := range params {
				wrong := c
				for _, p := range params[i:] {
					wrong = p.put(e, wrong, samplesOf(p.kind).bad[0])
				}
				b.blames(wrong, first.name)
			}
		})
	}
}

// An unknown user is found out only when all parameters are right.
func TestParametersAreCheckedBeforeTheUser(t *testing.T) {
	t.Parallel()
	b := newAPI(t)
	for _, e := range Endpoints() {
		params := promisedParams(e)
		if len(params) == 0 {
			continue
		}
		last := params[len(params)-1]
		if e.inPath("userId") && last.name != "userId" {
			b.blames(last.put(e, b.of(e, nobody), samplesOf(last.kind).bad[0]), last.name)
		}
	}
}
