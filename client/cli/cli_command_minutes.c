/* Commands about the minutes: entries of a kind, objections, signatures. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_minutes_text.h"
#include "client/cli/cli_text.h"

#include "protocol/base/encoding.h"

#include <stdio.h>
#include <string.h>

static const char help[] = N_(
    "The minutes.\n"
    "  /minutes-state               what was read back, objections, "
    "signatures\n"
    "  /object [ENTRY] TEXT         you object to the minutes as read back: to "
    "an\n"
    "                               entry (e3), or to the whole\n"
    "  /reserve [ENTRY] TEXT        you keep another opinion; it is recorded\n"
    "  /withdraw-objection O TEXT   takes yours back\n"
    "  /sign-minutes                signs the adopted minutes with your "
    "device\n"
    "For the minute-taker:\n"
    "  /note TEXT                   a note, to the item that is dealt with\n"
    "  /opinion [NAME:] TEXT        what a member said; without a name: who "
    "has\n"
    "                               the floor\n"
    "  /conclude TEXT               the chair's conclusion\n"
    "  /edit ENTRY TEXT, /remove ENTRY\n"
    "  /phrases                     standard phrases: ;tn in a text becomes "
    "the\n"
    "                               phrase of this key\n"
    "  /read-back                   the minutes as they are now are read back: "
    "all\n"
    "                               may fetch them, object, and vote on "
    "them\n"
    "For the chair and the minute-taker:\n"
    "  /answer O accepted|declined TEXT\n"
    "                               answers an objection\n"
    "  /number [BALLOT] minutes|tally|resolution|notice [N]\n"
    "                               the number of a paper, 5 of \"05-BB/CB\"; "
    "the\n"
    "                               next one without N\n"
    "Then the chair puts them to the vote: see /help votes.\n"
    "After the meeting, what was adopted is never changed, but corrected:\n"
    "  /errata                      errata of these minutes\n"
    "  /erratum [ENTRY|VOTE]        who presided or took the minutes writes "
    "one,\n"
    "                               step by step, and signs it\n"
    "  /sign-erratum N              the other of the two signs it, too\n");

const char *cli_minutes_help(void) { return _(help); }

static void write_entry(struct reading *r, const char *kind, const char *member,
                        const char *text)
{
    const struct meeting_item *item = cli_reading_item(r);

    if (text[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else
        cli_reading_send(r, "write_entry",
                         json_pack("{s:s, s:s, s:s, s:s}", "item",
                                   item ? item->id.text : "", "kind", kind,
                                   "member", member, "text", text));
}

static void read_note(struct reading *r, const char *op)
{
    (void)op;
    write_entry(r, "", "", r->rest);
}

static void read_conclude(struct reading *r, const char *op)
{
    (void)op;
    write_entry(r, "conclusion", "", r->rest);
}

/* "NAME: text", or of whoever has the floor. */
static void read_opinion(struct reading *r, const char *op)
{
    const struct meeting_state *state = r->view->state;
    char *colon = strchr(r->rest, ':');
    struct identifier member = { "" };

    (void)op;
    if (colon) {
        *colon = '\0';
        if (!cli_reading_name(r, CLI_NAMES_MEMBERS, cli_trim(r->rest), &member))
            return;
        write_entry(r, "opinion", member.text, cli_trim(colon + 1));
    } else if (state && state->has_floor) {
        write_entry(r, "opinion", state->floor_member.text, r->rest);
    } else {
        PROBLEM(r, "%s",
                _("nobody has the floor: name the member, as in: /opinion "
                  "NAME: TEXT"));
    }
}

static void object(struct reading *r, const char *kind)
{
    const struct meeting_state *state = r->view->state;
    char *more = cli_cut_word(r->rest);
    struct identifier entry = { "" };
    struct identifier typed;
    const char *text = r->rest;

    if (!state || state->minutes.version == 0) {
        PROBLEM_NOW(r, "%s", _("the minutes were not read back yet"));
        return;
    }
    if (!identifier_parse(text_view_of(r->rest), &typed) &&
        meeting_state_entry(state, &typed)) {
        entry = typed;
        text = more;
    } else if (more[0] != '\0') {
        more[-1] = ' '; /* it is a text from its first word on */
    }
    if (text[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else
        cli_reading_send(r, "raise_objection",
                         json_pack("{s:s, s:I, s:s, s:i, s:s}", "kind", kind,
                                   "version",
                                   (json_int_t)state->minutes.version, "entry",
                                   entry.text, "line", 0, "text", text));
}

static void read_object(struct reading *r, const char *op)
{
    (void)op;
    object(r, "objection");
}

static void read_reserve(struct reading *r, const char *op)
{
    (void)op;
    object(r, "reservation");
}

static void answer(struct reading *r, const char *objection, const char *how,
                   const char *text)
{
    cli_reading_send(r, "answer_objection",
                     json_pack("{s:s, s:s, s:s}", "objection", objection,
                               "answer", how, "text", text));
}

static void read_answer(struct reading *r, const char *op)
{
    static const char *const accepted[] = { "accepted", "tiepthu", "dongy",
                                            NULL };
    static const char *const declined[] = { "declined", "khongtiepthu",
                                            "giunguyen", NULL };
    char *how = cli_cut_word(r->rest);
    char *text = cli_cut_word(how);

    (void)op;
    if (cli_is_word(how, accepted))
        answer(r, r->rest, "accepted", text);
    else if (cli_is_word(how, declined))
        answer(r, r->rest, "declined", text);
    else
        PROBLEM(r, "%s",
                _("which objection, and how? As in: /answer o1 accepted TEXT "
                  "or /answer o1 declined TEXT"));
}

static void read_withdraw(struct reading *r, const char *op)
{
    char *text = cli_cut_word(r->rest);

    (void)op;
    if (r->rest[0] == '\0')
        PROBLEM(r, "%s", _("which objection? See /minutes-state"));
    else
        answer(r, r->rest, "withdrawn", text);
}

/* As what the one who types has not signed yet. */
static enum minutes_signer role_of(const struct meeting_view *view)
{
    const struct meeting_state *state = view->state;
    enum minutes_signer role;

    for (role = SIGNER_MINUTE_TAKER; role < SIGNER_MEMBER; role++)
        if (meeting_state_may_sign(state, &view->me, role) &&
            !meeting_minutes_signature(&state->minutes, &view->me, role))
            return role;
    return SIGNER_MEMBER;
}

/* Whoever has looked at the minutes may put the own name to them although the
 * device could not, or found others. */
static bool is_anyway(const char *word)
{
    static const char *const anyway[] = { "anyway", "vanky", "vandoc", NULL };

    return cli_is_word(word, anyway);
}

static void read_back(struct reading *r, const char *op)
{
    (void)op;
    r->out->is_anyway = is_anyway(r->rest);
}

static void read_sign(struct reading *r, const char *op)
{
    const struct meeting_state *state = r->view->state;
    char c[HEX_SIZE(HASH_SIZE)];

    if (!state || state->minutes.adopted_version == 0) {
        PROBLEM_NOW(r, "%s", _("the minutes are not adopted yet"));
        return;
    }
    hex_encode(state->minutes.c.bytes, HASH_SIZE, c);
    cli_reading_send(
        r, op,
        json_pack("{s:s, s:I, s:s, s:b}", "role",
                  enum_word(&minutes_signer_words, (int)role_of(r->view)),
                  "version", (json_int_t)state->minutes.adopted_version, "c", c,
                  "unchecked", (int)is_anyway(r->rest)));
}

static enum numbered_paper paper_of(const char *word)
{
    static const char *const minutes[] = { "minutes", "bienban", NULL };
    static const char *const tally[] = { "tally", "kiemphieu", NULL };
    static const char *const resolution[] = { "resolution", "nghiquyet", NULL };
    static const char *const notice[] = { "notice", "thongbao", NULL };

    if (cli_is_word(word, minutes))
        return NUMBERED_MINUTES;
    if (cli_is_word(word, tally))
        return NUMBERED_TALLY;
    if (cli_is_word(word, resolution))
        return NUMBERED_RESOLUTION;
    return cli_is_word(word, notice) ? NUMBERED_NOTICE : numbered_paper_none_;
}

/* "minutes 5"; "b1 tally". */
static void read_number(struct reading *r, const char *op)
{
    const struct meeting_state *state = r->view->state;
    char *first = r->rest;
    char *second = cli_cut_word(first);
    struct identifier ballot = { "" };
    enum numbered_paper paper = paper_of(first);
    uint64_t number = 0;

    if (paper == numbered_paper_none_ && state &&
        identifier_parse(text_view_of(first), &ballot) == RESULT_OK &&
        meeting_state_ballot(state, &ballot)) {
        first = second;
        second = cli_cut_word(first);
        paper = paper_of(first);
    }
    if (!state || paper == numbered_paper_none_ ||
        (second[0] != '\0' &&
         !cli_number(second, LIMIT_DOCUMENT_NUMBER, &number))) {
        PROBLEM(r, "%s",
                _("which paper, and which number? As in: /number minutes 5, "
                  "/number b1 tally"));
        return;
    }
    if (second[0] == '\0')
        number =
            meeting_minutes_last_number(&state->minutes, paper, &ballot) + 1;
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s, s:I}", "paper",
                               enum_word(&numbered_paper_words, (int)paper),
                               "ballot", ballot.text, "number",
                               (json_int_t)number));
}

const struct cli_verb cli_minutes_verbs[] = {
    { { "number", "danhso", "so" },
      CLI_ACTION_SEND,
      read_number,
      "number_document" },
    { { "note", "ghi" }, CLI_ACTION_SEND, read_note, "write_entry" },
    { { "opinion", "ykien" }, CLI_ACTION_SEND, read_opinion, "write_entry" },
    { { "conclude", "ketluan" },
      CLI_ACTION_SEND,
      read_conclude,
      "write_entry" },
    { { "object", "phandoi", "khongdongybienban" },
      CLI_ACTION_SEND,
      read_object,
      "raise_objection" },
    { { "reserve", "baoluu" },
      CLI_ACTION_SEND,
      read_reserve,
      "raise_objection" },
    { { "answer", "traloi", "giaitrinh" },
      CLI_ACTION_SEND,
      read_answer,
      "answer_objection" },
    { { "withdrawobjection", "rutykien" },
      CLI_ACTION_SEND,
      read_withdraw,
      "answer_objection" },
    { { "readback", "docbienban", "doclaibienban" },
      CLI_ACTION_READ_BACK,
      read_back,
      NULL },
    { { "signminutes", "kybienban" },
      CLI_ACTION_SEND,
      read_sign,
      "sign_minutes" },
    { { "errata", "cacdinhchinh", "danhsachdinhchinh" },
      CLI_ACTION_ERRATA,
      NULL,
      NULL },
    { { "erratum", "dinhchinh" }, CLI_ACTION_ERRATUM, NULL, NULL },
    { { "signerratum", "kydinhchinh" }, CLI_ACTION_SIGN_ERRATUM, NULL, NULL },
    { { "phrases", "caumau" }, CLI_ACTION_PHRASES, NULL, NULL },
    { { "minutesstate", "tinhtrangbienban" },
      CLI_ACTION_MINUTES_STATE,
      NULL,
      NULL },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
