#include "protocol/ballot/ballot_vote_internal.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_value.h"
#include "protocol/record/digest.h"

/* --- Writing ---------------------------------------------------------------
 */

static void write_proofs(struct byte_writer *writer,
                         const struct ballot_proof *proofs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ballot_json_write(writer, i == 0 ? "[" : ",");
        ballot_value_write_proof(writer, &proofs[i]);
    }
    ballot_json_write(writer, "]");
}

static void write_answer(struct byte_writer *writer,
                         const struct ballot_question *question,
                         const struct ballot_answer *answer)
{
    size_t positions = ballot_question_position_count(question);

    ballot_json_write(writer, "{\"choices\":");
    for (size_t i = 0; i < positions; i++) {
        ballot_json_write(writer, i == 0 ? "[" : ",");
        ballot_value_write_cipher(writer, &answer->choices[i]);
    }
    ballot_json_write(writer, "],\"individual_proofs\":");
    for (size_t i = 0; i < positions; i++) {
        ballot_json_write(writer, i == 0 ? "[" : ",");
        write_proofs(writer, &answer->individual[2 * i], 2);
    }
    ballot_json_write(writer, "],\"overall_proof\":");
    write_proofs(writer, answer->overall,
                 ballot_question_overall_count(question));
    if (question->has_blank) {
        ballot_json_write(writer, ",\"blank_proof\":");
        write_proofs(writer, answer->blank, 2);
    }
    ballot_json_write(writer, "}");
}

void ballot_vote_write(struct byte_writer *writer,
                       const struct ballot_election *election,
                       const struct ballot_vote *vote)
{
    ballot_json_write(writer, "{\"election_uuid\":");
    ballot_json_write_text(writer, election->uuid);
    ballot_json_write(writer, ",\"election_hash\":");
    ballot_json_write_text(writer, text_view_of(election->fingerprint));
    ballot_json_write(writer, ",\"credential\":");
    ballot_value_write_element(writer, &vote->credential);
    ballot_json_write(writer, ",\"answers\":");
    for (size_t i = 0; i < vote->answer_count; i++) {
        ballot_json_write(writer, i == 0 ? "[" : ",");
        write_answer(writer, &election->questions[i], &vote->answers[i]);
    }
    ballot_json_write(writer, "]");
}

void ballot_vote_write_signature(struct byte_writer *writer,
                                 const struct ballot_vote *vote)
{
    ballot_json_write(writer, ",\"signature\":{\"hash\":");
    ballot_json_write_text(writer, text_view_of(vote->hash));
    ballot_json_write(writer, ",\"proof\":");
    ballot_value_write_proof(writer, &vote->signature);
    ballot_json_write(writer, "}}");
}

void ballot_vote_hash(struct text_view unsigned_bytes,
                      char out[BALLOT_DIGEST_TEXT_SIZE])
{
    struct ballot_hash hash;

    ballot_hash_begin(&hash);
    ballot_hash_text(&hash, unsigned_bytes);
    ballot_hash_literal(&hash, "}");
    ballot_hash_finish_text(&hash, out);
}

/* --- Reading ---------------------------------------------------------------
 */

struct reader {
    struct ballot_json json;
    const struct ballot_booth *booth;
    struct ballot_vote *vote;
    struct ballot_finding where;
};

/* Another item of an array that should have `wanted` of them. */
static bool next(struct reader *reader, size_t index, size_t wanted)
{
    struct ballot_json *json = &reader->json;

    if (!ballot_json_item(json)) {
        if (index != wanted)
            ballot_json_fail(json, BALLOT_FAULT_CHOICE_COUNT);
        return false;
    }
    if (index >= wanted)
        ballot_json_fail(json, BALLOT_FAULT_CHOICE_COUNT);
    return json->fault == BALLOT_FAULT_NONE;
}

/* What is read next; where a misfit was, stays. */
static void move_to(struct reader *reader, size_t question, size_t position)
{
    if (reader->json.fault != BALLOT_FAULT_NONE)
        return;
    reader->where.question = question;
    reader->where.position = position;
}

static void read_proofs(struct reader *reader, struct ballot_proof *proofs,
                        size_t count)
{
    ballot_json_array(&reader->json);
    for (size_t i = 0; next(reader, i, count); i++)
        proofs[i] = ballot_value_proof(&reader->json);
}

static void read_choices(struct reader *reader, struct ballot_answer *answer,
                         size_t positions)
{
    struct ballot_json *json = &reader->json;

    ballot_json_field(json, "choices");
    ballot_json_array(json);
    for (size_t i = 0; next(reader, i, positions); i++) {
        move_to(reader, reader->where.question, i);
        answer->choices[i] = ballot_value_cipher(json, reader->booth->group);
    }
    ballot_json_field(json, "individual_proofs");
    ballot_json_array(json);
    for (size_t i = 0; next(reader, i, positions); i++) {
        move_to(reader, reader->where.question, i);
        read_proofs(reader, &answer->individual[2 * i], 2);
    }
}

static void read_answer(struct reader *reader, size_t number)
{
    const struct ballot_question *question =
        &reader->booth->election->questions[number];
    struct ballot_answer *answer = &reader->vote->answers[number];
    struct ballot_json *json = &reader->json;

    move_to(reader, number, 0);
    ballot_json_object(json);
    read_choices(reader, answer, ballot_question_position_count(question));
    move_to(reader, number, 0);
    ballot_json_field(json, "overall_proof");
    read_proofs(reader, answer->overall,
                ballot_question_overall_count(question));
    if (question->has_blank) {
        ballot_json_field(json, "blank_proof");
        read_proofs(reader, answer->blank, 2);
    }
    ballot_json_object_end(json);
}

/* A word that is the same in every ballot of an election. */
static void read_same(struct ballot_json *json, const char *field,
                      struct text_view wanted)
{
    struct text_view word;

    ballot_json_field(json, field);
    word = ballot_json_word(json);
    if (!text_view_equal(word, wanted))
        ballot_json_fail(json, BALLOT_FAULT_OTHER_ELECTION);
}

static void read_signature(struct reader *reader, size_t signed_size)
{
    struct ballot_json *json = &reader->json;
    struct ballot_vote *vote = reader->vote;

    ballot_json_field(json, "signature");
    ballot_json_object(json);
    ballot_json_field(json, "hash");
    if (json->fault == BALLOT_FAULT_NONE)
        ballot_vote_hash((struct text_view){ json->text.data, signed_size },
                         vote->hash);
    vote->is_hash_right = text_view_is(ballot_json_word(json), vote->hash);
    ballot_json_field(json, "proof");
    vote->signature = ballot_value_proof(json);
    ballot_json_object_end(json);
}

static enum ballot_fault read_vote(struct reader *reader)
{
    const struct ballot_election *election = reader->booth->election;
    struct ballot_json *json = &reader->json;

    ballot_json_object(json);
    read_same(json, "election_uuid", election->uuid);
    read_same(json, "election_hash", text_view_of(election->fingerprint));
    ballot_json_field(json, "credential");
    reader->vote->credential = ballot_value_element(json, reader->booth->group);
    ballot_json_field(json, "answers");
    ballot_json_array(json);
    for (size_t i = 0; next(reader, i, reader->vote->answer_count); i++)
        read_answer(reader, i);
    read_signature(reader, json->position);
    ballot_json_object_end(json);
    return ballot_json_end(json);
}

enum ballot_fault ballot_vote_read(const struct ballot_booth *booth,
                                   struct text_view ballot,
                                   struct ballot_vote *out,
                                   struct ballot_finding *finding)
{
    struct ballot_vote vote = { .answers = NULL };
    struct reader reader = { .booth = booth, .vote = &vote };
    enum ballot_fault fault = BALLOT_FAULT_TOO_LARGE;

    ballot_json_init(&reader.json, ballot);
    if (ballot.size <= LIMIT_BALLOT_RECORD_SIZE) {
        enum result result = ballot_vote_init(&vote, booth->election);

        fault = result == RESULT_OK ? read_vote(&reader)
                                    : ballot_fault_of_failure(result);
    }
    reader.where.fault = fault;
    if (finding)
        *finding = reader.where;
    if (fault != BALLOT_FAULT_NONE)
        ballot_vote_release(&vote);
    else
        *out = vote;
    return fault;
}
