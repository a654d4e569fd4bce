package roster

import (
	"fmt"
	"slices"
)

// MaxRoles and MaxRoleLength bound the roles of a membership (companion section
// 9.2).
const (
	MaxRoles      = 100
	MaxRoleLength = 81
)

// Roles is a set of words that say what a member may do in a team; duplicates
// are dropped, the order is kept. What the words mean is the product's business.
type Roles []string

// Parse implements [Kind].
func (r *Roles) Parse(v Value, _ Bounds) error {
	if v.Kind != List && v.Kind != Map {
		return mustBe("a list of roles", v)
	}
	if len(v.List) > MaxRoles {
		return problem(fmt.Sprintf("must have at most %d roles.", MaxRoles))
	}
	roles := make(Roles, 0, len(v.List))
	for i, role := range v.List {
		if role.Kind != String || !validKey(role.Text, MaxRoleLength) {
			return problem(fmt.Sprintf("has a bad role at position %d: a role is 1 to %d of the characters A-Z a-z 0-9 . _ - beginning with a letter or digit.", i, MaxRoleLength))
		}
		if !slices.Contains(roles, role.Text) {
			roles = append(roles, role.Text)
		}
	}
	*r = roles
	return nil
}

// Schema implements [Kind].
func (Roles) Schema(Bounds) Schema {
	return Schema{"type": "array", "maxItems": MaxRoles, "items": Schema{"type": "string", "pattern": fmt.Sprintf("^[A-Za-z0-9][A-Za-z0-9._-]{0,%d}$", MaxRoleLength-1)}}
}
