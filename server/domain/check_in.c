/* Checking in at a place by the code on its screen, or by PIN. What the server
 * itself has seen is a report; where it may be done at all is a command. */
#include "server/domain/meeting_parts.h"

/* The place named by a command, as the actor may speak for it: false with the
 * refusal written. */
static bool may_keep(struct draft *draft, const struct identifier *site)
{
    if (!draft_person(draft) && !identifier_equal(site, draft->holder)) {
        draft_refuse_who(draft, "the chair or the minute-taker");
        return false;
    }
    if (!identifier_is_empty(site) && !meeting_state_site(draft->state, site)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_SITE, site);
        return false;
    }
    return true;
}

void rule_open_check_in(struct draft *draft)
{
    const struct identifier *site = &draft->command->body.open_check_in.site;
    const enum presence_mode seat =
        identifier_is_empty(site) ? MODE_IN_PERSON : MODE_SITE;
    struct event_check_in_opened *body;

    if (!may_keep(draft, site))
        return;
    if (draft_waits_for_declaration(draft, seat)) {
        draft_refuse_undeclared(draft, seat);
        return;
    }
    if (meeting_state_is_check_in_open(draft->state, site))
        return;
    body = &draft_add(draft, EVENT_CHECK_IN_OPENED_KIND)->body.check_in_opened;
    body->site = *site;
    body->act = draft->command->act;
}

void rule_close_check_in(struct draft *draft)
{
    const struct identifier *site = &draft->command->body.close_check_in.site;
    struct event_check_in_closed *body;

    if (!may_keep(draft, site) ||
        !meeting_state_is_check_in_open(draft->state, site))
        return;
    body = &draft_add(draft, EVENT_CHECK_IN_CLOSED_KIND)->body.check_in_closed;
    body->site = *site;
    body->act = draft->command->act;
}

void report_check_in(struct draft *draft, const struct meeting_report *report)
{
    const struct identifier *site = &report->site;
    const enum presence_mode mode =
        identifier_is_empty(site) ? MODE_IN_PERSON : MODE_SITE;
    const struct meeting_person *person = draft_member(draft, &report->holder);

    if (!person)
        return;
    if (!rights_may_attend(&draft->rules->rights, person->category))
        draft_refuse_category(draft, REFUSAL_CANNOT_ATTEND, person);
    else if (person->holder.admission == ADMISSION_REFUSED)
        draft_refuse(draft, REFUSAL_TURNED_AWAY);
    else if (!identifier_is_empty(site) &&
             !meeting_state_site(draft->state, site))
        draft_refuse_id(draft, REFUSAL_NO_SUCH_SITE, site);
    else if (draft_waits_for_declaration(draft, mode))
        draft_refuse_undeclared(draft, mode);
    else if (report->source == SOURCE_CODE &&
             !meeting_state_is_check_in_open(draft->state, site))
        draft_refuse(draft, REFUSAL_NO_CHECK_IN);
    else if (person->mode != mode || !identifier_equal(&person->site, site))
        draft_add_present(draft, &report->holder, mode, site, report->source);
}

void rule_count_heads(struct draft *draft)
{
    const struct command_count_heads *command =
        &draft->command->body.count_heads;
    const struct meeting_site *site =
        meeting_state_site(draft->state, &command->site);
    struct event_heads_counted *body;

    if (!site && !identifier_is_empty(&command->site)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_SITE, &command->site);
        return;
    }
    if (!draft_is_chair(draft) && !draft_is_minute_taker(draft) &&
        !(site && (identifier_equal(draft->holder, &command->site) ||
                   identifier_equal(draft->holder, &site->keeper)))) {
        draft_refuse_who(draft,
                         "the chair, the minute-taker, a site or its keeper");
        return;
    }
    body = &draft_add(draft, EVENT_HEADS_COUNTED_KIND)->body.heads_counted;
    body->site = command->site;
    body->count = command->count;
    body->act = draft->command->act;
}
