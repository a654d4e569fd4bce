package postgres

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Pooler is PgBouncer before a server's database "roster".
type Pooler struct {
	port    int
	dir     string
	process *exec.Cmd
	log     bytes.Buffer
}

// Pool starts PgBouncer with a configuration, whose addresses and whose way to
// sign in are replaced.
func Pool(s *Server, configuration string) (*Pooler, error) {
	dir, err := os.MkdirTemp("", "roster-pgbouncer-")
	if err != nil {
		return nil, err
	}
	p := &Pooler{dir: dir}
	if p.port, err = freePort(); err == nil {
		err = p.start(p.configured(s, configuration))
	}
	if err != nil {
		return nil, errors.Join(err, p.Remove())
	}
	return p, nil
}

// URL is where the database is. Statements are not prepared: they would be on
// one connection of the pooler and not on the next.
func (p *Pooler) URL() string {
	return fmt.Sprintf("postgres://roster@127.0.0.1:%d/roster?sslmode=disable&default_query_exec_mode=exec", p.port)
}

func (p *Pooler) configured(s *Server, text string) string {
	for name, value := range map[string]string{
		"roster": fmt.Sprintf("host=127.0.0.1 port=%d", s.Port), "listen_port": fmt.Sprint(p.port), "auth_type": "trust", "auth_file": filepath.Join(p.dir, "users"),
	} {
		text = regexp.MustCompile("(?m)^"+name+" = .*$").ReplaceAllLiteralString(text, name+" = "+value)
	}
	return text
}

func (p *Pooler) start(configuration string) error {
	file := filepath.Join(p.dir, "pgbouncer.ini")
	err := errors.Join(os.WriteFile(file, []byte(configuration), 0o644), os.WriteFile(filepath.Join(p.dir, "users"), []byte(`"roster" ""`), 0o644), os.Chmod(p.dir, 0o755))
	if err != nil {
		return err
	}
	path, err := exec.LookPath("pgbouncer")
	if err != nil {
		path = "/usr/sbin/pgbouncer"
	}
	cmd := exec.Command(path, file)
	cmd.Dir, cmd.Stderr, cmd.Stdout = "/", &p.log, &p.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if uid, gid, ok := unprivileged(); ok {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w; make pgbouncer installs it", err)
	}
	p.process = cmd
	for range 200 {
		if conn, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", p.port)); err == nil {
			return conn.Close()
		}
		time.Sleep(25 * time.Millisecond)
	}
	return errors.New("PgBouncer does not listen: " + strings.TrimSpace(p.log.String()))
}

// Remove ends PgBouncer and deletes its files.
func (p *Pooler) Remove() error {
	if p.process != nil {
		p.process.Process.Kill()
		p.process.Wait()
	}
	return os.RemoveAll(p.dir)
}
