/* Files up and down, in pieces, taken up again where the line was cut. */
#include "client/core/client_engine_types.h"

#include "protocol/record/digest.h"
#include "protocol/wire/blob_piece.h"

#include <stdlib.h>
#include <string.h>

static void begin_waiting(struct client_engine *engine);

static void tell_progress(struct client_engine *engine, uint64_t tag,
                          const struct hash *blob, size_t done, size_t size)
{
    struct client_notice *notice = notice_new(CLIENT_BLOB);

    if (notice) {
        notice->is_ok = true;
        notice->tag = tag;
        notice->blob = *blob;
        notice->blob_done = done;
        notice->blob_size = size;
    }
    notice_put(engine, notice);
}

static void end_upload(struct client_engine *engine)
{
    free(engine->upload.bytes);
    engine->upload = (struct upload){ .bytes = NULL };
}

static void end_download(struct client_engine *engine)
{
    free(engine->download.bytes);
    engine->download = (struct download){ .is_on = false };
}

void blobs_free(struct client_engine *engine)
{
    end_upload(engine);
    end_download(engine);
}

void blobs_refuse(struct client_engine *engine, enum refusal_code code)
{
    struct refusal refusal = { .code = code };

    if (engine->upload.bytes && !engine->upload.is_own)
        request_answer_locally(engine, engine->upload.tag, &refusal);
    if (engine->download.is_on && !engine->download.is_own)
        request_answer_locally(engine, engine->download.tag, &refusal);
    if (engine->has_waiting_get)
        request_answer_locally(engine, engine->waiting_tag, &refusal);
    engine->has_waiting_get = false;
    blobs_free(engine);
}

/* --- Asking -------------------------------------------------------------- */

static void ask_put(struct client_engine *engine)
{
    struct upload *upload = &engine->upload;
    char blob[HEX_SIZE(HASH_SIZE)];

    if (!upload->bytes || upload->is_asked || engine->phase != ENGINE_UP)
        return;
    /* It belongs to the meeting: taken of somebody who is in it. */
    if (upload->is_own && engine->meeting.phase != FOLLOW_LIVE)
        return;
    upload->request = engine_next_id(engine);
    if (upload->request == 0)
        return;
    upload->is_asked = true;
    hex_encode(upload->blob.bytes, sizeof upload->blob.bytes, blob);
    engine_send(engine,
                json_pack("{s:I, s:s, s:s, s:I}", "id",
                          (json_int_t)upload->request, "op", "put_blob", "blob",
                          blob, "size", (json_int_t)upload->size));
}

/* The server gives the files of the meeting that a connection is in: while it
 * is still coming in, an answer would be the wrong one. */
static bool is_coming_in(const struct followed *meeting)
{
    return meeting->phase == FOLLOW_UNASKED ||
           meeting->phase == FOLLOW_JOINING || meeting->phase == FOLLOW_AGAIN;
}

static void ask_get(struct client_engine *engine)
{
    struct download *download = &engine->download;
    char blob[HEX_SIZE(HASH_SIZE)];

    if (!download->is_on || download->is_asked || engine->phase != ENGINE_UP ||
        is_coming_in(&engine->meeting))
        return;
    download->request = engine_next_id(engine);
    if (download->request == 0)
        return;
    download->is_asked = true;
    hex_encode(download->blob.bytes, sizeof download->blob.bytes, blob);
    engine_send(engine,
                json_pack("{s:I, s:s, s:s, s:I}", "id",
                          (json_int_t)download->request, "op", "get_blob",
                          "blob", blob, "offset", (json_int_t)download->done));
}

void blobs_on_up(struct client_engine *engine)
{
    ask_put(engine);
    ask_get(engine);
    fetch_pump(engine);
}

void blobs_on_joined(struct client_engine *engine) { ask_get(engine); }

void blobs_on_down(struct client_engine *engine)
{
    engine->upload.is_asked = false;
    engine->upload.request = 0;
    engine->download.is_asked = false;
    engine->download.request = 0;
}

enum result client_engine_put_blob(struct client_engine *engine, uint64_t tag,
                                   uint8_t *bytes, size_t size)
{
    struct upload *upload = &engine->upload;

    if (size == 0 || size > LIMIT_BLOB_SIZE)
        return RESULT_INVALID;
    if (upload->bytes)
        return RESULT_BUSY;
    *upload = (struct upload){ .bytes = bytes,
                               .size = size,
                               .blob = digest_sha256(bytes, size),
                               .tag = tag };
    ask_put(engine);
    return RESULT_OK;
}

void blobs_get(struct client_engine *engine, uint64_t tag,
               const struct hash *blob)
{
    struct refusal refusal = { .code = REFUSAL_BUSY };

    if (engine->has_waiting_get ||
        (engine->download.is_on && !engine->download.is_own)) {
        request_answer_locally(engine, tag, &refusal);
        return;
    }
    engine->has_waiting_get = true;
    engine->waiting_tag = tag;
    engine->waiting_blob = *blob;
    begin_waiting(engine);
}

/* The user's download, once no other is under way. */
static void begin_waiting(struct client_engine *engine)
{
    if (!engine->has_waiting_get || engine->download.is_on)
        return;
    engine->has_waiting_get = false;
    engine->download = (struct download){ .is_on = true,
                                          .blob = engine->waiting_blob,
                                          .tag = engine->waiting_tag };
    ask_get(engine);
}

bool blobs_get_own(struct client_engine *engine, const struct hash *blob)
{
    if (engine->download.is_on || engine->has_waiting_get)
        return false;
    engine->download =
        (struct download){ .is_on = true, .blob = *blob, .is_own = true };
    ask_get(engine);
    return true;
}

bool blobs_put_own(struct client_engine *engine, uint8_t *bytes, size_t size)
{
    if (engine->upload.bytes)
        return false;
    engine->upload = (struct upload){ .bytes = bytes,
                                      .size = size,
                                      .blob = digest_sha256(bytes, size),
                                      .is_own = true };
    ask_put(engine);
    return true;
}

/* One of both has ended: the next begins. */
static void go_on(struct client_engine *engine)
{
    begin_waiting(engine);
    fetch_pump(engine);
}

/* --- Up ------------------------------------------------------------------ */

static void send_piece(struct client_engine *engine, size_t size)
{
    uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];
    struct upload *upload = &engine->upload;
    struct blob_piece piece = { .blob = upload->blob,
                                .blob_size = upload->size,
                                .offset = upload->sent,
                                .bytes = upload->bytes + upload->sent,
                                .size = size };
    size_t written;

    if (blob_piece_encode(&piece, message, sizeof message, &written)) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, true);
        return;
    }
    upload->sent += size;
    engine_send_bytes(engine, LANE_BLOB, message, written);
}

static void send_pieces(struct client_engine *engine)
{
    struct upload *upload = &engine->upload;

    while (engine->phase == ENGINE_UP && upload->sent < upload->size &&
           upload->sent - upload->durable + LIMIT_BLOB_PIECE_SIZE <=
               CLIENT_BLOB_WINDOW) {
        size_t left = upload->size - upload->sent;

        send_piece(engine,
                   left < LIMIT_BLOB_PIECE_SIZE ? left : LIMIT_BLOB_PIECE_SIZE);
    }
}

/* The server has all of it, or does not take it. */
static void end_given(struct client_engine *engine, bool is_there)
{
    const struct upload upload = engine->upload;

    engine->upload.bytes = NULL;
    end_upload(engine);
    if (upload.is_own)
        fetch_on_given(engine, &upload.blob, is_there);
    else if (is_there)
        tell_progress(engine, upload.tag, &upload.blob, upload.size,
                      upload.size);
    free(upload.bytes);
    go_on(engine);
}

static void on_durable(struct client_engine *engine, const json_t *frame)
{
    struct upload *upload = &engine->upload;
    uint64_t durable;

    if (!json_read_number(frame, "durable", &durable) ||
        durable > upload->size) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, false);
        return;
    }
    upload->durable = (size_t)durable;
    if (upload->sent < upload->durable)
        upload->sent = upload->durable;
    if (json_is_true(json_object_get(frame, "complete"))) {
        end_given(engine, true);
        return;
    }
    /* All bytes durable and still not complete would look like the end. */
    if (upload->durable < upload->size && !upload->is_own)
        tell_progress(engine, upload->tag, &upload->blob, upload->durable,
                      upload->size);
    send_pieces(engine);
}

static void on_put_answer(struct client_engine *engine, const json_t *answer,
                          const char *text, size_t size)
{
    engine->upload.request = 0;
    if (!answer_is_ok(answer)) {
        if (!engine->upload.is_own)
            notice_answer(engine, engine->upload.tag, answer, text, size);
        end_given(engine, false);
        return;
    }
    /* What was sent on an earlier connection and is not durable was lost. */
    engine->upload.sent = 0;
    on_durable(engine, answer);
}

void blobs_on_durable(struct client_engine *engine, const json_t *frame)
{
    struct upload *upload = &engine->upload;
    struct hash blob;

    if (!upload->bytes || !upload->is_asked || upload->request != 0 ||
        !json_read_hex(frame, "blob", blob.bytes, sizeof blob.bytes) ||
        !hash_equal(&blob, &upload->blob))
        return;
    on_durable(engine, frame);
}

/* --- Down ---------------------------------------------------------------- */

/* Whole: either it is what its name says, or it is of no use. */
static void finish_own_download(struct client_engine *engine, bool is_good)
{
    const struct download download = engine->download;

    engine->download.bytes = NULL;
    end_download(engine);
    if (!is_good)
        free(download.bytes);
    fetch_on_got(engine, &download.blob, is_good ? download.bytes : NULL,
                 is_good ? download.size : 0);
    go_on(engine);
}

static void finish_download(struct client_engine *engine)
{
    struct download *download = &engine->download;
    struct hash hash = digest_sha256(download->bytes, download->size);
    struct client_notice *notice;

    if (download->is_own) {
        finish_own_download(engine, hash_equal(&hash, &download->blob));
        return;
    }
    notice = notice_new(CLIENT_BLOB);
    if (notice) {
        notice->is_ok = hash_equal(&hash, &download->blob);
        notice->tag = download->tag;
        notice->blob = download->blob;
        notice->blob_done = notice->blob_size = download->size;
        if (notice->is_ok) {
            notice->blob_bytes = download->bytes;
            download->bytes = NULL;
        }
    }
    notice_put(engine, notice);
    end_download(engine);
    go_on(engine);
}

/* It does not come. */
static void refuse_download(struct client_engine *engine)
{
    if (engine->download.is_own) {
        finish_own_download(engine, false);
        return;
    }
    end_download(engine);
    go_on(engine);
}

static void on_get_answer(struct client_engine *engine, const json_t *answer,
                          const char *text, size_t text_size)
{
    struct download *download = &engine->download;
    uint64_t size = 0;

    download->request = 0;
    if (!download->is_answered && !download->is_own)
        notice_answer(engine, download->tag, answer, text, text_size);
    download->is_answered = true;
    if (!answer_is_ok(answer)) {
        refuse_download(engine);
        return;
    }
    if (!json_read_number(answer, "size", &size) || size > LIMIT_BLOB_SIZE ||
        (download->bytes && size != download->size)) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, false);
        return;
    }
    if (!download->bytes)
        download->bytes = malloc(size ? (size_t)size : 1);
    if (!download->bytes) {
        if (!download->is_own)
            notice_put(engine, NULL);
        refuse_download(engine);
        return;
    }
    download->size = (size_t)size;
    if (download->done == download->size)
        finish_download(engine);
}

void blobs_on_piece(struct client_engine *engine, const uint8_t *bytes,
                    size_t size)
{
    struct download *download = &engine->download;
    struct blob_piece piece;

    if (blob_piece_decode(bytes, size, &piece) || !download->is_on ||
        !download->bytes || download->request != 0 ||
        !hash_equal(&piece.blob, &download->blob))
        return;
    if (piece.blob_size != download->size || piece.offset != download->done) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, false);
        return;
    }
    memcpy(download->bytes + download->done, piece.bytes, piece.size);
    download->done += piece.size;
    if (download->done == download->size)
        finish_download(engine);
    else if (!download->is_own)
        tell_progress(engine, download->tag, &download->blob, download->done,
                      download->size);
}

bool blobs_on_answer(struct client_engine *engine, uint64_t id,
                     const json_t *answer, const char *text, size_t size)
{
    if (engine->upload.bytes && engine->upload.request == id) {
        on_put_answer(engine, answer, text, size);
        return true;
    }
    if (engine->download.is_on && engine->download.request == id) {
        on_get_answer(engine, answer, text, size);
        return true;
    }
    return false;
}
