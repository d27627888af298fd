# Rollcall 点名. `make` alone explains every target.
PORT ?= 8000
DATA ?= .data
SEED ?= 7
SEEDS ?= 300
REQUESTS ?= 20000
RUNS ?= 5
AT_ONCE ?= 1
KAFKA ?=
PARTITIONS ?=
WHAT ?=
NAME ?=
DROP ?=
WATCH ?=
MINUTES ?= 60
RATE ?= 1
T ?=
AFTER ?=
SHARE ?= 1
BROKERS ?=
ENGINES ?=
TO ?=
FROM ?=
KEYS_TO ?=
KEYS_FROM ?=
WITHOUT_KEYS ?=
MOVE ?=
OTHER_RELEASE ?=
BACK ?=
PYTHON ?= python3
# Only a port that somebody names: a copy is found by its DATA, and starts on the port that it had.
NAMED_PORT := $(if $(filter-out file,$(origin PORT)),--port $(PORT))
BIN := .venv/bin
RUN := $(BIN)/python -m

.DEFAULT_GOAL := help
.PHONY: help run demo unit test prove attacks k8s k8s-build k8s-scale image check kafka engines status operate generation key backup restore upgrade stop clean model faults fuzz bench soak docs lock

help: ## this list
	@echo "Rollcall 点名: a whole country checks its pupil registry"; echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST); echo
	@echo "  make run PORT=9000 starts a new copy elsewhere, DATA=dir puts its data elsewhere; from then on it is found by its DATA alone (MOVE=1 moves it to another PORT). KAFKA=1 runs on a real Apache Kafka (needs Java 17 and Maven)"
	@echo "  ENGINES=1 makes faults run on the second engines, and prove on them too (needs Go and Rust)"

# One environment in two sizes: what `make run` needs, and on top of it what tests and checks need.
.venv/local: locks/local.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name it with PYTHON=python3.12"; exit 1; }
	@echo "Installing what Rollcall needs (once, about half a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement locks/local.lock
	@touch $@

.venv/dev: locks/dev.lock .venv/local
	@echo "Installing what tests and checks need (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement locks/dev.lock
	@touch $@

run: .venv/local $(if $(KAFKA),kafka) ## start everything, say where it is; Ctrl-C stops it; a second start finds its data (WATCH=1 starts Prometheus, too)
	@$(RUN) deploy.local.run --data $(DATA) $(NAMED_PORT) $(if $(MOVE),--move) $(if $(KAFKA),--kafka) $(if $(WATCH),--watch)

demo: .venv/local $(if $(KAFKA),kafka) ## the drill: one county's campaign with real forms and photos; ends well only when all figures are right (SEED=7)
	@$(RUN) deploy.local.demo --data $(DATA) $(NAMED_PORT) --seed $(SEED) $(if $(KAFKA),--kafka)

unit: .venv/dev ## rules, contracts, properties, memory implementations: a minute or two, no server (T=tests/unit/roster selects)
	@$(RUN) tests.run unit $(T)

test: .venv/dev ## before a commit, a quarter of an hour: unit, every engine, the pages, a county on each bus, stories of harm, the mutants of this change
	@$(RUN) tests.run test

prove: .venv/dev $(if $(ENGINES),engines) ## everything: all stories, all mutants, seeded runs, fuzz, model, with other seeds every day (ENGINES=1; SHARE=3: a third a day)
	@$(RUN) tests.run prove --share $(SHARE) $(if $(AFTER),--after-test) $(if $(ENGINES),--engines)

attacks: .venv/dev ## what a hostile visitor does, on a running copy: every attack is refused or harmless (part of make prove)
	@$(RUN) tests.run attacks

k8s: .venv/dev ## deploy/k8s on a real Kubernetes control plane, built once from Go modules: what was proved, what it refuses (needs Go, JDK 17, Maven)
	@$(RUN) deploy.k8s.build cluster
	@$(RUN) pytest --durations=5 -m "k8s and not k8s_scale" tests/k8s

k8s-build: .venv/dev ## of that, what needs no control plane: each overlay rendered, the shape of every object, our own rules (without Go: rules only)
	@$(RUN) deploy.k8s.build manifests --where-possible
	@$(RUN) pytest -rs -m "k8s_build or not k8s" tests/k8s/test_manifests.py tests/unit/deploy/test_k8s.py

k8s-scale: .venv/dev ## KEDA itself on that control plane, asking a real Prometheus: more waits, more pods, evenly over zones, and back (needs Prometheus, too)
	@$(RUN) deploy.k8s.build scaling
	@$(RUN) pytest -m k8s_scale tests/k8s/test_scaling.py

image: .venv/dev ## the image of every process for containers, its SBOM and size, and a campaign run by it alone (as root; Debian's mmdebstrap, buildah, runc)
	@$(RUN) deploy.image.build
	@$(RUN) pytest -m image tests/image

check: .venv/dev ## ruff, mypy --strict, import-linter, generated docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(RUN) docs.generate --check

model: .venv/dev ## the delivery model over SEEDS=300 random runs, and every design with one guard removed
	@$(RUN) tests.model.run $(SEEDS)

faults: .venv/dev $(if $(ENGINES),engines) ## RUNS=5 small drills from SEED on, each against a copy of its own under fault injection (AT_ONCE=1; KAFKA=1 on a real broker)
	@$(if $(KAFKA),$(RUN) deploy.kafka.fetch --where-possible)
	@$(if $(ENGINES),SECOND_ENGINES="store objects") $(RUN) tests.faults.run --runs $(RUNS) --seed $(SEED) --at-once $(AT_ONCE) $(if $(KAFKA),--kafka)

fuzz: .venv/dev ## REQUESTS=20000 made up from every service's OpenAPI; no 500, no answer that breaks its schema
	@THOROUGH=1 OPENAPI_REQUESTS=$(REQUESTS) $(RUN) pytest -s -m system -k embedded tests/system/test_openapi.py

bench: .venv/dev ## measure every part against its bound (some ten minutes); writes docs/measurements.md
	@$(RUN) benchmarks.run

soak: .venv/dev ## MINUTES=60 of steady work at RATE=1 step a second on a copy of its own; not well if memory, lag or drift grows (writes docs/soak.md)
	@$(RUN) benchmarks.soak --minutes $(MINUTES) --rate $(RATE) --seed $(SEED) $(if $(KAFKA),--kafka)

docs: .venv/dev ## write docs/events.md, asyncapi.json, settings.md, metrics.md and openapi/ again from the code
	@$(RUN) docs.generate

kafka: .venv/local ## fetch Apache Kafka into .cache with Maven, once; BROKERS=3 then runs three brokers on loopback until Ctrl-C
	@$(RUN) deploy.kafka.fetch
	@$(if $(filter kafka,$(MAKECMDGOALS)),$(if $(BROKERS),$(RUN) deploy.kafka.cluster --brokers $(BROKERS) --port $(PORT) --data $(DATA)/kafka-cluster))

engines: .venv/local ## build second implementations of the document store and the object store into .cache, once (some eight minutes; tests only)
	@$(RUN) deploy.local.engines

status: .venv/local ## the processes of the copy that runs in DATA=folder, and the four numbers that say whether it is well
	@$(RUN) deploy.local.status --data $(DATA) $(NAMED_PORT) $(if $(KAFKA),--kafka) || [ $$? -eq 3 ]

operate: .venv/local ## WHAT="services.stats.operator.audit --repair": a command of docs/how-to for the copy that runs in DATA=folder
	@$(RUN) deploy.local.operate "$(WHAT)" --data $(DATA) $(NAMED_PORT) $(if $(KAFKA),--kafka)

generation: .venv/local ## let the bus begin again from the stores at the next start, after it has lost records or for PARTITIONS=8 (docs/how-to)
	@$(RUN) deploy.local.generation --data $(DATA) $(if $(PARTITIONS),--partitions $(PARTITIONS)) $(if $(KAFKA),--kafka)

key: .venv/local ## NAME=PORTAL_KEY gets a new value for the next start; PHOTO_KEYS a further version, DROP=1 takes the older ones away (docs/how-to)
	@$(RUN) deploy.local.key "$(NAME)" --data $(DATA) $(NAMED_PORT) $(if $(DROP),--drop)

backup: .venv/local ## TO=folder KEYS_TO=folder: a backup of the stopped copy, its keys apart (WITHOUT_KEYS=1; docs/how-to/restore.md)
	@$(RUN) deploy.backup.make --data $(DATA) --to "$(TO)" --keys-to "$(KEYS_TO)" $(if $(WITHOUT_KEYS),--without-keys)

restore: .venv/local ## FROM=backup KEYS_FROM=folder DATA=folder: verify a backup and restore it into an empty folder
	@$(RUN) deploy.backup.restore --data $(DATA) --from "$(FROM)" --keys-from "$(KEYS_FROM)" $(if $(WITHOUT_KEYS),--without-keys) $(if $(OTHER_RELEASE),--other-release)

upgrade: .venv/local ## DATA=folder: the copy that runs there goes over to this release without a stop (BACK=1: to an earlier one; docs/how-to/upgrade.md)
	@$(RUN) deploy.upgrade --data $(DATA) $(if $(BACK),--back)

stop: ## stop the copy that `make run` started in DATA=folder
	@if ! [ -f $(DATA)/run.pid ]; then echo "Nothing runs in $(DATA): there is no $(DATA)/run.pid. \`make stop DATA=folder\` ends the copy whose data is elsewhere."; \
	  ps -eo args= 2>/dev/null | sed -n 's/^[^ ]* -m deploy[.]local[.]run --data \([^ ]*\).*/A copy runs with DATA=\1, as written where it was started./p'; \
	elif kill "$$(cat $(DATA)/run.pid)" 2>/dev/null; then while [ -f $(DATA)/run.pid ]; do sleep 0.2; done; echo "Stopped."; \
	else rm $(DATA)/run.pid; echo "What started the copy was killed; end what it left behind by hand, if \`make run\` finds its ports in use."; fi

clean: stop ## remove what was made here: environment, data, caches
	@rm -rf .venv .data .cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: .venv/dev ## resolve the locked dependencies again (needs uv)
	@for part in "dev --group local --group dev" "local --group local -c locks/dev.lock" "product -c locks/dev.lock"; do set -- $$part; name=$$1; shift; \
	  uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	    pyproject.toml $$@ --output-file locks/$$name.lock || exit 1; done
