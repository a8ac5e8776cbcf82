#include "client/cli/cli_state_ballots.h"

#include "client/cli/cli_ballot_decided.h"

#include "protocol/base/encoding.h"

static json_int_t number(uint64_t value) { return (json_int_t)value; }

static json_t *numbers_json(const uint64_t *numbers, size_t count)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < count; i++)
        (void)json_array_append_new(list, json_integer(number(numbers[i])));
    return list;
}

/* --- what the log says ------------------------------------------------------
 */

static json_t *tellers_json(const struct meeting_ballot *ballot)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < ballot->teller_count; i++)
        (void)json_array_append_new(
            list, json_string(ballot->tellers[i].member.text));
    return list;
}

static json_t *voters_json(const struct meeting_ballot *ballot)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < ballot->voter_count; i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];

        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:s}", "member",
                      voter->member.text, "channel",
                      enum_word(&ballot_channel_words, (int)voter->channel),
                      "site", voter->site.text, "holds",
                      (int)ballot_voter_holds(voter), "dropped",
                      (int)voter->is_dropped, "attested",
                      (int)voter->has_attested, "included",
                      voter->included ? enum_word(&included_what_words,
                                                  (int)voter->included)
                                      : ""));
    }
    return list;
}

static json_t *paper_json(const struct meeting_ballot *ballot)
{
    const struct meeting_ballot_paper *paper = &ballot->paper;

    if (!paper->is_entered)
        return json_null();
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:o, s:s, s:b, s:s}", "issued",
        number(paper->issued), "returned", number(paper->returned), "valid",
        number(paper->valid), "invalid", number(paper->invalid), "counts",
        numbers_json(paper->counts, paper->count_count), "entered_by",
        paper->entered_by.text, "confirmed", (int)paper->is_confirmed,
        "confirmed_by", paper->confirmed_by.text);
}

/* What it is about, and what it came to. */
static json_t *matter_json(const struct meeting_ballot *ballot)
{
    const struct meeting_ballot_matter *matter = &ballot->matter;

    return json_pack(
        "{s:s, s:I, s:s, s:s, s:s, s:b, s:o}", "matter",
        matter->matter ? enum_word(&matter_words, (int)matter->matter) : "",
        "seats", number(matter->seats), "subject", matter->subject.text,
        "election", matter->election.text, "again", matter->again.text,
        "announced", (int)matter->is_announced, "decided",
        cli_ballot_decided_json(ballot));
}

static json_t *ballot_json(const struct meeting_ballot *ballot)
{
    struct meeting_ballot_numbers numbers;
    json_t *object;

    meeting_ballot_numbers(ballot, &numbers);
    object = json_pack("{s:s, s:s, s:s, s:o, s:I, s:b, s:b, s:I, s:I, s:o}",
                       "id", ballot->id.text, "item", ballot->item.text,
                       "phase", ballot_phase_word(ballot->phase), "tellers",
                       tellers_json(ballot), "threshold",
                       number(ballot->threshold), "revote",
                       (int)ballot->is_revote, "halls", (int)ballot->has_halls,
                       "denominator", number(ballot->denominator), "attempt",
                       number(ballot->attempt), "voters", voters_json(ballot));
    if (!object)
        return NULL;
    (void)json_object_update_new(
        object,
        json_pack(
            "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "length",
            number(ballot->length), "attested", number(numbers.attested),
            "confirmed", number(numbers.confirmed), "returned",
            number(ballot->returned), "recorded", number(ballot->record_count),
            "included", number(numbers.included), "decrypted",
            number(ballot->decrypted_count), "objections",
            number(ballot->objection_count), "paper", paper_json(ballot),
            "counts", numbers_json(ballot->counts, ballot->count_count)));
    (void)json_object_update_new(object, matter_json(ballot));
    return object;
}

json_t *cli_ballots_json(const struct meeting_state *state)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < state->ballot_count; i++)
        (void)json_array_append_new(list, ballot_json(&state->ballots[i]));
    return list;
}

/* --- what this device knows -------------------------------------------------
 */

static json_t *trackers_json(const struct client_ballot_view *own)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < own->tracker_count; i++) {
        char text[CLIENT_BALLOT_TRACKER_SIZE];

        client_ballot_tracker_text(&own->trackers[i].ballot, text);
        (void)json_array_append_new(
            list, json_pack("{s:s, s:b, s:I, s:I}", "tracker", text, "receipt",
                            (int)own->trackers[i].has_receipt, "height",
                            number(own->trackers[i].height), "ms",
                            (json_int_t)own->trackers[i].at_ms));
    }
    return list;
}

static json_t *questions_json(const struct client_ballot_view *own)
{
    json_t *list = json_array();
    size_t i, j;

    for (i = 0; i < own->question_count; i++) {
        const struct client_ballot_question *question = &own->questions[i];
        json_t *answers = json_array();

        for (j = 0; j < question->answer_count; j++)
            (void)json_array_append_new(answers,
                                        json_string(question->answers[j]));
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:o, s:b, s:I, s:I, s:s}", "question",
                      question->text, "answers", answers, "blank",
                      (int)question->has_blank, "min", number(question->min),
                      "max", number(question->max), "form", question->form));
    }
    return list;
}

static const char *check_word(enum client_ballot_check check)
{
    switch (check) {
    case CLIENT_BALLOT_UNCHECKED:
        break;
    case CLIENT_BALLOT_FETCHING:
        return "fetching";
    case CLIENT_BALLOT_CHECKING:
        return "checking";
    case CLIENT_BALLOT_GOOD:
        return "good";
    case CLIENT_BALLOT_BAD:
        return "bad";
    }
    return "unchecked";
}

static json_t *own_json(const struct client_ballot_view *own)
{
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s?, s:o, s:I, s:b, s:b, s:b, s:b}",
                  "stage", client_ballot_stage_word(own->stage), "fault",
                  client_ballot_fault_word(own->fault), "uuid", own->uuid,
                  "name", own->name, "questions", questions_json(own), "teller",
                  number(own->teller), "voter", (int)own->is_voter,
                  "credential", (int)own->has_credential, "listed",
                  (int)own->is_listed, "attested", (int)own->has_attested);

    if (!object)
        return NULL;
    (void)json_object_update_new(
        object,
        json_pack("{s:b, s:b, s:b, s:o, s:s, s:I, s:I, s:o, s:I, s:I}", "ready",
                  (int)own->is_ready, "confirmed", (int)own->has_confirmed,
                  "asked", (int)own->is_asked, "trackers", trackers_json(own),
                  "check", check_word(own->check), "check_done",
                  number(own->check_done), "check_size",
                  number(own->check_size), "counts",
                  numbers_json(own->counts, own->count_count), "pool",
                  number(own->pool_size), "entered", number(own->entered)));
    return object;
}

void cli_ballots_json_own(const struct meeting_view *view, json_t *list)
{
    json_t *element;
    size_t i;

    json_array_foreach(list, i, element)
    {
        const char *text = json_string_value(json_object_get(element, "id"));
        const struct client_ballot_view *own = NULL;
        struct identifier id;

        if (text && identifier_parse(text_view_of(text), &id) == RESULT_OK)
            own = meeting_view_ballot(view, &id);
        if (own)
            (void)json_object_set_new(element, "own", own_json(own));
    }
}
