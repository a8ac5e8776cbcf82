#include "client/cli/cli_screen_booth.h"

#include "client/cli/cli_ballot_marks.h"
#include "client/cli/cli_ballot_notice.h"
#include "client/cli/cli_booth.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_terminal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELD_MAX = 512, PAGE_SIZE = 256 * 1024 };

/* What the terminal's page shows. */
enum page {
    PAGE_NONE,
    PAGE_BOOTH,
    PAGE_SENDING, /* a hall device waits for the receipt */
    PAGE_RECEIPT  /* of somebody at a hall device, until it is passed on */
};

static struct {
    struct cli_booth marked;
    enum page page;
    bool swallows; /* the next line was meant for a booth that is closed */
    struct identifier voter;  /* at a hall device, whose PIN was right */
    bool is_of_paper;         /* the page is about a paper ballot's receipt */
    struct identifier ballot; /* that the page is about */
    struct client_notice *held[HELD_MAX];
    size_t held_count;
    bool has_dropped;
    /* The page as it is written: what is on it may be marks, so it goes past
     * every buffer but this one, which is wiped. */
    char page_bytes[PAGE_SIZE];
    size_t page_at; /* what of it was not shown yet; 0: all was */
} voting;

/* --- the page ------------------------------------------------------------- */

/* Bytes of at most `lines` lines at the front. */
static size_t size_of_lines(const char *text, size_t lines)
{
    const char *at = text;

    while (lines-- > 0 && *at != '\0') {
        at += strcspn(at, "\n\f");
        at += *at == '\n' ? 1 : 0;
        if (*at == '\f')
            break;
    }
    return (size_t)(at - text);
}

static void wipe_page_bytes(void)
{
    OPENSSL_cleanse(voting.page_bytes, sizeof voting.page_bytes);
    voting.page_at = 0;
}

/*
 * Writes as much of the page as the terminal has lines for; a page of its own
 * cannot be scrolled back. True if that was all: it is wiped then.
 */
static bool show_more(void)
{
    const size_t height = cli_terminal_height();
    const bool is_paged = cli_terminal_is_there();
    const char *at = voting.page_bytes + voting.page_at;

    while (*at == '\f') {
        if (is_paged)
            cli_terminal_clear_page();
        else
            cli_terminal_write("\n", 1);
        at++;
    }
    if (is_paged &&
        size_of_lines(at, height > 2 ? height - 1 : 1) < strcspn(at, "\f")) {
        const size_t size = size_of_lines(at, height > 3 ? height - 2 : 1);

        if (voting.page_at > 0)
            cli_terminal_clear_page();
        cli_terminal_write(at, size);
        cli_paragraph_write(_("-- more: press Enter --"), stdout);
        (void)fflush(stdout);
        voting.page_at = (size_t)(at - voting.page_bytes) + size;
        return false;
    }
    if (is_paged && voting.page_at > 0)
        cli_terminal_clear_page();
    cli_terminal_write(at, strlen(at));
    wipe_page_bytes();
    return true;
}

/* Writes what somebody put together; form feeds begin new pages. */
static void put_page(FILE *out)
{
    (void)fclose(out);
    voting.page_at = 0;
    (void)show_more();
}

/* To be written to, and then given to put_page(); NULL without memory. */
static FILE *begin_page(void)
{
    FILE *out = fmemopen(voting.page_bytes, PAGE_SIZE, "w");

    wipe_page_bytes();
    if (out)
        (void)setvbuf(out, NULL, _IONBF, 0);
    return out;
}

static void close_page(struct cli_join *join)
{
    size_t i;

    cli_booth_close(&voting.marked);
    wipe_page_bytes();
    cli_terminal_close_page();
    voting.page = PAGE_NONE;
    for (i = 0; i < voting.held_count; i++) {
        struct client_notice *notice = voting.held[i];

        voting.held[i] = NULL;
        if (!join->front->on_notice(join, notice, NULL))
            (void)client_notice_free(notice);
    }
    voting.held_count = 0;
    if (voting.has_dropped)
        cli_screen_say(
            "%s", _("Too much happened to show it line by line: see /roll, "
                    "/agenda, /votes."));
    voting.has_dropped = false;
}

/* Closes a booth that somebody is in; his next line is not for the meeting. */
static void close_on_voter(struct cli_join *join, const char *why)
{
    const bool was_open = voting.page == PAGE_BOOTH;

    close_page(join);
    if (!was_open)
        return;
    voting.swallows = true;
    cli_screen_say("%s", why);
    cli_paragraph_write(
        _("Nothing was cast, and your marks are wiped. Press Enter."), stdout);
}

/* --- the booth ------------------------------------------------------------ */

static struct cli_booth_facts facts_of(const struct meeting_view *view,
                                       const struct meeting_ballot *ballot,
                                       const struct client_ballot_view *own,
                                       const struct identifier *voter)
{
    struct meeting_ballot_numbers numbers;
    struct cli_booth_facts facts = {
        .ballot = ballot->id,
        .teller_count = ballot->teller_count,
        .threshold = ballot->threshold,
        .length = ballot->length,
        .is_knowing = ballot->is_opened_knowingly,
        .may_change = ballot->is_revote && !voter,
        .cast_count = voter ? 0 : own->tracker_count,
        .cast_max = ballot->is_revote ? LIMIT_BALLOTS_PER_CREDENTIAL : 1,
        .is_hall = voter != NULL,
    };
    size_t i;

    meeting_ballot_numbers(ballot, &numbers);
    facts.own = numbers.attested;
    facts.hall = numbers.confirmed;
    for (i = 0; i < ballot->pool_count; i++)
        if (ballot->pools[i].is_transcribed && !ballot->pools[i].is_dropped)
            facts.entered += ballot->pools[i].k;
    if (voter && own->is_transcribed) {
        facts.paper = own->entered + 1;
        facts.papers = own->pool_size;
    } else if (voter)
        (void)snprintf(facts.voter, sizeof facts.voter, "%s",
                       cli_who(view, voter).text);
    return facts;
}

/* Under the view's lock. */
static void open_booth(const struct meeting_view *view,
                       const struct meeting_ballot *ballot,
                       const struct client_ballot_view *own,
                       const struct identifier *voter)
{
    const struct cli_booth_facts facts = facts_of(view, ballot, own, voter);
    const struct cli_paper paper = { .name = own->name,
                                     .questions = own->questions,
                                     .question_count = own->question_count };
    FILE *out = begin_page();

    if (!out || cli_booth_open(&voting.marked, &facts, &paper,
                               cli_terminal_width(), out) != RESULT_OK) {
        if (out)
            (void)fclose(out);
        cli_paragraph_write(_("There is not enough memory for that."), stdout);
        return;
    }
    voting.page = PAGE_BOOTH;
    voting.ballot = ballot->id;
    cli_terminal_open_page();
    put_page(out);
}

/* Why the holder of this device cannot vote now; NULL: it can. */
static const char *what_prevents(const struct meeting_ballot *ballot,
                                 const struct client_ballot_view *own)
{
    if (ballot->phase < BALLOT_PHASE_VOTING)
        return _("Voting has not begun. The chair opens it when all devices "
                 "have confirmed the list.");
    if (ballot->phase > BALLOT_PHASE_VOTING)
        return _("Voting is over.");
    if (!own || (!own->is_voter && own->pool_size == 0))
        return _("You do not vote on this device in this ballot.");
    if (!own->has_election)
        return _("The ballot is still being fetched: try again in a moment.");
    if (own->pool_size > 0)
        return NULL;
    if (!own->has_credential)
        return _("This device holds no ballot of yours.");
    if (own->tracker_count > 0 && !ballot->is_revote)
        return _("You have voted. A ballot that was cast cannot be changed.");
    if (own->tracker_count >= LIMIT_BALLOTS_PER_CREDENTIAL)
        return _("You have voted as often as is possible; the last ballot "
                 "counts.");
    if (!own->is_ready)
        return _("This device has not found everything in order, so it does "
                 "not let you vote. See /ballot");
    return NULL;
}

/* At a site's device that enters paper: the next one. */
static void ask_paper(struct cli_join *join, const struct identifier *ballot)
{
    const uint64_t tag = cli_join_tag(join, "hall_unlock");
    enum result result = RESULT_FULL;

    voting.voter = (struct identifier){ "" };
    voting.ballot = *ballot;
    if (tag != 0)
        result = client_hall_unlock(join->session.client, tag, ballot,
                                    &voting.voter, NULL);
    if (result == RESULT_OK)
        return;
    if (tag != 0)
        cli_join_untag(join, tag);
    cli_paragraph_write(_("This program is too busy: try again."), stdout);
}

void cli_screen_booth_begin(struct cli_join *join,
                            const struct cli_typed *typed,
                            struct cli_ballot_dialogue *dialogue)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const struct meeting_ballot *ballot =
        view->state ? meeting_state_ballot(view->state, &typed->ballot) : NULL;
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &typed->ballot);
    const bool is_site =
        view->state && meeting_state_site(view->state, &view->me) != NULL;
    const char *why = ballot ? what_prevents(ballot, own) : NULL;
    bool is_of_paper = false;

    if (why) {
        cli_paragraph_write(why, stdout);
    } else if (ballot && is_site && own->is_transcribed) {
        is_of_paper = true;
    } else if (ballot && is_site) {
        /* Before anybody is asked: who is quick is not seen either. */
        cli_terminal_show_typing(false);
        cli_ballot_dialogue_unlock(dialogue, &typed->ballot, &typed->holder,
                                   stdout);
    } else if (ballot) {
        open_booth(view, ballot, own, NULL);
    }
    client_view_unlock(join->session.client);
    if (is_of_paper)
        ask_paper(join, &typed->ballot);
}

static void open_hall_booth(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const struct meeting_ballot *ballot =
        view->state ? meeting_state_ballot(view->state, &voting.ballot) : NULL;
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &voting.ballot);
    const char *why = ballot ? what_prevents(ballot, own) : NULL;

    if (why)
        cli_paragraph_write(why, stdout);
    else if (ballot && identifier_is_empty(&own->unlocked))
        cli_paragraph_write(
            _("The vote before is sent again: it has no receipt yet."), stdout);
    else if (ballot)
        open_booth(view, ballot, own, &voting.voter);
    client_view_unlock(join->session.client);
}

/* The order to the core; the marks are wiped by the booth that closes. */
static bool send_marks(struct cli_join *join)
{
    const struct cli_booth *booth = &voting.marked;
    const bool is_hall = booth->facts.is_hall;
    const uint64_t tag =
        cli_join_tag(join, is_hall ? "hall_cast" : "ballot_cast");
    enum result result = RESULT_FULL;

    if (tag != 0 && is_hall)
        result =
            client_hall_cast(join->session.client, tag, &booth->facts.ballot,
                             booth->marks, booth->mark_count);
    else if (tag != 0)
        result =
            client_ballot_cast(join->session.client, tag, &booth->facts.ballot,
                               booth->marks, booth->mark_count);
    if (tag != 0 && result != RESULT_OK)
        cli_join_untag(join, tag);
    return result == RESULT_OK;
}

static void cast_marks(struct cli_join *join)
{
    const bool is_hall = voting.marked.facts.is_hall;
    const bool is_sent = send_marks(join);

    if (!is_sent || !is_hall) {
        close_page(join);
        cli_paragraph_write(
            is_sent ? _("Your ballot is being encrypted. Your marks are "
                        "wiped from this device and from the screen.")
                    : _("This program is too busy: nothing was cast. "
                        "Try again: /cast"),
            stdout);
        return;
    }
    voting.is_of_paper = voting.marked.facts.papers > 0;
    cli_booth_close(&voting.marked);
    cli_terminal_clear_page();
    voting.page = PAGE_SENDING;
    cli_paragraph_write(
        _("The ballot is being encrypted and sent. Wait for the "
          "receipt."),
        stdout);
    (void)fflush(stdout);
}

static void take_in_booth(struct cli_join *join, const char *line)
{
    enum cli_booth_wish wish = CLI_BOOTH_STAY;
    FILE *out;

    /* The rest of the page first: nobody marks what he has not seen. */
    if (voting.page_at > 0 && line[0] == '\0') {
        (void)show_more();
        return;
    }
    out = begin_page();
    if (!out)
        return;
    wish = cli_booth_take(&voting.marked, line, out);
    put_page(out);
    if (wish == CLI_BOOTH_CAST) {
        cast_marks(join);
    } else if (wish == CLI_BOOTH_LEAVE) {
        close_page(join);
        cli_paragraph_write(
            _("You left without voting. While voting is open you can "
              "come back: /cast"),
            stdout);
    }
}

/* --- lines ---------------------------------------------------------------- */

static bool is_quit(const char *line)
{
    return strcmp(line, "/quit") == 0 || strcmp(line, "/thoat") == 0;
}

/* The line is down, or slow: nobody has to stand there for it. */
static void take_while_sending(struct cli_join *join, const char *line)
{
    static const char *const leave[] = { "huy", "/huy", "cancel", "/cancel",
                                         NULL };

    if (!cli_marks_is_word(line, leave)) {
        cli_paragraph_write(
            _("The receipt is not here yet. The ballot is kept and sent "
              "until it is; to go back to the meeting type: cancel"),
            stdout);
        return;
    }
    close_page(join);
}

/* Could this be meant for the paper of this ballot? */
static bool could_be_marks(const struct client_ballot_view *own,
                           const char *line)
{
    static const char *const words[] = { "bophieu", "cast", "sua", "change",
                                         NULL };
    static const char signs[] = "0123456789ABCDabcd -,.;:=";
    const struct cli_paper paper = { .name = own->name,
                                     .questions = own->questions,
                                     .question_count = own->question_count };
    char problem[CLI_MARKS_PROBLEM_SIZE];
    uint8_t marks[LIMIT_BALLOT_POSITIONS] = { 0 };
    bool could_be =
        strspn(line, signs) == strlen(line) || cli_marks_is_word(line, words);
    size_t i;

    if (cli_paper_position_count(&paper) > LIMIT_BALLOT_POSITIONS)
        return could_be;
    for (i = 0; !could_be && i < paper.question_count;
         i += cli_paper_section(&paper, i))
        could_be =
            cli_marks_read(&paper, i, line, marks, problem) != CLI_MARKS_WRONG;
    OPENSSL_cleanse(marks, sizeof marks);
    OPENSSL_cleanse(problem, sizeof problem);
    return could_be;
}

/*
 * Whoever types marks outside the booth, because it is not open after all, does
 * not tell them to everybody: while voting is open on this device, lines of
 * that kind go nowhere.
 */
bool cli_screen_booth_withholds(struct cli_join *join, const char *line)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const struct meeting_ballot *ballot =
        view->state ? meeting_state_open_ballot(view->state) : NULL;
    const struct client_ballot_view *own =
        ballot ? meeting_view_ballot(view, &ballot->id) : NULL;
    const bool is_withheld = own && ballot->phase == BALLOT_PHASE_VOTING &&
                             own->has_election &&
                             (own->has_credential || own->pool_size > 0) &&
                             could_be_marks(own, line);

    client_view_unlock(join->session.client);
    if (is_withheld)
        cli_paragraph_write(
            _("This looks like marks on the secret ballot, so it was sent to "
              "nobody. To vote: /cast. If it is something that you want to "
              "say to all: /chat and the text"),
            stdout);
    return is_withheld;
}

bool cli_screen_booth_takes(struct cli_join *join, const char *line)
{
    if (voting.page == PAGE_BOOTH && !is_quit(line)) {
        take_in_booth(join, line);
        return true;
    }
    if (voting.page == PAGE_RECEIPT) {
        close_page(join);
        cli_paragraph_write(
            voting.is_of_paper
                ? _("This device is ready for the next paper ballot: /cast")
                : _("This device is ready for the next: /cast NAME"),
            stdout);
        return true;
    }
    if (voting.page == PAGE_SENDING && !is_quit(line)) {
        take_while_sending(join, line);
        return true;
    }
    if (!voting.swallows)
        return false;
    voting.swallows = false;
    if (line[0] != '\0')
        cli_paragraph_write(
            _("What you have just typed was not sent to anybody."), stdout);
    return true;
}

/* --- what happens --------------------------------------------------------- */

static const struct identifier *ballot_of(const struct meeting_event *event)
{
    switch ((int)event->kind) {
    case EVENT_BALLOT_ENDING_KIND:
        return &event->body.ballot_ending.ballot;
    case EVENT_BALLOTS_ENDED_KIND:
        return &event->body.ballots_ended.ballot;
    case EVENT_BALLOT_VOIDED_KIND:
        return &event->body.ballot_voided.ballot;
    default:
        return NULL;
    }
}

/* What somebody in the booth has to hear at once. */
static void tell_voter(struct cli_join *join, const struct meeting_event *event)
{
    const struct identifier *ballot = ballot_of(event);
    char time[CLI_TIME_SIZE];

    if (!ballot || !identifier_equal(ballot, &voting.ballot))
        return;
    if (event->kind == EVENT_BALLOT_ENDING_KIND) {
        cli_clock_write(event->body.ballot_ending.closes_at, time);
        (void)printf(_("ATTENTION: voting ends at %s.\n"), time);
        (void)fflush(stdout);
    } else {
        close_on_voter(join, event->kind == EVENT_BALLOT_VOIDED_KIND
                                 ? _("This secret ballot is void.")
                                 : _("Voting has ended."));
    }
}

static bool waits(const struct client_notice *notice)
{
    return notice->kind == CLIENT_EVENT || notice->kind == CLIENT_OPENING ||
           notice->kind == CLIENT_BALLOT || notice->kind == CLIENT_CAUGHT_UP ||
           notice->kind == CLIENT_UNCONFIRMED || notice->kind == CLIENT_RESYNC;
}

/* The hall device's receipt: it stands there until the device is passed on. */
static bool take_hall_receipt(const struct client_notice *notice)
{
    if (voting.page != PAGE_SENDING || notice->kind != CLIENT_BALLOT ||
        notice->stage != CLIENT_BALLOT_RECEIPT)
        return false;
    cli_terminal_clear_page();
    voting.page = PAGE_RECEIPT;
    if (voting.is_of_paper)
        cli_paragraph_write(
            _("The paper ballot is in the box. Write its tracker on the "
              "paper, or in the committee's list:"),
            stdout);
    else
        cli_paragraph_write(
            _("Your ballot is in the box. Its tracker, if you wish to note "
              "it down:"),
            stdout);
    cli_tracker_write(&notice->blob, 4, stdout);
    if (voting.is_of_paper)
        cli_paragraph_write(
            _("With it the paper is found in the record, at a recount.\n"
              "Press Enter: the screen is wiped. Then enter the next."),
            stdout);
    else
        cli_paragraph_write(
            _("With it you find your ballot in the record; how you voted it "
              "does not show.\nPress Enter: the screen is wiped. Then pass "
              "the device on to the next."),
            stdout);
    (void)fflush(stdout);
    return true;
}

bool cli_ballot_holds(struct cli_join *join, struct client_notice *notice)
{
    if (voting.page == PAGE_NONE || !waits(notice))
        return false;
    if (take_hall_receipt(notice)) {
        (void)client_notice_free(notice);
        return true;
    }
    if (notice->meeting_event && !cli_join_is_register(join, notice))
        tell_voter(join, notice->meeting_event);
    if (voting.page == PAGE_NONE)
        return false;
    if (voting.held_count == HELD_MAX) {
        voting.has_dropped = true;
        (void)client_notice_free(notice);
    } else {
        voting.held[voting.held_count++] = notice;
    }
    return true;
}

void cli_screen_booth_expect(const struct identifier *ballot,
                             const struct identifier *voter)
{
    voting.ballot = *ballot;
    voting.voter = *voter;
}

void cli_screen_booth_on_answer(struct cli_join *join,
                                const struct client_notice *notice,
                                const struct cli_request *request)
{
    if (strcmp(request->op, "hall_unlock") == 0 && notice->is_ok)
        open_hall_booth(join);
    else if (strcmp(request->op, "hall_cast") == 0 && !notice->is_ok &&
             voting.page == PAGE_SENDING)
        close_page(join);
}

bool cli_screen_booth_is_open(void) { return voting.page != PAGE_NONE; }

void cli_screen_booth_end(void)
{
    size_t i;

    cli_booth_close(&voting.marked);
    wipe_page_bytes();
    cli_terminal_close_page();
    for (i = 0; i < voting.held_count; i++)
        voting.held[i] = client_notice_free(voting.held[i]);
    voting.held_count = 0;
}
