#include "client/cli/cli_votes.h"

#include "client/cli/cli_agenda_text.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_percent.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_wrap.h"
#include "client/cli/cli_zone.h"

#include "protocol/meeting/meeting_roll.h"
#include "protocol/program/rule_words.h"

#include <inttypes.h>

static const char *name_of(enum rule_id rule) { return rule_words(rule, ""); }

/* What alone a vote can carry out. */
static void put_target(const struct meeting_view *view,
                       const struct identifier *target, FILE *out)
{
    const bool is_list =
        view->state && meeting_state_election(view->state, target);

    if (identifier_is_empty(target))
        return;
    if (is_list) {
        (void)fprintf(out, _(", for the list of election %s"), target->text);
        return;
    }
    (void)fputs(_(", only to move or take off the agenda item: "), out);
    cli_item_title_write(view, target, out);
}

void cli_vote_started_write(const struct meeting_view *view,
                            const struct event_vote_started *body, FILE *out)
{
    const struct meeting_vote *vote =
        view->state ? meeting_state_vote(view->state, &body->vote) : NULL;

    (void)fprintf(out, _("Vote %s by show of hands, on %s"), body->vote.text,
                  cli_word(&matter_words, body->matter));
    if (!identifier_is_empty(&body->subject))
        (void)fprintf(out, " (%s)", cli_who(view, &body->subject).text);
    if (vote)
        put_target(view, &vote->target, out);
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
                  name_of(rule_id_read(body->rule)));
    (void)fputs(body->passed ? _("ADOPTED") : _("NOT adopted"), out);
}

void cli_vote_terms_show(const struct meeting_view *view,
                         const struct meeting_vote *vote, FILE *out)
{
    (void)fprintf(out, _("      on %s"),
                  cli_word(&matter_words, (int)vote->matter));
    if (!identifier_is_empty(&vote->subject))
        (void)fprintf(out, " (%s)", cli_who(view, &vote->subject).text);
    put_target(view, &vote->target, out);
    (void)fprintf(out,
                  _("; %" PRIu64 " count, %" PRIu64
                    " of them were there; needed %" PRIu64 " (%s)\n"),
                  vote->d, vote->present, vote->need, name_of(vote->test.rule));
}

/* --- the ground that votes stand on -------------------------------------- */

static void write_quorum(const struct meeting_view *view,
                         const struct event_quorum_changed *body, FILE *out)
{
    (void)fprintf(out,
                  _("Quorum: %" PRIu64 "/%" PRIu64 ", needed %" PRIu64 ": "),
                  body->present, body->d, body->need);
    if (!body->met)
        (void)fputs(_("too few are there"), out);
    else if (body->spare == 0)
        (void)fputs(_("enough, but not if one more leaves"), out);
    else
        (void)fputs(_("enough are there"), out);
    (void)fprintf(out, " (%s", cli_word(&quorum_reason_words, body->reason));
    if (!identifier_is_empty(&body->member))
        (void)fprintf(out, ": %s", cli_who(view, &body->member).text);
    (void)fputs(")", out);
}

void cli_terms_event_write(const struct meeting_view *view,
                           const struct meeting_event *event, FILE *out)
{
    const struct event_vote_voided *voided = &event->body.vote_voided;
    const struct event_authority_set *named = &event->body.authority_set;

    char day[CLI_ZONE_TIME_SIZE];

    switch ((int)event->kind) {
    case EVENT_QUORUM_CHANGED_KIND:
        write_quorum(view, &event->body.quorum_changed, out);
        return;
    case EVENT_AUTHORITY_SET_KIND:
        cli_day_write(named->date, day);
        (void)fprintf(out,
                      _("Remote seats vote by document %.*s of %s, issued by"),
                      (int)named->number.size, named->number.data, day);
        return;
    case EVENT_VOTE_VOIDED_KIND:
        (void)fprintf(out,
                      _("Vote %s is void: %" PRIu64 "/%" PRIu64
                        " are there, needed %" PRIu64 " (%s)"),
                      voided->vote.text, voided->present, voided->d,
                      voided->need, name_of(rule_id_read(voided->rule)));
        return;
    default:
        return;
    }
}

/* As it is now where the ruleset is known, else as it was recorded last. */
static bool find_quorum(const struct meeting_view *view,
                        struct meeting_quorum *out)
{
    struct roll_person people[LIMIT_ROSTER];
    const struct ruleset *rules = view->rules;
    struct quorum quorum;
    struct roll roll;

    *out = view->state->terms.quorum;
    if (!rules || !ruleset_has(rules, RULESET_QUORUM))
        return out->is_known;
    meeting_state_roll_of(view->state, people, &roll);
    if (quorum_count(quorum_rule_for(&rules->quorum, MATTER_RESOLUTION, &roll),
                     &rules->electorate, &roll, &quorum) != RESULT_OK)
        return out->is_known;
    *out = (struct meeting_quorum){ .is_known = true,
                                    .present = quorum.outcome.yes,
                                    .d = quorum.outcome.d,
                                    .need = quorum.outcome.need,
                                    .spare = quorum.spare,
                                    .is_met = quorum.outcome.is_met };
    return true;
}

static const char *quorum_text(const struct meeting_quorum *quorum)
{
    if (!quorum->is_met)
        return _("too few are there");
    return quorum->spare == 0 ? _("enough, but not if one more leaves")
                              : _("enough are there");
}

void cli_terms_show(const struct meeting_view *view, FILE *out)
{
    const struct meeting_terms *terms = &view->state->terms;
    struct meeting_quorum quorum;
    char day[CLI_ZONE_TIME_SIZE];

    if (find_quorum(view, &quorum))
        (void)fprintf(out,
                      _("  Quorum:       %" PRIu64 "/%" PRIu64
                        ", needed %" PRIu64 ": %s\n"),
                      quorum.present, quorum.d, quorum.need,
                      quorum_text(&quorum));
    if (!terms->authority.is_named)
        return;
    cli_day_write(text_view_of(terms->authority.date), day);
    (void)fprintf(out, _("  Remote votes: by document %s of %s\n"),
                  terms->authority.number, day);
}

/* --- the ruleset --------------------------------------------------------- */

static int count_unverified(const struct ruleset *rules)
{
    int i, count = 0;

    for (i = 1; i < rule_id_count_; i++)
        count += ruleset_is_unverified(rules, (enum rule_id)i);
    return count;
}

/* The rules of the file that are marked so, each with its source. */
static void show_rules(const struct meeting_view *view, bool unverified,
                       FILE *out)
{
    int i;

    for (i = 1; i < rule_id_count_; i++) {
        const struct ruleset_note *note = &view->rule_notes->of[i];

        if (!note->source ||
            ruleset_is_unverified(view->rules, (enum rule_id)i) != unverified)
            continue;
        (void)fprintf(out, "  %s: ", name_of((enum rule_id)i));
        cli_text_write(text_view_of(note->source), out);
        (void)fputc('\n', out);
    }
}

void cli_rules_show(const struct meeting_view *view, FILE *out)
{
    const struct ruleset *rules = view->rules;

    (void)fprintf(out, _("  Ruleset: %s\n"), view->state->ruleset);
    if (!rules) {
        (void)fprintf(out, "  %s\n",
                      _("The server has not given the file yet."));
        return;
    }
    (void)fprintf(out,
                  _("  Valid from %s; %d rules are not compared with the "
                    "official text:\n"),
                  rules->valid_from, count_unverified(rules));
    show_rules(view, true, out);
    (void)fprintf(out, "%s\n", _("  Compared with it, by document:"));
    show_rules(view, false, out);
}

void cli_rules_hint(const struct meeting_view *view,
                    const struct meeting_event *event, FILE *out)
{
    char text[CLI_SENTENCE_SIZE];
    int count;

    if (event->kind != EVENT_OPENED_KIND || !view->rules ||
        !meeting_state_is_presiding(view->state, &view->me))
        return;
    count = count_unverified(view->rules);
    if (count == 0)
        return;
    (void)snprintf(text, sizeof text,
                   _("  %d rules of %s are not compared with the official "
                     "text: /rules\n"),
                   count, view->state->ruleset);
    cli_list_write(text, out);
}

void cli_terms_advise(enum refusal_code code)
{
    if (code == REFUSAL_REMOTE_UNAUTHORISED)
        cli_paragraph_write(_("  What to do: the chair names the document that "
                              "allows it: /authority NUMBER, DATE, ISSUER."),
                            stdout);
    if (code == REFUSAL_AGENDA_VOTE)
        cli_paragraph_write(_("  What to do: /vote-on agenda TEXT; when it is "
                              "adopted, the same command with its number "
                              "behind, as in: /add-item TITLE v1"),
                            stdout);
    if (code == REFUSAL_ROLL_STALE)
        cli_paragraph_write(_("  What to do: the chair or the minute-taker "
                              "types /confirm-roll."),
                            stdout);
}

json_t *cli_terms_json(const struct meeting_state *state)
{
    const struct meeting_terms *terms = &state->terms;

    return json_pack(
        "{s:b, s:I, s:I, s:I, s:b, s:I, s:b, s:s, s:s, s:b}", "known",
        (int)terms->quorum.is_known, "present",
        (json_int_t)terms->quorum.present, "d", (json_int_t)terms->quorum.d,
        "need", (json_int_t)terms->quorum.need, "met",
        (int)terms->quorum.is_met, "spare", (json_int_t)terms->quorum.spare,
        "authority", (int)terms->authority.is_named, "authority_number",
        terms->authority.number, "authority_date", terms->authority.date,
        "fresh_roll", (int)meeting_state_has_fresh_roll(state));
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
    json_t *terms = json_pack(
        "{s:s, s:s, s:s, s:b, s:s, s:s, s:I, s:I, s:I, s:o}", "matter",
        enum_word(&matter_words, (int)vote->matter), "subject",
        vote->subject.text, "target", vote->target.text, "remote",
        (int)vote->is_remote, "rule", rule_id_place(vote->test.rule).data,
        "measure", enum_word(&measure_words, (int)vote->test.of), "d",
        (json_int_t)vote->d, "present", (json_int_t)vote->present, "need",
        (json_int_t)vote->need, "people", people_json(vote));

    return terms && json_object_set_new(object, "terms", terms) == 0;
}
