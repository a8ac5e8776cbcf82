#include "tests/support/elect_scene.h"

#include "tests/support/ballot_reports.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { EXTRA = 19 };

static char text[4000];
static size_t used;
static elect_disturb_fn *disturb_by;
static void *disturb_user;

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    used += (size_t)vsnprintf(text + used, sizeof text - used, format, list);
    va_end(list);
    assert_true(used < sizeof text);
}

__attribute__((format(printf, 2, 3))) static void
play(struct meeting_transcript *meeting, const char *format, ...)
{
    char line[500];
    va_list list;

    va_start(list, format);
    assert_true((size_t)vsnprintf(line, sizeof line, format, list) <
                sizeof line);
    va_end(list);
    meeting_play(meeting, line, NULL);
    if (meeting->decision->refusal.code != REFUSAL_NONE)
        fail_msg("%s: %s", line,
                 refusal_code_text(meeting->decision->refusal.code));
}

static struct meeting_transcript *assemble(struct meeting_transcript *meeting,
                                           unsigned absent)
{
    static const char *const joined[] = { "m4", "m5", "m6", NULL };
    unsigned i;

    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play_to_open(meeting, joined);
    for (i = 1; i <= 5; i++)
        play(meeting, "1 m3 tick m%u in_person -", i);
    play(meeting, "1 m3 tick m14 in_person -");
    for (i = 1; i <= EXTRA - absent; i++)
        play(meeting, "1 m3 tick x%u in_person -", i);
    for (; i <= EXTRA; i++)
        play(meeting, "1 m3 note_absence x%u absent_excused 'ốm' yes", i);
    play(meeting, "2 m1 confirm_roll");
    meeting_play(meeting, "", NULL);
    return meeting;
}

struct meeting_transcript *elect_scene(void)
{
    return assemble(meeting_transcript_of(EXTRA), 0);
}

struct meeting_transcript *elect_congress(unsigned absent)
{
    return assemble(meeting_transcript_congress_of(EXTRA), absent);
}

/* Of those in the hall, who are all for it. */
static unsigned long long hands(const struct meeting_transcript *meeting)
{
    struct roll_count roll;

    meeting_state_roll(meeting->state, &roll);
    return roll.official_present;
}

const char *elect_list(struct meeting_transcript *meeting, unsigned seats,
                       const char *names)
{
    static char id[IDENTIFIER_SIZE];
    const size_t vote = meeting->state->vote_count + 1;

    play(meeting, "3 m1 call_election a1 other %u 'Chức danh'", seats);
    (void)snprintf(id, sizeof id, "%s", meeting->decision->made.text);
    while (*names) {
        const size_t size = strcspn(names, "+");

        play(meeting, "4 m1 nominate %s %.*s committee", id, (int)size, names);
        names += size + (names[size] == '+');
    }
    play(meeting, "5 m1 start_vote %s 'Thông qua danh sách' procedure", id);
    play(meeting, "5 m3 enter_hall_votes v%zu - %llu 0 0 0", vote,
         hands(meeting));
    play(meeting, "5 m1 close_vote v%zu", vote);
    play(meeting, "6 m1 close_list %s v%zu", id, vote);
    return id;
}

const char *elect_choice(const char *answers, unsigned min, unsigned max)
{
    used = 0;
    add("{\"name\":\"P\",\"questions\":[{\"answers\":[");
    while (*answers) {
        const size_t size = strcspn(answers, "+");

        add("\"%.*s\"%s", (int)size, answers, answers[size] ? "," : "");
        answers += size + (answers[size] == '+');
    }
    add("],\"blank\":true,\"min\":%u,\"max\":%u,\"question\":\"?\"}],"
        "\"forms\":[\"choose\"]}",
        min, max);
    return text;
}

const char *elect_table(const char *form, unsigned rows, unsigned columns)
{
    unsigned i, j;

    used = 0;
    add("{\"name\":\"P\",\"questions\":[");
    for (i = 0; i < rows; i++) {
        add("%s{\"answers\":[", i ? "," : "");
        for (j = 0; j < columns; j++)
            add("%s\"%u\"", j ? "," : "", j);
        add("],\"min\":0,\"max\":1,\"question\":\"%u\"}", i);
    }
    add("],\"forms\":[");
    for (i = 0; i < rows; i++)
        add("%s\"%s\"", i ? "," : "", form);
    add("]}");
    return text;
}

/* A long form is no line of a script: the command is made of its parts. */
const char *elect_draft(struct meeting_transcript *meeting, const char *form,
                        const char *rest)
{
    static char refused[500];
    const struct refusal *refusal = &meeting->decision->refusal;
    struct actor chair = { ACTOR_HOLDER, meeting_id("m1"),
                           meeting_device_key("m1", 'a') };
    struct member_id candidates[32], tellers[9];
    struct items *lists[] = { NULL, NULL };
    char words[12][400];
    struct command command = { .op = OP_DRAFT_BALLOT };
    struct command_draft_ballot *body = &command.body.draft_ballot;
    const struct field field = { .items = &member_id_schema };
    size_t size = 0;
    int count, i;

    for (i = 0; i < 12; i++)
        (void)snprintf(words[i], sizeof words[i], "-");
    count =
        sscanf(rest,
               "%399s %399s %399s %399s %399s %399s %399s %399s %399s "
               "%399s %399s %399s",
               words[0], words[1], words[2], words[3], words[4], words[5],
               words[6], words[7], words[8], words[9], words[10], words[11]);
    assert_true(count >= 5);
    (void)lists;
    body->form = (struct sealed){ .value = text_view_of(form),
                                  .has_value = true,
                                  .is_authored = true };
    body->form.commitment.bytes[0] = (uint8_t)meeting->state->ballot_count;
    body->candidates = ballot_word_list(&field, words[0], candidates, 32);
    body->tellers = ballot_word_list(&field, words[1], tellers, 9);
    body->threshold = (uint64_t)(words[2][0] - '0');
    body->revote = strcmp(words[3], "yes") == 0;
    body->halls = strcmp(words[4], "yes") == 0;
    body->matter = enum_value(&matter_words, text_view_of(words[5]));
    (void)sscanf(words[6], "%zu", &size);
    body->seats = size;
    if (strcmp(words[7], "-") != 0)
        body->subject = meeting_id(words[7]);
    body->post = strcmp(words[8], "yes") == 0;
    body->subject_votes = strcmp(words[9], "yes") == 0;
    if (strcmp(words[10], "-") != 0)
        body->election = meeting_id(words[10]);
    if (strcmp(words[11], "-") != 0)
        body->again = meeting_id(words[11]);
    command.act.is_present = true;
    command.act.seen = meeting->state->next_seq - 1;
    refused[0] = '\0';
    if (meeting_do(meeting, &chair, &command) == REFUSAL_NONE)
        return refused;
    used = (size_t)snprintf(refused, sizeof refused, "%s",
                            refusal_code_text(refusal->code));
    for (i = 0; i < refusal->arg_count; i++)
        used +=
            (size_t)snprintf(refused + used, sizeof refused - used, " %s=%s",
                             refusal->args[i].name, refusal->args[i].text);
    return refused;
}

void elect_disturb_by(elect_disturb_fn *disturb, void *user)
{
    disturb_by = disturb;
    disturb_user = user;
}

/* A step of a ballot that is adopted. */
__attribute__((format(printf, 2, 3))) static void
go(struct meeting_transcript *meeting, const char *format, ...)
{
    char line[500];
    va_list list;

    va_start(list, format);
    assert_true((size_t)vsnprintf(line, sizeof line, format, list) <
                sizeof line);
    va_end(list);
    if (disturb_by)
        disturb_by(meeting, disturb_user);
    play(meeting, "%s", line);
}

/* Everybody in the hall is for it. */
void elect_adopt(struct meeting_transcript *meeting)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    const size_t vote = meeting->state->vote_count + 1;

    play(meeting, "11 m1 start_vote a1 'Thông qua phiếu'");
    play(meeting, "11 m3 enter_hall_votes v%zu - %llu 0 0 0", vote,
         hands(meeting));
    play(meeting, "11 m1 close_vote v%zu", vote);
    play(meeting, "12 m1 adopt_ballot %s v%zu -", ballot->id.text, vote);
}

static void make_keys(struct meeting_transcript *meeting, const char *id)
{
    static const char *const tellers[] = { "m2", "m3", "m5" };
    size_t i;

    go(meeting, "13 server keys");
    for (i = 0; i < 3; i++)
        go(meeting, "13 %s certify %s 1 %zu C%s M%s", tellers[i], id, i + 1,
           tellers[i], tellers[i]);
    for (i = 0; i < 3; i++)
        go(meeting, "14 %s deal %s 1 %zu D", tellers[i], id, i + 1);
    for (i = 0; i < 3; i++)
        go(meeting, "15 %s confirm_share %s 1 %zu K", tellers[i], id, i + 1);
    go(meeting, "16 server sign T");
    for (i = 0; i < 3; i++)
        go(meeting, "16 %s sign_trustees %s 1 %zu X%s%s T", tellers[i], id,
           i + 2, tellers[i], id);
    go(meeting, "17 server ready");
}

void elect_paper(struct meeting_transcript *meeting, unsigned valid,
                 unsigned invalid, const char *counts)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct actor teller = { ACTOR_HOLDER, meeting_id("m2"),
                            meeting_device_key("m2", 'a') };
    struct ballot_count rows[64];
    const struct field field = { .items = &ballot_count_schema };
    struct command command = { .op = OP_ENTER_PAPER };
    struct command_enter_paper *body = &command.body.enter_paper;

    *body = (struct command_enter_paper){ .ballot = ballot->id,
                                          .end = ballot->end,
                                          .issued = valid + invalid,
                                          .returned = valid + invalid,
                                          .valid = valid,
                                          .invalid = invalid,
                                          .counts = ballot_word_list(
                                              &field, counts, rows, 64) };
    body->record =
        ballot_paper_record(body->issued, body->returned, body->valid,
                            body->invalid, &body->counts);
    command.act.is_present = true;
    command.act.seen = meeting->state->next_seq - 1;
    if (meeting_do(meeting, &teller, &command) != REFUSAL_NONE)
        fail_msg("%u+%u papers, %s: %s (%s)", valid, invalid, counts,
                 refusal_code_text(meeting->decision->refusal.code),
                 meeting->decision->refusal.args[0].text);
}

/* As many zeros as there are counts: nobody voted by device. */
static const char *zeros(const char *counts)
{
    static char out[200];
    size_t size = 0;

    for (;; counts++) {
        if (*counts == '+' || *counts == '\0') {
            assert_true(size + 2 < sizeof out);
            out[size++] = '0';
            out[size++] = *counts;
            if (*counts == '\0')
                return out;
        }
    }
}

void elect_count(struct meeting_transcript *meeting, unsigned valid,
                 unsigned invalid, const char *counts)
{
    const struct identifier id = ballot_newest(meeting)->id;

    if (ballot_newest(meeting)->phase == BALLOT_PHASE_DRAFTED)
        elect_adopt(meeting);
    make_keys(meeting, id.text);
    go(meeting, "20 m1 close_issue %s", id.text);
    go(meeting, "21 server list L");
    go(meeting, "22 server heads m1+m2+m3+m4+m5 m6");
    go(meeting, "23 m1 open_ballot %s yes", id.text);
    go(meeting, "24 m1 end_ballot %s", id.text);
    go(meeting, "60 server end");
    elect_paper(meeting, valid, invalid, counts);
    go(meeting, "61 m3 confirm_paper %s =end =paper", id.text);
    go(meeting, "62 server tally");
    go(meeting, "63 m1 count_ballot %s yes", id.text);
    go(meeting, "64 server decrypt");
    go(meeting, "65 m2 decrypt %s 2 =end =tally Y2%s 700", id.text, id.text);
    go(meeting, "65 m3 decrypt %s 3 =end =tally Y3%s 700", id.text, id.text);
    go(meeting, "66 server result %s", zeros(counts));
    meeting_play(meeting, "", NULL);
}

static void add_persons(const struct event_ballot_decided *decided)
{
    const struct chosen_row *chosen = decided->chosen.data;
    const struct level_row *level = decided->levels.data;
    const struct form_row *form = decided->forms.data;
    size_t i;

    for (i = 0; i < decided->chosen.count; i++)
        add(", %s=%llu %s", chosen[i].member.text,
            (unsigned long long)chosen[i].votes,
            enum_word(&ballot_standing_words, chosen[i].standing));
    for (i = 0; i < decided->levels.count; i++)
        add(", %s=%llu+%llu+%llu+%llu %s", level[i].member.text,
            (unsigned long long)level[i].first,
            (unsigned long long)level[i].second,
            (unsigned long long)level[i].third,
            (unsigned long long)level[i].fourth,
            level[i].level ? enum_word(&ballot_level_words, level[i].level)
                           : "-");
    for (i = 0; i < decided->forms.count; i++)
        add(", %s=%llu(%llu) of %llu",
            enum_word(&discipline_words, form[i].form),
            (unsigned long long)form[i].votes,
            (unsigned long long)form[i].added,
            (unsigned long long)form[i].need);
}

const char *elect_decided(const struct meeting_transcript *meeting)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    const struct event_ballot_decided *decided = &ballot->decided;

    if (!ballot->is_decided)
        return "nothing";
    used = 0;
    add("%s D=%llu need=%llu valid=%llu rule=%s",
        enum_word(&ballot_end_words, decided->end),
        (unsigned long long)decided->denominator,
        (unsigned long long)decided->need, (unsigned long long)decided->valid,
        decided->rule.data);
    if (decided->open)
        add(" open=%llu", (unsigned long long)decided->open);
    if (decided->form)
        add(" %s%s%s", enum_word(&discipline_words, decided->form),
            decided->cumulated ? " cumulated" : "",
            decided->proposal ? " proposal" : "");
    if (decided->over_cap)
        add(" over the cap");
    add_persons(decided);
    return text;
}
