# Relais. `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh

GO        ?= go
# The published schema, pinned (design: queries are proven against it).
SCHEMA_COMMIT := e1338d79114265bb1ee774235e1be64962e60d09
SCHEMA_SHA256 := 999dc34a9e8b7e32dfee09c10cfcb4e755748386e55d0bac49700f36d2bb6dea
SCHEMA_URL    := https://raw.githubusercontent.com/demarche-numerique/demarche.numerique.gouv.fr/$(SCHEMA_COMMIT)/app/graphql/schema.graphql
SCHEMA_FILE   := $(CURDIR)/var/ds-schema.graphql
# An explicit DS_SCHEMA wins; else the file that `make schema` fetched, if any.
DS_SCHEMA ?= $(wildcard $(SCHEMA_FILE))
export DS_SCHEMA

.PHONY: help cost zip reproduce sbom licences audit bench-aws stage deploy logs redrive check-aws lambda run test tools check checked screenshots sim year bench schema build clean go-version

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

go-version:
	@command -v $(GO) >/dev/null || { echo "Relais needs Go 1.26 or newer, and no go command was found: install it from https://go.dev/dl/"; exit 1; }
	@v=$$(GOTOOLCHAIN=local $(GO) env GOVERSION | sed 's/^go//;s/[^0-9.].*//'); \
	  major=$${v%%.*}; rest=$${v#*.}; minor=$${rest%%.*}; \
	  if [ "$$major" -lt 1 ] || { [ "$$major" -eq 1 ] && [ "$$minor" -lt 26 ]; }; then \
	    echo "Relais needs Go 1.26 or newer; this is Go $$v: install a newer one from https://go.dev/dl/"; exit 1; fi

build: go-version ## build bin/relais
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/relais ./functions/relais

# The Lambda functions. `sam build` calls build-<LogicalId> with ARTIFACTS_DIR.
LAMBDA_FUNCTIONS := poll webhook ingest remind deliver feedback
LAMBDA_ARCH      ?= arm64
ARTIFACTS_DIR    ?= $(CURDIR)/bin/lambda/$*
LAMBDA_BUILD      = CGO_ENABLED=0 GOOS=linux GOARCH=$(LAMBDA_ARCH) $(GO) build -trimpath -tags lambda.norpc -ldflags="-s -w"

lambda: $(LAMBDA_FUNCTIONS:%=build-%) ## build the Lambda functions into bin/lambda (LAMBDA_ARCH=arm64|amd64)

build-%: go-version
	$(LAMBDA_BUILD) -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/$(shell echo $* | tr A-Z a-z)
	mkdir -p "$(ARTIFACTS_DIR)/infra/calls"
	cp infra/calls/*.yaml "$(ARTIFACTS_DIR)/infra/calls/"

run: build ## show the main job at work: a stand-in platform, mails, a local page
	./bin/relais run

test: go-version ## run the tests
	RELAIS_MOTO= RELAIS_BROWSER= $(GO) test ./...

# Python tools of the deeper checks, in an environment of their own. Without
# Python, what needs them is skipped with the words "not proven".
PYTHON   ?= python3
PYTOOLS  := $(CURDIR)/var/python
RELAIS_MOTO ?= $(wildcard $(PYTOOLS)/bin/moto_server)
export RELAIS_MOTO

# axe-core, the engine of accessibility audits: only run, in tests. The shell looks
# for it, since make remembers what was not there before tools.
AXE = $(PYTOOLS)/lib/python*/site-packages/axe_playwright_python/axe.min.js

PYWANTED := infra/requirements.txt infra/requirements-axe.txt

tools: $(PYWANTED) ## install the Python tools of check into var/python
	@if ! $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then echo "Python tools: not proven (no python3 with venv)"; exit 0; fi; \
	if cat $(PYWANTED) | cmp -s - $(PYTOOLS)/installed.txt; then exit 0; fi; \
	rm -rf $(PYTOOLS) && $(PYTHON) -m venv $(PYTOOLS) \
	  && $(PYTOOLS)/bin/pip install --quiet --disable-pip-version-check -r infra/requirements.txt \
	  && $(PYTOOLS)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r infra/requirements-axe.txt \
	  && cat $(PYWANTED) > $(PYTOOLS)/installed.txt \
	  || { rm -rf $(PYTOOLS); echo "Python tools: not proven (they could not be installed)"; }

check: go-version tools ## formatting, vet, staticcheck, race detector, import arrows, published schema, moto, browser
	@$(MAKE) --no-print-directory checked

checked:
	@out=$$(gofmt -l functions internal); [ -z "$$out" ] || { echo "gofmt these files:"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	$(GO) -C infra/tools vet ./...
	$(GO) tool -modfile=infra/tools/go.mod staticcheck ./...
	@if [ -n "$$DS_SCHEMA" ] && [ -r "$$DS_SCHEMA" ]; then echo "contract with the published schema: $$(basename $$DS_SCHEMA)"; \
	  else echo "contract with the published schema: not proven (run make schema, or set DS_SCHEMA)"; fi
	@if [ -n "$$RELAIS_MOTO" ]; then echo "AWS on moto: $$($$RELAIS_MOTO --version 2>/dev/null || echo present)"; else echo "AWS on moto: not proven (no Python)"; fi
	$(GO) test -count=1 -timeout 20m -run 'Contract|Arrows|Moto' ./...
	RELAIS_AXE=$${RELAIS_AXE:-$$(ls $(AXE) 2>/dev/null | head -n 1)} RELAIS_BROWSER=$${RELAIS_BROWSER:-yes} \
	  $(GO) test -count=1 -timeout 10m -v ./internal/stage/browser
	RELAIS_MOTO= RELAIS_BROWSER= CGO_ENABLED=1 $(GO) test -race ./...

screenshots: go-version ## render the golden mails in Chromium, 320 to 1200 px and in the dark: var/screenshots
	$(GO) run ./internal/stage/screenshots -mails internal/letter/testdata -out var/screenshots

SEEDS ?= 200
sim: go-version ## simulate bad days of Relais, on both stores: make sim SEEDS=200
	SEEDS=$(SEEDS) $(GO) test -count=1 -timeout 0 -run '^TestSeed(OnDynamoDB)?$$' -v ./internal/sim

year: go-version ## a year of mails in 18 regions, hour by hour
	YEAR=1 $(GO) test -count=1 -timeout 30m -run '^TestAYearOfMails$$' -v ./internal/sim

bench: go-version ## decoding, a first pass beside a plain download of the same pages, views of the page
	$(GO) test -run '^$$' -bench Decode -benchmem ./internal/ds
	$(GO) test -run '^$$' -bench FirstPass -benchtime 1x -timeout 20m ./internal/ds
	$(GO) test -run '^$$' -bench Views -benchmem ./internal/console

bench-aws: go-version ## what the Lambda functions cost: requests, units, GB-seconds, cold start, memory, size
	RELAIS_MOTO= $(GO) test -count=1 -run '^$$' -bench . -benchtime 1x -timeout 60m ./internal/stage/bench

cost: go-version ## the monthly bill of a deployment, itemised
	@out=$$($(GO) -C internal/stage/cost test -count=1 -run '^TestBill$$' 2>&1); code=$$?; echo "$$out" | sed '/^PASS$$/d;/^ok  /d'; exit $$code

zip: lambda ## the deployment packages, same bytes for the same source, and their SHA-256
	@for f in $(LAMBDA_FUNCTIONS); do $(GO) run ./internal/stage/zip -o bin/lambda/$$f.zip bin/lambda/$$f || exit 1; done

reproduce: go-version ## build a function twice from nothing, in two folders, and compare
	FROM_NOTHING=1 $(GO) test -count=1 -timeout 20m -run SameSourceSamePackage -v ./internal/stage/supply

sbom: build lambda ## the bill of materials of all binaries: bin/sbom.json (CycloneDX)
	$(GO) -C infra/tools build -o $(CURDIR)/bin/sbom ./sbom
	bin/sbom -licences infra/licences.md bin/relais bin/lambda/*/bootstrap > bin/sbom.json && rm bin/sbom && echo bin/sbom.json

licences: go-version ## write infra/licences.md: what is linked, and under which licences
	$(GO) test -count=1 -run '^TestLicences$$' ./internal/stage/supply -update

audit: go-version ## known vulnerabilities of what is linked (asks vuln.go.dev)
	@out=$$($(GO) tool -modfile=infra/tools/go.mod govulncheck -tags lambda.norpc ./functions/... 2>&1); code=$$?; \
	  if [ $$code -ne 0 ] && echo "$$out" | grep -q 'fetching vulnerabilities'; then \
	    echo "known vulnerabilities: not proven (vuln.go.dev is out of reach)"; else echo "$$out"; exit $$code; fi

# Deployment (infra/README.md). STAGE names a file of infra/params.
STAGE    ?= dev
PARAMS    = $$(grep -v '^\#' infra/params/$(STAGE).env)
# sam refuses NAME= and takes NAME="" for it.
SAM_PARAMS = $$(grep -v '^\#' infra/params/$(STAGE).env | sed 's/=$$/=""/')
STACK     = $(shell sed -n 's/^Stack=//p' infra/params/$(STAGE).env 2>/dev/null)
AWS      ?= aws
SAM      ?= sam
CHANGE    = $(AWS) cloudformation deploy --no-fail-on-empty-changeset --tags Application=relais Stack=$(STACK) --parameter-overrides $(PARAMS)
FUNCTION ?= poll
SINCE    ?= 2h
output    = $(AWS) cloudformation describe-stacks --stack-name $(STACK)-data --query "Stacks[0].Outputs[?OutputKey=='$(1)'].OutputValue" --output text

stage:
	@[ -r infra/params/$(STAGE).env ] || { echo "STAGE=$(STAGE): there is no infra/params/$(STAGE).env; copy one of $$(ls infra/params)"; exit 2; }
	@[ -n "$(STACK)" ] || { echo "infra/params/$(STAGE).env sets no Stack"; exit 2; }

deploy: stage ## deploy to AWS: make deploy STAGE=dev (see infra/README.md)
	$(CHANGE) --stack-name $(STACK)-data --template-file infra/data.yaml
	$(AWS) cloudformation update-termination-protection --enable-termination-protection --stack-name $(STACK)-data
	$(CHANGE) --stack-name $(STACK)-network --template-file infra/network.yaml
	$(SAM) build --build-in-source
	$(SAM) deploy --stack-name $(STACK) --resolve-s3 --capabilities CAPABILITY_IAM --no-confirm-changeset \
	  --no-fail-on-empty-changeset --tags Application=relais Stack=$(STACK) --parameter-overrides $(SAM_PARAMS)
	$(CHANGE) --stack-name $(STACK)-alarms --template-file infra/alarms.yaml

logs: stage ## follow the log of a function: make logs STAGE=dev FUNCTION=poll SINCE=2h
	@key=$$(echo $(FUNCTION) | awk '{print toupper(substr($$0, 1, 1)) substr($$0, 2)}')LogName; \
	  $(AWS) logs tail --follow --since $(SINCE) "$$($(call output,$$key))"

redrive: stage ## bring the webhooks of the dead-letter queue back: make redrive STAGE=dev
	$(AWS) sqs start-message-move-task --source-arn "$$($(call output,HintsDeadArn))"

check-aws: stage ## relais check, from the address of the deployed functions
	@out=$$(mktemp) && $(AWS) lambda invoke --function-name $(STACK)-poll \
	  --payload fileb://infra/events/check.json "$$out" && cat "$$out" && echo && rm -f "$$out"

schema: ## fetch the platform's published schema, pinned, for the contract test
	@mkdir -p var
	@if command -v curl >/dev/null; then curl -fsSL --max-time 60 -o $(SCHEMA_FILE).new $(SCHEMA_URL); \
	  else wget -q -T 60 -O $(SCHEMA_FILE).new $(SCHEMA_URL); fi \
	  || { rm -f $(SCHEMA_FILE).new; echo "could not fetch $(SCHEMA_URL)"; exit 1; }
	@sum=$$( (sha256sum $(SCHEMA_FILE).new 2>/dev/null || shasum -a 256 $(SCHEMA_FILE).new) | cut -d ' ' -f 1); \
	  if [ "$$sum" != "$(SCHEMA_SHA256)" ]; then rm -f $(SCHEMA_FILE).new; \
	  echo "the schema fetched is not the pinned one (SHA-256 $$sum)"; exit 1; fi
	@mv $(SCHEMA_FILE).new $(SCHEMA_FILE) && echo "var/ds-schema.graphql: the pinned schema, proven by its SHA-256"

clean: ## remove what was built and the demo's files
	rm -rf bin var/demo
