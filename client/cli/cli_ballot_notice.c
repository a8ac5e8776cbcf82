#include "client/cli/cli_ballot_notice.h"

#include "client/cli/cli_ballot_show.h"
#include "client/cli/cli_ballot_text.h"
#include "client/cli/cli_devices.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const char *cli_ballot_fault_sentence(enum client_ballot_fault fault)
{
    switch (fault) {
    case CLIENT_BALLOT_FAULT_NONE:
    case CLIENT_BALLOT_FAULT_COUNT:
        break;
    case CLIENT_BALLOT_FAULT_RANDOM:
        return _("this device's source of random numbers failed; nothing was "
                 "sent");
    case CLIENT_BALLOT_FAULT_STORAGE:
        return _("this device cannot keep what has to be kept; nothing was "
                 "sent. Is the disk full?");
    case CLIENT_BALLOT_FAULT_VAULT:
        return _("what this device kept of the ballot cannot be read");
    case CLIENT_BALLOT_FAULT_KEYS_REUSED:
        return _("keys that serve once were to be used again");
    case CLIENT_BALLOT_FAULT_KEYS:
        return _("a part of the key that somebody sent is false");
    case CLIENT_BALLOT_FAULT_VERDICT:
        return _("the server says something false about who spoilt the keys");
    case CLIENT_BALLOT_FAULT_RECORD:
        return _("a record is not the one that the meeting's record names, or "
                 "cannot be had");
    case CLIENT_BALLOT_FAULT_ELECTION:
        return _("the ballot is not the one that the meeting adopted");
    case CLIENT_BALLOT_FAULT_COMMITTEE:
        return _("the tellers' keys or signatures are not those of the "
                 "meeting's record");
    case CLIENT_BALLOT_FAULT_TRUSTEES:
        return _("the record of the tellers' keys is false");
    case CLIENT_BALLOT_FAULT_LIST:
        return _("the list of ballots is not right: this device's ballot is "
                 "not in it, or its length is another");
    case CLIENT_BALLOT_FAULT_ATTESTATIONS:
        return _("fewer devices confirmed the list than it has entries");
    case CLIENT_BALLOT_FAULT_STATEMENT:
        return _("a signature of the server is false");
    case CLIENT_BALLOT_FAULT_NOT_COUNTED:
        return _("your last ballot is not in the count, or not where its "
                 "receipt says");
    case CLIENT_BALLOT_FAULT_OBJECTION:
        return _("what an objection shows, and what the server made of it, "
                 "contradict each other");
    case CLIENT_BALLOT_FAULT_CHAIN:
        return _("the ballots do not follow from the meeting's record");
    case CLIENT_BALLOT_FAULT_OTHER_TALLY:
        return _("another total of this ballot was to be decrypted, too");
    case CLIENT_BALLOT_FAULT_ARCHIVE:
        return _("the record of the ballot does not hold");
    case CLIENT_BALLOT_FAULT_REFUSED:
        return _("the server refused");
    case CLIENT_BALLOT_FAULT_MACHINE:
        return _("this computer ran out of memory, or its cryptography "
                 "failed");
    }
    return _("for a reason that this program does not know");
}

void cli_tracker_write(const struct hash *ballot, size_t indent, FILE *out)
{
    enum { GROUP = 4, GROUPS_OF_LINE = 6 };
    char text[CLIENT_BALLOT_TRACKER_SIZE];
    size_t i;

    client_ballot_tracker_text(ballot, text);
    for (i = 0; text[i] != '\0'; i++) {
        if (i % (GROUP * GROUPS_OF_LINE) == 0)
            (void)fprintf(out, "%s%*s", i > 0 ? "\n" : "", (int)indent, "");
        else if (i % GROUP == 0)
            (void)fputc(' ', out);
        (void)fputc(text[i], out);
    }
    (void)fputc('\n', out);
}

/* --- notices with more to say --------------------------------------------- */

static void put_elsewhere(const struct meeting_view *view,
                          const struct client_notice *notice, size_t width,
                          FILE *out)
{
    const struct register_device *device =
        view->org ? register_state_device(view->org, &notice->device) : NULL;

    (void)width;
    (void)fputs(_("your ballot was taken on another device of yours: "), out);
    if (device)
        (void)fputs(cli_device_name(view, device).text, out);
    else
        (void)fputs(device_code_of(&notice->device).text, out);
    (void)fputs(_(".\n  Vote there. If you do not know that device, tell the "
                  "chair at once.\n"),
                out);
}

static void put_receipt(const struct meeting_view *view,
                        const struct client_notice *notice, size_t width,
                        FILE *out)
{
    (void)view;
    (void)width;
    (void)fprintf(out,
                  _("RECEIPT. Your ballot is in the box, at "
                    "place %" PRIu64 ".\n  Its tracker, with which you find it "
                    "in the record:\n"),
                  notice->seq);
    cli_tracker_write(&notice->blob, 4, out);
}

/* The ids in `text`, joined by ",". */
static void put_missing(const struct meeting_view *view, const char *ids,
                        FILE *out)
{
    bool is_first = true;

    while (ids && *ids != '\0') {
        const size_t size = strcspn(ids, ",");
        struct identifier id;

        if (identifier_parse((struct text_view){ ids, size }, &id) == RESULT_OK)
            (void)fprintf(out, "%s%s", is_first ? "" : ", ",
                          cli_who(view, &id).text);
        is_first = false;
        ids += size + (ids[size] == ',' ? 1 : 0);
    }
}

/* Too few, or too few who confirmed: with the numbers, and what the chair
 * chose.
 */
static void put_few(const struct client_notice *notice, FILE *out)
{
    json_t *told = json_loadb(notice->json, notice->json_size, 0, NULL);

    (void)fprintf(out,
                  _("  The box holds %" PRId64
                    " ballots of own devices; %" PRId64
                    " members confirmed that theirs is among them.\n"),
                  (int64_t)json_integer_value(json_object_get(told, "counted")),
                  (int64_t)json_integer_value(json_object_get(told, "cast")));
    if (json_is_true(json_object_get(told, "own_missing")))
        (void)fputs(_("  Your own vote is not confirmed to be among them.\n"),
                    out);
    if (json_is_true(json_object_get(told, "knowingly")))
        (void)fputs(_("  With so few the result can show how people voted: the "
                      "chair knew it and went on.\n"),
                    out);
    json_decref(told);
}

static void put_asked(const struct meeting_view *view,
                      const struct client_notice *notice, size_t width,
                      FILE *out)
{
    (void)width;
    (void)fputs(_("YOUR DECISION as a teller: this device does not decrypt by "
                  "itself.\n"),
                out);
    if (notice->json)
        put_few(notice, out);
    if (notice->count > 0) {
        (void)fprintf(out, _("  Not confirmed (%" PRIu64 "): "), notice->count);
        put_missing(view, notice->text, out);
        (void)fputs(_("\n  Ask them first: if their ballots were left out, a "
                      "decryption hides it for good.\n"),
                    out);
    }
    (void)fputs(_("  To decrypt all the same: /decrypt-anyway\n"), out);
}

/* Does this device now say of the numbers that the server told what the server
 * said? Then they are not shown a second time. */
static bool is_confirmed(const struct meeting_view *view,
                         const struct client_notice *notice)
{
    const struct meeting_ballot *ballot =
        view->state ? meeting_state_ballot(view->state, &notice->ballot) : NULL;
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &notice->ballot);

    return notice->stage == CLIENT_BALLOT_VERIFIED && ballot && own &&
           ballot->count_count > 0 && own->count_count == ballot->count_count &&
           memcmp(own->counts, ballot->counts,
                  own->count_count * sizeof *own->counts) == 0;
}

static void put_result(const struct meeting_view *view,
                       const struct client_notice *notice, size_t width,
                       FILE *out)
{
    const struct meeting_ballot *ballot =
        view->state ? meeting_state_ballot(view->state, &notice->ballot) : NULL;

    if (is_confirmed(view, notice)) {
        (void)fputs(_("THE RESULT IS RIGHT: this device has fetched the whole "
                      "record and checked it itself.\n"),
                    out);
        return;
    }
    (void)fputs(_("the result.\n"), out);
    if (ballot)
        cli_ballot_result_show(view, ballot, width, out);
}

static void put_fault(const struct meeting_view *view,
                      const struct client_notice *notice, FILE *out)
{
    char sentence[CLI_SENTENCE_SIZE];

    (void)fputs(cli_ballot_fault_sentence(notice->fault), out);
    if (notice->text && notice->text[0] != '\0')
        (void)fprintf(out, " (%s)", notice->text);
    if (notice->refusal.code != REFUSAL_NONE) {
        cli_refusal_sentence(&notice->refusal, view, sentence, sizeof sentence);
        (void)fprintf(out, ": %s", sentence);
    }
    (void)fputs(".\n", out);
}

static void put_objection(const struct meeting_view *view,
                          const struct client_notice *notice, size_t width,
                          FILE *out)
{
    (void)width;
    (void)fputs(_("THIS DEVICE OBJECTS: "), out);
    put_fault(view, notice, out);
}

static void put_blame(const struct meeting_view *view,
                      const struct client_notice *notice, const char *reason,
                      uint64_t guilty, FILE *out)
{
    const int fault =
        reason ? enum_value(&keys_fault_words, text_view_of(reason)) : 0;

    if (fault > 0)
        cli_keys_fault_write(view, &notice->ballot, (enum keys_fault)fault,
                             guilty, out);
    else
        (void)fputs(_("nobody did anything wrong"), out);
}

/* The server named somebody whom the record of the meeting does not name. */
static void put_false_verdict(const struct meeting_view *view,
                              const struct client_notice *notice, FILE *out)
{
    json_t *line = json_loadb(notice->json, notice->json_size, 0, NULL);
    const json_t *told = json_object_get(line, "told");

    (void)fprintf(
        out,
        _("THE SERVER LIES about the keys of attempt %" PRIu64 ". It says: "),
        (uint64_t)json_integer_value(json_object_get(line, "attempt")));
    put_blame(view, notice, json_string_value(json_object_get(told, "reason")),
              (uint64_t)json_integer_value(json_object_get(told, "guilty")),
              out);
    (void)fputs(_(".\n  This device has judged it itself, from what stands in "
                  "the meeting's record: "),
                out);
    put_blame(view, notice, notice->text, notice->count, out);
    (void)fprintf(
        out,
        _(".\n  It goes no further in this ballot. Tell the others: the record "
          "proves it (event %" PRIu64 "), and chibo-verify shows it.\n"),
        (uint64_t)json_integer_value(json_object_get(line, "seq")));
    json_decref(line);
}

/* Has this device found what the server said? NULL: there was nothing to find.
 */
static const json_t *judged(const json_t *line)
{
    return json_object_get(line, "judged");
}

static void put_keys_failed(const struct meeting_view *view,
                            const struct client_notice *notice, size_t width,
                            FILE *out)
{
    json_t *line = json_loadb(notice->json, notice->json_size, 0, NULL);

    (void)view;
    (void)width;
    (void)fputs(json_is_true(judged(line))
                    ? _("this device has judged the making of the keys itself: "
                        "what the server says is right.\n")
                    : _("this device could NOT judge the making of the keys "
                        "itself.\n"),
                out);
    json_decref(line);
}

/* An event tells that the chair had keys begun anew. */
static bool is_to_tell(const struct client_notice *notice)
{
    json_t *line;
    bool is_judged;

    if (notice->stage != CLIENT_BALLOT_KEYS_FAILED)
        return true;
    line = json_loadb(notice->json, notice->json_size, 0, NULL);
    is_judged = judged(line) != NULL;
    json_decref(line);
    return is_judged;
}

static void put_failure(const struct meeting_view *view,
                        const struct client_notice *notice, size_t width,
                        FILE *out)
{
    (void)width;
    if (notice->fault == CLIENT_BALLOT_FAULT_VERDICT && notice->json) {
        put_false_verdict(view, notice, out);
        return;
    }
    (void)fputs(_("THIS DEVICE GOES NO FURTHER: "), out);
    put_fault(view, notice, out);
}

/* The server says so of itself: only people can end the ballot. */
static void put_stuck(const struct meeting_view *view,
                      const struct client_notice *notice, size_t width,
                      FILE *out)
{
    char sentence[CLI_SENTENCE_SIZE];

    (void)width;
    cli_refusal_sentence(&notice->refusal, view, sentence, sizeof sentence);
    (void)fprintf(out,
                  _("IT CANNOT GO ON: %s.\n  To declare it void: "
                    "/void-ballot REASON\n"),
                  sentence);
}

/* --- all ------------------------------------------------------------------ */

/* Notices that only name the ballot. */
static const char *plain_line(enum client_ballot_stage stage)
{
    switch ((int)stage) {
    case CLIENT_BALLOT_KEYS_WANTED:
        return _("this device makes a key, as a teller's.\n");
    case CLIENT_BALLOT_KEYS_SIGNED:
        return _("this device has checked and signed the "
                 "keys.\n");
    case CLIENT_BALLOT_ISSUE_WANTED:
        return _("take your ballot on this device: "
                 "/take-ballot\n");
    case CLIENT_BALLOT_ISSUED_HERE:
        return _("your ballot is on this device. Now the "
                 "list is being made.\n");
    case CLIENT_BALLOT_ATTESTED:
        return _("this device has checked the list and "
                 "confirmed it. Who is in it: /ballot-list\n");
    case CLIENT_BALLOT_NOT_LISTED:
        return _("you are NOT in the list. Ask the chair for "
                 "a paper ballot.\n");
    case CLIENT_BALLOT_READY_TO_VOTE:
        return _("YOU CAN VOTE NOW: /cast\n");
    case CLIENT_BALLOT_CAST_PENDING:
        return _("your ballot is encrypted, kept, and on its "
                 "way. Wait for the receipt.\n");
    case CLIENT_BALLOT_INCLUDED:
        return _("this device has checked the box and signed "
                 "that all is right with your ballot.\n");
    case CLIENT_BALLOT_DECRYPTED:
        return _("this device has decrypted its part of the "
                 "total.\n");
    default:
        return NULL;
    }
}

/* The same at a device that the members of a site vote on. */
static const char *hall_line(enum client_ballot_stage stage)
{
    switch ((int)stage) {
    case CLIENT_BALLOT_ISSUED_HERE:
        return _("this device holds the ballots of those who are ticked at "
                 "this site. Now the list is being made.\n");
    case CLIENT_BALLOT_READY_TO_VOTE:
        return _("THE MEMBERS AT THIS SITE CAN VOTE NOW, one after the other: "
                 "/cast NAME\n");
    case CLIENT_BALLOT_INCLUDED:
        return _("this device has checked the box and signed that the ballots "
                 "made on it are in it.\n");
    default:
        return plain_line(stage);
    }
}

/* Those that have more to say; NULL: the notice needs no line. */
typedef void (*put_fn)(const struct meeting_view *view,
                       const struct client_notice *notice, size_t width,
                       FILE *out);

static put_fn longer_line(enum client_ballot_stage stage)
{
    switch ((int)stage) {
    case CLIENT_BALLOT_ISSUED_ELSEWHERE:
        return put_elsewhere;
    case CLIENT_BALLOT_RECEIPT:
        return put_receipt;
    case CLIENT_BALLOT_OBJECTION:
        return put_objection;
    case CLIENT_BALLOT_ASKED:
        return put_asked;
    case CLIENT_BALLOT_CHECKED_BY_SERVER:
    case CLIENT_BALLOT_VERIFIED:
        return put_result;
    case CLIENT_BALLOT_STUCK:
        return put_stuck;
    case CLIENT_BALLOT_FAILED:
        return put_failure;
    case CLIENT_BALLOT_KEYS_FAILED:
        return put_keys_failed;
    default:
        return NULL; /* an event tells of a void ballot */
    }
}

bool cli_ballot_notice_write(const struct meeting_view *view,
                             const struct client_notice *notice, size_t width,
                             FILE *out)
{
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &notice->ballot);
    const char *line = own && own->pool_size > 0 ? hall_line(notice->stage)
                                                 : plain_line(notice->stage);
    const put_fn put = longer_line(notice->stage);

    if ((!line && !put) || !is_to_tell(notice))
        return false;
    (void)fprintf(out, _("Secret ballot %s: "), notice->ballot.text);
    if (line)
        (void)fputs(line, out);
    else
        put(view, notice, width, out);
    return true;
}
