/*
 * Target: line_wish_read(), how a session on a bad line asks to be sent sound,
 * and the token by which a further connection is attached to it.
 * Input: the text of the request.
 * Holds: a wish that is read is a good one, and written and read again the
 * same; one that is refused names a field of the operation and leaves what was
 * there; a token that is read is written as it came; whatever is wished, frames
 * that are planned for it come out of the plan, copies too, and then nothing
 * does. Planted fault: where copies are asked of two messages right behind each
 * other.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/base/encoding.h"
#include "protocol/line/copy_plan.h"
#include "protocol/line/line_wish.h"
#include "protocol/wire/field.h"
#include "protocol/wire/json_read.h"

#include <stdlib.h>
#include <string.h>

enum { TOKEN_SIZE = 32, FRAMES = 40, FRAME_MS = 20 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_written(const struct line_wish *wish)
{
    json_t *object = json_object();
    struct line_wish again;

    require(object && line_wish_write(wish, object));
    require(line_wish_read(object, &again) == NULL);
    require(line_wish_equal(wish, &again));
    json_decref(object);
}

/* The new frames of the messages that are due until then. */
static size_t take_due(struct copy_plan *plan, int64_t now_ms, unsigned lanes)
{
    struct copy_message message;
    size_t count = 0;

    while (copy_plan_due_ms(plan) <= now_ms)
        if (copy_plan_take(plan, now_ms, lanes, &message)) {
            require(message.lane < lanes);
            require(message.count >= message.new_count && message.count > 0);
            count += message.new_count;
        }
    return count;
}

static void check_planned(const struct line_wish *wish)
{
    static struct copy_plan plan;
    const uint8_t payload[] = { 1, 2, 3 };
    const unsigned lanes = 1 + wish->lanes;
    struct audio_frame frame = { .slot = 1,
                                 .payload = payload,
                                 .payload_size = sizeof payload };
    size_t came = 0;
    int64_t now_ms = 0;
    uint32_t i;

    copy_plan_init(&plan, wish);
    for (i = 0; i < FRAMES; i++, now_ms += FRAME_MS) {
        frame.sequence = i;
        frame.timestamp = i * 960;
        came += take_due(&plan, now_ms, lanes);
        require(copy_plan_add(&plan, &frame, now_ms) == RESULT_OK);
    }
    /* Nothing is said any more: the last ones, then their copies. */
    for (i = 0; i < FRAMES && copy_plan_due_ms(&plan) != INT64_MAX; i++) {
        now_ms = copy_plan_due_ms(&plan);
        came += take_due(&plan, now_ms, lanes);
    }
    require(came == FRAMES);
    require(copy_plan_due_ms(&plan) == INT64_MAX);
}

static void check_refused(const json_t *object, const char *field)
{
    static const char *const fields[] = { "bundle", "copies", "rate",
                                          "one_voice", "lanes" };
    size_t i;

    for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strcmp(field, fields[i]) == 0)
            break;
    require(i < sizeof fields / sizeof fields[0]);
    require(json_object_get(object, field) != NULL);
}

static void check_token(const json_t *object)
{
    char text[HEX_SIZE(TOKEN_SIZE)];
    uint8_t token[TOKEN_SIZE];

    if (!json_read_hex(object, "token", token, sizeof token))
        return;
    hex_encode(token, sizeof token, text);
    require(strcmp(text, json_string_value(json_object_get(object, "token"))) ==
            0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct line_wish untouched = line_wish_plain();
    struct line_wish wish = untouched;
    const char *fault;
    json_t *object = NULL;

    if (message_parse((const char *)data, size, &object) != RESULT_OK)
        return 0;
    fault = line_wish_read(object, &wish);
    if (fault) {
        require(line_wish_equal(&wish, &untouched));
        check_refused(object, fault);
    } else {
        require(line_wish_is_good(&wish));
        check_written(&wish);
        check_planned(&wish);
        planted_fault(data, size,
                      wish.copy_count == 2 &&
                          wish.copies[0] + 1 == wish.copies[1]);
    }
    check_token(object);
    json_decref(object);
    return 0;
}
