/*
 * Ballots are issued: devices ask with a credential, whose owner nobody but
 * this memory knows; the log says only who holds a ballot.
 */
#include "server/room/ballot_desk.h"

#include "protocol/ballot/ballot_value.h"
#include "protocol/record/digest.h"
#include "protocol/record/statement_ballot.h"
#include "server/platform/log.h"
#include "server/room/ballot_claim.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* --- may this device have one? ---------------------------------------------
 */

static void refuse_id(struct refusal *refusal, enum refusal_code code,
                      const struct identifier *id)
{
    refusal_set(refusal, code);
    refusal_add_text(refusal, "id", identifier_view(id));
}

static void refuse_phase(const struct meeting_ballot *ballot,
                         struct refusal *refusal)
{
    refuse_id(refusal, REFUSAL_BALLOT_STATE, &ballot->id);
    refusal_add_text(refusal, "state",
                     text_view_of(ballot_phase_word(ballot->phase)));
}

static void refuse_device(const struct key *device, struct refusal *refusal)
{
    char hex[HEX_SIZE(KEY_SIZE)];

    hex_encode(device->bytes, KEY_SIZE, hex);
    refusal_set(refusal, REFUSAL_BALLOT_ELSEWHERE);
    refusal_add_text(refusal, "device", text_view_of(hex));
}

static void check_voter(const struct meeting_ballot *ballot,
                        const struct actor *actor, struct refusal *refusal)
{
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, &actor->holder);

    if (!voter || voter->channel != BALLOT_BY_OWN) {
        refuse_id(refusal, REFUSAL_OTHER_WAY, &actor->holder);
        refusal_add_text(refusal, "channel",
                         text_view_of(enum_word(&ballot_channel_words,
                                                voter ? (int)voter->channel
                                                      : (int)BALLOT_BY_NONE)));
    } else if (voter->is_dropped) {
        refuse_id(refusal, REFUSAL_NOT_LISTED, &actor->holder);
    } else if (voter->is_issued && !key_equal(&voter->device, &actor->device)) {
        refuse_device(&voter->device, refusal);
    } else if (!voter->is_issued && ballot->phase != BALLOT_PHASE_ISSUING) {
        refuse_phase(ballot, refusal);
    }
}

static void check_site(const struct meeting_state *state,
                       const struct meeting_ballot *ballot,
                       const struct actor *actor, struct refusal *refusal)
{
    const struct meeting_ballot_pool *pool =
        meeting_ballot_pool(ballot, &actor->holder);

    if (!meeting_state_site(state, &actor->holder)) {
        refusal_set(refusal, REFUSAL_NOT_ALLOWED);
        refusal_add_text(refusal, "who", TEXT_LITERAL("a site"));
    } else if (pool && !key_equal(&pool->device, &actor->device)) {
        refuse_device(&pool->device, refusal);
    } else if (!pool && ballot->phase != BALLOT_PHASE_ISSUING) {
        refuse_phase(ballot, refusal);
    }
}

static bool may_take(const struct room *room, const struct actor *actor,
                     const struct identifier *id, bool is_pool,
                     struct refusal *refusal)
{
    const struct meeting_state *state = room->head_meeting;
    const struct meeting_ballot *ballot = meeting_state_ballot(state, id);
    const struct meeting_device *device =
        meeting_state_device(state, &actor->holder, &actor->device);

    refusal_set(refusal, REFUSAL_NONE);
    if (!ballot)
        refuse_id(refusal, REFUSAL_NO_SUCH_BALLOT, id);
    else if (ballot->phase != BALLOT_PHASE_ISSUING &&
             ballot->phase != BALLOT_PHASE_ATTESTING)
        refuse_phase(ballot, refusal);
    else if (desk_is_stuck(room, refusal))
        return false;
    else if (!room->desk || room->desk->share != SHARE_THERE)
        refuse_id(refusal, REFUSAL_BUSY, id);
    else if (!device || (state->is_vouching_required &&
                         !meeting_device_is_vouched(device)))
        refusal_set(refusal, REFUSAL_NOT_VOUCHED);
    else if (is_pool)
        check_site(state, ballot, actor, refusal);
    else
        check_voter(ballot, actor, refusal);
    return refusal->code == REFUSAL_NONE;
}

/* --- asking -----------------------------------------------------------------
 */

struct take_task {
    struct desk_task base;
    const struct ballot_group *group;
    uint64_t session, request;
    struct actor actor;
    struct identifier ballot;
    bool is_pool;
    struct act seen; /* only seen and head */
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];
    struct hash election;
    size_t count;
    struct work_text *texts;            /* owned; S(g^s) of each */
    struct signature *sigs;             /* owned */
    struct ballot_element *credentials; /* owned; from the worker */
    enum refusal_code code;             /* what the worker found */
    enum ballot_fault fault;
};

static enum result verify_issue(struct take_task *task, size_t place)
{
    struct statement_issue fields = {
        .member = identifier_view(&task->actor.holder),
        .uuid = text_view_of(task->uuid),
        .election = task->election,
        .credential = work_text_hash(&task->texts[place]),
        .seen = { task->seen.seen, task->seen.head }
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_issue(&task->actor.device, identifier_view(&task->base.log),
                        &fields, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_verify(&task->actor.device, bytes, size,
                                  &task->sigs[place]);
    free(bytes);
    return result;
}

/* Was another claim confirmed, before this memory? */
static enum result look_at_kept(struct take_task *task)
{
    struct hash *credentials = calloc(task->count, sizeof *credentials);
    const struct ballot_claim claim = { .store = task->base.hub->config.shares,
                                        .uuid = task->uuid,
                                        .holder = &task->actor.holder,
                                        .credentials = credentials,
                                        .count = task->count };
    enum result result;
    size_t i;

    if (!credentials)
        return RESULT_NO_MEMORY;
    for (i = 0; i < task->count; i++)
        credentials[i] = work_text_hash(&task->texts[i]);
    result = ballot_claim_find(&claim);
    OPENSSL_cleanse(credentials, task->count * sizeof *credentials);
    free(credentials);
    if (result == RESULT_EXISTS)
        task->code = REFUSAL_CREDENTIAL_DIFFERS;
    return result == RESULT_EXISTS || result == RESULT_NOT_FOUND ? RESULT_OK
                                                                 : result;
}

static enum result check_claim(struct desk_task *base)
{
    struct take_task *task = (struct take_task *)base;
    size_t i;

    for (i = 0; i < task->count; i++) {
        struct ballot_element *credential = &task->credentials[i];
        enum result result = verify_issue(task, i);

        if (result == RESULT_REFUSED)
            task->code = REFUSAL_BAD_SIGNATURE;
        if (result != RESULT_OK)
            return result == RESULT_REFUSED ? RESULT_OK : result;
        task->fault = BALLOT_FAULT_CREDENTIAL;
        if (ballot_element_parse(task->group, work_text_view(&task->texts[i]),
                                 credential) == RESULT_OK)
            task->fault = ballot_value_check_key(task->group, credential);
        if (task->fault == BALLOT_FAULT_NO_MEMORY ||
            task->fault == BALLOT_FAULT_LIBRARY)
            return RESULT_NO_MEMORY;
        if (task->fault != BALLOT_FAULT_NONE) {
            task->code = REFUSAL_BAD_BALLOT;
            return RESULT_OK;
        }
    }
    return look_at_kept(task);
}

static void release_take(struct desk_task *base)
{
    struct take_task *task = (struct take_task *)base;
    size_t i;

    for (i = 0; task->texts && i < task->count; i++) {
        if (task->texts[i].data)
            OPENSSL_cleanse(task->texts[i].data, task->texts[i].size);
        work_text_release(&task->texts[i]);
    }
    free(task->texts);
    free(task->sigs);
    if (task->credentials)
        OPENSSL_cleanse(task->credentials,
                        task->count * sizeof task->credentials[0]);
    free(task->credentials);
    desk_end_request(base->hub, task->session, task->request);
}

/* --- the answer --------------------------------------------------------------
 */

struct issued_task {
    struct desk_task base;
    uint64_t session, request;
    struct identifier holder;
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1];
    struct hash election;
    bool is_pool;
    size_t count;
    struct hash *credentials; /* owned; SHA(S(g^s)) */
    struct signature *sigs;   /* owned */
};

/* What is signed is kept before: no other is signed after a restart. */
static enum result sign_issued(struct desk_task *base)
{
    struct issued_task *task = (struct issued_task *)base;
    const struct signing_key *identity = base->hub->config.identity;
    const struct ballot_claim claim = { .store = base->hub->config.shares,
                                        .uuid = task->uuid,
                                        .holder = &task->holder,
                                        .credentials = task->credentials,
                                        .count = task->count };
    enum result result = ballot_claim_keep(&claim);
    size_t i;

    for (i = 0; i < task->count && result == RESULT_OK; i++) {
        const struct statement_issue fields = {
            .member = identifier_view(&task->holder),
            .uuid = text_view_of(task->uuid),
            .election = task->election,
            .credential = task->credentials[i]
        };
        uint8_t *bytes = NULL;
        size_t size = 0;

        result =
            statement_issued(&identity->public_key, identifier_view(&base->log),
                             &fields, &bytes, &size);
        if (result == RESULT_OK)
            result = statement_sign(identity, bytes, size, &task->sigs[i]);
        free(bytes);
    }
    return result;
}

static json_t *signature_text(const struct signature *sig)
{
    char hex[HEX_SIZE(SIGNATURE_SIZE)];

    hex_encode(sig->bytes, SIGNATURE_SIZE, hex);
    return json_string(hex);
}

/* Neither who nor what. */
static void log_kept(const struct room *room, enum result result)
{
    log_error("room %s: what is kept of who asked for ballot %s cannot be "
              "read or written (%s)",
              room->id.text, room->desk->ballot.text, result_text(result));
}

static void on_issued(struct room *room, struct desk_task *base)
{
    struct issued_task *task = (struct issued_task *)base;
    struct session *session = hub_session(room->hub, task->session);
    json_t *answer, *issued;
    size_t i;

    desk_claims_kept(room);
    if (base->result != RESULT_OK)
        log_kept(room, base->result);
    if (!session)
        return;
    if (base->result != RESULT_OK) {
        session_refuse_code(session, task->request,
                            base->result == RESULT_EXISTS
                                ? REFUSAL_CREDENTIAL_DIFFERS
                                : REFUSAL_BUSY);
        return;
    }
    answer = answer_ok(task->request);
    issued = task->is_pool ? json_array() : signature_text(&task->sigs[0]);
    for (i = 0; task->is_pool && i < task->count; i++)
        json_array_append_new(issued, signature_text(&task->sigs[i]));
    if (answer && issued)
        json_object_set_new(answer, "issued", issued);
    else
        json_decref(issued);
    session_send_json(session, answer);
}

static void release_issued(struct desk_task *base)
{
    struct issued_task *task = (struct issued_task *)base;

    if (task->credentials)
        OPENSSL_cleanse(task->credentials,
                        task->count * sizeof task->credentials[0]);
    free(task->credentials);
    free(task->sigs);
}

static struct issued_task *new_issued(const struct room *room,
                                      const struct desk_claim *claim)
{
    const struct meeting_ballot *ballot = desk_head_ballot(room);
    struct issued_task *task = calloc(1, sizeof *task);
    struct text_view uuid;
    size_t i;

    if (!task || !ballot) {
        free(task);
        return NULL;
    }
    uuid = meeting_ballot_uuid(ballot, ballot->attempt);
    memcpy(task->uuid, uuid.data, uuid.size);
    task->election = ballot->election;
    task->holder = claim->holder;
    task->count = claim->count;
    task->credentials = calloc(claim->count + 1, sizeof task->credentials[0]);
    task->sigs = calloc(claim->count + 1, sizeof task->sigs[0]);
    if (!task->credentials || !task->sigs) {
        release_issued(&task->base);
        free(task);
        return NULL;
    }
    for (i = 0; i < claim->count; i++) {
        char text[BALLOT_ELEMENT_TEXT_SIZE];

        ballot_element_text(&claim->credentials[i], text);
        task->credentials[i] = digest_sha256(text, strlen(text));
    }
    return task;
}

/* The event that says so is on disk. */
static void give_issued(struct room *room, struct session *session,
                        const struct waiting_answer *waiting)
{
    const struct desk_claim *claim =
        room->desk ? desk_find_claim(room->desk, &session->actor.holder) : NULL;
    struct issued_task *task = claim ? new_issued(room, claim) : NULL;

    if (task) {
        task->session = session->id;
        task->request = waiting->request;
        task->is_pool = waiting->number > 0;
        task->base.work = sign_issued;
        task->base.then = on_issued;
        task->base.release = release_issued;
    }
    if (!task || !desk_start(room, &task->base))
        session_refuse_code(session, waiting->request, REFUSAL_BUSY);
}

/* --- on the loop again ------------------------------------------------------
 */

/* What keeps this claim from being taken; NONE: nothing does. */
static enum refusal_code look_at_claim(struct room *room,
                                       const struct take_task *task,
                                       struct refusal *refusal)
{
    struct ballot_desk *desk = room->desk;
    const struct desk_claim *claim = desk_find_claim(desk, &task->actor.holder);
    size_t i;

    if (!may_take(room, &task->actor, &task->ballot, task->is_pool, refusal))
        return refusal->code;
    if (!room_has_seen(room, &task->seen))
        refusal_set(refusal, REFUSAL_SEEN_WRONG);
    else if (claim && !key_equal(&claim->device, &task->actor.device))
        refuse_device(&claim->device, refusal);
    else if (claim &&
             !desk_is_same_claim(claim, task->credentials, task->count))
        refusal_set(refusal, REFUSAL_CREDENTIAL_DIFFERS);
    for (i = 0; i < task->count && refusal->code == REFUSAL_NONE; i++)
        if (desk_is_claimed_by_another(desk, &task->actor.holder,
                                       &task->credentials[i]))
            refusal_set(refusal, REFUSAL_CREDENTIAL_DIFFERS);
    return refusal->code;
}

static bool report_issued(struct room *room, const struct take_task *task)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ISSUED_KIND };
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(desk_head_ballot(room), &task->actor.holder);

    if (voter && voter->is_issued)
        return true;
    event.body.ballot_issued.ballot = task->ballot;
    event.body.ballot_issued.member = task->actor.holder;
    event.body.ballot_issued.device = task->actor.device;
    return desk_report(room, &event, NULL, 0);
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(((const struct member_id *)a)->member.text,
                  ((const struct member_id *)b)->member.text);
}

/* Who votes at this site; `rows` is as long as the roll of the ballot. */
static size_t list_site(const struct meeting_ballot *ballot,
                        const struct identifier *site, struct member_id *rows)
{
    size_t i, count = 0;

    for (i = 0; i < ballot->voter_count; i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];

        if (ballot_channel_has_site(voter->channel) && !voter->is_dropped &&
            identifier_equal(&voter->site, site))
            rows[count++].member = voter->member;
    }
    qsort(rows, count, sizeof rows[0], compare_ids);
    return count;
}

static bool report_pool(struct room *room, const struct take_task *task)
{
    const struct meeting_ballot *ballot = desk_head_ballot(room);
    struct meeting_event event = { .kind = EVENT_POOL_ISSUED_KIND };
    struct member_id *rows;
    size_t count;
    bool is_done = false;

    if (meeting_ballot_pool(ballot, &task->actor.holder))
        return true;
    rows = calloc(ballot->voter_count + 1, sizeof *rows);
    if (!rows)
        return false;
    count = list_site(ballot, &task->actor.holder, rows);
    if (count == task->count) {
        event.body.pool_issued.ballot = task->ballot;
        event.body.pool_issued.member = task->actor.holder;
        event.body.pool_issued.device = task->actor.device;
        event.body.pool_issued.k = count;
        event.body.pool_issued.members.data = rows;
        event.body.pool_issued.members.count = count;
        is_done = desk_report(room, &event, NULL, 0);
    }
    free(rows);
    return is_done;
}

static bool keep_claim(struct room *room, struct take_task *task)
{
    return desk_find_claim(room->desk, &task->actor.holder) ||
           desk_add_claim(room->desk, &task->actor.holder, &task->actor.device,
                          &task->credentials, task->count);
}

static void take_claim(struct room *room, struct take_task *task,
                       struct session *session)
{
    struct refusal refusal;

    refusal_set(&refusal, task->code);
    if (task->code == REFUSAL_BAD_BALLOT)
        refusal_add_text(&refusal, "problem",
                         text_view_of(ballot_fault_word(task->fault)));
    if (task->base.result != RESULT_OK) {
        log_kept(room, task->base.result);
        refusal_set(&refusal, REFUSAL_BUSY);
    }
    if (refusal.code == REFUSAL_NONE &&
        look_at_claim(room, task, &refusal) == REFUSAL_NONE &&
        (!keep_claim(room, task) ||
         !(task->is_pool ? report_pool(room, task)
                         : report_issued(room, task))))
        refusal_set(&refusal, REFUSAL_BUSY);
    if (refusal.code == REFUSAL_NONE)
        room_await_call(room, session->id, task->request, give_issued,
                        task->is_pool);
    else
        session_refuse(session, task->request, &refusal);
}

static void on_taken(struct room *room, struct desk_task *base)
{
    struct take_task *task = (struct take_task *)base;
    struct session *session = hub_session(room->hub, task->session);

    if (!session || session->phase == SESSION_CLOSING ||
        room->phase != ROOM_READY)
        return; /* its release says so, if somebody listens */
    take_claim(room, task, session);
    task->request = 0; /* answered, or about to be */
}

/* --- the operations ----------------------------------------------------------
 */

static bool read_hex(const json_t *value, uint8_t *out, size_t size)
{
    return json_is_string(value) &&
           hex_decode(text_view_of(json_string_value(value)), out, size) ==
               RESULT_OK;
}

static bool read_credential(struct take_task *task, const json_t *credential,
                            const json_t *sig, size_t place)
{
    return json_is_string(credential) &&
           json_string_length(credential) < BALLOT_ELEMENT_TEXT_SIZE &&
           read_hex(sig, task->sigs[place].bytes, SIGNATURE_SIZE) &&
           work_text_set(&task->texts[place],
                         text_view_of(json_string_value(credential))) ==
               RESULT_OK;
}

static bool read_claim(struct take_task *task, const json_t *object)
{
    const char *names[] = { task->is_pool ? "credentials" : "credential",
                            task->is_pool ? "sigs" : "sig" };
    const json_t *credentials = json_object_get(object, names[0]);
    const json_t *sigs = json_object_get(object, names[1]);
    size_t i;

    task->count = task->is_pool ? json_array_size(credentials) : 1;
    if (task->count == 0 || task->count > LIMIT_ROSTER ||
        (task->is_pool && json_array_size(sigs) != task->count))
        return false;
    task->texts = calloc(task->count, sizeof task->texts[0]);
    task->sigs = calloc(task->count, sizeof task->sigs[0]);
    task->credentials = calloc(task->count, sizeof task->credentials[0]);
    if (!task->texts || !task->sigs || !task->credentials)
        return false;
    if (!task->is_pool)
        return read_credential(task, credentials, sigs, 0);
    for (i = 0; i < task->count; i++)
        if (!read_credential(task, json_array_get(credentials, i),
                             json_array_get(sigs, i), i))
            return false;
    return true;
}

static bool read_take(struct take_task *task, const json_t *object)
{
    const json_t *ballot = json_object_get(object, "ballot");
    const json_t *seen = json_object_get(object, "seen");

    if (!json_is_string(ballot) ||
        identifier_parse(text_view_of(json_string_value(ballot)),
                         &task->ballot) != RESULT_OK ||
        !json_is_integer(seen) || json_integer_value(seen) < 0 ||
        !read_hex(json_object_get(object, "head"), task->seen.head.bytes,
                  HASH_SIZE))
        return false;
    task->seen.seen = (uint64_t)json_integer_value(seen);
    return read_claim(task, object);
}

static bool fill_take(struct take_task *task, struct room *room,
                      struct session *session, uint64_t request)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(room->head_meeting, &task->ballot);
    struct text_view uuid;

    if (!ballot)
        return false;
    uuid = meeting_ballot_uuid(ballot, ballot->attempt);
    memcpy(task->uuid, uuid.data, uuid.size);
    task->election = ballot->election;
    task->group = desk_tools(room).group;
    task->actor = session->actor;
    task->session = session->id;
    task->request = request;
    task->base.work = check_claim;
    task->base.then = on_taken;
    task->base.release = release_take;
    return true;
}

/* Nothing was begun: the session is not waiting for it. */
static void drop_take(struct take_task *task)
{
    if (!task)
        return;
    task->session = task->request = 0;
    release_take(&task->base);
    free(task);
}

static void take(struct session *session, struct request *request, bool is_pool)
{
    struct room *room = desk_room_of(session, request);
    const uint64_t id = request->command.request;
    struct take_task *task;
    struct refusal refusal;

    if (!room)
        return;
    task = calloc(1, sizeof *task);
    if (task) {
        task->is_pool = is_pool;
        task->base.hub = session->hub;
    }
    if (!task || !read_take(task, request->object)) {
        session_refuse_field(session, id, "",
                             "ballot, credential, seen, head "
                             "or sig is missing or wrong");
        drop_take(task);
    } else if (!may_take(room, &session->actor, &task->ballot, is_pool,
                         &refusal)) {
        session_refuse(session, id, &refusal);
        drop_take(task);
    } else if (!fill_take(task, room, session, id)) {
        session_refuse_code(session, id, REFUSAL_BUSY);
        drop_take(task);
    } else {
        session->is_busy = true;
        (void)desk_start(room, &task->base); /* its release answers */
    }
}

static void wipe_text(json_t *text)
{
    if (json_is_string(text))
        OPENSSL_cleanse((char *)(uintptr_t)json_string_value(text),
                        json_string_length(text));
}

/* Beside whom it came from, a credential stands in the claim alone. */
static void wipe_request(const struct request *request)
{
    const json_t *pool = json_object_get(request->object, "credentials");
    size_t i;

    wipe_text(json_object_get(request->object, "credential"));
    for (i = 0; i < json_array_size(pool); i++)
        wipe_text(json_array_get(pool, i));
}

void session_take_ballot(struct session *session, struct request *request)
{
    take(session, request, false);
    wipe_request(request);
    request_free(request);
}

void session_take_pool(struct session *session, struct request *request)
{
    take(session, request, true);
    wipe_request(request);
    request_free(request);
}
