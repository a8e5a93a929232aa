package account

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// service asks the metadata service who it is, then for its flows: the first is answered without a key.
func (c Config) service(ctx context.Context) Finding {
	f := Finding{What: "service", Setting: ServiceVariable, Value: c.ServiceURL}
	ping, err := c.ask(ctx, "/ping")
	if err != nil {
		f.State, f.Text, f.Remedy = Wrong, "it does not answer: "+reason(ctx, err), "check the address, and whether a VPN is needed"
		return f
	}
	version := ping.Header.Get("METADATA_SERVICE_VERSION")
	if ping.StatusCode >= 300 || version == "" {
		f.State, f.Text = Wrong, fmt.Sprintf("what answers (%s) is not a metadata service", ping.Status)
		f.Remedy = "check the address: it ends where /ping and /flows are"
		return f
	}
	flows, err := c.ask(ctx, "/flows")
	switch {
	case err != nil:
		f.State, f.Text, f.Remedy = Wrong, "it does not list its flows: "+reason(ctx, err), "ask whoever runs it"
	case flows.StatusCode == http.StatusUnauthorized || flows.StatusCode == http.StatusForbidden:
		f.State, f.Text = Wrong, "it does not accept the key ("+flows.Status+")"
		f.Remedy = "set METAFLOW_SERVICE_AUTH_KEY or METAFLOW_SERVICE_HEADERS"
	case flows.StatusCode >= 300:
		f.State, f.Text, f.Remedy = Wrong, "it does not list its flows: "+flows.Status, "ask whoever runs it"
	default:
		f.State, f.Text = OK, "it answers, version "+version
	}
	return f
}

func (c Config) ask(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(c.ServiceURL, "/")+path, nil)
	if err != nil {
		return nil, err
	}
	for name, values := range c.ServiceHeaders {
		req.Header[name] = values
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20))
	return answer, answer.Body.Close()
}
