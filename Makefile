# Every target sets up what it needs: uv, the environments in .venv and .local, the build. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

OWN_UV := .local/uv/bin/uv
export UV := $(shell sh local/find_uv.sh)
ifneq ($(findstring $(OWN_UV),$(UV)),)
# Our own uv keeps everything in the checkout; one that was there before keeps its own places.
UV_INSTALLED := $(OWN_UV)
export UV_CACHE_DIR := $(CURDIR)/.local/uv-cache
export UV_PYTHON_INSTALL_DIR := $(CURDIR)/.local/python
endif

export LAYER_PYTHON := $(CURDIR)/.venv/bin/python
export SAM_CLI_TELEMETRY := 0
# SAM would keep its own state in the user's home.
export __SAM_CLI_APP_DIR := $(CURDIR)/.local/aws-sam
VENV := .venv/.synced
SAM := .local/sam/.synced
MINISTACK := .local/ministack/.synced
LOCKED := pyproject.toml uv.lock .python-version
# sam looks for the runtime's python3.13 on PATH; the virtual environment has it.
WITH_PYTHON := PATH="$(CURDIR)/.venv/bin:$$PATH"
EXPORT := "$$UV" export --quiet --locked --no-hashes --no-emit-project --no-header --no-annotate
OPENAPI := PYTHONPATH=layers/tiketi .venv/bin/python -m local.openapi

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

dev: $(VENV) $(SAM) $(MINISTACK) ## Run the whole system on this machine until Ctrl-C
	@exec .venv/bin/python -m local.stack

sam-local: $(VENV) $(SAM) ## Let `sam local` use the running `make dev`, until Ctrl-C; needs Docker
	@exec .venv/bin/python -m local.sam_local

test: test-unit test-integration test-proof test-engine test-e2e ## Run every test

test-unit: $(VENV) ## Rules and functions, nothing running
	.venv/bin/python -m pytest --numprocesses auto tests/unit

test-integration: $(VENV) ## Parts together: the data layer, the simulator, the proxy
	.venv/bin/python -m pytest tests/integration

# Mostly waiting: two workers, each with a stack of its own. The longest file comes first.
test-e2e: $(VENV) $(SAM) $(MINISTACK) ## The deployed system, over HTTP, and a sale of it among faults
	.venv/bin/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder tests/faults tests/end_to_end

test-proof: $(VENV) ## Crash every step of a sale, play 10,000 steps of histories, take out every guard
	.venv/bin/python -m pytest -q --numprocesses auto --dist worksteal tests/proof

test-engine: $(VENV) ## Races against AWS's own engine, the DynamoDB Local that DYNAMODB_LOCAL_URL names; else left out
	.venv/bin/python -m pytest -q tests/engine

test-faults: $(VENV) $(SAM) $(MINISTACK) ## Sell 200 orders through a failing DynamoDB and a failing M-PESA; FAULTS_SEED repeats a run
	.venv/bin/python -m pytest -q tests/faults

prove: $(VENV) ## The same, with new histories for PROOF_SECONDS (an hour)
	PROOF_SECONDS=$${PROOF_SECONDS:-3600} .venv/bin/python -m pytest -q --numprocesses auto --dist worksteal tests/proof

guards: $(VENV) ## Write docs/guards.md after a change of a condition or of the story that holds it
	@.venv/bin/python -m tests.proof

mutants: $(VENV) ## Print how many small faults in the rules of stock and payments the unit tests notice
	@.venv/bin/python -m tests.mutants

lint: $(VENV) $(SAM) ## Style, types, template, lock, API reference
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/pyright
	$(WITH_PYTHON) AWS_DEFAULT_REGION=af-south-1 .local/sam/bin/sam validate --lint --template-file template.yaml
	@"$$UV" lock --check --quiet || { echo "make: uv.lock is older than pyproject.toml: run make lock" >&2; exit 1; }
	@$(EXPORT) --no-dev | cmp -s - layers/dependencies/requirements.txt && \
		$(EXPORT) --only-group documents | cmp -s - layers/dependencies/documents.txt || \
		{ echo "make: the requirements.txt of a layer is not what uv.lock says: run make lock" >&2; exit 1; }
	@$(OPENAPI) --check
	@.venv/bin/python -m tests.proof --check

format: $(VENV) ## Let ruff put the code in order
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

build: $(VENV) $(SAM) ## sam build, for both architectures
	$(WITH_PYTHON) .local/sam/bin/sam build

lock: $(UV_INSTALLED) ## Write uv.lock and the layers' requirements.txt after a change of pyproject.toml
	"$$UV" lock
	$(EXPORT) --no-dev > layers/dependencies/requirements.txt
	$(EXPORT) --only-group documents > layers/dependencies/documents.txt

openapi: $(VENV) ## Write docs/openapi.json after a change of the API
	@$(OPENAPI)

icons: $(VENV) ## Draw the scanner's icons after a change of icon.svg; needs Chromium
	@.venv/bin/python -m local.icons

migrate: $(VENV) ## Bring a table to the newest schema: make migrate TABLE=the stack's output TableName
	@test -n "$(TABLE)" || { echo "make: say which table: make migrate TABLE=..." >&2; exit 1; }
	@.venv/bin/python -m operations.migrations --table "$(TABLE)"

redrive: $(VENV) ## Bring back what lies in a failure queue: make redrive QUEUE=its name or URL
	@test -n "$(QUEUE)" || { echo "make: say which queue: make redrive QUEUE=..." >&2; exit 1; }
	@.venv/bin/python -m operations.redrive --queue "$(QUEUE)"

reconcile: $(VENV) ## Hold ledger, payments, tickets and stock against each other: TABLE=... and STATEMENT=a CSV of M-PESA's
	@test -n "$(TABLE)" || { echo "make: say which table: make reconcile TABLE=..." >&2; exit 1; }
	@PYTHONPATH=layers/tiketi .venv/bin/python -m operations.reconcile --table "$(TABLE)" $(if $(STATEMENT),--statement "$(STATEMENT)") $(if $(ALL),--all)

REVIEWS = PYTHONPATH=layers/tiketi .venv/bin/python -m operations.reviews --table "$(TABLE)"

reviews: $(VENV) ## List the payments in doubt: make reviews TABLE=...
	@$(REVIEWS) list

clear-review: $(VENV) ## Note that a person has looked at a payment's doubts: make clear-review TABLE=... ORDER=...
	@$(REVIEWS) clear "$(ORDER)"

accept-payment: $(VENV) ## Take the portal's word that an order is paid: make accept-payment TABLE=... ORDER=... RECEIPT=...
	@$(REVIEWS) accept "$(ORDER)" "$(RECEIPT)"

settle-confirmation: $(VENV) ## Note what was done about money of no order: TABLE=... RECEIPT=... REFERENCE=... HOW="..."
	@$(REVIEWS) settle-confirmation "$(RECEIPT)" "$(REFERENCE)" "$(HOW)"

register-confirmations: $(VENV) ## Tell Safaricom where C2B confirmations go: STAGE=, API= the output ApiUrl, SHORT_CODE=
	@test -n "$(STAGE)" -a -n "$(API)" -a -n "$(SHORT_CODE)" || { echo "make: say STAGE=, API= and SHORT_CODE=" >&2; exit 1; }
	@PYTHONPATH=layers/tiketi .venv/bin/python -m operations.register_confirmations --stage "$(STAGE)" --api "$(API)" --short-code "$(SHORT_CODE)"

REFUNDS = PYTHONPATH=layers/tiketi .venv/bin/python -m operations.refunds --table "$(TABLE)"

refunds: $(VENV) ## List the refunds that wait for a person: make refunds TABLE=...
	@$(REFUNDS) list

settle-refund: $(VENV) ## Note that a refund was made by hand: make settle-refund TABLE=... REFUND=... REFERENCE=...
	@$(REFUNDS) settle "$(REFUND)" "$(REFERENCE)"

retry-refund: $(VENV) ## Have M-PESA asked once more: make retry-refund TABLE=... REFUND=...
	@$(REFUNDS) retry "$(REFUND)"

resume-refunds: $(VENV) ## Let refunds go on after the API operator was set right: make resume-refunds TABLE=...
	@$(REFUNDS) resume

deploy: $(SAM) ## Deploy what was built to AWS: make deploy STAGE=dev
	@test -n "$(STAGE)" || { echo "make: say which stage: make deploy STAGE=dev" >&2; exit 1; }
	.local/sam/bin/sam deploy --guided --config-env "$(STAGE)"

benchmarks: $(VENV) ## Count what a sale costs
	.venv/bin/python -m pytest -q tests/benchmarks

secrets: $(VENV) ## Put the secrets of a deployment into SSM: make secrets STAGE=dev
	@test -n "$(STAGE)" || { echo "make: say for which stage: make secrets STAGE=dev" >&2; exit 1; }
	@.venv/bin/python -m operations.put_secrets --stage "$(STAGE)"

rotate-ticket-key: $(VENV) ## New signing key for tickets: STAGE=dev, and AT_ONCE=1 or REMOVE=<key id> if need be
	@test -n "$(STAGE)" || { echo "make: say for which stage: make rotate-ticket-key STAGE=dev" >&2; exit 1; }
	@.venv/bin/python -m operations.rotate_ticket_key --stage "$(STAGE)" $(if $(AT_ONCE),--at-once) $(if $(REMOVE),--remove "$(REMOVE)")

clean: ## Remove everything that was built or installed here
	rm -rf .venv .local .aws-sam .pytest_cache .ruff_cache .hypothesis .coverage

$(OWN_UV):
	@mkdir -p .local
	@sh local/install_uv.sh

$(VENV): $(LOCKED) | $(UV_INSTALLED)
	@sh local/sync.sh .venv

$(SAM): $(LOCKED) | $(UV_INSTALLED)
	@sh local/sync.sh .local/sam --only-group sam

$(MINISTACK): $(LOCKED) | $(UV_INSTALLED)
	@sh local/sync.sh .local/ministack --only-group ministack

.PHONY: help dev sam-local test test-unit test-integration test-e2e lint format build lock openapi migrate secrets rotate-ticket-key deploy benchmarks clean
.PHONY: test-proof test-engine prove guards mutants
.PHONY: test-faults reconcile register-confirmations reviews clear-review accept-payment settle-confirmation redrive refunds settle-refund retry-refund resume-refunds
