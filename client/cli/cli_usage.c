#include "client/cli/cli_usage.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The list, in parts: who leads and who enters what others do see theirs. */
static const char everybody_part[] =
    N_("What you type is said to all. Commands:\n"
       "  /hand  /lower                raise and lower your hand\n"
       "  /talk                        microphone on and off\n"
       "  /end                         give the floor back\n"
       "  /vote yes|no|other|abstain   in the vote that is open\n"
       "  /roll /agenda /hands /votes /notes   show what there is\n"
       "  /here                        I attend on this device\n"
       "  /mute  /unmute               yourself\n"
       "  /speak FILE                  say a sound file\n"
       "  /audio [NUMBER]              microphones and loudspeakers; use one\n"
       "  /level                       how loud you are, and what you hear\n"
       "  /minutes                     show the minutes\n"
       "  /quit                        leave\n");
static const char chair_part[] =
    N_("For the chair:\n"
       "  /lobby  /declare-open  /admit NAME|all  /turn-away NAME: REASON\n"
       "  /open  /adjourn  /resume  /close  /take-chair\n"
       "  /floor NAME [MINUTES]  /extend MINUTES  /end  /mute NAME\n"
       "  /item NUMBER  /end-item  /add-item TITLE\n"
       "  /motion TEXT  /close-vote  /cancel-vote REASON\n"
       "  /record on|off  /record-meeting on|off  /minute-taker NAME\n"
       "  /share-minutes\n");
static const char entering_part[] =
    N_("For the minute-taker and sites:\n"
       "  /tick NAME [SITE|radio]  /untick NAME  /confirm-roll\n"
       "  /absent NAME excused|unexcused REASON\n"
       "  /hall YES NO OTHER ABSTAIN [SITE]\n"
       "  /note TEXT  /edit e3 TEXT  /remove e3\n");
static const char end_part[] = N_(
    "In a secret ballot (more: /help ballot):\n"
    "  /ballot                      how far it is, and the result\n"
    "  /take-ballot                 get a ballot on this device\n"
    "  /cast                        mark the ballot and cast it\n"
    "More: /help all, floor, votes, elections, ballot, agenda, roll, rooms,\n"
    "      score, minutes, devices, sound, connection; or /help and a\n"
    "      command\n"
    "A name may be shortened and typed without marks, or be an id.\n");
static const char devices_part[] =
    N_("About devices and what is confirmed:\n"
       "  /code                        the code of this device\n"
       "  /devices [NAME]              your devices, or another's\n"
       "  /vouch NAME [sight|voice]    compare a device and vouch for it\n"
       "  /confirmed                   whose devices confirmed the record\n"
       "  /invite NAME [no-qr]         a link to enrol a device (officers)\n"
       "  /revoke NAME NUMBER [REASON] take back a lost device\n"
       "  /restored                    chair and minute-taker: go on after a\n"
       "                               loss\n"
       "  /cancel                      what is being asked\n");

/* --- topics --------------------------------------------------------------- */

const char *cli_usage_help(const char *topic)
{
    static const char *const ballot[] = { "ballot", "phieu", "phieu kin",
                                          "bo phieu kin", NULL };
    static const char *const kinds[] = { "rooms",   "groups", "phong",
                                         "to dang", "todang", NULL };
    static const char *const elections[] = { "elections", "election", "bau cu",
                                             "baucu", NULL };
    static const char *const minutes[] = { "minutes", "bienban", "bien ban",
                                           NULL };
    static const char *const writing[] = { "writing", "ghibienban",
                                           "soanbienban", NULL };
    static const char *const roll[] = { "roll", "diemdanh", "diem danh", NULL };
    static const char *const score[] = { "score", "diem", "cham diem",
                                         "chamdiem", NULL };
    static const char *const floor[] = { "floor", "phatbieu", "dieuhanh",
                                         NULL };
    static const char *const votes[] = { "votes", "vote", "bieuquyet",
                                         "bieu quyet", NULL };
    static const char *const agenda[] = { "agenda",    "chuongtrinh", "tailieu",
                                          "documents", "tasks",       "nhiemvu",
                                          NULL };
    static const char *const devices[] = { "devices", "thietbi", "thiet bi",
                                           NULL };

    static const char *const sound[] = { "sound", "amthanh", "am thanh", NULL };
    static const char *const line[] = { "connection", "duongtruyen",
                                        "duong truyen", NULL };

    if (cli_is_word(topic, sound))
        return cli_sound_help();
    if (cli_is_word(topic, line))
        return cli_line_help();
    if (cli_is_word(topic, minutes))
        return cli_minutes_help();
    if (cli_is_word(topic, writing))
        return cli_writing_help();
    if (cli_is_word(topic, elections))
        return cli_elect_help();
    if (cli_is_word(topic, score))
        return cli_score_help();
    if (cli_is_word(topic, kinds))
        return cli_kinds_help();
    if (cli_is_word(topic, roll))
        return cli_roll_help();
    if (cli_is_word(topic, floor))
        return cli_floor_help();
    if (cli_is_word(topic, votes))
        return cli_votes_help();
    if (cli_is_word(topic, agenda))
        return cli_agenda_help();
    if (cli_is_word(topic, ballot))
        return cli_ballot_help();
    return cli_is_word(topic, devices) ? _(devices_part) : NULL;
}

/* --- one command -----------------------------------------------------------
 */

enum { LIKE_MAX = 4 };

static const char *everybody(void) { return _(everybody_part); }
static const char *chair(void) { return _(chair_part); }
static const char *entering(void) { return _(entering_part); }
static const char *end(void) { return _(end_part); }
static const char *devices(void) { return _(devices_part); }

static const char *(*const texts[])(void) = {
    everybody,      chair,           entering,       end,
    devices,        cli_roll_help,   cli_floor_help, cli_agenda_help,
    cli_votes_help, cli_ballot_help, cli_elect_help, cli_minutes_help,
    cli_score_help, cli_kinds_help,  cli_sound_help, cli_line_help
};

/* The word of a command, which begins with "/" here, plain. */
static void word_at(const char *at, char out[CLI_WORD_SIZE])
{
    char word[CLI_WORD_SIZE];
    size_t size = strcspn(at + 1, " \n,;.)");

    if (size >= sizeof word)
        size = sizeof word - 1;
    memcpy(word, at + 1, size);
    word[size] = '\0';
    cli_plain_word(word, out, CLI_WORD_SIZE);
}

/* The next command that is named in a line, or NULL. */
static const char *next_command(const char *at, const char *end)
{
    for (; at < end; at++)
        if (*at == '/' && at[-1] == ' ')
            return at;
    return NULL;
}

/* The end of this line and of those that go on with what it says. */
static const char *end_of_entry(const char *line)
{
    const char *end = line;

    do {
        end += strcspn(end, "\n");
        end += *end == '\n' ? 1 : 0;
    } while (strspn(end, " ") > 4);
    return end;
}

/* Where the form of a command ends among others in a line. */
static const char *end_of_form(const char *at, const char *end)
{
    const char *next = next_command(at + 1, end);
    const char *gap = strstr(at, "  ");

    if (gap && gap < end && (!next || gap < next))
        return gap;
    return next ? next : end;
}

/* What is told about one command. */
struct usage {
    const char *const *words;
    char *text;
    size_t size;
    FILE *out;
};

/* Does the text that there is say this already? */
static bool is_told(struct usage *usage, const char *form, size_t size)
{
    return fflush(usage->out) == 0 && usage->text &&
           memmem(usage->text, usage->size, form, size) != NULL;
}

static void put_line(struct usage *usage, const char *line)
{
    const char *end = line + strcspn(line, "\n");
    const char *first = next_command(line + 1, end);
    const bool is_alone = first && !next_command(first + 1, end);
    const char *at;
    char word[CLI_WORD_SIZE];

    for (at = first; at; at = next_command(at + 1, end)) {
        const char *stop = end_of_form(at, end);

        word_at(at, word);
        if (!cli_is_word(word, usage->words) || (is_alone && at != line + 2))
            continue;
        while (stop > at && stop[-1] == ' ')
            stop--;
        if (is_told(usage, at, (size_t)(stop - at)))
            continue;
        if (is_alone)
            (void)fwrite(line, 1, (size_t)(end_of_entry(line) - line),
                         usage->out);
        else
            (void)fprintf(usage->out, "  %.*s\n", (int)(stop - at), at);
    }
}

bool cli_usage_write(const char *const *words, FILE *out)
{
    struct usage usage = { .words = words };
    bool is_put = false;
    size_t i;

    usage.out = open_memstream(&usage.text, &usage.size);
    for (i = 0; usage.out && i < sizeof texts / sizeof texts[0]; i++) {
        const char *line = texts[i]();

        while (*line != '\0') {
            if (line[0] == ' ')
                put_line(&usage, line);
            line += strcspn(line, "\n");
            line += *line == '\n' ? 1 : 0;
        }
    }
    if (usage.out && fclose(usage.out) == 0) {
        is_put = usage.size > 0;
        (void)fputs(usage.text, out);
    }
    free(usage.text);
    return is_put;
}

void cli_usage_like(const char *typed, char *out, size_t size)
{
    char plain[CLI_WORD_SIZE], word[CLI_WORD_SIZE];
    size_t i, used = 0, count = 0;

    cli_plain_word(typed, plain, sizeof plain);
    out[0] = '\0';
    for (i = 0; plain[0] != '\0' && i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = texts[i]();
        const char *end = text + strlen(text);
        const char *at;

        for (at = next_command(text + 1, end); at && count < LIKE_MAX;
             at = next_command(at + 1, end)) {
            const int length = (int)strcspn(at, " \n,;.)");
            char form[CLI_WORD_SIZE + 1];

            word_at(at, word);
            (void)snprintf(form, sizeof form, "%.*s", length, at);
            if (strncmp(word, plain, strlen(plain)) != 0 ||
                strstr(out, form) != NULL || used + strlen(form) + 3 > size)
                continue;
            used += (size_t)snprintf(out + used, size - used, "%s%s",
                                     count > 0 ? ", " : "", form);
            count++;
        }
    }
}

static void put_list(unsigned roles, FILE *out)
{
    (void)fputs(everybody(), out);
    if (roles & CLI_USAGE_LEADING)
        (void)fputs(chair(), out);
    if (roles & CLI_USAGE_ENTERING)
        (void)fputs(entering(), out);
    (void)fputs(end(), out);
}

void cli_usage_show(const char *topic, unsigned roles, FILE *out)
{
    static const char *const all[] = { "all", "tatca", "tat ca", NULL };
    const struct cli_verb *verb = cli_verb_find(topic + (topic[0] == '/'));
    const char *text = cli_usage_help(topic);

    if (text)
        (void)fputs(text, out);
    else if (!verb || !cli_usage_write(verb->words, out))
        put_list(cli_is_word(topic, all) ? ~0U : roles, out);
}
