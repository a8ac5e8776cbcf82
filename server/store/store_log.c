#include "server/store/store_batch.h"

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

void *store_bytes_copy(const void *bytes, size_t size)
{
    char *copy = size < SIZE_MAX ? malloc(size + 1) : NULL;
    if (!copy)
        return NULL;
    if (size > 0)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

enum result store_event_copy(struct store_event *out,
                             const struct store_event *event)
{
    uint8_t *bytes = store_bytes_copy(event->bytes, event->size);
    if (!bytes)
        return RESULT_NO_MEMORY;
    *out = *event;
    out->bytes = bytes;
    return RESULT_OK;
}

enum result store_opening_copy(struct store_opening *out,
                               const struct store_opening *opening)
{
    char *field = strdup(opening->field);
    char *value = store_bytes_copy(opening->value, opening->value_size);
    if (!field || !value) {
        free(field);
        free(value);
        return RESULT_NO_MEMORY;
    }
    *out = *opening;
    out->field = field;
    out->value = value;
    return RESULT_OK;
}

enum result store_request_copy(struct store_request *out,
                               const struct store_request *request)
{
    char *answer = store_bytes_copy(request->answer, request->answer_size);
    if (!answer)
        return RESULT_NO_MEMORY;
    *out = *request;
    out->answer = answer;
    return RESULT_OK;
}

void store_event_release(struct store_event *event)
{
    free(event->bytes);
    event->bytes = NULL;
}

void store_opening_release(struct store_opening *opening)
{
    free(opening->field);
    free(opening->value);
    opening->field = NULL;
    opening->value = NULL;
}

void store_request_release(struct store_request *request)
{
    free(request->answer);
    request->answer = NULL;
}

struct store_log *store_log_free(struct store_log *log)
{
    if (!log)
        return NULL;
    for (size_t i = 0; i < log->event_count; i++)
        store_event_release(&log->events[i]);
    for (size_t i = 0; i < log->opening_count; i++)
        store_opening_release(&log->openings[i]);
    for (size_t i = 0; i < log->request_count; i++)
        store_request_release(&log->requests[i]);
    free(log->events);
    free(log->openings);
    free(log->requests);
    OPENSSL_cleanse(log->room_key, sizeof log->room_key);
    free(log);
    return NULL;
}
