/* The sections of a register. */
#include "protocol/verify/verify_report.h"

#include "protocol/verify/verify_text.h"
#include "protocol/verify/verify_words.h"

#define LLU(number) ((unsigned long long)(number))
#define WHO(id) (verify_who(findings, id).text)

static void report_head(const struct verify_register *registry, FILE *out)
{
    const struct verify_reader *reader = &registry->reader;

    if (registry->title)
        (void)fprintf(out, "  %s\n", registry->title);
    (void)fprintf(out, _("  %llu events, the last of %s\n"), LLU(reader->count),
                  verify_moment(registry->state->at_ms).text);
    (void)fprintf(out, _("  head at event %llu: %s\n"), LLU(reader->count - 1),
                  verify_hex(&reader->heads[reader->count - 1]).text);
}

static void report_keys(const struct verify_register *registry, FILE *out)
{
    const struct register_state *state = registry->state;
    size_t i;

    for (i = 0; i < state->server_key_count; i++) {
        const struct register_server_key *row = &state->server_keys[i];

        (void)fprintf(out, _("  from event %llu: fingerprint %s, %s\n"),
                      LLU(row->since), server_fingerprint_of(&row->key).text,
                      i == 0 ? _("the first key")
                      : row->is_proven
                          ? _("which the key before it signed")
                          : _("PROVEN BY NOTHING: the key before it was "
                              "lost"));
    }
}

static void report_devices(const struct verify_findings *findings, FILE *out)
{
    const struct register_state *state = findings->registry.state;
    size_t i, live = 0, vouched = 0;

    for (i = 0; i < state->device_count; i++) {
        live += !state->devices[i].is_revoked;
        vouched +=
            !state->devices[i].is_revoked && state->devices[i].is_vouched;
    }
    (void)fprintf(out,
                  _("  %llu devices, %llu of them not revoked; of these %llu "
                    "vouched for\n"),
                  LLU(state->device_count), LLU(live), LLU(vouched));
    for (i = 0; i < state->device_count; i++) {
        const struct register_device *device = &state->devices[i];

        if (device->is_revoked)
            continue;
        if (verify_register_is_unproven(&findings->registry, &device->key))
            (void)fprintf(out,
                          _("    vouched for by NOTHING THAT COULD BE CHECKED, "
                            "a text is hidden: %s, device %s\n"),
                          WHO(&device->holder),
                          verify_device_words(&device->key).text);
        if (device->is_vouched && !device->is_founding)
            continue;
        (void)fprintf(out,
                      device->is_vouched
                          ? _("    vouched for in a founding pair: %s, device "
                              "%s\n")
                          : _("    not vouched for: %s, device %s\n"),
                      WHO(&device->holder),
                      verify_device_words(&device->key).text);
    }
}

void verify_report_register(const struct verify_findings *findings, FILE *out)
{
    const struct verify_register *registry = &findings->registry;
    size_t i;

    report_head(registry, out);
    verify_report_heading(_("PROVEN: signed by devices and the server's keys"),
                          out);
    (void)fprintf(out,
                  _("  %llu statements about devices and keys; %llu more could "
                    "not be checked, because their texts are hidden\n"),
                  LLU(registry->proven_count), LLU(registry->hidden_count));
    verify_report_heading(_("PROVEN: computed again from the record"), out);
    (void)fprintf(out, "  %s\n",
                  _("the chain of all events; every step follows from those "
                    "before it"));
    verify_report_heading(_("RECORDED BY THE SERVER, signed by nobody else"),
                          out);
    (void)fprintf(out,
                  _("  all times, and %llu events: units, members, sites, "
                    "invitations, meetings\n"),
                  LLU(registry->unsigned_count));
    verify_report_heading(_("KEYS OF THE SERVER"), out);
    report_keys(registry, out);
    verify_report_heading(_("DEVICES"), out);
    report_devices(findings, out);
    if (registry->loss_count > 0)
        verify_report_heading(_("LOST AND GIVEN UP"), out);
    for (i = 0; i < registry->loss_count; i++)
        (void)fprintf(out,
                      _("  events %llu to %llu at least were lost; the "
                        "administrator let the register go on\n"),
                      LLU(registry->losses[i].seq),
                      LLU(registry->losses[i].lost_seq));
}
