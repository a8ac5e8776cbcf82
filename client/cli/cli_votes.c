#include "client/cli/cli_votes.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_percent.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>

static const char *rule_word(enum rule_id rule)
{
    return rule_id_place(rule).data;
}

void cli_vote_started_write(const struct meeting_view *view,
                            const struct event_vote_started *body, FILE *out)
{
    (void)fprintf(out, _("Vote %s by show of hands, on %s"), body->vote.text,
                  cli_word(&matter_words, body->matter));
    if (!identifier_is_empty(&body->subject))
        (void)fprintf(out, " (%s)", cli_who(view, &body->subject).text);
    if (body->need > 0)
        (void)fprintf(out, _("; %" PRIu64 " of %" PRIu64 " are needed"),
                      body->need, body->d);
    if (!body->remote)
        (void)fputs(_("; remote seats do not vote"), out);
}

void cli_vote_closed_write(const struct event_vote_closed *body, FILE *out)
{
    (void)fprintf(out, _("Vote %s is closed: "), body->vote.text);
    (void)fprintf(out,
                  _("in favour %" PRIu64 ", against %" PRIu64
                    ", other opinion %" PRIu64 ", not voting %" PRIu64),
                  body->yes, body->no, body->other, body->abstain);
    (void)fprintf(out, _("; of %" PRIu64 " (%s), needed %" PRIu64 " (%s). "),
                  body->denominator,
                  cli_percent(body->yes, body->denominator).text, body->need,
                  rule_word(rule_id_read(body->rule)));
    (void)fputs(body->passed ? _("ADOPTED") : _("NOT adopted"), out);
}

void cli_vote_terms_show(const struct meeting_view *view,
                         const struct meeting_vote *vote, FILE *out)
{
    (void)fprintf(out, _("      on %s"),
                  cli_word(&matter_words, (int)vote->matter));
    if (!identifier_is_empty(&vote->subject))
        (void)fprintf(out, " (%s)", cli_who(view, &vote->subject).text);
    (void)fprintf(out,
                  _("; %" PRIu64 " count, %" PRIu64
                    " of them were there; needed %" PRIu64 " (%s)\n"),
                  vote->d, vote->present, vote->need,
                  rule_word(vote->test.rule));
}

static json_t *people_json(const struct meeting_vote *vote)
{
    json_t *list = json_array();
    int i;

    for (i = 1; list && i < category_count_; i++) {
        const struct vote_people *row = &vote->people[i];

        if (row->counts == 0)
            continue;
        if (json_array_append_new(
                list,
                json_pack("{s:s, s:s, s:b, s:I, s:I, s:I}", "category",
                          enum_word(&category_words, i), "counts",
                          enum_word(&vote_counts_words, row->counts), "votes",
                          (int)row->votes, "people", (json_int_t)row->people,
                          "present", (json_int_t)row->present, "counted",
                          (json_int_t)row->counted)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

bool cli_vote_terms_json(const struct meeting_vote *vote, json_t *object)
{
    json_t *terms =
        json_pack("{s:s, s:s, s:b, s:s, s:s, s:I, s:I, s:I, s:o}", "matter",
                  enum_word(&matter_words, (int)vote->matter), "subject",
                  vote->subject.text, "remote", (int)vote->is_remote, "rule",
                  rule_word(vote->test.rule), "measure",
                  enum_word(&measure_words, (int)vote->test.of), "d",
                  (json_int_t)vote->d, "present", (json_int_t)vote->present,
                  "need", (json_int_t)vote->need, "people", people_json(vote));

    return terms && json_object_set_new(object, "terms", terms) == 0;
}
