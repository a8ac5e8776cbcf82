#include "tests/support/lying/held.h"

#include "tests/support/lying/json_path.h"
#include "tests/support/lying/must.h"

#include <stdlib.h>
#include <string.h>

struct held {
    struct transport_connection *tap; /* NULL: gone */
    json_t *row;                      /* owned; as it is told */
};

static struct held *requests; /* owned */
static size_t count;

void held_add(struct transport_connection *tap, json_t *message)
{
    requests = realloc(requests, (count + 1) * sizeof *requests);
    must(requests);
    requests[count].tap = tap;
    requests[count].row =
        json_pack("{s:s, s:s, s:O}", "holder", tap->holder, "log",
                  json_text(message, "log"), "message", message);
    must(requests[count].row);
    count++;
}

void held_end(const struct transport_connection *tap)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (requests[i].tap == tap)
            requests[i].tap = NULL;
}

static json_t *list(void)
{
    json_t *rows = json_array();
    size_t i;

    must(rows);
    for (i = 0; i < count; i++)
        must(json_array_append(rows, requests[i].row) == 0);
    return json_pack("{s:o}", "held", rows);
}

static void reply(const json_t *operation)
{
    const json_t *to = json_object_get(operation, "to");
    const size_t which = (size_t)json_integer_value(to);
    json_t *frame = json_copy(json_object_get(operation, "frame"));
    const json_t *message;

    must(frame && which < count);
    if (!requests[which].tap) {
        json_decref(frame);
        return;
    }
    message = json_object_get(requests[which].row, "message");
    must(json_object_set(frame, "re", json_object_get(message, "id")) == 0);
    tap_send(requests[which].tap, frame);
}

json_t *held_take(const json_t *operation)
{
    const char *op = json_text(operation, "op");

    if (strcmp(op, "held") == 0)
        return list();
    if (strcmp(op, "reply") != 0)
        return NULL;
    reply(operation);
    return json_object();
}

void held_forget(void)
{
    while (count > 0)
        json_decref(requests[--count].row);
    free(requests);
    requests = NULL;
}
