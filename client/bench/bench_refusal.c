#include "client/bench/bench_refusal.h"

#include "client/bench/bench_words.h"
#include "protocol/base/text.h"
#include "protocol/meeting/refusal.h"
#include "protocol/program/rule_words.h"

#include <stdbool.h>
#include <string.h>

struct sentence {
    char *text;
    size_t size, length;
    bool is_cut;
};

static void add(struct sentence *sentence, const char *text, size_t length)
{
    const size_t room = sentence->size - 1 - sentence->length;
    const size_t taken = length < room ? length : room;

    memcpy(sentence->text + sentence->length, text, taken);
    sentence->length += taken;
    sentence->text[sentence->length] = '\0';
    sentence->is_cut |= taken < length;
}

/* The argument whose name stands in braces at `name`, a rule by its name; NULL:
 * there is none. */
static const char *argument(const json_t *args, const char *name, size_t length)
{
    char key[32];
    const char *text;

    if (length >= sizeof key)
        return NULL;
    memcpy(key, name, length);
    key[length] = '\0';
    text = json_string_value(json_object_get(args, key));
    return text && strcmp(key, "rule") == 0
               ? rule_words(rule_id_read(text_view_of(text)), text)
               : text;
}

static void fill(struct sentence *sentence, const char *message,
                 const json_t *args)
{
    const char *open;

    while ((open = strchr(message, '{'))) {
        const char *close = strchr(open, '}');
        const char *value;

        if (!close)
            break;
        value = argument(args, open + 1, (size_t)(close - open - 1));
        add(sentence, message, (size_t)(open - message));
        add(sentence, value ? value : "?", value ? strlen(value) : 1);
        message = close + 1;
    }
    add(sentence, message, strlen(message));
}

/* No half character stands at the end of what was cut off: the last one goes.
 */
static void cut_clean(struct sentence *sentence)
{
    size_t length = sentence->length;

    if (!sentence->is_cut)
        return;
    while (length > 0 && (sentence->text[length - 1] & 0xC0) == 0x80)
        length--;
    if (length > 0)
        sentence->text[length - 1] = '\0';
}

void bench_refusal_words(const json_t *error, char *out, size_t size)
{
    struct sentence sentence = { .text = out, .size = size };
    const char *code = json_string_value(json_object_get(error, "code"));
    const char *message = json_string_value(json_object_get(error, "message"));
    const enum refusal_code known =
        code ? refusal_code_of(text_view_of(code)) : REFUSAL_NONE;

    out[0] = '\0';
    if (known != REFUSAL_NONE)
        fill(&sentence, gettext(refusal_message(known)),
             json_object_get(error, "args"));
    else
        add(&sentence, message ? message : "?", message ? strlen(message) : 1);
    cut_clean(&sentence);
}
