package account_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/account"
	"github.com/spindle-flow/spindle/engine/metadata/service"
	"github.com/spindle-flow/spindle/tests/metaservice"
)

// cloud answers as AWS does: Batch in JSON by path, IAM and STS in XML by action. An answer with a status is an error.
type cloud map[string]answer

type answer struct {
	status int
	body   string
}

func (c cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/v1/")
	if r.URL.Path == "/" {
		name = r.FormValue("Action")
	}
	a, ok := c[name]
	if !ok {
		http.Error(w, "no answer for "+name, http.StatusNotImplemented)
		return
	}
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	fmt.Fprint(w, a.body)
}

const (
	queueARN = "arn:aws:batch:us-east-1:123456789012:job-queue/ml"
	roleARN  = "arn:aws:iam::123456789012:role/team/flows"
)

func queueIs(state, status, environments string) answer {
	return answer{body: fmt.Sprintf(`{"jobQueues":[{"jobQueueName":"ml","jobQueueArn":%q,"state":%q,"status":%q,"statusReason":"no instance role","priority":1,
		"computeEnvironmentOrder":[%s]}]}`, queueARN, state, status, environments)}
}

func environment(name, kind, state string) string {
	return fmt.Sprintf(`{"computeEnvironmentName":%q,"computeEnvironmentArn":"arn:%s","state":%q,"status":"VALID","computeResources":{"type":%q,"maxvCpus":8,"subnets":[]}}`, name, name, state, kind)
}

func roleTrusting(service string) answer {
	return answer{body: `<GetRoleResponse><GetRoleResult><Role><RoleName>flows</RoleName><Arn>` + roleARN + `</Arn><Path>/</Path><RoleId>R</RoleId>
		<CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22Service%22%3A%22` + service + `%22%7D</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`}
}

func xmlError(status int, code string) answer {
	return answer{status, "<ErrorResponse><Error><Code>" + code + "</Code><Message>it was refused</Message></Error></ErrorResponse>"}
}

var whoami = answer{body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`}

// inCloud sends what the AWS SDK asks to a server of the test's own.
func inCloud(t *testing.T, c cloud) {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
}

// lines are findings as "what: state: text".
func lines(found []account.Finding) string {
	var all []string
	for _, f := range found {
		if f.State != account.OK && f.State != account.Unknown && f.Remedy == "" {
			all = append(all, "no way out of this one:")
		}
		all = append(all, fmt.Sprintf("%s: %s: %s", f.What, f.State, f.Text))
	}
	return strings.Join(all, "\n")
}

func TestBatch(t *testing.T) {
	good := cloud{
		"GetCallerIdentity":           whoami,
		"describejobqueues":           queueIs("ENABLED", "VALID", `{"order":1,"computeEnvironment":"spot"}`),
		"describecomputeenvironments": {body: `{"computeEnvironments":[` + environment("spot", "SPOT", "ENABLED") + `]}`},
		"GetRole":                     roleTrusting("ecs-tasks.amazonaws.com"),
	}
	const (
		me       = "credentials: ok: arn:aws:iam::123456789012:user/ann in account 123456789012\n"
		noValues = "values: missing: nothing says where in S3 values go, and Batch needs them there\n"
		queue    = "queue: ok: it is enabled, on SPOT\n"
		role     = "job role: ok: it is there, and containers may take it on"
	)
	for name, tt := range map[string]struct {
		change cloud
		cfg    account.Config
		want   string
	}{
		"all is well": {want: me + noValues + queue + role},
		"no such queue": {
			change: cloud{"describejobqueues": {body: `{"jobQueues":[]}`}},
			want:   me + noValues + "queue: wrong: there is no such queue in us-east-1\n" + role,
		},
		"a queue that is switched off": {
			change: cloud{"describejobqueues": queueIs("DISABLED", "INVALID", "")},
			want:   me + noValues + "queue: wrong: it is disabled and invalid: no instance role\n" + role,
		},
		"nothing runs its jobs": {
			change: cloud{"describecomputeenvironments": {body: `{"computeEnvironments":[` + environment("spot", "SPOT", "DISABLED") + `]}`}},
			want:   me + noValues + "queue: wrong: its jobs would never start: spot is disabled and valid\n" + role,
		},
		"Fargate": {
			change: cloud{"describecomputeenvironments": {body: `{"computeEnvironments":[` + environment("f", "FARGATE_SPOT", "ENABLED") + "," + environment("g", "EC2", "DISABLED") + `]}`}},
			want: me + noValues + "queue: ok: it is enabled, on FARGATE_SPOT; but g is disabled and valid\n" + role +
				"\nexecution role: missing: the queue runs jobs on Fargate, which needs a role to start them with",
		},
		"may not ask": {
			change: cloud{
				"GetRole": xmlError(403, "AccessDenied"), "GetCallerIdentity": xmlError(403, "AccessDenied"),
				"describejobqueues": {403, `{"__type":"AccessDeniedException","message":"no"}`},
			},
			want: "credentials: unknown: key AKIATEST; it may not ask who it is\n" + noValues + "queue: unknown: these credentials may not look at queues\n" +
				"job role: unknown: these credentials may not look at roles",
		},
		"Batch is failing": {
			change: cloud{"describejobqueues": {400, `{"__type":"ClientException","message":"no"}`}},
			want:   me + noValues + "queue: wrong: it could not be looked up: no (ClientException)\n" + role,
		},
		"no such role": {
			change: cloud{"GetRole": xmlError(404, "NoSuchEntity")},
			want:   me + noValues + queue + "job role: wrong: there is no such role",
		},
		"a role of something else": {
			change: cloud{"GetRole": roleTrusting("lambda.amazonaws.com")},
			want:   me + noValues + queue + "job role: wrong: containers may not take it on",
		},
		"not a role": {
			cfg:  account.Config{Queue: "ml", JobRole: "flows"},
			want: me + noValues + queue + "job role: wrong: it is not the ARN of a role",
		},
		"no role": {
			cfg:  account.Config{Queue: "ml"},
			want: me + noValues + queue + "job role: missing: jobs have no role to reach their values with",
		},
		"credentials are not taken": {
			change: cloud{"GetCallerIdentity": xmlError(403, "InvalidClientTokenId")},
			want:   "credentials: wrong: AWS does not take them: it was refused (InvalidClientTokenId)\n" + noValues + queue + role,
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := cloud{}
			for _, from := range []cloud{good, tt.change} {
				for key, a := range from {
					c[key] = a
				}
			}
			inCloud(t, c)
			if tt.cfg.Queue == "" {
				tt.cfg = account.Config{Queue: "ml", JobRole: roleARN}
			}
			if got := lines(account.Check(t.Context(), tt.cfg)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestNoNetwork(t *testing.T) {
	inCloud(t, nil)
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	found := account.Check(t.Context(), account.Config{Queue: "ml", JobRole: roleARN})
	for _, f := range found {
		if f.What != "values" && (f.State != account.Wrong || f.Text != "AWS cannot be reached: connection refused" || !strings.Contains(f.Remedy, "check the network")) {
			t.Errorf("%+v", f)
		}
	}
	if len(found) != 4 {
		t.Errorf("%d findings", len(found))
	}
}

// What the metadata service's own check says becomes a finding.
func TestService(t *testing.T) {
	t.Parallel()
	keyed := metaservice.Start(t, metaservice.Options{Key: "k"})
	gone := metaservice.Start(t, metaservice.Options{})
	gone.Stop()
	for name, tt := range map[string]struct {
		url, key string
		want     string
	}{
		"in order":        {keyed.URL, "k", "service: ok: it answers, version 2.5.0"},
		"silent":          {metaservice.Start(t, metaservice.Options{Version: "-"}).URL, "", "service: ok: it answers; it does not say its version"},
		"wrong key":       {keyed.URL, "x", "service: wrong: it refuses the key: status 403"},
		"a later no":      {metaservice.Start(t, metaservice.Options{Key: "k", Open: true}).URL, "x", "service: wrong: it refuses the key: status 403"},
		"something else":  {keyed.URL + "/elsewhere", "k", "service: wrong: what answers is not a metadata service: it has no /ping (status 404)"},
		"nobody is there": {gone.URL, "", "service: wrong: it does not answer: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := service.New(service.Options{URL: tt.url, Key: tt.key, Tries: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			found := account.Check(t.Context(), account.Config{ServiceURL: tt.url, Service: s.Check})
			if got := lines(found); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if wrong := found[0].State == account.Wrong; wrong != (found[0].Remedy != "") {
				t.Errorf("the way out is %q", found[0].Remedy)
			}
		})
	}
}
