package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/conformance"
	"github.com/spindle-flow/spindle/config/deploy/stepfunctions"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/tests/motoserver"
)

const logGroup = "arn:aws:logs:us-east-1:123456789012:log-group:runs:*"

// cloud is the moto of all tests of the package, started by the first one that wants it.
var cloud struct {
	once   sync.Once
	server *motoserver.Server
	dir    string
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if cloud.server != nil {
		cloud.server.Stop()
	}
	if cloud.dir != "" {
		_ = os.RemoveAll(cloud.dir)
	}
	os.Exit(code)
}

// moto starts moto. Its executions do nothing: they run until they are stopped.
func moto(t testing.TB) *motoserver.Server {
	t.Helper()
	cloud.once.Do(func() {
		if cloud.dir, cloud.err = os.MkdirTemp("", "spindle-moto-"); cloud.err != nil {
			return
		}
		if cloud.server, cloud.err = motoserver.Launch(motoserver.Options{Dir: cloud.dir, Queues: []string{"another"}}); cloud.err != nil {
			return
		}
		if cloud.err = cloud.server.Bucket("bucket"); cloud.err == nil {
			cloud.err = configure(cloud.server, `{"stepfunctions":{"execute_state_machine":false}}`)
		}
	})
	if cloud.err != nil {
		if os.IsNotExist(cloud.err) || strings.Contains(cloud.err.Error(), "make moto") {
			t.Skip(cloud.err)
		}
		t.Fatal(cloud.err)
	}
	for _, entry := range cloud.server.Env() {
		name, value, _ := strings.Cut(entry, "=")
		t.Setenv(name, value)
	}
	return cloud.server
}

func configure(s *motoserver.Server, settings string) error {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.URL+"/moto-api/config", strings.NewReader(settings))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// open is a target in a moto that has nothing deployed.
func open(t testing.TB, role string) *stepfunctions.Target {
	t.Helper()
	s := moto(t)
	requests, err := s3client.Open(t.Context(), s3client.Config{Endpoint: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	target, err := stepfunctions.Open(t.Context(), stepfunctions.Connection{Role: role, Store: objects.New(requests, objects.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	found, err := target.States.ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range found.StateMachines {
		if err := target.Remove(t.Context(), aws.ToString(m.Name)); err != nil {
			t.Fatal(err)
		}
	}
	return target
}

// adapt gives a deployment what only Step Functions asks for.
func adapt(d *deploy.Deployment) {
	d.Target, _ = stepfunctions.Options{Role: motoserver.Role, EventsRole: motoserver.Role, LogGroup: logGroup}.Map()
}

// What every target does, against moto: with machines found by their ARN, and with machines looked for.
func TestConformance(t *testing.T) {
	for name, role := range map[string]string{"by ARN": motoserver.Role, "by name": ""} {
		t.Run(name, func(t *testing.T) {
			conformance.Run(t, func(t *testing.T) *conformance.Subject {
				return &conformance.Subject{Target: open(t, role), Adapt: adapt}
			})
		})
	}
}

// Settings and runs that only Step Functions has.
func TestPut(t *testing.T) {
	target := open(t, motoserver.Role)
	d := conformance.Deployment(t, target, "us")
	d.Target, _ = stepfunctions.Options{Role: motoserver.Role, EventsRole: motoserver.Role, Log: true, LogGroup: logGroup}.Map()
	docs, err := target.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := target.Put(t.Context(), d, docs); err != nil {
		t.Fatal(err)
	}
	m, err := target.States.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{
		StateMachineArn: aws.String("arn:aws:states:us-east-1:123456789012:stateMachine:" + d.Name),
	})
	if err != nil {
		t.Fatal(err)
	}
	if m.LoggingConfiguration == nil || m.LoggingConfiguration.Level != "ALL" || len(m.LoggingConfiguration.Destinations) != 1 {
		t.Errorf("logging %+v", m.LoggingConfiguration)
	}
	if text := aws.ToString(m.Definition); strings.Contains(text, "\n") || !strings.HasPrefix(text, `{"StartAt":"run.begin"`) {
		t.Errorf("definition %.200s", text)
	}
	large := map[string]json.RawMessage{"alpha": json.RawMessage(`"` + strings.Repeat("x", stepfunctions.MaxInput) + `"`)}
	if _, err := target.Trigger(t.Context(), d.Name, large); err == nil || !strings.Contains(err.Error(), "a run can be started with") {
		t.Errorf("too large parameters: %v", err)
	}
}

// A machine that neither Spindle nor Metaflow has made is left alone.
func TestStranger(t *testing.T) {
	target := open(t, motoserver.Role)
	d := conformance.Deployment(t, target, "us")
	adapt(d)
	_, err := target.States.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String(d.Name), RoleArn: aws.String(motoserver.Role), Definition: aws.String(`{"StartAt": "a", "States": {"a": {"Type": "Pass", "End": true}}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	docs, err := target.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	var owned *deploy.OwnedError
	if err := target.Put(t.Context(), d, docs); !errors.As(err, &owned) {
		t.Errorf("put: %v", err)
	}
	if _, err := target.Owner(t.Context(), d.Name); !errors.As(err, &owned) {
		t.Errorf("owner: %v", err)
	}
	if live, err := target.Live(t.Context(), d.Name); err != nil || live == nil || live.Is(d.Identity) || live.Owner == "" {
		t.Errorf("live: %+v, %v", live, err)
	}
}
