package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// Machine is what the figures were taken on, as far as it matters to them.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory string `json:"memory"`
	System string `json:"system"`
	Go     string `json:"go"`
}

func machine() Machine {
	m := Machine{Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version()}
	m.CPU = lineOf("/proc/cpuinfo", "model name")
	var kib int64
	fmt.Sscan(lineOf("/proc/meminfo", "MemTotal"), &kib)
	m.Memory = fmt.Sprintf("%d GiB", (kib+1<<19)>>20)
	return m
}

// lineOf is the value of a line "name: value", or empty.
func lineOf(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// cpuTime is what this process has used of the CPUs.
func cpuTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// memory watches how much of it the process holds.
type memory struct {
	most  atomic.Int64 // bytes since peak was asked
	ended chan struct{}
}

func watchMemory() *memory {
	m := &memory{ended: make(chan struct{})}
	go func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			m.look()
			select {
			case <-tick.C:
			case <-m.ended:
				return
			}
		}
	}()
	return m
}

func (m *memory) look() {
	var kib int64
	fmt.Sscan(lineOf("/proc/self/status", "VmRSS"), &kib)
	m.most.Store(max(m.most.Load(), kib<<10))
}

// peak is the most since it was asked last.
func (m *memory) peak() int64 {
	m.look()
	return m.most.Swap(0)
}

func (m *memory) stop() { close(m.ended) }
