/* The front for programs: what happens, one JSON object a line. */
#include "client/cli/cli_json.h"

#include "client/cli/cli_documents.h"
#include "client/cli/cli_line.h"

#include <stdio.h>

enum { SPEAKERS_EVERY_MS = 250 };

void cli_json_put(json_t *object)
{
    if (object) {
        (void)json_dumpf(object, stdout, JSON_COMPACT);
        (void)putchar('\n');
    }
    json_decref(object);
}

static void put_exact(const struct client_notice *notice)
{
    (void)fwrite(notice->json, 1, notice->json_size, stdout);
    (void)putchar('\n');
}

/* Events and openings follow a line that names their log if it has changed. */
static void put_log(const struct client_notice *notice)
{
    static struct identifier last;

    if (identifier_equal(&last, &notice->log))
        return;
    last = notice->log;
    cli_json_put(json_pack("{s:s}", "log", last.text));
}

static void put_opening(const struct client_notice *notice)
{
    put_log(notice);
    if (notice->json)
        put_exact(notice);
    else
        cli_json_put(json_pack("{s:I, s:s, s:s}", "open",
                               (json_int_t)notice->seq, "field",
                               notice->field ? notice->field : "", "value",
                               notice->text ? notice->text : ""));
}

static void put_answer(const struct client_notice *notice,
                       const struct cli_request *request)
{
    json_t *answer = notice->json
                         ? json_loadb(notice->json, notice->json_size, 0, NULL)
                         : NULL;

    if (!answer)
        answer = notice->is_ok ? json_pack("{s:b}", "ok", 1)
                               : json_pack("{s:o}", "error",
                                           refusal_to_json(&notice->refusal));
    if (request && request->mark)
        (void)json_object_set(answer, "tag", request->mark);
    if (request)
        (void)json_object_set_new(answer, "op", json_string(request->op));
    cli_json_put(answer);
}

static void put_connection(const struct client_notice *notice, const char *word)
{
    json_t *object = json_pack("{s:s}", "connection", word);

    if (notice->reason != CLIENT_REASON_NONE)
        (void)json_object_set_new(
            object, "reason", json_string(client_reason_word(notice->reason)));
    if (notice->kind == CLIENT_LOST)
        (void)json_object_set_new(object, "retry_ms",
                                  json_integer(notice->retry_ms));
    if (notice->kind == CLIENT_CONNECTED)
        (void)json_object_set_new(object, "at",
                                  json_integer(notice->on_time_ms));
    if (notice->close_code != 0)
        (void)json_object_set_new(object, "close",
                                  json_integer(notice->close_code));
    if (notice->refusal.code != REFUSAL_NONE)
        (void)json_object_set_new(object, "error",
                                  refusal_to_json(&notice->refusal));
    cli_json_put(object);
}

static void put_blob(const struct client_notice *notice,
                     const struct cli_request *request)
{
    char hex[HEX_SIZE(HASH_SIZE)];
    json_t *object;

    hex_encode(notice->blob.bytes, HASH_SIZE, hex);
    object = json_pack("{s:s, s:I, s:I, s:b}", "blob", hex, "done",
                       (json_int_t)notice->blob_done, "size",
                       (json_int_t)notice->blob_size, "ok", (int)notice->is_ok);
    if (request && request->mark)
        (void)json_object_set(object, "tag", request->mark);
    cli_json_put(object);
}

static void put_alarm(const struct client_notice *notice)
{
    cli_json_put(json_pack("{s:s, s:s, s:I}", "trust_alarm",
                           client_reason_word(notice->reason), "log",
                           notice->log.text, "seq", (json_int_t)notice->seq));
}

static void put_lost(const struct client_notice *notice, const char *word)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(notice->lost_head.bytes, HASH_SIZE, hex);
    cli_json_put(json_pack("{s:s, s:I, s:I, s:s}", word, notice->log.text,
                           "seq", (json_int_t)notice->seq, "lost_seq",
                           (json_int_t)notice->lost_seq, "lost_head", hex));
}

static void put_foreign_device(const struct client_notice *notice)
{
    char hex[HEX_SIZE(KEY_SIZE)];

    hex_encode(notice->device.bytes, KEY_SIZE, hex);
    cli_json_put(json_pack("{s:s, s:s, s:s?, s:b, s:I}", "foreign_device", hex,
                           "code", notice->code.text, "label", notice->text,
                           "vouched", (int)notice->is_vouched, "seq",
                           (json_int_t)notice->seq));
}

static void put_text(const struct client_notice *notice)
{
    json_t *object = json_pack(
        "{s:I, s:s, s:s}", "text", (json_int_t)notice->text_number, "stage",
        client_text_stage_word(notice->text_stage), "log", notice->log.text);

    if (object && notice->text_stage == CLIENT_TEXT_SAVED)
        (void)json_object_update_new(
            object, json_pack("{s:s, s:I, s:I}", "entry", notice->entry.text,
                              "version", (json_int_t)notice->version, "seq",
                              (json_int_t)notice->seq));
    if (object && notice->refusal.code != REFUSAL_NONE)
        (void)json_object_set_new(object, "error",
                                  refusal_to_json(&notice->refusal));
    cli_json_put(object);
}

static void put_place(const struct client_notice *notice, const char *word)
{
    json_t *object = json_pack("{s:s}", word, notice->log.text);

    if (notice->refusal.code != REFUSAL_NONE)
        (void)json_object_set_new(object, "error",
                                  refusal_to_json(&notice->refusal));
    cli_json_put(object);
}

static void put_notice(const struct client_notice *notice,
                       const struct cli_request *request)
{
    switch (notice->kind) {
    case CLIENT_NOTHING:
    case CLIENT_INVITED:
        break;
    case CLIENT_CONNECTING:
        put_connection(notice, "connecting");
        break;
    case CLIENT_CONNECTED:
        put_connection(notice, "connected");
        break;
    case CLIENT_LOST:
        put_connection(notice, "lost");
        break;
    case CLIENT_REFUSED:
        put_connection(notice, "refused");
        break;
    case CLIENT_ANSWER:
        put_answer(notice, request);
        break;
    case CLIENT_JOINED:
        put_place(notice, "joined");
        break;
    case CLIENT_WAITING:
        put_place(notice, "waiting");
        break;
    case CLIENT_ADMITTED:
        put_place(notice, "admitted");
        break;
    case CLIENT_TURNED_AWAY:
        put_place(notice, "turned_away");
        break;
    case CLIENT_JOIN_REFUSED:
        put_place(notice, "join_refused");
        break;
    case CLIENT_CAUGHT_UP:
        cli_json_put(json_pack("{s:I, s:s}", "caught_up",
                               (json_int_t)notice->seq, "log",
                               notice->log.text));
        break;
    case CLIENT_EVENT:
        put_log(notice);
        put_exact(notice);
        break;
    case CLIENT_OPENING:
        put_opening(notice);
        break;
    case CLIENT_BLOB:
        put_blob(notice, request);
        break;
    case CLIENT_TRUST_ALARM:
        put_alarm(notice);
        break;
    case CLIENT_HELD:
        put_lost(notice, "held");
        break;
    case CLIENT_TAIL_LOST:
        cli_json_put(json_pack("{s:s, s:I, s:I}", "tail_lost", notice->log.text,
                               "seq", (json_int_t)notice->seq, "count",
                               (json_int_t)notice->count));
        break;
    case CLIENT_RESTORED:
        put_lost(notice, "restored");
        break;
    case CLIENT_UNCONFIRMED:
        cli_json_put(json_pack("{s:s, s:I}", "unconfirmed", notice->log.text,
                               "seq", (json_int_t)notice->seq));
        break;
    case CLIENT_FOREIGN_DEVICE:
        put_foreign_device(notice);
        break;
    case CLIENT_BALLOT:
        put_exact(notice);
        break;
    case CLIENT_TEXT:
        put_text(notice);
        break;
    case CLIENT_LINE:
        cli_json_put(
            json_pack("{s:o*}", "speech_line", cli_line_json(&notice->line)));
        break;
    case CLIENT_RESYNC:
        cli_json_put(json_pack("{s:b}", "resync", 1));
        break;
    }
}

/* What comes of following a log, and no more: of the register it is told only
 * where that was asked for. */
static bool is_of_following(enum client_notice_kind kind)
{
    return kind == CLIENT_JOINED || kind == CLIENT_CAUGHT_UP ||
           kind == CLIENT_EVENT || kind == CLIENT_OPENING ||
           kind == CLIENT_JOIN_REFUSED;
}

json_t *cli_json_speakers(const struct cli_speakers *speakers)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < speakers->count; i++)
        (void)json_array_append_new(list, json_string(speakers->of[i].text));
    return list;
}

void cli_json_put_document(const char *word, const char *text)
{
    cli_json_put(json_pack("{s:s, s:s}", "document", word, "text", text));
}

/* True if the notice was about a document. */
static bool take_document(struct cli_join *join,
                          const struct client_notice *notice,
                          const struct cli_request *request)
{
    char text[CLI_DOCUMENTS_TEXT_SIZE];

    if (notice->kind == CLIENT_ANSWER && !notice->is_ok && request)
        cli_documents_on_refused(request->op);
    switch (cli_documents_on_notice(join, notice, text)) {
    case CLI_DOCUMENTS_NOTHING:
        return false;
    case CLI_DOCUMENTS_UNDER_WAY:
        break;
    case CLI_DOCUMENTS_SENT:
        cli_json_put_document("sent", text);
        break;
    case CLI_DOCUMENTS_GOT:
        cli_json_put_document("got", text);
        break;
    case CLI_DOCUMENTS_FAILED:
        cli_json_put_document("failed", text);
        break;
    }
    return true;
}

static bool on_notice(struct cli_join *join, struct client_notice *notice,
                      const struct cli_request *request)
{
    bool is_hidden =
        cli_join_is_register(join, notice) && is_of_following(notice->kind);

    if (take_document(join, notice, request))
        return false;
    if (request && request->tag == join->register_tag)
        is_hidden = true;
    if (!is_hidden || join->shows_register)
        put_notice(notice, request);
    return false;
}

static json_t *change_to_json(const struct audio_change *change)
{
    static const char *const kinds[] = {
        [AUDIO_STRAYED] = "strayed", [AUDIO_RETURNED] = "returned",
        [AUDIO_MOVED] = "moved",     [AUDIO_MISSING] = "missing",
        [AUDIO_BUSY] = "busy",       [AUDIO_UNFIT] = "unfit",
        [AUDIO_MUTED] = "muted",     [AUDIO_UNMUTED] = "unmuted"
    };

    return json_pack(
        "{s:s, s:s, s:s*}", "sound_changed", kinds[change->kind], "device",
        change->direction == AUDIO_CAPTURE ? "microphone" : "loudspeaker",
        "name", change->name[0] ? change->name : NULL);
}

static void put_same_room(struct cli_join *join, uint16_t slot)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const struct meeting_holder *sender = meeting_view_sender(view, slot);
    json_t *told = NULL;

    if (sender && cli_room_should_tell(&join->room, &sender->id, cli_now_ms()))
        told = json_pack("{s:s, s:b}", "same_room", sender->id.text, "site",
                         (int)cli_room_is_site(view, &sender->id));
    client_view_unlock(join->session.client);
    if (told)
        cli_json_put(told);
}

static void on_voice(struct cli_join *join,
                     const struct cli_voice_notice *notice)
{
    const char *result = result_text(notice->result);

    switch (notice->kind) {
    case CLI_VOICE_NOTHING:
        break;
    case CLI_VOICE_SPOKEN:
        cli_json_put(json_pack("{s:s}", "spoken", notice->path));
        break;
    case CLI_VOICE_SPEAK_FAILED:
        cli_json_put(json_pack("{s:s, s:s}", "speak_failed", notice->path,
                               "reason", result));
        break;
    case CLI_VOICE_RECORDING:
        cli_json_put(json_pack("{s:s}", "recording", notice->path));
        break;
    case CLI_VOICE_RECORDED:
        cli_json_put(json_pack("{s:s, s:b}", "recorded", notice->path, "ok",
                               notice->result == RESULT_OK));
        break;
    case CLI_VOICE_DEVICE_LOST:
    case CLI_VOICE_NO_DEVICE:
        cli_json_put(json_pack("{s:s}", "sound_lost", result));
        break;
    case CLI_VOICE_DEVICE_BACK:
        cli_json_put(json_pack("{s:b}", "sound_back", 1));
        break;
    case CLI_VOICE_DEVICE_USED:
        cli_json_put(json_pack(
            "{s:s}", "sound_by",
            notice->used == VOICE_DEVICE_PORTAUDIO ? "portaudio" : "pulse"));
        break;
    case CLI_VOICE_DEVICE_CHANGED:
        cli_json_put(change_to_json(&notice->change));
        break;
    case CLI_VOICE_CHOSEN:
    case CLI_VOICE_LEVEL:
        break; /* nobody can ask for them here */
    case CLI_VOICE_STATISTICS:
        cli_json_put(json_pack("{s:o*}", "statistics",
                               cli_statistics_json(&notice->statistics)));
        break;
    case CLI_VOICE_SAME_ROOM:
        put_same_room(join, notice->slot);
        break;
    case CLI_VOICE_UNHEARD_TALK:
        cli_json_put(json_pack("{s:b}", "talking_while_muted", 1));
        break;
    case CLI_VOICE_SILENT_MICROPHONE:
        cli_json_put(json_pack("{s:b}", "microphone_silent", 1));
        break;
    }
}

static void on_facts(struct cli_join *join, const struct cli_facts *before)
{
    (void)before; /* {"op":"state"} tells them */
    if (join->facts.was_switched_off)
        cli_json_put(json_pack("{s:b}", "talking", 0));
}

/* The last word about it comes always, others not too often. */
static void on_speakers(struct cli_join *join)
{
    static struct cli_speakers last;
    static int64_t last_ms;
    const struct cli_speakers *now = &join->speakers;
    const int64_t now_ms = cli_now_ms();

    if (cli_speakers_equal(now, &last) || now_ms - last_ms < SPEAKERS_EVERY_MS)
        return;
    last = *now;
    last_ms = now_ms;
    cli_json_put(json_pack("{s:o, s:b}", "speaking", cli_json_speakers(now),
                           "heard", (int)now->am_heard));
}

static void on_pause(struct cli_join *join)
{
    /* Nobody reads any more: there is nothing left to do. */
    if (fflush(stdout) != 0)
        cli_join_quit(join);
}

static void on_end(struct cli_join *join) { (void)join; /* nothing is kept */ }

const struct cli_front cli_json_front = {
    .on_notice = on_notice,
    .on_line = cli_json_on_line,
    .on_line_too_long = cli_json_on_line_too_long,
    .on_voice = on_voice,
    .on_facts = on_facts,
    .on_speakers = on_speakers,
    .on_pause = on_pause,
    .on_end = on_end,
};
