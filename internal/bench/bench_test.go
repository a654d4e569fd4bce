package bench

import (
	"encoding/xml"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"roster/test/postgres"
)

func TestMain(m *testing.M) {
	code := m.Run()
	postgres.Shutdown()
	os.Exit(code)
}

// What is measured can be told as a table and as a picture, each class is
// answered on each engine, and both engines find the same.
func TestEnginesAreMeasuredWithTheSameAnswers(t *testing.T) {
	url, err := postgres.Fresh(func(string) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	var found [2][]int64
	for i, plan := range []Plan{{Dir: t.TempDir()}, {Database: url}} {
		plan.Sizes, plan.Seed = []int64{300}, 3
		report, err := Measure(t.Context(), plan)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range report.Runs[0].Results {
			if r.P50 <= 0 || r.P99 < r.P50 {
				t.Errorf("%s took %v to %v", r.Class, r.P50, r.P99)
			}
			if r.Of != "write" {
				found[i] = append(found[i], r.Rows)
				if len(r.Plan) == 0 || r.Pages == 0 {
					t.Errorf("the %s of %s looks at %d pages: %v", r.Of, r.Class, r.Pages, r.Plan)
				}
			}
		}
		told(t, report)
	}
	if !slices.Equal(found[0], found[1]) {
		t.Errorf("the engines find\n%v and\n%v", found[0], found[1])
	}
}

func told(t *testing.T, report Report) {
	t.Helper()
	var table, picture strings.Builder
	report.Table(&table)
	for _, want := range []string{"| 300 |", "| search a domain | total |", "bare"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, &table)
		}
	}
	report.Picture(&picture)
	for d := xml.NewDecoder(strings.NewReader(picture.String())); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
}
