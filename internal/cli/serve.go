package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"roster/internal/api"
	"roster/internal/server"
)

func newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the API", Args: arguments(), Long: serveHelp(),
		Example: `  roster serve
  roster serve --data /var/lib/roster --listen :8080
  ROSTER_LOG_FORMAT=json roster serve --config /etc/roster.conf`,
	}
	s := take(cmd, serverOptions()...)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, problems := s.read(os.Environ())
		p, more := partsOf(c)
		if err := configError(append(problems, more...)); err != nil {
			return err
		}
		return serve(cmd.Context(), c, p, cmd.OutOrStdout(), newLog(c, cmd.ErrOrStderr()))
	}
	return cmd
}

func serveHelp() string {
	help := `Serve the API until SIGTERM or SIGINT. Requests in flight are answered then; a
second signal ends the server at once.

In a data folder without projects, it makes the project "` + firstProject + `" and an API
key with all scopes, and prints them with a program to try them.

` + layers + "\n\nWithout a flag, since command lines can be seen by others:"
	for _, o := range options() {
		if o.noFlag {
			help += "\n  " + o.variable() + "  " + o.usage
		}
	}
	return help
}

func newLog(c config, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.logLevel}
	if c.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// serve opens the directory, then the listener, and only then makes what a
// first start makes: a start that fails has printed no secret.
func serve(ctx context.Context, c config, p parts, out io.Writer, log *slog.Logger) (err error) {
	collectSeldom()
	limitHeap(c.hashing.Memory)
	ctx, stop := stopOnSignal(ctx, log)
	defer stop()
	slog.SetDefault(log)
	d, err := p.open(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Store.Close()) }()
	l, err := listen(c.listen)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := welcome(ctx, d, c, endpoint(l.Addr()), out); err != nil {
		return err
	}
	handler := api.New(d, log)
	handler.TrustedProxies, handler.Unlimited = c.proxies, c.unlimited
	watching, forget := context.WithCancel(context.WithoutCancel(ctx)) // while requests are finished, too
	defer forget()
	go d.Watch(watching)
	finished := work(watching, c, d, log)
	log.Info("listening", "endpoint", endpoint(l.Addr()), "data", c.data)
	if c.unlimited {
		log.Warn("rate limits are off: anybody may try passwords as often as they like")
	}
	err = server.Serve(ctx, l, server.Ready(handler, d.Ready), log)
	forget()
	<-finished // what is being sent
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("some requests took too long to finish and were cut off")
	}
	return err
}

// collectSeldom lets the heap of a server, which is a few megabytes, grow to five
// times its size between collections, unless GOGC says otherwise; at Go's 100 a
// tenth of each request's time goes into collecting.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// limitHeap has garbage collected more often where five times the heap would be
// much, as after many hashes of passwords, which hold so many bytes together at
// most: the process may then grow by twice that. GOMEMLIMIT counts, if it is set.
func limitHeap(hashes int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(2*hashes + 128<<20)
	}
}

// stopOnSignal ends the context at the first signal. The next one then does
// what signals do: it ends the process.
func stopOnSignal(ctx context.Context, log *slog.Logger) (context.Context, func()) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	unhook := context.AfterFunc(ctx, func() {
		stop()
		log.Info("stopping when the requests in flight are answered; a second signal stops at once")
	})
	return ctx, func() { unhook(); stop() }
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err // without the address, which the message names
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, helped(fmt.Errorf("another program listens on %s already", address), "Stop it, or choose another address with --listen HOST:PORT or ROSTER_LISTEN.")
	case errors.Is(err, syscall.EACCES):
		return nil, helped(fmt.Errorf("listening on %s is not permitted", address), "Ports below 1024 often are for root only; choose another with --listen HOST:PORT or ROSTER_LISTEN.")
	case err != nil:
		return nil, helped(fmt.Errorf("cannot listen on %s: %w", address, err), "Choose another address with --listen HOST:PORT or ROSTER_LISTEN.")
	}
	return l, nil
}

// endpoint is what clients on this machine are configured with.
func endpoint(addr net.Addr) string {
	host, port, _ := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + api.Prefix
}
