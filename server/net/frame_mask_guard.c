#include "server/net/frame_mask_guard.h"

#include <dlfcn.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum guard_state {
    GUARD_METHOD = 1, /* the first bytes of the request */
    GUARD_HEADERS,    /* up to the empty line */
    GUARD_FIRST_BYTE, /* of a frame */
    GUARD_SECOND_BYTE,
    GUARD_LENGTH,
    GUARD_MASK,
    GUARD_PAYLOAD,
    GUARD_VIOLATED
};

enum { MASK_BIT = 0x80, LENGTH_16 = 126, LENGTH_64 = 127, MASK_SIZE = 4 };

struct guard {
    enum guard_state state;
    unsigned progress; /* bytes of the expected text, or of a field, seen */
    unsigned field_size;
    uint64_t length; /* of the payload, then what is left of it */
    frame_mask_guard_fn on_violation;
    void *user;
};

typedef int (*ssl_read_fn)(SSL *ssl, void *out, int size);

static ssl_read_fn real_ssl_read;
static int context_index = -1; /* marks contexts to be guarded */
static int guard_index = -1;   /* the guard of a connection */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_guard(void *parent, void *guard, CRYPTO_EX_DATA *data,
                       int index, long argument, void *argument_pointer)
{
    (void)parent;
    (void)data;
    (void)index;
    (void)argument;
    (void)argument_pointer;
    free(guard);
}

static void set_up(void)
{
    void *symbol = dlsym(RTLD_NEXT, "SSL_read");

    /* ISO C has no cast from an object pointer to a function pointer. */
    memcpy(&real_ssl_read, &symbol, sizeof real_ssl_read);
    context_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    guard_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, free_guard);
}

/* --- following the stream ------------------------------------------------ */

static void enter(struct guard *guard, enum guard_state state)
{
    guard->state = state;
    guard->progress = 0;
}

static void follow_method(struct guard *guard, uint8_t byte)
{
    static const char method[] = "GET ";

    if (byte != (uint8_t)method[guard->progress])
        enter(guard, GUARD_VIOLATED);
    else if (++guard->progress == sizeof method - 1)
        enter(guard, GUARD_HEADERS);
}

static void follow_headers(struct guard *guard, uint8_t byte)
{
    static const char end[] = "\r\n\r\n";

    if (byte == (uint8_t)end[guard->progress])
        guard->progress++;
    else
        guard->progress = byte == '\r';
    if (guard->progress == sizeof end - 1)
        enter(guard, GUARD_FIRST_BYTE);
}

static void follow_second_byte(struct guard *guard, uint8_t byte)
{
    unsigned length = byte & 0x7fU;

    if (!(byte & MASK_BIT)) {
        enter(guard, GUARD_VIOLATED);
        return;
    }
    guard->length = length < LENGTH_16 ? length : 0;
    guard->field_size = length == LENGTH_16 ? 2 : 8;
    enter(guard, length < LENGTH_16 ? GUARD_MASK : GUARD_LENGTH);
}

static void follow_length(struct guard *guard, uint8_t byte)
{
    guard->length = guard->length << 8 | byte;
    if (++guard->progress == guard->field_size)
        enter(guard, GUARD_MASK);
}

static void follow_mask(struct guard *guard)
{
    if (++guard->progress == MASK_SIZE)
        enter(guard, guard->length ? GUARD_PAYLOAD : GUARD_FIRST_BYTE);
}

/* Takes as much of a payload as there is; returns how many bytes that was. */
static size_t follow_payload(struct guard *guard, size_t size)
{
    size_t taken = size < guard->length ? size : (size_t)guard->length;

    guard->length -= taken;
    if (!guard->length)
        enter(guard, GUARD_FIRST_BYTE);
    return taken;
}

static void follow(struct guard *guard, const uint8_t *bytes, size_t size)
{
    size_t i = 0;

    while (i < size) {
        switch (guard->state) {
        case GUARD_METHOD:
            follow_method(guard, bytes[i++]);
            break;
        case GUARD_HEADERS:
            follow_headers(guard, bytes[i++]);
            break;
        case GUARD_FIRST_BYTE:
            enter(guard, GUARD_SECOND_BYTE);
            i++;
            break;
        case GUARD_SECOND_BYTE:
            follow_second_byte(guard, bytes[i++]);
            break;
        case GUARD_LENGTH:
            follow_length(guard, bytes[i++]);
            break;
        case GUARD_MASK:
            follow_mask(guard);
            i++;
            break;
        case GUARD_PAYLOAD:
            i += follow_payload(guard, size - i);
            break;
        case GUARD_VIOLATED:
            return;
        }
    }
}

/* --- the place in the middle --------------------------------------------- */

/* The guard of a connection, made at its first read; NULL for a connection
 * that is not guarded, or (`*has_failed`) when memory is out. */
static struct guard *guard_of(SSL *ssl, bool *has_failed)
{
    struct guard *guard = SSL_get_ex_data(ssl, guard_index);

    *has_failed = false;
    if (guard || !SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index))
        return guard;
    guard = calloc(1, sizeof *guard);
    if (guard && SSL_set_ex_data(ssl, guard_index, guard) == 1) {
        guard->state = GUARD_METHOD;
        return guard;
    }
    free(guard);
    *has_failed = true;
    return NULL;
}

/* What SSL_get_error() reads as a broken connection. */
static int fail_read(void)
{
    ERR_raise(ERR_LIB_USER, ERR_R_OPERATION_FAIL);
    return -1;
}

/*
 * Stands before OpenSSL's function of that name: the dynamic linker gives this
 * one to libwebsockets, because the program's own symbols come first.
 */
__attribute__((visibility("default"))) int SSL_read(SSL *ssl, void *out,
                                                    int size)
{
    bool has_failed;

    pthread_once(&once, set_up);
    int got = real_ssl_read(ssl, out, size);
    if (got <= 0)
        return got;
    struct guard *guard = guard_of(ssl, &has_failed);
    if (!guard)
        return has_failed ? fail_read() : got;

    bool was_violated = guard->state == GUARD_VIOLATED;
    follow(guard, out, (size_t)got);
    if (guard->state != GUARD_VIOLATED)
        return got;
    if (!guard->on_violation)
        return fail_read();
    if (!was_violated)
        guard->on_violation(guard->user);
    return got;
}

bool frame_mask_guard_is_active(void)
{
    int (*own)(SSL *, void *, int) = SSL_read;
    void *used = dlsym(RTLD_DEFAULT, "SSL_read");

    pthread_once(&once, set_up);
    return real_ssl_read && !memcmp(&own, &used, sizeof own) &&
           context_index >= 0 && guard_index >= 0;
}

enum result frame_mask_guard_install(SSL_CTX *context)
{
    pthread_once(&once, set_up);
    return SSL_CTX_set_ex_data(context, context_index, context) == 1
               ? RESULT_OK
               : RESULT_CRYPTO;
}

enum result frame_mask_guard_watch(SSL *ssl, frame_mask_guard_fn on_violation,
                                   void *user)
{
    bool has_failed;

    pthread_once(&once, set_up);
    struct guard *guard = guard_of(ssl, &has_failed);
    if (!guard || guard->state == GUARD_VIOLATED)
        return RESULT_REFUSED;
    guard->on_violation = on_violation;
    guard->user = user;
    return RESULT_OK;
}

void frame_mask_guard_unwatch(SSL *ssl)
{
    struct guard *guard = ssl ? SSL_get_ex_data(ssl, guard_index) : NULL;

    if (guard)
        guard->on_violation = NULL;
}
