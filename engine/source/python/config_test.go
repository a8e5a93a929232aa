package python_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
)

// usesOf lists the uses of a flow's configs, each in one line.
func usesOf(f *graph.Flow) []string {
	var out []string
	for _, u := range f.Configs.Uses {
		line := u.Attr
		for _, k := range u.Path {
			switch {
			case k.Optional:
				line += "?" + k.Name
			case k.Item:
				line += "[" + k.Name + "]"
			default:
				line += "." + k.Name
			}
			line += fmt.Sprintf("@%d", k.Range.Start.Column)
		}
		line += fmt.Sprintf(" %d:%d-%d:%d", u.Range.Start.Line, u.Range.Start.Column, u.Range.End.Line, u.Range.End.Column)
		if u.When != graph.AtTask {
			line += " " + string(u.When)
		}
		if u.Called {
			line += " called"
		}
		if u.Guarded {
			line += " guarded"
		}
		for _, word := range []string{string(u.Write), string(u.Early)} {
			if word != "" {
				line += " " + word
			}
		}
		if s := u.Slot; s != nil {
			line += fmt.Sprintf(" for %s%s(%s=)", s.Decorator, s.Parameter, s.Arg)
			if !s.Whole {
				line += " part"
			}
		}
		out = append(out, line)
	}
	return out
}

func flowWith(body, step string) string {
	return "from metaflow import Config, FlowSpec, IncludeFile, Parameter, config_expr, environment, retry, step\nfrom other import deco\n" +
		"class F(FlowSpec):\n" + indent(body, "    ") + "\n    @step\n    def start(self):\n" + indent(step, "        ") +
		"\n        self.next(self.end)\n    @step\n    def end(self):\n        pass\n"
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(text, "\n", "\n"+by)
}

const declaresCfg = `cfg = Config("cfg", default="c.json")` + "\n"

func TestConfigUsesInSteps(t *testing.T) {
	t.Parallel()
	for source, want := range map[string][]string{
		`print(self.cfg.a.b, self . cfg["x"]['y'], self.cfg.items[0].z)`: {
			"cfg.a@24.b@26 7:15-7:27", "cfg[x]@40[y]@45 7:29-7:49", "cfg.items@60[0]@66.z@69 7:51-7:70"},
		`self.cfg.a.lower()`:                   {"cfg.a@18.lower@20 7:9-7:25 called"},
		`self.cfg.get("a", 1) + self.cfg[k].b`: {"cfg?a@22 7:9-7:29", "cfg 7:32-7:40"},
		"c = self.cfg.model\nprint(c.lr, c[\"n\"])\nd = c.deep\nd.er": {
			"cfg.model@22 7:13-7:27", "cfg.model@22.lr@17 8:15-8:19", "cfg.model@22[n]@23 8:21-8:27", "cfg.model@22.deep@15 9:13-9:19", "cfg.model@22.deep@15.er@11 10:9-10:13"},
		"c = self.cfg\nc = 1\nc.lr":            {"cfg 7:13-7:21"},
		"for c in x: pass\nc = self.cfg\nc.lr": {"cfg 8:13-8:21"},
		"if \"a\" in self.cfg:\n    self.cfg.a\nself.cfg.b": {
			"cfg 7:19-7:27", "cfg.a@22 8:13-8:23 guarded", "cfg.b@18 9:9-9:19"},
		"try:\n    self.cfg.a\nexcept Exception: pass": {"cfg.a@22 8:13-8:23 guarded"},
		"x = self.cfg.a if self.cfg.mode else self.cfg.b": {
			"cfg.a@22 7:13-7:23 guarded", "cfg.mode@36 7:27-7:40", "cfg.b@55 7:46-7:56 guarded"},
		"self.cfg.a = 1\ndel self.cfg[\"b\"]\nself.cfg.c += 1\nself.cfg.update(x=1)\nself.x, self.cfg.d = 1, 2": {
			"cfg.a@18 7:9-7:19 assigned", "cfg[b]@22 8:13-8:26 deleted", "cfg.c@18 9:9-9:19 assigned",
			"cfg.update@18 10:9-10:24 called updated", "cfg.d@26 11:17-11:27 assigned"},
		"other.cfg.a\nself.cfgx.a\nself.x.cfg.a\n# self.cfg.a\n\"self.cfg.a\"": nil,
		"def inner():\n    return self.cfg.a":                                  {"cfg.a@29 8:20-8:30"},
	} {
		got := usesOf(one(flowWith(declaresCfg[:len(declaresCfg)-1], source)).flow(t))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n(-want +got):\n%s", source, diff)
		}
	}
}

func TestConfigUsesInTheClassBody(t *testing.T) {
	t.Parallel()
	for source, want := range map[string][]string{
		`p = Parameter("p", type=int, default=cfg.a.b)`: {"cfg.a@46.b@48 5:42-5:49 start for p(default=)"},
		`p = Parameter("p", cfg["a"])`:                  {"cfg[a]@28 5:24-5:32 start for p(default=)"},
		"@retry(times=cfg.n)\n@environment(vars={'A': cfg.s})\n@deco(cfg.q)\n@step\ndef work(self): pass": {
			"cfg.n@22 5:18-5:23 start for retry(times=)", "cfg.s@33 6:29-6:34 start for environment(vars=) part", "cfg.q@15 7:11-7:16 start"},
		"@retry(**cfg.r)\n@step\ndef work(self): pass": {"cfg.r@18 5:14-5:19 start for retry(*=) part"},
		"X = cfg.n":               {"cfg.n@13 5:9-5:14 start attribute"},
		"X = cfg.n + 1":           {"cfg.n@13 5:9-5:14 start operand"},
		"X = 2 * (cfg.n)":         {"cfg.n@18 5:13-5:20 start operand"},
		"X = Y + cfg.n":           {"cfg.n@17 5:13-5:18 start"},
		"X = -cfg.n":              {"cfg.n@14 5:10-5:15 start operand"},
		"X = int(cfg.n)":          {"cfg.n@17 5:13-5:18 start convert"},
		"X = f'{cfg.n}'":          {"cfg.n@16 5:12-5:17 start text"},
		"X = 'a %s' % cfg.n":      {"cfg.n@22 5:18-5:23 start text"},
		"X = cfg.n or 3":          {"cfg.n@13 5:9-5:14 start test"},
		"X = [cfg.n]":             {"cfg.n@14 5:10-5:15 start contained"},
		"if cfg.n:\n    Y = 1":    {"cfg.n@12 5:8-5:13 start test"},
		"X = cfg.n.upper()":       {"cfg.n@13.upper@15 5:9-5:20 start called call"},
		"X = cfg.get('n', 3)":     {"cfg.n@17 5:9-5:24 start attribute"},
		"X = lambda: cfg.n":       nil,
		"X = [cfg for cfg in ()]": nil,
		"def f(self, cfg): pass":  nil,
	} {
		got := usesOf(one(flowWith(declaresCfg+source, "pass")).flow(t))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n(-want +got):\n%s", source, diff)
		}
	}
}

func TestConfigExpressions(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]struct {
		uses  []string
		names string
		fault string
	}{
		`config_expr("cfg.a.b * 2")`:          {[]string{"cfg.a@49.b@51 5:45-5:52 expression for p(default=) part"}, "cfg@45", ""},
		`config_expr("cfg").a["b"]`:           {[]string{"cfg.a@51[b]@53 5:45-5:48 expression for p(default=)"}, "cfg@45", ""},
		`config_expr(r'''cfg.a''')`:           {[]string{"cfg.a@52 5:48-5:53 expression for p(default=)"}, "cfg@48", ""},
		`config_expr("cfg.a\x20")`:            {[]string{"cfg.a@44 5:44-5:55 expression for p(default=)"}, "cfg@44", ""},
		`config_expr("cfg.get('a', 1)")`:      {[]string{"cfg?a@53 5:45-5:60 expression for p(default=)"}, "cfg@45", ""},
		`config_expr("cgf.a + len(retry)")`:   {nil, "cgf@45? len@53 retry@57", ""},
		`config_expr("[x for x in cfg.l]")`:   {[]string{"cfg.l@61 5:57-5:62 expression"}, "cfg@57", ""},
		`config_expr("(lambda y: y)(cfg.l)")`: {[]string{"cfg.l@63 5:59-5:64 expression for p(default=) part"}, "cfg@59", ""},
		`config_expr("cfg.")`:                 {nil, "", `5:48 something must follow "."`},
		`config_expr("x = cfg.a")`:            {nil, "", "5:44 the text must be an expression, not an assignment"},
		`config_expr("")`:                     {nil, "", "5:44 the text is empty"},
		`config_expr("cfg.a").b`:              {nil, "", "5:53 no key can follow a config_expr that is more than a config's name"},
		`config_expr(TEXT)`:                   {nil, "", ""},
		`config_expr(f"cfg.{x}")`:             {nil, "", ""},
		`other(config_expr("cfg.a"))`:         {[]string{"cfg.a@55 5:51-5:56 expression"}, "cfg@51", ""},
	} {
		f := one(flowWith(declaresCfg+"p = Parameter('p', default="+source+")", "pass")).flow(t)
		if diff := cmp.Diff(want.uses, usesOf(f)); diff != "" {
			t.Errorf("%s\n(-want +got):\n%s", source, diff)
		}
		names, fault := "", ""
		for _, e := range f.Configs.Exprs {
			for _, n := range e.Names {
				names += fmt.Sprintf(" %s@%d", n.Name, n.Range.Start.Column)
				if !n.Bound && n.Name != "cfg" {
					names += "?"
				}
			}
			if e.Problem != "" {
				fault = fmt.Sprintf("%d:%d %s", e.ProblemRange.Start.Line, e.ProblemRange.Start.Column, e.Problem)
			}
		}
		if got := strings.TrimSpace(names); got != want.names || fault != want.fault {
			t.Errorf("%s: names %q, want %q; fault %q, want %q", source, got, want.names, fault, want.fault)
		}
	}
}

func TestConfigDeclarations(t *testing.T) {
	t.Parallel()
	f := one(flowWith(strings.Join([]string{
		`a = Config("first", "a.json", help="x", required=True)`,
		`b = Config(name="second", default_value={"k": [1, -2.5, None, NAME], **REST}, parser="x.y", plain=True)`,
		`c = Config(NAME, **more)`,
		`d = a`,
		`e = Config("fifth", default=lambda ctx: "x")`,
		`if NAME:`,
		`    g = Config("sixth", default=a.path)`,
	}, "\n"), "print(self.b, self.e)")).flow(t)
	var got []string
	for _, c := range f.Configs.Declared {
		line := fmt.Sprintf("%s=%s %d:%d", c.Attr, c.Name, c.NameRange.Start.Line, c.NameRange.Start.Column)
		for _, a := range c.Args {
			line += fmt.Sprintf(" %s:%s", a.Name, a.Value.Kind)
			if a.Function {
				line += "!"
			}
			if a.Reads {
				line += "*"
			}
		}
		if c.Alias != (graph.Range{}) {
			line += " alias"
		}
		if c.Uncertain {
			line += " uncertain"
		}
		if c.Mentioned {
			line += " mentioned"
		}
		got = append(got, line)
	}
	want := []string{
		"a=first 4:16 name:string default:string help:string required:bool alias mentioned",
		"b=second 5:21 name:string default_value:object parser:string plain:bool mentioned",
		"c= 6:9 name:computed *:computed",
		"e=fifth 8:16 name:string default:computed! mentioned",
		"g=sixth 10:20 name:string default:computed* uncertain",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("declarations (-want +got):\n%s", diff)
	}
	value := f.Configs.Declared[1].Arg("default_value").Value
	if !value.Open || len(value.Entries) != 1 || value.Entries[0].Value.Items[1].Text != "-2.5" {
		t.Errorf("value %+v", value)
	}
	if f.Configs.Mutable || f.Configs.Escapes {
		t.Error("nothing may change the flow, and no self escapes")
	}
	if !one(flowWith(declaresCfg, "helper(self)")).flow(t).Configs.Escapes {
		t.Error("self is handed on")
	}
	if !one(strings.Replace(flowWith(declaresCfg, "pass"), "class F", "@deco\nclass F", 1)).flow(t).Configs.Mutable {
		t.Error("a decorator of the class that is not the SDK's may change the flow")
	}
}

func TestConfigOfABase(t *testing.T) {
	t.Parallel()
	f := files{
		"ws/flow.py": "from metaflow import Parameter, step\nfrom base import Base\nclass F(Base):\n    p = Parameter('p', default=cfg.a)\n" +
			"    @step\n    def start(self):\n        self.cfg.b\n        self.next(self.end)\n    @step\n    def end(self): pass\n",
		"ws/base.py": "from metaflow import Config, FlowSpec, Parameter\nclass Base(FlowSpec):\n    cfg = Config('cfg')\n    q = Parameter('q', default=cfg.c)\n" +
			"    def help(self):\n        return self.cfg.d\n",
	}.flow(t)
	want := []string{"cfg.c@36 4:32-4:37 start for q(default=)", "cfg.d@25 6:16-6:26", "cfg.b@18 7:9-7:19"}
	if diff := cmp.Diff(want, usesOf(f)); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	if file := f.Configs.Uses[0].Range.File; file != "ws/base.py" {
		t.Errorf("the use in the base is in %s", file)
	}
}
