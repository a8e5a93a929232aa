package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// github executes a workflow of GitHub Actions. It knows what the published one uses, and fails on anything else.
type github struct {
	*repository
	before func(job string) // called before each job
}

// githubEvent is what a workflow is started by.
type githubEvent struct {
	name, commit string
	base         string // the branch that a pull request goes to
}

type githubJob struct {
	name        string
	If          string
	Needs       string
	Environment string
	Steps       []githubStep
}

type githubStep struct {
	Uses string
	With map[string]string
	Run  string
}

// load reads the jobs of the published workflow, each after those it needs.
func (g *github) load() []githubJob {
	g.t.Helper()
	text, err := os.ReadFile("../../docs/deploy/ci/github.yaml")
	if err != nil {
		g.t.Fatal(err)
	}
	var workflow struct{ Jobs yaml.Node }
	if err := yaml.Unmarshal(text, &workflow); err != nil {
		g.t.Fatal(err)
	}
	var jobs []githubJob
	for i := 0; i+1 < len(workflow.Jobs.Content); i += 2 {
		j := githubJob{name: workflow.Jobs.Content[i].Value}
		if err := workflow.Jobs.Content[i+1].Decode(&j); err != nil {
			g.t.Fatal(err)
		}
		jobs = append(jobs, j) // the published ones stand in their order
	}
	return jobs
}

var condition = regexp.MustCompile(`^github\.event_name == '(\w+)'$`)

// play executes the jobs that the event concerns until one fails.
func (g *github) play(event githubEvent) []ended {
	g.t.Helper()
	artifacts := g.t.TempDir()
	done := map[string]bool{}
	var all []ended
	for _, j := range g.load() {
		wanted := condition.FindStringSubmatch(j.If)
		if wanted == nil {
			g.t.Fatalf("the job %s has a condition that is not understood: %q", j.name, j.If)
		}
		if wanted[1] != event.name || j.Needs != "" && !done[j.Needs] {
			continue
		}
		if g.before != nil {
			g.before(j.name)
		}
		e := g.job(j, event, artifacts)
		done[j.name] = e.err == nil
		all = append(all, e)
	}
	return all
}

func (g *github) job(j githubJob, event githubEvent, artifacts string) ended {
	g.t.Helper()
	m := newMachine(g.repository)
	summary := filepath.Join(filepath.Dir(m.dir), "summary.md")
	m.set("GITHUB_ACTIONS", "true", "GITHUB_STEP_SUMMARY", summary, "GITHUB_BASE_REF", event.base, "GITHUB_SHA", event.commit, "GITHUB_EVENT_NAME", event.name)
	e := ended{job: j.name}
	for _, s := range j.Steps {
		if s.Uses != "" {
			g.action(m, s, event, artifacts)
		} else if e.err = m.shell(s.Run); e.err != nil {
			break
		}
	}
	e.log = m.log.String()
	text, _ := os.ReadFile(summary)
	e.summary = string(text)
	return e
}

var variable = regexp.MustCompile(`^\$\{\{ vars\.(\w+) \}\}$`)

// action does what an action of GitHub's does.
func (g *github) action(m *machine, s githubStep, event githubEvent, artifacts string) {
	g.t.Helper()
	vars := map[string]string{"AWS_REGION": "us-east-1", "AWS_ROLE": "arn:aws:iam::123456789012:role/github"}
	for name, value := range s.With {
		if v := variable.FindStringSubmatch(value); v != nil {
			s.With[name] = vars[v[1]]
		}
		if s.With[name] == "" || strings.Contains(s.With[name], "${{") {
			g.t.Fatalf("%s: %s is %q", s.Uses, name, value)
		}
	}
	switch name, _, _ := strings.Cut(s.Uses, "@"); name {
	case "actions/checkout":
		m.clone(g.repository, event.commit, s.With["fetch-depth"] == "0")
	case "actions/setup-python":
	case "aws-actions/configure-aws-credentials":
		if s.With["role-to-assume"] == "" || s.With["aws-region"] == "" {
			g.t.Fatalf("%s lacks the role or the region", s.Uses)
		}
		m.cloud(moto(g.t))
		m.set("AWS_ACCESS_KEY_ID", "ASIAGITHUB", "AWS_SECRET_ACCESS_KEY", "secret", "AWS_SESSION_TOKEN", "token", "AWS_REGION", s.With["aws-region"], "AWS_DEFAULT_REGION", s.With["aws-region"])
	case "actions/upload-artifact":
		keep(g.t, m.dir, filepath.Join(artifacts, s.With["name"]), s.With["path"])
	case "actions/download-artifact":
		names, err := os.ReadDir(filepath.Join(artifacts, s.With["name"]))
		if err != nil {
			g.t.Fatal(err)
		}
		for _, n := range names {
			keep(g.t, filepath.Join(artifacts, s.With["name"]), m.dir, n.Name())
		}
	default:
		g.t.Fatalf("the workflow uses %q, which the test does not know", s.Uses)
	}
}
