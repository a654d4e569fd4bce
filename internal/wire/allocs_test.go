package wire_test

import (
	"testing"

	"roster"
	"roster/internal/wire"
)

// A page of a list is written once, into one buffer, and leaves no garbage for
// each field.
func TestPageIsWrittenWithoutGarbage(t *testing.T) {
	type target struct {
		ID   string      `json:"$id"`
		At   roster.Time `json:"$createdAt"`
		Name *string     `json:"name"`
	}
	type user struct {
		ID      string       `json:"$id"`
		At      roster.Time  `json:"$createdAt"`
		Status  bool         `json:"status"`
		Labels  []string     `json:"labels"`
		Prefs   wire.RawJSON `json:"prefs"`
		Targets []target     `json:"targets"`
	}
	name := "Zoë \"Z\" Łukasz"
	page := struct {
		Total int64  `json:"total"`
		Users []user `json:"users"`
	}{Total: 100}
	for range 100 {
		page.Users = append(page.Users, user{"a", 1772612130123, true, []string{"vip", "beta"}, `{"a":1}`, []target{{"t", 1772612130123, &name}}})
	}
	buffer := wire.Append(nil, &page, wire.Version{})
	if n := testing.AllocsPerRun(20, func() { buffer = wire.Append(buffer[:0], &page, wire.Version{}) }); n > 5 {
		t.Errorf("a page of 100 users leaves %v pieces of garbage", n)
	}
}
