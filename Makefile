# Short names for commands that also work alone. `make test` is what a change
# must pass; it stops at the first failure.

.NOTPARALLEL:
.PHONY: bench-scale build run test lint test-go fuzz test-sdk test-browser bench docs gcc chromium postgres haproxy pgbouncer test-cluster test-postgres

# As the product is built; tests with it would compile SQLite once more.
export CGO_ENABLED := 0

sudo := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

build: # bin/roster
	go build -o bin/roster ./cmd/roster

run: build # a server on ./data, with a project and a key at the first start; bin/roster mail shows its mails
	bin/roster serve --data ./data --mail keep

test: lint test-go fuzz test-sdk test-browser
	@echo "==> all passed"

lint:
	@echo "==> 1/5 vet and staticcheck"
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...

test-go: gcc postgres haproxy pgbouncer
	@echo "==> 2/5 Go tests with the race detector"
	CGO_ENABLED=1 go build -race ./...
	CGO_ENABLED=1 go test -race -p 2 -timeout 30m $$(go list ./... | grep -v /test/)
	CGO_ENABLED=1 go test -race -p 1 -timeout 30m $$(go list ./test/... | grep -v /crash) # one package at a time: some bounds are of time
	go test ./internal/password ./internal/api # with what takes too long under the race detector
	go test ./test/crash # programs that are killed have no races to detect
	go test -run TwentyThousand ./internal/store # lists of so many; under the race detector of fewer
	ROSTER_TEST_ENGINE=postgres go test -run Transcripts ./internal/api # of each endpoint the same bytes; all else in test-postgres

fuzz: # test/fuzz.sh takes all, those above the database, too, for which SQLite is compiled once more
	@echo "==> 3/5 fuzz targets of the parsers for a moment"
	test/fuzz.sh $$(go list ./... | grep -vE '/(api|cli|directory|fts5|store|worker)$$')

test-sdk: build postgres haproxy
	@echo "==> 4/5 official SDKs against the server, and against two nodes on PostgreSQL behind HAProxy"
	cd test/sdk && npm ci --no-audit --no-fund && npm test
	go build -o bin/with ./test/postgres/with
	cd test/sdk && ROSTER_MAJORS=27 ../../bin/with npm test # what majors differ in does not reach the engine

test-browser: build chromium
	@echo "==> 5/5 the web SDK in a browser against the server"
	cd test/browser && npm ci --no-audit --no-fund && npm test

bench: build postgres # figures beside floors, on a file and on PostgreSQL with one node and two, see test/bench
	go run ./test/bench

test-cluster: build postgres haproxy pgbouncer # as in make test, but more often and for longer, and with all SDKs
	FAILOVERS=20 OUTAGE=20s go test -count=1 -v -timeout 30m ./test/cluster
	go build -o bin/with ./test/postgres/with
	cd test/sdk && npm ci --no-audit --no-fund && ../../bin/with npm test

test-postgres: postgres # all tests of the API with PostgreSQL instead of files
	ROSTER_TEST_ENGINE=postgres go test -count=1 -timeout 30m ./internal/api

SIZES ?= 10k,100k,1M
DIR ?= /var/tmp
bench-scale: build # latencies against the number of users, into docs/benchmarks; SIZES=10k,100k,1M,10M takes 25 GB in DIR
	mkdir -p docs/benchmarks
	bin/roster bench --users $(SIZES) --dir $(DIR) \
		--file docs/benchmarks/scale.json --picture docs/benchmarks/scale.svg >docs/benchmarks/scale.md

timing: # whether a refused sign-in tells by its time if the user exists
	go run ./test/timing

docs: build # the pages that are made from the code
	bin/roster docs cli >docs/cli.md
	bin/roster docs config >docs/config.md
	bin/roster docs api >docs/api.md

postgres: # 15 or later; tests start servers of their own
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || { $(sudo) apt-get update && $(sudo) apt-get install -y --no-install-recommends postgresql; }

haproxy: # tests put nodes behind it
	@PATH="$$PATH:/usr/sbin" command -v haproxy >/dev/null || { $(sudo) apt-get update && $(sudo) apt-get install -y --no-install-recommends haproxy; }

pgbouncer: # tests put it between nodes and PostgreSQL
	@PATH="$$PATH:/usr/sbin" command -v pgbouncer >/dev/null || { $(sudo) apt-get update && $(sudo) apt-get install -y --no-install-recommends pgbouncer; }

gcc: # the race detector needs it, the product does not
	@command -v gcc >/dev/null || { $(sudo) apt-get update && $(sudo) apt-get install -y --no-install-recommends gcc libc6-dev; }

chromium: # the suite in a browser needs it
	@command -v chromium >/dev/null || { $(sudo) apt-get update && $(sudo) apt-get install -y --no-install-recommends chromium; }
