# Everything a developer or an operator of one machine does. `make help` prints this file's own list.
PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
PORT ?= 8100
DEMO ?= 1
export PORT DEMO

.DEFAULT_GOAL := help
.PHONY: help run demo backup image manifests check format layout lint types imports test test-fast fuzz faults clauses migrate revision psql docs bench lock clean runtime dev

help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

##@ Run
run: runtime ## start everything on this machine (PORT=8100 first of six ports, DEMO=0 for real clock and no demo sign-in)
	@exec $(BIN)/python -m deploy.local run
demo: runtime ## play the season of the notice against a stack of its own, over GraphQL alone
	@exec $(BIN)/python -m demo $(ARGS)

##@ Check
check: layout lint types imports ## all checks of the code itself; changes nothing
format: dev ## lay out the code and mend what can be mended by itself
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
layout: dev
	@$(BIN)/ruff format --check --quiet --diff .
lint: dev ## ruff
	@$(BIN)/ruff check --quiet .
types: dev ## mypy, strict
	@$(BIN)/mypy
imports: dev ## who may import whom
	@$(BIN)/lint-imports

##@ Test
# Tests wait for databases and clocks more than they compute: half as many workers again as there are cores.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 )))
# What failed beside others is tried once more, alone: where three sets of processes share two cores, a clock may run out that nothing is wrong
# with. The first report stays above the second one; whatever fails alone has failed.
test: dev ## every test, in parallel, on a real PostgreSQL
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder || { [ $$? = 1 ] \
		&& echo "Once more alone, what failed beside others:" \
		&& $(BIN)/pytest -x -v --last-failed --last-failed-no-failures none; }
test-fast: dev ## all but the stories over real processes
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "not journey"
fuzz: dev ## try every REST and GraphQL operation with what nobody thought of (EXAMPLES=20 requests each)
	@EXAMPLES=$${EXAMPLES:-20} $(BIN)/pytest -q tests/gateway/test_schemathesis.py tests/gateway/test_schemathesis_graphql.py
faults: dev ## break everything under load, half an hour (ROUNDS=3 of each fault, SEED= their order), and write docs/faults.md
	@$(BIN)/python -m tests.faults
clauses: dev ## which clause of the notice is proven by which test, and which by none
	@$(BIN)/python -m tests.clauses

##@ Database
migrate: runtime ## make roles and schemas, migrate all services (embedded server, or DATABASE_URL)
	@$(BIN)/python -m deploy.local migrate
revision: runtime ## write the next migration: SERVICE=quota NAME=pre_add_cycle
	@$(BIN)/python -m deploy.local revision $(SERVICE) $(NAME)
psql: runtime ## open psql as the administrator, or as a service: SERVICE=quota
	@$(BIN)/python -m deploy.local psql $(SERVICE)
backup: runtime ## copies of this installation: ARGS="take", "list", "check", "drill", "prune", "restore --into FOLDER --to MOMENT"
	@$(BIN)/python -m deploy.backup $(ARGS)

##@ Docs
docs: runtime ## write what is generated: rules, event catalogue, OpenAPI document, error codes, GraphQL schema
	@$(BIN)/python -m docs
	@$(BIN)/python -m docs.interfaces
	@$(BIN)/python -m gateway.export
	@$(BIN)/python -m tests.clauses --write

##@ Deploy
image: ## build the image of all processes (docker, or ENGINE=podman)
	@$${ENGINE:-docker} build -f deploy/Containerfile -t titles:dev .
manifests: ## render the overlays of deploy/k8s (needs kubectl)
	@for each in dev prod prod-nats; do kubectl kustomize deploy/k8s/overlays/$$each > deploy/k8s/rendered/$$each.yaml; done

##@ Other
bench: dev ## measure (ARGS="tree --million" for one bench, and a tree of a million organisations)
	@$(BIN)/python -m bench $(ARGS)
lock: ## pin the dependencies again (needs uv)
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml -o requirements/runtime.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header examples/python/pyproject.toml --group examples/python/pyproject.toml:dev -o requirements/client.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group manifests -o requirements/manifests.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group peers -o requirements/peers.txt
clean: ## remove what checks and tests leave behind; the data of make run in .run stay
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

runtime:
	@$(PYTHON) deploy/local/install.py runtime
dev:
	@$(PYTHON) deploy/local/install.py dev
