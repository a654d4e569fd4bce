package cluster

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"roster/test/postgres"
)

// failovers is how many primaries are lost, half of them killed and half of them
// frozen; FAILOVERS sets it for a longer run.
func failovers(t *testing.T) int {
	t.Helper()
	text := os.Getenv("FAILOVERS")
	if text == "" {
		return 2
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatWasAcknowledgedOutlivesThePrimary(t *testing.T) {
	primary := server(t, "wal_retrieve_retry_interval=100ms") // it will be a standby, too
	standby, err := postgres.Standby(primary, "fsync=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { standby.Remove() })
	check(t, primary.Synchronous())
	url := fmt.Sprintf("postgres://roster@127.0.0.1:%d,127.0.0.1:%d/roster?sslmode=disable", primary.Port, standby.Port)
	nodes, key := nodesOf(t, 2, url, "--replica", url) // whichever is the standby
	address, _ := balance(t, nodes...)
	crowd := gather(t, "failover", newClient(address, key))
	for n := range failovers(t) {
		if n > 0 { // the roles change
			check(t, primary.Kill())
			check(t, primary.Follow(standby))
			check(t, standby.Synchronous())
			primary, standby = standby, primary
		}
		crowd.progress(200)
		lose, how := primary.Kill, "killed"
		if n%2 == 1 {
			lose, how = primary.Freeze, "frozen"
		}
		check(t, lose())
		crowd.mark()
		check(t, standby.Promote())
		promoted := time.Since(crowd.since)
		t.Logf("the primary was %s, the standby promoted after %s, and a request succeeded after %s", how, promoted, crowd.firstSuccess())
	}
	crowd.progress(200)
	crowd.leave()
	crowd.wantKept(standby)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
