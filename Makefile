# Everything a person or CI does here starts with one of these words.
SHELL := /bin/bash
PYTHON ?= python3
GO ?= go
GOPLS := golang.org/x/tools/gopls@v0.23.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFILES := $(shell git ls-files -co --exclude-standard '*.go' 2>/dev/null)
SDK := $(shell git ls-files -co --exclude-standard python/src 2>/dev/null)
PEER := build/peer/bin/python
JUPYTER := build/jupyter/bin/python
PYTOOLS := build/pytools/bin
# For another platform: make vsix VSIX_TARGET=darwin-arm64 VSIX_BINARY=path/to/its/spindle
VSIX_BINARY ?= bin/spindle
# The extension's tools want Node 20; where it is not, the extension is neither checked nor tested, and both say so.
NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm)
NODE_MODULES := $(if $(NODE),vscode-ext/node_modules/.done)
# Judges state machines; without npm the tests that want it say so.
ASL := $(if $(NODE),build/asl/.done)
TALLY := $(GO) run ./tools/tally
TESTFLAGS ?= -race -timeout 30m
# Many packages wait for processes, browsers and servers more than they compute: one more than there are processors keeps them busy.
PACKAGES ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
export GOFLAGS := $(GOFLAGS) -buildvcs=false

# What runs tasks in containers, inside the binary.
HELPER := engine/compute/remote/helper/bin
HELPERS := $(HELPER)/linux-amd64.gz $(HELPER)/linux-arm64.gz

.DEFAULT_GOAL := help
.PHONY: help build wheel vsix demo test e2e check bench fuzz generate peer moto tools clean

help: ## what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

build: bin/spindle ## the one binary, in bin/spindle

bin/spindle: $(GOFILES) $(SDK) $(HELPERS) go.mod go.sum
	$(GO) build -trimpath -ldflags='-s -w' -o $@ ./cmd/spindle

$(HELPER)/linux-%.gz: $(GOFILES) go.mod go.sum
	CGO_ENABLED=0 GOOS=linux GOARCH=$* $(GO) build -trimpath -ldflags='-s -w -buildid=' -o $(HELPER)/.spindle-task-$* ./cmd/spindle-task
	gzip -9 -n < $(HELPER)/.spindle-task-$* > $@.new && mv $@.new $@; rm -f $(HELPER)/.spindle-task-$*

wheel: build/pytools/.done bin/spindle ## a Python wheel with the SDK and the binary, in dist/
	cd python && ../$(PYTOOLS)/python -m build --wheel --outdir ../dist .
	@ls -1 dist/*.whl

vsix: bin/spindle vscode-ext/node_modules/.done ## the VS Code extension of this platform with the binary inside, in dist/
	cd vscode-ext && node scripts/package.mjs --binary $(abspath $(VSIX_BINARY)) --out ../dist $(if $(VSIX_TARGET),--target $(VSIX_TARGET))

demo: bin/spindle ## the main job on real data: fit and compare a model per film genre
	@cd examples/demand && METAFLOW_USER=$${METAFLOW_USER:-demo} ../../bin/spindle run flow.py

test: build/peer/.done build/moto/.done build/jupyter/.done bin/spindle $(NODE_MODULES) $(ASL) ## every test that needs no root and no container (results: last line)
	@rm -f build/tally.json
	@set -o pipefail; SPINDLE_BUILT=$(CURDIR)/bin/spindle SPINDLE_PEER=$(CURDIR)/$(PEER) SPINDLE_JUPYTER=$(CURDIR)/$(JUPYTER) $(GO) test -json -p $(PACKAGES) $(TESTFLAGS) ./... | $(TALLY) -add build/tally.json; code=$$?; \
	if [ -z "$$SPINDLE_TALLY_LATER" ]; then $(TALLY) -end build/tally.json || code=1; fi; exit $$code

e2e: build/peer/.done build/moto/.done build/jupyter/.done bin/spindle build/pytools/.done build/gopls/gopls $(NODE_MODULES) ## what needs root, minutes of killing, a built wheel, or a real editor
	@set -o pipefail; SPINDLE_BUILT=$(CURDIR)/bin/spindle SPINDLE_PEER=$(CURDIR)/$(PEER) SPINDLE_TOOLS=$(CURDIR)/$(PYTOOLS) SPINDLE_JUPYTER=$(CURDIR)/$(JUPYTER) $(GO) test -json -tags e2e -p 2 -timeout 45m ./tests/e2e/... ./tests/editor/... ./tests/kernel/... ./tests/remote/... ./tests/scheduled/... ./tests/moto/... | $(TALLY) -add build/tally.json

check: build/pytools/.done $(NODE_MODULES) ## formatting, vet, staticcheck, layers, generated files, linters and types of Python and TypeScript
	@test -z "$$(gofmt -l $(GOFILES))" || { echo 'not formatted (gofmt -w):'; gofmt -l $(GOFILES); exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags e2e ./tests/...
	GOOS=darwin CGO_ENABLED=0 $(GO) vet ./engine/disk ./engine/objects/... ./engine/datatools ./engine/artifact/... ./engine/metadata ./engine/worker/... ./engine/compute/... ./engine/run/machine
	GOOS=darwin CGO_ENABLED=0 $(GO) build ./engine/run
	$(GO) run $(STATICCHECK) ./...
	$(GO) test ./tests/layers
	$(GO) mod tidy -diff
	$(PYTOOLS)/ruff check python examples tests
	$(PYTOOLS)/ruff format --check python
	cd python && ../$(PYTOOLS)/mypy
	$(if $(NODE),cd vscode-ext && npm run --silent check,@echo 'not checked: vscode-ext (no npm, or no Node 20)')

bench: build/peer/.done build/moto/.done build/jupyter/.done bin/spindle ## Spindle and metaflow side by side; writes docs/benchmarks.md
	$(GO) run ./tests/bench -o docs/benchmarks.md $(BENCHFLAGS)
	$(GO) run ./tests/bench/kernel
	$(GO) run ./tests/bench/s3
	$(GO) run ./tests/bench/remote
	$(GO) run ./tests/bench/batch
	$(GO) run ./tests/bench/deploy
	$(GO) run ./tests/bench/go

fuzz: ## every fuzz target for FUZZTIME (default 20s)
	@for p in $$(grep -rl --include='*_test.go' 'func Fuzz' cmd config engine kernel lsp spin tests | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -rhoE 'func Fuzz[A-Za-z0-9]+' $$p/*_test.go | sed 's/func //'); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $${FUZZTIME:-20s} ./$$p || exit 1; done; done

generate: bin/spindle ## golden files and documents made from the code
	$(GO) test $$(grep -rlE --include='*_test.go' 'flag.Bool\("update"|internal/(golden|cases)"' cmd config engine docs lsp | xargs -n1 dirname | sort -u | sed 's#^#./#') -update

peer: build/peer/.done ## the real metaflow, in a virtual environment of the tests' own

moto: build/moto/.done ## moto, which plays AWS Batch with real containers (make e2e)

tools: build/pytools/.done ## ruff, mypy and the wheel builder

vscode-ext/node_modules/.done: vscode-ext/package-lock.json
	cd vscode-ext && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build/asl/.done: tests/asl/package-lock.json
	mkdir -p build/asl && cp tests/asl/package.json tests/asl/package-lock.json build/asl
	cd build/asl && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build/peer/.done: tests/peer-requirements.txt
	$(PYTHON) -m venv build/peer
	$(PEER) -m pip install -q --disable-pip-version-check -r tests/peer-requirements.txt
	@touch $@

build/moto/.done: tests/moto-requirements.txt
	$(PYTHON) -m venv build/moto
	build/moto/bin/python -m pip install -q --disable-pip-version-check -r tests/moto-requirements.txt
	@touch $@

build/jupyter/.done: tests/jupyter-requirements.txt
	$(PYTHON) -m venv build/jupyter
	$(JUPYTER) -m pip install -q --disable-pip-version-check -r tests/jupyter-requirements.txt
	@touch $@

build/pytools/.done: tests/tools-requirements.txt
	$(PYTHON) -m venv build/pytools
	$(PYTOOLS)/python -m pip install -q --disable-pip-version-check -r tests/tools-requirements.txt
	@touch $@

build/gopls/gopls: # for the tests of editors, which say so where it can't be had
	-@GOBIN=$(CURDIR)/build/gopls GOFLAGS= $(GO) install $(GOPLS)

clean: ## what the build made
	rm -rf bin dist build $(HELPER)/*.gz vscode-ext/bin vscode-ext/out vscode-ext/node_modules
