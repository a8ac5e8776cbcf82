#include "tests/support/small_election.h"

#include "tests/support/ballot_dice.h"

#include <stdlib.h>

static void require(enum result result)
{
    if (result != RESULT_OK)
        abort();
}

const struct ballot_booth *small_election_booth(void)
{
    static const struct text_view answer = { "A", 1 };
    static const struct ballot_question question = {
        .question = { "?", 1 },
        .answers = &answer,
        .answer_count = 1,
        .has_blank = true,
        .min = 1,
        .max = 1,
        .form = BALLOT_FORM_CHOOSE,
    };
    static struct ballot_election election = {
        .questions = &question,
        .question_count = 1,
        .uuid = { "P95SQruW9N4q8N", 14 },
    };
    static struct ballot_booth *booth;
    struct ballot_dice dice = { .seed = 1 };
    struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_group *group = NULL;
    struct ballot_scalar key;

    if (booth)
        return booth;
    require(ballot_group_new(&group));
    require(ballot_scalar_random(&random, &key));
    require(ballot_group_generate(group, &key, &election.public_key));
    ballot_hash_digest_text("small", 5, election.fingerprint);
    require(ballot_booth_new(group, &election, &booth));
    return booth;
}

struct text_view small_election_vote(uint64_t voter, bool is_blank)
{
    uint8_t marks[] = { is_blank, !is_blank };
    struct ballot_choice choice = { marks, sizeof marks };
    struct ballot_dice dice = { .seed = 100 + voter };
    struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_scalar secret;
    char *bytes = NULL;
    size_t size = 0;

    require(ballot_scalar_random(&random, &secret));
    require(ballot_vote_make(small_election_booth(), &secret, &choice, 1,
                             &random, &bytes, &size));
    return (struct text_view){ bytes, size };
}
