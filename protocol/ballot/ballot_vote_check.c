#include "protocol/ballot/ballot_vote_internal.h"

#include "protocol/ballot/ballot_value.h"

struct checker {
    const struct ballot_booth *booth;
    const struct ballot_vote *vote;
    struct ballot_finding where;
    char context[BALLOT_CONTEXT_SIZE];
};

static enum ballot_fault check_signature(const struct checker *checker)
{
    const struct ballot_vote *vote = checker->vote;
    char prefix[BALLOT_SIGNED_SIZE];

    if (!vote->is_hash_right)
        return BALLOT_FAULT_BALLOT_HASH;
    ballot_vote_signed(vote->hash, prefix);
    return ballot_value_fault(
        ballot_proof_check(checker->booth->group, &vote->credential,
                           text_view_of(prefix), &vote->signature),
        BALLOT_FAULT_BALLOT_SIGNATURE);
}

/* One position: in the group, and 0 or 1. */
static enum ballot_fault check_raised(const struct checker *checker,
                                      const struct ballot_raised *raised,
                                      const struct ballot_cipher *cipher,
                                      const struct ballot_proof *proofs)
{
    const struct ballot_assertion assertions[] = { { raised, 0 },
                                                   { raised, 1 } };
    struct ballot_statement statement = { "prove|",
                                          text_view_of(checker->context),
                                          cipher };
    enum ballot_fault fault = ballot_value_fault(
        ballot_raised_check_member(raised, checker->booth->group),
        BALLOT_FAULT_NOT_IN_GROUP);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    return ballot_value_fault(ballot_branches_check(checker->booth, &statement,
                                                    assertions, 2, proofs),
                              BALLOT_FAULT_INDIVIDUAL_PROOF);
}

static enum ballot_fault check_position(const struct checker *checker,
                                        const struct ballot_answer *answer,
                                        size_t position)
{
    const struct ballot_cipher *cipher = &answer->choices[position];
    struct ballot_raised raised;
    enum ballot_fault fault;
    enum result result =
        ballot_raised_init(&raised, checker->booth->group, cipher);

    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    fault = check_raised(checker, &raised, cipher,
                         &answer->individual[2 * position]);
    ballot_raised_release(&raised);
    return fault;
}

static enum ballot_fault check_overall(const struct checker *checker,
                                       const struct ballot_question *question,
                                       const struct ballot_answer *answer,
                                       struct ballot_statement statement,
                                       const struct ballot_raised *blank,
                                       const struct ballot_raised *sum)
{
    struct ballot_assertion assertions[BALLOT_BRANCHES_MAX];
    size_t count = 0;

    if (question->has_blank)
        assertions[count++] = (struct ballot_assertion){ blank, 1 };
    for (uint32_t m = question->min; m <= question->max; m++)
        assertions[count++] = (struct ballot_assertion){ sum, m };
    return ballot_value_fault(ballot_branches_check(checker->booth, &statement,
                                                    assertions, count,
                                                    answer->overall),
                              BALLOT_FAULT_OVERALL_PROOF);
}

/* The two proofs of a question with a blank, whose choices are known to be in
 * the group. */
static enum ballot_fault check_blank(const struct checker *checker,
                                     const struct ballot_question *question,
                                     const struct ballot_answer *answer,
                                     struct text_view context,
                                     const struct ballot_raised *sum)
{
    struct ballot_statement statement = { "bproof1|", context, NULL };
    struct ballot_raised blank;
    enum ballot_fault fault;
    enum result result =
        ballot_raised_init(&blank, checker->booth->group, answer->choices);

    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);

    const struct ballot_assertion assertions[] = { { &blank, 0 }, { sum, 0 } };

    fault = check_overall(checker, question, answer, statement, &blank, sum);
    statement.tag = "bproof0|";
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_value_fault(ballot_branches_check(checker->booth,
                                                         &statement, assertions,
                                                         2, answer->blank),
                                   BALLOT_FAULT_BLANK_PROOF);
    ballot_raised_release(&blank);
    return fault;
}

static enum ballot_fault check_sums(const struct checker *checker,
                                    const struct ballot_question *question,
                                    const struct ballot_answer *answer,
                                    struct text_view context)
{
    struct ballot_cipher sum;
    struct ballot_raised raised;
    enum ballot_fault fault;
    enum result result =
        ballot_vote_sum(checker->booth->group, question, answer->choices, &sum);

    if (result == RESULT_OK)
        result = ballot_raised_init(&raised, checker->booth->group, &sum);
    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    if (question->has_blank)
        fault = check_blank(checker, question, answer, context, &raised);
    else
        fault =
            check_overall(checker, question, answer,
                          (struct ballot_statement){ "prove|", context, &sum },
                          NULL, &raised);
    ballot_raised_release(&raised);
    return fault;
}

static enum ballot_fault check_answer(struct checker *checker)
{
    size_t number = checker->where.question;
    const struct ballot_question *question =
        &checker->booth->election->questions[number];
    const struct ballot_answer *answer = &checker->vote->answers[number];
    size_t positions = ballot_question_position_count(question);
    struct byte_writer writer;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    enum result result;

    for (size_t i = 0; i < positions; i++) {
        checker->where.position = i;
        fault = check_position(checker, answer, i);
        if (fault != BALLOT_FAULT_NONE)
            return fault;
    }
    checker->where.position = 0;
    byte_writer_init(&writer,
                     BALLOT_CONTEXT_SIZE + positions * BALLOT_CIPHER_TEXT_SIZE);
    result = ballot_vote_answer_context(checker->context, answer->choices,
                                        positions, &writer);
    if (result == RESULT_OK)
        fault = check_sums(
            checker, question, answer,
            (struct text_view){ (const char *)writer.data, writer.size });
    else
        fault = ballot_fault_of_failure(result);
    byte_writer_release(&writer);
    return fault;
}

static enum ballot_fault check_all(struct checker *checker)
{
    const struct ballot_vote *vote = checker->vote;
    enum ballot_fault fault =
        ballot_value_check_key(checker->booth->group, &vote->credential);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    ballot_vote_context(checker->booth->election, &vote->credential,
                        checker->context);
    for (size_t i = 0; i < vote->answer_count; i++) {
        checker->where.question = i;
        fault = check_answer(checker);
        if (fault != BALLOT_FAULT_NONE)
            return fault;
    }
    checker->where.question = 0;
    return check_signature(checker);
}

enum ballot_fault ballot_vote_check(const struct ballot_booth *booth,
                                    const struct ballot_vote *vote,
                                    struct ballot_finding *finding)
{
    struct checker checker = { .booth = booth, .vote = vote };

    checker.where.fault = check_all(&checker);
    if (finding)
        *finding = checker.where;
    return checker.where.fault;
}
