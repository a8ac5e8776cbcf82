/* A device's signature over a head that it was asked for. */
#include "server/room/room_types.h"

#include <stdlib.h>

/* What the request says; false: refused. */
static bool read_signature(struct session *session,
                           const struct request *request, uint64_t *seq,
                           struct signature *sig)
{
    if (json_read_number(request->object, "seq", seq) &&
        json_read_hex(request->object, "sig", sig->bytes, sizeof sig->bytes))
        return true;
    session_refuse_field(session, request->command.request, "seq, sig",
                         "missing or wrong");
    return false;
}

static struct room *room_of(struct session *session)
{
    const struct subscription *subscription = &session->meeting;

    return subscription->phase == SUBSCRIPTION_ACTIVE ? subscription->room
                                                      : NULL;
}

static void on_verified(struct session *session, struct request *request,
                        bool is_good)
{
    struct room *room = room_of(session);
    struct signature sig;
    uint64_t seq = 0;

    if (!is_good) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_BAD_SIGNATURE);
    } else if (read_signature(session, request, &seq, &sig)) {
        session_send_json(session, answer_ok(request->command.request));
        if (room && identifier_equal(&room->id, &request->command.log))
            room_checkpoint_signed(room, &session->actor, seq, &sig);
    }
    request_free(request);
}

static enum result verify(struct session *session, struct request *request,
                          struct statement_checkpoint *fields,
                          const struct signature *sig)
{
    const struct key *device = &session->actor.device;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_checkpoint(
        device, identifier_view(&request->command.log), fields, &bytes, &size);

    if (result == RESULT_OK)
        result = hub_verify(session->hub, session, device, bytes, size, sig,
                            request, on_verified);
    if (result != RESULT_OK)
        free(bytes);
    return result;
}

/* The statement is rebuilt from what was asked for: a device that signs
 * another head, reason or role has a wrong signature. */
void session_checkpoint(struct session *session, struct request *request)
{
    struct room *room = room_of(session);
    struct statement_checkpoint fields = { .seen = { 0 } };
    enum checkpoint_reason reason = checkpoint_reason_none_;
    enum checkpoint_role role = checkpoint_role_none_;
    struct signature sig;
    enum refusal_code code = REFUSAL_NOT_JOINED;

    if (!read_signature(session, request, &fields.seen.seq, &sig)) {
        request_free(request);
        return;
    }
    if (room && identifier_equal(&room->id, &request->command.log))
        code = room_checkpoint_find(room, &session->actor, fields.seen.seq,
                                    &fields.seen.head, &reason, &role)
                   ? REFUSAL_NONE
                   : REFUSAL_NOT_ASKED;
    if (code == REFUSAL_NONE) {
        fields.reason =
            text_view_of(enum_word(&checkpoint_reason_words, (int)reason));
        fields.role =
            text_view_of(enum_word(&checkpoint_role_words, (int)role));
        if (verify(session, request, &fields, &sig) == RESULT_OK)
            return;
        code = REFUSAL_BUSY;
    }
    session_refuse_code(session, request->command.request, code);
    request_free(request);
}
