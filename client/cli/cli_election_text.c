#include "client/cli/cli_election_text.h"

#include "client/cli/cli_event_text.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>

#define WHO(id) (cli_who(view, (id)).text)

static const char *post_text(enum elected_post post)
{
    switch (post) {
    case elected_post_none_:
    case elected_post_count_:
        break;
    case POST_COMMITTEE:
        return _("the cell committee");
    case POST_LEADER:
        return _("the leader of the cell");
    case POST_DEPUTY:
        return _("the deputy leader");
    case POST_DELEGATES:
        return _("delegates to the congress above");
    case POST_OTHER:
        return _("other posts");
    }
    return "";
}

static const char *source_text(enum nomination_source source)
{
    switch (source) {
    case nomination_source_none_:
    case nomination_source_count_:
        break;
    case NOMINATED_BY_COMMITTEE:
        return _("proposed by who convened");
    case NOMINATED_FROM_FLOOR:
        return _("proposed here");
    case NOMINATED_SELF:
        return _("stands by own wish");
    }
    return "";
}

/* --- events ------------------------------------------------------------------
 */

static void put_called(const struct meeting_view *view,
                       const struct meeting_event *e, FILE *out)
{
    const struct event_election_called *body = &e->body.election_called;
    const struct text_view title = meeting_view_text(view, e->seq, "title");

    (void)fprintf(out, _("Election %s of %s: %" PRIu64 " to be elected"),
                  body->election.text, post_text((enum elected_post)body->post),
                  body->seats);
    if (title.data && title.size > 0) {
        (void)fputs(": ", out);
        cli_text_write(title, out);
    }
}

static void put_support(const struct meeting_view *view,
                        const struct event_support_shown *body, FILE *out)
{
    (void)fprintf(out,
                  _("Election %s: %s has the support of %" PRIu64 " of %" PRIu64
                    " present, needed %" PRIu64 ": %s"),
                  body->election.text, WHO(&body->member), body->yes,
                  body->present, body->need,
                  body->met ? _("enough") : _("not enough"));
}

bool cli_election_event_write(const struct meeting_view *view,
                              const struct meeting_event *e, FILE *out)
{
    const struct event_nominated *nominated = &e->body.nominated;
    const struct event_nomination_withdrawn *withdrawn =
        &e->body.nomination_withdrawn;
    const struct event_list_closed *closed = &e->body.list_closed;

    switch ((int)e->kind) {
    case EVENT_ELECTION_CALLED_KIND:
        put_called(view, e, out);
        return true;
    case EVENT_NOMINATED_KIND:
        (void)fprintf(out, _("Election %s: %s is nominated (%s)"),
                      nominated->election.text, WHO(&nominated->member),
                      source_text((enum nomination_source)nominated->source));
        return true;
    case EVENT_NOMINATION_WITHDRAWN_KIND:
        (void)fprintf(out, _("Election %s: %s stands no more"),
                      withdrawn->election.text, WHO(&withdrawn->member));
        return true;
    case EVENT_SUPPORT_SHOWN_KIND:
        put_support(view, &e->body.support_shown, out);
        return true;
    case EVENT_LIST_CLOSED_KIND:
        (void)fprintf(out,
                      _("Election %s: the list of %zu names is closed by vote "
                        "%s"),
                      closed->election.text, closed->candidates.count,
                      closed->vote.text);
        return true;
    default:
        return false;
    }
}

const char *cli_election_hint(const struct meeting_view *view,
                              const struct meeting_event *event)
{
    if (!view->state || !identifier_equal(&view->state->presiding, &view->me))
        return NULL;
    switch ((int)event->kind) {
    case EVENT_ELECTION_CALLED_KIND:
        return _("  Next: names (/nominate NAME committee, members: /nominate "
                 "NAME), then a vote on the list (/vote-on procedure TEXT), "
                 "then: /close-list v…");
    case EVENT_NOMINATED_KIND:
        return event->body.nominated.source == NOMINATED_BY_COMMITTEE
                   ? NULL
                   : _("  Next: a show of hands on this name (/vote-on "
                       "procedure NAME: TEXT), "
                       "then: /support NAME v…");
    case EVENT_LIST_CLOSED_KIND:
        return _("  Next: the ballot on this list: /draft-ballot election; "
                 "TELLER, TELLER, …");
    default:
        return NULL;
    }
}

/* --- where it stands ---------------------------------------------------------
 */

static void put_nominee(const struct meeting_view *view,
                        const struct meeting_nominee *nominee, FILE *out)
{
    (void)fprintf(out, "    %s: %s", WHO(&nominee->member),
                  source_text(nominee->source));
    if (nominee->is_withdrawn)
        (void)fputs(_(", withdrawn"), out);
    else if (nominee->has_support)
        (void)fprintf(
            out, _(", support %" PRIu64 " of %" PRIu64 ", needed %" PRIu64),
            nominee->yes, nominee->present, nominee->need);
    else if (meeting_nominee_is_unsupported(nominee))
        (void)fputs(_(", not yet supported by a show of hands"), out);
    (void)fputc('\n', out);
}

void cli_elections_show(const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;
    size_t i, j;

    if (state->election_count == 0)
        (void)fprintf(out, "  %s\n", _("No election has been called."));
    for (i = 0; i < state->election_count; i++) {
        const struct meeting_election *election = &state->elections[i];

        (void)fprintf(out, _("  %s: %s, %" PRIu64 " to be elected; %s\n"),
                      election->id.text, post_text(election->post),
                      election->seats,
                      election->is_closed ? _("the list is closed")
                                          : _("the list is open"));
        for (j = 0; j < election->nominee_count; j++)
            put_nominee(view, &election->nominees[j], out);
    }
}

/* --- for scripts -------------------------------------------------------------
 */

static json_t *nominees_json(const struct meeting_election *election)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < election->nominee_count; i++) {
        const struct meeting_nominee *nominee = &election->nominees[i];

        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:b, s:b}", "member",
                      nominee->member.text, "source",
                      enum_word(&nomination_source_words, (int)nominee->source),
                      "by", nominee->by.text, "withdrawn",
                      (int)nominee->is_withdrawn, "supported",
                      (int)nominee->is_supported));
    }
    return list;
}

json_t *cli_elections_json(const struct meeting_state *state)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < state->election_count; i++) {
        const struct meeting_election *election = &state->elections[i];

        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:I, s:b, s:o}", "id",
                            election->id.text, "post",
                            enum_word(&elected_post_words, (int)election->post),
                            "seats", (json_int_t)election->seats, "closed",
                            (int)election->is_closed, "nominees",
                            nominees_json(election)));
    }
    return list;
}
