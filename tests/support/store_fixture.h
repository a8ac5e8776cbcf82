/*
 * What the tests of the store share: a folder of their own, batches with
 * Vietnamese content, and a listener that writes down what it is told.
 */
#ifndef TESTS_SUPPORT_STORE_FIXTURE_H
#define TESTS_SUPPORT_STORE_FIXTURE_H

#include "server/store/store_thread.h"

enum { STORE_FIXTURE_HEARD_MAX = 4096 };

struct store_heard {
    enum {
        HEARD_COMMIT = 1,
        HEARD_LOAD,
        HEARD_BLOB,
        HEARD_BLOB_STATE,
        HEARD_PIN
    } kind;
    struct identifier log; /* "" if there was none */
    uint64_t ticket;
    enum result result;
    uint64_t blob_size;
    uint64_t durable_size;
    bool is_complete;
};

struct store_fixture {
    char folder[64];
    char path[96]; /* of the database */
    uv_loop_t loop;
    struct store *store;
    bool is_closed;
    struct store_heard heard[STORE_FIXTURE_HEARD_MAX];
    size_t heard_count;
    struct store_log *log; /* what was loaded last; owned */
    uint8_t *bytes;        /* what was read last; owned */
    size_t size;
    struct store_pin pin; /* what was read last */
};

/* Setup and teardown for cmocka: `*state` is a struct store_fixture without a
 * store, the folder is removed with everything in it. The teardown also closes
 * the store and asserts that the loop then holds nothing. */
int store_fixture_setup(void **state);
int store_fixture_teardown(void **state);

struct store_listener store_fixture_listener(struct store_fixture *fixture);
/* Asserts that it opens. `config` may be NULL; its path is filled in. */
void store_fixture_open(struct store_fixture *fixture,
                        const struct store_config *config);
void store_fixture_close(struct store_fixture *fixture);
/* Runs the loop until `count` things have been heard in all. */
void store_fixture_wait(struct store_fixture *fixture, size_t count);
/* Loads a log and waits for it. */
const struct store_log *store_fixture_load(struct store_fixture *fixture,
                                           const char *log);

/* A batch with events `first` to `first + count - 1`, each with an opening;
 * NULL as `log` gives one for blob pieces. Asserts. */
struct store_batch *store_fixture_batch(const char *log, uint64_t ticket,
                                        uint64_t first, size_t count);
/* The same batch begins its log with a key of 32 times `key_byte`. */
struct store_batch *store_fixture_begin(struct store_batch *batch,
                                        uint8_t key_byte);
void store_fixture_add_request(struct store_batch *batch, uint8_t device,
                               uint64_t id, const char *answer);
void store_fixture_add_piece(struct store_batch *batch, const struct hash *blob,
                             const uint8_t *bytes, size_t blob_size,
                             size_t offset, size_t size);
struct identifier store_fixture_id(const char *text);
/* Is `count` times `byte` in a row in any file of the folder? */
bool store_fixture_folder_has(const struct store_fixture *fixture, uint8_t byte,
                              size_t count);
/* Asserts that the log holds exactly what store_fixture_batch() makes for
 * events 0 to `count - 1`. */
void store_fixture_assert_log(const struct store_log *log, size_t count);

#endif
