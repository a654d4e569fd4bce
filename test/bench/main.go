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
	o := options{}
	flag.IntVar(&o.users, "users", 10000, "users in the directory")
	flag.DurationVar(&o.span, "span", 2*time.Second, "time of each measurement")
	flag.IntVar(&o.rounds, "rounds", 3, "measurements of each figure, of which the median counts")
	flag.StringVar(&o.only, "only", "", "measure only this work")
	flag.StringVar(&o.binary, "roster", "bin/roster", "the program to measure")
	engines := flag.String("engines", "sqlite,postgres,postgres2", "what to measure on: a file, PostgreSQL with one node or with two")
	floor := flag.String("floor", "", "serve this floor instead of measuring (bare, statement, pgx or batch)")
	dir := flag.String("dir", "", "the data folder of a floor, or the URL of its database")
	listen := flag.String("listen", "", "where a floor listens")
	size := flag.Int("size", 0, "bytes that the bare floor answers")
	flag.Parse()
	if *floor != "" {
		log.Fatal(serveFloor(*floor, *dir, *listen, *size))
	}
	fmt.Printf("%s, %d CPUs, %s, %d users, %d rounds of %s, medians\n", cpuName(), runtime.NumCPU(), runtime.Version(), o.users, o.rounds, o.span)
	for _, engine := range strings.Split(*engines, ",") {
		if err := o.measure(engine); err != nil {
			log.Fatal(err)
		}
	}
}

// options say what to measure and how.
type options struct {
	users, rounds int
	only, binary  string
	span          time.Duration
}

// clients is how many connections ask at once.
var clients = []int{1, 8, 64}

func (o options) measure(engine string) error {
	make, known := map[string]func(options) (*bed, error){"sqlite": onFile, "postgres": onPostgres(1), "postgres2": onPostgres(2)}[engine]
	if !known {
		return fmt.Errorf("%q is no engine", engine)
	}
	bed, err := make(o)
	if err != nil {
		return err
	}
	defer bed.close()
	fmt.Printf("\n%s\n\n| work | clients | req/s | p50 ms | p99 ms | CPU us/req | bare handler req/s | ratio |", bed.title)
	for _, f := range bed.floors {
		fmt.Printf(" %s req/s | ratio | their CPU us/req |", f.name)
	}
	fmt.Print("\n|---|--:|--:|--:|--:|--:|--:|--:|", strings.Repeat("--:|--:|--:|", len(bed.floors)), "\n")
	for _, w := range works(bed) {
		if o.only != "" && o.only != w.name {
			continue
		}
		if err := bed.row(w, o.rounds, o.span); err != nil {
			return err
		}
	}
	return nil
}

// row measures one work with each number of clients, the servers in turn.
func (b *bed) row(w work, rounds int, span time.Duration) error {
	sample, err := b.roster.once(w.request(0))
	if err != nil {
		return err
	}
	bare, err := startFloor("bare", "", len(sample))
	if err != nil {
		return err
	}
	defer bare.stop()
	servers := []*server{b.roster, bare}
	for _, f := range b.floors {
		servers = append(servers, f.server)
	}
	for _, n := range clients {
		all := make([][]figures, len(servers))
		for range rounds {
			for i, s := range servers {
				f, err := s.load(w, n, span)
				if err != nil {
					return fmt.Errorf("%s with %d clients: %w", w.name, n, err)
				}
				all[i] = append(all[i], f)
			}
		}
		print(w.name, n, all)
	}
	return nil
}

// print writes the figures of Roster, of the bare handler and of the floors.
func print(work string, clients int, all [][]figures) {
	o, bare := median(all[0]), median(all[1])
	fmt.Printf("| %s | %d | %.0f | %.2f | %.2f | %.0f | %.0f | %.2f |", work, clients, o.rate, o.p50, o.p99, o.cpu, bare.rate, o.rate/bare.rate)
	for _, floor := range all[2:] {
		f := median(floor)
		fmt.Printf(" %.0f | **%.2f** | %.0f |", f.rate, o.rate/f.rate, f.cpu)
	}
	fmt.Println()
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
	return start(1, func(address string) *exec.Cmd {
		return exec.Command(self, "-floor", kind, "-dir", dir, "-listen", address, "-size", strconv.Itoa(size))
	})
}
