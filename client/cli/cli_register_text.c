#include "client/cli/cli_register_text.h"

#include "client/cli/cli_devices.h"
#include "client/cli/cli_errata.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_text.h"

#include <stdlib.h>

/* The cell of a member or a site; NULL if there is none. */
static const struct identifier *cell_of(const struct register_state *org,
                                        const struct identifier *holder)
{
    const struct register_member *member = register_state_member(org, holder);
    const struct register_site *site = register_state_site(org, holder);

    return member ? &member->unit : site ? &site->unit : NULL;
}

static bool is_of_own_cell(const struct meeting_view *view,
                           const struct identifier *holder)
{
    const struct identifier *mine = cell_of(view->org, &view->me);
    const struct identifier *theirs = cell_of(view->org, holder);

    return mine && theirs && identifier_equal(mine, theirs);
}

#define WHO(view, id) (cli_who((view), (id)).text)

/* Did this vouching answer one in the other direction? */
static bool completes_a_pair(const struct register_state *org,
                             const struct register_device_vouched *event)
{
    size_t i;

    for (i = 0; i < org->pairing_count; i++) {
        if (key_equal(&org->pairings[i].signer, &event->device) &&
            key_equal(&org->pairings[i].device, &event->signer))
            return true;
    }
    return false;
}

static void put_vouched(const struct meeting_view *view,
                        const struct register_device_vouched *event, FILE *out)
{
    const struct register_device *device =
        register_state_device(view->org, &event->device);
    const struct register_device *signer =
        register_state_device(view->org, &event->signer);

    if (completes_a_pair(view->org, event)) {
        (void)fprintf(out,
                      _("%s and %s have compared each other's devices: both "
                        "are vouched for"),
                      WHO(view, &event->by), WHO(view, &event->holder));
        return;
    }
    (void)fprintf(out, _("%s vouches for %s"), WHO(view, &event->by),
                  cli_device_name(view, device).text);
    /* Who is not vouched for can only begin a pair. */
    if (device->is_vouched && signer->is_vouched)
        (void)fputs(_(": it is vouched for now"), out);
    else if (!register_state_is_founding(view->org, signer, device))
        (void)fputs(_("; one more member is needed"), out);
    else if (identifier_equal(&event->holder, &view->me))
        (void)fprintf(out, _("; now compare in turn: /vouch %s"),
                      event->by.text);
    else
        (void)fprintf(out, _("; %s is to compare in turn"),
                      WHO(view, &event->holder));
}

/* Whom of the cell the event is about; NULL if nobody. */
static const struct identifier *subject_of(const struct register_event *event)
{
    switch ((int)event->kind) {
    case REGISTER_MEMBER_ADDED_KIND:
        return &event->body.member_added.member;
    case REGISTER_MEMBER_CHANGED_KIND:
        return &event->body.member_changed.member;
    case REGISTER_MEMBER_REMOVED_KIND:
        return &event->body.member_removed.member;
    case REGISTER_SITE_ADDED_KIND:
        return &event->body.site_added.site;
    case REGISTER_SITE_CHANGED_KIND:
        return &event->body.site_changed.site;
    case REGISTER_DEVICE_REVOKED_KIND:
        return &event->body.device_revoked.holder;
    case REGISTER_DEVICE_ADDED_KIND:
        return &event->body.device_added.holder;
    case REGISTER_DEVICE_VOUCHED_KIND:
        return &event->body.device_vouched.holder;
    default:
        return NULL;
    }
}

static void put_event(const struct meeting_view *view,
                      const struct register_event *event, FILE *out)
{
    const struct register_state *org = view->org;

    if (event->kind == REGISTER_DEVICE_VOUCHED_KIND)
        put_vouched(view, &event->body.device_vouched, out);
    else if (event->kind == REGISTER_DEVICE_ADDED_KIND)
        (void)fprintf(
            out, _("%s is vouched for by another device of the same holder"),
            cli_device_name(view, register_state_device(
                                      org, &event->body.device_added.device))
                .text);
    else if (event->kind == REGISTER_DEVICE_REVOKED_KIND)
        (void)fprintf(
            out, _("%s is revoked"),
            cli_device_name(view, register_state_device(
                                      org, &event->body.device_revoked.device))
                .text);
    else
        (void)fprintf(out, _("The entry of %s in the list has changed"),
                      WHO(view, subject_of(event)));
}

/* Takes what was written into a stream of open_memstream(). */
static void put_sentence(FILE *stream, char **text, const size_t *size,
                         FILE *out)
{
    if (fclose(stream) == 0)
        cli_capitalized_write(*text, *size, out);
    free(*text);
}

bool cli_register_event_write(const struct meeting_view *view,
                              const struct register_event *event, FILE *out)
{
    const struct identifier *subject = subject_of(event);
    char *text = NULL;
    size_t size = 0;
    FILE *stream;

    if (!subject)
        return cli_erratum_event_write(view, event, out);
    if (!is_of_own_cell(view, subject))
        return false;
    stream = open_memstream(&text, &size);
    if (!stream)
        return false;
    put_event(view, event, stream);
    put_sentence(stream, &text, &size, out);
    return true;
}

bool cli_enrolment_write(const struct meeting_view *view, uint64_t seq,
                         FILE *out)
{
    const struct register_state *org = view->org;
    char *text = NULL;
    size_t size = 0;
    FILE *stream;
    size_t i;

    for (i = org->device_count; i > 0; i--) {
        const struct register_device *device = &org->devices[i - 1];

        if (device->enrolled_seq != seq || device->is_vouched ||
            !is_of_own_cell(view, &device->holder))
            continue;
        stream = open_memstream(&text, &size);
        if (!stream)
            return false;
        (void)fprintf(stream, _("New %s, not yet vouched for"),
                      cli_device_name(view, device).text);
        put_sentence(stream, &text, &size, out);
        return true;
    }
    return false;
}
