package concurrency

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// atOnce runs the requests beside each other, from a common start, and returns
// their statuses in ascending order.
func atOnce(requests ...func() int) []int {
	statuses := make([]int, len(requests))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, request := range requests {
		all.Go(func() {
			<-start
			statuses[i] = request()
		})
	}
	close(start)
	all.Wait()
	slices.Sort(statuses)
	return statuses
}

const collisions = 30

func TestOfTwoRequestsForOneThingExactlyOneSucceeds(t *testing.T) {
	b := newBed(t)
	send := func(method, path string, params object) func() int {
		return func() int {
			status, _ := b.ask(t, method, path, params)
			return status
		}
	}
	post := func(path string, params object) func() int { return send(http.MethodPost, path, params) }
	patch := func(path string, params object) func() int { return send(http.MethodPatch, path, params) }
	add := func(id string) { b.must(t, 201, http.MethodPost, "/users", object{"userId": id}) }
	add("a")
	add("b")
	cases := map[string]struct {
		success int
		pair    func(n string) (func() int, func() int)
	}{
		"created with the same id": {201, func(n string) (func() int, func() int) {
			return post("/users", object{"userId": "id" + n}), post("/users", object{"userId": "ID" + n})
		}},
		"created with the same email": {201, func(n string) (func() int, func() int) {
			return post("/users", object{"userId": "unique()", "email": "e" + n + "@x.example"}),
				post("/users", object{"userId": "unique()", "email": "E" + n + "@x.example", "password": "correct horse"})
		}},
		"created with the same phone": {201, func(n string) (func() int, func() int) {
			one := post("/users", object{"userId": "unique()", "phone": "+491510000" + n})
			return one, one
		}},
		"given the same target": {201, func(n string) (func() int, func() int) {
			device := object{"targetId": "unique()", "providerType": "push", "identifier": "device " + n}
			return post("/users/a/targets", device), post("/users/b/targets", device)
		}},
		"given the same target id": {201, func(n string) (func() int, func() int) {
			return post("/users/a/targets", object{"targetId": "t" + n, "providerType": "push", "identifier": "one " + n}),
				post("/users/b/targets", object{"targetId": "T" + n, "providerType": "push", "identifier": "another " + n})
		}},
		"moved to the same email": {200, func(n string) (func() int, func() int) {
			params := object{"email": "m" + n + "@x.example"}
			return patch("/users/a/email", params), patch("/users/b/email", params)
		}},
		"moved to the same phone": {200, func(n string) (func() int, func() int) {
			params := object{"number": "+905320000" + n}
			return patch("/users/a/phone", params), patch("/users/b/phone", params)
		}},
		"given the first recovery codes": {201, func(n string) (func() int, func() int) {
			add("codes" + n)
			one := patch("/users/codes"+n+"/mfa/recovery-codes", nil)
			return one, one
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for n := range collisions {
				if statuses := atOnce(c.pair(fmt.Sprintf("%02d", n))); !slices.Equal(statuses, []int{c.success, 409}) {
					t.Errorf("round %d: %v", n, statuses)
				}
			}
		})
	}
	users, total := b.users(t, "")
	if want := 2 + 4*collisions; total != want || len(users) != want {
		t.Errorf("%d users and a total of %d, want %d", len(users), total, want)
	}
}

func TestOfManyDeletionsExactlyOneSucceeds(t *testing.T) {
	b := newBed(t)
	for n := range collisions {
		id := fmt.Sprintf("u%d", n)
		b.must(t, 201, http.MethodPost, "/users", object{"userId": id, "email": id + "@x.example"})
		remove := func() int {
			status, _ := b.ask(t, http.MethodDelete, "/users/"+id, nil)
			return status
		}
		if statuses := atOnce(remove, remove, remove); !slices.Equal(statuses, []int{204, 404, 404}) {
			t.Errorf("round %d: %v", n, statuses)
		}
	}
	if users, total := b.users(t, ""); len(users) != 0 || total != 0 {
		t.Errorf("%d users and a total of %d are left", len(users), total)
	}
}
