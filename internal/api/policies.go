package api

import (
	"net/http"

	"roster"
)

// changePolicies are the scopes of companion section 12.
var changePolicies = []roster.Scope{roster.PoliciesWrite, roster.ProjectPoliciesWrite}

// policyEndpoints are those of the table of [roster.Policies]. All answer with
// the project but the one whose SDKs want the policy itself.
func policyEndpoints() []Endpoint {
	var endpoints []Endpoint
	for _, policy := range roster.Policies() {
		e := Endpoint{
			Name: "projectUpdate" + policy.Title + "Policy", Method: http.MethodPatch, Path: "/project/policies/" + policy.ID,
			Scopes: changePolicies, Status: 200, Summary: policy.Summary, Event: roster.PolicyUpdated, Fields: policyFields(policy),
		}
		if policy.ID == "password-strength" {
			endpoints = append(endpoints, on(e, updatePolicy(policy, newPasswordStrength)))
		} else {
			endpoints = append(endpoints, on(e, updatePolicy(policy, newProjectModel)))
		}
	}
	return endpoints
}

func policyFields(policy *roster.Policy) []roster.Field {
	var fields []roster.Field
	for _, f := range policy.Fields {
		fields = append(fields, f.Field)
	}
	return fields
}

type policyParams struct{ Fields given }

func updatePolicy[Out any](policy *roster.Policy, model func(roster.Project) Out) func(*API, *Request, policyParams) (Out, error) {
	return func(a *API, r *Request, in policyParams) (Out, error) {
		p, err := a.Directory.UpdatePolicy(r, r.By, policy, in.Fields)
		return model(p), err
	}
}
