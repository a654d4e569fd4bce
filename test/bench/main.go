package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	users := flag.Int("users", 10000, "users in the directory")
	seconds := flag.Float64("seconds", 2, "seconds of each measurement")
	rounds := flag.Int("rounds", 3, "measurements of each figure, of which the median counts")
	only := flag.String("only", "", "measure only this work")
	binary := flag.String("roster", "bin/roster", "the program to measure")
	floor := flag.String("floor", "", "serve this floor instead of measuring (bare or statement)")
	dir := flag.String("dir", "", "the data folder of a floor")
	listen := flag.String("listen", "", "where a floor listens")
	size := flag.Int("size", 0, "bytes that the bare floor answers")
	flag.Parse()
	if *floor != "" {
		log.Fatal(serveFloor(*floor, *dir, *listen, *size))
	}
	if err := measure(*binary, *users, *rounds, *only, time.Duration(*seconds*float64(time.Second))); err != nil {
		log.Fatal(err)
	}
}

// clients is how many connections ask at once.
var clients = []int{1, 8, 64}

func measure(binary string, users, rounds int, only string, span time.Duration) error {
	bed, err := newBed(binary, users)
	if err != nil {
		return err
	}
	defer bed.close()
	fmt.Printf("%s, %d CPUs, %s, %d users, %d rounds of %s, medians\n\n", cpuName(), runtime.NumCPU(), runtime.Version(), users, rounds, span)
	fmt.Println("| work | clients | req/s | p50 ms | p99 ms | CPU us/req | bare handler req/s | ratio | same statements req/s | ratio | their CPU us/req |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, w := range works(bed) {
		if only != "" && only != w.name {
			continue
		}
		if err := bed.row(w, rounds, span); err != nil {
			return err
		}
	}
	return nil
}

// row measures one work with each number of clients, the three servers in turn.
func (b *bed) row(w work, rounds int, span time.Duration) error {
	sample, err := b.roster.once(w.request(0))
	if err != nil {
		return err
	}
	bare, err := startFloor("bare", b.floorDir, len(sample))
	if err != nil {
		return err
	}
	defer bare.stop()
	for _, n := range clients {
		var ours, bares, same []figures
		for range rounds {
			for _, side := range []struct {
				server *server
				into   *[]figures
			}{{b.roster, &ours}, {bare, &bares}, {b.statement, &same}} {
				f, err := side.server.load(w, n, span)
				if err != nil {
					return fmt.Errorf("%s with %d clients: %w", w.name, n, err)
				}
				*side.into = append(*side.into, f)
			}
		}
		o, f1, f2 := median(ours), median(bares), median(same)
		fmt.Printf("| %s | %d | %.0f | %.2f | %.2f | %.0f | %.0f | %.2f | %.0f | **%.2f** | %.0f |\n", w.name, n,
			o.rate, o.p50, o.p99, o.cpu, f1.rate, o.rate/f1.rate, f2.rate, o.rate/f2.rate, f2.cpu)
	}
	return nil
}

func median(all []figures) figures {
	slices.SortFunc(all, func(a, b figures) int { return int(a.rate - b.rate) })
	return all[len(all)/2]
}

func cpuName() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func startFloor(kind, dir string, size int) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(func(address string) *exec.Cmd {
		return exec.Command(self, "-floor", kind, "-dir", dir, "-listen", address, "-size", strconv.Itoa(size))
	})
}
