package bench

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Report is what a measurement found.
type Report struct {
	Machine Machine `json:"machine"`
	Engine  string  `json:"engine"` // version and settings
	Roster  string  `json:"measured"`
	Seed    uint64  `json:"seed"`
	Runs    []Run   `json:"runs"`
}

// Run is one size.
type Run struct {
	Users    int64    `json:"users"`
	Load     Load     `json:"load"`
	Resident int64    `json:"resident"` // most memory in bytes that the process held while it answered
	Results  []Result `json:"results"`
}

// Load is how the users came in.
type Load struct {
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpuSeconds"`
	PerSecond  float64 `json:"perSecond"`
	Resident   int64   `json:"resident"`
	Bytes      int64   `json:"bytes"` // of the file, with SQLite
}

// JSON writes all that is known, plans included.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// Table writes Markdown: a line for each class, a column for each size.
func (r Report) Table(w io.Writer) {
	fmt.Fprint(w, "# Lists, searches and writes by number of users\n\n")
	fmt.Fprintf(w, "%s, %d cores, %s of memory, %s, %s; %s; %s; seed %d.\n\n", cmp.Or(r.Machine.CPU, "unknown CPU"), r.Machine.Cores, r.Machine.Memory, r.Machine.System, r.Machine.Go, r.Engine, r.Roster, r.Seed)
	r.loads(w)
	fmt.Fprint(w, "\n| class | of |")
	for _, run := range r.Runs {
		fmt.Fprintf(w, " %s: p50 / p99 ms | rows | pages |", Short(run.Users))
	}
	fmt.Fprint(w, "\n|---|---|", strings.Repeat("--:|--:|--:|", len(r.Runs)), "\n")
	if len(r.Runs) == 0 {
		return
	}
	for _, result := range r.Runs[len(r.Runs)-1].Results {
		fmt.Fprintf(w, "| %s | %s | %s |\n", result.Class, result.Of, strings.Join(r.row(result), " | "))
	}
}

// row are the cells of a class.
func (r Report) row(of Result) (cells []string) {
	for _, run := range r.Runs {
		found, ok := run.find(of.Class, of.Of)
		switch {
		case !ok:
			cells = append(cells, "", "", "")
		case found.Rate > 0:
			cells = append(cells, fmt.Sprintf("%.0f a second, bare %.0f", found.Rate, found.Against), "", "")
		case found.Of == "write":
			cells = append(cells, ms(found.P50)+" / "+ms(found.P99), "", "")
		default:
			cells = append(cells, ms(found.P50)+" / "+ms(found.P99), fmt.Sprint(found.Rows), fmt.Sprint(found.Pages))
		}
	}
	return cells
}

func (r Run) find(class, of string) (Result, bool) {
	for _, result := range r.Results {
		if result.Class == class && result.Of == of {
			return result, true
		}
	}
	return Result{}, false
}

func ms(v float64) string {
	switch {
	case v < 1:
		return fmt.Sprintf("%.3f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

func (r Report) loads(w io.Writer) {
	fmt.Fprintln(w, "| users | load, s | CPU, s | users a second | users a second of CPU | file | most memory, loading | most memory, answering |")
	fmt.Fprintln(w, "|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, run := range r.Runs {
		l := run.Load
		fmt.Fprintf(w, "| %s | %.1f | %.1f | %.0f | %.0f | %.2f GB | %d MiB | %d MiB |\n", Short(run.Users), l.Seconds, l.CPUSeconds, l.PerSecond,
			float64(run.Users)/max(l.CPUSeconds, 0.001), float64(l.Bytes)/1e9, l.Resident>>20, run.Resident>>20)
	}
}

// Short writes round numbers shortly: 10k, 2M.
func Short(n int64) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%dM", n/1_000_000)
	case n >= 1000 && n%1000 == 0:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprint(n)
}
