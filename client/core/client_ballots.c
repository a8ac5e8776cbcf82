/* Which ballots there are, what is done next in each, and what is told. */
#include "client/core/client_ballots.h"

#include "client/core/secret_memory.h"
#include "protocol/meeting/log_codec.h"

#include <stdlib.h>
#include <string.h>

/* --- Which there are ----------------------------------------------------- */

const struct noted_ballot *ballot_noted(const struct client_ballot *ballot)
{
    return ballot_notes_find(&ballot->engine->ballot_notes,
                             &ballot->view.ballot);
}

const struct meeting_ballot *ballot_course(const struct client_ballot *ballot)
{
    return meeting_state_ballot(ballot->engine->view.state,
                                &ballot->view.ballot);
}

struct client_ballot *ballots_find(struct client_engine *engine,
                                   const struct identifier *id)
{
    for (size_t i = 0; i < engine->ballot_count; i++) {
        if (identifier_equal(&engine->ballots[i]->view.ballot, id))
            return engine->ballots[i];
    }
    return NULL;
}

static void free_questions(struct client_ballot_view *view)
{
    for (size_t i = 0; i < view->question_count; i++) {
        struct client_ballot_question *question = &view->questions[i];

        for (size_t k = 0; k < question->answer_count; k++)
            free(question->answers[k]);
        free(question->answers);
        free(question->text);
        free(question->form);
    }
    free(view->questions);
    free(view->name);
    view->questions = NULL;
    view->question_count = 0;
    view->name = NULL;
}

void ballot_forget_marks(struct client_ballot *ballot)
{
    ballot->marks = secret_memory_free(ballot->marks, ballot->mark_count);
    ballot->mark_count = 0;
}

/* What belongs to one attempt: nothing of it is taken over to another. A job
 * under way comes back to nobody. */
static void forget_attempt(struct client_ballot *ballot)
{
    struct client_ballot_view *view = &ballot->view;
    const struct identifier id = view->ballot;
    int turns[ORDER_COUNT];

    /* So that no answer to an order of before is taken for one of after. */
    memcpy(turns, ballot->order_turns, sizeof turns);
    free_questions(view);
    free(view->counts);
    ballot->vault = ballot_vault_free(ballot->vault);
    ballot->records = ballot_records_free(ballot->records);
    ballot->check = ballot_check_free(ballot->check);
    if (ballot->has_election)
        ballot_election_release(&ballot->election);
    ballot_forget_marks(ballot);
    *ballot = (struct client_ballot){ .engine = ballot->engine,
                                      .view = { .ballot = id },
                                      .judged_next = ballot->judged_next,
                                      .is_misjudged = ballot->is_misjudged };
    memcpy(ballot->order_turns, turns, sizeof turns);
}

static struct client_ballot *ballot_free(struct client_ballot *ballot)
{
    forget_attempt(ballot);
    free(ballot);
    return NULL;
}

static void show(struct client_engine *engine)
{
    /* The view of a ballot is its first member. */
    engine->view.ballots =
        (const struct client_ballot_view *const *)(const void *)engine->ballots;
    engine->view.ballot_count = engine->ballot_count;
}

void ballots_free(struct client_engine *engine)
{
    while (engine->ballot_count > 0)
        ballot_free(engine->ballots[--engine->ballot_count]);
    free(engine->ballots);
    engine->ballots = NULL;
    show(engine);
    ballot_notes_release(&engine->ballot_notes);
    engine->ballot_group = ballot_group_free(engine->ballot_group);
}

static void remove_at(struct client_engine *engine, size_t i)
{
    ballot_free(engine->ballots[i]);
    engine->ballot_count--;
    memmove(&engine->ballots[i], &engine->ballots[i + 1],
            (engine->ballot_count - i) * sizeof(struct client_ballot *));
}

static void add(struct client_engine *engine, const struct identifier *id)
{
    struct client_ballot **list =
        realloc(engine->ballots,
                (engine->ballot_count + 1) * sizeof(struct client_ballot *));
    struct client_ballot *ballot = calloc(1, sizeof *ballot);

    if (list)
        engine->ballots = list;
    if (!list || !ballot) {
        free(ballot);
        return; /* seen again with the next event */
    }
    ballot->engine = engine;
    ballot->view.ballot = *id;
    engine->ballots[engine->ballot_count++] = ballot;
}

/* As the log has them, also after it went back. */
static void follow(struct client_engine *engine)
{
    const struct ballot_notes *notes = &engine->ballot_notes;
    size_t i = 0;

    while (i < engine->ballot_count) {
        if (ballot_noted(engine->ballots[i]))
            i++;
        else
            remove_at(engine, i);
    }
    for (i = 0; i < ballot_notes_count(notes); i++) {
        if (!ballots_find(engine, &ballot_notes_at(notes, i)->id))
            add(engine, &ballot_notes_at(notes, i)->id);
    }
    show(engine);
}

/* --- The log ------------------------------------------------------------- */

/* One event from its bytes, which the follower keeps. */
static enum result take_kept(struct client_engine *engine, uint64_t seq)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct meeting_event event;
    struct text_view text;
    enum result result = RESULT_NOT_FOUND;

    if (!log_follower_event(engine->meeting.follower, seq, &text))
        return result;
    result = meeting_event_decode(text.data, text.size, &event, &memory, NULL);
    if (!result)
        result = ballot_notes_take(&engine->ballot_notes, &event);
    message_memory_release(&memory);
    return result;
}

/* Reads on from what is kept, where events were taken in without being told
 * here one by one. What cannot be read is of no ballot that this device does
 * anything in. */
static void catch_up(struct client_engine *engine, uint64_t next)
{
    while (engine->ballot_notes.next < next &&
           take_kept(engine, engine->ballot_notes.next) == RESULT_OK) {
    }
}

void ballots_on_rewound(struct client_engine *engine)
{
    const struct log_follower *follower = engine->meeting.follower;

    ballot_notes_release(&engine->ballot_notes);
    for (size_t i = 0; i < engine->ballot_count; i++)
        ballot_verdict_rewind(engine->ballots[i],
                              follower ? log_follower_next(follower) : 0);
    if (follower)
        catch_up(engine, log_follower_next(follower));
    follow(engine);
}

void ballots_on_event(struct client_engine *engine,
                      const struct followed *followed,
                      const struct taken_event *event)
{
    enum result result = RESULT_OK;

    if (followed != &engine->meeting || event->is_register)
        return;
    catch_up(engine, event->meeting.seq);
    if (event->meeting.seq == engine->ballot_notes.next)
        result = ballot_notes_take(&engine->ballot_notes, &event->meeting);
    if (result)
        events_complain(engine, &engine->meeting,
                        result == RESULT_NO_MEMORY ? INTAKE_NO_MEMORY
                                                   : INTAKE_BAD_EVENT,
                        event->meeting.seq);
    follow(engine);
}

/* --- What is kept -------------------------------------------------------- */

const struct ballot_group *ballot_group_of(struct client_ballot *ballot)
{
    struct client_engine *engine = ballot->engine;

    if (!engine->ballot_group &&
        ballot_group_new(&engine->ballot_group) != RESULT_OK)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, NULL);
    return engine->ballot_group;
}

/* Entry "election": the log, the ballot and the attempt that the vault is of. A
 * server that gave another one the same uuid would have keys, a credential, or
 * a decryption used twice. RESULT_REFUSED for another one's. */
static enum result claim_vault(const struct client_ballot *ballot,
                               struct ballot_vault *vault)
{
    const struct text_view entry = ballot_vault_get(vault, "election");
    char text[2 * IDENTIFIER_SIZE + 24];

    (void)snprintf(text, sizeof text, "%s/%s/%llu",
                   ballot->engine->view.log.text, ballot->view.ballot.text,
                   (unsigned long long)ballot->attempt);
    if (!entry.data)
        return ballot_vault_put(vault, "election", text, strlen(text));
    return text_view_is(entry, text) ? RESULT_OK : RESULT_REFUSED;
}

bool ballot_open_vault(struct client_ballot *ballot)
{
    struct client_engine *engine = ballot->engine;
    struct ballot_vault *vault = NULL;
    enum result result;

    if (ballot->vault)
        return true;
    result = ballot_vault_open(&vault, engine->config.ballots_path,
                               ballot->view.uuid, engine->key->seed,
                               &engine->config.entropy);
    if (!result)
        result = claim_vault(ballot, vault);
    if (!result)
        ballot->vault = vault;
    else
        ballot_vault_free(vault);
    if (result)
        ballot_halt(ballot,
                    result == RESULT_REFUSED ? CLIENT_BALLOT_FAULT_KEYS_REUSED
                                             : CLIENT_BALLOT_FAULT_VAULT,
                    result_text(result));
    return !result;
}

bool ballot_open_records(struct client_ballot *ballot)
{
    enum result result;

    if (ballot->records)
        return true;
    result = ballot_records_open(&ballot->records,
                                 ballot->engine->config.ballots_path,
                                 ballot->view.uuid);
    if (result)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, result_text(result));
    return !result;
}

bool ballot_keep(struct client_ballot *ballot)
{
    const enum result result = ballot_vault_save(ballot->vault);

    if (result)
        ballot_halt(ballot,
                    result == RESULT_CRYPTO ? CLIENT_BALLOT_FAULT_RANDOM
                                            : CLIENT_BALLOT_FAULT_STORAGE,
                    result_text(result));
    return !result;
}

bool ballot_keep_entry(struct client_ballot *ballot, const char *name,
                       const void *bytes, size_t size)
{
    const enum result result =
        ballot_vault_put(ballot->vault, name, bytes, size);

    if (result)
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, result_text(result));
    return !result && ballot_keep(ballot);
}

struct text_view ballot_record(struct client_ballot *ballot,
                               const struct hash *hash)
{
    struct text_view record = { NULL, 0 };

    if (!ballot_open_records(ballot))
        return record;
    record = ballot_records_get(ballot->records, hash);
    if (!record.data)
        fetch_want(ballot->engine, &ballot->view.ballot, hash);
    return record;
}

void ballots_on_record(struct client_engine *engine,
                       const struct identifier *id, const struct hash *hash,
                       const uint8_t *bytes, size_t size)
{
    struct client_ballot *ballot = ballots_find(engine, id);
    char hex[HEX_SIZE(HASH_SIZE)];

    if (!ballot || !ballot->records)
        return;
    if (!bytes) {
        hex_encode(hash->bytes, HASH_SIZE, hex);
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_RECORD, hex);
    } else if (ballot_records_put(ballot->records, bytes, size)) {
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_MACHINE, NULL);
    }
    ballots_pump(engine);
}

bool ballot_seen(struct client_ballot *ballot, struct statement_seen *seen)
{
    return request_seen(&ballot->engine->meeting, seen);
}

struct refusal ballot_out_of_place(const struct client_ballot *ballot,
                                   const char *state)
{
    struct refusal refusal = { .code = REFUSAL_BALLOT_STATE };

    refusal_add_text(&refusal, "id", identifier_view(&ballot->view.ballot));
    refusal_add_text(&refusal, "state", text_view_of(state));
    return refusal;
}

void ballot_refuse_marks(struct client_ballot *ballot, const char *state)
{
    const struct refusal refusal = ballot_out_of_place(ballot, state);

    if (ballot->marks)
        request_answer_locally(ballot->engine, ballot->marks_tag, &refusal);
    ballot_forget_marks(ballot);
}

/* --- What is told -------------------------------------------------------- */

static json_t *line_of(const struct client_ballot *ballot,
                       enum client_ballot_stage stage)
{
    return json_pack("{s:s, s:s, s:s}", "ballot", ballot->view.ballot.text,
                     "stage", client_ballot_stage_word(stage), "log",
                     ballot->engine->view.log.text);
}

void ballot_tell_more(struct client_ballot *ballot,
                      enum client_ballot_stage stage, json_t *more)
{
    struct client_notice *notice = notice_new(CLIENT_BALLOT);
    const struct client_ballot_view *view = &ballot->view;
    json_t *line = line_of(ballot, stage);

    ballot->view.stage = stage;
    ballot->is_told[stage] = true;
    if (notice && line) {
        const json_t *text = json_object_get(more, "text");

        notice->log = ballot->engine->view.log;
        notice->ballot = view->ballot;
        notice->stage = stage;
        notice->fault = view->fault;
        if (more)
            (void)json_object_update(line, more);
        if (json_is_string(text))
            notice->text =
                copy_text(json_string_value(text), json_string_length(text));
        (void)json_read_number(more, "count", &notice->count);
        (void)json_read_number(more, "height", &notice->seq);
        (void)json_read_hex(more, "hash", notice->blob.bytes, HASH_SIZE);
        (void)json_read_hex(more, "device", notice->device.bytes, KEY_SIZE);
        if (json_object_get(more, "error"))
            notice->refusal = refusal_of_answer(more);
        if (message_text(line, &notice->json, &notice->json_size))
            notice->json_size = 0;
    }
    json_decref(line);
    json_decref(more);
    notice_put(ballot->engine, notice);
}

void ballot_tell(struct client_ballot *ballot, enum client_ballot_stage stage)
{
    if (!ballot->is_told[stage])
        ballot_tell_more(ballot, stage, NULL);
}

void ballot_halt(struct client_ballot *ballot, enum client_ballot_fault fault,
                 const char *text)
{
    if (ballot->is_halted)
        return;
    ballot->is_halted = true;
    ballot->view.fault = fault;
    ballot_refuse_marks(ballot, client_ballot_fault_word(fault));
    ballot_tell_more(ballot, CLIENT_BALLOT_FAILED,
                     json_pack("{s:s, s:s?}", "fault",
                               client_ballot_fault_word(fault), "text", text));
}

void ballots_on_stuck(struct client_engine *engine,
                      const struct followed *followed, const json_t *frame)
{
    json_t *more = json_pack("{s:O?}", "error", json_object_get(frame, "why"));
    const enum refusal_code code = refusal_of_answer(more).code;
    struct client_ballot *ballot = NULL;
    struct identifier id;

    if (followed == &engine->meeting && json_read_id(frame, "ballot", &id))
        ballot = ballots_find(engine, &id);
    if (ballot && !ballot->is_told[CLIENT_BALLOT_STUCK] &&
        (code == REFUSAL_NO_RECORDS || code == REFUSAL_NO_SHARE))
        ballot_tell_more(ballot, CLIENT_BALLOT_STUCK, more);
    else
        json_decref(more);
}

/* What stood in the way may be gone with the next connection. */
static bool may_be_mended(enum client_ballot_fault fault)
{
    return fault == CLIENT_BALLOT_FAULT_RANDOM ||
           fault == CLIENT_BALLOT_FAULT_STORAGE ||
           fault == CLIENT_BALLOT_FAULT_RECORD ||
           fault == CLIENT_BALLOT_FAULT_REFUSED ||
           fault == CLIENT_BALLOT_FAULT_MACHINE;
}

/* --- What is done next --------------------------------------------------- */

/* What was kept for an attempt that is over is of no use to anybody. */
static void wipe_before(struct client_ballot *ballot)
{
    const char *folder = ballot->engine->config.ballots_path;

    if (ballot->view.uuid[0] == '\0' ||
        (!ballot->vault && !ballot_vault_is_there(folder, ballot->view.uuid)))
        return;
    if (ballot_open_vault(ballot) && ballot_vault_wipe(ballot->vault))
        ballot_halt(ballot, CLIENT_BALLOT_FAULT_STORAGE, "wipe");
}

/* The keys of another attempt have been begun. */
static void take_attempt(struct client_ballot *ballot,
                         const struct noted_ballot *noted)
{
    if (strcmp(ballot->view.uuid, noted->uuid) == 0 ||
        ballot_has_unjudged(ballot))
        return;
    wipe_before(ballot);
    forget_attempt(ballot);
    ballot->attempt = noted->attempt;
    (void)snprintf(ballot->view.uuid, sizeof ballot->view.uuid, "%s",
                   noted->uuid);
    /* With a server that lied about keys no others are made. */
    if (ballot->is_misjudged) {
        ballot->is_halted = true;
        ballot->view.stage = CLIENT_BALLOT_FAILED;
        ballot->view.fault = CLIENT_BALLOT_FAULT_VERDICT;
    }
}

static void update(struct client_ballot *ballot)
{
    const struct noted_ballot *noted = ballot_noted(ballot);
    const struct identifier *me = &ballot->engine->view.me;

    take_attempt(ballot, noted);
    ballot->view.teller = noted_teller_index(noted, me);
    ballot->view.is_voter = noted_channel(noted, me) == BALLOT_BY_OWN;
    ballot->is_of_site =
        ballot->engine->view.state &&
        meeting_state_site(ballot->engine->view.state, me) != NULL;
}

/* Each part looks whether it has something to do; the record, whose work may
 * be long, comes last. */
static void pump(struct client_ballot *ballot)
{
    static void (*const parts[])(struct client_ballot *) = {
        ballot_pump_objections, ballot_pump_keys,    ballot_pump_list,
        ballot_pump_cast,       ballot_pump_include, ballot_pump_hall,
        ballot_pump_count,      ballot_pump_end,     ballot_pump_record,
    };

    if (ballot->view.uuid[0] == '\0')
        return;
    ballot_drop_late_marks(ballot);
    /* A device that went no further has secrets to wipe, too. */
    if (ballot_noted(ballot)->phase == NOTED_VOID) {
        if (!ballot->job && !ballot->is_told[CLIENT_BALLOT_VOID])
            ballot_pump_end(ballot);
        return;
    }
    if (ballot->is_halted && ballot->is_left_out && ballot->vault)
        ballot_object_left_out(ballot);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (ballot->job || ballot->is_halted || ballot->is_wiped)
            return;
        parts[i](ballot);
    }
}

void ballots_pump(struct client_engine *engine)
{
    if (engine->is_pumping)
        return;
    engine->is_pumping = true;
    engine->has_ballot_news = false;
    for (size_t i = 0; i < engine->ballot_count; i++) {
        struct client_ballot *ballot = engine->ballots[i];
        const bool may_act =
            engine->phase == ENGINE_UP && logs_may_sign(&engine->meeting);
        const bool is_judging = may_act && ballot_pump_verdict(ballot);

        update(ballot);
        if (may_act && !is_judging)
            pump(ballot);
    }
    engine->is_pumping = false;
}

void ballots_on_down(struct client_engine *engine)
{
    for (size_t i = 0; i < engine->ballot_count; i++) {
        struct client_ballot *ballot = engine->ballots[i];

        memset(ballot->asks, 0, sizeof ballot->asks);
        memset(ballot->is_asked, 0, sizeof ballot->is_asked);
        memset(ballot->is_later, 0, sizeof ballot->is_later);
        ballot->retry_ms = 0;
        ballot->is_payload_refused = false;
        for (int order = 0; order < ORDER_COUNT; order++) {
            if (ballot->orders[order] == ORDER_REFUSED ||
                ballot->orders[order] == ORDER_LATER)
                ballot->orders[order] = ORDER_NONE;
        }
        if (may_be_mended(ballot->view.fault))
            ballot->is_halted = false;
    }
}
