#include "protocol/document/shipped_template.h"

#include "protocol/base/embedded_text.h"

#include <string.h>

#define FOLDER "config/templates/documents/"
#define EMBED(name) EMBED_TEXT(shipped_##name, FOLDER #name ".mustache")

EMBED(attendance);
EMBED(attendance_form);
EMBED(ballot_agree);
EMBED(ballot_choice);
EMBED(ballot_confidence);
EMBED(ballot_rating);
EMBED(ballot_surplus);
EMBED(minutes);
EMBED(notice);
EMBED(resolution);
EMBED(tally);
EMBED(tasks);
EMBED(voting);

bool shipped_template_is(const char *name, struct text_view text)
{
#define SHIPPED(name)                                                          \
    {                                                                          \
#name, shipped_##name                                                  \
    }
    static const struct {
        const char *name, *text;
    } shipped[] = {
        SHIPPED(attendance),
        SHIPPED(attendance_form),
        SHIPPED(ballot_agree),
        SHIPPED(ballot_choice),
        SHIPPED(ballot_confidence),
        SHIPPED(ballot_rating),
        SHIPPED(ballot_surplus),
        SHIPPED(minutes),
        SHIPPED(notice),
        SHIPPED(resolution),
        SHIPPED(tally),
        SHIPPED(tasks),
        SHIPPED(voting),
    };
#undef SHIPPED
    size_t i;

    for (i = 0; i < sizeof shipped / sizeof shipped[0]; i++)
        if (strcmp(shipped[i].name, name) == 0)
            return text_view_is(text, shipped[i].text);
    return false;
}
