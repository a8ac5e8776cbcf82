# Fuzz targets: one program a decoder, made by clang with libFuzzer.
#   make fuzz                 every target for FUZZ_SECONDS (60) each
#   make fuzz-planted         every target has to find its planted fault
#   make fuzz-corpus          writes the seeds anew
FUZZ_CC ?= clang
FUZZ_SECONDS ?= 60
FUZZ_BUILD := build/fuzz
FUZZ_FLAGS := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=undefined \
	-fsanitize=fuzzer-no-link,address,undefined
FUZZ_TARGETS := message command event opening audio_frame tight_message \
	blob_piece hearing line anchors succession record ballot_archive ballot_record ballot_vote \
	ballot_keys ruleset record_file document
FUZZ_SRC := $(PROTOCOL_SRC) $(VERIFY_SRC) tests/support/message_filler.c \
	tests/support/schema_list.c tests/support/anchor_sample.c \
	tests/support/key_row.c tests/support/ballot_dice.c \
	tests/support/small_election.c
FUZZ_OBJ := $(FUZZ_SRC:%.c=$(FUZZ_BUILD)/%.o)
FUZZ_PROGRAMS := $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/fuzz_%)
FUZZ_PLANTED := $(FUZZ_TARGETS:%=$(FUZZ_BUILD)/planted_%)

$(FUZZ_BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(BASE_FLAGS) $(WARN) $(FUZZ_FLAGS) $(PACKAGE_CFLAGS) -c $< -o $@
$(FUZZ_BUILD)/planted/%.o: tests/fuzz/%.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(BASE_FLAGS) $(WARN) $(FUZZ_FLAGS) $(PACKAGE_CFLAGS) \
		-DFUZZ_PLANTED_FAULT -c $< -o $@
$(FUZZ_BUILD)/libfuzzed.a: $(FUZZ_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^
$(FUZZ_PROGRAMS): $(FUZZ_BUILD)/fuzz_%: $(FUZZ_BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_BUILD)/libfuzzed.a
	$(FUZZ_CC) -fsanitize=fuzzer,address,undefined $^ $(LIBS) -o $@
$(FUZZ_PLANTED): $(FUZZ_BUILD)/planted_%: $(FUZZ_BUILD)/planted/fuzz_%.o $(FUZZ_BUILD)/libfuzzed.a
	$(FUZZ_CC) -fsanitize=fuzzer,address,undefined $^ $(LIBS) -o $@
$(FUZZ_BUILD)/make_corpus: $(FUZZ_BUILD)/tests/fuzz/make_corpus.o $(FUZZ_BUILD)/tests/fuzz/key_seeds.o \
		$(patsubst %,$(FUZZ_BUILD)/tests/support/%.o,log_author ballot_committee ballot_counting) \
		$(FUZZ_BUILD)/libfuzzed.a
	$(FUZZ_CC) -fsanitize=address,undefined $^ $(LIBS) $(TEST_LIBS) -o $@

# What is found new goes to build/fuzz/corpus; what breaks, to build/fuzz.
fuzz: $(FUZZ_PROGRAMS)
	@set -e; for target in $(FUZZ_TARGETS); do \
		mkdir -p $(FUZZ_BUILD)/corpus/$$target; \
		$(FUZZ_BUILD)/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) \
			-timeout=5 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
			-dict=tests/fuzz/message.dict -artifact_prefix=$(FUZZ_BUILD)/$$target- \
			$(FUZZ_BUILD)/corpus/$$target tests/fuzz/corpus/$$target; \
	done
fuzz-planted: $(FUZZ_PLANTED)
	@for target in $(FUZZ_TARGETS); do \
		log=$(FUZZ_BUILD)/planted_$$target.log; \
		found=$(FUZZ_BUILD)/planted_corpus/$$target; \
		rm -rf $$found; mkdir -p $$found; \
		$(FUZZ_BUILD)/planted_$$target -runs=0 tests/fuzz/corpus/$$target \
			>$$log 2>&1 || { echo "$$target: a seed reaches the fault"; exit 1; }; \
		$(FUZZ_BUILD)/planted_$$target -max_total_time=180 -max_len=16384 \
			-dict=tests/fuzz/message.dict -artifact_prefix=$(FUZZ_BUILD)/planted- \
			-seed=1 $$found tests/fuzz/corpus/$$target >$$log 2>&1; \
		grep -q 'ERROR: AddressSanitizer: heap-buffer-overflow' $$log || \
			{ echo "$$target: the planted fault was not found"; exit 1; }; \
		echo "$$target: the planted fault was found"; \
	done
fuzz-corpus: $(FUZZ_BUILD)/make_corpus
	@mkdir -p $(FUZZ_TARGETS:%=tests/fuzz/corpus/%)
	$< tests/fuzz/corpus
.PHONY: fuzz fuzz-planted fuzz-corpus
-include $(FUZZ_OBJ:.o=.d) $(wildcard $(FUZZ_BUILD)/tests/*/*.d $(FUZZ_BUILD)/planted/*.d)
