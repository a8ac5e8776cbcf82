#include "tests/support/store_fixture.h"

#include "protocol/base/limits.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- The listener ------------------------------------------------------- */

static struct store_heard *hear(struct store_fixture *fixture)
{
    assert_true(fixture->heard_count < STORE_FIXTURE_HEARD_MAX);
    return &fixture->heard[fixture->heard_count++];
}

static void on_committed(void *user, const struct identifier *log,
                         uint64_t ticket, enum result result)
{
    struct store_heard *heard = hear(user);
    *heard = (struct store_heard){ .kind = HEARD_COMMIT,
                                   .ticket = ticket,
                                   .result = result };
    if (log)
        heard->log = *log;
}

static void on_loaded(void *user, const struct identifier *id,
                      enum result result, struct store_log *log)
{
    struct store_fixture *fixture = user;
    *hear(fixture) = (struct store_heard){ .kind = HEARD_LOAD,
                                           .log = *id,
                                           .result = result };
    store_log_free(fixture->log);
    fixture->log = log;
}

static void on_blob(void *user, uint64_t ticket, enum result result,
                    uint64_t blob_size, const uint8_t *bytes, size_t size)
{
    struct store_fixture *fixture = user;
    *hear(fixture) = (struct store_heard){ .kind = HEARD_BLOB,
                                           .ticket = ticket,
                                           .result = result,
                                           .blob_size = blob_size };
    free(fixture->bytes);
    fixture->bytes = malloc(size + 1);
    assert_non_null(fixture->bytes);
    if (size > 0)
        memcpy(fixture->bytes, bytes, size);
    fixture->size = size;
}

static void on_blob_state(void *user, uint64_t ticket, enum result result,
                          const struct hash *blob, uint64_t durable_size,
                          bool is_complete)
{
    (void)blob; /* the ticket says which */
    *hear(user) = (struct store_heard){ .kind = HEARD_BLOB_STATE,
                                        .ticket = ticket,
                                        .result = result,
                                        .durable_size = durable_size,
                                        .is_complete = is_complete };
}

static void on_pin(void *user, uint64_t ticket, enum result result,
                   const struct store_pin *pin)
{
    struct store_fixture *fixture = user;
    *hear(fixture) = (struct store_heard){ .kind = HEARD_PIN,
                                           .ticket = ticket,
                                           .result = result };
    fixture->pin = *pin;
}

struct store_listener store_fixture_listener(struct store_fixture *fixture)
{
    return (struct store_listener){ .user = fixture,
                                    .on_committed = on_committed,
                                    .on_loaded = on_loaded,
                                    .on_blob = on_blob,
                                    .on_blob_state = on_blob_state,
                                    .on_pin = on_pin };
}

/* ---- The folder and the store ------------------------------------------- */

int store_fixture_setup(void **state)
{
    struct store_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    (void)snprintf(fixture->folder, sizeof fixture->folder,
                   "/tmp/chibo-store-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/chibo.db",
                   fixture->folder);
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
    *state = fixture;
    return 0;
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    const struct dirent *entry;
    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            assert_int_equal(unlinkat(dirfd(dir), entry->d_name, 0), 0);
    closedir(dir);
    assert_int_equal(rmdir(folder), 0);
}

int store_fixture_teardown(void **state)
{
    struct store_fixture *fixture = *state;
    if (fixture->store)
        store_fixture_close(fixture);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    remove_folder(fixture->folder);
    store_log_free(fixture->log);
    free(fixture->bytes);
    free(fixture);
    return 0;
}

void store_fixture_open(struct store_fixture *fixture,
                        const struct store_config *config)
{
    struct store_config own = { 0 };
    if (config)
        own = *config;
    own.path = fixture->path;
    const struct store_listener listener = store_fixture_listener(fixture);
    assert_int_equal(
        store_thread_open(&fixture->store, &fixture->loop, &own, &listener),
        RESULT_OK);
}

static void on_closed(void *user)
{
    struct store_fixture *fixture = user;
    fixture->is_closed = true;
}

void store_fixture_close(struct store_fixture *fixture)
{
    fixture->is_closed = false;
    store_thread_close(fixture->store, on_closed, fixture);
    fixture->store = NULL;
    assert_int_equal(uv_run(&fixture->loop, UV_RUN_DEFAULT), 0);
    assert_true(fixture->is_closed);
}

void store_fixture_wait(struct store_fixture *fixture, size_t count)
{
    while (fixture->heard_count < count)
        (void)uv_run(&fixture->loop, UV_RUN_ONCE);
    assert_int_equal(fixture->heard_count, count);
}

const struct store_log *store_fixture_load(struct store_fixture *fixture,
                                           const char *log)
{
    const struct identifier id = store_fixture_id(log);
    assert_int_equal(fixture->store->ops->load(fixture->store, &id), RESULT_OK);
    store_fixture_wait(fixture, fixture->heard_count + 1);
    const struct store_heard *heard = &fixture->heard[fixture->heard_count - 1];
    assert_int_equal(heard->kind, HEARD_LOAD);
    assert_int_equal(heard->result, RESULT_OK);
    assert_true(identifier_is(&heard->log, log));
    return fixture->log;
}

/* ---- Batches ------------------------------------------------------------ */

struct identifier store_fixture_id(const char *text)
{
    struct identifier id = { 0 };
    assert_int_equal(identifier_parse(text_view_of(text), &id), RESULT_OK);
    return id;
}

static void make_event(uint64_t seq, char *bytes, size_t bytes_size,
                       struct store_event *out)
{
    int size =
        snprintf(bytes, bytes_size, "{\"seq\":%llu,\"ev\":\"hand_raised\"}",
                 (unsigned long long)seq);
    *out = (struct store_event){ .seq = seq,
                                 .at_ms = 1700000000000 + (int64_t)seq,
                                 .bytes = (uint8_t *)bytes,
                                 .size = (size_t)size };
    memset(out->head.bytes, (int)(seq % 251), sizeof out->head.bytes);
}

static void make_opening(uint64_t seq, char *value, size_t value_size,
                         struct store_opening *out)
{
    static char field[] = "lý do";
    int size = snprintf(value, value_size, "Đồng chí Mẫu %llu: đồng ý",
                        (unsigned long long)seq);
    *out = (struct store_opening){
        .seq = seq, .field = field, .value = value, .value_size = (size_t)size
    };
    memset(out->salt, (int)(seq % 241), sizeof out->salt);
}

struct store_batch *store_fixture_batch(const char *log, uint64_t ticket,
                                        uint64_t first, size_t count)
{
    struct store_batch *batch = NULL;
    struct identifier id;
    if (log)
        id = store_fixture_id(log);
    assert_int_equal(store_batch_new(&batch, log ? &id : NULL, ticket),
                     RESULT_OK);
    for (uint64_t seq = first; seq < first + count; seq++) {
        char text[128];
        struct store_event event;
        struct store_opening opening;
        make_event(seq, text, sizeof text, &event);
        assert_int_equal(store_batch_add_event(batch, &event), RESULT_OK);
        make_opening(seq, text, sizeof text, &opening);
        assert_int_equal(store_batch_add_opening(batch, &opening), RESULT_OK);
    }
    return batch;
}

struct store_batch *store_fixture_begin(struct store_batch *batch,
                                        uint8_t key_byte)
{
    uint8_t key[32];
    memset(key, key_byte, sizeof key);
    assert_int_equal(store_batch_begin_log(batch, key), RESULT_OK);
    return batch;
}

void store_fixture_add_request(struct store_batch *batch, uint8_t device,
                               uint64_t id, const char *answer)
{
    char text[256];
    const size_t size = strlen(answer);
    assert_true(size < sizeof text);
    memcpy(text, answer, size);
    struct store_request request = { .id = id,
                                     .answer = text,
                                     .answer_size = size };
    memset(request.device.bytes, device, sizeof request.device.bytes);
    assert_int_equal(store_batch_add_request(batch, &request), RESULT_OK);
}

void store_fixture_add_piece(struct store_batch *batch, const struct hash *blob,
                             const uint8_t *bytes, size_t blob_size,
                             size_t offset, size_t size)
{
    uint8_t copy[LIMIT_BLOB_PIECE_SIZE];
    assert_true(size <= sizeof copy);
    memcpy(copy, bytes + offset, size);
    const struct store_blob_piece piece = { .blob = *blob,
                                            .blob_size = blob_size,
                                            .offset = offset,
                                            .bytes = copy,
                                            .size = size };
    assert_int_equal(store_batch_add_blob_piece(batch, &piece), RESULT_OK);
}

void store_fixture_assert_log(const struct store_log *log, size_t count)
{
    assert_non_null(log);
    assert_true(log->exists);
    assert_int_equal(log->event_count, count);
    assert_int_equal(log->opening_count, count);
    for (size_t i = 0; i < count; i++) {
        char text[128];
        struct store_event event;
        struct store_opening opening;
        make_event(i, text, sizeof text, &event);
        assert_int_equal(log->events[i].seq, i);
        assert_int_equal(log->events[i].at_ms, event.at_ms);
        assert_true(hash_equal(&log->events[i].head, &event.head));
        assert_int_equal(log->events[i].size, event.size);
        assert_memory_equal(log->events[i].bytes, text, event.size);
        make_opening(i, text, sizeof text, &opening);
        assert_int_equal(log->openings[i].seq, i);
        assert_string_equal(log->openings[i].field, opening.field);
        assert_memory_equal(log->openings[i].salt, opening.salt, 32);
        assert_int_equal(log->openings[i].value_size, opening.value_size);
        assert_memory_equal(log->openings[i].value, text, opening.value_size);
    }
}

/* ---- Files -------------------------------------------------------------- */

static bool file_has(const char *path, uint8_t byte, size_t count)
{
    bool is_found = false;
    size_t run = 0;
    int c;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    while (!is_found && (c = getc(file)) != EOF) {
        run = c == byte ? run + 1 : 0;
        is_found = run == count;
    }
    (void)fclose(file);
    return is_found;
}

bool store_fixture_folder_has(const struct store_fixture *fixture, uint8_t byte,
                              size_t count)
{
    bool is_found = false;
    DIR *dir = opendir(fixture->folder);
    assert_non_null(dir);
    const struct dirent *entry;
    while ((entry = readdir(dir))) {
        char path[sizeof fixture->folder + sizeof entry->d_name + 1];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", fixture->folder,
                       entry->d_name);
        is_found |= file_has(path, byte, count);
    }
    closedir(dir);
    return is_found;
}
