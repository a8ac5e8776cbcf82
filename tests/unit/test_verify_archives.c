/* What the server made of objections, in the light of the lists. */
#include "protocol/verify/verify_archives.h"

#include "protocol/verify/verify_run.h"
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct scene {
    struct meeting_transcript *meeting;
    struct meeting_ballot *ballot;
    struct verify_findings findings;
};

/* A ballot to which one objected with a list, when nobody had decrypted. */
static void begin(struct scene *scene, enum ballot_phase phase)
{
    *scene = (struct scene){ .meeting = meeting_ballot_scene(phase) };
    scene->ballot = &scene->meeting->state->ballots[0];
    scene->ballot->objections = calloc(1, sizeof *scene->ballot->objections);
    assert_non_null(scene->ballot->objections);
    scene->ballot->evidence_count = 1;
    scene->ballot->objections[0].seq = 3;
    scene->findings.meeting.state = scene->meeting->state;
    assert_int_equal(verify_archives_begin(&scene->findings), RESULT_OK);
    assert_int_equal(scene->findings.archives.objection_count, 1);
}

static enum verify_fault judge(struct scene *scene, enum verify_shown shown)
{
    scene->findings.archives.objections[0].shown = shown;
    scene->findings.verdict = VERIFY_SO_FAR;
    scene->findings.failure.fault = VERIFY_FAULT_NONE;
    verify_archives_judge(&scene->findings);
    return scene->findings.failure.fault;
}

static void end(struct scene *scene)
{
    verify_archives_release(&scene->findings.archives);
    meeting_transcript_drop(scene->meeting);
}

static void a_ballot_does_not_go_on_behind_a_proof(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, BALLOT_PHASE_VOTING);
    assert_int_equal(judge(&scene, VERIFY_SHOWN_PROVEN),
                     VERIFY_FAULT_OBJECTION);
    assert_int_equal(scene.findings.verdict, VERIFY_INVALID);
    assert_int_equal(scene.findings.failure.seq, 3);
    assert_int_equal(judge(&scene, VERIFY_SHOWN_UNKNOWN), VERIFY_FAULT_NONE);
    assert_int_equal(judge(&scene, VERIFY_SHOWN_NOTHING), VERIFY_FAULT_NONE);
    scene.ballot->objections[0].is_late = true;
    assert_int_equal(judge(&scene, VERIFY_SHOWN_PROVEN), VERIFY_FAULT_NONE);
    /* It may still become void: nothing has followed. */
    scene.ballot->objections[0].is_late = false;
    scene.ballot->objections[0].seq = scene.meeting->state->next_seq - 1;
    assert_int_equal(judge(&scene, VERIFY_SHOWN_PROVEN), VERIFY_FAULT_NONE);
    end(&scene);
}

static void a_ballot_is_not_void_by_what_shows_nothing(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, BALLOT_PHASE_VOID);
    assert_int_equal(judge(&scene, VERIFY_SHOWN_NOTHING), VERIFY_FAULT_NONE);
    scene.ballot->void_reason = VOID_OBJECTION;
    assert_int_equal(judge(&scene, VERIFY_SHOWN_NOTHING),
                     VERIFY_FAULT_OBJECTION);
    assert_int_equal(judge(&scene, VERIFY_SHOWN_UNKNOWN), VERIFY_FAULT_NONE);
    assert_int_equal(judge(&scene, VERIFY_SHOWN_PROVEN), VERIFY_FAULT_NONE);
    scene.ballot->objections[0].is_late = true;
    assert_int_equal(judge(&scene, VERIFY_SHOWN_PROVEN),
                     VERIFY_FAULT_OBJECTION);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ballot_does_not_go_on_behind_a_proof),
        cmocka_unit_test(a_ballot_is_not_void_by_what_shows_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
