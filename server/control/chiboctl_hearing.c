/* How devices in a meeting hear, as each has told the running server. */
#include "server/control/chiboctl.h"

#include "protocol/meeting/spoken_words.h"
#include "protocol/wire/hearing_report.h"
#include "protocol/wire/json_read.h"

#include <inttypes.h>
#include <stdio.h>

/* The device's label, as its holder gave it; "" if the register knows none. */
static const char *label_of(struct chiboctl *ctl, const json_t *row)
{
    const struct register_device *device;
    struct key key;

    if (!json_read_hex(row, "device", key.bytes, sizeof key.bytes))
        return "";
    device = register_state_device(register_book_state(ctl->book), &key);
    return device ? register_book_text(ctl->book, device->enrolled_seq, "label")
                  : "";
}

static const char *name_of(struct chiboctl *ctl, const json_t *row)
{
    struct identifier holder;

    return json_read_id(row, "holder", &holder)
               ? chiboctl_holder_name(ctl, &holder)
               : "";
}

/* What was told, in words; nothing, if nothing was. */
static void print_told(const json_t *row, char *out, size_t size)
{
    uint64_t lost = 0, delay_ms = 0, ago_ms = 0;

    out[0] = '\0';
    if (json_read_number(row, "lost", &lost) &&
        json_read_number(row, "delay_ms", &delay_ms) &&
        json_read_number(row, "ago_ms", &ago_ms))
        (void)snprintf(out, size,
                       _("%" PRIu64 " of 100 parts of speech missing, "
                         "%" PRIu64 " ms late, told %" PRIu64 " s ago"),
                       lost, delay_ms, ago_ms / 1000);
}

static void print_row(struct chiboctl *ctl, const json_t *row)
{
    static const int widths[] = { 26, 18, 16, 0 };
    const char *word = json_string_value(json_object_get(row, "hears"));
    const char *spoken = word ? spoken_word(word) : NULL;
    char told[200];

    print_told(row, told, sizeof told);
    chiboctl_row(ctl,
                 json_pack("{s:s, s:s, s:s, s:s}", "name", name_of(ctl, row),
                           "label", label_of(ctl, row), "hears",
                           spoken ? _(spoken) : _("has told nothing yet"),
                           "told", told),
                 widths);
}

static void print_rows(struct chiboctl *ctl, const json_t *answer)
{
    const json_t *rows = json_object_get(answer, "devices");
    const json_t *row;
    uint64_t count = 0;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        if (ctl->is_json)
            chiboctl_row(ctl, json_deep_copy(row), NULL);
        else
            print_row(ctl, row);
    }
    if (ctl->is_json || !json_read_number(answer, "count", &count))
        return;
    if (count == 0)
        (void)printf("%s\n", _("nobody is in the meeting"));
    else if (count > json_array_size(rows))
        (void)printf(_("and %" PRIu64 " devices more\n"),
                     count - json_array_size(rows));
}

static int run_hearing(struct chiboctl *ctl)
{
    const struct register_meeting *meeting;
    json_t *answer = NULL;
    int code;

    if (!chiboctl_connect(ctl) ||
        !chiboctl_find_meeting(ctl, ctl->arguments[0], &meeting))
        return CHIBOCTL_FAILED;
    code = chiboctl_ask(ctl, "who_hears", &meeting->id, &answer);
    if (code == CHIBOCTL_OK)
        print_rows(ctl, answer);
    json_decref(answer);
    return code;
}

const struct chiboctl_command chiboctl_hearing_commands[] = {
    { "meeting", "hearing", "MEETING",
      N_("show how the devices in a meeting hear, the worst first"), NULL, 1, 1,
      run_hearing },
    { 0 }
};
