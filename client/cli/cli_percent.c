#include "client/cli/cli_percent.h"

#include "client/cli/cli_text.h"

#include <inttypes.h>
#include <stdio.h>

struct cli_percent cli_percent(uint64_t part, uint64_t whole)
{
    struct cli_percent percent = { "–" };
    uint64_t hundredths;

    if (whole == 0)
        return percent;
    /* part * 10000 / whole, rounded: twice that and one, halved. */
    hundredths = (part * 20000 / whole + 1) / 2;
    (void)snprintf(percent.text, sizeof percent.text,
                   /* the sign before decimals */
                   _("%" PRIu64 ".%02" PRIu64 " %%"), hundredths / 100,
                   hundredths % 100);
    return percent;
}
