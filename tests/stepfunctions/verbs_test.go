package stepfunctions

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var runID = regexp.MustCompile(`sfn-[0-9a-f-]{36}`)

// one is what one tool has deployed, and the other works with.
func TestOneDeploysTheOtherWorks(t *testing.T) {
	for _, pair := range [][2]tool{{spindle, metaflow}, {metaflow, spindle}} {
		deployer, other := pair[0], pair[1]
		name := deployer.name + "-" + other.name
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			named := "--name " + name + " "
			p.must(deployer, "try.py", named+"create")
			token := strings.ToLower(name) + "-0-"
			if kept, err := os.ReadFile(filepath.Join(p.dir, "ann", name)); err != nil || !strings.Contains(string(kept), token) {
				t.Errorf("the token that is kept: %v %s", err, kept)
			}
			run := runID.FindString(p.must(other, "try.py", named+"trigger --alpha 0.25"))
			if run == "" {
				t.Fatal("no run was started")
			}
			for _, with := range []tool{deployer, other} {
				if out := p.must(with, "try.py", named+"list-runs"); !strings.Contains(out, run) || !strings.Contains(out, "startedAt:'") {
					t.Errorf("%s does not list the run %s:\n%s", with.name, run, out)
				}
			}
			bob := p.as("bob")
			for _, with := range []tool{deployer, other} {
				for _, line := range []string{"create --authorize " + name + "-0-nope", "delete", "terminate " + run} {
					bob.refused(with, "try.py", named+line, "Incorrect production token")
				}
			}
			whole := p.tokenOf(name)
			second := runID.FindString(p.must(other, "try.py", named+"trigger"))
			p.must(other, "try.py", named+"terminate "+run)
			bob.must(other, "try.py", named+"terminate --authorize "+whole+" "+second)
			if out := p.must(deployer, "try.py", named+"list-runs --aborted"); !strings.Contains(out, run) || !strings.Contains(out, second) {
				t.Errorf("runs %s and %s are not ended:\n%s", run, second, out)
			}
			if out := p.must(spindle, "try.py", named+"list-runs --running"); strings.Contains(out, "sfn-") {
				t.Errorf("a run goes on:\n%s", out)
			}
			bob.must(other, "try.py", named+"create --authorize production:"+whole)
			if out := p.must(deployer, "try.py", named+"create"); !strings.Contains(out, whole) {
				t.Errorf("ann's token is no longer %s:\n%s", whole, out)
			}
			p.must(other, "try.py", named+"delete")
			p.refused(deployer, "try.py", named+"list-runs", "on AWS Step Functions")
		})
	}
}

func (p *place) tokenOf(prefix string) string {
	p.t.Helper()
	data, err := os.ReadFile(filepath.Join(p.dir, "ann", prefix))
	if err != nil {
		p.t.Fatal(err)
	}
	var kept struct {
		Token string `json:"production_token"`
	}
	if err := json.Unmarshal(data, &kept); err != nil {
		p.t.Fatal(err)
	}
	return kept.Token
}

// Options that change what is deployed, and what is refused.
func TestCreate(t *testing.T) {
	p := newPlace(t, "METAFLOW_SFN_EXECUTION_LOG_GROUP_ARN=arn:aws:logs:us-east-1:123456789012:log-group:runs:*")
	machine := func(line string) string {
		t.Helper()
		out, err := p.stdout(binary, append([]string{"step-functions", "create", "try.py", "--name", "created", "--only-json"}, strings.Fields(line)...)...)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid([]byte(out)) {
			t.Fatalf("create --only-json %s prints\n%s", line, out)
		}
		return out
	}
	for line, want := range map[string]string{
		"":                        `"MaxConcurrency": 100`,
		"--max-workers 7":         `"MaxConcurrency": 7`,
		"--workflow-timeout 600":  `"TimeoutSeconds": 600`,
		"--new-token mine-1":      `"metaflow.production_token": "mine-1"`,
		"--aws-batch-tag team=ml": `"team": "ml"`,
		"--use-distributed-map":   `"Mode": "DISTRIBUTED"`,
		"--with retry:times=4":    `"MaxAttempts": 4`,
	} {
		if out := machine(line); !strings.Contains(out, want) {
			t.Errorf("create --only-json %s: there is no %s in\n%s", line, want, out)
		}
	}
	if out := machine("--use-distributed-map"); strings.Contains(out, "INLINE") {
		t.Errorf("an inline map:\n%s", out)
	}
	if first := machine(""); first != machine("") {
		t.Error("the same flow makes two machines")
	}
	p.refused(spindle, "try.py", "--name created list-runs", "there is no state machine") // nothing was deployed by all of that
	if _, err := os.Stat(filepath.Join(p.dir, "ann", "created")); err == nil {
		t.Error("--only-json keeps a token")
	}

	p.must(spindle, "try.py", "--name created create --tag one --tag two --namespace team:x --log-execution-history")
	if level := p.aws(`sfn.describe_state_machine(stateMachineArn=arn + "created")["loggingConfiguration"]["level"]`); level != "ALL" {
		t.Errorf("the level of logging is %q", level)
	}
	document := p.aws(`read(json.loads(sfn.describe_state_machine(stateMachineArn=arn + "created")["definition"])["States"]["run.begin"]["Parameters"]["Data"]["Deployment"])`)
	for _, want := range []string{`"tags":["one","two"]`, `"namespace":"team:x"`, `"token":"created-0-`, `"runtime":"step-functions"`} {
		if !strings.Contains(document, want) {
			t.Errorf("there is no %s in the helpers' document\n%s", want, document)
		}
	}
	before := p.tokenOf("created")
	p.must(spindle, "try.py", "--name created create --generate-new-token")
	after := p.tokenOf("created")
	p.must(metaflow, "try.py", "--name created create --generate-new-token")
	if last := p.tokenOf("created"); !strings.HasPrefix(before, "created-0-") || !strings.HasPrefix(after, "created-1-") || !strings.HasPrefix(last, "created-2-") {
		t.Errorf("tokens %s, %s, %s", before, after, last)
	}
	p.must(spindle, "try.py", "--name created create --new-token production:mine")
	p.refused(spindle, "try.py", "--name created create --generate-new-token", "no token comes after")

	for line, why := range map[string]string{
		"create --name a+b":             `the name "a+b" has characters`,
		"create --aws-batch-tag x":      "is not KEY=VALUE",
		"create --max-workers 0":        "less than 1",
		"create --unknown x":            "unknown option --unknown",
		"trigger --alpha x":             "alpha",
		"terminate 17":                  "those begin with sfn-",
		"terminate --name created sfn-": "has no run sfn- that goes on",
		"create --datastore local":      "requires --datastore=s3",
	} {
		p.refused(spindle, "try.py", line, why)
	}
	none := newPlace(t, "METAFLOW_SFN_IAM_ROLE=")
	none.refused(spindle, "try.py", "create --only-json", "there is no role for state machines")
}

// A project's branches have machines of their own, and a schedule its rule, as long as there is one.
func TestProjectAndSchedule(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct{ option, machine string }{
		{"", "demand.user.ann.TimedFlow"}, {"--production", "demand.prod.TimedFlow"}, {"--branch b1", "demand.test.b1.TimedFlow"},
	} {
		args := append([]string{"step-functions", "create", "timed.py"}, strings.Fields(c.option)...)
		if out, err := p.output(binary, args...); err != nil || !strings.Contains(out, "cron(0 * * * ? *) in UTC") {
			t.Fatalf("%v\n%s", err, out)
		}
		if rule := p.aws(`events.describe_rule(Name="` + c.machine + `")["ScheduleExpression"]`); rule != "cron(0 * * * ? *)" {
			t.Errorf("the rule of %s is %s", c.machine, rule)
		}
		if target := p.aws(`events.list_targets_by_rule(Rule="` + c.machine + `")["Targets"][0]["Arn"]`); !strings.HasSuffix(target, ":stateMachine:"+c.machine) {
			t.Errorf("the rule of %s starts %s", c.machine, target)
		}
		theirs := append([]string{"timed.py", "--no-pylint"}, append(strings.Fields(c.option), "step-functions", "list-runs")...)
		if out, err := p.output(p.python, theirs...); err != nil || !strings.Contains(out, "No executions for "+c.machine) {
			t.Errorf("the real metaflow: %v\n%s", err, out)
		}
	}
	p.refused(spindle, "timed.py", "create --name other", "--name is not for flows of a @project")
	text, err := os.ReadFile(filepath.Join(p.dir, "timed.py"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "timed.py"), []byte(strings.Replace(string(text), "@schedule(hourly=True)\n", "", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	p.must(spindle, "timed.py", "create")
	if rules := p.aws(`[r["Name"] for r in events.list_rules()["Rules"] if r["Name"].startswith("demand.user")]`); rules != "[]" {
		t.Errorf("the schedule is gone, and there are rules %s", rules)
	}
	if out := p.must(metaflow, "timed.py", "delete"); !strings.Contains(out, "demand.user.ann.TimedFlow") {
		t.Errorf("the real metaflow deletes\n%s", out)
	}
}

// `python flow.py step-functions …` is the same.
func TestMetaflowsOrder(t *testing.T) {
	p := newPlace(t)
	out, err := p.output(binary, "exec-flow", "--python", p.python, "--", "try.py", "--datastore", "s3", "step-functions", "--name", "ordered", "create", "--max-workers", "3")
	if err != nil || !strings.Contains(out, "ordered") {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err = p.output(binary, "step-functions", "try.py", "trigger", "--name", "ordered", "--name-of", "y", "--run-id-file", "id")
	id, _ := os.ReadFile(filepath.Join(p.dir, "id"))
	if err != nil || !runID.Match(id) || !strings.Contains(out, string(id)) {
		t.Fatalf("%v, id %q\n%s", err, id, out)
	}
	given := p.aws(`sfn.describe_execution(executionArn=arn.replace("stateMachine", "execution") + "ordered:` + strings.TrimPrefix(string(id), "sfn-") + `")["input"]`)
	if given != `{"Parameters":"{\"name-of\":\"y\"}"}` {
		t.Errorf("the input is %s", given)
	}
}
