package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

// lifetime bounds every process: one that no test ended is killed.
const lifetime = 10 * time.Minute

// installation is one folder of Relais and the process at work in it.
type installation struct {
	binary, dir string
	env         []string

	url     string // of the page, without the last slash
	printed printed
	cancel  context.CancelFunc
	exited  chan struct{}
}

// start runs a command until stop, and waits until it prints where its page is,
// after a prefix.
func (i *installation) start(prefix string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), lifetime)
	i.cancel, i.exited = cancel, make(chan struct{})
	cmd := i.command(ctx, args)
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, &i.printed
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	found := make(chan string, 1)
	go i.read(out, prefix, found)
	started := make(chan error, 1)
	go func() {
		// The kernel ends a child with the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		_ = in.Close()
		close(i.exited)
	}()
	if err := <-started; err != nil {
		cancel()
		return err
	}
	select {
	case url := <-found:
		i.url = strings.TrimSuffix(url, "/")
		return nil
	case <-i.exited:
	case <-time.After(patience):
		i.stop()
	}
	return fmt.Errorf("relais %s shows no page:\n%s", strings.Join(args, " "), i.printed.String())
}

func (i *installation) command(ctx context.Context, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, i.binary, args...)
	cmd.Dir, cmd.Env = i.dir, append([]string{"HOME=" + i.dir}, i.env...)
	cmd.WaitDelay = 10 * time.Second
	dieWithParent(cmd)
	return cmd
}

// read keeps all that is printed; a process that nobody reads would stop.
func (i *installation) read(out io.Reader, prefix string, found chan<- string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		_, _ = io.WriteString(&i.printed, lines.Text()+"\n")
		if url, ok := strings.CutPrefix(lines.Text(), prefix); ok {
			select {
			case found <- url:
			default:
			}
		}
	}
}

// stop ends the process as Ctrl-C does, and kills it when it lingers.
func (i *installation) stop() {
	i.cancel()
	<-i.exited
}

// once runs a command to its end.
func (i *installation) once(args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := i.command(ctx, args)
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(out)))
	}
	return nil
}

// printed is what a process wrote.
type printed struct {
	mu   sync.Mutex
	text strings.Builder
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}
