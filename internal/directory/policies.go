package directory

import (
	"context"
	"encoding/json"
	"fmt"

	"roster"
)

// UpdatePolicy changes those settings of the caller's project that are given of
// the policy, by the names of its parameters (companion sections 6.3, 12 and
// 14). Every process judges by the new ones as soon as [Directory.Watch] has
// seen the notice, this one at once.
func (d *Directory) UpdatePolicy(ctx context.Context, by Caller, policy *roster.Policy, given map[string]any) (roster.Project, error) {
	var p roster.Project
	err := d.write(ctx, by, func(c change) (err error) {
		if p, err = c.Project(by.Project.ID); err != nil {
			return err
		}
		if p.Number != by.Project.Number {
			return roster.ErrProjectNotFound // another one has the id by now
		}
		before := settled(policy, &p.Settings)
		for _, f := range policy.Fields {
			if value, ok := given[f.Name]; ok {
				if err := p.Settings.Set(f.Setting, fmt.Sprint(value)); err != nil {
					return err
				}
			}
		}
		changes := differences(before, settled(policy, &p.Settings))
		if changes == "" {
			return nil
		}
		p.UpdatedAt = c.Now
		if err := c.UpdateProject(&p); err != nil {
			return err
		}
		return c.record(roster.PolicyUpdated, "", policy.ID, changes)
	})
	d.forget()
	return p, err
}

// settled are the settings that the policy is about.
func settled(policy *roster.Policy, s *roster.Settings) []namedValue {
	now := make(map[string]string)
	for _, setting := range s.List() {
		now[setting.Name] = setting.Value
	}
	var values []namedValue
	for _, f := range policy.Fields {
		values = append(values, namedValue{f.Setting, json.RawMessage(now[f.Setting])}) // of numbers and booleans, JSON
	}
	return values
}
