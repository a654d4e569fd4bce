package bench

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// shown are the classes of the picture.
var shown = []struct{ class, of string }{
	{"by id", "get"}, {"no filter", "page"}, {"no filter", "total"}, {"first by name up", "page"}, {"at 99 % by cursor", "page"},
	{"label vip (1 %)", "page"}, {"label vip (1 %)", "total"}, {"search a name", "page"}, {"name contains 5 letters, common", "page"},
	{"at 99 % by offset", "page"},
}

var colours = strings.Fields("#1b6ca8 #d1495b #2e8b57 #e0a100 #6a4c93 #0f9d9d #8d5524 #444444 #c2185b #7cb342")

// The picture's measures.
const (
	width, height             = 960, 560
	left, right, top, bottom_ = 70, 300, 50, 50
)

// axis maps values to places, by their logarithms.
type axis struct{ least, most, from, to float64 }

func (a axis) at(v float64) float64 {
	return a.from + (a.to-a.from)*(math.Log10(v)-math.Log10(a.least))/(math.Log10(a.most)-math.Log10(a.least))
}

// Picture draws the latencies against the number of users, both on logarithmic
// axes: the line is the median, the bar above it reaches to p99.
func (r Report) Picture(w io.Writer) {
	x := axis{1e4, 1e7, left, width - right}
	y := axis{0.01, 1e4, height - bottom_, top}
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(w, `<rect width="%d" height="%d" fill="white"/>`+"\n", width, height)
	text(w, left, 24, "start", "Latency by number of users, median and p99, one client, warm: "+r.Engine[:strings.IndexByte(r.Engine+",", ',')])
	for v := 0.01; v <= 1e4; v *= 10 {
		line(w, x.from, y.at(v), x.to, y.at(v), "#ddd")
		text(w, left-6, y.at(v)+4, "end", duration(v))
	}
	for v := 1e4; v <= 1e7; v *= 10 {
		line(w, x.at(v), y.from, x.at(v), y.to, "#ddd")
		text(w, x.at(v), height-bottom_+18, "middle", Short(int64(v)))
	}
	for i, s := range shown {
		r.curve(w, x, y, i, s.class, s.of)
	}
	fmt.Fprintln(w, "</svg>")
}

func (r Report) curve(w io.Writer, x, y axis, i int, class, of string) {
	var points []string
	for _, run := range r.Runs {
		found, ok := run.find(class, of)
		if !ok || found.P50 <= 0 {
			continue
		}
		px := x.at(float64(run.Users)) + float64(i)
		points = append(points, fmt.Sprintf("%.1f,%.1f", px, y.at(found.P50)))
		line(w, px, y.at(found.P50), px, y.at(max(found.P99, found.P50)), colours[i])
		fmt.Fprintf(w, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", px, y.at(found.P50), colours[i])
	}
	fmt.Fprintf(w, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), colours[i])
	at := float64(top + 20*i)
	line(w, width-right+24, at, width-right+48, at, colours[i])
	text(w, width-right+54, at+4, "start", class+", "+of)
}

func line(w io.Writer, x1, y1, x2, y2 float64, colour string) {
	fmt.Fprintf(w, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`+"\n", x1, y1, x2, y2, colour)
}

func text(w io.Writer, x, y float64, anchor, what string) {
	fmt.Fprintf(w, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, html.EscapeString(what))
}

func duration(ms float64) string {
	switch {
	case ms < 1:
		return fmt.Sprintf("%g µs", math.Round(ms*1000))
	case ms < 1000:
		return fmt.Sprintf("%g ms", math.Round(ms))
	}
	return fmt.Sprintf("%g s", math.Round(ms/1000))
}
