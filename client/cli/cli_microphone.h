/*
 * How the microphone is used in meetings, as far as somebody has chosen it in
 * his profile; a hall's device has a profile of its own, and other needs. Main
 * thread; nothing to be released.
 */
#ifndef CLIENT_CLI_CLI_MICROPHONE_H
#define CLIENT_CLI_CLI_MICROPHONE_H

#include "client/audio/voice.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdio.h>

/* What can be chosen, by its name in the file and on the command line. */
enum cli_microphone_field {
    CLI_MICROPHONE_MODE,    /* "button", "open" */
    CLI_MICROPHONE_ECHO,    /* "off", "room", "hall": how long echoes last */
    CLI_MICROPHONE_NOISE,   /* "on": reduced, "off" */
    CLI_MICROPHONE_GAIN,    /* "auto", "off", or dB: "12", "-6" */
    CLI_MICROPHONE_SILENCE, /* "on": an open one sends it, "off" */
    CLI_MICROPHONE_FIELDS
};
const char *cli_microphone_field_name(enum cli_microphone_field field);

/* "": not chosen, what is usual for who joins. Zeroed: nothing is. */
enum { CLI_MICROPHONE_WORD_SIZE = 8 };
struct cli_microphone {
    char words[CLI_MICROPHONE_FIELDS][CLI_MICROPHONE_WORD_SIZE];
};

/* "default" takes the choice back. False: no such word for this. */
MUST_USE bool cli_microphone_choose(struct cli_microphone *microphone,
                                    enum cli_microphone_field field,
                                    const char *word);
/* {"mode":"open"}, of what is chosen; a new reference, NULL without memory. */
json_t *cli_microphone_json(const struct cli_microphone *microphone);
/* False, and `out` is untouched, if it is none; `object` may be NULL, for
 * nothing chosen. */
MUST_USE bool cli_microphone_read(const json_t *object,
                                  struct cli_microphone *out);

struct cli_microphone_use {
    enum voice_mode mode;
    struct voice_processing_settings processing;
    bool sends_only_activity;
};
/* What is chosen, and for the rest: a member has a button and the echoes of a
 * room, a site an open microphone and those of a hall. */
struct cli_microphone_use
cli_microphone_use(const struct cli_microphone *microphone, bool is_site);

/* A sentence: "open, echoes as in a hall are taken out, …". */
void cli_microphone_write(const struct cli_microphone_use *use, FILE *out);

#endif
