/* What is told of how this device hears: never asked again, and never waited
 * for. */
#include "client/core/client_engine_types.h"

static bool is_in_meeting(const struct client_engine *engine)
{
    const enum follow_phase phase = engine->meeting.phase;

    return engine->phase == ENGINE_UP &&
           (phase == FOLLOW_CATCHING_UP || phase == FOLLOW_LIVE);
}

void client_engine_report_hearing(struct client_engine *engine,
                                  const struct hearing_report *report)
{
    json_t *object;
    uint64_t id;

    if (engine->hears_in_vain || !is_in_meeting(engine))
        return;
    id = engine_next_id(engine);
    if (id == 0)
        return;
    object =
        json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "op", "hearing",
                  "log", log_follower_scope(engine->meeting.follower)->text);
    if (!object || !hearing_report_put(report, object)) {
        json_decref(object);
        return;
    }
    engine->hearing_request = id;
    engine_send(engine, object);
}

bool hearing_on_answer(struct client_engine *engine, uint64_t id,
                       const json_t *answer)
{
    if (id == 0 || id != engine->hearing_request)
        return false;
    engine->hearing_request = 0;
    if (!answer_is_ok(answer) &&
        refusal_of_answer(answer).code == REFUSAL_UNKNOWN_OP)
        engine->hears_in_vain = true;
    return true;
}
