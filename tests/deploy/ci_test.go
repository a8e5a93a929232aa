package deploy

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/spindle-flow/spindle/tests/motoserver"
)

// service is a CI service with a project in it.
type service interface {
	// proposed and merged play what happens when a branch is proposed for main, and when main has a new commit. press says whether somebody agrees to prod;
	// before is called before each job.
	proposed(commit string) []ended
	merged(commit string, agree bool, before func(job string)) []ended
}

func (g *github) proposed(commit string) []ended {
	return g.play(githubEvent{name: "pull_request", commit: commit, base: "main"})
}

func (g *github) merged(commit string, agree bool, before func(job string)) []ended {
	g.before = before
	all := g.play(githubEvent{name: "push", commit: commit})
	_ = agree // its approvals are settings of the repository
	return all
}

func (g *gitlab) proposed(commit string) []ended {
	return g.play(commit, map[string]string{"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"})
}

func (g *gitlab) merged(commit string, agree bool, before func(job string)) []ended {
	g.before, g.press = before, func(string) bool { return agree }
	return g.play(commit, map[string]string{"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"})
}

// A project's way from nothing to prod, a change of it, a fault in it, and a plan that came too late, by the workflows as published.
func TestWorkflows(t *testing.T) {
	for name, open := range map[string]func(*repository) service{
		"github": func(r *repository) service { return &github{repository: r} },
		"gitlab": func(r *repository) service { return &gitlab{repository: r} },
	} {
		t.Run(name, func(t *testing.T) {
			server := moto(t)
			if err := server.Bucket(name+"-staging", name+"-prod"); err != nil {
				t.Fatal(err)
			}
			r := newRepository(t, name)
			first := r.push("main", "first")
			w := open(r)
			all(t, w.merged(first, true, nil), "staging", "prod")
			if machines := names(t, server, name); len(machines) != 7+8 {
				t.Fatalf("%d machines: %v", len(machines), machines)
			}

			r.write("configs/slates/western.yaml", "genres: [Western]\n")
			r.change("configs/metrics/votes.json", `"votes"`, `"rating"`)
			r.git("rm", "-q", "configs/slates/love.yaml")
			proposal := r.push("western", "a slate more, one less")
			plan := all(t, w.proposed(proposal), "plan")
			for _, want := range []string{"slate-western", "slate-love", "votes-quick", "cfg.metric"} {
				if !strings.Contains(plan, want) {
					t.Errorf("the summary does not have %q:\n%s", want, plan)
				}
			}
			if strings.Contains(plan, "gross-quick") {
				t.Errorf("the summary names what stays:\n%s", plan)
			}

			merged := r.push("main", "merge western")
			all(t, w.merged(merged, true, nil), "staging", "prod")
			machines := names(t, server, name)
			if has(machines, "slate-love") || !has(machines, "slate-western") {
				t.Errorf("machines after the change: %v", machines)
			}

			r.change("configs/slates/western.yaml", "[Western]", "[Western, Action]")
			late := r.push("main", "more of it")
			p := &person{t: t, dir: r.dir, env: append(r.env, server.Env()...)}
			jobs := w.merged(late, true, func(job string) {
				if job != "prod" {
					return
				}
				if out, code := p.spindle("deploy", "destroy", "--env", "prod", "--variant", "season", "--yes"); code != 0 {
					t.Fatalf("destroy: exit code %d\n%s", code, out)
				}
			})
			last := jobs[len(jobs)-1]
			if last.job != "prod" || last.err == nil || !strings.Contains(last.log, "season") || strings.Contains(last.log, "changed ") {
				t.Errorf("the job %s did a plan that came too late: %v\n%s", last.job, last.err, last.log)
			}
		})
	}
}

// all wants that the jobs named, and all others that ran, have succeeded, and returns their summaries.
func all(t *testing.T, jobs []ended, want ...string) string {
	t.Helper()
	text := ""
	for _, j := range jobs {
		if j.err != nil {
			t.Fatalf("the job %s: %v\n%s", j.job, j.err, j.log)
		}
		want = slices.DeleteFunc(want, func(name string) bool { return name == j.job })
		text += j.summary
	}
	if len(want) > 0 {
		t.Fatalf("the jobs %v did not run", want)
	}
	return text
}

// names are the names of the state machines of a project.
func names(t *testing.T, server *motoserver.Server, project string) (list []string) {
	t.Helper()
	client := machines(server)
	pages := sfn.NewListStateMachinesPaginator(client, &sfn.ListStateMachinesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.StateMachines {
			if strings.Contains(*m.Name, project) {
				list = append(list, *m.Name)
			}
		}
	}
	return list
}

func machines(server *motoserver.Server) *sfn.Client {
	return sfn.New(sfn.Options{BaseEndpoint: aws.String(server.URL), Region: motoserver.Region, Credentials: credentials.NewStaticCredentialsProvider("tests", "tests", "")})
}

func has(names []string, part string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, part) })
}
