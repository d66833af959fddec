# pgmedic - the incident console for PostgreSQL.  `make help` lists what can be made.

VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
VARIANT ?= release
V       ?= 0

# What Debian calls the things we stand on; `make deps` installs the missing ones.
DEPS_BUILD := build-essential pkg-config libglib2.0-dev libglib2.0-dev-bin libjson-glib-dev libpq-dev \
              libncurses-dev libreadline-dev libyaml-dev libpg-query-dev libprotobuf-c-dev libcurl4-openssl-dev
DEPS_RUN   := postgresql-15 postgresql-client-15 util-linux ncurses-term
DEPS_TEST  := libvterm-dev perl pgbouncer alembic python3 python3-psycopg2 python3-jsonschema python3-yaml \
              groff-base libasan8
DEPS_LINT  := clang-format clang-tidy cppcheck
DEPS       := $(DEPS_BUILD) $(DEPS_RUN) $(DEPS_TEST) $(DEPS_LINT)

PACKAGES := glib-2.0 gio-2.0 json-glib-1.0 libpq ncursesw readline yaml-0.1 libprotobuf-c libcurl

BUILD_release  := build
BUILD_debug    := build/debug
BUILD_asan     := build/asan
BUILD_coverage := build/coverage
BUILD := $(BUILD_$(VARIANT))
ifeq ($(BUILD),)
$(error VARIANT is one of release, debug, asan, coverage)
endif
OBJ := $(BUILD)/obj

CC ?= gcc
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
            -Wold-style-definition -Wvla -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef \
            -Wduplicated-cond -Wlogical-op -Wimplicit-fallthrough
HARDENING := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
FLAGS_release  := -O2 -g $(HARDENING)
FLAGS_debug    := -O0 -g3
FLAGS_asan     := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
FLAGS_coverage := -O0 -g --coverage
LINK_release   := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack
LINK_asan      := -fsanitize=address,undefined
LINK_coverage  := --coverage

PKG_CFLAGS  = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null | sed 's/-I\//-isystem \//g')
PKG_LIBS    = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)
CPPFLAGS_ALL = -D_GNU_SOURCE -DG_LOG_DOMAIN='"pgmedic"' -DPGM_VERSION='"$(VERSION)"' \
               -Iinclude -Isrc -I$(OBJ) $(PKG_CFLAGS) $(CPPFLAGS)
CFLAGS_ALL  = -std=gnu17 $(WARNINGS) $(if $(WERROR),-Werror) $(FLAGS_$(VARIANT)) $(CFLAGS)
LDFLAGS_ALL = $(LINK_$(VARIANT)) -Wl,--as-needed $(LDFLAGS)
LIBS        = $(PKG_LIBS) -lpg_query -lm -lpthread

SOURCES   := $(sort $(shell find src -name '*.c'))
LIB_SRC   := $(filter-out src/cli/main.c src/manual/%,$(SOURCES))
LIB_OBJ   := $(LIB_SRC:%.c=$(OBJ)/%.o) $(OBJ)/resources.o
MAIN_OBJ  := $(OBJ)/src/cli/main.o
MANUAL_OBJ := $(patsubst %.c,$(OBJ)/%.o,$(filter src/manual/%,$(SOURCES)))

# Queries, the runbook library and the demo's data travel inside the binary.
RESOURCE_FILES := $(sort $(shell find src/sql -name '*.sql' 2>/dev/null) \
                         $(shell find tests/incident -type f -not -name '*.c' -not -name '*.pyc' 2>/dev/null))

TEST_SRC     := $(sort $(shell find tests -name 'test_*.c' 2>/dev/null))
TEST_BIN     := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
BENCH_SRC    := $(sort $(wildcard tests/bench/bench_*.c))
BENCH_BIN    := $(BENCH_SRC:tests/%.c=$(BUILD)/tests/%)
BENCH_OBJ    := $(OBJ)/tests/bench/measure.o
HARNESS_SRC  := $(sort $(wildcard tests/harness/*.c))
HARNESS_OBJ  := $(HARNESS_SRC:%.c=$(OBJ)/%.o)

# As many jobs as there are processors, where nobody said otherwise.
ifeq ($(filter -j% --jobs% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

ifeq ($(V),0)
Q := @
say = @printf '  %-8s %s\n' $(1) $(2)
else
say = @:
endif

.PHONY: all help deps demo test test-built bench bench-built lint format schema install uninstall clean
.DEFAULT_GOAL := all

all: $(BUILD)/pgmedic ## build the program (VARIANT=release|debug|asan|coverage)

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

deps: ## install what is missing, with apt-get (as root, or through sudo)
	@have=$$(dpkg-query -W -f ' $${Package}=$${db:Status-Status}' $(DEPS) 2>/dev/null); \
	 missing=""; for p in $(DEPS); do case "$$have" in *" $$p=installed"*) ;; *) missing="$$missing $$p" ;; esac; done; \
	 if [ -n "$$missing" ]; then \
	   sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo"; \
	   echo "installing:$$missing"; \
	   $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	 fi

$(BUILD)/pgmedic: $(MAIN_OBJ) $(BUILD)/libpgmedic.a
	$(call say,link,$@)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(MAIN_OBJ) $(BUILD)/libpgmedic.a $(LIBS)

# Documentation out of the program's own tables.
$(BUILD)/manual: $(MANUAL_OBJ) $(BUILD)/libpgmedic.a
	$(call say,link,$@)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(MANUAL_OBJ) $(BUILD)/libpgmedic.a $(LIBS)

$(BUILD)/pgmedic.1: $(BUILD)/manual
	$(Q)$< page > $@.new && mv $@.new $@

$(BUILD)/pgmedic.bash: $(BUILD)/manual
	$(Q)$< completion > $@.new && mv $@.new $@

schema: $(BUILD)/manual ## write docs/schema/baseline.json anew, from the table of kinds
	$< baseline > docs/schema/baseline.json

$(BUILD)/libpgmedic.a: $(LIB_OBJ)
	$(call say,ar,$@)
	$(Q)rm -f $@ && ar rcs $@ $(LIB_OBJ)

$(OBJ)/%.o: %.c | $(OBJ)/.deps-present
	$(call say,cc,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(OBJ)/.deps-present: Makefile
	@pkg-config --exists $(PACKAGES) 2>/dev/null && [ -e /usr/include/pg_query.h ] || \
	  { echo "some libraries are missing: run 'make deps' first (it installs them with apt-get)" >&2; exit 1; }
	@mkdir -p $(@D) && touch $@

$(OBJ)/resources.xml: $(RESOURCE_FILES) Makefile
	@mkdir -p $(@D)
	@{ echo '<gresources><gresource prefix="/pgmedic">'; \
	   for f in $(RESOURCE_FILES); do echo "<file>$$f</file>"; done; \
	   echo '</gresource></gresources>'; } > $@

$(OBJ)/resources.c: $(OBJ)/resources.xml $(RESOURCE_FILES) | $(OBJ)/.deps-present
	$(call say,embed,$@)
	$(Q)glib-compile-resources --generate-source --internal --c-name pgm_resources --sourcedir=. --target=$@ $<

$(OBJ)/resources.o: $(OBJ)/resources.c
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -Wno-overlength-strings -Wno-cast-qual -c -o $@ $<

-include $(LIB_OBJ:.o=.d) $(MAIN_OBJ:.o=.d) $(MANUAL_OBJ:.o=.d) $(HARNESS_OBJ:.o=.d) $(TEST_SRC:%.c=$(OBJ)/%.d) \
         $(BENCH_OBJ:.o=.d) $(BENCH_SRC:%.c=$(OBJ)/%.d)

$(BUILD)/tests/%: $(OBJ)/tests/%.o $(HARNESS_OBJ) $(BUILD)/libpgmedic.a
	$(call say,link,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(BUILD)/libpgmedic.a $(LIBS) -lvterm -lutil

$(BENCH_BIN): $(BENCH_OBJ)

.SECONDARY: $(HARNESS_OBJ) $(BENCH_OBJ) $(TEST_SRC:%.c=$(OBJ)/%.o) $(BENCH_SRC:%.c=$(OBJ)/%.o)
$(OBJ)/tests/%.o: CPPFLAGS_ALL += -Itests

demo: deps closed ## a private PostgreSQL with the incident in it, and the console on top
	@$(MAKE) --no-print-directory all
	@$(BUILD)/pgmedic demo

test: deps ## every test, on a PostgreSQL of its own; TESTS=pattern for some
	@$(MAKE) --no-print-directory test-built

# What others may write is refused as a runbook, and that is how a checkout under umask 002 leaves the library.
.PHONY: closed
closed:
	@chmod -R go-w runbooks hotfixes

test-built: closed $(BUILD)/pgmedic $(BUILD)/pgmedic.1 $(BUILD)/pgmedic.bash $(TEST_BIN)
	@tests/suite $(BUILD) $(TESTS)

test-matrix: deps ## the tests of catalogs, drift and typed queries on PostgreSQL 13 to 18, from npm; VERSIONS="13 18" for some
	@$(MAKE) --no-print-directory test-matrix-built

test-matrix-built: $(BUILD)/pgmedic $(TEST_BIN)
	@TESTS="$(TESTS)" tests/matrix $(BUILD) $(VERSIONS)

test-outside: deps ## schemas that nobody here wrote and migration frameworks, from Debian packages, PostgreSQL's source and npm
	@$(MAKE) --no-print-directory test-outside-built

test-outside-built: $(BUILD)/pgmedic $(BUILD)/tests/outside/test_outside $(BUILD)/tests/outside/test_frameworks
	@tests/outside/run $(BUILD)

bench: deps ## ratios measured side by side, against their aims; BENCH=pattern for some
	@$(MAKE) --no-print-directory bench-built

bench-built: $(BUILD)/pgmedic $(BENCH_BIN)
	@tests/bench/run $(BUILD) $(BENCH)

lint: deps ## clang-format, clang-tidy, cppcheck
	@tests/lint $(OBJ) $(CPPFLAGS_ALL)

format: ## put the sources into the house's format
	clang-format -i $$(find src include tests -name '*.[ch]')

SHARE := $(DESTDIR)$(PREFIX)/share

install: all $(BUILD)/pgmedic.1 $(BUILD)/pgmedic.bash ## into PREFIX (default /usr/local), below DESTDIR
	install -D -m 755 $(BUILD)/pgmedic $(DESTDIR)$(PREFIX)/bin/pgmedic
	rm -rf $(SHARE)/pgmedic
	for f in $$(find runbooks hotfixes -type f); do install -D -m 644 $$f $(SHARE)/pgmedic/$$f || exit 1; done
	install -D -m 644 $(BUILD)/pgmedic.1 $(SHARE)/man/man1/pgmedic.1
	install -D -m 644 $(BUILD)/pgmedic.bash $(SHARE)/bash-completion/completions/pgmedic
	install -d $(SHARE)/doc/pgmedic/schema
	install -m 644 README.md LICENSE $(SHARE)/doc/pgmedic/
	install -m 644 docs/schema/*.json $(SHARE)/doc/pgmedic/schema/

uninstall: ## the reverse
	rm -f $(DESTDIR)$(PREFIX)/bin/pgmedic $(SHARE)/man/man1/pgmedic.1 $(SHARE)/bash-completion/completions/pgmedic
	rm -rf $(SHARE)/pgmedic $(SHARE)/doc/pgmedic

clean: ## remove everything that was built
	rm -rf build
