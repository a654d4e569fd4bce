package api

import (
	"net/http"
	"strings"
)

// route is a place in the tree of paths. Literal segments beat parameters, but
// only for the methods that they lead to (contract section 1.1), and an empty
// segment stands for an empty id: what is sent to /users/{userId}/sessions/ with
// an id forgotten is never meant for all sessions.
type route struct {
	literal   map[string]*route
	parameter *route
	endpoints map[string]*endpointRoute
}

// endpointRoute is an endpoint with the names of its path's parameters in
// order.
type endpointRoute struct {
	*Endpoint
	names []string
}

func newRoute() *route {
	return &route{literal: make(map[string]*route), endpoints: make(map[string]*endpointRoute)}
}

func newRouter(endpoints []Endpoint) *route {
	root := newRoute()
	for i := range endpoints {
		e := &endpoints[i]
		for _, path := range append([]string{e.Path}, e.Aliases...) {
			root.add(e, path)
		}
	}
	return root
}

func (r *route) add(e *Endpoint, path string) {
	var names []string
	for segment := range strings.SplitSeq(path[1:], "/") {
		name, ok := strings.CutPrefix(segment, "{")
		if !ok {
			if r.literal[segment] == nil {
				r.literal[segment] = newRoute()
			}
			r = r.literal[segment]
			continue
		}
		names = append(names, strings.TrimSuffix(name, "}"))
		if r.parameter == nil {
			r.parameter = newRoute()
		}
		r = r.parameter
	}
	if r.endpoints[e.Method] != nil {
		panic("api: two endpoints at " + e.Method + " " + path)
	}
	r.endpoints[e.Method] = &endpointRoute{e, names}
}

// find returns the endpoint for a path below /v1, which is still escaped, and
// the values of its parameters.
func (r *route) find(method, path string) (*Endpoint, map[string]string) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	segments := strings.Split(path, "/")
	found, values := r.walk(method, segments, nil)
	if last := len(segments) - 1; found == nil && last > 0 && segments[last] == "" {
		found, values = r.walk(method, segments[:last], nil)
	}
	if found == nil {
		return nil, nil
	}
	params := make(map[string]string, len(values))
	for i, name := range found.names {
		params[name] = values[i]
	}
	return found.Endpoint, params
}

func (r *route) walk(method string, segments, values []string) (*endpointRoute, []string) {
	if len(segments) == 0 {
		return r.endpoints[method], values
	}
	if next := r.literal[segments[0]]; next != nil {
		if found, v := next.walk(method, segments[1:], values); found != nil {
			return found, v
		}
	}
	if r.parameter == nil {
		return nil, nil
	}
	return r.parameter.walk(method, segments[1:], append(values, segments[0]))
}
