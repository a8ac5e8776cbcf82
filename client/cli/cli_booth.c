#include "client/cli/cli_booth.h"

#include "client/cli/cli_ballot_marks.h"
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <string.h>

bool cli_booth_is_open(const struct cli_booth *booth)
{
    return booth->step != CLI_BOOTH_CLOSED;
}

void cli_booth_close(struct cli_booth *booth)
{
    cli_paper_copy_release(&booth->copy);
    OPENSSL_cleanse(booth, sizeof *booth);
    booth->step = CLI_BOOTH_CLOSED;
}

/* A paragraph. */
__attribute__((format(printf, 3, 4))) static void
say(const struct cli_booth *booth, FILE *out, const char *format, ...)
{
    char text[1500];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    fold_words(text, 0, 0, booth->width, out);
    OPENSSL_cleanse(text, sizeof text);
}

/* --- what is promised ----------------------------------------------------- */

static void say_who_could_open(const struct cli_booth *booth, FILE *out)
{
    const struct cli_booth_facts *facts = &booth->facts;

    if (facts->teller_count == 1)
        say(booth, out,
            _("Neither the server alone nor the teller alone can open your "
              "vote. Both together can."));
    else
        say(booth, out,
            _("Neither the server nor fewer than %" PRIu64
              " tellers, nor both together, can open your vote. The server and "
              "%" PRIu64 " tellers together can."),
            facts->threshold, facts->threshold);
}

static void say_promise(const struct cli_booth *booth, FILE *out)
{
    const struct cli_booth_facts *facts = &booth->facts;

    say_who_could_open(booth, out);
    if (facts->papers > 0)
        say(booth, out,
            _("Mark exactly what the paper says; another of the committee "
              "looks on. What is entered is only as good as a recount of the "
              "sealed paper. An invalid ballot is entered as blank where that "
              "can be marked; else leave it out and note it."));
    else if (facts->is_hall)
        say(booth, out,
            _("This device is used by several: it sees your vote, and who "
              "controls it could see it, too. It checks that the ballots made "
              "on it are in the count."));
    else
        say(booth, out,
            _("Your device checks that your ballot is in the count."));
    say(booth, out,
        _("A list of %" PRIu64 " entries: %" PRIu64
          " signed by members' own devices, %" PRIu64 " by hall devices."),
        facts->length, facts->own, facts->hall);
    if (facts->entered > 0)
        say(booth, out,
            _("Of these, %" PRIu64 " are paper ballots that the committee "
              "enters: only as good as a recount of the sealed paper."),
            facts->entered);
    say(booth, out,
        _("The program cannot prevent: someone watching you, malware on your "
          "device, your showing how you voted, guessing in small or unanimous "
          "groups, a break of today's cryptography decades from now."));
    if (facts->is_knowing)
        say(booth, out,
            _("ATTENTION: with %" PRIu64
              " entries this ballot is smaller than the rules ask for. The "
              "chair opened it knowingly. The result can show how people "
              "voted."),
            facts->length);
}

static void say_changes(const struct cli_booth *booth, FILE *out)
{
    const struct cli_booth_facts *facts = &booth->facts;

    if (!facts->may_change)
        say(booth, out, _("A ballot that was cast cannot be changed."));
    else if (facts->cast_count == 0)
        say(booth, out,
            _("Until the ballot closes you can vote anew; the last one counts. "
              "At most %" PRIu64 " times in all."),
            facts->cast_max);
    else
        say(booth, out,
            _("You have voted %" PRIu64 " of at most %" PRIu64
              " times. If you cast another ballot, it takes the place of the "
              "one before."),
            facts->cast_count, facts->cast_max);
}

static void show_words(struct cli_booth *booth, FILE *out)
{
    booth->step = CLI_BOOTH_WORDS;
    (void)fputc('\f', out);
    if (booth->facts.papers > 0)
        say(booth, out, _("Paper ballot %" PRIu64 " of %" PRIu64 " is entered"),
            booth->facts.paper, booth->facts.papers);
    else if (booth->facts.is_hall)
        say(booth, out, _("Now votes: %s"), booth->facts.voter);
    say_promise(booth, out);
    say_changes(booth, out);
    (void)fputc('\n', out);
    say(booth, out,
        _("Press Enter to see the ballot. To leave without voting type: "
          "cancel"));
}

enum result cli_booth_open(struct cli_booth *booth,
                           const struct cli_booth_facts *facts,
                           const struct cli_paper *paper, size_t width,
                           FILE *out)
{
    enum result result;

    cli_booth_close(booth);
    if (cli_paper_position_count(paper) > LIMIT_BALLOT_POSITIONS)
        return RESULT_INVALID;
    result = cli_paper_copy_make(&booth->copy, paper);
    if (result != RESULT_OK)
        return result;
    booth->facts = *facts;
    booth->width = width > CLI_WIDTH_MAX ? CLI_WIDTH_MAX : width;
    booth->mark_count = cli_paper_position_count(paper);
    show_words(booth, out);
    return RESULT_OK;
}

/* --- marking -------------------------------------------------------------- */

static void ask_section(struct cli_booth *booth, FILE *out)
{
    const struct cli_paper *paper = &booth->copy.paper;

    booth->step = CLI_BOOTH_MARKING;
    (void)fputc('\f', out);
    cli_paper_name_write(paper, booth->width, out);
    cli_paper_section_write(paper, booth->question, booth->marks, booth->width,
                            out);
    (void)fputc('\n', out);
    cli_marks_explain(paper, booth->question, booth->width, out);
}

static void show_review(struct cli_booth *booth, FILE *out)
{
    booth->step = CLI_BOOTH_REVIEW;
    booth->is_mending = false;
    (void)fputc('\f', out);
    say(booth, out, _("Your ballot, as it will be cast:"));
    cli_paper_write(&booth->copy.paper, booth->marks, booth->width, out);
    say(booth, out, _("To cast it type: CAST"));
    say(booth, out,
        cli_paper_section_count(&booth->copy.paper) > 1
            ? _("To mark it anew type: change, or with a question's number: "
                "change 2")
            : _("To mark it anew type: change"));
    say(booth, out, _("To leave without voting type: cancel"));
}

static void go_on(struct cli_booth *booth, FILE *out)
{
    const struct cli_paper *paper = &booth->copy.paper;

    booth->question += cli_paper_section(paper, booth->question);
    if (booth->is_mending || booth->question >= paper->question_count)
        show_review(booth, out);
    else
        ask_section(booth, out);
}

static void take_marks(struct cli_booth *booth, const char *line, FILE *out)
{
    char problem[CLI_MARKS_PROBLEM_SIZE];

    switch (cli_marks_read(&booth->copy.paper, booth->question, line,
                           booth->marks, problem)) {
    case CLI_MARKS_WRONG:
        say(booth, out, "%s", problem);
        break;
    case CLI_MARKS_PART:
        ask_section(booth, out);
        say(booth, out, "%s", problem);
        break;
    case CLI_MARKS_DONE:
        go_on(booth, out);
        break;
    }
    OPENSSL_cleanse(problem, sizeof problem);
}

static void unmark(struct cli_booth *booth)
{
    const struct cli_paper *paper = &booth->copy.paper;
    const size_t first = cli_paper_position(paper, booth->question);
    const size_t end = cli_paper_position(
        paper, booth->question + cli_paper_section(paper, booth->question));

    OPENSSL_cleanse(booth->marks + first, end - first);
}

/* "change", or "change 2" for one question of several. */
static void mend(struct cli_booth *booth, const char *number, FILE *out)
{
    const struct cli_paper *paper = &booth->copy.paper;
    const size_t count = cli_paper_section_count(paper);
    uint64_t wanted = 0;
    size_t i;

    if (number[0] != '\0' &&
        (!cli_number(number, count, &wanted) || wanted == 0)) {
        say(booth, out, _("There is no question %s: they go from 1 to %zu."),
            number, count);
        return;
    }
    booth->question = 0;
    for (i = 1; i < wanted; i++)
        booth->question += cli_paper_section(paper, booth->question);
    booth->is_mending = wanted > 0;
    if (wanted == 0)
        OPENSSL_cleanse(booth->marks, sizeof booth->marks);
    unmark(booth);
    ask_section(booth, out);
}

/* --- lines ---------------------------------------------------------------- */

static enum cli_booth_wish take_review(struct cli_booth *booth,
                                       const char *line, FILE *out)
{
    static const char *const cast[] = { "bophieu", "cast", NULL };
    static const char *const change[] = { "sua", "change", NULL };
    char word[2 * CLI_WORD_SIZE];
    const char *number;

    if (cli_marks_is_word(line, cast))
        return CLI_BOOTH_CAST;
    (void)snprintf(word, sizeof word, "%s", line);
    number = cli_cut_word(word);
    if (cli_marks_is_word(word, change))
        mend(booth, number, out);
    else
        say(booth, out,
            _("Type CAST to cast this ballot, change to mark it anew, cancel "
              "to leave."));
    return CLI_BOOTH_STAY;
}

enum cli_booth_wish cli_booth_take(struct cli_booth *booth, const char *line,
                                   FILE *out)
{
    static const char *const cancel[] = { "huy", "cancel", "/huy", "/cancel",
                                          NULL };

    line += strspn(line, " \t");
    if (cli_marks_is_word(line, cancel)) {
        cli_booth_close(booth);
        return CLI_BOOTH_LEAVE;
    }
    switch (booth->step) {
    case CLI_BOOTH_CLOSED:
        break;
    case CLI_BOOTH_WORDS:
        ask_section(booth, out);
        break;
    case CLI_BOOTH_MARKING:
        if (line[0] == '\0')
            cli_marks_explain(&booth->copy.paper, booth->question, booth->width,
                              out);
        else
            take_marks(booth, line, out);
        break;
    case CLI_BOOTH_REVIEW:
        return take_review(booth, line, out);
    }
    return CLI_BOOTH_STAY;
}
