# chibo: targets only. Compiler, flags, modes and packages: config/build.mk
include config/build.mk

all:

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

# --- what is built of what ---------------------------------------------------
PROTOCOL_SRC := $(wildcard protocol/base/*.c protocol/wire/*.c \
	protocol/meeting/*.c protocol/rules/*.c protocol/ballot/*.c \
	protocol/record/*.c)
SERVER_SRC := $(wildcard server/domain/*.c server/room/*.c server/audio/*.c \
	server/store/*.c server/document/*.c server/net/*.c server/platform/*.c \
	server/control/*.c)
SERVER_SRC := $(filter-out server/control/chiboctl%.c,$(SERVER_SRC)) server/chibod.c
CHIBOCTL_SRC := $(wildcard server/control/chiboctl*.c)
CLIENT_SRC := $(wildcard client/core/*.c client/audio/*.c)
CLI_SRC := $(wildcard client/cli/*.c)
BENCH_SRC := $(wildcard client/bench/*.c)
TEST_SUPPORT_SRC := $(wildcard tests/support/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)

PROTOCOL_LIB := $(BUILD)/libprotocol.a
SERVER_LIB := $(BUILD)/libserver.a
CLIENT_LIB := $(BUILD)/libclient.a
SUPPORT_LIB := $(BUILD)/libtestsupport.a
BIN := $(BUILD)/bin
PROGRAMS := $(BIN)/chibod $(BIN)/chiboctl $(BIN)/chibo $(BIN)/chibo-bench
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(UNIT_SRC))

all: $(PROGRAMS)
.PHONY: all
.DELETE_ON_ERROR:
.SECONDARY:

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(BASE_FLAGS) $(WARN) $(MODE_FLAGS) $(PACKAGE_CFLAGS) $(CFLAGS) -c $< -o $@

define archive
@mkdir -p $(@D)
@rm -f $@
$(AR) rcs $@ $^
endef
$(PROTOCOL_LIB): $(call obj,$(PROTOCOL_SRC))
	$(archive)
$(SERVER_LIB): $(call obj,$(SERVER_SRC))
	$(archive)
$(CLIENT_LIB): $(call obj,$(CLIENT_SRC))
	$(archive)
$(SUPPORT_LIB): $(call obj,$(TEST_SUPPORT_SRC))
	$(archive)

define link
@mkdir -p $(@D)
$(CC) $(MODE_FLAGS) $(LDFLAGS) $^ $(LIBS) -o $@
endef
$(BUILD)/server/store/store_migrations.o: $(wildcard server/store/migrations/*.sql)
$(BIN)/chibod: $(BUILD)/server/main.o $(SERVER_LIB) $(PROTOCOL_LIB)
	$(link)
$(BIN)/chiboctl: $(call obj,$(CHIBOCTL_SRC)) $(SERVER_LIB) $(PROTOCOL_LIB)
	$(link)
$(BIN)/chibo: $(call obj,$(CLI_SRC)) $(CLIENT_LIB) $(PROTOCOL_LIB)
	$(link)
$(BIN)/chibo-bench: $(call obj,$(BENCH_SRC)) $(CLIENT_LIB) $(PROTOCOL_LIB)
	$(link)

# A unit test is one file; it links everything, the archives give what it uses.
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(SERVER_LIB) $(CLIENT_LIB) $(PROTOCOL_LIB) $(SUPPORT_LIB)
	@mkdir -p $(@D)
	$(CC) $(MODE_FLAGS) $(LDFLAGS) $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LIBS) $(TEST_LIBS) -o $@

# Servers with a fault planted, for the tests of the tests.
$(BUILD)/tests/chibod_%: $(BUILD)/tests/support/planted/chibod_%.o $(SERVER_LIB) $(PROTOCOL_LIB)
	$(link)
$(BUILD)/tests/undo_fs.so: tests/support/undo_fs/undo_fs.c
	@mkdir -p $(@D)
	$(CC) $(BASE_FLAGS) $(WARN) -O2 -g -fPIC -shared $< -o $@

-include $(wildcard $(BUILD)/*/*/*.d $(BUILD)/*/*.d)
