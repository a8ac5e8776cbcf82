/* Answers of the server on the screen: refusals, and what was asked for. */
#include "client/cli/cli_screen.h"

#include "client/cli/cli_documents.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

enum { CROWDED_EVERY_MS = 10000 };

static struct {
    bool has_said_unheard; /* since the microphone was last switched */
    int64_t crowded_ms;    /* when that was said; 0: not yet */
} answers;

static void ask_for_blob(struct cli_join *join,
                         const struct client_notice *notice)
{
    json_t *answer = json_loadb(notice->json, notice->json_size, 0, NULL);
    const char *blob = json_string_value(json_object_get(answer, "blob"));
    json_t *command =
        blob ? json_pack("{s:s, s:s}", "op", "get_blob", "blob", blob) : NULL;
    struct refusal refusal;

    if (command && !cli_join_send(join, command, NULL, &refusal))
        cli_screen_put_refusal(join, &refusal);
    json_decref(command);
    json_decref(answer);
}

/* The minutes that the server drew are what is read back. */
static void present_minutes(struct cli_join *join,
                            const struct client_notice *notice)
{
    json_t *answer = json_loadb(notice->json, notice->json_size, 0, NULL);
    json_t *blob = json_object_get(answer, "blob");
    json_t *size = json_object_get(answer, "size");
    json_t *upto = json_object_get(answer, "upto");
    json_t *command =
        json_pack("{s:s, s:s, s:O?, s:O?, s:O?, s:b}", "op", "present_minutes",
                  "log", join->log.text, "upto", upto, "size", size, "minutes",
                  blob, "unchecked", (int)join->presents_anyway);
    struct refusal refusal;

    if (!command || !blob || !size || !upto)
        cli_screen_say("%s", _("the server's answer cannot be read"));
    else if (!cli_join_send(join, command, NULL, &refusal))
        cli_screen_put_refusal(join, &refusal);
    json_decref(command);
    json_decref(answer);
}

/* The server throws away what somebody says who has no right to; it repeats
 * that every second, once is enough for people. */
static void say_unheard(void)
{
    if (!answers.has_said_unheard)
        cli_screen_say(
            "%s", _("Nobody hears you: you do not have the floor, or you are "
                    "muted."));
    answers.has_said_unheard = true;
}

/* It comes and goes while others speak, so it is said again after a while. */
static void say_crowded(void)
{
    const int64_t now_ms = cli_wall_ms();

    if (answers.crowded_ms > 0 &&
        now_ms - answers.crowded_ms < CROWDED_EVERY_MS)
        return;
    cli_screen_say("%s", _("Nobody hears you: as many speak already as can be "
                           "heard at once."));
    answers.crowded_ms = now_ms;
}

void cli_screen_take_answer(struct cli_join *join,
                            const struct client_notice *notice,
                            const struct cli_request *request)
{
    /* A join's refusal has a notice of its own; and nobody who goes wants to
     * know that the record of a closed meeting does not take it down. */
    bool is_silent = request && (strcmp(request->op, "join") == 0 ||
                                 strcmp(request->op, "leave") == 0);

    /* Both texts were shown. */
    if (notice->refusal.code == REFUSAL_ENTRY_CONFLICT && request &&
        strcmp(request->op, "edit_entry") == 0)
        is_silent = true;

    if (!request && notice->refusal.code == REFUSAL_NO_FLOOR)
        say_unheard();
    else if (!request && notice->refusal.code == REFUSAL_TOO_MANY_SPEAKERS)
        say_crowded();
    else if (!notice->is_ok && !is_silent)
        cli_screen_put_refusal(join, &notice->refusal);
    if (!notice->is_ok && request)
        cli_documents_on_refused(request->op);
    if (notice->refusal.code == REFUSAL_MINUTES_DIFFER ||
        notice->refusal.code == REFUSAL_MINUTES_UNCHECKED)
        cli_screen_say("%s",
                       _("Compare them first: /minutes shows what this device "
                         "has, /minutes-text what the server draws. With "
                         "/read-back anyway or /sign-minutes anyway you answer "
                         "for them all the same."));
    if (notice->is_ok && request && strcmp(request->op, "minutes") == 0 &&
        notice->json)
        ask_for_blob(join, notice);
    if (notice->is_ok && request && strcmp(request->op, "draw_minutes") == 0 &&
        notice->json)
        present_minutes(join, notice);
    if (request)
        cli_trust_on_answer(join, notice, request);
    if (request)
        cli_ballot_on_answer(join, notice, request);
    if (request)
        cli_attendance_on_answer(join, notice, request);
}

void cli_screen_take_blob(const struct client_notice *notice)
{
    if (!notice->blob_bytes)
        return;
    (void)putchar('\n');
    (void)fwrite(notice->blob_bytes, 1, (size_t)notice->blob_size, stdout);
    (void)putchar('\n');
}

void cli_screen_expect_voice(void)
{
    answers.has_said_unheard = false;
    answers.crowded_ms = 0;
}
