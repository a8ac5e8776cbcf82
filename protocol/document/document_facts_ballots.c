/*
 * Secret ballots: the paper that is printed, and the tally minutes. What was
 * counted is told as the minutes of the meeting tell it; a result that is not
 * announced is in neither.
 */
#include "protocol/document/document_facts_ballots.h"

#include "protocol/base/encoding.h"

#include <stdio.h>
#include <string.h>

enum { OUTCOME_SIZE_MAX = 1024 * 1024 };

/* A number, so that "&" puts all of a chain, whatever comes of the first. */
static int put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *view(struct text_view text)
{
    return json_stringn(text.data ? text.data : "", text.size);
}

static const char *phrase(const struct document_ballot *b,
                          enum minutes_phrase id)
{
    return minutes_phrase(b->writing, id);
}

static bool is_vote_on_people(const struct meeting_ballot *ballot)
{
    return ballot->matter.matter == MATTER_ELECTION ||
           ballot->matter.matter == MATTER_STRAW;
}

/* --- the paper ----------------------------------------------------------- */

/* The template that draws the paper; NULL: none does. */
static const char *paper_template(const struct document_ballot *b)
{
    if (b->draft.question_count == 0)
        return NULL;
    switch (b->draft.questions[0].form) {
    case BALLOT_FORM_CHOOSE:
        if (is_vote_on_people(b->ballot))
            return "ballot_surplus";
        return b->draft.question_count == 1 ? "ballot_choice" : NULL;
    case BALLOT_FORM_AGREE:
        return is_vote_on_people(b->ballot) || b->draft.question_count > 1
                   ? "ballot_agree"
                   : "ballot_choice";
    case BALLOT_FORM_LEVEL3:
        return "ballot_confidence";
    case BALLOT_FORM_LEVEL4:
        return "ballot_rating";
    case BALLOT_FORM_NONE:
    case BALLOT_FORM_COUNT:
        break;
    }
    return NULL;
}

static enum minutes_phrase paper_head(enum matter matter)
{
    switch (matter) {
    case MATTER_ELECTION:
        return PHRASE_PAPER_ELECTION;
    case MATTER_STRAW:
        return PHRASE_PAPER_STRAW;
    case MATTER_CONFIDENCE:
        return PHRASE_PAPER_CONFIDENCE;
    case MATTER_RATING:
        return PHRASE_PAPER_RATING;
    case MATTER_RESOLUTION:
    case MATTER_AGENDA:
    case MATTER_MINUTES:
    case MATTER_PROCEDURE:
    case MATTER_ADMISSION:
    case MATTER_RECOGNITION:
    case MATTER_DISCIPLINE:
    case matter_none_:
    case matter_count_:
        break;
    }
    return PHRASE_PAPER_VOTE;
}

/* Whom it is on, in the order of the paper; where nobody is, what is asked. */
static json_t *candidates_of(const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    const size_t count = ballot->candidate_count > 0   ? ballot->candidate_count
                         : b->draft.question_count > 1 ? b->draft.question_count
                                                       : 0;
    json_t *out = json_array();
    size_t i;

    for (i = 0; i < count; i++)
        if (json_array_append_new(
                out,
                json_pack("{s:o, s:o, s:s}", "number", number(i + 1), "name",
                          ballot->candidate_count > 0
                              ? document_text(minutes_name(
                                    b->learned, &ballot->candidates[i]))
                              : view(b->draft.questions[i].question),
                          "end", i + 1 < count ? ";" : ".")) != 0)
            return json_decref(out), NULL;
    return out;
}

/* The answers of which one is marked. */
static json_t *choices_of(const struct document_ballot *b)
{
    json_t *out = json_array();
    const struct ballot_question *question;
    size_t i;

    if (b->draft.question_count != 1)
        return out;
    question = &b->draft.questions[0];
    for (i = 0; i < question->answer_count; i++)
        if (json_array_append_new(
                out, json_pack("{s:o, s:o}", "number", number(i + 1), "name",
                               view(question->answers[i]))) != 0)
            return json_decref(out), NULL;
    return out;
}

static bool put_paper(json_t *out, const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    const uint64_t seats = ballot->matter.seats;
    const char *template = paper_template(b);
    json_t *candidates = candidates_of(b);

    return put(out, "number",
               document_number(b->writing, b->learned->state, NUMBERED_TALLY,
                               &ballot->id)) &
           put(out, "paper", template ? json_string(template) : json_null()) &
           put(out, "subject", view(b->draft.name)) &
           put(out, "paper_caps",
               json_string(phrase(b, paper_head(ballot->matter.matter)))) &
           put(out, "form", json_string(phrase(b, PHRASE_SECRETLY))) &
           put(out, "seats", seats > 0 ? number(seats) : json_null()) &
           put(out, "count", number(json_array_size(candidates))) &
           put(out, "has_candidates",
               json_boolean(json_array_size(candidates) > 0)) &
           put(out, "candidates", candidates) &
           put(out, "choices", choices_of(b));
}

/* --- who counted, and on what grounds ------------------------------------ */

/* Where people are elected it is a board, else a team; its head is named first.
 */
static bool put_board(json_t *out, const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    const bool is_board = b->learned->state->kind == KIND_CONGRESS ||
                          ballot->matter.matter == MATTER_ELECTION;
    json_t *board = json_array();
    bool is_good = board != NULL;
    size_t i;

    for (i = 0; is_good && i < ballot->teller_count; i++) {
        const enum minutes_phrase role =
            i > 0 ? (is_board ? PHRASE_BOARD_MEMBER : PHRASE_TEAM_MEMBER)
                  : (is_board ? PHRASE_BOARD_HEAD : PHRASE_TEAM_HEAD);

        is_good = json_array_append_new(
                      board,
                      json_pack("{s:o, s:s, s:s}", "name",
                                document_text(minutes_name(
                                    b->learned, &ballot->tellers[i].member)),
                                "role", phrase(b, role), "end",
                                i + 1 < ballot->teller_count ? ";" : ",")) == 0;
    }
    return put(out, "board", board) &
           put(out, "board_name",
               json_string(phrase(b, is_board ? PHRASE_BOARD : PHRASE_TEAM))) &
           put(out, "board_caps",
               json_string(phrase(b, is_board ? PHRASE_BOARD_CAPS
                                              : PHRASE_TEAM_CAPS))) &
           put(out, "head",
               json_pack(
                   "{s:o, s:s}", "name",
                   document_text(ballot->teller_count > 0
                                     ? minutes_name(b->learned,
                                                    &ballot->tellers[0].member)
                                     : ""),
                   "role_caps",
                   phrase(b, is_board ? PHRASE_BOARD_HEAD_CAPS
                                      : PHRASE_TEAM_HEAD_CAPS))) &
           is_good;
}

static bool append_text(json_t *list, const char *text)
{
    return strstr(text, MINUTES_LIST_WITHHELD) ||
           json_array_append_new(list, json_string(text)) == 0;
}

static bool put_basis(json_t *out, const struct document_ballot *b)
{
    const struct minutes_writing *writing = b->writing;
    const struct meeting_state *state = b->learned->state;
    const struct meeting_ballot *ballot = b->ballot;
    const struct meeting_election *election =
        meeting_state_election(state, &ballot->matter.election);
    const struct meeting_vote *vote = meeting_state_vote(state, &ballot->vote);
    json_t *basis = json_array();
    bool is_good = document_append_rule(basis, writing,
                                        rule_id_read(ballot->decided.rule));

    if (election && election->is_closed)
        is_good &= append_text(
            basis,
            minutes_fill(writing, PHRASE_BASIS_LIST,
                         (unsigned long long)meeting_election_names(election))
                .text);
    if (vote)
        is_good &= append_text(
            basis, minutes_fill(writing, PHRASE_BASIS_VOTE,
                                (unsigned long long)vote->counts[CHOICE_YES],
                                (unsigned long long)vote->denominator)
                       .text);
    return put(out, "basis", basis) & is_good;
}

/* How it was counted, and who answers for it. */
static bool put_method(json_t *out, const struct document_ballot *b)
{
    const struct minutes_writing *writing = b->writing;
    const struct meeting_ballot *ballot = b->ballot;
    const struct meeting_ballot_paper *paper = &ballot->paper;
    char head[HEX_SIZE(HASH_SIZE)];
    json_t *method = json_array();
    bool is_good = method != NULL;

    hex_encode(ballot->archive.head.bytes, HASH_SIZE, head);
    if (is_good && ballot->length > 0)
        is_good = append_text(
            method,
            minutes_fill(
                writing, PHRASE_METHOD_DEVICES,
                (unsigned long long)meeting_ballot_tellers_decrypted(ballot),
                (unsigned long long)ballot->teller_count, head)
                .text);
    if (is_good && b->has_paper)
        is_good = append_text(
            method,
            minutes_fill(
                writing, PHRASE_METHOD_PAPER,
                minutes_comrade(writing, b->learned, &paper->entered_by).text,
                minutes_comrade(writing, b->learned, &paper->confirmed_by).text)
                .text);
    return put(out, "method", method) & is_good;
}

/* --- numbers ------------------------------------------------------------- */

/* How the papers were cast; null where nothing can be told apart. */
static json_t *ways_of(const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    uint64_t hall = 0, entered = 0;
    size_t i;

    for (i = 0; i < ballot->pool_count; i++) {
        const struct meeting_ballot_pool *pool = &ballot->pools[i];
        const uint64_t cast = pool->is_included ? pool->own : pool->k;

        if (!pool->is_dropped && pool->is_transcribed)
            entered += cast;
        else if (!pool->is_dropped)
            hall += cast;
    }
    if (hall + entered > ballot->returned)
        return json_null();
    return json_pack(
        "{s:o, s:o, s:o}", "own", number(ballot->returned - hall - entered),
        "hall", number(hall), "paper",
        number(entered + (b->has_paper ? ballot->paper.returned : 0)));
}

static json_t *invalid_reason_of(const struct document_ballot *b)
{
    const uint64_t invalid = b->ballot->decided.invalid;
    const uint64_t paper = b->has_paper ? b->ballot->paper.invalid : 0;
    struct minutes_short text = { "" };

    if (invalid > paper && paper > 0)
        text = minutes_fill(b->writing, PHRASE_INVALID_BOTH,
                            (unsigned long long)(invalid - paper),
                            (unsigned long long)paper);
    else if (invalid > paper)
        text = minutes_fill(b->writing, PHRASE_INVALID_BLANK,
                            (unsigned long long)invalid);
    else if (paper > 0)
        text = minutes_fill(b->writing, PHRASE_INVALID_PAPER,
                            (unsigned long long)paper);
    return text.text[0] != '\0' ? json_string(text.text) : json_null();
}

static bool put_numbers(json_t *out, const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    const struct meeting_ballot_paper *paper = &ballot->paper;
    const uint64_t by_paper = b->has_paper ? paper->issued : 0;
    const bool is_told = ballot->is_decided && ballot->matter.is_announced;

    return put(out, "summoned", number(ballot->denominator)) &
           put(out, "present", number(ballot->present)) &
           put(out, "absent",
               number(ballot->denominator > ballot->present
                          ? ballot->denominator - ballot->present
                          : 0)) &
           put(out, "issued", number(ballot->length + by_paper)) &
           put(out, "returned",
               number(ballot->returned +
                      (b->has_paper ? paper->returned : 0))) &
           put(out, "is_decided", json_boolean(is_told)) &
           put(out, "valid",
               is_told ? number(ballot->decided.valid) : json_null()) &
           put(out, "invalid",
               is_told ? number(ballot->decided.invalid) : json_null()) &
           put(out, "invalid_reason",
               is_told ? invalid_reason_of(b) : json_null()) &
           put(out, "ways", ways_of(b));
}

/* --- what it came to ----------------------------------------------------- */

/* The sentences that conclude it. */
static json_t *conclusions_of(const struct document_ballot *b)
{
    struct byte_writer list;
    struct minutes_writing own = *b->writing;
    struct minutes_list_row row;
    json_t *out;
    bool is_good;
    size_t at = 0;

    if (!b->ballot->matter.is_announced && b->ballot->is_decided)
        return json_pack("[s]", minutes_phrase(&own, PHRASE_NOT_ANNOUNCED));
    out = json_array();
    is_good = out != NULL;
    byte_writer_init(&list, OUTCOME_SIZE_MAX);
    own.out = &list;
    minutes_tell_outcome(&own, b->learned, b->ballot);
    is_good = is_good && list.result == RESULT_OK;
    while (is_good &&
           minutes_list_next((const char *)list.data, list.size, &at, &row))
        is_good =
            json_array_append_new(out, json_stringn(row.text, row.size)) == 0;
    byte_writer_release(&list);
    if (!is_good)
        return json_decref(out), NULL;
    return out;
}

static bool put_times(json_t *out, const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    const int64_t counted_ms =
        b->learned->counted_ms[ballot - b->learned->state->ballots];

    /* Counting begins when voting ends. */
    return put(out, "counted",
               document_moment(b->writing,
                               counted_ms > 0 && ballot->ended_ms > 0
                                   ? ballot->ended_ms
                                   : counted_ms)) &
           put(out, "signed", document_moment(b->writing, counted_ms));
}

static json_t *ballot_of(const struct document_ballot *b)
{
    const struct meeting_ballot *ballot = b->ballot;
    json_t *out = json_pack("{s:s, s:o, s:b, s:b, s:s}", "id", ballot->id.text,
                            "round", number(ballot->round), "is_done",
                            ballot->phase == BALLOT_PHASE_DONE, "is_void",
                            ballot->phase == BALLOT_PHASE_VOID, "percent_of",
                            phrase(b, PHRASE_OFFICIAL_MEMBERS));

    if (out && put_paper(out, b) && put_board(out, b) && put_basis(out, b) &&
        put_method(out, b) && put_numbers(out, b) &&
        document_facts_put_tally(out, b) &&
        put(out, "conclusion", conclusions_of(b)) && put_times(out, b))
        return out;
    json_decref(out);
    return NULL;
}

bool document_facts_put_ballots(json_t *facts,
                                const struct minutes_writing *writing,
                                const struct minutes_facts *learned)
{
    json_t *out = json_array();
    bool is_good = out != NULL;
    size_t i;

    for (i = 0; is_good && i < learned->ballot_count; i++) {
        const struct meeting_ballot *ballot = &learned->state->ballots[i];
        const struct meeting_ballot_paper *paper = &ballot->paper;
        struct document_ballot b = { .writing = writing,
                                     .learned = learned,
                                     .ballot = ballot };

        b.has_paper = paper->is_entered && paper->is_confirmed;
        /* A form that is withheld, or cannot be read, has no questions. */
        if (ballot_draft_read(text_view_of(minutes_opening(
                                  writing, ballot->drafted_seq, "form")),
                              &b.draft) != BALLOT_FAULT_NONE)
            ballot_draft_release(&b.draft);
        is_good = json_array_append_new(out, ballot_of(&b)) == 0;
        ballot_draft_release(&b.draft);
    }
    return put(facts, "has_ballots", json_boolean(json_array_size(out) > 0)) &
           put(facts, "ballots", out) & is_good;
}

enum result document_facts_choose_ballot(json_t *facts, size_t at)
{
    json_t *ballot = json_array_get(json_object_get(facts, "ballots"), at);

    if (!ballot)
        return RESULT_NOT_FOUND;
    return json_object_set(facts, "ballot", ballot) == 0 ? RESULT_OK
                                                         : RESULT_NO_MEMORY;
}
