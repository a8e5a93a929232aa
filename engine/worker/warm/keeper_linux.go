package warm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/spindle-flow/spindle/engine/worker"
)

// Possible says whether there can be keepers here.
const Possible = true

// patience is how long a keeper may take to fork a session. One that is slower is not worth the wait.
const patience = 2 * time.Second

// dial connects to the keeper, if it is this user's.
func (p Place) dial(ctx context.Context) (*net.UnixConn, error) {
	var dialer net.Dialer
	plain, err := dialer.DialContext(ctx, "unix", p.Socket)
	if err != nil {
		return nil, err
	}
	conn := plain.(*net.UnixConn)
	if err := sameUser(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// sameUser refuses a listener that is somebody else's.
func sameUser(conn *net.UnixConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var cred *unix.Ucred
	var credErr error
	if err := raw.Control(func(fd uintptr) { cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err != nil {
		return err
	}
	if credErr != nil {
		return credErr
	}
	return accept(int(cred.Uid), os.Getuid())
}

// Launch has the keeper fork a worker.
func (p Place) Launch(ctx context.Context, s Session, control, stdout, stderr *os.File) (worker.Launched, error) {
	conn, err := p.dial(ctx)
	if err != nil {
		return worker.Launched{}, fmt.Errorf("warm worker: %w", err)
	}
	launched, err := s.begin(conn, control, stdout, stderr)
	if err != nil {
		return worker.Launched{}, errors.Join(fmt.Errorf("warm worker: %w", err), conn.Close())
	}
	return launched, nil
}

func (s Session) begin(conn *net.UnixConn, control, stdout, stderr *os.File) (worker.Launched, error) {
	line, err := json.Marshal(s.message("session"))
	if err != nil {
		return worker.Launched{}, err
	}
	rights, err := rightsOf(control, stdout, stderr)
	if err != nil {
		return worker.Launched{}, err
	}
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return worker.Launched{}, err
	}
	line = append(line, '\n')
	n, _, err := conn.WriteMsgUnix(line, rights, nil)
	if err == nil && n < len(line) {
		_, err = conn.Write(line[n:])
	}
	if err != nil {
		return worker.Launched{}, err
	}
	decoder := json.NewDecoder(conn)
	var reply reply
	if err := decoder.Decode(&reply); err != nil {
		return worker.Launched{}, err
	}
	if reply.Type != "started" || reply.PID <= 1 {
		return worker.Launched{}, errNotOurs
	}
	pid, err := unix.PidfdOpen(reply.PID, unix.PIDFD_NONBLOCK)
	if err != nil {
		return worker.Launched{}, err
	}
	ended := make(chan worker.Exit, 1)
	go watch(os.NewFile(uintptr(pid), "worker"), conn, decoder, ended)
	return worker.Launched{PID: reply.PID, Ended: ended, Parts: true}, conn.SetDeadline(time.Time{})
}

// watch waits for the worker's end, and for what its parent says of it, if that is still there.
func watch(process *os.File, conn *net.UnixConn, decoder *json.Decoder, ended chan<- worker.Exit) {
	defer conn.Close()
	defer process.Close()
	for {
		fds := []unix.PollFd{{Fd: int32(process.Fd()), Events: unix.POLLIN}}
		if n, err := unix.Poll(fds, -1); n > 0 || err != nil && !errors.Is(err, unix.EINTR) {
			break
		}
	}
	exit := worker.Exit{Lost: true}
	var last reply
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if err := decoder.Decode(&last); err == nil && last.Type == "exited" {
		exit = worker.Exit{Code: last.Code, Signal: syscall.Signal(last.Signal), MaxRSS: last.MaxRSS << 10}
	}
	ended <- exit
}

func rightsOf(files ...*os.File) ([]byte, error) {
	fds := make([]int, len(files))
	for i, f := range files {
		raw, err := f.SyscallConn()
		if err == nil {
			err = raw.Control(func(fd uintptr) { fds[i] = int(fd) })
		}
		if err != nil {
			return nil, err
		}
	}
	return syscall.UnixRights(fds...), nil
}

// ask sends the keeper a message without files and returns its answer.
func (p Place) ask(ctx context.Context, message any) (reply, error) {
	conn, err := p.dial(ctx)
	if err != nil {
		return reply{}, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return reply{}, err
	}
	if err := json.NewEncoder(conn).Encode(message); err != nil {
		return reply{}, err
	}
	var r reply
	return r, json.NewDecoder(conn).Decode(&r)
}
