#include "protocol/ballot/ballot_draft.h"

#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_vote.h"
#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

struct memory {
    struct ballot_question_rows rows;
    char texts[];
};

/* Nobody can vote on nothing. */
static bool has_empty_text(const struct ballot_draft *draft)
{
    size_t i, j;

    for (i = 0; i < draft->question_count; i++) {
        const struct ballot_question *question = &draft->questions[i];

        if (question->question.size == 0)
            return true;
        for (j = 0; j < question->answer_count; j++)
            if (question->answers[j].size == 0)
                return true;
    }
    return draft->name.size == 0;
}

enum ballot_fault ballot_draft_read(struct text_view text,
                                    struct ballot_draft *out)
{
    struct ballot_draft draft = { .memory = NULL };
    struct ballot_json json;
    struct memory *memory;
    enum ballot_fault fault;

    *out = draft;
    if (text.size > LIMIT_BALLOT_RECORD_SIZE)
        return BALLOT_FAULT_TOO_LARGE;
    memory = calloc(1, sizeof *memory + text.size);
    if (!memory)
        return BALLOT_FAULT_NO_MEMORY;
    memory->rows.texts = memory->texts;
    ballot_json_init(&json, text);
    ballot_json_object(&json);
    ballot_json_field(&json, "name");
    draft.name = ballot_question_text_read(&json, &memory->rows,
                                           LIMIT_TITLE_LENGTH, false);
    ballot_json_field(&json, "questions");
    ballot_questions_read(&json, &memory->rows);
    ballot_json_field(&json, "forms");
    ballot_forms_read(&json, &memory->rows);
    ballot_json_object_end(&json);
    draft.questions = memory->rows.questions;
    draft.question_count = memory->rows.question_count;
    if (json.fault == BALLOT_FAULT_NONE && has_empty_text(&draft))
        ballot_json_fail(&json, BALLOT_FAULT_TEXT);
    fault = ballot_json_end(&json);
    if (fault == BALLOT_FAULT_NONE &&
        ballot_vote_size_max(draft.questions, draft.question_count) >
            LIMIT_BALLOT_SIZE)
        fault = BALLOT_FAULT_TOO_LARGE;
    if (fault != BALLOT_FAULT_NONE) {
        free(memory);
        return fault;
    }
    draft.memory = memory;
    *out = draft;
    return BALLOT_FAULT_NONE;
}

void ballot_draft_release(struct ballot_draft *draft)
{
    free(draft->memory);
    *draft = (struct ballot_draft){ .memory = NULL };
}

bool ballot_draft_has_unseen(const struct ballot_draft *draft)
{
    size_t i, j;

    for (i = 0; i < draft->question_count; i++) {
        const struct ballot_question *question = &draft->questions[i];

        if (text_has_unseen(question->question))
            return true;
        for (j = 0; j < question->answer_count; j++)
            if (text_has_unseen(question->answers[j]))
                return true;
    }
    return text_has_unseen(draft->name);
}

static void write_draft(struct text_view name,
                        const struct ballot_question *questions, size_t count,
                        struct byte_writer *out)
{
    ballot_json_write(out, "{\"name\":");
    ballot_json_write_text(out, name);
    ballot_json_write(out, ",\"questions\":");
    ballot_questions_write(questions, count, out);
    ballot_json_write(out, ",\"forms\":");
    ballot_forms_write(questions, count, out);
    ballot_json_write(out, "}");
}

enum result ballot_draft_write(const struct ballot_draft *draft,
                               struct byte_writer *out)
{
    const size_t start = out->size;
    struct ballot_draft copy;
    enum ballot_fault fault;

    write_draft(draft->name, draft->questions, draft->question_count, out);
    if (out->result != RESULT_OK)
        return out->result;
    fault =
        ballot_draft_read((struct text_view){ (const char *)&out->data[start],
                                              out->size - start },
                          &copy);
    ballot_draft_release(&copy);
    if (fault == BALLOT_FAULT_NO_MEMORY)
        return RESULT_NO_MEMORY;
    return fault == BALLOT_FAULT_NONE ? RESULT_OK : RESULT_INVALID;
}

bool ballot_draft_is_of(const struct ballot_draft *draft,
                        const struct ballot_election *election)
{
    struct byte_writer ours;
    struct byte_writer theirs;
    bool is_same;

    byte_writer_init(&ours, LIMIT_BALLOT_RECORD_SIZE);
    byte_writer_init(&theirs, LIMIT_BALLOT_RECORD_SIZE);
    write_draft(draft->name, draft->questions, draft->question_count, &ours);
    write_draft(election->name, election->questions, election->question_count,
                &theirs);
    is_same = ours.result == RESULT_OK && theirs.result == RESULT_OK &&
              election->description.size == 0 && ours.size == theirs.size &&
              memcmp(ours.data, theirs.data, ours.size) == 0;
    byte_writer_release(&ours);
    byte_writer_release(&theirs);
    return is_same;
}

size_t ballot_draft_position_count(struct text_view text)
{
    struct ballot_draft draft;
    size_t i, count = 0;

    if (ballot_draft_read(text, &draft) != BALLOT_FAULT_NONE)
        return 0;
    for (i = 0; i < draft.question_count; i++)
        count += ballot_question_position_count(&draft.questions[i]);
    ballot_draft_release(&draft);
    return count;
}

bool ballot_draft_asks_same(struct text_view a, struct text_view b)
{
    struct ballot_draft first = { .memory = NULL }, second = { .memory = NULL };
    struct byte_writer ours;
    struct byte_writer theirs;
    bool is_same;

    byte_writer_init(&ours, LIMIT_BALLOT_RECORD_SIZE);
    byte_writer_init(&theirs, LIMIT_BALLOT_RECORD_SIZE);
    is_same = ballot_draft_read(a, &first) == BALLOT_FAULT_NONE &&
              ballot_draft_read(b, &second) == BALLOT_FAULT_NONE;
    if (is_same) {
        ballot_questions_write(first.questions, first.question_count, &ours);
        ballot_questions_write(second.questions, second.question_count,
                               &theirs);
        is_same = ours.result == RESULT_OK && theirs.result == RESULT_OK &&
                  ours.size == theirs.size &&
                  memcmp(ours.data, theirs.data, ours.size) == 0;
    }
    byte_writer_release(&ours);
    byte_writer_release(&theirs);
    ballot_draft_release(&first);
    ballot_draft_release(&second);
    return is_same;
}
