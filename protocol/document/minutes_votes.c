/* What a vote was held under: the matter, who counted, what it took. */
#include "protocol/document/minutes_parts.h"
#include "protocol/document/minutes_rule_names.h"

#include "protocol/base/byte_writer.h"

#include <stdio.h>
#include <string.h>

static enum minutes_phrase matter_phrase(enum matter matter)
{
    switch (matter) {
    case MATTER_AGENDA:
        return PHRASE_MATTER_AGENDA;
    case MATTER_MINUTES:
        return PHRASE_MATTER_MINUTES;
    case MATTER_PROCEDURE:
        return PHRASE_MATTER_PROCEDURE;
    case MATTER_ADMISSION:
        return PHRASE_MATTER_ADMISSION;
    case MATTER_RECOGNITION:
        return PHRASE_MATTER_RECOGNITION;
    case MATTER_DISCIPLINE:
        return PHRASE_MATTER_DISCIPLINE;
    case MATTER_CONFIDENCE:
        return PHRASE_MATTER_CONFIDENCE;
    case MATTER_RATING:
        return PHRASE_MATTER_RATING;
    case MATTER_STRAW:
        return PHRASE_MATTER_STRAW;
    case MATTER_ELECTION:
        return PHRASE_MATTER_ELECTION;
    case MATTER_RESOLUTION:
    case matter_none_:
    case matter_count_:
        break;
    }
    return PHRASE_MATTER_RESOLUTION;
}

const char *minutes_matter(const struct minutes_writing *writing,
                           enum matter matter)
{
    return minutes_phrase(writing, matter_phrase(matter));
}

struct minutes_short minutes_counted(const struct minutes_writing *writing,
                                     const struct vote_people *people,
                                     size_t count)
{
    struct byte_writer text;
    struct minutes_short out;
    size_t i;

    byte_writer_init(&text, sizeof out.text - 1);
    for (i = 0; i < count; i++) {
        struct minutes_short part;

        if (people[i].counted == 0)
            continue;
        part = minutes_fill(
            writing, PHRASE_VOTE_CATEGORY,
            minutes_category(writing, (enum category)people[i].category),
            (unsigned long long)people[i].counted,
            (unsigned long long)people[i].people);
        if (text.size > 0)
            byte_writer_text(&text, TEXT_LITERAL(", "));
        byte_writer_text(&text, text_view_of(part.text));
    }
    out = minutes_fill(writing, PHRASE_PART, (int)text.size,
                       text.size > 0 ? (const char *)text.data : "");
    byte_writer_release(&text);
    return out;
}

struct minutes_short minutes_day(const char *date)
{
    struct minutes_short out;

    if (strlen(date) == sizeof "2026-08-01" - 1)
        (void)snprintf(out.text, sizeof out.text, "%.2s/%.2s/%.4s", date + 8,
                       date + 5, date);
    else
        (void)snprintf(out.text, sizeof out.text, "%s", date);
    return out;
}

struct minutes_short minutes_arithmetic(const struct minutes_writing *writing,
                                        struct text_view test, const char *yes,
                                        uint64_t denominator)
{
    struct byte_writer text;
    struct minutes_short out;
    size_t i = 0;

    byte_writer_init(&text, sizeof out.text - 1);
    while (i < test.size) {
        const char *rest = test.data + i;
        struct minutes_short part = { "" };
        size_t size = 1;

        if (test.size - i >= 3 && memcmp(rest, "yes", 3) == 0) {
            (void)snprintf(part.text, sizeof part.text, "%s", yes);
            size = 3;
        } else if (rest[0] == 'D') {
            part = minutes_fill(writing, PHRASE_NUMBER,
                                (unsigned long long)denominator);
        } else if (rest[0] == '*') {
            part = minutes_fill(writing, PHRASE_TIMES);
        } else {
            part.text[0] = rest[0];
        }
        i += size;
        byte_writer_text(&text, text_view_of(part.text));
    }
    out = minutes_fill(writing, PHRASE_PART, (int)text.size,
                       text.size > 0 ? (const char *)text.data : "");
    byte_writer_release(&text);
    return out;
}

void minutes_tell_authority(struct minutes_writing *writing,
                            const struct minutes_facts *facts)
{
    const struct meeting_authority *authority = &facts->state->terms.authority;

    if (authority->is_named)
        minutes_say(writing, PHRASE_AUTHORITY, authority->number,
                    minutes_day(authority->date).text,
                    minutes_opening(writing, authority->seq, "issuer"));
}

void minutes_tell_source(struct minutes_writing *writing, enum rule_id rule)
{
    const struct minutes_source *source = writing->source;
    const char *text;

    if (!source->rules || !source->notes || rule == rule_id_none_)
        return;
    text = source->notes->of[rule].source;
    if (text)
        minutes_say(writing, PHRASE_RULE_SOURCE,
                    minutes_rule_name(writing, rule), text,
                    ruleset_is_unverified(source->rules, rule)
                        ? minutes_phrase(writing, PHRASE_RULE_UNVERIFIED)
                        : "");
}

void minutes_tell_quorum(struct minutes_writing *writing, const char *at,
                         const struct event_quorum_changed *body)
{
    minutes_say(writing, PHRASE_COURSE_QUORUM, at,
                (unsigned long long)body->present, (unsigned long long)body->d,
                (unsigned long long)body->need,
                minutes_phrase(writing, body->met ? PHRASE_QUORUM_MET
                                                  : PHRASE_QUORUM_NOT_MET));
    minutes_tell_source(writing, rule_id_read(body->rule));
}

/* What alone the vote can carry out, if it names it. */
static void tell_target(struct minutes_writing *writing,
                        const struct minutes_facts *facts,
                        const struct meeting_vote *vote)
{
    const struct meeting_election *election =
        meeting_state_election(facts->state, &vote->target);
    const struct meeting_item *item =
        meeting_state_item(facts->state, &vote->target);
    char field[AGENDA_FIELD_SIZE];

    if (election) {
        minutes_say(writing, PHRASE_VOTE_TARGET_LIST, election->id.text,
                    minutes_opening(writing, election->called_seq, "title"));
    } else if (item) {
        meeting_item_title_field(item, field);
        minutes_say(writing, PHRASE_VOTE_TARGET_ITEM,
                    minutes_opening(writing, item->seq, field));
    }
}

void minutes_tell_terms(struct minutes_writing *writing,
                        const struct minutes_facts *facts,
                        const struct meeting_vote *vote)
{
    const struct minutes_short counted =
        minutes_counted(writing, vote->people, category_count_);
    struct minutes_short subject = { "" };

    if (!identifier_is_empty(&vote->subject))
        subject =
            minutes_fill(writing, PHRASE_VOTE_SUBJECT,
                         minutes_comrade(writing, facts, &vote->subject).text);
    minutes_say(writing, PHRASE_VOTE_TERMS,
                minutes_matter(writing, vote->matter), subject.text,
                (unsigned long long)vote->d, counted.text,
                (unsigned long long)vote->present);
    tell_target(writing, facts, vote);
    minutes_say(writing, PHRASE_VOTE_NEED, (unsigned long long)vote->need,
                minutes_rule_name(writing, vote->test.rule),
                facts->state->ruleset);
    minutes_tell_source(writing, vote->test.rule);
}
