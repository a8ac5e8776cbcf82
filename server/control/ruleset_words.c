#include "server/control/ruleset_words.h"

#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>

#define _(text) gettext(text)

static void say_missing_or_wrong(const struct ruleset_fault *fault,
                                 char out[RULESET_WORDS_SIZE])
{
    const char *place = fault->place, *detail = fault->detail;

    switch (fault->kind) {
    case RULESET_FAULT_MISSING:
        (void)snprintf(out, RULESET_WORDS_SIZE, _("%s is missing: add it"),
                       place);
        return;
    case RULESET_FAULT_UNKNOWN:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("no rule is called %s: correct the name, or take it "
                         "out"),
                       place);
        return;
    case RULESET_FAULT_TYPE:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s has to be written like %s"), place, detail);
        return;
    case RULESET_FAULT_RANGE:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s has to be from %" PRId64 " to %" PRId64), place,
                       fault->min, fault->max);
        return;
    case RULESET_FAULT_TEXT:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s has to be a line of 1 to %" PRId64
                         " characters in composed form (NFC)"),
                       place, fault->max);
        return;
    case RULESET_FAULT_WORD:
        (void)snprintf(out, RULESET_WORDS_SIZE, _("%s has to be one of: %s"),
                       place, detail);
        return;
    case RULESET_FAULT_FRACTION:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s asks for more than the whole: nothing would ever "
                         "pass"),
                       place);
        return;
    case RULESET_FAULT_DATE:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s has to be a date such as 2026-07-26"), place);
        return;
    case RULESET_FAULT_NONE:
    case RULESET_FAULT_SIZE:
    case RULESET_FAULT_BYTES:
    case RULESET_FAULT_SYNTAX:
    case RULESET_FAULT_TWICE:
    case RULESET_FAULT_ORDER:
    case RULESET_FAULT_PAIRS:
    case RULESET_FAULT_SUM:
    case RULESET_FAULT_DIFFERS:
    case RULESET_FAULT_NEEDS:
    case RULESET_FAULT_UNCOUNTED:
        break;
    }
}

void ruleset_words(const struct ruleset_fault *fault,
                   char out[RULESET_WORDS_SIZE])
{
    const char *place = fault->place, *detail = fault->detail;

    out[0] = '\0';
    switch (fault->kind) {
    case RULESET_FAULT_SIZE:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("a ruleset has at most %" PRId64 " bytes"),
                       fault->max);
        return;
    case RULESET_FAULT_BYTES:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("a ruleset is text in one file, without @include"));
        return;
    case RULESET_FAULT_SYNTAX:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("this cannot be read (%s): look here and above for a "
                         "bracket, a quotation mark or = that is missing"),
                       detail);
        return;
    case RULESET_FAULT_TWICE:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s names the same thing twice: %s"), place, detail);
        return;
    case RULESET_FAULT_ORDER:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s: the numbers have to go down step by step, the "
                         "last to 0"),
                       place);
        return;
    case RULESET_FAULT_PAIRS:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s: these have to be pairs of numbers, the first of "
                         "each larger than the one before"),
                       place);
        return;
    case RULESET_FAULT_SUM:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s: the numbers have to add up to %" PRId64), place,
                       fault->max);
        return;
    case RULESET_FAULT_DIFFERS:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s and %s contradict each other: make them agree"),
                       place, detail);
        return;
    case RULESET_FAULT_NEEDS:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s decides nothing without %s: add that"), place,
                       detail);
        return;
    case RULESET_FAULT_UNCOUNTED:
        (void)snprintf(out, RULESET_WORDS_SIZE,
                       _("%s has a vote, but %s does not count it"), place,
                       detail);
        return;
    case RULESET_FAULT_NONE:
    case RULESET_FAULT_MISSING:
    case RULESET_FAULT_UNKNOWN:
    case RULESET_FAULT_TYPE:
    case RULESET_FAULT_RANGE:
    case RULESET_FAULT_TEXT:
    case RULESET_FAULT_WORD:
    case RULESET_FAULT_FRACTION:
    case RULESET_FAULT_DATE:
        say_missing_or_wrong(fault, out);
        break;
    }
}
