package cli

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long command has come: a bar for each of its steps,
// which is gone when the step is done.
type progress struct {
	to   io.Writer
	step string
	bar  *progressbar.ProgressBar
}

// newProgress shows nothing but on a terminal.
func newProgress(quiet bool) *progress {
	if quiet || !isTerminal(os.Stderr) {
		return &progress{to: io.Discard}
	}
	return &progress{to: os.Stderr}
}

func (p *progress) show(step string, done, all int64) {
	if step != p.step {
		p.end()
		p.step = step
		p.bar = progressbar.NewOptions64(max(all, 1), progressbar.OptionSetWriter(p.to), progressbar.OptionSetDescription(step), progressbar.OptionSetWidth(30),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	p.bar.Set64(done)
}

// end leaves the line empty.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Finish()
	}
}
