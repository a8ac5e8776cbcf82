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

/* A ciphertext and the challenges that are asked of it, in this order: for a
 * position those of its own proof; for the blank, behind them, and for the sum
 * those of the answer's proofs. */
struct asked {
    const struct ballot_cipher *cipher;
    struct ballot_scalar challenges[BALLOT_BRANCHES_MAX];
    size_t count;
};

enum { OWN_PROOFS = 2 };

static void ask(struct asked *asked, const struct ballot_proof *proofs,
                size_t count)
{
    for (size_t i = 0; i < count; i++)
        asked->challenges[asked->count++] = proofs[i].challenge;
}

static enum ballot_fault raise(const struct checker *checker,
                               const struct asked *asked,
                               struct ballot_raised *out)
{
    return ballot_value_fault(
        ballot_raised_init(out, checker->booth->group, asked->cipher,
                           asked->challenges, asked->count),
        BALLOT_FAULT_NONE);
}

/* One position: in the group, and 0 or 1. */
static enum ballot_fault check_raised(const struct checker *checker,
                                      const struct ballot_raised *raised,
                                      const struct ballot_cipher *cipher,
                                      const struct ballot_proof *proofs)
{
    const struct ballot_assertion assertions[] = { { raised, 0, 0 },
                                                   { raised, 1, 1 } };
    struct ballot_statement statement = { "prove|",
                                          text_view_of(checker->context),
                                          cipher };
    enum ballot_fault fault = ballot_value_fault(
        ballot_raised_check_member(raised), BALLOT_FAULT_NOT_IN_GROUP);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    return ballot_value_fault(ballot_branches_check(checker->booth, &statement,
                                                    assertions, OWN_PROOFS,
                                                    proofs),
                              BALLOT_FAULT_INDIVIDUAL_PROOF);
}

/* Every position in turn; `blank` receives the first, raised for more. */
static enum ballot_fault check_positions(struct checker *checker,
                                         const struct ballot_question *question,
                                         const struct ballot_answer *answer,
                                         struct ballot_raised *blank)
{
    size_t positions = ballot_question_position_count(question);
    enum ballot_fault fault = BALLOT_FAULT_NONE;

    for (size_t i = 0; i < positions && fault == BALLOT_FAULT_NONE; i++) {
        const struct ballot_proof *proofs = &answer->individual[OWN_PROOFS * i];
        struct asked asked = { .cipher = &answer->choices[i] };
        struct ballot_raised raised;
        bool is_blank = question->has_blank && i == 0;

        checker->where.position = i;
        ask(&asked, proofs, OWN_PROOFS);
        if (is_blank) {
            ask(&asked, answer->overall, 1);
            ask(&asked, answer->blank, 1);
        }
        fault = raise(checker, &asked, &raised);
        if (fault != BALLOT_FAULT_NONE)
            return fault;
        fault = check_raised(checker, &raised, asked.cipher, proofs);
        if (is_blank)
            *blank = raised;
        else
            ballot_raised_release(&raised);
    }
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
        assertions[count++] = (struct ballot_assertion){ blank, OWN_PROOFS, 1 };
    for (uint32_t m = question->min; m <= question->max; m++)
        assertions[count++] =
            (struct ballot_assertion){ sum, m - question->min, m };
    return ballot_value_fault(ballot_branches_check(checker->booth, &statement,
                                                    assertions, count,
                                                    answer->overall),
                              BALLOT_FAULT_OVERALL_PROOF);
}

/* "The blank is 0" or "the sum is 0". */
static enum ballot_fault check_blank(const struct checker *checker,
                                     const struct ballot_question *question,
                                     const struct ballot_answer *answer,
                                     struct text_view context,
                                     const struct ballot_raised *blank,
                                     const struct ballot_raised *sum)
{
    const struct ballot_assertion assertions[] = {
        { blank, OWN_PROOFS + 1, 0 },
        { sum, question->max - question->min + 1, 0 },
    };
    struct ballot_statement statement = { "bproof0|", context, NULL };

    return ballot_value_fault(ballot_branches_check(checker->booth, &statement,
                                                    assertions, 2,
                                                    answer->blank),
                              BALLOT_FAULT_BLANK_PROOF);
}

static enum ballot_fault check_sums(const struct checker *checker,
                                    const struct ballot_question *question,
                                    const struct ballot_answer *answer,
                                    struct text_view context,
                                    const struct ballot_raised *blank)
{
    struct ballot_statement statement = { "prove|", context, NULL };
    struct ballot_cipher cipher;
    struct asked asked = { .cipher = &cipher };
    struct ballot_raised sum;
    enum ballot_fault fault =
        ballot_value_fault(ballot_vote_sum(checker->booth->group, question,
                                           answer->choices, &cipher),
                           BALLOT_FAULT_NONE);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    ask(&asked, &answer->overall[question->has_blank ? 1 : 0],
        question->max - question->min + 1);
    if (question->has_blank) {
        ask(&asked, &answer->blank[1], 1);
        statement.tag = "bproof1|";
    } else {
        statement.cipher = &cipher;
    }
    fault = raise(checker, &asked, &sum);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    fault = check_overall(checker, question, answer, statement, blank, &sum);
    if (fault == BALLOT_FAULT_NONE && question->has_blank)
        fault = check_blank(checker, question, answer, context, blank, &sum);
    ballot_raised_release(&sum);
    return fault;
}

static enum ballot_fault check_answer(struct checker *checker)
{
    size_t number = checker->where.question;
    const struct ballot_question *question =
        &checker->booth->election->questions[number];
    const struct ballot_answer *answer = &checker->vote->answers[number];
    size_t positions = ballot_question_position_count(question);
    struct ballot_raised blank = { .alpha = NULL };
    struct byte_writer writer;
    enum ballot_fault fault =
        check_positions(checker, question, answer, &blank);

    byte_writer_init(&writer,
                     BALLOT_CONTEXT_SIZE + positions * BALLOT_CIPHER_TEXT_SIZE);
    if (fault == BALLOT_FAULT_NONE) {
        checker->where.position = 0;
        fault = ballot_value_fault(
            ballot_vote_answer_context(checker->context, answer->choices,
                                       positions, &writer),
            BALLOT_FAULT_NONE);
    }
    if (fault == BALLOT_FAULT_NONE)
        fault = check_sums(
            checker, question, answer,
            (struct text_view){ (const char *)writer.data, writer.size },
            &blank);
    byte_writer_release(&writer);
    ballot_raised_release(&blank);
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
