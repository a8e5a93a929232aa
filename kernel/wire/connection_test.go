package wire

import (
	"fmt"
	"strings"
	"testing"
)

const ports = `"shell_port":1,"iopub_port":2,"stdin_port":3,"control_port":4,"hb_port":5`

func TestParseConnection(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ fields, want string }{
		{`"transport":"tcp","ip":"127.0.0.1","key":"k","signature_scheme":"hmac-sha256"`, ""},
		{`"ip":"::1","key":""`, ""},
		{`"ip":"0.0.0.0","key":"k"`, ""},
		{`"ip":"*","key":"k"`, ""},
		{`"ip":"0.0.0.0","key":""`, "there is no key"},
		{`"ip":"*"`, "there is no key"},
		{`"ip":"127.0.0.1","transport":"udp"`, `transport "udp"`},
		{`"transport":"ipc","ip":"/tmp/k"`, ""},
		{`"transport":"ipc"`, "is empty"},
		{`"ip":"127.0.0.1","key":"k","signature_scheme":"hmac-md5"`, "hmac-md5"},
		{`"ip":"127.0.0.1","shell_port":0`, "shell_port is 0"},
		{`"ip":3`, "connection file"},
	} {
		_, err := ParseConnection(fmt.Appendf(nil, "{%s,%s}", ports, test.fields))
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: error %v, want %q", test.fields, err, test.want)
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		c    Connection
		want string
	}{
		{Connection{Transport: "tcp", IP: "127.0.0.1"}, "tcp 127.0.0.1:7"},
		{Connection{Transport: "tcp", IP: "::1"}, "tcp [::1]:7"},
		{Connection{Transport: "tcp", IP: "*"}, "tcp :7"},
		{Connection{Transport: "ipc", IP: "/run/k"}, "unix /run/k-7"},
	} {
		network, address := test.c.address(7)
		if got := network + " " + address; got != test.want {
			t.Errorf("%+v: %s, want %s", test.c, got, test.want)
		}
	}
}
