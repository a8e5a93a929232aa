package wire

import (
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Connection is what a connection file says: where to listen and with which key messages are signed.
type Connection struct {
	Transport string `json:"transport"`
	IP        string `json:"ip"`
	Key       string `json:"key"`
	Scheme    string `json:"signature_scheme"`
	Shell     int    `json:"shell_port"`
	IOPub     int    `json:"iopub_port"`
	Stdin     int    `json:"stdin_port"`
	Control   int    `json:"control_port"`
	Heartbeat int    `json:"hb_port"`
}

// ParseConnection reads a connection file and refuses what can't be served.
func ParseConnection(data []byte) (Connection, error) {
	c := Connection{Transport: "tcp", Scheme: schemeSHA256}
	if err := json.Unmarshal(data, &c); err != nil {
		return Connection{}, fmt.Errorf("connection file: %w", err)
	}
	if c.Scheme != schemeSHA256 && c.Key != "" {
		return Connection{}, fmt.Errorf("connection file: signature scheme %q is not known, only %q", c.Scheme, schemeSHA256)
	}
	for name, port := range map[string]int{
		"shell_port": c.Shell, "iopub_port": c.IOPub, "stdin_port": c.Stdin, "control_port": c.Control, "hb_port": c.Heartbeat,
	} {
		if port < 1 || port > 65535 {
			return Connection{}, fmt.Errorf("connection file: %s is %d, a number from 1 to 65535 is needed", name, port)
		}
	}
	return c, c.checkPlace()
}

const schemeSHA256 = "hmac-sha256"

// checkPlace refuses to serve others than this machine without a key: whoever reaches the kernel could run code.
func (c Connection) checkPlace() error {
	switch c.Transport {
	case "ipc":
		if c.IP == "" {
			return fmt.Errorf("connection file: the transport is ipc, but ip, the path of its sockets, is empty")
		}
		return nil
	case "tcp":
	default:
		return fmt.Errorf("connection file: transport %q is not known, only tcp and ipc", c.Transport)
	}
	if c.Key == "" && !isLoopback(c.IP) {
		return fmt.Errorf("connection file: ip %q is not of this machine, and there is no key: anybody could run code here", c.IP)
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// address is what to listen on for one of the ports.
func (c Connection) address(port int) (network, address string) {
	if c.Transport == "ipc" {
		return "unix", c.IP + "-" + strconv.Itoa(port)
	}
	host := c.IP
	if host == "*" || host == "" {
		host = strings.TrimSuffix(host, "*") // every interface; a key is there, see checkPlace
	}
	return "tcp", net.JoinHostPort(host, strconv.Itoa(port))
}
