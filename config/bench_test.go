package config_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/spindle-flow/spindle/config"
)

// fifty is a project of fifty variants in three environments, half of them of a matrix, with configs in layers.
func fifty() config.Surroundings {
	var b strings.Builder
	b.WriteString(`project: demand
environments:
  dev: {datastore: s3://dev/x, queue: small, overrides: {schedule: null}}
  staging: {datastore: s3://staging/x, queue: small}
  prod: {datastore: s3://prod/x, queue: large}
defaults:
  flow: flows/demand.py
  target: step-functions
  configs: {cfg: configs/base.json}
  schedule: daily
variants:
  ${country}-${size}:
    matrix:
      country: [us, eu, jp, fr, uk]
      size: {xs: {limit: 1h}, s: {limit: 2h}, m: {limit: 3h}, l: {limit: 4h}, xl: {limit: 5h}}
    set: {cfg.country: "${country}"}
    tags: ["country:${country}"]
`)
	files := fstest.MapFS{"flows/demand.py": {Data: []byte(demand)}, "configs/base.json": {Data: []byte(`{"metric": "mape", "optimizer": {"lr": 0.1}}`)}}
	files["configs/base.schema.json"] = &fstest.MapFile{Data: []byte(`{"properties": {"metric": {"type": "string"}}}`)}
	for i := range 25 {
		fmt.Fprintf(&b, "  own-%d:\n    configs: {cfg: configs/own-%d.json}\n    resources: {train: {memory: %d}}\n", i, i, 1000*i+1000)
		files[fmt.Sprintf("configs/own-%d.json", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, `{"table": "sales_%d"}`, i)}
	}
	files["spindle.yaml"] = &fstest.MapFile{Data: []byte(b.String())}
	return around(files, nil)
}

func BenchmarkProject(b *testing.B) {
	surroundings := fifty()
	for b.Loop() {
		p, found, err := config.Load("/p", surroundings)
		if err != nil {
			b.Fatal(err)
		}
		variants, more := p.ResolveAll()
		judged, err := p.Judge(context.Background(), variants, p.Reader())
		if err != nil || len(variants) != 150 || len(found)+len(more)+len(judged) > 0 {
			b.Fatal(len(variants), found, more, judged, err)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	p, _, err := config.Load("/p", fifty())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p.ResolveAll()
	}
}
