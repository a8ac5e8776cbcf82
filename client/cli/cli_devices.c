#include "client/cli/cli_devices.h"

#include "client/cli/cli_text.h"

#include <string.h>

const struct register_device *cli_own_device(const struct meeting_view *view)
{
    return view->org ? register_state_device(view->org, &view->device) : NULL;
}

struct text_view cli_device_label(const struct meeting_view *view,
                                  const struct register_device *device)
{
    struct text_view label = meeting_view_device_label(view, &device->key);

    return label.data ? label : text_view_of(_("(name not shown to you)"));
}

struct cli_device_name cli_device_name(const struct meeting_view *view,
                                       const struct register_device *device)
{
    struct text_view label = cli_device_label(view, device);
    struct cli_device_name name;

    (void)snprintf(name.text, sizeof name.text, _("device %.*s of %s"),
                   (int)label.size, label.data,
                   cli_who(view, &device->holder).text);
    return name;
}

/* --- what others say of it ----------------------------------------------- */

static bool is_of(const struct register_device *device,
                  const struct identifier *holder)
{
    return identifier_equal(&device->holder, holder);
}

/* Who compared this device in a pair and waits to be compared in turn; NULL if
 * nobody does. */
static const struct register_device *
waiting_partner(const struct register_state *org,
                const struct register_device *device)
{
    size_t i;

    for (i = 0; i < org->pairing_count; i++) {
        if (key_equal(&org->pairings[i].device, &device->key))
            return register_state_device(org, &org->pairings[i].signer);
    }
    return NULL;
}

static void put_unvouched(const struct meeting_view *view,
                          const struct register_device *device, FILE *out)
{
    const struct register_device *partner = waiting_partner(view->org, device);

    (void)fputs(_("new, not yet vouched for"), out);
    if (device->voucher_count > 0)
        (void)fprintf(out, _("; %s has, one more is needed"),
                      cli_who(view, &device->vouchers[0]).text);
    else if (partner)
        (void)fprintf(out,
                      _("; %s has compared it, and is to be compared in "
                        "turn"),
                      cli_who(view, &partner->holder).text);
}

void cli_device_status(const struct meeting_view *view,
                       const struct register_device *device, FILE *out)
{
    if (device->is_revoked)
        (void)fputs(_("REVOKED"), out);
    else if (!device->is_vouched)
        put_unvouched(view, device, out);
    else if (is_of(device, &device->vouchers[0]))
        (void)fputs(_("vouched for: added by another device of the same "
                      "holder"),
                    out);
    else if (device->is_founding)
        (void)fprintf(out, _("vouched for in a pair with %s (founding)"),
                      cli_who(view, &device->vouchers[0]).text);
    else
        (void)fprintf(out, _("vouched for by %s and %s"),
                      cli_who(view, &device->vouchers[0]).text,
                      cli_who(view, &device->vouchers[1]).text);
}

/* A device in the name of this device's holder, which came from elsewhere. */
static bool is_foreign(const struct meeting_view *view,
                       const struct register_device *device,
                       const struct anchors *known)
{
    return known && !device->is_revoked && is_of(device, &view->me) &&
           !key_equal(&device->key, &view->device) &&
           anchors_device(known, &device->key) == ANCHOR_DEVICE_UNKNOWN;
}

/* --- lists --------------------------------------------------------------- */

void cli_devices_show(const struct meeting_view *view,
                      const struct identifier *holder,
                      const struct anchors *known, FILE *out)
{
    const struct register_state *org = view->org;
    size_t number = 0;
    size_t i;

    (void)fprintf(out, _("Devices of %s:\n"), cli_who(view, holder).text);
    for (i = 0; i < org->device_count; i++) {
        const struct register_device *device = &org->devices[i];
        struct text_view label = cli_device_label(view, device);

        if (!is_of(device, holder))
            continue;
        (void)fprintf(
            out, _("  %zu. %.*s, code %s%s\n     "), ++number, (int)label.size,
            label.data, device_code_of(&device->key).text,
            key_equal(&device->key, &view->device) ? _(" (this device)") : "");
        cli_device_status(view, device, out);
        (void)fputc('\n', out);
        if (is_foreign(view, device, known))
            (void)fprintf(out, "     %s\n",
                          _("NOT ADDED FROM HERE: is it yours?"));
    }
    if (number == 0)
        (void)fprintf(out, "  %s\n", _("There is no device yet."));
}

static const char *state_word(const struct register_device *device)
{
    if (device->is_revoked)
        return "revoked";
    if (!device->is_vouched)
        return "new";
    if (is_of(device, &device->vouchers[0]))
        return "added";
    return device->is_founding ? "founding" : "vouched";
}

static json_t *device_json(const struct meeting_view *view,
                           const struct register_device *device,
                           const struct anchors *known)
{
    struct text_view label = meeting_view_device_label(view, &device->key);
    char hex[HEX_SIZE(KEY_SIZE)];
    json_t *vouchers = json_array();
    json_t *object;
    size_t i;

    hex_encode(device->key.bytes, KEY_SIZE, hex);
    for (i = 0; vouchers && i < device->voucher_count; i++)
        (void)json_array_append_new(vouchers,
                                    json_string(device->vouchers[i].text));
    object = json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:o}", "holder", device->holder.text,
        "device", hex, "code", device_code_of(&device->key).text, "state",
        state_word(device), "own", (int)key_equal(&device->key, &view->device),
        "vouched_by", vouchers);
    if (object && is_foreign(view, device, known))
        (void)json_object_set_new(object, "foreign", json_true());
    if (object && label.data)
        (void)json_object_set_new(object, "label",
                                  json_stringn(label.data, label.size));
    return object;
}

json_t *cli_devices_json(const struct meeting_view *view,
                         const struct identifier *holder,
                         const struct anchors *known)
{
    const struct register_state *org = view->org;
    json_t *devices = json_array();
    size_t i;

    for (i = 0; devices && org && i < org->device_count; i++) {
        if (is_of(&org->devices[i], holder))
            (void)json_array_append_new(
                devices, device_json(view, &org->devices[i], known));
    }
    return devices;
}

/* --- finding one --------------------------------------------------------- */

/* The digits of what was typed, in groups or not; false if there is anything
 * else, or more than a code has. */
static bool read_digits(const char *typed, char out[DEVICE_CODE_SIZE])
{
    size_t count = 0;

    for (; *typed != '\0'; typed++) {
        if (*typed == ' ' || *typed == '-')
            continue;
        if (*typed < '0' || *typed > '9' ||
            count == CLI_CODE_GROUPS * CLI_CODE_GROUP_SIZE)
            return false;
        out[count++] = *typed;
    }
    out[count] = '\0';
    return count > 0;
}

static bool ends_with(const struct register_device *device, const char *digits)
{
    char code[DEVICE_CODE_SIZE];
    size_t size = strlen(digits);

    return read_digits(device_code_of(&device->key).text, code) &&
           strcmp(code + strlen(code) - size, digits) == 0;
}

/* Fewer digits than a group has are a number in the list. */
static bool is_meant(const struct register_device *device, const char *digits,
                     size_t number)
{
    char counted[24];

    if (strlen(digits) >= CLI_CODE_GROUP_SIZE)
        return ends_with(device, digits);
    (void)snprintf(counted, sizeof counted, "%zu", number);
    return strcmp(counted, digits) == 0;
}

enum cli_match cli_device_find(const struct meeting_view *view,
                               const struct identifier *holder,
                               const char *typed,
                               const struct register_device **out)
{
    const struct register_state *org = view->org;
    char digits[DEVICE_CODE_SIZE];
    size_t number = 0, count = 0, i;

    if (!read_digits(typed, digits))
        return CLI_MATCH_NONE;
    for (i = 0; i < org->device_count; i++) {
        if (!is_of(&org->devices[i], holder) ||
            !is_meant(&org->devices[i], digits, ++number))
            continue;
        *out = &org->devices[i];
        count++;
    }
    return count == 0   ? CLI_MATCH_NONE
           : count == 1 ? CLI_MATCH_ONE
                        : CLI_MATCH_MANY;
}

char *cli_code_cut(char *typed)
{
    char *end = typed + strspn(typed, "0123456789");
    int groups;

    for (groups = 1; groups < CLI_CODE_GROUPS; groups++) {
        size_t size = *end == ' ' ? strspn(end + 1, "0123456789") : 0;

        if (size != CLI_CODE_GROUP_SIZE ||
            (end[1 + size] != ' ' && end[1 + size] != '\0'))
            break;
        end += 1 + size;
    }
    if (*end == '\0')
        return end;
    if (*end != ' ')
        return typed + strlen(typed);
    *end = '\0';
    return end + 1 + strspn(end + 1, " \t");
}

/* --- codes --------------------------------------------------------------- */

void cli_code_write(const struct key *device, int group_count, FILE *out)
{
    const struct device_code code = device_code_of(device);
    const char *digit = code.text;
    int group;
    int i;

    for (group = 1; group <= group_count; group++) {
        (void)fprintf(out, _("    group %d: "), group);
        for (i = 0; i < CLI_CODE_GROUP_SIZE; i++)
            (void)fprintf(out, " %c", *digit++);
        (void)fputc('\n', out);
        digit++; /* the space between groups */
    }
}

void cli_own_code_show(const struct meeting_view *view, FILE *out)
{
    const struct register_device *own = cli_own_device(view);

    (void)fputs(_("The code of this device: twenty digits in five groups\n"),
                out);
    cli_code_write(&view->device, CLI_CODE_GROUPS, out);
    (void)fputs(_("It is no secret. Who vouches for this device compares "
                  "it:\nread it out group by group, or show this screen.\nRead "
                  "it from here only, never from what somebody sent you.\n"),
                out);
    if (!own)
        return;
    (void)fputs(_("This device is: "), out);
    cli_device_status(view, own, out);
    (void)fputs(".\n", out);
}
