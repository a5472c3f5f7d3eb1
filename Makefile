# Two commands to know: `make run` tries Ringleader out, `make test` checks it. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CARGO ?= cargo
# Passed on to the program: make run ARGS="--port 9000 --speed 60"
ARGS ?=
# Programs that the tests start, and the Debian packages they come in.
NEEDS := postgresql chromium prometheus

.PHONY: help run test bench kill trials races lint docs pictures needs fmt clippy rustdoc tests

help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: ## Builds and starts the demo: no account, key or network needed
	@$(CARGO) run --locked --package ringleader -- demo $(ARGS)

test: needs fmt clippy rustdoc tests ## Checks everything, on SQLite and PostgreSQL
	@echo "All good."

bench: ## Measures intake and the whole way, with baselines beside them
	@$(CARGO) run --locked --release --package ringleader-testkit --bin bench -- $(ARGS)

kill: ## Kills the program again and again under load and counts what is lost or doubled
	@$(CARGO) build --locked --release --package ringleader
	@$(CARGO) run --locked --release --package ringleader-testkit --bin kill -- $(ARGS)

trials: ## 10,000 callers and 5,000 calls of voice agents, repeated, shuffled, with killed nodes, on both databases
	@RINGLEADER_TRIALS=$${RINGLEADER_TRIALS:-10000} RINGLEADER_AGENT_TRIALS=$${RINGLEADER_AGENT_TRIALS:-5000} $(CARGO) test --locked --package ringleader-web --test all trials -- --nocapture

races: ## 200 callers for one slot, 1,000 times: in the store and as whole talks, on both databases
	@RINGLEADER_RACE_ROUNDS=$${RINGLEADER_RACE_ROUNDS:-1000} $(CARGO) test --locked --release --package ringleader-store --package ringleader-jobs --test all callers_for_one_slot

lint: fmt clippy rustdoc ## Checks form, lints, documentation, licences and advisories
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny --locked check; \
	else echo "cargo-deny is not installed: licences and advisories were not checked."; fi

docs: ## Makes the pages that come from the program: docs/settings.md
	@$(CARGO) run --quiet --locked --package ringleader -- config --reference > docs/settings.md.new
	@mv docs/settings.md.new docs/settings.md

pictures: needs ## Makes docs/pictures from the demo in a real browser
	@mkdir -p docs/pictures
	@RINGLEADER_PICTURES="$(CURDIR)/docs/pictures" $(CARGO) test --quiet --locked --package ringleader --test all -- browser
	@mkdir -p target/pictures
	@RINGLEADER_PICTURES="$(CURDIR)/target/pictures" $(CARGO) test --quiet --locked --package ringleader --test all -- every_page letter
	@cp target/pictures/{today,conversation,lead,board,losses,reports}-en.png target/pictures/today-{he,he-dark,he-narrow}.png docs/pictures/
	@echo "Every page, in both languages and widths, light and dark: target/pictures"

fmt:
	@$(CARGO) fmt --all --check

clippy:
	@$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

rustdoc:
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --locked --workspace --no-deps

# nextest runs no documentation tests, so these follow on their own.
tests:
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		$(CARGO) nextest run --locked --workspace --no-fail-fast && $(CARGO) test --quiet --locked --workspace --doc; \
	else $(CARGO) test --locked --workspace --no-fail-fast; fi

# Installs what is missing, where that is allowed without a question.
needs:
	@command -v $(CARGO) >/dev/null || { echo "Rust is missing: install it from https://rustup.rs"; exit 1; }
	@has() { case $$1 in \
		postgresql) command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null;; \
		chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null;; \
		prometheus) command -v promtool >/dev/null;; \
	esac; }; \
	missing=(); for need in $(NEEDS); do has $$need || missing+=($$need); done; \
	if [ $${#missing[@]} -eq 0 ]; then exit 0; fi; \
	if [ "$$(id -u)" -eq 0 ]; then as=(); elif sudo -n true 2>/dev/null; then as=(sudo -n); else as=(false); fi; \
	if [ "$${as[*]:-}" = false ] || ! command -v apt-get >/dev/null; then \
		echo "The tests need $${missing[*]}: install them with your system's package manager, then run make test again."; exit 1; fi; \
	echo "Installing what the tests need: $${missing[*]}"; \
	"$${as[@]}" apt-get update -qq && \
	"$${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null
