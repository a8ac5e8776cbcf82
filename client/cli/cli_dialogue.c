#include "client/cli/cli_dialogue_internal.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_devices.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_text.h"

#include <string.h>

enum { WRONG_MAX = 3 };

bool cli_dialogue_is_open(const struct cli_dialogue *dialogue)
{
    return dialogue->question != CLI_ASKS_NOTHING;
}

void cli_dialogue_end(struct cli_dialogue *dialogue)
{
    *dialogue = (struct cli_dialogue){ .kind = CLI_DIALOGUE_NONE };
}

static void put_label(const struct meeting_view *view, const struct key *key,
                      FILE *out)
{
    const struct register_device *device =
        register_state_device(view->org, key);
    struct text_view label = cli_device_label(view, device);

    (void)fprintf(out, "%.*s", (int)label.size, label.data);
}

void cli_dialogue_put_device(const struct meeting_view *view,
                             const struct key *key, FILE *out)
{
    const struct cli_device_name name =
        cli_device_name(view, register_state_device(view->org, key));

    cli_capitalized_write(name.text, strlen(name.text), out);
}

/* --- comparing a code ---------------------------------------------------- */

/*
 * The last group is left out on this side: it can only be typed by somebody who
 * has it from the other side.
 */
static void ask_for_code(struct cli_dialogue *dialogue,
                         const struct meeting_view *view, FILE *out)
{
    const bool is_own = dialogue->kind == CLI_DIALOGUE_ADD;

    dialogue->question = CLI_ASKS_CODE;
    cli_dialogue_put_device(view, &dialogue->device, out);
    (void)fputs(_("\nIts code as it has come to this computer, but for the "
                  "last group:\n"),
                out);
    cli_code_write(&dialogue->device, CLI_CODE_GROUPS - 1, out);
    (void)fprintf(out, _("    group %d:  to be typed by you\n"),
                  CLI_CODE_GROUPS);
    if (is_own)
        (void)fputs(_("Compare it with the code that the new device shows "
                      "itself (chibo whoami).\n"),
                    out);
    else if (dialogue->how == VOUCH_SIGHT)
        (void)fputs(_("Compare it, group by group, with the code on the "
                      "other's own screen.\n(/code shows it there.)\n"),
                    out);
    else
        (void)fputs(_("Ask to have the code read out, and compare it group by "
                      "group.\n(/code shows it on the other's screen. You must "
                      "know the voice.)\n"),
                    out);
    (void)fprintf(out,
                  _("If the four groups are the same, type the four digits of "
                    "group %d,\nas you see or hear them from there. If "
                    "anything differs: /cancel\n"),
                  CLI_CODE_GROUPS);
}

/* The last group of what was typed: four digits, or the whole code. */
static bool read_code(const char *line, char digits[DEVICE_CODE_SIZE],
                      size_t *count)
{
    *count = 0;
    for (; *line != '\0'; line++) {
        if (*line == ' ' || *line == '\t')
            continue;
        if (*line < '0' || *line > '9' || *count + 1 == DEVICE_CODE_SIZE)
            return false;
        digits[(*count)++] = *line;
    }
    digits[*count] = '\0';
    return *count == CLI_CODE_GROUP_SIZE ||
           *count == CLI_CODE_GROUP_SIZE * CLI_CODE_GROUPS;
}

/* Does the code end with these digits, read without its spaces? */
static bool fits(const struct key *device, const char *digits, size_t count)
{
    const struct device_code code = device_code_of(device);
    const char *at = code.text + strlen(code.text);

    while (count > 0) {
        at--;
        if (*at == ' ')
            continue;
        if (*at != digits[--count])
            return false;
    }
    return true;
}

static void warn_of_stranger(struct cli_dialogue *dialogue,
                             const struct meeting_view *view, FILE *out)
{
    (void)fprintf(
        out,
        _("WARNING: three times the code was not the same.\nSomebody may stand "
          "in between, with a device that is not of %s.\nNothing was signed. "
          "Do not try again over the same line: meet, or call on a\nnumber "
          "that you know. Tell the chair and the administrator.\n"),
        cli_who(view, &dialogue->holder).text);
    cli_dialogue_end(dialogue);
}

json_t *cli_dialogue_command(const struct meeting_view *view, const char *op,
                             const struct key *device)
{
    char hex[HEX_SIZE(KEY_SIZE)];

    hex_encode(device->bytes, KEY_SIZE, hex);
    return json_pack("{s:s, s:s, s:s}", "op", op, "log",
                     view->organisation.text, "device", hex);
}

static json_t *signed_command(const struct cli_dialogue *dialogue,
                              const struct meeting_view *view)
{
    const bool is_own = dialogue->kind == CLI_DIALOGUE_ADD;
    json_t *command = cli_dialogue_command(
        view, is_own ? "add_device" : "vouch_device", &dialogue->device);
    struct text_view label = meeting_view_device_label(view, &dialogue->device);

    if (is_own && label.data) {
        (void)json_object_set_new(command, "label",
                                  json_stringn(label.data, label.size));
    } else {
        (void)json_object_set_new(command, "holder",
                                  json_string(dialogue->holder.text));
        (void)json_object_set_new(
            command, "how",
            json_string(enum_word(&vouch_way_words, (int)dialogue->how)));
    }
    return command;
}

static json_t *take_code(struct cli_dialogue *dialogue,
                         const struct meeting_view *view, const char *line,
                         FILE *out)
{
    char digits[DEVICE_CODE_SIZE];
    json_t *command;
    size_t count;

    if (!read_code(line, digits, &count)) {
        (void)fputs(_("Type the four digits of the last group, or /cancel\n"),
                    out);
        return NULL;
    }
    if (fits(&dialogue->device, digits, count)) {
        command = signed_command(dialogue, view);
        cli_dialogue_end(dialogue);
        return command;
    }
    if (++dialogue->wrong_count == WRONG_MAX)
        warn_of_stranger(dialogue, view, out);
    else
        (void)fprintf(
            out,
            _("That is not what has come to this computer. Have it read once "
              "more, slowly,\nand type it again (try %d of %d), or /cancel\n"),
            dialogue->wrong_count + 1, WRONG_MAX);
    return NULL;
}

/* --- which device, and how ----------------------------------------------- */

static void ask_how(struct cli_dialogue *dialogue,
                    const struct meeting_view *view, FILE *out)
{
    if (dialogue->kind == CLI_DIALOGUE_ADD || dialogue->how) {
        ask_for_code(dialogue, view, out);
        return;
    }
    dialogue->question = CLI_ASKS_HOW;
    (void)fputs(_("How do you compare?\n  Type 1: I see the other's screen "
                  "with my own eyes.\n  Type 2: the code is read out to me by "
                  "a voice that I know.\n"),
                out);
}

static void take_how(struct cli_dialogue *dialogue,
                     const struct meeting_view *view, const char *line,
                     FILE *out)
{
    static const char *const sight[] = { "1", "sight", "nhin", "tanmat", NULL };
    static const char *const voice[] = { "2",   "voice", "nghe",
                                         "doc", "tieng", NULL };

    if (cli_is_word(line, sight))
        dialogue->how = VOUCH_SIGHT;
    else if (cli_is_word(line, voice))
        dialogue->how = VOUCH_VOICE;
    ask_how(dialogue, view, out);
}

static void choose(struct cli_dialogue *dialogue,
                   const struct meeting_view *view, size_t choice, FILE *out)
{
    dialogue->device = dialogue->choices[choice];
    ask_how(dialogue, view, out);
}

static void ask_which(struct cli_dialogue *dialogue,
                      const struct meeting_view *view, FILE *out)
{
    size_t i;

    if (dialogue->choice_count == 1) {
        choose(dialogue, view, 0, out);
        return;
    }
    dialogue->question = CLI_ASKS_WHICH;
    (void)fprintf(out, _("%s has several new devices:\n"),
                  cli_who(view, &dialogue->holder).text);
    for (i = 0; i < dialogue->choice_count; i++) {
        (void)fprintf(out, "  %zu. ", i + 1);
        put_label(view, &dialogue->choices[i], out);
        (void)fputc('\n', out);
    }
    (void)fputs(_("Which one? Type its number, or /cancel\n"), out);
}

static void take_which(struct cli_dialogue *dialogue,
                       const struct meeting_view *view, const char *line,
                       FILE *out)
{
    uint64_t number;

    if (cli_number(line, dialogue->choice_count, &number) && number > 0)
        choose(dialogue, view, (size_t)number - 1, out);
    else
        ask_which(dialogue, view, out);
}

/* --- vouching for others ------------------------------------------------- */

static void find_choices(struct cli_dialogue *dialogue,
                         const struct meeting_view *view,
                         const struct register_device *own)
{
    size_t i;

    dialogue->choice_count = 0;
    for (i = 0; i < view->org->device_count; i++) {
        const struct register_device *device = &view->org->devices[i];

        if (!device->is_revoked &&
            identifier_equal(&device->holder, &dialogue->holder) &&
            register_state_vouch_refusal(view->org, own, device) ==
                REFUSAL_NONE &&
            dialogue->choice_count < CLI_CHOICES_MAX)
            dialogue->choices[dialogue->choice_count++] = device->key;
    }
}

/* What stands against vouching for this holder's devices, none of which can be
 * chosen; what one did oneself first. REFUSAL_NONE: there is no device. */
static enum refusal_code what_is_against(const struct meeting_view *view,
                                         const struct register_device *own,
                                         const struct identifier *holder)
{
    enum refusal_code found = REFUSAL_NONE;
    size_t i;

    for (i = 0; i < view->org->device_count; i++) {
        const struct register_device *device = &view->org->devices[i];

        if (!device->is_revoked && identifier_equal(&device->holder, holder) &&
            found != REFUSAL_EXISTS)
            found = register_state_vouch_refusal(view->org, own, device);
    }
    return found;
}

static void say_no_choice(const struct meeting_view *view,
                          const struct register_device *own,
                          const struct identifier *holder, FILE *out)
{
    const struct cli_who who = cli_who(view, holder);

    switch ((int)what_is_against(view, own, holder)) {
    case REFUSAL_NONE:
        (void)fprintf(out, _("%s has no device yet: /invite makes a link.\n"),
                      who.text);
        break;
    case REFUSAL_VOUCHED_ALREADY:
        (void)fprintf(out, _("All devices of %s are vouched for already.\n"),
                      who.text);
        break;
    case REFUSAL_EXISTS:
        (void)fprintf(out,
                      _("You have vouched for the device of %s already; now it "
                        "is somebody else's turn.\n"),
                      who.text);
        break;
    case REFUSAL_NOT_VOUCHED:
        (void)fputs(_("This device is not vouched for itself, so it cannot "
                      "vouch for others yet.\nTwo members compare its code "
                      "(/code) and vouch for it (/vouch).\n"),
                    out);
        break;
    default:
        (void)fputs(_("Only members of the Party vouch for devices.\n"), out);
        break;
    }
}

static bool is_founding(const struct meeting_view *view,
                        const struct register_device *own,
                        const struct cli_dialogue *dialogue)
{
    const struct register_device *device =
        register_state_device(view->org, &dialogue->choices[0]);

    return register_state_is_founding(view->org, own, device);
}

const struct register_device *cli_dialogue_own(const struct meeting_view *view,
                                               FILE *out)
{
    const struct register_device *own = cli_own_device(view);

    if (!own)
        (void)fputs(_("The list of devices is not here yet: try again in a "
                      "moment.\n"),
                    out);
    return own;
}

void cli_dialogue_vouch(struct cli_dialogue *dialogue,
                        const struct meeting_view *view,
                        const struct identifier *holder, enum vouch_way how,
                        FILE *out)
{
    const struct register_device *own = cli_dialogue_own(view, out);

    *dialogue = (struct cli_dialogue){ .kind = CLI_DIALOGUE_VOUCH,
                                       .holder = *holder,
                                       .how = how };
    if (!own) {
        cli_dialogue_end(dialogue);
        return;
    }
    if (identifier_equal(holder, &view->me)) {
        (void)fputs(_("Others vouch for your device.\nAnother device of your "
                      "own is added by: chibo device-add\n"),
                    out);
        cli_dialogue_end(dialogue);
        return;
    }
    find_choices(dialogue, view, own);
    if (dialogue->choice_count == 0) {
        say_no_choice(view, own, holder, out);
        cli_dialogue_end(dialogue);
        return;
    }
    if (is_founding(view, own, dialogue))
        (void)fprintf(
            out,
            _("This cell has not met yet, so its members compare in "
              "pairs:\nyou compare the device of %s,\nwho then compares "
              "yours. Then both devices are vouched for.\n"),
            cli_who(view, holder).text);
    ask_which(dialogue, view, out);
}

/* --- a device of one's own ----------------------------------------------- */

void cli_dialogue_add(struct cli_dialogue *dialogue,
                      const struct meeting_view *view, const struct key *device,
                      FILE *out)
{
    const struct register_device *own = cli_dialogue_own(view, out);
    size_t i;

    *dialogue =
        (struct cli_dialogue){ .kind = CLI_DIALOGUE_ADD, .holder = view->me };
    for (i = 0; own && i < view->org->device_count; i++) {
        const struct register_device *row = &view->org->devices[i];

        if (!row->is_revoked && !row->is_vouched && row != own &&
            identifier_equal(&row->holder, &view->me) &&
            (!device || key_equal(&row->key, device)) &&
            dialogue->choice_count < CLI_CHOICES_MAX)
            dialogue->choices[dialogue->choice_count++] = row->key;
    }
    if (dialogue->choice_count > 0)
        ask_which(dialogue, view, out);
    else
        cli_dialogue_end(dialogue);
}

/* --- answers ------------------------------------------------------------- */

void cli_dialogue_cancel(struct cli_dialogue *dialogue, FILE *out)
{
    const bool has_compared = dialogue->question == CLI_ASKS_CODE;

    cli_dialogue_end(dialogue);
    (void)fputs(_("Nothing was done.\n"), out);
    if (has_compared)
        (void)fputs(_("If the codes really differ, somebody may stand in "
                      "between: tell the chair\nand the administrator, and "
                      "compare where you can see each other.\n"),
                    out);
}

json_t *cli_dialogue_take(struct cli_dialogue *dialogue,
                          const struct meeting_view *view, const char *line,
                          FILE *out)
{
    /* The register was left. */
    if (!view->org && dialogue->kind != CLI_DIALOGUE_RESTORE) {
        cli_dialogue_cancel(dialogue, out);
        return NULL;
    }
    switch (dialogue->question) {
    case CLI_ASKS_NOTHING:
        break;
    case CLI_ASKS_WHICH:
        take_which(dialogue, view, line, out);
        break;
    case CLI_ASKS_HOW:
        take_how(dialogue, view, line, out);
        break;
    case CLI_ASKS_CODE:
        return take_code(dialogue, view, line, out);
    case CLI_ASKS_YES:
        return cli_dialogue_take_yes(dialogue, view, line, out);
    }
    return NULL;
}
