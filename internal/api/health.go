package api

import (
	"net/http"

	"roster"
)

var ofKeys = []roster.Scope{roster.HealthRead}

// healthEndpoints say that the server is there (companion section 14).
func healthEndpoints() []Endpoint {
	return []Endpoint{
		on(Endpoint{
			Name: "ping", Method: http.MethodGet, Path: "/ping", Scopes: everybody, Status: 200,
			Summary: "Say that the project can be reached.",
		}, (*API).ping),
		on(Endpoint{
			Name: "healthGet", Method: http.MethodGet, Path: "/health", Scopes: ofKeys, Status: 200,
			Summary: "Say that the server and its database answer.",
		}, (*API).health),
		on(Endpoint{
			Name: "healthGetVersion", Method: http.MethodGet, Path: "/health/version", Scopes: everybody, Status: 200,
			Summary: "Say which version of the wire contract is spoken.",
		}, (*API).version),
	}
}

// ping is for setting up an app: that the server is there, /health/version says
// without a project.
func (a *API) ping(r *Request, _ noParams) (plainText, error) {
	if r.By.Project.Number == 0 {
		return "", roster.ErrProjectNotFound
	}
	return "Pong!", nil
}

type healthModel struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Ping   int    `json:"ping"` // milliseconds
}

func (a *API) health(r *Request, _ noParams) (healthModel, error) {
	return healthModel{Name: "http", Status: "pass"}, a.Directory.Ready(r.Context)
}

type versionModel struct {
	Version string `json:"version"`
}

func (a *API) version(*Request, noParams) (versionModel, error) {
	return versionModel{roster.ContractVersion}, nil
}
