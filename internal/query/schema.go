package query

import "strings"

// Type is what the values of an attribute are.
type Type int

// The types of attributes (contract section 5.2).
const (
	String Type = iota
	Boolean
	Datetime
	Integer
	Number
	StringArray
)

var typeNames = [...]string{"a string", "a boolean", "a datetime", "an integer", "a number", "an array of strings"}

// String names the type with its article, for messages.
func (t Type) String() string { return typeNames[t] }

// Attribute is something a list may be filtered and ordered by.
type Attribute struct {
	Name string
	Type Type
}

// Schema says what a list may be filtered and ordered by. With PagingOnly
// nothing but limit and offset is accepted.
type Schema struct {
	Attributes []Attribute
	PagingOnly bool
}

// The schemas of the lists (contract section 5.2, companion section 9).
var (
	Users = schema(
		Attribute{"name", String},
		Attribute{"email", String},
		Attribute{"phone", String},
		Attribute{"status", Boolean},
		Attribute{"passwordUpdate", Datetime},
		Attribute{"registration", Datetime},
		Attribute{"emailVerification", Boolean},
		Attribute{"phoneVerification", Boolean},
		Attribute{"labels", StringArray},
		Attribute{"impersonator", Boolean},
		Attribute{"accessedAt", Datetime},
	)
	Identities = schema(
		Attribute{"userId", String},
		Attribute{"provider", String},
		Attribute{"providerUid", String},
		Attribute{"providerEmail", String},
		Attribute{"providerAccessTokenExpiry", Datetime},
	)
	Targets = schema(
		Attribute{"userId", String},
		Attribute{"providerId", String},
		Attribute{"identifier", String},
		Attribute{"providerType", String},
	)
	Teams = schema(
		Attribute{"name", String},
		Attribute{"total", Number},
	)
	Memberships = schema(
		Attribute{"userId", String},
		Attribute{"teamId", String},
		Attribute{"invited", Datetime},
		Attribute{"joined", Datetime},
		Attribute{"confirm", Boolean},
		Attribute{"roles", StringArray},
	)
	Providers = schema(
		Attribute{"name", String},
		Attribute{"provider", String},
		Attribute{"type", String},
		Attribute{"enabled", Boolean},
	)
	Logs = Schema{PagingOnly: true}
)

// sequence is the row's number and what an order without attribute means.
var sequence = Attribute{"$sequence", Integer}

func schema(own ...Attribute) Schema {
	return Schema{Attributes: append(own,
		Attribute{"$id", String},
		Attribute{"$createdAt", Datetime},
		Attribute{"$updatedAt", Datetime},
		sequence,
	)}
}

func (s Schema) attribute(name string) (Attribute, bool) {
	for _, a := range s.Attributes {
		if a.Name == name {
			return a, true
		}
	}
	return Attribute{}, false
}

func (s Schema) names() string {
	names := make([]string, len(s.Attributes))
	for i, a := range s.Attributes {
		names[i] = a.Name
	}
	return strings.Join(names, ", ")
}
