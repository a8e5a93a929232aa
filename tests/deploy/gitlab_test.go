package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// gitlab executes a pipeline of GitLab's. It knows what the published one uses, and fails on anything else.
type gitlab struct {
	*repository
	press  func(job string) bool // whether somebody presses the button of a manual job
	before func(job string)
}

type gitlabJob struct {
	name         string
	Extends      string
	Stage        string
	Environment  string
	BeforeScript []string `yaml:"before_script"`
	Script       []string
	Rules        []struct{ If, When string }
	Artifacts    struct{ Paths []string }
	Tokens       map[string]struct{ Aud string } `yaml:"id_tokens"`
}

// load reads the jobs of the published pipeline in the order of their stages, with what they extend.
func (g *gitlab) load() (jobs []gitlabJob, variables map[string]string) {
	g.t.Helper()
	text, err := os.ReadFile("../../docs/deploy/ci/gitlab.yaml")
	if err != nil {
		g.t.Fatal(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		g.t.Fatal(err)
	}
	var stages []string
	var common gitlabJob
	hidden := map[string]gitlabJob{}
	top := document.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		into, j := any(nil), gitlabJob{name: top[i].Value}
		switch top[i].Value {
		case "stages":
			into = &stages
		case "variables":
			into = &variables
		case "default":
			into = &common
		default:
			into = &j
		}
		if err := top[i+1].Decode(into); err != nil {
			g.t.Fatal(err)
		}
		switch {
		case into != any(&j):
		case j.name[0] == '.':
			hidden[j.name] = j
		default:
			jobs = append(jobs, j)
		}
	}
	for i := range jobs {
		base, known := hidden[jobs[i].Extends]
		if jobs[i].Extends != "" && !known {
			g.t.Fatalf("the job %s extends %q, which is not there", jobs[i].name, jobs[i].Extends)
		}
		if jobs[i].BeforeScript = base.BeforeScript; len(base.BeforeScript) == 0 {
			jobs[i].BeforeScript = common.BeforeScript
		}
		jobs[i].Tokens = base.Tokens
	}
	slices.SortStableFunc(jobs, func(a, b gitlabJob) int { return slices.Index(stages, a.Stage) - slices.Index(stages, b.Stage) })
	return jobs, variables
}

var comparison = regexp.MustCompile(`^\$(\w+) == "([^"]*)"$`)

// play executes the jobs of a pipeline until one fails.
func (g *gitlab) play(commit string, about map[string]string) []ended {
	g.t.Helper()
	jobs, variables := g.load()
	artifacts := g.t.TempDir()
	var all []ended
	for _, j := range jobs {
		if !g.wanted(j, about) {
			continue
		}
		if g.before != nil {
			g.before(j.name)
		}
		e := g.job(j, commit, artifacts, variables, about)
		if all = append(all, e); e.err != nil {
			break
		}
	}
	return all
}

func (g *gitlab) wanted(j gitlabJob, about map[string]string) bool {
	for _, rule := range j.Rules {
		c := comparison.FindStringSubmatch(rule.If)
		if c == nil {
			g.t.Fatalf("the job %s has a rule that is not understood: %q", j.name, rule.If)
		}
		if about[c[1]] == c[2] {
			return rule.When != "manual" || g.press != nil && g.press(j.name)
		}
	}
	return false
}

func (g *gitlab) job(j gitlabJob, commit, artifacts string, variables, about map[string]string) ended {
	g.t.Helper()
	m := newMachine(g.repository)
	m.clone(g.repository, commit, variables["GIT_DEPTH"] == "0")
	m.set("GITLAB_CI", "true", "CI_PIPELINE_ID", "7", "CI_COMMIT_SHA", commit)
	for _, values := range []map[string]string{variables, about} {
		for name, value := range values {
			m.set(name, value)
		}
	}
	for name := range j.Tokens {
		m.cloud(moto(g.t))
		m.set(name, "a token of the job", "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/gitlab", "AWS_REGION", "us-east-1", "AWS_DEFAULT_REGION", "us-east-1")
	}
	files, err := os.ReadDir(artifacts)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, f := range files {
		keep(g.t, artifacts, m.dir, f.Name())
	}
	script := ""
	for _, line := range append(j.BeforeScript, j.Script...) {
		script += line + "\n"
	}
	e := ended{job: j.name, err: m.shell(script), log: m.log.String()}
	keep(g.t, m.dir, artifacts, j.Artifacts.Paths...)
	for _, path := range j.Artifacts.Paths {
		if filepath.Ext(path) == ".md" {
			text, _ := os.ReadFile(filepath.Join(m.dir, path))
			e.summary += string(text)
		}
	}
	return e
}
