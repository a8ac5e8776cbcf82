#include "client/cli/cli_microphone.h"

#include "client/cli/cli_text.h"
#include "protocol/base/text_fields.h"

#include <string.h>

static const struct {
    const char *name;
    const char *words[4]; /* NULL ends them */
    const char *member, *site;
} fields[CLI_MICROPHONE_FIELDS] = {
    [CLI_MICROPHONE_MODE] = { "mode", { "button", "open" }, "button", "open" },
    [CLI_MICROPHONE_ECHO] = { "echo",
                              { "off", "room", "hall" },
                              "room",
                              "hall" },
    [CLI_MICROPHONE_NOISE] = { "noise", { "on", "off" }, "on", "on" },
    [CLI_MICROPHONE_GAIN] = { "gain", { "auto", "off" }, "auto", "auto" },
    [CLI_MICROPHONE_SILENCE] = { "silence", { "on", "off" }, "off", "off" },
};

const char *cli_microphone_field_name(enum cli_microphone_field field)
{
    return fields[field].name;
}

/* A whole number of dB that the voice takes: "6", "+6", "-6". */
static bool read_boost(const char *word, int *db)
{
    const bool is_negative = word[0] == '-';
    const size_t sign = is_negative || word[0] == '+' ? 1 : 0;
    const int64_t least = VOICE_BOOST_MIN_DB, most = VOICE_BOOST_MAX_DB;
    uint64_t size;
    int64_t value;

    if (!text_parse_number(text_view_of(word + sign), &size) ||
        size > (uint64_t)(most > -least ? most : -least))
        return false;
    value = is_negative ? -(int64_t)size : (int64_t)size;
    if (value < least || value > most)
        return false;
    *db = (int)value;
    return true;
}

static bool is_word(enum cli_microphone_field field, const char *word)
{
    int boost_db;

    for (size_t i = 0; fields[field].words[i]; i++)
        if (strcmp(fields[field].words[i], word) == 0)
            return true;
    return field == CLI_MICROPHONE_GAIN && read_boost(word, &boost_db);
}

bool cli_microphone_choose(struct cli_microphone *microphone,
                           enum cli_microphone_field field, const char *word)
{
    const size_t size = strlen(word) + 1;

    if (strcmp(word, "default") == 0) {
        microphone->words[field][0] = '\0';
        return true;
    }
    if (!is_word(field, word) || size > CLI_MICROPHONE_WORD_SIZE)
        return false;
    memcpy(microphone->words[field], word, size);
    return true;
}

json_t *cli_microphone_json(const struct cli_microphone *microphone)
{
    json_t *object = json_object();

    for (int field = 0; object && field < CLI_MICROPHONE_FIELDS; field++)
        if (microphone->words[field][0] != '\0' &&
            json_object_set_new(object, fields[field].name,
                                json_string(microphone->words[field])) != 0) {
            json_decref(object);
            return NULL;
        }
    return object;
}

bool cli_microphone_read(const json_t *object, struct cli_microphone *out)
{
    struct cli_microphone read = { { "" } };

    if (object && !json_is_object(object))
        return false;
    for (int field = 0; object && field < CLI_MICROPHONE_FIELDS; field++) {
        const json_t *value = json_object_get(object, fields[field].name);
        const char *word = json_string_value(value);

        if (value &&
            (!word || !cli_microphone_choose(
                          &read, (enum cli_microphone_field)field, word)))
            return false;
    }
    *out = read;
    return true;
}

/* --- what comes of it ----------------------------------------------------- */

static bool is(const struct cli_microphone *microphone, bool is_site,
               enum cli_microphone_field field, const char *word)
{
    const char *chosen = microphone->words[field];

    if (chosen[0] == '\0')
        chosen = is_site ? fields[field].site : fields[field].member;
    return strcmp(chosen, word) == 0;
}

struct cli_microphone_use
cli_microphone_use(const struct cli_microphone *microphone, bool is_site)
{
    const char *gain = microphone->words[CLI_MICROPHONE_GAIN];
    struct cli_microphone_use use = { .mode = VOICE_PUSH_TO_TALK };

    if (is(microphone, is_site, CLI_MICROPHONE_MODE, "open"))
        use.mode = VOICE_OPEN_MICROPHONE;
    use.processing.cancels_echo =
        !is(microphone, is_site, CLI_MICROPHONE_ECHO, "off");
    if (is(microphone, is_site, CLI_MICROPHONE_ECHO, "hall"))
        use.processing.echo_ms = VOICE_ECHO_HALL_MS;
    use.processing.reduces_noise =
        is(microphone, is_site, CLI_MICROPHONE_NOISE, "on");
    use.processing.adjusts_gain =
        is(microphone, is_site, CLI_MICROPHONE_GAIN, "auto");
    (void)read_boost(gain, &use.processing.boost_db); /* "auto", "off": none */
    use.sends_only_activity =
        is(microphone, is_site, CLI_MICROPHONE_SILENCE, "off");
    return use;
}

void cli_microphone_write(const struct cli_microphone_use *use, FILE *out)
{
    const struct voice_processing_settings *processing = &use->processing;

    (void)fputs(use->mode == VOICE_OPEN_MICROPHONE
                    ? _("open, switched on and off by /talk")
                    : _("with a button, which is /talk"),
                out);
    if (!processing->cancels_echo)
        (void)fputs(_("; echoes stay"), out);
    else
        (void)fputs(processing->echo_ms > VOICE_ECHO_ROOM_MS
                        ? _("; echoes as long as a hall's are taken out")
                        : _("; echoes as long as a room's are taken out"),
                    out);
    (void)fputs(processing->reduces_noise ? _("; noise is reduced")
                                          : _("; noise stays"),
                out);
    if (processing->adjusts_gain)
        (void)fputs(_("; the loudness is evened out"), out);
    else if (processing->boost_db > 0)
        (void)fprintf(out, _("; made louder by %d dB"), processing->boost_db);
    else if (processing->boost_db < 0)
        (void)fprintf(out, _("; made softer by %d dB"), -processing->boost_db);
    if (use->mode == VOICE_OPEN_MICROPHONE && !use->sends_only_activity)
        (void)fputs(_("; silence is sent, too"), out);
}
