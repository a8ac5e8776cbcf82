#include "protocol/ballot/ballot_vote.h"

#include "protocol/ballot/ballot_archive.h"
#include "protocol/ballot/ballot_vote_internal.h"
#include "tests/support/ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const char marks[] = "010 0101 011";

struct fixture {
    struct ballot_scene scene;
    struct text_view ballot; /* of `marks` */
};

static int set_up(void **state)
{
    static struct fixture f;

    ballot_scene_init(&f.scene);
    f.ballot = ballot_scene_vote(&f.scene, marks);
    *state = &f;
    return 0;
}

static void end(struct text_view text) { free((void *)(uintptr_t)text.data); }

static int tear_down(void **state)
{
    struct fixture *f = *state;

    end(f->ballot);
    ballot_scene_release(&f->scene);
    return 0;
}

/* Reads and checks: the first fault, and where. */
static struct ballot_finding judge(const struct ballot_booth *booth,
                                   struct text_view ballot)
{
    struct ballot_vote vote;
    struct ballot_finding finding;
    enum ballot_fault fault;

    if (ballot_vote_read(booth, ballot, &vote, &finding) != BALLOT_FAULT_NONE)
        return finding;
    assert_int_equal(finding.fault, BALLOT_FAULT_NONE);
    fault = ballot_vote_check(booth, &vote, &finding);
    assert_int_equal(finding.fault, fault);
    ballot_vote_release(&vote);
    return finding;
}

static void assert_fault(struct fixture *f, struct text_view ballot,
                         enum ballot_fault fault)
{
    assert_string_equal(ballot_fault_word(judge(f->scene.booth, ballot).fault),
                        ballot_fault_word(fault));
}

/* --- What is good ----------------------------------------------------------
 */

static void every_vote_that_is_allowed_makes_a_good_ballot(void **state)
{
    static const char *const good[] = {
        "100 0100 000", "010 0010 010", "001 0001 001", "100 0110 011",
        "100 0101 100", "100 1000 100", "100 1000 000",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct text_view ballot = ballot_scene_vote(&f->scene, good[i]);

        assert_fault(f, ballot, BALLOT_FAULT_NONE);
        end(ballot);
    }
}

static void a_vote_that_is_not_allowed_makes_none(void **state)
{
    static const char *const bad[] = {
        "000 0100 000", "110 0100 000",  "100 0000 000", "100 0111 000",
        "100 1100 000", "100 1110 000",  "100 0100 110", "100 0100 111",
        "200 0100 000", "020 0100 000",  "100 2000 000", "100 0100",
        "100 010 000",  "100 01000 000",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *out = NULL;
        size_t size = 0;

        assert_int_equal(ballot_scene_try(&f->scene, bad[i], &out, &size),
                         RESULT_INVALID);
        assert_null(out);
    }
}

/* With the secret of the key, beta / alpha^x = g^m. */
static void what_is_encrypted_is_what_was_marked(void **state)
{
    static const uint8_t wanted[] = { 0, 1, 0, 0, 1, 0, 1, 0, 1, 1 };
    struct fixture *f = *state;
    struct ballot_element generator = ballot_group_generator(f->scene.group);
    struct ballot_vote vote;

    assert_int_equal(ballot_vote_read(f->scene.booth, f->ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    assert_int_equal(vote.cipher_count, sizeof wanted);
    for (size_t i = 0; i < vote.cipher_count; i++) {
        struct ballot_element plain;

        assert_int_equal(ballot_group_power(f->scene.group,
                                            &vote.ciphers[i].alpha,
                                            &f->scene.key_secret, &plain),
                         RESULT_OK);
        assert_int_equal(ballot_group_divide(f->scene.group,
                                             &vote.ciphers[i].beta, &plain,
                                             &plain),
                         RESULT_OK);
        if (wanted[i])
            assert_true(ballot_element_equal(&plain, &generator));
        else
            assert_true(ballot_element_is_identity(&plain));
    }
    assert_true(ballot_element_equal(&vote.credential, &f->scene.credential));
    ballot_vote_release(&vote);
}

static void ballots_of_other_programs_are_good(void **state)
{
    static const char *const names[] = { "1.1", "2.1", "2.2", "3.1", "4.1" };
    struct fixture *f = *state;
    struct text_view record =
        ballot_scene_file("tests/vectors/ballot/threshold/election.json");
    struct ballot_election election;
    struct ballot_booth *booth = NULL;

    assert_int_equal(
        ballot_election_read(f->scene.group, record, true, &election),
        BALLOT_FAULT_NONE);
    assert_int_equal(ballot_booth_new(f->scene.group, &election, &booth),
                     RESULT_OK);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[80];
        struct text_view ballot;

        (void)snprintf(path, sizeof path,
                       "tests/vectors/ballot/threshold/ballot.%s.json",
                       names[i]);
        ballot = ballot_scene_file(path);
        assert_int_equal(judge(booth, ballot).fault, BALLOT_FAULT_NONE);
        end(ballot);
    }
    ballot_booth_free(booth);
    ballot_election_release(&election);
    end(record);
}

/* The ballots of a whole archive, each as it is found. */
static size_t judge_archive(struct fixture *f, const char *path,
                            struct ballot_finding *last)
{
    struct text_view file = ballot_scene_file(path);
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;
    struct ballot_election election;
    struct ballot_booth *booth = NULL;
    size_t good = 0;

    last->fault = BALLOT_FAULT_NONE;
    ballot_archive_open(&reader, file);
    assert_true(ballot_archive_next(&reader, &event));
    assert_int_equal(
        ballot_election_read(f->scene.group, event.records[0], true, &election),
        BALLOT_FAULT_NONE);
    assert_int_equal(ballot_booth_new(f->scene.group, &election, &booth),
                     RESULT_OK);
    while (ballot_archive_next(&reader, &event) &&
           event.kind == BALLOT_EVENT_BALLOT) {
        struct ballot_finding finding = judge(booth, event.records[0]);

        if (finding.fault == BALLOT_FAULT_NONE)
            good++;
        else
            *last = finding;
    }
    ballot_booth_free(booth);
    ballot_election_release(&election);
    end(file);
    return good;
}

static void ballots_in_archives_of_other_programs_are_good(void **state)
{
    static const char *const paths[] = {
        "tests/vectors/ballot/single.bel",
        "tests/vectors/ballot/single-made-by-2.0.bel",
        "tests/vectors/ballot/weights.bel",
        "tests/vectors/ballot/profile.bel",
        "tests/vectors/ballot/tampered/00-good.bel",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct ballot_finding finding;

        assert_int_equal(judge_archive(f, paths[i], &finding), 5);
        assert_int_equal(finding.fault, BALLOT_FAULT_NONE);
    }
}

static void tampered_ballots_of_other_programs_are_refused(void **state)
{
    static const struct {
        const char *path;
        enum ballot_fault fault;
    } rows[] = {
        { "tests/vectors/ballot/tampered/"
          "B05-two-votes-for-one-candidate.bel",
          BALLOT_FAULT_INDIVIDUAL_PROOF },
        { "tests/vectors/ballot/tampered/"
          "B10-ballot-copied-credential-replaced.bel",
          BALLOT_FAULT_INDIVIDUAL_PROOF },
        { "tests/vectors/ballot/tampered/B19-alpha-outside-group.bel",
          BALLOT_FAULT_NOT_IN_GROUP },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ballot_finding finding;

        (void)judge_archive(f, rows[i].path, &finding);
        assert_string_equal(ballot_fault_word(finding.fault),
                            ballot_fault_word(rows[i].fault));
    }
}

static void a_ballot_that_was_read_is_written_as_the_same_bytes(void **state)
{
    struct fixture *f = *state;
    struct ballot_vote vote;
    struct byte_writer writer;

    assert_int_equal(ballot_vote_read(f->scene.booth, f->ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    byte_writer_init(&writer, 65536);
    ballot_vote_write(&writer, &f->scene.election, &vote);
    ballot_vote_write_signature(&writer, &vote);
    assert_int_equal(writer.size, f->ballot.size);
    assert_memory_equal(writer.data, f->ballot.data, writer.size);
    byte_writer_release(&writer);
    ballot_vote_release(&vote);
}

static void no_ballot_is_larger_than_its_questions_let_it_be(void **state)
{
    struct fixture *f = *state;
    const size_t max = ballot_vote_size_max(f->scene.election.questions,
                                            f->scene.election.question_count);

    assert_true(f->ballot.size <= max);
    assert_true(f->ballot.size > max - max / 4);
}

static void two_ballots_of_one_vote_have_no_number_in_common(void **state)
{
    struct fixture *f = *state;
    struct text_view again = ballot_scene_vote(&f->scene, marks);
    struct ballot_vote a;
    struct ballot_vote b;
    char tracker_a[BALLOT_DIGEST_TEXT_SIZE];
    char tracker_b[BALLOT_DIGEST_TEXT_SIZE];

    assert_int_equal(ballot_vote_read(f->scene.booth, f->ballot, &a, NULL),
                     BALLOT_FAULT_NONE);
    assert_int_equal(ballot_vote_read(f->scene.booth, again, &b, NULL),
                     BALLOT_FAULT_NONE);
    for (size_t i = 0; i < a.cipher_count; i++) {
        assert_false(
            ballot_element_equal(&a.ciphers[i].alpha, &b.ciphers[i].alpha));
        assert_false(
            ballot_element_equal(&a.ciphers[i].beta, &b.ciphers[i].beta));
    }
    for (size_t i = 0; i < a.proof_count; i++) {
        for (size_t k = 0; k < b.proof_count; k++) {
            assert_false(ballot_scalar_equal(&a.proofs[i].challenge,
                                             &b.proofs[k].challenge));
            assert_false(ballot_scalar_equal(&a.proofs[i].response,
                                             &b.proofs[k].response));
        }
    }
    ballot_vote_tracker(f->ballot, tracker_a);
    ballot_vote_tracker(again, tracker_b);
    assert_int_equal(strlen(tracker_a), 43);
    assert_string_not_equal(tracker_a, tracker_b);
    ballot_vote_release(&a);
    ballot_vote_release(&b);
    end(again);
}

/* --- Lies, signed by the voter ---------------------------------------------
 */

/* Writes a changed vote and signs it anew with the voter's secret. */
static struct ballot_finding judge_signed(struct fixture *f,
                                          struct ballot_vote *vote)
{
    struct byte_writer writer;
    char prefix[BALLOT_SIGNED_SIZE];
    struct ballot_finding finding;

    byte_writer_init(&writer, 65536);
    ballot_vote_write(&writer, &f->scene.election, vote);
    ballot_vote_hash(
        (struct text_view){ (const char *)writer.data, writer.size },
        vote->hash);
    ballot_vote_signed(vote->hash, prefix);
    assert_int_equal(ballot_proof_make(f->scene.group, &f->scene.secret,
                                       text_view_of(prefix), &f->scene.random,
                                       &vote->signature),
                     RESULT_OK);
    ballot_vote_write_signature(&writer, vote);
    finding =
        judge(f->scene.booth,
              (struct text_view){ (const char *)writer.data, writer.size });
    byte_writer_release(&writer);
    return finding;
}

static void assert_finding(struct ballot_finding finding,
                           enum ballot_fault fault, size_t question,
                           size_t position)
{
    assert_string_equal(ballot_fault_word(finding.fault),
                        ballot_fault_word(fault));
    assert_int_equal(finding.question, question);
    assert_int_equal(finding.position, position);
}

static void add_one(struct ballot_scalar *scalar)
{
    struct ballot_scalar one = ballot_scalar_of_number(1);

    *scalar = ballot_scalar_add(scalar, &one);
}

static void subtract_one(struct ballot_scalar *scalar)
{
    struct ballot_scalar one = ballot_scalar_of_number(1);

    *scalar = ballot_scalar_subtract(scalar, &one);
}

/* Every number of a proof, changed; and two challenges so that their sum stays.
 */
static void try_proofs(struct fixture *f, struct ballot_vote *vote,
                       struct ballot_proof *proofs, size_t count,
                       enum ballot_fault fault, size_t question,
                       size_t position)
{
    for (size_t i = 0; i < count; i++) {
        add_one(&proofs[i].challenge);
        assert_finding(judge_signed(f, vote), fault, question, position);
        if (count > 1) {
            subtract_one(&proofs[(i + 1) % count].challenge);
            assert_finding(judge_signed(f, vote), fault, question, position);
            add_one(&proofs[(i + 1) % count].challenge);
        }
        subtract_one(&proofs[i].challenge);
        add_one(&proofs[i].response);
        assert_finding(judge_signed(f, vote), fault, question, position);
        subtract_one(&proofs[i].response);
    }
}

static void every_changed_proof_is_refused_by_name_and_place(void **state)
{
    struct fixture *f = *state;
    struct ballot_vote vote;

    assert_int_equal(ballot_vote_read(f->scene.booth, f->ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    for (size_t q = 0; q < vote.answer_count; q++) {
        const struct ballot_question *question =
            &f->scene.election.questions[q];
        struct ballot_answer *answer = &vote.answers[q];

        for (size_t p = 0; p < ballot_question_position_count(question); p++)
            try_proofs(f, &vote, &answer->individual[2 * p], 2,
                       BALLOT_FAULT_INDIVIDUAL_PROOF, q, p);
        try_proofs(f, &vote, answer->overall,
                   ballot_question_overall_count(question),
                   BALLOT_FAULT_OVERALL_PROOF, q, 0);
        if (question->has_blank)
            try_proofs(f, &vote, answer->blank, 2, BALLOT_FAULT_BLANK_PROOF, q,
                       0);
    }
    assert_int_equal(judge_signed(f, &vote).fault, BALLOT_FAULT_NONE);
    ballot_vote_release(&vote);
}

/* p - 1 */
static const char minus_one_text[] =
    "2069478569142254640101364365750500806492298929575110409710088478705737"
    "4219242717401922237254497684338129066633138078958404960054389636289796"
    "3930387739057228036059737494276713767776188985898727358650490811670993"
    "1053586778098003079049165406377717376419867852727347447634183560003569"
    "8305193144284561701911000786737307333564123971732897913240474578834468"
    "2606523279746479511376726586935821800463179220736688600526271863633860"
    "8879688212076943236614949100292344434637322214588410058642105024212036"
    "5433561201320481118852408731077014151666200162313177169372189248078507"
    "711827842317498073276598828825169183103125680162072880718";

/* -1 has order 2: x and -x differ by what lies outside the group. */
static void negate(const struct fixture *f, struct ballot_element *element)
{
    struct ballot_element minus_one;

    assert_int_equal(ballot_element_parse(f->scene.group,
                                          text_view_of(minus_one_text),
                                          &minus_one),
                     RESULT_OK);
    assert_int_equal(
        ballot_group_multiply(f->scene.group, element, &minus_one, element),
        RESULT_OK);
}

static void elements_outside_the_group_are_refused(void **state)
{
    struct fixture *f = *state;
    struct ballot_vote vote;
    struct ballot_element before;

    assert_int_equal(ballot_vote_read(f->scene.booth, f->ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    for (size_t q = 0; q < vote.answer_count; q++) {
        struct ballot_cipher *cipher = &vote.answers[q].choices[q];

        before = cipher->alpha;
        negate(f, &cipher->alpha);
        assert_finding(judge_signed(f, &vote), BALLOT_FAULT_NOT_IN_GROUP, q, q);
        cipher->alpha = before;
        before = cipher->beta;
        negate(f, &cipher->beta);
        assert_finding(judge_signed(f, &vote), BALLOT_FAULT_NOT_IN_GROUP, q, q);
        memset(&cipher->beta, 0, sizeof cipher->beta);
        assert_finding(judge_signed(f, &vote), BALLOT_FAULT_NOT_IN_GROUP, q, q);
        cipher->beta = before;
    }
    before = vote.credential;
    negate(f, &vote.credential);
    assert_finding(judge_signed(f, &vote), BALLOT_FAULT_NOT_IN_GROUP, 0, 0);
    vote.credential = ballot_element_identity();
    assert_finding(judge_signed(f, &vote), BALLOT_FAULT_IDENTITY, 0, 0);
    vote.credential = before;
    assert_int_equal(judge_signed(f, &vote).fault, BALLOT_FAULT_NONE);
    ballot_vote_release(&vote);
}

/* One vote more for the same, without a proof for it. */
static void a_changed_ciphertext_is_refused(void **state)
{
    struct fixture *f = *state;
    struct ballot_element generator = ballot_group_generator(f->scene.group);
    struct ballot_vote vote;

    assert_int_equal(ballot_vote_read(f->scene.booth, f->ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    assert_int_equal(
        ballot_group_multiply(f->scene.group, &vote.answers[1].choices[2].beta,
                              &generator, &vote.answers[1].choices[2].beta),
        RESULT_OK);
    assert_finding(judge_signed(f, &vote), BALLOT_FAULT_INDIVIDUAL_PROOF, 1, 2);
    ballot_vote_release(&vote);
}

/* Positions with their own proofs, in another order: the sum is the same. */
static void
exchanged_positions_are_refused_by_the_proofs_of_the_sum(void **state)
{
    struct fixture *f = *state;

    for (size_t q = 0; q < BALLOT_SCENE_QUESTIONS; q++) {
        struct ballot_vote vote;
        struct ballot_answer *answer;

        assert_int_equal(
            ballot_vote_read(f->scene.booth, f->ballot, &vote, NULL),
            BALLOT_FAULT_NONE);
        answer = &vote.answers[q];
        struct ballot_cipher cipher = answer->choices[1];

        answer->choices[1] = answer->choices[2];
        answer->choices[2] = cipher;
        for (size_t i = 2; i < 4; i++) {
            struct ballot_proof proof = answer->individual[i];

            answer->individual[i] = answer->individual[i + 2];
            answer->individual[i + 2] = proof;
        }
        assert_finding(judge_signed(f, &vote), BALLOT_FAULT_OVERALL_PROOF, q,
                       0);
        ballot_vote_release(&vote);
    }
}

/* Proofs are bound to the credential: a copied ballot is of no use. */
static void a_copy_under_another_credential_is_refused(void **state)
{
    struct fixture *f = *state;
    struct ballot_scalar own = f->scene.secret;
    struct ballot_vote vote;

    assert_int_equal(ballot_vote_read(f->scene.booth, f->ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    assert_int_equal(ballot_scalar_random(&f->scene.random, &f->scene.secret),
                     RESULT_OK);
    assert_int_equal(ballot_group_generate(f->scene.group, &f->scene.secret,
                                           &vote.credential),
                     RESULT_OK);
    assert_finding(judge_signed(f, &vote), BALLOT_FAULT_INDIVIDUAL_PROOF, 0, 0);
    f->scene.secret = own;
    ballot_vote_release(&vote);
}

static void a_signature_by_another_credential_is_refused(void **state)
{
    struct fixture *f = *state;
    struct ballot_scalar own = f->scene.secret;
    struct ballot_vote vote;

    assert_int_equal(ballot_vote_read(f->scene.booth, f->ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    add_one(&f->scene.secret);
    assert_finding(judge_signed(f, &vote), BALLOT_FAULT_BALLOT_SIGNATURE, 0, 0);
    f->scene.secret = own;
    ballot_vote_release(&vote);
}

/* --- Bytes that the writer would not write ---------------------------------
 */

/* The ballot with the first `from` replaced by `to`; hashed and signed anew
 * when `is_signed`. */
static struct ballot_finding judge_replaced(struct fixture *f, const char *from,
                                            const char *to, bool is_signed)
{
    const char *found =
        memmem(f->ballot.data, f->ballot.size, from, strlen(from));
    struct byte_writer writer;
    struct ballot_finding finding;
    size_t before;

    assert_non_null(found);
    before = (size_t)(found - f->ballot.data);
    byte_writer_init(&writer, 2 * f->ballot.size);
    byte_writer_bytes(&writer, f->ballot.data, before);
    byte_writer_text(&writer, text_view_of(to));
    byte_writer_bytes(&writer, found + strlen(from),
                      f->ballot.size - before - strlen(from));
    assert_int_equal(writer.result, RESULT_OK);
    if (is_signed) {
        struct ballot_vote vote = { .answers = NULL };
        const uint8_t *signature =
            memmem(writer.data, writer.size, ",\"signature\"", 12);
        size_t size = (size_t)(signature - writer.data);
        char prefix[BALLOT_SIGNED_SIZE];

        assert_non_null(signature);
        ballot_vote_hash((struct text_view){ (const char *)writer.data, size },
                         vote.hash);
        ballot_vote_signed(vote.hash, prefix);
        assert_int_equal(ballot_proof_make(f->scene.group, &f->scene.secret,
                                           text_view_of(prefix),
                                           &f->scene.random, &vote.signature),
                         RESULT_OK);
        writer.size = size;
        ballot_vote_write_signature(&writer, &vote);
    }
    finding =
        judge(f->scene.booth,
              (struct text_view){ (const char *)writer.data, writer.size });
    byte_writer_release(&writer);
    return finding;
}

static void another_spelling_is_refused(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } rows[] = {
        { "{\"election_uuid\"", " {\"election_uuid\"", BALLOT_FAULT_JSON },
        { "\"answers\":[{", "\"answers\": [{", BALLOT_FAULT_JSON },
        { "\"answers\":[{", "\"answers\":[ {", BALLOT_FAULT_JSON },
        { "\"alpha\":\"", "\"alpha\":\"0", BALLOT_FAULT_NUMBER },
        { "\"alpha\":\"", "\"alpha\":\"-", BALLOT_FAULT_NUMBER },
        { "\"alpha\":\"", "\"alpha\":\"+", BALLOT_FAULT_NUMBER },
        { "\"alpha\":\"", "\"alpha\":\"0x", BALLOT_FAULT_NUMBER },
        { "\"alpha\":\"", "\"alpha\":\" ", BALLOT_FAULT_FIELD },
        { "\"alpha\":\"", "\"alpha\":\"999999999", BALLOT_FAULT_NUMBER },
        { "\"challenge\":\"", "\"challenge\":\"00", BALLOT_FAULT_NUMBER },
        { "\"challenge\":\"", "\"challenge\":\"9999999", BALLOT_FAULT_NUMBER },
        { "\"challenge\":\"", "\"challenge\":[\"", BALLOT_FAULT_FIELD },
        { "\"alpha\":", "\"Alpha\":", BALLOT_FAULT_FIELD },
        { "\"alpha\":", "\"extra\":\"1\",\"alpha\":", BALLOT_FAULT_FIELD },
        { "\"choices\":", "\"alpha\":1,\"choices\":", BALLOT_FAULT_FIELD },
        { ",\"answers\":[{", ",\"answers\":[{\"weight\":1,",
          BALLOT_FAULT_FIELD },
        { "}],\"individual_proofs\"", ",\"w\":1}],\"individual_proofs\"",
          BALLOT_FAULT_UNKNOWN_FIELD },
        { "]},{\"choices\":", "],\"blank_proof\":[]},{\"choices\":",
          BALLOT_FAULT_UNKNOWN_FIELD },
        { ",\"blank_proof\"", ",\"blank\"", BALLOT_FAULT_FIELD },
        { "\"choices\":[{", "\"choices\":[{},{", BALLOT_FAULT_FIELD },
        { "\"individual_proofs\":[[", "\"individual_proofs\":[[],[",
          BALLOT_FAULT_CHOICE_COUNT },
        { "\"answers\":[", "\"answers\":[{},", BALLOT_FAULT_FIELD },
        { "P95SQruW9N4q8N", "P95SQruW9N4q8M", BALLOT_FAULT_OTHER_ELECTION },
        { "P95SQruW9N4q8N", "P95SQruW9N4q8", BALLOT_FAULT_OTHER_ELECTION },
        { "\"election_hash\":\"", "\"election_hash\":\"A",
          BALLOT_FAULT_OTHER_ELECTION },
        { "\"credential\":\"", "\"credential\":\"0", BALLOT_FAULT_NUMBER },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ballot_finding finding =
            judge_replaced(f, rows[i].from, rows[i].to, true);

        if (finding.fault != rows[i].fault)
            fail_msg("%s -> %s: %s, not %s", rows[i].from, rows[i].to,
                     ballot_fault_word(finding.fault),
                     ballot_fault_word(rows[i].fault));
    }
}

static void another_signature_field_is_refused(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } rows[] = {
        { "\"signature\":{\"hash\":\"", "\"signature\":{\"hash\":\"A",
          BALLOT_FAULT_BALLOT_HASH },
        { "\"signature\":{", "\"signature\":{\"v\":1,", BALLOT_FAULT_FIELD },
        { "\"proof\":{", "\"proof\":{\"v\":1,", BALLOT_FAULT_FIELD },
        { "\"signature\":", "\"weight\":1,\"signature\":", BALLOT_FAULT_FIELD },
        { "\"signature\":", "\"signed\":", BALLOT_FAULT_FIELD },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(
            ballot_fault_word(
                judge_replaced(f, rows[i].from, rows[i].to, false).fault),
            ballot_fault_word(rows[i].fault));
}

/* The same fingerprint, but the questions of another election: what the reader
 * counts by is the election, not the ballot. */
static void a_choice_more_or_less_is_refused(void **state)
{
    static const struct {
        size_t answer_count, question_count;
        uint32_t max;
        size_t question, position;
    } rows[] = {
        { 2, 3, 2, 1, 2 }, /* one choice too many */
        { 4, 3, 2, 1, 3 }, /* one too few */
        { 3, 3, 1, 1, 0 }, /* one overall proof too many */
        { 3, 3, 3, 1, 0 }, /* one too few */
        { 3, 2, 2, 1, 0 }, /* one answer too many */
        { 3, 4, 2, 2, 0 }, /* one too few */
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ballot_question changed[BALLOT_SCENE_QUESTIONS + 1];
        struct ballot_election election = f->scene.election;
        struct ballot_booth booth = *f->scene.booth;

        memcpy(changed, election.questions, 3 * sizeof changed[0]);
        changed[3] = changed[0];
        changed[1].answer_count = rows[i].answer_count;
        changed[1].max = rows[i].max;
        election.questions = changed;
        election.question_count = rows[i].question_count;
        booth.election = &election;
        assert_finding(judge(&booth, f->ballot), BALLOT_FAULT_CHOICE_COUNT,
                       rows[i].question, rows[i].position);
    }
}

static void a_ballot_cut_short_or_followed_by_anything_is_refused(void **state)
{
    struct fixture *f = *state;
    char *longer = malloc(f->ballot.size + 1);
    struct ballot_vote vote;

    assert_non_null(longer);
    memcpy(longer, f->ballot.data, f->ballot.size);
    longer[f->ballot.size] = '\n';
    assert_fault(f, (struct text_view){ longer, f->ballot.size + 1 },
                 BALLOT_FAULT_JSON);
    free(longer);
    for (size_t size = 0; size < f->ballot.size; size += 7) {
        /* In memory of its own, so that a reader past the end is seen. */
        char *shorter = malloc(size + 1);

        assert_non_null(shorter);
        memcpy(shorter, f->ballot.data, size);
        assert_int_not_equal(
            ballot_vote_read(f->scene.booth,
                             (struct text_view){ shorter, size }, &vote, NULL),
            BALLOT_FAULT_NONE);
        free(shorter);
    }
}

/* Either it cannot be read, or the hash is not that of the bytes any more. */
static void a_byte_changed_anywhere_is_seen(void **state)
{
    struct fixture *f = *state;
    char *changed = malloc(f->ballot.size);
    struct text_view text = { changed, f->ballot.size };
    const char *signature =
        memmem(f->ballot.data, f->ballot.size, ",\"signature\"", 12);

    assert_non_null(changed);
    assert_non_null(signature);
    for (size_t i = 0; i < text.size; i++) {
        struct ballot_vote vote;

        memcpy(changed, f->ballot.data, text.size);
        changed[i] = (char)(changed[i] ^ 1); /* a digit stays one */
        if (ballot_vote_read(f->scene.booth, text, &vote, NULL) !=
            BALLOT_FAULT_NONE)
            continue;
        if (i < (size_t)(signature - f->ballot.data))
            assert_false(vote.is_hash_right);
        else if (i % 10 == 0)
            assert_int_not_equal(ballot_vote_check(f->scene.booth, &vote, NULL),
                                 BALLOT_FAULT_NONE);
        ballot_vote_release(&vote);
    }
    free(changed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vote_that_is_allowed_makes_a_good_ballot),
        cmocka_unit_test(a_vote_that_is_not_allowed_makes_none),
        cmocka_unit_test(what_is_encrypted_is_what_was_marked),
        cmocka_unit_test(ballots_of_other_programs_are_good),
        cmocka_unit_test(ballots_in_archives_of_other_programs_are_good),
        cmocka_unit_test(tampered_ballots_of_other_programs_are_refused),
        cmocka_unit_test(a_ballot_that_was_read_is_written_as_the_same_bytes),
        cmocka_unit_test(no_ballot_is_larger_than_its_questions_let_it_be),
        cmocka_unit_test(two_ballots_of_one_vote_have_no_number_in_common),
        cmocka_unit_test(every_changed_proof_is_refused_by_name_and_place),
        cmocka_unit_test(elements_outside_the_group_are_refused),
        cmocka_unit_test(a_changed_ciphertext_is_refused),
        cmocka_unit_test(
            exchanged_positions_are_refused_by_the_proofs_of_the_sum),
        cmocka_unit_test(a_copy_under_another_credential_is_refused),
        cmocka_unit_test(a_signature_by_another_credential_is_refused),
        cmocka_unit_test(another_spelling_is_refused),
        cmocka_unit_test(another_signature_field_is_refused),
        cmocka_unit_test(a_choice_more_or_less_is_refused),
        cmocka_unit_test(a_ballot_cut_short_or_followed_by_anything_is_refused),
        cmocka_unit_test(a_byte_changed_anywhere_is_seen),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
