#include "client/cli/cli_hearing_text.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/meeting/spoken_words.h"
#include "protocol/wire/hearing_report.h"
#include "protocol/wire/json_read.h"

#include <inttypes.h>

enum { LINE_SIZE = 1000 };

static enum hearing_grade grade_of(const json_t *row)
{
    const char *word = json_string_value(json_object_get(row, "hears"));

    return word ? (enum hearing_grade)enum_value(&hearing_grade_words,
                                                 text_view_of(word))
                : HEARING_NONE;
}

static void put_device(const struct meeting_view *view, const json_t *row,
                       FILE *out)
{
    uint64_t lost = 0, delay_ms = 0, ago_ms = 0;
    struct identifier holder;
    char line[LINE_SIZE];

    if (!json_read_id(row, "holder", &holder) ||
        !json_read_number(row, "lost", &lost) ||
        !json_read_number(row, "delay_ms", &delay_ms) ||
        !json_read_number(row, "ago_ms", &ago_ms))
        return;
    (void)snprintf(line, sizeof line,
                   _("%s %s: %" PRIu64 " of 100 parts of speech missing, "
                     "%" PRIu64 " ms late, told %" PRIu64 " s ago"),
                   cli_who(view, &holder).text,
                   _(spoken_value(&hearing_grade_words, (int)grade_of(row))),
                   lost, delay_ms, ago_ms / 1000);
    cli_paragraph_write(line, out);
}

void cli_hearing_write(const struct meeting_view *view, const json_t *answer,
                       FILE *out)
{
    const json_t *rows = json_object_get(answer, "devices");
    const json_t *row;
    size_t i, well = 0, unknown = 0;
    char line[LINE_SIZE];

    json_array_foreach(rows, i, row)
    {
        const enum hearing_grade grade = grade_of(row);

        well += grade == HEARING_WELL;
        unknown += grade == HEARING_NONE;
        if (grade != HEARING_WELL && grade != HEARING_NONE)
            put_device(view, row, out);
    }
    (void)snprintf(line, sizeof line,
                   _("Devices that hear well: %zu; of which nothing is known "
                     "yet: %zu."),
                   well, unknown);
    cli_paragraph_write(line, out);
}
