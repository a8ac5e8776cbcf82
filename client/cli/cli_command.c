#include "client/cli/cli_command.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS_PER_MINUTE = 60000, MINUTES_MAX = 1440 };

char *cli_trim(char *text)
{
    char *end;

    text += strspn(text, " \t");
    end = text + strlen(text);
    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    return text;
}

/* Cuts the first word off; what follows it. */
char *cli_cut_word(char *text)
{
    char *end = text + strcspn(text, " \t");

    if (*end == '\0')
        return end;
    *end = '\0';
    return cli_trim(end + 1);
}

/* Takes the fields, a new reference or NULL, which get an op. */
void cli_reading_send(struct reading *r, const char *op, json_t *fields)
{
    if (!fields)
        return;
    (void)json_object_set_new(fields, "op", json_string(op));
    (void)json_object_set_new(fields, "log", json_string(r->meeting.text));
    r->out->command = fields;
    r->out->action = CLI_ACTION_SEND;
}

/* --- arguments ----------------------------------------------------------- */

static void tell_several(struct reading *r, enum cli_names_of whose,
                         const char *typed)
{
    char names[CLI_PROBLEM_SIZE / 2];

    cli_names_fitting(r->view, whose, typed, names, sizeof names);
    PROBLEM_NOW(r, _("\"%.60s\" fits several names: type more of it (%s)"),
                typed, names);
}

bool cli_reading_name(struct reading *r, enum cli_names_of whose,
                      const char *typed, struct identifier *out)
{
    enum cli_match match = cli_names_find(r->view, whose, typed, out);

    if (match == CLI_MATCH_ONE)
        return true;
    if (typed[0] == '\0')
        PROBLEM(r, "%s", _("a name is missing"));
    else if (match == CLI_MATCH_MANY)
        tell_several(r, whose, typed);
    else
        PROBLEM_NOW(r,
                    _("there is nobody called \"%.100s\" here: type the name, "
                      "a part of it, or the code, as /roll shows them (m7)"),
                    typed);
    return false;
}

bool cli_number(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    size_t i;

    for (i = 0; text[i] != '\0'; i++) {
        if (text[i] < '0' || text[i] > '9' || i > 8)
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    if (i == 0 || value > max)
        return false;
    *out = value;
    return true;
}

bool cli_reading_split(struct reading *r, enum cli_names_of whose, char *text,
                       struct identifier *out, char **more)
{
    char *end = text + strlen(text);
    char *cut = end; /* where the name ends for now */

    while (cli_names_find(r->view, whose, text, out) != CLI_MATCH_ONE) {
        char *space = cut;

        while (space > text && space[-1] != ' ')
            space--;
        if (cut != end)
            *cut = ' ';
        if (space == text)
            return false;
        cut = space - 1;
        *cut = '\0';
    }
    *more = cut == end ? end : cut + 1;
    return true;
}

bool cli_is_word(const char *typed, const char *const *words)
{
    char plain[CLI_WORD_SIZE];
    size_t i;

    cli_plain_word(typed, plain, sizeof plain);
    for (i = 0; words[i]; i++) {
        if (strcmp(words[i], plain) == 0)
            return true;
    }
    return false;
}

/* --- readers, one for each form of argument ------------------------------ */

static void read_nothing(struct reading *r, const char *op)
{
    cli_reading_send(r, op, json_object());
}

static void read_text(struct reading *r, const char *name, const char *op)
{
    if (r->rest[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else
        cli_reading_send(r, op, json_pack("{s:s}", name, r->rest));
}

static void read_chat(struct reading *r, const char *op)
{
    read_text(r, "text", op);
}

const struct meeting_item *cli_reading_item(const struct reading *r)
{
    return r->view->state ? meeting_state_started_item(r->view->state) : NULL;
}

/* A hand: one's own, or of a member who sits at this site. */
void cli_read_hand(struct reading *r, const char *op)
{
    struct identifier member = { "" };

    if (r->rest[0] != '\0' &&
        !cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        return;
    cli_reading_send(r, op, json_pack("{s:s}", "member", member.text));
}

void cli_read_member(struct reading *r, const char *op)
{
    struct identifier member;

    if (cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        cli_reading_send(r, op, json_pack("{s:s}", "member", member.text));
}

void cli_read_holder(struct reading *r, const char *op)
{
    struct identifier holder = r->view->me;

    if (r->rest[0] != '\0' &&
        !cli_reading_name(r, CLI_NAMES_BOTH, r->rest, &holder))
        return;
    cli_reading_send(r, op, json_pack("{s:s}", "holder", holder.text));
}

static bool is_anybody_waiting(const struct meeting_state *state)
{
    size_t i;

    for (i = 0; state && i < state->person_count; i++)
        if (state->people[i].holder.admission == ADMISSION_WAITING)
            return true;
    for (i = 0; state && i < state->site_count; i++)
        if (state->sites[i].holder.admission == ADMISSION_WAITING)
            return true;
    return false;
}

static void read_admit(struct reading *r, const char *op)
{
    static const char *const all[] = { "all", "tatca", "tat ca", NULL };
    struct identifier holder;

    if (cli_is_word(r->rest, all) && !is_anybody_waiting(r->view->state))
        PROBLEM_NOW(r, "%s", _("nobody is waiting in the lobby"));
    else if (cli_is_word(r->rest, all))
        cli_reading_send(r, "admit_all", json_object());
    else if (cli_reading_name(r, CLI_NAMES_BOTH, r->rest, &holder))
        cli_reading_send(r, op, json_pack("{s:s}", "holder", holder.text));
}

static void read_turn_away(struct reading *r, const char *op)
{
    char *colon = strchr(r->rest, ':');
    struct identifier holder;

    if (colon)
        *colon = '\0';
    if (cli_reading_name(r, CLI_NAMES_BOTH, cli_trim(r->rest), &holder))
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s}", "holder", holder.text,
                                   "reason", colon ? cli_trim(colon + 1) : ""));
}

static void read_floor(struct reading *r, const char *op)
{
    struct identifier member;
    uint64_t minutes = 0;
    char *more;

    if (!cli_reading_split(r, CLI_NAMES_MEMBERS, r->rest, &member, &more)) {
        /* A name that fits several is told without the minutes behind it. */
        more = strrchr(r->rest, ' ');
        if (more && cli_number(more + 1, MINUTES_MAX, &minutes))
            *more = '\0';
        (void)cli_reading_name(r, CLI_NAMES_MEMBERS, cli_trim(r->rest),
                               &member);
    } else if (more[0] != '\0' && !cli_number(more, MINUTES_MAX, &minutes))
        PROBLEM(r, _("\"%.60s\" is no number of minutes"), more);
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:I}", "member", member.text,
                                   "limit_ms",
                                   (json_int_t)minutes * MS_PER_MINUTE));
}

static void read_extend(struct reading *r, const char *op)
{
    uint64_t minutes;

    if (cli_number(r->rest, MINUTES_MAX, &minutes))
        cli_reading_send(r, op,
                         json_pack("{s:I}", "limit_ms",
                                   (json_int_t)minutes * MS_PER_MINUTE));
    else
        PROBLEM(r, "%s", _("how many minutes?"));
}

static void read_record(struct reading *r, const char *op)
{
    static const char *const on[] = { "on", "bat", "yes", "co", NULL };
    static const char *const off[] = { "off", "tat", "no", "khong", NULL };

    if (cli_is_word(r->rest, on) || cli_is_word(r->rest, off))
        cli_reading_send(
            r, op,
            json_pack("{s:b}", "allowed", (int)cli_is_word(r->rest, on)));
    else
        PROBLEM(r, "%s", _("on or off?"));
}

/* The server, not the members' own devices. */
static void read_record_meeting(struct reading *r, const char *op)
{
    static const char *const on[] = { "on", "bat", "yes", "co", NULL };
    static const char *const off[] = { "off", "tat", "no", "khong", NULL };

    (void)op;
    if (cli_is_word(r->rest, on))
        cli_reading_send(r, "start_recording", json_object());
    else if (cli_is_word(r->rest, off))
        cli_reading_send(r, "stop_recording", json_object());
    else
        PROBLEM(r, "%s", _("on or off?"));
}

/* --- roll ---------------------------------------------------------------- */

/* Where the member sits, as typed behind the name. */
static bool take_mode(struct reading *r, char *typed, const char **mode,
                      struct identifier *site)
{
    static const char *const here[] = { "inperson", "tructiep", "here", NULL };
    static const char *const radio[] = { "voicerelay", "radio", "dienthoai",
                                         "phone",      "bodam", NULL };
    bool is_site = r->view->state &&
                   meeting_state_site(r->view->state, &r->view->me) != NULL;

    *site = (struct identifier){ "" };
    if (typed[0] == '\0' && is_site) {
        *mode = "site";
        *site = r->view->me;
        return true;
    }
    if (typed[0] == '\0' || cli_is_word(typed, here)) {
        *mode = "in_person";
        return true;
    }
    if (cli_is_word(typed, radio)) {
        *mode = "voice_relay";
        return true;
    }
    *mode = "site";
    return cli_reading_name(r, CLI_NAMES_SITES, typed, site);
}

static void read_tick(struct reading *r, const char *op)
{
    struct identifier member;
    struct identifier site;
    const char *mode;
    char *more;

    if (!cli_reading_split(r, CLI_NAMES_MEMBERS, r->rest, &member, &more))
        (void)cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member);
    else if (take_mode(r, more, &mode, &site))
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s}", "member", member.text,
                                   "mode", mode, "site", site.text));
}

/* Ends the text before the first word that is in one of the lists. */
static void cut_at(char *text, const char *const *a, const char *const *b,
                   const char *const *c)
{
    char *at = text;

    while (*at != '\0') {
        char *end = at + strcspn(at, " \t");
        const char behind = *end;

        *end = '\0';
        if (cli_is_word(at, a) || cli_is_word(at, b) || cli_is_word(at, c)) {
            *at = '\0';
            return;
        }
        *end = behind;
        at = end + strspn(end, " \t");
    }
}

static void read_absent(struct reading *r, const char *op)
{
    static const char *const excused[] = { "excused", "colydo", "phep", NULL };
    static const char *const unexcused[] = { "unexcused", "khonglydo", NULL };
    static const char *const throughout[] = { "throughout", "suotdaihoi",
                                              NULL };
    struct identifier member;
    char *more;
    char *reason;

    if (!cli_reading_split(r, CLI_NAMES_MEMBERS, r->rest, &member, &more)) {
        const size_t whole = strlen(r->rest);

        cut_at(r->rest, excused, unexcused, throughout);
        if (strlen(r->rest) == whole && whole > 0 &&
            cli_names_find(r->view, CLI_NAMES_MEMBERS, r->rest, &member) ==
                CLI_MATCH_NONE)
            /* Where the name ends nobody can tell: how it is typed follows. */
            PROBLEM(r,
                    _("there is nobody called \"%.100s\" here: behind the name "
                      "say whether the absence is excused"),
                    r->rest);
        else
            (void)cli_reading_name(r, CLI_NAMES_MEMBERS, cli_trim(r->rest),
                                   &member);
        return;
    }
    reason = cli_cut_word(more);
    if (cli_is_word(more, excused) || cli_is_word(more, unexcused) ||
        cli_is_word(more, throughout))
        cli_reading_send(
            r, op,
            json_pack("{s:s, s:s, s:s, s:b}", "member", member.text, "absence",
                      cli_is_word(more, unexcused) ? "absent_unexcused"
                                                   : "absent_excused",
                      "reason", reason, "throughout",
                      (int)cli_is_word(more, throughout)));
    else
        PROBLEM(r, "%s", _("excused or unexcused?"));
}

/* --- the table ----------------------------------------------------------- */

static const struct cli_verb verbs[] = {
    { { "help", "trogiup", "h", "?" }, CLI_ACTION_HELP, NULL, NULL },
    { { "quit", "thoat", "exit", "q" }, CLI_ACTION_QUIT, NULL, NULL },
    { { "roll", "diemdanh", "p" }, CLI_ACTION_ROLL, NULL, NULL },
    { { "agenda", "chuongtrinh" }, CLI_ACTION_AGENDA, NULL, NULL },
    { { "hands", "danhsachtay" }, CLI_ACTION_HANDS, NULL, NULL },
    { { "votes", "cacbieuquyet" }, CLI_ACTION_VOTES, NULL, NULL },
    { { "notes", "ghichep" }, CLI_ACTION_NOTES, NULL, NULL },
    { { "minutes", "bienban" }, CLI_ACTION_MINUTES_VIEW, NULL, NULL },
    { { "code", "ma", "mathietbi" }, CLI_ACTION_CODE, NULL, NULL },
    { { "devices", "thietbi" }, CLI_ACTION_DEVICES, cli_read_devices, NULL },
    { { "vouch", "xacnhan" }, CLI_ACTION_VOUCH, cli_read_vouch, NULL },
    { { "invite", "moi" }, CLI_ACTION_INVITE, cli_read_invite, NULL },
    { { "revoke", "thuhoi" }, CLI_ACTION_REVOKE, cli_read_revoke, NULL },
    { { "confirmed", "daxacnhan" }, CLI_ACTION_CONFIRMED, NULL, NULL },
    { { "restored", "chapnhanmat" }, CLI_ACTION_RESTORED, NULL, NULL },
    { { "cancel", "huy" }, CLI_ACTION_CANCEL, NULL, NULL },
    { { "chat", "nhan", "c" }, CLI_ACTION_SEND, read_chat, "chat" },
    { { "hand", "tay", "giotay", "r" },
      CLI_ACTION_SEND,
      cli_read_hand,
      "raise_hand" },
    { { "lower", "hatay" }, CLI_ACTION_SEND, cli_read_hand, "lower_hand" },
    { { "here", "comat" }, CLI_ACTION_SEND, read_nothing, "confirm_presence" },
    { { "mute", "tattieng" }, CLI_ACTION_SEND, cli_read_holder, "mute" },
    { { "unmute", "battieng" }, CLI_ACTION_SEND, read_nothing, "unmute" },
    { { "end", "het" }, CLI_ACTION_SEND, read_nothing, "end_floor" },
    { { "vote", "bieuquyet" }, CLI_ACTION_SEND, cli_read_vote, "vote" },
    { { "lobby", "phongcho" }, CLI_ACTION_SEND, read_nothing, "open_lobby" },
    { { "admit", "chovao" }, CLI_ACTION_SEND, read_admit, "admit" },
    { { "turnaway", "tuchoi" }, CLI_ACTION_SEND, read_turn_away, "turn_away" },
    { { "open", "khaimac" }, CLI_ACTION_SEND, read_nothing, "open_meeting" },
    { { "adjourn", "tamnghi" },
      CLI_ACTION_SEND,
      read_nothing,
      "adjourn_meeting" },
    { { "resume", "tieptuc" },
      CLI_ACTION_SEND,
      read_nothing,
      "resume_meeting" },
    { { "close", "bemac" }, CLI_ACTION_SEND, read_nothing, "close_meeting" },
    { { "takechair", "chutri" }, CLI_ACTION_SEND, read_nothing, "take_chair" },
    { { "floor", "phatbieu" }, CLI_ACTION_SEND, read_floor, "give_floor" },
    { { "extend", "themgio" }, CLI_ACTION_SEND, read_extend, "extend_floor" },
    { { "item", "noidung" }, CLI_ACTION_SEND, cli_read_item, "start_item" },
    { { "enditem", "xongnoidung" },
      CLI_ACTION_SEND,
      cli_read_end_item,
      "end_item" },
    { { "additem", "themnoidung" },
      CLI_ACTION_SEND,
      cli_read_add_item,
      "add_item" },
    { { "closevote", "ketthucbieuquyet" },
      CLI_ACTION_SEND,
      cli_read_vote_id,
      "close_vote" },
    { { "cancelvote", "huybieuquyet" },
      CLI_ACTION_SEND,
      cli_read_cancel_vote,
      "cancel_vote" },
    { { "hall", "hoitruong" },
      CLI_ACTION_SEND,
      cli_read_hall,
      "enter_hall_votes" },
    { { "record", "ghiam" }, CLI_ACTION_SEND, read_record, "set_recording" },
    { { "recordmeeting", "ghiamhop" },
      CLI_ACTION_SEND,
      read_record_meeting,
      "start_recording" },
    { { "minutetaker", "thuky" },
      CLI_ACTION_SEND,
      cli_read_member,
      "hand_over_minutes" },
    { { "shareminutes", "congbobienban" },
      CLI_ACTION_SEND,
      read_nothing,
      "share_minutes" },
    { { "tick", "ghinhan" }, CLI_ACTION_SEND, read_tick, "tick" },
    { { "untick", "boghinhan" }, CLI_ACTION_SEND, cli_read_member, "untick" },
    { { "confirmroll", "chotdiemdanh" },
      CLI_ACTION_SEND,
      read_nothing,
      "confirm_roll" },
    { { "absent", "vang" }, CLI_ACTION_SEND, read_absent, "note_absence" },
    { { "edit", "sua" }, CLI_ACTION_SEND, cli_read_edit, "edit_entry" },
    { { "remove", "xoa" }, CLI_ACTION_SEND, cli_read_remove, "remove_entry" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};

static const struct cli_verb *const tables[] = {
    verbs,           cli_floor_verbs,   cli_agenda_verbs,  cli_ballot_verbs,
    cli_kinds_verbs, cli_votes_verbs,   cli_roll_verbs,    cli_elect_verbs,
    cli_score_verbs, cli_minutes_verbs, cli_writing_verbs, cli_sound_verbs,
    cli_line_verbs
};

const struct cli_verb *cli_verb_find(const char *word)
{
    const struct cli_verb *verb;
    size_t i;

    for (i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (verb = tables[i]; verb->words[0]; verb++)
            if (cli_is_word(word, verb->words))
                return verb;
    return NULL;
}

bool cli_command_is_entry(const char *line)
{
    const struct cli_verb *verb;
    char word[CLI_WORD_SIZE];
    size_t size;

    line += strspn(line, " \t");
    size = strcspn(line, " \t");
    if (line[0] != '/' || size >= sizeof word)
        return false;
    memcpy(word, line + 1, size - 1);
    word[size - 1] = '\0';
    verb = cli_verb_find(word);
    return verb && verb->op &&
           (strcmp(verb->op, "write_entry") == 0 ||
            strcmp(verb->op, "edit_entry") == 0);
}

static void tell_unknown(struct reading *r, const char *line)
{
    char like[CLI_PROBLEM_SIZE / 2];

    cli_usage_like(line + 1, like, sizeof like);
    if (like[0] != '\0')
        PROBLEM(r, _("there is no command %.60s; did you mean %s? See /help"),
                line, like);
    else
        PROBLEM(r, _("there is no command %.60s; see /help"), line);
}

/* Keys that write nothing, an arrow or Esc, come as control characters. */
static bool has_control(const char *line)
{
    for (; *line != '\0'; line++)
        if (((unsigned char)*line < ' ' && *line != '\t') || *line == 0x7f)
            return true;
    return false;
}

void cli_command_read(const struct meeting_view *view,
                      const struct identifier *meeting, char *line,
                      struct cli_typed *out)
{
    struct reading reading = { .view = view, .meeting = *meeting, .out = out };
    const struct cli_verb *verb;

    *out = (struct cli_typed){ .action = CLI_ACTION_NONE };
    line = cli_trim(line);
    if (has_control(line)) {
        PROBLEM(&reading, "%s",
                _("in this line is a key that writes nothing, such as an "
                  "arrow or Esc: nothing was sent; please type it anew"));
        return;
    }
    if (line[0] != '/') {
        reading.rest = line;
        read_chat(&reading, "chat");
        return;
    }
    reading.rest = cli_cut_word(line);
    verb = cli_verb_find(line + 1);
    if (!verb) {
        tell_unknown(&reading, line);
        return;
    }
    out->words = verb->words;
    out->text = reading.rest;
    out->holder = view->me;
    if (verb->read)
        verb->read(&reading, verb->op);
    if (verb->action != CLI_ACTION_SEND && out->problem[0] == '\0' &&
        out->action == CLI_ACTION_NONE)
        out->action = verb->action;
}
