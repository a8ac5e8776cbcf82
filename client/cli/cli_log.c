/*
 * chibo log: the exact bytes of the record of a meeting or of the register, one
 * event a line, and the openings beside it; the chain is computed anew from the
 * first event on.
 */
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "protocol/program/result_words.h"
#include "protocol/record/hash_chain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char usage_text[] =
    N_("usage: chibo log MEETING|register -o FILE [options]\n"
       "\n"
       "Fetches the record of a meeting, or of the organisation's register,\n"
       "verifies its chain from the first event on, and writes the events as\n"
       "they are, one a line, to FILE and the texts opened to you to\n"
       "FILE.openings. chibo-verify reads them.\n"
       "\n"
       "  -o, --output FILE\n"
       "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

/* The word for the register, whose id is the organisation's. */
#define REGISTER_WORD "register"

enum { TAG_JOIN = 1, PATH_SIZE = 4096, IDLE_MS = 60000 };

struct log_writer {
    struct cli_session session;
    struct identifier log;
    FILE *events;
    FILE *openings;
    struct hash head;
    uint64_t count;
    uint64_t opening_count;
    bool has_failed;
};

static void take_event(struct log_writer *writer,
                       const struct client_notice *notice)
{
    struct hash leaf = hash_chain_leaf(notice->json, notice->json_size);

    if (notice->seq != writer->count) {
        cli_complain(_("event %llu is missing"),
                     (unsigned long long)writer->count);
        writer->has_failed = true;
        return;
    }
    writer->head = hash_chain_link(writer->count > 0 ? &writer->head : NULL,
                                   writer->count, &leaf);
    writer->count++;
    if (fwrite(notice->json, 1, notice->json_size, writer->events) !=
            notice->json_size ||
        fputc('\n', writer->events) == EOF)
        writer->has_failed = true;
}

static void take_opening(struct log_writer *writer,
                         const struct client_notice *notice)
{
    if (!notice->json)
        return;
    writer->opening_count++;
    if (fwrite(notice->json, 1, notice->json_size, writer->openings) !=
            notice->json_size ||
        fputc('\n', writer->openings) == EOF)
        writer->has_failed = true;
}

/* True when the record is complete, or cannot become so. */
static bool take_notice(struct log_writer *writer,
                        const struct client_notice *notice)
{
    char sentence[CLI_SENTENCE_SIZE];

    if (notice->kind == CLIENT_EVENT) {
        take_event(writer, notice);
    } else if (notice->kind == CLIENT_OPENING) {
        take_opening(writer, notice);
    } else if (notice->kind == CLIENT_ANSWER && !notice->is_ok) {
        cli_refusal_sentence(&notice->refusal, NULL, sentence, sizeof sentence);
        cli_complain("%s", sentence);
        writer->has_failed = true;
    } else if (notice->kind == CLIENT_REFUSED) {
        cli_complain("%s", cli_reason_sentence(notice->reason));
        writer->has_failed = true;
    } else if (notice->kind == CLIENT_WAITING) {
        cli_complain(_("you are waiting in the lobby: the record is for those "
                       "whom the chair has admitted"));
        writer->has_failed = true;
    } else if (notice->kind == CLIENT_TURNED_AWAY) {
        cli_complain(_("the chair did not admit you"));
        writer->has_failed = true;
    } else if (notice->kind == CLIENT_TRUST_ALARM) {
        cli_complain(_("the chain does NOT verify, at event %llu"),
                     (unsigned long long)notice->seq);
        writer->has_failed = true;
    } else if (notice->kind == CLIENT_RESYNC) {
        cli_complain(_("the record came faster than it could be written: try "
                       "again"));
        writer->has_failed = true;
    }
    return writer->has_failed || notice->kind == CLIENT_CAUGHT_UP;
}

/* Two computations of the head: ours over what is in the file, the core's over
 * what it has checked. */
static bool agrees_with_core(struct log_writer *writer)
{
    const bool is_register =
        identifier_equal(&writer->log, &writer->session.organisation);
    const struct meeting_view *view = client_view_lock(writer->session.client);
    const struct hash *head = is_register ? &view->register_head : &view->head;
    uint64_t next = 0;
    bool is_equal;

    if (is_register)
        next = view->org ? view->org->next_seq : 0;
    else
        next = view->state ? view->state->next_seq : 0;
    is_equal = next > writer->count ||
               (next == writer->count && hash_equal(head, &writer->head));
    client_view_unlock(writer->session.client);
    if (!is_equal)
        cli_complain(_("the chain does NOT verify: the heads differ"));
    return is_equal;
}

static bool fetch(struct log_writer *writer)
{
    char command[100];
    bool is_over = false;

    (void)snprintf(command, sizeof command, "{\"op\":\"join\",\"log\":\"%s\"}",
                   writer->log.text);
    if (client_command(writer->session.client, TAG_JOIN, command) != RESULT_OK)
        return false;
    while (!is_over) {
        struct client_notice *notice =
            cli_session_next(&writer->session, cli_now_ms() + IDLE_MS);

        if (!notice)
            break;
        is_over = take_notice(writer, notice);
        (void)client_notice_free(notice);
    }
    if (!is_over)
        cli_complain(_("the server stopped sending the record"));
    return is_over && !writer->has_failed && agrees_with_core(writer);
}

static bool report(struct log_writer *writer, const char *path)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(writer->head.bytes, HASH_SIZE, hex);
    if (writer->count == 0) {
        cli_complain(_("this record is empty"));
        return false;
    }
    (void)printf(_("The chain verifies from its first event: %llu events, "
                   "%llu texts opened.\n"),
                 (unsigned long long)writer->count,
                 (unsigned long long)writer->opening_count);
    (void)printf(_("Head: %s\n"), hex);
    (void)printf(_("Written: %s and %s.openings\n"), path, path);
    return true;
}

static enum cli_exit fetch_into(struct log_writer *writer, const char *path)
{
    char openings[PATH_SIZE];
    bool is_done = false;

    if (snprintf(openings, sizeof openings, "%s.openings", path) >= PATH_SIZE)
        return CLI_USAGE;
    writer->events = fopen(path, "we");
    writer->openings = fopen(openings, "we");
    if (writer->events && writer->openings)
        is_done = fetch(writer);
    else
        cli_complain(_("cannot write %s: %s"), path, system_words(errno));
    if (writer->events && fclose(writer->events) != 0)
        is_done = false;
    if (writer->openings && fclose(writer->openings) != 0)
        is_done = false;
    return is_done && report(writer, path) ? CLI_DONE : CLI_FAILED;
}

enum cli_exit cli_log(int argc, char **argv)
{
    const char *path = NULL;
    const char *word = NULL;
    const struct cli_option options[] = { { "--output", &path, NULL } };
    const struct cli_usage usage = { usage_text, options, 1, 1, 1 };
    struct cli_common common = { NULL, NULL };
    struct log_writer writer = { .count = 0 };
    enum cli_exit end;

    if (!cli_options_read(&usage, argc, argv, &common, &word, &end))
        return end;
    if (!path ||
        identifier_parse(text_view_of(word), &writer.log) != RESULT_OK) {
        cli_complain(_("name a meeting or \"register\", and a file with -o"));
        return CLI_USAGE;
    }
    end = CLI_FAILED;
    if (cli_session_open(&writer.session, &common)) {
        if (strcmp(word, REGISTER_WORD) == 0)
            writer.log = writer.session.organisation;
        end = fetch_into(&writer, path);
    }
    cli_session_close(&writer.session);
    return end;
}
