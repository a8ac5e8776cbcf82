/*
 * Who is shown what: the audience of every sealed text of every event, and who
 * belongs to an audience in which situation, written down by hand beside the
 * code. Nobody else ever has the text; the event alone has a commitment. What
 * stands in clear is for everybody who has the log, guests too, and is listed
 * here as well, so that nothing gets there unseen.
 */
#include "protocol/meeting/register_event.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- Every text, and whom it is for --------------------------------------- */

static const char *const audiences[] = {
    [AUDIENCE_NONE] = "clear",      [AUDIENCE_ALL] = "all",
    [AUDIENCE_MEMBERS] = "members", [AUDIENCE_PRESIDING] = "presiding",
    [AUDIENCE_MINUTES] = "minutes",
};

/* Of members: neither guests nor who may not attend. Of presiding: chair,
 * deputy, whoever presides, minute-taker. Of minutes: those, and members once
 * the minutes are shared. */
static const char *const meeting_texts[] = {
    /* what the meeting is called by, and what is put to all */
    "genesis.title all",
    "genesis.unit_name all",
    "genesis.upper_name all",
    "genesis.place all",
    "genesis.agenda.title all",
    "genesis.roster.name all",
    "genesis.sites.name all",
    "roster_changed.roster.name all",
    "roster_changed.sites.name all",
    "held_by_groups.groups.name all",
    "item_added.title all",
    "item_dropped.reason all",
    "carried_over.items.title all",
    "document_attached.name all",
    "vote_started.motion all",
    "vote_cancelled.reason all",
    "decided_by_groups.motion all",
    "authority_set.issuer all",
    "election_called.title all",
    "ballot_drafted.form all",
    "ballot_objected.reason all",
    "ballot_voided.reason all",
    "minutes_presented.minutes all",
    /* what is said among members */
    "chat_said.text members",
    "commented.text members",
    "task_set.text members",
    "task_reported.text members",
    "carried_over.tasks.text members",
    "objection_raised.text members",
    "objection_answered.text members",
    "score_completed.note members",
    /* what is nobody's business but theirs who lead the meeting */
    "turned_away.reason presiding",
    "absence_noted.reason presiding",
    "genesis.roster.devices.label presiding",
    "genesis.sites.devices.label presiding",
    "roster_changed.roster.devices.label presiding",
    "roster_changed.sites.devices.label presiding",
    /* the minutes while they are written */
    "entry_written.text minutes",
    "entry_edited.text minutes",
    /* rules, names of files, numbers of documents, keys and their proofs */
    "genesis.ruleset clear",
    "genesis.zone clear",
    "genesis.roster.devices.vouched_by clear",
    "genesis.sites.devices.vouched_by clear",
    "roster_changed.roster.devices.vouched_by clear",
    "roster_changed.sites.devices.vouched_by clear",
    "vote_started.rule clear",
    "vote_started.test clear",
    "vote_closed.test clear",
    "vote_closed.rule clear",
    "vote_voided.rule clear",
    "quorum_changed.rule clear",
    "authority_set.number clear",
    "authority_set.date clear",
    "decided_by_groups.test clear",
    "decided_by_groups.rule clear",
    "ballot_decided.rule clear",
    "ballot_decided.test clear",
    "keys_begun.uuid clear",
    "keys_begun.server_key clear",
    "teller_certified.certificate clear",
    "shares_dealt.deal clear",
    "share_confirmed.key clear",
    "keys_disputed.evidence clear",
};

/* Members, presiding: of the unit that it is about; all: whoever is enrolled.
 */
static const char *const register_texts[] = {
    "genesis.name all",
    "unit_added.name all",
    "unit_renamed.name all",
    "device_added.label all",
    "member_added.name members",
    "member_changed.name members",
    "site_added.name members",
    "site_changed.name members",
    "device_enrolled.label members",
    "meeting_scheduled.title members",
    "meeting_scheduled.place members",
    "meeting_scheduled.agenda.title members",
    "meeting_changed.title members",
    "meeting_changed.place members",
    "meeting_changed.agenda.title members",
    "meeting_cancelled.reason members",
    "opinions_asked.title members",
    "opinions_asked.text members",
    "erratum_proposed.erratum members",
    "member_removed.reason presiding",
    "device_revoked.reason presiding",
    "opinion_given.text presiding",
    "meeting_scheduled.zone clear",
    "meeting_changed.zone clear",
};

struct texts {
    const char *const *expected;
    size_t count;
    bool *is_met;
    size_t faults;
};

static void meet(struct texts *texts, const char *text)
{
    size_t i;

    for (i = 0; i < texts->count; i++)
        if (strcmp(texts->expected[i], text) == 0) {
            texts->is_met[i] = true;
            return;
        }
    print_message("not as it is written down: %s\n", text);
    texts->faults++;
}

/* Words of what a member alone knows, or the server alone. */
static void assert_no_secret(const char *name)
{
    static const char *const secrets[] = { "pin",  "code",     "secret", "salt",
                                           "seed", "password", "choices" };
    size_t i;

    for (i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        if (strcmp(name, secrets[i]) == 0)
            fail_msg("an event has a field \"%s\"", name);
}

static void collect(struct texts *texts, const char *path,
                    const struct schema *schema)
{
    size_t i;

    for (i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        char text[200];

        assert_no_secret(field->name);
        if (field->type == FIELD_ITEMS) {
            (void)snprintf(text, sizeof text, "%s.%s", path, field->name);
            collect(texts, text, field->items);
        } else if (field->type == FIELD_SEALED || field->type == FIELD_TEXT) {
            (void)snprintf(text, sizeof text, "%s.%s %s", path, field->name,
                           audiences[field->audience]);
            meet(texts, text);
        }
    }
}

static void end(struct texts *texts)
{
    size_t i;

    for (i = 0; i < texts->count; i++)
        if (!texts->is_met[i]) {
            print_message("is not in the code: %s\n", texts->expected[i]);
            texts->faults++;
        }
    free(texts->is_met);
    assert_int_equal(texts->faults, 0);
}

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static struct texts begin(const char *const *expected, size_t count)
{
    struct texts texts = { expected, count, calloc(count, sizeof(bool)), 0 };

    assert_non_null(texts.is_met);
    return texts;
}

static void every_text_of_a_meeting_is_for_whom_it_is_written_down(void **state)
{
    struct texts texts = begin(meeting_texts, COUNT(meeting_texts));
    int kind;

    (void)state;
    for (kind = 1; kind < MEETING_EVENT_COUNT; kind++) {
        const struct schema *schema =
            meeting_event_schema((enum meeting_event_kind)kind);

        collect(&texts, schema->name, schema);
    }
    end(&texts);
}

static void every_text_of_the_register_is_so(void **state)
{
    struct texts texts = begin(register_texts, COUNT(register_texts));
    int kind;

    (void)state;
    for (kind = 1; kind < REGISTER_EVENT_COUNT; kind++) {
        const struct schema *schema =
            register_event_schema((enum register_event_kind)kind);

        collect(&texts, schema->name, schema);
    }
    end(&texts);
}

/* --- Who belongs to an audience ------------------------------------------- */

/* A: all, M: members, P: presiding, T: the text of the minutes. */
static void assert_shown(const struct meeting_transcript *meeting,
                         const char *holders, const char *expected)
{
    char id[16];
    const char *at = holders;
    int size;

    while (sscanf(at, "%15s%n", id, &size) == 1) {
        const struct identifier holder = meeting_id(id);
        char shown[5] = "----";

        at += size;
        if (meeting_state_may_open(meeting->state, &holder, AUDIENCE_ALL))
            shown[0] = 'A';
        if (meeting_state_may_open(meeting->state, &holder, AUDIENCE_MEMBERS))
            shown[1] = 'M';
        if (meeting_state_may_open(meeting->state, &holder, AUDIENCE_PRESIDING))
            shown[2] = 'P';
        if (meeting_state_may_open(meeting->state, &holder, AUDIENCE_MINUTES))
            shown[3] = 'T';
        if (strcmp(shown, expected) != 0)
            fail_msg("%s is shown %s, not %s", id, shown, expected);
        assert_false(
            meeting_state_may_open(meeting->state, &holder, AUDIENCE_NONE));
    }
}

/* Whoever never is: suspended, technician, away; of another cell or group. */
#define NEVER "m11 m12 m13 m99 s9"

static struct meeting_transcript *in_session(void)
{
    static const char *const joined[] = { "m4",  "m6", "m8", "m9",
                                          "m10", "s1", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "1 m3 tick m5 site s1\n"
                 "1 m3 tick m14 in_person -\n"
                 "1 m7 join",
                 NULL);
    return meeting;
}

static void before_the_lobby_only_those_who_prepare_are_shown_it(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    assert_shown(meeting, "m1 m2 m3", "AMPT"); /* who prepare it */
    assert_shown(meeting, "m4 m6 m7 m8 m9 m10 s1 " NEVER, "----");
    meeting_play(meeting, "1 m3 join\n1 m3 prepare_meeting", NULL);
    assert_shown(meeting, "m1 m2 m3", "AMPT");
    assert_shown(meeting, "m4 m6 m7 m9 m10", "AM--");
    assert_shown(meeting, "m8 s1 " NEVER, "----");
    meeting_transcript_end(meeting);
}

/* m5 and m14 are in the hall without a device that was let in, m7 waits. */
static void in_session_each_is_shown_what_is_for_him(void **state)
{
    struct meeting_transcript *meeting = in_session();

    (void)state;
    assert_shown(meeting, "m1 m2 m3", "AMPT");
    assert_shown(meeting, "m4 m6 m9 m10 s1", "AM--");
    assert_shown(meeting, "m8", "A---");
    assert_shown(meeting, "m5 m7 m14 s2 " NEVER, "----");
    meeting_play(meeting, "2 m1 turn_away m7 'Chưa đến lượt'", NULL);
    assert_shown(meeting, "m7", "----");
    meeting_transcript_end(meeting);
}

static void a_sub_room_shows_no_more_and_no_less(void **state)
{
    struct meeting_transcript *meeting = in_session();

    (void)state;
    meeting_play(meeting, "2 m1 open_subrooms 2 yes", NULL);
    assert_shown(meeting, "m1 m2 m3", "AMPT");
    assert_shown(meeting, "m4 m6 m9 m10 s1", "AM--");
    assert_shown(meeting, "m8", "A---");
    meeting_transcript_end(meeting);
}

static void the_minutes_are_for_members_once_they_are_shared(void **state)
{
    struct meeting_transcript *meeting = in_session();

    (void)state;
    meeting_play(meeting, "2 m1 share_minutes", NULL);
    assert_shown(meeting, "m1 m2 m3", "AMPT");
    assert_shown(meeting, "m4 m6 m9 m10 s1", "AM-T");
    assert_shown(meeting, "m8", "A---");
    assert_shown(meeting, "m5 m7 m14 s2 " NEVER, "----");
    meeting_transcript_end(meeting);
}

/* A co-chair leads the floor, and is shown what members are. */
static void who_presides_is_shown_what_is_for_who_presides(void **state)
{
    struct meeting_transcript *meeting = in_session();

    (void)state;
    meeting_play(meeting, "2 m1 appoint_officer m4 co_chair", NULL);
    assert_shown(meeting, "m4", "AM--");
    meeting_play(meeting, "3 m1 give_chair m4", NULL);
    assert_shown(meeting, "m1 m2 m3 m4", "AMPT");
    meeting_play(meeting, "4 m4 hand_over_minutes m6", NULL);
    assert_shown(meeting, "m6", "AMPT");
    assert_shown(meeting, "m3", "AM--");
    meeting_transcript_end(meeting);
}

static void who_loses_membership_loses_what_is_for_members(void **state)
{
    struct meeting_transcript *meeting = in_session();

    (void)state;
    meeting_play(meeting,
                 "2 server row m4 guest a\n"
                 "2 server row m6 suspended a",
                 NULL);
    assert_shown(meeting, "m4 m6", "A---");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            every_text_of_a_meeting_is_for_whom_it_is_written_down),
        cmocka_unit_test(every_text_of_the_register_is_so),
        cmocka_unit_test(before_the_lobby_only_those_who_prepare_are_shown_it),
        cmocka_unit_test(in_session_each_is_shown_what_is_for_him),
        cmocka_unit_test(a_sub_room_shows_no_more_and_no_less),
        cmocka_unit_test(the_minutes_are_for_members_once_they_are_shared),
        cmocka_unit_test(who_presides_is_shown_what_is_for_who_presides),
        cmocka_unit_test(who_loses_membership_loses_what_is_for_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
