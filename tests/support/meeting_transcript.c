#include "tests/support/meeting_transcript.h"

#include "protocol/meeting/ballot_objection.h"
#include "protocol/meeting/meeting_state_digest.h"
#include "protocol/record/digest.h"
#include "tests/support/ballot_reports.h"
#include "tests/support/meeting_genesis.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TOKENS_MAX = 16 };
enum { LISTS = 16, LIST_SIZE_MAX = 4096 };

/* --- what came out ------------------------------------------------------- */

static void say(struct meeting_transcript *meeting, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say(struct meeting_transcript *meeting, const char *format, ...)
{
    char line[4096];
    va_list args;
    size_t size;

    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size = strlen(line);
    meeting->text = realloc(meeting->text, meeting->text_size + size + 1);
    assert_non_null(meeting->text);
    memcpy(meeting->text + meeting->text_size, line, size + 1);
    meeting->text_size += size;
}

static void say_key(struct meeting_transcript *meeting, const struct key *key)
{
    const struct meeting_state *state = meeting->state;
    size_t i;
    char letter;

    for (i = 0; i < state->person_count + state->site_count; i++) {
        const struct meeting_holder *holder =
            i < state->person_count
                ? &state->people[i].holder
                : &state->sites[i - state->person_count].holder;

        for (letter = 'a'; letter <= 'z'; letter++) {
            struct key other = meeting_device_key(holder->id.text, letter);

            if (key_equal(&other, key)) {
                say(meeting, " %s/%c", holder->id.text, letter);
                return;
            }
        }
    }
    say(meeting, " ?");
}

static void say_field(struct meeting_transcript *meeting,
                      const struct field *field, const void *value)
{
    const struct identifier *id = value;
    const struct sealed *sealed = value;
    const struct text_view *text = value;

    switch (field->type) {
    case FIELD_NUMBER:
    case FIELD_LATER_NUMBER:
        say(meeting, " %llu", *(const unsigned long long *)value);
        return;
    case FIELD_TIME:
        say(meeting, " %lld", *(const long long *)value);
        return;
    case FIELD_FLAG:
        say(meeting, " %s", *(const bool *)value ? "yes" : "no");
        return;
    case FIELD_ID:
    case FIELD_OPTIONAL_ID:
        say(meeting, " %s", identifier_is_empty(id) ? "-" : id->text);
        return;
    case FIELD_KEY:
        say_key(meeting, value);
        return;
    case FIELD_TEXT:
        say(meeting, " \"%.*s\"", (int)text->size, text->data);
        return;
    case FIELD_ENUM:
        say(meeting, " %s", enum_word(field->words, *(const int *)value));
        return;
    case FIELD_OPTIONAL_ENUM:
    case FIELD_LATER_ENUM:
        say(meeting, " %s",
            *(const int *)value ? enum_word(field->words, *(const int *)value)
                                : "-");
        return;
    case FIELD_SEALED:
        say(meeting, " '%.*s'", (int)sealed->value.size, sealed->value.data);
        return;
    case FIELD_HASH:
    case FIELD_SIGNATURE:
    case FIELD_ACT:
    case FIELD_ITEMS:
    case FIELD_NONE:
        break;
    }
}

static void say_event(struct meeting_transcript *meeting,
                      const struct meeting_event *event)
{
    const struct schema *schema = meeting_event_schema(event->kind);
    size_t i;

    say(meeting, "%s", schema->name);
    for (i = 0; i < schema->field_count; i++)
        say_field(meeting, &schema->fields[i],
                  (const uint8_t *)&event->body + schema->fields[i].offset);
    say(meeting, "\n");
}

static bool has_argument(const struct refusal *refusal, const char *name,
                         size_t size)
{
    int i;

    for (i = 0; i < refusal->arg_count; i++)
        if (strlen(refusal->args[i].name) == size &&
            memcmp(refusal->args[i].name, name, size) == 0)
            return true;
    return false;
}

/* Its sentence lacks nothing. */
static void assert_refusal_is_whole(const struct refusal *refusal)
{
    const char *at = refusal_message(refusal->code);

    assert_true(strlen(refusal_rule(refusal->code)) > 0);
    while ((at = strchr(at, '{')) != NULL) {
        size_t size = strcspn(++at, "}");

        if (!has_argument(refusal, at, size))
            fail_msg("%s says nothing of {%.*s}",
                     refusal_code_text(refusal->code), (int)size, at);
    }
}

static void say_decision(struct meeting_transcript *meeting)
{
    const struct refusal *refusal = &meeting->decision->refusal;
    int i;

    if (refusal->code == REFUSAL_NONE) {
        if (meeting->decision->count == 0)
            say(meeting, "nothing\n");
        return;
    }
    assert_refusal_is_whole(refusal);
    say(meeting, "refused %s", refusal_code_text(refusal->code));
    for (i = 0; i < refusal->arg_count; i++)
        say(meeting, " %s=%s", refusal->args[i].name, refusal->args[i].text);
    say(meeting, "\n");
}

/* --- log ----------------------------------------------------------------- */

/* The event as it is encoded, so that a replay reads what a log holds. */
static void keep(struct meeting_transcript *meeting,
                 const struct meeting_event *event)
{
    const struct schema *schema = meeting_event_schema(event->kind);
    json_t *body = json_object();

    assert_int_equal(schema_encode(schema, &event->body, false, body),
                     RESULT_OK);
    assert_int_equal(
        json_array_append_new(meeting->log,
                              json_pack("[s, I, o]", schema->name,
                                        (json_int_t)event->at_ms, body)),
        0);
}

static void apply(struct meeting_transcript *meeting,
                  struct meeting_event *event)
{
    event->seq = meeting->state->next_seq;
    event->at_ms =
        meeting_state_event_time(meeting->state, event, meeting->now_ms);
    keep(meeting, event);
    say_event(meeting, event);
    assert_int_equal(meeting_state_apply(meeting->state, event), RESULT_OK);
}

static enum refusal_code settle(struct meeting_transcript *meeting)
{
    size_t i;

    assert_true(meeting->decision->count <= DECISION_EVENTS_MAX);
    if (meeting->decision->refusal.code != REFUSAL_NONE)
        assert_int_equal(meeting->decision->count, 0);
    for (i = 0; i < meeting->decision->count; i++)
        apply(meeting, &meeting->decision->events[i]);
    say_decision(meeting);
    return meeting->decision->refusal.code;
}

/* The proofs of a teller's decryption are looked at first: those of a payload
 * called "false" are false. */
static void decide_decryption(struct meeting_transcript *meeting,
                              const struct actor *actor,
                              const struct command *command)
{
    const struct command_decrypt *body = &command->body.decrypt;
    const struct hash bad = digest_sha256("false", 5);
    struct decryption_verdict verdict = {
        .is_good = !hash_equal(&body->payload, &bad),
        .reason = DECRYPTION_FALSE,
        .sized = ballot_sized_decryption(body->owner, &body->payload)
    };

    assert_int_equal(meeting->decision->count, 0);
    meeting_rules_decrypt(meeting->state, &meeting->rules, actor, command,
                          &verdict, meeting->now_ms, meeting->decision);
}

enum refusal_code meeting_do(struct meeting_transcript *meeting,
                             const struct actor *actor, struct command *command)
{
    struct hash list;

    command->log = meeting->state->meeting;
    command->act.member = actor->holder;
    command->act.device = actor->device;
    command->act.op = text_view_of(command_name(command->op));
    command->act.subject = TEXT_LITERAL("");
    command->act.value = TEXT_LITERAL("");
    meeting_rules_decide(meeting->state, &meeting->rules, actor, command,
                         meeting->now_ms, meeting->decision);
    if (meeting->decision->refusal.code == REFUSAL_NONE &&
        meeting->decision->count == 0 &&
        meeting_rules_needs_list(meeting->state, command, &list))
        meeting_rules_object(
            meeting->state, &meeting->rules, actor, command,
            ballot_list_has(meeting->ballot_list,
                            &command->body.object_ballot.record),
            meeting->now_ms, meeting->decision);
    if (command->op == OP_DECRYPT &&
        meeting->decision->refusal.code == REFUSAL_NONE)
        decide_decryption(meeting, actor, command);
    if (command->op == OP_GATHER_GROUP &&
        meeting->decision->refusal.code == REFUSAL_NONE)
        meeting_rules_gather(meeting->state, &meeting->rules, actor, command,
                             &meeting->record, meeting->now_ms,
                             meeting->decision);
    return settle(meeting);
}

enum refusal_code meeting_tell(struct meeting_transcript *meeting,
                               const struct meeting_report *report)
{
    meeting_rules_report(meeting->state, &meeting->rules, report,
                         meeting->now_ms, meeting->decision);
    return settle(meeting);
}

/* --- the meeting that is played ------------------------------------------ */

static void found(struct meeting_transcript *meeting,
                  const struct meeting_call *call)
{
    struct meeting_genesis *genesis = meeting_genesis_new(call);

    apply(meeting, &genesis->event);
    meeting_genesis_free(genesis);
}

static void set_rules(struct meeting_transcript *meeting, const char *file)
{
    if (file) {
        meeting->rules = *ruleset_file(file);
        meeting->notes = ruleset_file_notes();
        return;
    }
    meeting->rules = (struct ruleset){ .name = "interim-2026-07",
                                       .grace_ms = 30000,
                                       .floor_limit_ms = 300000,
                                       .majority_numerator = 1,
                                       .majority_denominator = 2,
                                       .is_majority_strict = true,
                                       .ballot_k_min = 5,
                                       .ballot_attest_ms = 60000,
                                       .ballot_closing_ms = 30000,
                                       .ballot_changes_max = 5,
                                       .ballot_tolerance_percent = 10,
                                       .recording = RECORDING_BY_ITS_CHAIR };
    ruleset_complete(&meeting->rules);
}

struct meeting_transcript *
meeting_transcript_called(const struct meeting_call *call)
{
    struct meeting_transcript *meeting = calloc(1, sizeof *meeting);

    assert_non_null(meeting);
    meeting->decision = calloc(1, sizeof *meeting->decision);
    assert_non_null(meeting->decision);
    meeting->log = json_array();
    meeting->now_ms = MEETING_BASE_MS;
    set_rules(meeting, call->rules);
    assert_int_equal(meeting_state_new(&meeting->state), RESULT_OK);
    found(meeting, call);
    return meeting;
}

static struct meeting_transcript *begin(const struct meeting_call *call)
{
    struct meeting_transcript *meeting = meeting_transcript_called(call);

    meeting_play(meeting, "", NULL);
    return meeting;
}

struct meeting_transcript *meeting_transcript_new(void)
{
    return begin(&(struct meeting_call){ .kind = KIND_REGULAR });
}

struct meeting_transcript *meeting_transcript_of(unsigned extra)
{
    return begin(
        &(struct meeting_call){ .kind = KIND_REGULAR, .extra = extra });
}

struct meeting_transcript *meeting_transcript_congress(void)
{
    return begin(&(struct meeting_call){ .kind = KIND_CONGRESS });
}

struct meeting_transcript *meeting_transcript_congress_of(unsigned extra)
{
    return begin(
        &(struct meeting_call){ .kind = KIND_CONGRESS, .extra = extra });
}

struct meeting_transcript *meeting_transcript_vouching(void)
{
    return begin(
        &(struct meeting_call){ .kind = KIND_REGULAR, .is_vouching = true });
}

void meeting_transcript_hold_by_groups(struct meeting_transcript *meeting,
                                       const struct event_held_by_groups *held)
{
    apply(meeting, &(struct meeting_event){ .kind = EVENT_HELD_BY_GROUPS_KIND,
                                            .body.held_by_groups = *held });
}

struct meeting_transcript *meeting_transcript_by_groups(bool is_vouching)
{
    struct meeting_transcript *meeting = begin(&(struct meeting_call){
        .kind = KIND_REGULAR, .is_vouching = is_vouching });
    static const struct group_vote votes[] = {
        { { "v1" }, MATTER_RESOLUTION, 11, 4, 2, 1, 20, 18 },
        { { "v3" }, MATTER_ADMISSION, 13, 5, 0, 0, 20, 18 },
    };
    struct group_of_meeting rows[] = {
        { .group = meeting_id("u4"), .meeting = meeting_id("org.2") },
        { .group = meeting_id("u5"), .meeting = meeting_id("org.3") },
    };

    meeting_transcript_hold_by_groups(
        meeting,
        &(struct event_held_by_groups){
            .year = 2026, .members = 60, .before = 1, .groups = { rows, 2 } });
    meeting_play(meeting, "", NULL);
    meeting->record = (struct gathered_record){
        .is_over = true,
        .final_seq = 40,
        .head = digest_sha256("end", 3),
        .opened_ms = 2000000,
        .closed_ms = 9000000,
        .attendance = { 20, 18, 3, 2, 1, 1, 2, 1, 9 },
        .votes = votes,
        .vote_count = 2,
    };
    return meeting;
}

static void replay_event(struct meeting_state *state, const json_t *line)
{
    struct message_memory memory = { 0 };
    struct meeting_event event = { .seq = state->next_seq };
    const json_t *name = json_array_get(line, 0);

    event.kind = meeting_event_kind_of(text_view_of(json_string_value(name)));
    event.at_ms = json_integer_value(json_array_get(line, 1));
    assert_int_equal(schema_decode(meeting_event_schema(event.kind),
                                   json_array_get(line, 2), false, &event.body,
                                   &memory, NULL),
                     RESULT_OK);
    assert_int_equal(meeting_state_apply(state, &event), RESULT_OK);
    message_memory_release(&memory);
}

struct meeting_event
meeting_next_event(const struct meeting_transcript *meeting,
                   enum meeting_event_kind kind)
{
    return (struct meeting_event){ .seq = meeting->state->next_seq,
                                   .at_ms = meeting->state->at_ms,
                                   .kind = kind };
}

void meeting_transcript_drop(struct meeting_transcript *meeting)
{
    meeting_state_free(meeting->state);
    json_decref(meeting->log);
    free(meeting->decision);
    free(meeting->text);
    free(meeting);
}

void meeting_transcript_end(struct meeting_transcript *meeting)
{
    struct meeting_state *replay;
    struct hash played, replayed;
    size_t i;

    assert_int_equal(meeting_state_new(&replay), RESULT_OK);
    for (i = 0; i < json_array_size(meeting->log); i++)
        replay_event(replay, json_array_get(meeting->log, i));
    played = meeting_state_digest(meeting->state);
    replayed = meeting_state_digest(replay);
    assert_true(hash_equal(&played, &replayed));
    meeting_state_free(replay);
    meeting_transcript_drop(meeting);
}

/* --- the script ---------------------------------------------------------- */

struct words {
    char line[512];
    char *word[TOKENS_MAX];
    int count;
};

/* Splits at spaces; 'a text' is one word without its quotes. */
static void split(struct words *words, const char *line, size_t size)
{
    char *at = words->line;

    assert_true(size < sizeof words->line);
    memcpy(words->line, line, size);
    words->line[size] = '\0';
    words->count = 0;
    while (*at) {
        char end = ' ';

        while (*at == ' ')
            at++;
        if (*at == '\0')
            return;
        if (*at == '\'') {
            end = '\'';
            at++;
        }
        assert_true(words->count < TOKENS_MAX);
        words->word[words->count++] = at;
        while (*at && *at != end)
            at++;
        if (*at)
            *at++ = '\0';
    }
}

/* Lists of a command live in `memory`, of LIST_SIZE_MAX bytes. */
static void fill_field(const struct meeting_transcript *meeting,
                       const struct field *field, void *value, const char *word,
                       void *memory)
{
    struct identifier id = meeting_id("");

    switch (field->type) {
    case FIELD_NUMBER:
        *(uint64_t *)value = strtoull(word, NULL, 10);
        return;
    case FIELD_FLAG:
        *(bool *)value = strcmp(word, "yes") == 0;
        return;
    case FIELD_ID:
    case FIELD_OPTIONAL_ID:
        if (strcmp(word, "-") != 0)
            id = meeting_id(word);
        memcpy(value, &id, sizeof id);
        return;
    case FIELD_OPTIONAL_ENUM:
        if (strcmp(word, "-") == 0)
            return;
        *(int *)value = enum_value(field->words, text_view_of(word));
        assert_int_not_equal(*(int *)value, 0);
        return;
    case FIELD_ENUM:
        *(int *)value = enum_value(field->words, text_view_of(word));
        assert_int_not_equal(*(int *)value, 0);
        return;
    case FIELD_SEALED:
        /* One salt for all: the same text has the same commitment. */
        *(struct sealed *)value =
            (struct sealed){ .commitment = digest_sha256(word, strlen(word)),
                             .value = text_view_of(word),
                             .has_value = true };
        return;
    case FIELD_HASH:
        *(struct hash *)value = ballot_word_hash(meeting, word);
        return;
    case FIELD_TEXT:
        *(struct text_view *)value =
            strcmp(word, "-") == 0 ? TEXT_LITERAL("") : text_view_of(word);
        return;
    case FIELD_ITEMS:
        *(struct items *)value = ballot_word_list(
            field, word, memory, LIST_SIZE_MAX / field->items->size);
        return;
    case FIELD_SIGNATURE:
        memset(value, 0, SIGNATURE_SIZE); /* a test signs by itself */
        return;
    case FIELD_TIME:
    case FIELD_KEY:
    case FIELD_ACT:
    case FIELD_LATER_NUMBER:
    case FIELD_LATER_ENUM:
    case FIELD_NONE:
        break;
    }
    fail_msg("a script cannot say field %s", field->name);
}

static void command_line(struct meeting_transcript *meeting,
                         const struct actor *actor, const char *op,
                         char *const *args, int count)
{
    struct command command = { .op = COMMAND_UNKNOWN };
    static _Alignas(16) char lists[LISTS][LIST_SIZE_MAX];
    const struct schema *schema;
    char name[64];
    size_t length = strcspn(op, "@!");
    int i;

    assert_true(length < sizeof name);
    memcpy(name, op, length);
    name[length] = '\0';
    command.op = command_op_of(text_view_of(name));
    schema = command_schema(command.op);
    if (!schema)
        fail_msg("no such command: %s", name);
    assert_true((size_t)count <= schema->field_count);
    if (command.op == OP_START_VOTE)
        command.body.start_vote.matter = MATTER_RESOLUTION;
    for (i = 0; i < count; i++)
        fill_field(meeting, &schema->fields[i],
                   (uint8_t *)&command.body + schema->fields[i].offset, args[i],
                   lists[i % LISTS]);
    command.act.is_present = op[length] != '!' && command_is_signed(command.op);
    command.act.seen = op[length] == '@' ? strtoull(op + length + 1, NULL, 10)
                                         : meeting->state->next_seq - 1;
    (void)meeting_do(meeting, actor, &command);
}

static void row_line(struct meeting_transcript *meeting, const char *member,
                     const char *category, const char *letters,
                     const char *ground, const char *probation_end)
{
    struct roster_device devices[26];
    struct roster_person person = {
        .member = meeting_id(member),
        .category = enum_value(&category_words, text_view_of(category)),
        .office = OFFICE_NONE,
        .ground = enum_value(&ground_words, text_view_of(ground)),
        .probation_end = strtoull(probation_end, NULL, 10)
    };
    struct roster_site site = { .site = meeting_id(member),
                                .keeper = meeting_id("m4") };
    struct items list = { devices, 0 };
    bool is_site = member[0] == 's';

    for (; *letters >= 'a' && *letters <= 'z'; letters++)
        devices[list.count++] =
            (struct roster_device){ .device =
                                        meeting_device_key(member, *letters),
                                    .vouched_by = TEXT_LITERAL("m1,m2") };
    person.devices = list;
    site.devices = list;
    (void)meeting_tell(
        meeting,
        &(struct meeting_report){
            .kind = REPORT_REGISTER,
            .changed = { .register_seq = meeting->state->register_seq + 1,
                         .roster = { &person, !is_site },
                         .sites = { &site, is_site } } });
}

/* False if it is not a report. */
static bool report_line(struct meeting_transcript *meeting,
                        const struct actor *actor, const char *what,
                        char *const *args, int count)
{
    static const struct {
        const char *name;
        enum meeting_report_kind kind;
    } reports[] = {
        { "join", REPORT_JOIN },       { "lost", REPORT_LOST },
        { "revoked", REPORT_REVOKED }, { "clock", REPORT_CLOCK },
        { "tick", REPORT_TICK },       { "restarted", REPORT_RESTARTED },
        { "code", REPORT_CHECK_IN },   { "pin", REPORT_CHECK_IN }
    };
    bool is_server = strcmp(actor->holder.text, "server") == 0;
    struct meeting_report report = { .holder = actor->holder,
                                     .device = actor->device };
    size_t i;

    if (is_server && strcmp(what, "row") == 0) {
        assert_in_range(count, 3, 5);
        row_line(meeting, args[0], args[1], args[2], count > 3 ? args[3] : "",
                 count > 4 ? args[4] : "0");
        return true;
    }
    if (is_server && ballot_report_line(meeting, what, args, count))
        return true;
    for (i = 0; i < sizeof reports / sizeof reports[0]; i++) {
        bool by_server = reports[i].kind == REPORT_CLOCK ||
                         reports[i].kind == REPORT_TICK ||
                         reports[i].kind == REPORT_RESTARTED;

        if (strcmp(what, reports[i].name) != 0 || by_server != is_server)
            continue;
        report.kind = reports[i].kind;
        report.by_ms = count > 0 ? strtoll(args[0], NULL, 10) : 0;
        report.source = what[0] == 'c' ? SOURCE_CODE : SOURCE_PIN;
        if (report.kind == REPORT_CHECK_IN && strcmp(args[0], "-") != 0)
            report.site = meeting_id(args[0]);
        (void)meeting_tell(meeting, &report);
        return true;
    }
    return false;
}

/* What the server does by itself until then, at the time when it is due. */
static void tick_until(struct meeting_transcript *meeting, int64_t until_ms)
{
    int64_t due_ms;

    while ((due_ms = meeting_rules_next_tick_ms(meeting->state,
                                                &meeting->rules)) <= until_ms) {
        const struct meeting_report tick = { .kind = REPORT_TICK };

        meeting->now_ms = due_ms;
        assert_int_equal(meeting_tell(meeting, &tick), REFUSAL_NONE);
        assert_int_not_equal(meeting->decision->count, 0);
    }
}

static void play_line(struct meeting_transcript *meeting,
                      const struct words *words)
{
    struct actor actor = { .kind = ACTOR_HOLDER };
    const int64_t now_ms =
        MEETING_BASE_MS + (int64_t)(strtod(words->word[0], NULL) * 1000 + 0.5);
    char holder[32];
    char device = 'a';
    size_t length;

    assert_true(words->count >= 3);
    if (meeting->is_live)
        tick_until(meeting, now_ms);
    meeting->now_ms = now_ms;
    length = strcspn(words->word[1], "/");
    assert_true(length < sizeof holder);
    memcpy(holder, words->word[1], length);
    holder[length] = '\0';
    if (words->word[1][length] == '/')
        device = words->word[1][length + 1];
    actor.holder = meeting_id(holder);
    actor.device = meeting_device_key(holder, device);
    if (strcmp(holder, "admin") == 0)
        actor.kind = ACTOR_ADMINISTRATOR;
    if (!report_line(meeting, &actor, words->word[2], &words->word[3],
                     words->count - 3))
        command_line(meeting, &actor, words->word[2], &words->word[3],
                     words->count - 3);
}

void meeting_play(struct meeting_transcript *meeting, const char *script,
                  const char *expected)
{
    while (*script) {
        size_t size = strcspn(script, "\n");
        struct words words;

        split(&words, script, size);
        if (words.count > 0)
            play_line(meeting, &words);
        script += size + (script[size] == '\n');
    }
    if (expected)
        assert_string_equal(meeting->text ? meeting->text : "", expected);
    if (meeting->text)
        meeting->text[0] = '\0';
    meeting->text_size = 0;
}

static void let_in(struct meeting_transcript *meeting, const char *holder)
{
    char script[160];

    (void)snprintf(script, sizeof script, "0 %s join\n0 m1 admit %s\n0 %s join",
                   holder, holder, holder);
    meeting_play(meeting, script, NULL);
}

void meeting_play_to_lobby(struct meeting_transcript *meeting,
                           const char *const *joined)
{
    meeting_play(meeting, "0 m1 join\n0 m2 join\n0 m3 join\n0 m1 open_lobby",
                 NULL);
    if (ruleset_has(&meeting->rules, RULESET_DECLARATION))
        meeting_play(meeting, "0 m1 declare_open_content", NULL);
    for (; *joined; joined++)
        let_in(meeting, *joined);
}

void meeting_play_to_open(struct meeting_transcript *meeting,
                          const char *const *joined)
{
    meeting_play_to_lobby(meeting, joined);
    meeting_play(meeting, "0 m1 open_meeting", NULL);
}
