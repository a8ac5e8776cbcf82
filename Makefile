# chibo: targets only. Compiler, flags, modes and packages: config/build.mk
include config/build.mk

all:

# V=1 shows the whole commands.
QUIET := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1) $(2)")
obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

# --- what is built of what ---------------------------------------------------
PROTOCOL_SRC := $(wildcard protocol/base/*.c protocol/wire/*.c protocol/line/*.c \
	protocol/meeting/*.c protocol/rules/*.c protocol/ballot/*.c \
	protocol/record/*.c protocol/document/*.c)
# What each program does for itself; it asks the system, as the library does not.
PROGRAM_SRC := $(wildcard protocol/program/*.c)
SERVER_SRC := $(wildcard server/domain/*.c server/room/*.c server/audio/*.c \
	server/store/*.c server/archive/*.c server/document/*.c server/report/*.c server/net/*.c server/platform/*.c \
	server/control/*.c)
SERVER_SRC := $(filter-out server/control/chiboctl%.c,$(SERVER_SRC)) $(filter-out server/main.c,$(wildcard server/*.c))
CHIBOCTL_SRC := $(wildcard server/control/chiboctl*.c)
CLIENT_SRC := $(wildcard client/line/*.c client/core/*.c client/audio/*.c client/signature/*.c)
CLI_SRC := $(wildcard client/cli/*.c)
BENCH_SRC := $(wildcard client/bench/*.c)
VERIFY_SRC := $(filter-out protocol/verify/verify_main.c,$(wildcard protocol/verify/*.c))
TEST_SUPPORT_SRC := $(wildcard tests/support/*.c) $(filter-out %_main.c,$(wildcard tests/support/line/*.c))
UNIT_SRC := $(wildcard tests/unit/test_*.c)

PROTOCOL_LIB := $(BUILD)/libprotocol.a
SERVER_LIB := $(BUILD)/libserver.a
CLIENT_LIB := $(BUILD)/libclient.a
CLI_LIB := $(BUILD)/libcli.a
BENCH_LIB := $(BUILD)/libbench.a
VERIFY_LIB := $(BUILD)/libverify.a
SUPPORT_LIB := $(BUILD)/libtestsupport.a
BIN := $(BUILD)/bin
PROGRAMS := $(BIN)/chibod $(BIN)/chiboctl $(BIN)/chibo $(BIN)/chibo-bench $(BIN)/chibo-verify
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(UNIT_SRC))

all: $(PROGRAMS)
.PHONY: all
.DELETE_ON_ERROR:
.SECONDARY:

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(QUIET)$(CC) $(BASE_FLAGS) $(WARN) $(MODE_FLAGS) $(PACKAGE_CFLAGS) $(CFLAGS) -c $< -o $@

define archive
@mkdir -p $(@D)
@rm -f $@
$(QUIET)$(AR) rcs $@ $^
endef
$(PROTOCOL_LIB): $(call obj,$(PROTOCOL_SRC) $(PROGRAM_SRC))
	$(archive)
$(SERVER_LIB): $(call obj,$(SERVER_SRC))
	$(archive)
$(CLIENT_LIB): $(call obj,$(CLIENT_SRC))
	$(archive)
$(BENCH_LIB): $(call obj,$(filter-out client/bench/bench_main.c,$(BENCH_SRC)))
	$(archive)
$(CLI_LIB): $(call obj,$(filter-out client/cli/cli_main.c,$(CLI_SRC)))
	$(archive)
$(VERIFY_LIB): $(call obj,$(VERIFY_SRC))
	$(archive)
$(SUPPORT_LIB): $(call obj,$(TEST_SUPPORT_SRC))
	$(archive)

define link
@mkdir -p $(@D)
$(call say,link,$@)
$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) $^ $(LIBS) -o $@
endef
PORTAUDIO_SRC := $(wildcard client/audio/*portaudio*.c) tests/unit/test_portaudio_guard.c
$(PORTAUDIO_SRC:%.c=$(BUILD)/%.o): BASE_FLAGS += $(PORTAUDIO:%=-DHAS_PORTAUDIO)
$(BUILD)/server/store/store_migrations.o: $(wildcard server/store/migrations/*.sql)
$(BUILD)/protocol/document/shipped_template.o: $(wildcard config/templates/documents/*.mustache)
$(BIN)/chibod: $(BUILD)/server/main.o $(SERVER_LIB) $(PROTOCOL_LIB)
	$(link)
$(BIN)/chiboctl: $(call obj,$(CHIBOCTL_SRC)) $(SERVER_LIB) $(VERIFY_LIB) $(PROTOCOL_LIB)
	$(link)
$(BIN)/chibo: $(call obj,$(CLI_SRC)) $(CLIENT_LIB) $(PROTOCOL_LIB)
	$(link)
$(BIN)/chibo-bench: $(BUILD)/client/bench/bench_main.o $(BENCH_LIB) $(CLIENT_LIB) $(PROTOCOL_LIB)
	$(link)

# The verifier needs nothing of the system but files, and of GLib the zones.
$(BIN)/chibo-verify: LIBS = $(VERIFY_LIBS)
$(BIN)/chibo-verify: $(BUILD)/protocol/verify/verify_main.o $(VERIFY_LIB) $(PROTOCOL_LIB)
	$(link)

# A unit test is one file; it links everything, the archives give what it uses.
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(SERVER_LIB) $(CLI_LIB) $(BENCH_LIB) $(CLIENT_LIB) $(VERIFY_LIB) $(PROTOCOL_LIB) $(SUPPORT_LIB)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LIBS) $(TEST_LIBS) -o $@

# What one of them counts, or lets fail, in our own code.
COUNTED := BN_mod_mul_montgomery BN_mod_exp_mont BN_bin2bn BN_bn2binpad calloc realloc
$(BUILD)/tests/unit/test_ballot_vote_work: LDFLAGS += $(COUNTED:%=-Wl,--wrap=%)
# A listener who loses memory, or lets the clocks drift apart.
$(BUILD)/tests/unit/test_long_meeting: LDFLAGS += -Wl,--wrap=jitter_buffer_put -Wl,--wrap=jitter_buffer_wish
# A computer with PortAudio's devices, or without.
$(BUILD)/tests/unit/test_device_keeper: LDFLAGS += -Wl,--wrap=audio_device_portaudio_new
# Many clients that verify the same record (tests/support/remembered_verify.h).
$(BUILD)/tests/unit/test_simulation: LDFLAGS += -Wl,--wrap=key_verify

# Where a fault of the jitter buffer is planted, for the test of its tests.
JITTER_FAULTS := jitter_line_base_ms jitter_line_target_ms jitter_buffer_wish
$(BUILD)/tests/unit/test_jitter_arrivals: LDFLAGS += $(JITTER_FAULTS:%=-Wl,--wrap=%)

# Servers with a fault planted, for the tests of the tests.
PLANTED := $(patsubst tests/support/planted/%.c,$(BUILD)/tests/%,$(wildcard tests/support/planted/chibod_*.c))
$(BUILD)/tests/chibod_%: $(BUILD)/tests/support/planted/chibod_%.o $(SERVER_LIB) $(PROTOCOL_LIB)
	$(link)
# The one that lies: the linker puts a layer between its sessions and network.
LYING_SRC := $(wildcard tests/support/lying/*.c)
TAPPED := hub_new session_open session_on_text session_on_writable session_on_closed \
	ballot_vote_check desk_poll_row ballot_work_examine ballot_work_judge \
	ballot_work_check_decryption ballot_election_write ballot_list_write \
	keys_judge keys_examine keys_make_record ballot_paper_write blob_set_has \
	meeting_rules_gather
$(BUILD)/tests/chibod_lying: $(call obj,$(LYING_SRC))
$(BUILD)/tests/chibod_lying: LDFLAGS += $(TAPPED:%=-Wl,--wrap=%)
$(BUILD)/tests/chibod_lying: LIBS := $(SERVER_LIB) $(PROTOCOL_LIB) $(LIBS)
# The one that keeps who cast which ballot.
$(BUILD)/tests/chibod_leaky: LDFLAGS += -Wl,--wrap=session_cast
# The one that lets others say what the minutes are.
$(BUILD)/tests/chibod_undrawn: LDFLAGS += -Wl,--wrap=minutes_are_drawn
# The one that loses memory with each frame of sound.
$(BUILD)/tests/chibod_held_commit $(BUILD)/tests/unit/test_store_thread: LDFLAGS += -Wl,--wrap=store_sqlite_commit

$(BUILD)/tests/chibod_growing: LDFLAGS += -Wl,--wrap=chorus_hear
# The one that gives receipts before their ballots are on disk.
$(BUILD)/tests/chibod_early_receipt: LDFLAGS += -Wl,--wrap=room_await_call,--wrap=desk_ballot
# A client that is false in one way of several, which a variable names.
FALSIFIED := $(addprefix ballot_,share_seal share_open decryption_make \
	branches_prove vote_make)
$(BUILD)/tests/chibo_false: LDFLAGS += $(FALSIFIED:%=-Wl,--wrap=%)
$(BUILD)/tests/chibo_false: $(BUILD)/tests/support/planted/chibo_false.o $(call obj,$(CLI_SRC)) $(CLIENT_LIB) $(PROTOCOL_LIB)
	$(link)
# A client that says of texts that they are kept, and keeps them nowhere.
$(BUILD)/tests/chibo_forgetful: LDFLAGS += -Wl,--wrap=durable_file_replace
$(BUILD)/tests/chibo_forgetful: $(BUILD)/tests/support/planted/chibo_forgetful.o $(call obj,$(CLI_SRC)) $(CLIENT_LIB) $(PROTOCOL_LIB)
	$(link)
PRELOADED := $(BUILD)/tests/undo_fs.so $(BUILD)/tests/kill_fs.so $(BUILD)/tests/full_fs.so \
	$(BUILD)/tests/cheap_scrypt.so $(BUILD)/tests/remembered_sums.so \
	$(BUILD)/tests/known_names.so $(BUILD)/tests/no_tcp_info.so
# A sound card for ALSA, which PortAudio brings along.
ALSA_CARD := $(PORTAUDIO:%=$(BUILD)/tests/alsa_card.so)
$(BUILD)/tests/support/sound_cards.o: BASE_FLAGS += $(ALSA_CARD:%=-DALSA_CARD='"$(abspath $(BUILD)/tests/alsa_card.so)"')
$(BUILD)/tests/alsa_card.so: tests/support/alsa_card/alsa_card.c
	@mkdir -p $(@D)
	$(CC) $(BASE_FLAGS) $(WARN) -DPIC -fvisibility=default -O2 -g -fPIC -shared $< -lasound -o $@
# Verifiers with one check left out: the linker puts another in its place.
UNCHECKED := act_check act_ledger_take command_roles meeting_device_is_vouched \
	verify_meeting_result verify_meeting_verdict checkpoint_check signed_head_check \
	snapshot_check_genesis snapshot_check_changed register_check \
	commitment_check meeting_state_apply verify_anchors_compare \
	verify_head_compare ballot_paper_compare record_signature_verify \
	record_redaction_verify verify_signoff_read verify_documents_judge \
	docx_text_check ruleset_shelf_add erratum_standing \
	verify_recording_is_of verify_recording_lacking
PLANTED_VERIFY := $(UNCHECKED:%=$(BUILD)/tests/chibo-verify_without_%)
$(PLANTED_VERIFY): LIBS = $(VERIFY_LIBS)
$(PLANTED_VERIFY): $(BUILD)/tests/chibo-verify_without_%: $(BUILD)/tests/support/planted/verify_faults.o $(BUILD)/protocol/verify/verify_main.o $(VERIFY_LIB) $(PROTOCOL_LIB)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) -Wl,--wrap=$* $^ $(LIBS) -o $@
# What a server would export with that does not look at what it gives away.
$(BUILD)/tests/chiboctl_unjudged: LDFLAGS += -Wl,--wrap=verify_documents_judge
$(BUILD)/tests/chiboctl_unjudged: $(BUILD)/tests/support/planted/verify_faults.o $(call obj,$(CHIBOCTL_SRC)) $(SERVER_LIB) $(VERIFY_LIB) $(PROTOCOL_LIB)
	$(link)
# One with any check of elections left out that a variable names.
BALLOT_UNCHECKED := $(addprefix ballot_,branches_check raised_check_member \
	group_check_member proof_check list_check election_check_owner \
	pedersen_check certificate_check certificates_check_distinct \
	coefficients_check coefficients_check_certs trustee_key_check \
	trustee_key_check_signature vote_check tally_check tally_size_check \
	decryption_check result_check)
$(BUILD)/tests/chibo-verify_unchecked: $(BUILD)/tests/support/planted/ballot_faults.o $(BUILD)/protocol/verify/verify_main.o $(VERIFY_LIB) $(PROTOCOL_LIB)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) $(BALLOT_UNCHECKED:%=-Wl,--wrap=%) $^ $(VERIFY_LIBS) -o $@
# A client of the same kind.
CLIENT_UNCHECKED := ballot_draft_is_of ballot_vote_check act_check meeting_state_apply \
	ballot_list_has ballot_paper_compare keys_check_verdict ballot_list_find \
	ballot_meeting_is_right ballot_committee_is_right statement_verify \
	ballot_decryption_check ballot_tally_check
$(BUILD)/tests/chibo_unchecked: $(BUILD)/tests/support/planted/client_faults.o $(call obj,$(CLI_SRC)) $(CLIENT_LIB) $(PROTOCOL_LIB)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) $(CLIENT_UNCHECKED:%=-Wl,--wrap=%) $^ $(LIBS) -o $@
$(BUILD)/tests/undo_fs.so: tests/support/undo_fs/undo_fs.c
$(BUILD)/tests/kill_fs.so: tests/support/kill_fs/kill_fs.c
$(BUILD)/tests/full_fs.so: tests/support/full_fs/full_fs.c
$(BUILD)/tests/cheap_scrypt.so: tests/support/cheap_scrypt/cheap_scrypt.c
$(BUILD)/tests/remembered_sums.so: tests/support/remembered_sums/remembered_sums.c
$(BUILD)/tests/known_names.so: tests/support/known_names/known_names.c
$(BUILD)/tests/no_tcp_info.so: tests/support/no_tcp_info/no_tcp_info.c
$(PRELOADED):
	@mkdir -p $(@D)
	$(CC) $(BASE_FLAGS) $(WARN) -O2 -g -fPIC -shared $< -o $@
# Small programs that tests in other languages ask.
HELPERS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(filter-out tests/integration/test_%,$(wildcard tests/conformance/*.c tests/integration/*.c tests/e2e/*.c)))
$(HELPERS): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(SERVER_LIB) $(CLIENT_LIB) $(PROTOCOL_LIB) $(SUPPORT_LIB)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LIBS) $(TEST_LIBS) -o $@

# How long ballots take, and whether the time shows a secret.
BALLOT_BENCH := $(BUILD)/tests/bench/ballot_bench $(BUILD)/tests/bench/ballot_timing
$(BALLOT_BENCH): LIBS = $(VERIFY_LIBS) -lm
$(BALLOT_BENCH): $(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(PROTOCOL_LIB)
	$(link)

# How far the jitter buffer is from the best there could be.
# Servers of others under the load of chibo-bench, and the yardstick of all.
RELAY_BENCH := $(BUILD)/tests/bench/peer_load $(BUILD)/tests/bench/bare_relay
$(BUILD)/tests/bench/peer_load: $(call obj,$(wildcard tests/bench/peer_*.c)) $(BENCH_LIB) $(CLIENT_LIB) $(PROTOCOL_LIB)
	$(link)
$(BUILD)/tests/bench/bare_relay: $(BUILD)/tests/bench/bare_relay.o
	$(link)

JITTER_BENCH := $(BUILD)/tests/bench/jitter_bench
$(JITTER_BENCH): $(BUILD)/tests/bench/jitter_bench.o $(SUPPORT_LIB) $(CLIENT_LIB)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) $< -Wl,--start-group $(SUPPORT_LIB) $(CLIENT_LIB) $(PROTOCOL_LIB) -Wl,--end-group $(LIBS) -o $@

# A bad line in user space, and what is said over it (tests/support/line).
LINE_TOOLS := $(patsubst tests/support/line/%_main.c,$(BUILD)/tests/line/%,$(wildcard tests/support/line/*_main.c))
$(LINE_TOOLS): $(BUILD)/tests/line/%: $(BUILD)/tests/support/line/%_main.o $(SUPPORT_LIB) $(CLIENT_LIB) $(PROTOCOL_LIB)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LIBS) -o $@

# Hours of a meeting at one of its places.
LONG_MEETING := $(BUILD)/tests/endurance/long_meeting
$(LONG_MEETING): $(BUILD)/tests/endurance/long_meeting.o $(SUPPORT_LIB) $(CLIENT_LIB)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(QUIET)$(CC) $(MODE_FLAGS) $(LDFLAGS) $< -Wl,--start-group $(SUPPORT_LIB) $(CLIENT_LIB) $(PROTOCOL_LIB) -Wl,--end-group $(LIBS) -o $@

# --- languages -----------------------------------------------------------------
CATALOGUES := $(patsubst client/cli/po/%.po,$(BUILD)/share/locale/%/LC_MESSAGES/chibo.mo,$(wildcard client/cli/po/*.po))
$(BUILD)/share/locale/%/LC_MESSAGES/chibo.mo: client/cli/po/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<
all: $(CATALOGUES)

# Programs look beside themselves for templates, in a build tree as installed.
TEMPLATES := $(BUILD)/share/chibo/templates
$(TEMPLATES):
	@mkdir -p $(@D)
	ln -sfn $$(realpath --relative-to=$(@D) config/templates) $@
$(BUILD)/bin/chibo: | $(TEMPLATES)
all: $(TEMPLATES)

# --- what people type ------------------------------------------------------------
.PHONY: help deps demo run minutes-loss endurance check check-all tests unit-tests lint format coverage \
	bench bench-others bench-pages bench-relay bench-peers bench-ballot bench-jitter bench-lines bench-mouth-to-ear bench-slow-listeners permissions sweep install clean check-layers check-pure check-banned check-headers

define HELP
make              the programs, into build/release/; MODE=debug, asan, tsan: others
make deps         installs what the build needs; deps-all: what checks need, too
make install      PREFIX=/usr/local SYSCONFDIR=/etc DESTDIR=
make demo         a whole meeting by itself
make run          a server with a sample cell, to try by hand

make check        everything that has to hold; "N passed, N failed"
make sweep        the server of a secret ballot dies at each step of its disk
make check-all    both, sanitizers, fuzzing, lint
make lint format coverage endurance

make bench        all benchmarks; RUNS=3 of the relay. Figures go to docs/performance.md
make bench-pages  those of docs/performance.md and docs/performance-lines.md alone
make bench-peers  installs mumble-server and mosquitto, to be measured beside ours
make bench-relay bench-slow-listeners bench-mouth-to-ear bench-lines
make bench-ballot bench-jitter
                  one of them, printed; see CONTRIBUTING.md

make permissions  writes docs/permissions.md again
endef
help: ; $(info $(HELP)) @:

deps: ; @config/install_packages.sh build
deps-all: ; @config/install_packages.sh all

unit-tests: $(UNIT_TESTS) $(ALSA_CARD) $(CATALOGUES)
tests: all unit-tests $(PLANTED) $(PLANTED_VERIFY) $(BUILD)/tests/chibo-verify_unchecked $(BUILD)/tests/chibo_unchecked $(BUILD)/tests/chibo_false $(BUILD)/tests/chibo_forgetful $(BUILD)/tests/chiboctl_unjudged $(HELPERS) $(PRELOADED) $(ALSA_CARD) $(LINE_TOOLS)

RUN_CHECKS = $(PYTHON) tests/support/run_checks.py --build $(BUILD)
check:
	@$(MAKE) --no-print-directory -j$$(nproc) tests
	@$(RUN_CHECKS) unit conformance integration e2e demo
# The sanitizers' part: what has no clock to keep.
check-quick:
	@$(MAKE) --no-print-directory -j$$(nproc) tests
	@$(RUN_CHECKS) unit conformance integration
# The server of a secret ballot dies at each step of its disk, killed or without
# power.
sweep:
	@$(MAKE) --no-print-directory -j$$(nproc) all $(PRELOADED)
	@CHIBO_BUILD=$(BUILD) $(PYTHON) tests/support/ballot_sweep.py
	@CHIBO_BUILD=$(BUILD) $(PYTHON) tests/support/ballot_sweep.py --power
# Texts of the minutes, while client and server die many times.
minutes-loss: tests
	@CHIBO_BUILD=$(BUILD) CHIBO_MINUTES_ROUNDS=300 $(PYTHON) -m pytest -q -s tests/integration/test_minutes_loss.py
check-all:
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory sweep
	@$(MAKE) --no-print-directory MODE=asan check-quick
	@$(MAKE) --no-print-directory MODE=tsan check-quick
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=60
	@$(MAKE) --no-print-directory fuzz-planted
	@$(MAKE) --no-print-directory lint

demo:
	@config/install_packages.sh build
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@CHIBO_BUILD=$(BUILD) $(PYTHON) tests/e2e/demo_meeting.py build/demo
run:
	@config/install_packages.sh build
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@CHIBO_BUILD=$(BUILD) $(PYTHON) tests/e2e/run_server.py \
		$(if $(VOUCHED),--vouched $(VOUCHED))
# All benchmarks. What docs/performance.md has goes there, with date, machine and
# commit: RUNS of the relay, what bad listeners cost, mouth to ear, and, for
# root, bad lines; PARTS="relay lines": some. The others are printed. mumble-server
# and mosquitto are measured beside ours where they are installed: bench-peers.
RUNS ?= 1
bench:
	@$(MAKE) --no-print-directory bench-others
	@$(MAKE) --no-print-directory bench-pages
bench-others:
	@$(MAKE) --no-print-directory -j$$(nproc) all $(BALLOT_BENCH) $(JITTER_BENCH) \
		$(BUILD)/tests/conformance/ballot_tool
	@$(MAKE) --no-print-directory bench-ballot
	@$(MAKE) --no-print-directory bench-jitter
	@$(PYTHON) tests/bench/bench.py --build $(BUILD)
bench-pages:
	@$(MAKE) --no-print-directory -j$$(nproc) all $(RELAY_BENCH) $(LINE_TOOLS) \
		$(BUILD)/tests/e2e/listening_crowd
	@$(PYTHON) tests/bench/pages.py --build $(BUILD) --runs $(RUNS) $(PARTS)
# Their packages may start them as services; no benchmark needs that.
bench-peers: ; @config/install_packages.sh peers

# One of them, printed. RELAY, SLOW, EAR, LINES: options, as "--write", which puts
# the figures into docs/performance.md; --help of each program has them all.
bench-relay:
	@$(MAKE) --no-print-directory -j$$(nproc) all $(RELAY_BENCH)
	@$(PYTHON) tests/bench/relay.py --build $(BUILD) $(RELAY)
# What a listener who does not read, or floods, costs the others.
bench-slow-listeners: all
	@$(PYTHON) tests/bench/bench_slow_listeners.py --build $(BUILD) $(SLOW)
# How long a word takes to the others' ears, at 3, 50 and 200 members.
bench-mouth-to-ear: all $(BUILD)/tests/e2e/listening_crowd
	@$(PYTHON) tests/bench/bench_mouth_to_ear.py --build $(BUILD) $(EAR)
# Speech over bad lines, beside Mumble.
bench-lines: all $(LINE_TOOLS)
	@CHIBO_BUILD=$(BUILD) $(PYTHON) tests/bench/bench_lines.py $(LINES)

bench-ballot: $(BALLOT_BENCH)
	@$(BUILD)/tests/bench/ballot_bench
	@$(BUILD)/tests/bench/ballot_timing

bench-jitter: $(JITTER_BENCH)
	@$(PYTHON) tests/support/jitter_traces.py | $(JITTER_BENCH)

# Does anything grow, does sound come later? Eight hours at one place on a fake
# clock, then half an hour of real server and clients.
HOURS ?= 8
MINUTES ?= 30
endurance: all $(LONG_MEETING)
	@$(LONG_MEETING) $(HOURS)
	@CHIBO_BUILD=$(BUILD) $(PYTHON) tests/endurance/endurance.py --minutes $(MINUTES)

# docs/permissions.md, by asking the rules, and a server.
permissions: $(BUILD)/tests/unit/test_meeting_rules_permissions $(BUILD)/tests/unit/test_register_rules_permissions all
	@$(BUILD)/tests/unit/test_meeting_rules_permissions docs/permissions.md
	@$(BUILD)/tests/unit/test_register_rules_permissions docs/permissions.md
	@CHIBO_BUILD=$(BUILD) /usr/bin/python3 tests/support/request_permissions.py docs/permissions.md

include tests/fuzz/fuzz.mk

coverage:
	@$(MAKE) --no-print-directory MODE=coverage -j$$(nproc) unit-tests
	@$(PYTHON) tests/support/run_checks.py --build build/coverage unit
	@lcov -q -c -d build/coverage -o build/coverage/all.info
	@lcov -q -e build/coverage/all.info '*/protocol/*' '*/server/domain/*' -o build/coverage/core.info
	@lcov --list build/coverage/core.info

# --- order in the house -------------------------------------------------------------
OUR_C := $(sort $(wildcard protocol/*/*.[ch] server/*.[ch] server/*/*.[ch] client/*/*.[ch] tests/unit/*.[ch] tests/support/*.[ch] tests/support/*/*.[ch] tests/fuzz/*.[ch] tests/conformance/*.[ch] tests/integration/*.[ch] tests/e2e/*.[ch] tests/bench/ballot_*.[ch] tests/bench/jitter_*.[ch] tests/bench/peer_*.[ch] tests/bench/bare_*.[ch] tests/endurance/*.[ch]))
OUR_HEADERS := $(filter protocol/%.h server/%.h client/%.h,$(OUR_C))
PURE_SRC := $(PROTOCOL_SRC) $(filter-out %_options.c %_file.c %_words.c \
	protocol/verify/verify_report%,$(VERIFY_SRC)) $(wildcard client/line/*.c server/domain/*.c server/audio/*.c server/report/*.c)
ALL_SRC := $(PROTOCOL_SRC) $(PROGRAM_SRC) $(SERVER_SRC) $(CHIBOCTL_SRC) $(CLIENT_SRC) $(CLI_SRC) $(BENCH_SRC) $(VERIFY_SRC) \
	protocol/verify/verify_main.c server/main.c

format: ; clang-format -i $(OUR_C)
check-layers: ; @$(PYTHON) config/check_layers.py
ifeq ($(MODE),debug)
check-pure: $(call obj,$(PURE_SRC)) ; @config/check_symbols.sh pure $^
check-banned: $(call obj,$(ALL_SRC)) ; @config/check_symbols.sh banned $^
else
check-pure check-banned: ; @$(MAKE) --no-print-directory MODE=debug -j$$(nproc) $@
endif
check-headers:
	@for header in $(OUR_HEADERS); do \
		$(CC) $(BASE_FLAGS) $(WARN) $(PACKAGE_CFLAGS) -fsyntax-only -x c $$header -MF /dev/null || exit 1; \
	done; echo "headers: $(words $(OUR_HEADERS)) compile alone"
check-format: ; @clang-format --dry-run -Werror $(OUR_C) && echo "format: as .clang-format says"
check-cppcheck:
	@cppcheck -q --std=c11 --enable=warning,performance,portability \
		--inline-suppr --error-exitcode=1 -j $$(nproc) -I. \
		--library=config/cppcheck.cfg --suppressions-list=config/cppcheck.supp $(ALL_SRC) && echo "cppcheck: nothing"
check-tidy:
	@printf '%s\n' $(ALL_SRC) | xargs -P $$(nproc) -n 8 sh -c 'clang-tidy --quiet "$$@" -- \
		$(filter-out -MMD -MP,$(BASE_FLAGS)) $(PACKAGE_CFLAGS) 2>/dev/null' tidy && echo "clang-tidy: nothing"
lint: check-layers check-headers check-format
	@$(MAKE) --no-print-directory check-pure
	@$(MAKE) --no-print-directory check-banned
	@$(MAKE) --no-print-directory check-cppcheck check-tidy

# --- installation ---------------------------------------------------------------------
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
TO = $(DESTDIR)$(PREFIX)
SETTINGS = $(DESTDIR)$(SYSCONFDIR)/chibo
# What systemd reads names the places of a distribution's package; they become
# those of this installation.
define install_snippet
sed 's|/usr/bin/|$(PREFIX)/bin/|g; s|/etc/chibo|$(SYSCONFDIR)/chibo|g' \
	config/systemd/$(1) > $(TO)/lib/$(2)
chmod 644 $(TO)/lib/$(2)
endef
install: all
	install -d $(TO)/bin $(TO)/share/man/man1 $(TO)/share/man/man5 \
		$(TO)/share/man/man8 $(SETTINGS)/rules \
		$(TO)/lib/systemd/system $(TO)/lib/sysusers.d $(TO)/lib/tmpfiles.d
	install -m 755 $(PROGRAMS) $(TO)/bin/
	for page in man/*.[158]; do \
		install -m 644 $$page $(TO)/share/man/man$${page##*.}/ || exit 1; done
	for page in LICENSE *.md docs/*.md protocol/README.md protocol/rules/README.md \
		protocol/verify/README.md config/templates/documents/README.md; do \
		install -D -m 644 $$page $(TO)/share/doc/chibo/$$page || exit 1; done
	test -e $(SETTINGS)/chibod.conf || \
		install -m 644 config/chibod.conf $(SETTINGS)/
	install -m 644 config/rules/*.conf $(SETTINGS)/rules/
	for folder in $(SETTINGS) $(TO)/share/chibo; do \
		install -d $$folder/templates/agenda && \
		install -m 644 config/templates/agenda/*.conf \
			$$folder/templates/agenda/ || exit 1; \
		install -m 644 config/templates/phrases.conf \
			$$folder/templates/ || exit 1; \
		install -d $$folder/templates/documents && \
		install -m 644 config/templates/documents/*.mustache \
			config/templates/documents/README.md \
			$$folder/templates/documents/ || exit 1; done
	$(call install_snippet,chibod.service,systemd/system/chibod.service)
	$(call install_snippet,chibo.sysusers,sysusers.d/chibo.conf)
	$(call install_snippet,chibo.tmpfiles,tmpfiles.d/chibo.conf)
	for catalogue in $(CATALOGUES:$(BUILD)/share/%=%); do \
		install -D -m 644 $(BUILD)/share/$$catalogue $(TO)/share/$$catalogue || exit 1; done
clean: ; rm -rf build

-include $(wildcard $(BUILD)/*/*/*.d $(BUILD)/*/*.d $(BUILD)/*/*/*/*.d)
