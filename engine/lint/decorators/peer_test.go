package decorators_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// differs lists the cases of which the peer's check says something else, with the reason.
func differs() map[string]string {
	imported := "it imports what is not there"
	run := "the peer notices when the step runs"
	return map[string]string{
		"right_extension": imported, "right_own_names": imported, "right_not_imported": imported, "right_alias": imported,
		"sp301_misspelt": "an extension may have it", "sp301_misspelt_twice": "an extension may have it", "sp301_attribute": "an extension may have it",
		"sp301_nothing_alike": "an extension may have it", "sp301_other_uses": "an extension may have it", "sp301_star": "an extension may have it",
		"right_spread":      "what it takes from elsewhere is empty",
		"right_computed":    "what it takes from elsewhere is not there",
		"right_mutated":     "its mutator changes nothing",
		"right_bound_oddly": "what it binds are no decorators",
		"sp309_mutated":     "the other decorator changes nothing",
		"sp321_names":       run, "sp321_values": run, "sp322_parameter": run, "sp322_others": run, "sp323_items": run,
	}
}

// TestPeer holds right and wrong of every case to the real metaflow's check, with a remote store and environment so that no decorator
// is refused for want of them.
func TestPeer(t *testing.T) {
	t.Parallel()
	if cases.Updating() {
		t.Skip("-update rewrites the cases at the same time")
	}
	list := cases.All(t)
	var flows []string
	for _, c := range list {
		folder := filepath.Join(t.TempDir(), c.Name)
		c.Unpack(t, folder)
		flows = append(flows, filepath.Join(folder, cases.FlowFile))
	}
	unused := differs()
	for i, v := range peer.Ask(t, flows, "--datastore=s3", "--datastore-root=s3://bucket/root", "--environment=conda", "check") {
		name := list[i].Name
		wrong := lint.HasErrors(judge(t, list[i]))
		agrees := (v.Code != 0) == wrong
		reason, listed := unused[name]
		delete(unused, name)
		switch {
		case agrees && listed:
			t.Errorf("%s: the peer agrees now; it is listed as different: %s", name, reason)
		case !agrees && !listed:
			t.Errorf("%s: we find errors: %t, the peer exits with %d:\n%s", name, wrong, v.Code, lastLines(v.Stderr+v.Stdout))
		}
	}
	for name := range unused {
		t.Errorf("%s is listed as different and is no case", name)
	}
}

func lastLines(text string) string { return text[max(0, len(text)-400):] }

// single lists decorators, one a line: those of the peer's check that ends well, those that it refuses, and those that it takes though
// the flow then fails, when the step runs or when its job is submitted.
const single = `
ok @retry
ok @retry()
no @retry(3)
no @retry(None)
ok @retry(times='3')
no @retry(times='x')
no @retry(times=None)
ok @retry(times=2.5)
ok @retry(times=-1)
ok @retry(times=4)
no @retry(times=5)
no @retry(times='5')
no @retry(times=[1])
no @retry(time=3)
no @retry(tmes=3)
ok @retry(minutes_between_retries='x')
no @timeout
no @timeout(60)
no @timeout(seconds=0)
ok @timeout(seconds=-5)
no @timeout(seconds=-60, minutes=1)
no @timeout(seconds=0.5)
ok @timeout(seconds=1.5)
ok @timeout(seconds='10')
no @timeout(seconds='1m')
no @timeout(minutes=None)
ok @catch
no @catch('e')
later @catch(var=1)
later @catch(var='index')
later @catch(var='input')
ok @catch(var='name')
ok @catch(print_exception='no')
ok @environment
ok @environment(vars={'A': 1, 'B': None})
later @environment(vars={1: 'a'})
later @environment(vars=[('A', '1')])
later @environment(vars='A=1')
later @environment(vars=None)
later @environment(vars={'A=B': '1'})
ok @environment(vars={'A B': '1'})
no @environment({'A': '1'})
no @environment(A='1')
ok @resources(memory='16G', cpu=-1)
no @parallel(n=1)
ok @card(type='nope', id='a b', options=None, rank='top')
later @card(type=None)
later @card(id=3)
later @card(timeout='x')
ok @secrets(sources=[])
later @secrets(sources='x')
later @secrets(sources=None)
later @secrets(sources=[1])
later @secrets(sources=[{'type': 'inline'}])
later @secrets(sources={'type': 'inline', 'id': 'a'})
no @project(name='x')
no @schedule
ok @batch
ok @batch(cpu=0.5, gpu=1.0, memory=None, use_tmpfs='x', tmpfs_path='')
later @batch(cpu=0)
later @batch(cpu='x')
later @batch(memory='16G')
later @batch(gpu='x')
later @batch(shared_memory=0)
later @batch(swappiness=100)
later @batch(max_swap=-1)
later @batch(inferentia='x')
later @batch(tmpfs_size='x')
no @batch(tmpfs_path=3)
no @batch(tmpfs_path='a')
no @batch(image=3)
no @batch(aws_batch_tags=['a'])
no @batch(trainium=1, inferentia=1)
ok @batch(trainium=None, inferentia=1)
ok @kubernetes
ok @kubernetes(cpu=0.5, memory='4096', gpu='1', shared_memory=0, tmpfs_size=0, qos='Guaranteed', gpu_vendor='AMD')
no @kubernetes(cpu=0)
no @kubernetes(cpu='x')
no @kubernetes(cpu=None)
no @kubernetes(memory='16G')
no @kubernetes(disk=-1)
no @kubernetes(gpu=0.5)
no @kubernetes(gpu=1.0)
no @kubernetes(gpu='x')
ok @kubernetes(gpu=-1)
no @kubernetes(shared_memory='x')
no @kubernetes(shared_memory=-1)
no @kubernetes(tmpfs_size='x')
no @kubernetes(tmpfs_size=-1)
no @kubernetes(qos='x')
no @kubernetes(qos='BestEffort')
no @kubernetes(qos=3)
no @kubernetes(gpu_vendor='intel')
no @kubernetes(labels=['a'])
no @kubernetes(annotations=['a'])
ok @kubernetes(node_selector='a=b', secrets='a', port='x', image_pull_policy='Sometimes')
ok @conda(python=3.10, packages={'a': 1})
no @conda(packages=['a'])
no @conda(packages=None)
no @conda(libraries=['a'])
ok @pypi(packages=['a'])
no class @retry
ok class @schedule
ok class @schedule(daily=False)
ok class @schedule(hourly=True, weekly=True)
ok class @schedule(cron='x', timezone='Nowhere')
ok class @schedule(cron=5)
no class @schedule('0 0 * * ? *')
no class @schedule(daly=True)
no class @project
no class @project(name='')
no class @project(name=None)
no class @project(name=3)
no class @project(name='a-b')
no class @project(name='x', branch='A')
ok class @project(name='x', branch='', production='no')
no class @project(name='x', branch=3)
no class @trigger
no class @trigger(event='')
no class @trigger(events=[])
ok class @trigger(event='a', options=None)
no class @trigger(event='a', events=['b'])
no class @trigger(events='a')
no class @trigger(events=('a',))
no class @trigger(events=['a', 'a'])
no class @trigger(events=['a', {'name': 'a'}])
no class @trigger(events=[3])
no class @trigger(event={'parameters': {}})
no class @trigger(event=3)
no class @trigger(event=['a'])
no class @trigger(event={})
ok class @trigger(event={'name': 'a', 'parameters': ['p', ('q', 'r')]})
no class @trigger(event={'name': 'a', 'parameters': [['q', 'r']]})
no class @trigger(event={'name': 'a', 'parameters': {'q': 1}})
ok class @trigger(event={'name': 'a', 'params': {}})
ok class @trigger(event=lambda ctx: 'a')
no class @trigger_on_finish
no class @trigger_on_finish(flows='A')
no class @trigger_on_finish(flow='a.b')
ok class @trigger_on_finish(flow='a.b.C')
no class @trigger_on_finish(flow='A-B')
no class @trigger_on_finish(flow={'project': 'A'})
no class @trigger_on_finish(flow={'name': 'a.B'})
no class @trigger_on_finish(flow={'name': 3})
no class @trigger_on_finish(flow={'name': 'A', 'project': 3})
ok class @trigger_on_finish(flow={'name': 'A', 'branch': 'x'})
no class @trigger_on_finish(flows=[3])
ok class @trigger_on_finish(flows=['A', 'A'])
no class @exit_hook
no class @exit_hook(on_success=[])
no class @exit_hook(on_success=print)
ok class @exit_hook(on_success='f')
ok class @exit_hook(on_success=(print,))
no class @exit_hook(on_success=None, on_error=[print])
no class @exit_hook(on_failure=[print])
no class @airflow_external_task_sensor
no class @airflow_external_task_sensor(external_dag_id='a', allowed_states=['x'])
no class @airflow_external_task_sensor(external_dag_id='a', allowed_states='x')
ok class @airflow_external_task_sensor(external_dag_id='a', mode='x')
no class @airflow_s3_key_sensor
ok class @airflow_s3_key_sensor(bucket_key='a')
no class @conda_base(packages=['a'])
no class @pypi_base(packages='a')
`

// unseen are lines of single that the peer refuses and this package does not, with the reason.
func unseen() map[string]string {
	return map[string]string{"class @exit_hook(on_success=print)": "that print is a function takes knowing what is built in"}
}

// TestSingle asks the peer about one decorator at a time.
func TestSingle(t *testing.T) {
	t.Parallel()
	var names, flows []string
	var wants, ours []bool
	for line := range strings.Lines(strings.TrimSpace(single)) {
		verdict, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		onClass, onStep := "", text
		if rest, ok := strings.CutPrefix(text, "class "); ok {
			onClass, onStep = rest, ""
		}
		source := "from metaflow import *\n" + onClass + "\nclass F(FlowSpec):\n    " + onStep +
			"\n    @step\n    def start(self):\n        self.next(self.end)\n\n    @step\n    def end(self):\n        pass\n\nif __name__ == '__main__':\n    F()\n"
		c := cases.Parse(text, "-- flow.py --\n"+source)
		folder := t.TempDir()
		c.Unpack(t, folder)
		names, flows = append(names, text), append(flows, filepath.Join(folder, cases.FlowFile))
		wants, ours = append(wants, verdict == "no"), append(ours, lint.HasErrors(judge(t, c)))
		if reason := unseen()[text]; ours[len(ours)-1] != (verdict != "ok") && reason == "" {
			t.Errorf("%s: we find errors: %t", text, ours[len(ours)-1])
		}
	}
	for i, v := range peer.Ask(t, flows, "--datastore=s3", "--datastore-root=s3://bucket/root", "--environment=conda", "check") {
		if (v.Code != 0) != wants[i] {
			t.Errorf("%s: the peer exits with %d:\n%s", names[i], v.Code, lastLines(v.Stderr+v.Stdout))
		}
	}
}
