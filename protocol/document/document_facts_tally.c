/* The table of a tally: how often each name or choice was taken, in the order
 * of the paper, and who is elected, in the order of the votes. */
#include "protocol/document/document_facts_ballots.h"

#include <string.h>

struct table {
    const struct document_ballot *b;
    json_t *rows; /* owned */
    bool is_good;
};

/* Takes the name. */
static void add_row(struct table *table, json_t *name, uint64_t votes)
{
    const struct document_ballot *b = table->b;
    json_t *row = json_pack(
        "{s:I, s:o, s:I, s:s}", "number",
        (json_int_t)json_array_size(table->rows) + 1, "name", name, "votes",
        (json_int_t)votes, "percent",
        document_percent(b->writing, votes, b->ballot->denominator).text);

    table->is_good &= json_array_append_new(table->rows, row) == 0;
}

static void add_phrase(struct table *table, enum minutes_phrase id,
                       uint64_t votes)
{
    add_row(table, json_string(minutes_phrase(table->b->writing, id)), votes);
}

static json_t *name_of(const struct document_ballot *b,
                       const struct identifier *id)
{
    return document_text(minutes_name(b->learned, id));
}

/* --- by what is decided -------------------------------------------------- */

static void add_candidates(struct table *table)
{
    const struct meeting_ballot *ballot = table->b->ballot;
    const struct chosen_row *chosen = ballot->decided.chosen.data;
    size_t i, k;

    for (i = 0; i < ballot->candidate_count; i++)
        for (k = 0; k < ballot->decided.chosen.count; k++)
            if (identifier_equal(&chosen[k].member, &ballot->candidates[i]))
                add_row(table, name_of(table->b, &chosen[k].member),
                        chosen[k].votes);
}

static void add_forms(struct table *table)
{
    const struct event_ballot_decided *decided = &table->b->ballot->decided;
    const struct form_row *row = decided->forms.data;
    size_t i;

    for (i = 0; i < decided->forms.count; i++)
        add_row(table,
                json_string(minutes_discipline(table->b->writing, row[i].form)),
                row[i].votes);
    add_phrase(table, PHRASE_CHOICE_NONE, decided->no);
}

/* A row for each person and level, since marks are not added up over levels. */
static void add_levels(struct table *table)
{
    static const enum minutes_phrase confidence[] = { PHRASE_MARK_HIGH,
                                                      PHRASE_MARK_NORMAL,
                                                      PHRASE_MARK_LOW };
    static const enum minutes_phrase rating[] = { PHRASE_MARK_EXCELLENT,
                                                  PHRASE_MARK_GOOD,
                                                  PHRASE_MARK_FULFILLED,
                                                  PHRASE_MARK_NOT_FULFILLED };
    const struct meeting_ballot *ballot = table->b->ballot;
    const bool is_rating = ballot->matter.matter == MATTER_RATING;
    const struct level_row *row = ballot->decided.levels.data;
    size_t i, k;

    for (i = 0; i < ballot->decided.levels.count; i++) {
        const uint64_t marks[] = { row[i].first, row[i].second, row[i].third,
                                   row[i].fourth };

        for (k = 0; k < (is_rating ? 4u : 3u); k++)
            add_row(table,
                    document_text(
                        minutes_fill(
                            table->b->writing,
                            is_rating ? rating[k] : confidence[k],
                            minutes_name(table->b->learned, &row[i].member))
                            .text),
                    marks[k]);
    }
}

static void add_motion(struct table *table)
{
    const struct event_ballot_decided *decided = &table->b->ballot->decided;

    add_phrase(table, PHRASE_CHOICE_YES, decided->yes);
    add_phrase(table, PHRASE_CHOICE_NO, decided->no);
    add_phrase(table, PHRASE_CHOICE_OTHER, decided->other);
}

static void add_decided(struct table *table)
{
    switch (table->b->ballot->matter.matter) {
    case MATTER_ELECTION:
    case MATTER_STRAW:
        add_candidates(table);
        break;
    case MATTER_DISCIPLINE:
        add_forms(table);
        break;
    case MATTER_CONFIDENCE:
    case MATTER_RATING:
        add_levels(table);
        break;
    case MATTER_RESOLUTION:
    case MATTER_AGENDA:
    case MATTER_MINUTES:
    case MATTER_PROCEDURE:
    case MATTER_ADMISSION:
    case MATTER_RECOGNITION:
        add_motion(table);
        break;
    case matter_none_:
    case matter_count_:
        break;
    }
}

/* --- of a ballot that decides nothing ------------------------------------ */

static json_t *answer_of(const struct document_ballot *b,
                         const struct ballot_question *question, size_t i)
{
    const struct text_view text = question->answers[i];

    if (b->draft.question_count == 1)
        return json_stringn(text.data, text.size);
    return json_string(minutes_fill(b->writing, PHRASE_ROW_ANSWER,
                                    (int)question->question.size,
                                    question->question.data, (int)text.size,
                                    text.data)
                           .text);
}

/* Counts stand in the order of the questions, a blank before its answers. */
static void add_answers(struct table *table)
{
    const struct document_ballot *b = table->b;
    const struct meeting_ballot *ballot = b->ballot;
    const uint64_t *paper =
        b->has_paper && ballot->paper.count_count == ballot->count_count
            ? ballot->paper.counts
            : NULL;
    size_t position = 0;
    size_t i, k;

    for (i = 0; i < b->draft.question_count; i++) {
        const struct ballot_question *question = &b->draft.questions[i];

        if (position + ballot_question_position_count(question) >
            ballot->count_count)
            break;
        position += question->has_blank;
        for (k = 0; k < question->answer_count; k++, position++)
            add_row(table, answer_of(b, question, k),
                    ballot->counts[position] + (paper ? paper[position] : 0));
    }
}

/* --- the elected --------------------------------------------------------- */

static json_t *elected_of(const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    const struct chosen_row *row = ballot->decided.chosen.data;
    const size_t count = ballot->decided.chosen.count;
    json_t *out = json_array();
    uint64_t place;
    size_t i;

    if (ballot->matter.matter != MATTER_ELECTION)
        return out;
    /* Those who are level share a place. */
    for (place = 1; place <= count; place++)
        for (i = 0; i < count; i++)
            if (row[i].place == place && row[i].standing == STANDS_CHOSEN &&
                json_array_append_new(
                    out, json_pack("{s:o, s:I, s:s}", "name",
                                   name_of(b, &row[i].member), "votes",
                                   (json_int_t)row[i].votes, "percent",
                                   document_percent(b->writing, row[i].votes,
                                                    ballot->denominator)
                                       .text)) != 0)
                return json_decref(out), NULL;
    if (!document_mark_ends(out))
        return json_decref(out), NULL;
    return out;
}

/* A number, so that "&" puts all of a chain, whatever comes of the first. */
static int put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

bool document_facts_put_tally(json_t *out, const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    const bool is_told =
        ballot->phase == BALLOT_PHASE_DONE &&
        (ballot->matter.matter == matter_none_ || ballot->matter.is_announced);
    struct table table = { .b = b, .rows = json_array(), .is_good = true };
    json_t *elected = is_told ? elected_of(b) : json_array();

    if (is_told && ballot->is_decided)
        add_decided(&table);
    else if (is_told)
        add_answers(&table);
    return put(out, "rows_title",
               json_string(
                   minutes_phrase(b->writing, ballot->candidate_count > 0
                                                  ? PHRASE_COLUMN_NAME
                                                  : PHRASE_COLUMN_CHOICE))) &
           put(out, "has_rows", json_boolean(json_array_size(table.rows) > 0)) &
           put(out, "rows", table.rows) &
           put(out, "has_elected", json_boolean(json_array_size(elected) > 0)) &
           put(out, "elected", elected) & table.is_good;
}
