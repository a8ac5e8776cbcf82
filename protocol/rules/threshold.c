#include "protocol/rules/threshold.h"

#include "protocol/base/text_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Products of two 64-bit numbers are compared, so they need twice the width. */
__extension__ typedef unsigned __int128 wide;

bool threshold_is_met(const struct threshold *threshold, uint64_t yes,
                      uint64_t d)
{
    wide left = (wide)threshold->denominator * yes;
    wide right = (wide)threshold->numerator * d;

    if (d == 0)
        return false;
    return threshold->is_strict ? left > right : left >= right;
}

uint64_t threshold_need(const struct threshold *threshold, uint64_t d)
{
    wide product = (wide)threshold->numerator * d;
    wide need;

    if (d == 0 || threshold->denominator == 0)
        return 0;
    need = product / threshold->denominator;
    if (threshold->is_strict || product % threshold->denominator != 0)
        need++;
    return need <= d ? (uint64_t)need : 0;
}

static void write_factor(uint64_t factor, const char *name, char *out,
                         size_t size)
{
    if (factor == 1)
        (void)snprintf(out, size, "%s", name);
    else
        (void)snprintf(out, size, "%" PRIu64 "*%s", factor, name);
}

void threshold_text(const struct threshold *threshold,
                    char out[THRESHOLD_TEXT_SIZE])
{
    char left[28], right[28];

    write_factor(threshold->denominator, "yes", left, sizeof left);
    write_factor(threshold->numerator, "D", right, sizeof right);
    (void)snprintf(out, THRESHOLD_TEXT_SIZE, "%s %s %s", left,
                   threshold->is_strict ? ">" : ">=", right);
}

/* "5*yes", "yes": the factor and where the text goes on. */
static bool take_factor(struct text_view *rest, const char *name,
                        uint64_t *factor)
{
    const size_t name_size = strlen(name);
    size_t digits = 0;

    while (digits < rest->size && rest->data[digits] >= '0' &&
           rest->data[digits] <= '9')
        digits++;
    *factor = 1;
    if (digits > 0) {
        const struct text_view number = { rest->data, digits };

        if (!text_parse_number(number, factor) || digits == rest->size ||
            rest->data[digits] != '*')
            return false;
        digits++;
    }
    if (rest->size - digits < name_size ||
        memcmp(&rest->data[digits], name, name_size) != 0)
        return false;
    rest->data += digits + name_size;
    rest->size -= digits + name_size;
    return true;
}

enum result threshold_parse(struct text_view text, struct threshold *out)
{
    struct text_view rest = text;
    struct threshold threshold = { .is_strict = false };
    char again[THRESHOLD_TEXT_SIZE];
    uint64_t ignored;

    if (!take_factor(&rest, "yes", &threshold.denominator))
        return RESULT_MALFORMED;
    threshold.is_strict = rest.size > 2 && rest.data[2] == ' ';
    if (!(threshold.is_strict ? take_factor(&rest, " > ", &ignored)
                              : take_factor(&rest, " >= ", &ignored)) ||
        !take_factor(&rest, "D", &threshold.numerator) || rest.size > 0)
        return RESULT_MALFORMED;
    /* One way to write each test: no leading zero, no factor of one. */
    threshold_text(&threshold, again);
    if (!text_view_is(text, again))
        return RESULT_MALFORMED;
    *out = threshold;
    return RESULT_OK;
}
