#include "server/room/room_types.h"

#include <stdlib.h>

json_t *answer_ok(uint64_t request)
{
    return json_pack("{s:I, s:b}", "re", (json_int_t)request, "ok", 1);
}

struct frame *answer_frame(json_t *object)
{
    struct frame *frame = NULL;
    char *text = NULL;
    size_t size = 0;

    if (!object)
        return NULL;
    if (message_text(object, &text, &size) == RESULT_OK)
        frame = frame_new(text, size, false);
    free(text);
    json_decref(object);
    return frame;
}

struct frame *answer_accepted(const struct room *room, uint64_t request,
                              bool has_events, const struct identifier *made)
{
    json_t *answer = answer_ok(request);

    if (answer && has_events)
        json_object_set_new(answer, "seq",
                            json_integer((json_int_t)room->history_count - 1));
    if (answer && !identifier_is_empty(made))
        json_object_set_new(answer, "made", json_string(made->text));
    return answer_frame(answer);
}

struct frame *answer_refusal(uint64_t request, const struct refusal *refusal)
{
    json_t *object = json_object();
    json_t *error = refusal_to_json(refusal);

    if (!object || !error)
        goto fail;
    if (request > 0 &&
        json_object_set_new(object, "re", json_integer((json_int_t)request)))
        goto fail;
    if (json_object_set(object, "error", error))
        goto fail;
    json_decref(error);
    return answer_frame(object);

fail:
    json_decref(object);
    json_decref(error);
    return NULL;
}
