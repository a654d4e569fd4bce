package password

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"roster"
)

// visitors enter a gate one after the other and note when each got in. It must
// run inside a synctest bubble.
type visitors struct {
	t     *testing.T
	gate  *gate
	order []string
	leave map[string]func()
}

func newVisitors(t *testing.T, limit cost, queue int) *visitors {
	return &visitors{t: t, gate: newGate(limit, queue), leave: map[string]func(){}}
}

// arrive starts a visit and returns when it is inside, waiting or refused.
func (v *visitors) arrive(ctx context.Context, name string, c cost) *error {
	result := new(error)
	go func() {
		leave, err := v.gate.enter(ctx, c)
		*result = err
		if err == nil {
			v.order = append(v.order, name)
			v.leave[name] = leave
		}
	}()
	synctest.Wait()
	return result
}

func (v *visitors) depart(name string) {
	v.leave[name]()
	synctest.Wait()
}

func (v *visitors) expect(names ...string) {
	v.t.Helper()
	if diff := cmp.Diff(names, v.order); diff != "" {
		v.t.Errorf("got in (-want +got):\n%s", diff)
	}
}

func TestGateBoundsCPUsAndBytes(t *testing.T) {
	for name, c := range map[string]cost{"cpus": {cpus: 1}, "bytes": {cpus: 0, bytes: 50}} {
		t.Run(name, func(t *testing.T) {
			limit := cost{cpus: 2, bytes: 1000}
			if name == "bytes" {
				limit = cost{cpus: 1000, bytes: 100}
			}
			synctest.Test(t, func(t *testing.T) {
				v := newVisitors(t, limit, 10)
				for _, name := range []string{"a", "b", "c", "d"} {
					v.arrive(t.Context(), name, c)
				}
				v.expect("a", "b")
				v.depart("b")
				v.expect("a", "b", "c")
				v.depart("a")
				v.expect("a", "b", "c", "d")
				v.depart("c")
				v.depart("d")
			})
		})
	}
}

func TestGateServesInOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitors(t, cost{cpus: 4, bytes: 100}, 10)
		v.arrive(t.Context(), "half", cost{bytes: 50})
		v.arrive(t.Context(), "whole", cost{bytes: 100})
		v.arrive(t.Context(), "small", cost{bytes: 1}) // would fit at once
		v.expect("half")
		v.depart("half")
		v.expect("half", "whole")
		v.depart("whole")
		v.expect("half", "whole", "small")
		v.depart("small")
	})
}

func TestOperationLargerThanTheBudgetRunsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitors(t, cost{cpus: 2, bytes: 100}, 10)
		v.arrive(t.Context(), "small", cost{bytes: 1})
		v.arrive(t.Context(), "huge", cost{cpus: 255, bytes: 1 << 40})
		v.expect("small")
		v.depart("small")
		v.expect("small", "huge")
		v.arrive(t.Context(), "next", cost{})
		v.expect("small", "huge")
		v.depart("huge")
		v.expect("small", "huge", "next")
		v.depart("next")
	})
}

func TestGateRefusesAtOnceWhenTheLineIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitors(t, cost{cpus: 1, bytes: 100}, 2)
		for _, name := range []string{"inside", "next", "behind", "last"} {
			if err := v.arrive(t.Context(), name, cost{}); *err != nil {
				t.Fatalf("%s: %v", name, *err)
			}
		}
		if err := v.arrive(t.Context(), "one too many", cost{}); !errors.Is(*err, roster.ErrBusy) {
			t.Errorf("error is %v", *err)
		}
		v.depart("inside")
		v.arrive(t.Context(), "later", cost{})
		for _, name := range []string{"next", "behind", "last", "later"} {
			v.depart(name)
		}
		v.expect("inside", "next", "behind", "last", "later")
	})
}

func TestLeavingTheLineLetsTheOthersThrough(t *testing.T) {
	for _, stuck := range []struct {
		name string
		on   cost
	}{{"on cpus", cost{cpus: 2}}, {"on bytes", cost{cpus: 1, bytes: 100}}} {
		t.Run(stuck.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := newVisitors(t, cost{cpus: 2, bytes: 100}, 1)
				ctx, cancel := context.WithCancel(t.Context())
				v.arrive(t.Context(), "inside", cost{bytes: 1})
				head := v.arrive(ctx, "head", stuck.on)
				behind := v.arrive(ctx, "behind", cost{})
				cancel()
				synctest.Wait()
				for _, err := range []*error{head, behind} {
					if !errors.Is(*err, context.Canceled) {
						t.Errorf("error is %v", *err)
					}
				}
				v.arrive(t.Context(), "later", cost{bytes: 99})
				v.expect("inside", "later")
				v.depart("inside")
				v.depart("later")
				v.arrive(t.Context(), "alone", cost{cpus: 2, bytes: 100})
				v.expect("inside", "later", "alone")
				v.depart("alone")
			})
		})
	}
}
