/*
 * What programs tell chibo, one JSON object a line: commands in the form of the
 * wire without id, log and act; "tag" is given back with the answer.
 * {"op":"state"}, {"op":"texts"}, {"op":"devices","holder":…},
 * {"op":"speak","file":…},
 * {"op":"stats"}, {"op":"constant","on":…},
 * {"op":"talk","on":…}, {"op":"volume","holder":…,"percent":…},
 * {"op":"attach","file":…,"item":…},
 * {"op":"document","document":"d1","file":…} and {"op":"quit"} are ours.
 */
#include "client/cli/cli_json.h"

#include "client/cli/cli_devices.h"
#include "client/cli/cli_documents.h"
#include "client/cli/cli_line.h"
#include "client/cli/cli_state_json.h"
#include "client/cli/cli_texts.h"

#include <string.h>

/* With the tag of what it answers. */
static void put_tagged(json_t *object, json_t *tag)
{
    if (object && tag)
        (void)json_object_set(object, "tag", tag);
    cli_json_put(object);
}

static void put_error(enum refusal_code code, json_t *tag)
{
    struct refusal refusal;
    json_t *object;

    refusal_set(&refusal, code);
    if (code == REFUSAL_BAD_MESSAGE) {
        refusal_add_text(&refusal, "path", text_view_of("line"));
        refusal_add_text(&refusal, "problem", text_view_of("is not a command"));
    }
    object = json_pack("{s:o}", "error", refusal_to_json(&refusal));
    put_tagged(object, tag);
}

static void put_done(bool is_done, json_t *tag)
{
    json_t *object;

    if (!is_done) {
        put_error(REFUSAL_BUSY, tag);
        return;
    }
    object = json_pack("{s:b}", "ok", 1);
    put_tagged(object, tag);
}

static json_t *microphone_json(const struct cli_join *join)
{
    const struct cli_microphone_use *use = &join->microphone;
    const struct voice_processing_settings *processing = &use->processing;

    return json_pack("{s:s, s:b, s:I, s:b, s:b, s:i, s:b}", "mode",
                     use->mode == VOICE_OPEN_MICROPHONE ? "open" : "button",
                     "echo", (int)processing->cancels_echo, "echo_ms",
                     (json_int_t)processing->echo_ms, "noise",
                     (int)processing->reduces_noise, "gain",
                     (int)processing->adjusts_gain, "boost_db",
                     processing->boost_db, "silence",
                     (int)!use->sends_only_activity);
}

/* What this device alone knows. */
static void add_sound(const struct cli_join *join, json_t *state)
{
    (void)json_object_set_new(state, "speaking",
                              cli_json_speakers(&join->speakers));
    (void)json_object_set_new(state, "heard",
                              json_boolean(join->speakers.am_heard));
    (void)json_object_set_new(state, "talking", json_boolean(join->is_talking));
    (void)json_object_set_new(state, "microphone", microphone_json(join));
    (void)json_object_set_new(state, "volumes",
                              cli_volumes_json(&join->sound.volumes));
}

/* What is read from the view is told behind the events that it knows: the core
 * takes them in before they are told. */
static void put_state(struct cli_join *join, json_t *tag)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    json_t *state = cli_state_json(view);

    if (state)
        (void)json_object_set_new(state, "speech_line",
                                  cli_line_json(&view->speech_line));
    client_view_unlock(join->session.client);
    cli_join_tell_news(join);
    if (state)
        add_sound(join, state);
    put_tagged(json_pack("{s:o*}", "state", state), tag);
}

/* What is kept here for the minutes, of all meetings. */
static void put_texts(struct cli_join *join, json_t *tag)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    json_t *object = json_pack("{s:o*}", "texts", cli_texts_json(view));

    client_view_unlock(join->session.client);
    cli_join_tell_news(join);
    put_tagged(object, tag);
}

/* Of the holder that is named, else of this device's own. */
static void put_devices(struct cli_join *join, const json_t *command,
                        json_t *tag)
{
    const char *named = json_string_value(json_object_get(command, "holder"));
    const struct meeting_view *view = client_view_lock(join->session.client);
    struct identifier holder = view->me;
    json_t *object = NULL;

    if (!named || identifier_parse(text_view_of(named), &holder) == RESULT_OK)
        object = json_pack("{s:o*}", "devices",
                           cli_devices_json(view, &holder, NULL));
    client_view_unlock(join->session.client);
    if (!object) {
        put_error(REFUSAL_BAD_MESSAGE, tag);
        return;
    }
    cli_join_tell_news(join);
    put_tagged(object, tag);
}

/* A file to the meeting, or a document to a file. */
static void move_document(struct cli_join *join, const json_t *command,
                          const char *file)
{
    const char *document =
        json_string_value(json_object_get(command, "document"));
    const char *named = json_string_value(
        json_object_get(command, document ? "document" : "item"));
    char problem[CLI_DOCUMENTS_TEXT_SIZE];
    struct identifier id = { "" };
    bool is_under_way;

    if (named && *named &&
        identifier_parse(text_view_of(named), &id) != RESULT_OK) {
        put_error(REFUSAL_BAD_MESSAGE, NULL);
        return;
    }
    is_under_way =
        document ? cli_documents_get(join, &id, file ? file : "", problem)
                 : cli_documents_attach(join, file ? file : "", &id, problem);
    if (!is_under_way)
        cli_json_put_document("failed", problem);
}

static bool begins_log(const char *op)
{
    return strcmp(op, "open_lobby") == 0 || strcmp(op, "prepare_meeting") == 0;
}

static void send_command(struct cli_join *join, json_t *command, json_t *tag)
{
    struct refusal refusal;

    (void)json_object_del(command, "tag");
    /* Before its first event the core has no meeting to take a log from. */
    if (!json_object_get(command, "log") &&
        begins_log(json_string_value(json_object_get(command, "op"))))
        (void)json_object_set_new(command, "log", json_string(join->log.text));
    if (!cli_join_send(join, command, json_incref(tag), &refusal))
        put_error(refusal.code, tag);
}

static void set_volume(struct cli_join *join, const json_t *command,
                       json_t *tag)
{
    const char *named = json_string_value(json_object_get(command, "holder"));
    const json_t *percent = json_object_get(command, "percent");
    const json_int_t value = json_integer_value(percent);
    struct identifier holder;
    enum result result;

    if (!named || !json_is_integer(percent) || value < 0 ||
        value > CLI_VOLUME_MAX ||
        identifier_parse(text_view_of(named), &holder) != RESULT_OK)
        put_error(REFUSAL_BAD_MESSAGE, tag);
    else
        put_done(cli_join_set_volume(join, &holder, (unsigned)value, &result),
                 tag);
}

static bool answer_same_room(struct cli_join *join, const char *what)
{
    if (!what)
        return false;
    if (strcmp(what, "mute") == 0)
        return cli_join_talk(join, false);
    if (strcmp(what, "mute_all") == 0)
        return cli_join_talk(join, false) && cli_join_set_deaf(join, true);
    if (strcmp(what, "hear") == 0)
        return cli_join_set_deaf(join, false);
    return strcmp(what, "ignore") == 0 && cli_room_ignore(&join->room);
}

static void do_command(struct cli_join *join, json_t *command)
{
    const char *op = json_string_value(json_object_get(command, "op"));
    const char *file = json_string_value(json_object_get(command, "file"));
    json_t *tag = json_incref(json_object_get(command, "tag"));

    if (!op)
        put_error(REFUSAL_BAD_MESSAGE, tag);
    else if (strcmp(op, "quit") == 0)
        cli_join_quit(join);
    else if (strcmp(op, "state") == 0)
        put_state(join, tag);
    else if (strcmp(op, "texts") == 0)
        put_texts(join, tag);
    else if (strcmp(op, "devices") == 0)
        put_devices(join, command, tag);
    else if (strcmp(op, "attach") == 0 || strcmp(op, "document") == 0)
        move_document(join, command, file);
    else if (strcmp(op, "speak") == 0)
        put_done(file && cli_join_speak(join, file), tag);
    else if (strcmp(op, "talk") == 0)
        put_done(
            cli_join_talk(join, json_is_true(json_object_get(command, "on"))),
            tag);
    else if (strcmp(op, "same_room") == 0)
        put_done(answer_same_room(
                     join, json_string_value(json_object_get(command, "do"))),
                 tag);
    else if (strcmp(op, "volume") == 0)
        set_volume(join, command, tag);
    else if (strcmp(op, "stats") == 0)
        put_done(join->voice && cli_voice_ask_statistics(join->voice), tag);
    else if (strcmp(op, "constant") == 0)
        put_done(cli_join_set_constant(
                     join, json_is_true(json_object_get(command, "on"))),
                 tag);
    else
        send_command(join, command, tag);
    json_decref(tag);
}

void cli_json_on_line(struct cli_join *join, char *line)
{
    json_t *command;

    if (line[strspn(line, " \t")] == '\0')
        return;
    command = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(command))
        do_command(join, command);
    else
        put_error(REFUSAL_BAD_MESSAGE, NULL);
    json_decref(command);
}

void cli_json_on_line_too_long(struct cli_join *join)
{
    (void)join;
    put_error(REFUSAL_TOO_LONG, NULL);
}
