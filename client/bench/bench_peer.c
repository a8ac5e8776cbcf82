#include "client/bench/bench_peer.h"

#include "client/bench/bench_speech.h"
#include "client/bench/bench_words.h"
#include "client/core/command_author.h"
#include "protocol/program/result_words.h"
#include "protocol/record/digest.h"
#include "protocol/record/hash_chain.h"
#include "protocol/wire/audio_frame.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_FAILURES = 3 };

static enum result fill_random(void *user, void *out, size_t size)
{
    (void)user;
    return RAND_bytes(out, (int)size) == 1 ? RESULT_OK : RESULT_CRYPTO;
}

/* Of thousands that fail for one reason the first few are told. */
static void fail(struct bench_peer *peer, const char *what)
{
    if (peer->phase == PEER_FAILED)
        return;
    peer->phase = PEER_FAILED;
    peer->net->failures++;
    if (peer->net->failures <= TOLD_FAILURES)
        bench_say("%s: %s", peer->holder.text, what);
    else if (peer->net->failures == TOLD_FAILURES + 1)
        bench_say(_("more of them have failed"));
}

static void send_json(struct bench_peer *peer, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);

    if (!text || bench_websocket_send(&peer->websocket, true, text,
                                      strlen(text)) != RESULT_OK)
        fail(peer, _("could not send"));
    free(text);
    json_decref(object);
}

static void set_hex(json_t *object, const char *name, const uint8_t *bytes,
                    size_t size)
{
    char text[HEX_SIZE(SIGNATURE_SIZE)];

    hex_encode(bytes, size, text);
    json_object_set_new(object, name, json_string(text));
}

/* --- hello, enrol, login ------------------------------------------------- */

static enum result sign(struct bench_peer *peer, uint8_t *bytes, size_t size,
                        struct signature *out)
{
    enum result result = statement_sign(&peer->key, bytes, size, out);

    free(bytes);
    return result;
}

static json_t *proof(struct bench_peer *peer, const char *op,
                     const struct signature *sig)
{
    json_t *object =
        json_pack("{s:I, s:s, s:s}", "id", (json_int_t)peer->next_id++, "op",
                  op, "member", peer->holder.text);

    set_hex(object, "device", peer->key.public_key.bytes, KEY_SIZE);
    set_hex(object, "sig", sig->bytes, SIGNATURE_SIZE);
    return object;
}

static void log_in(struct bench_peer *peer)
{
    struct statement_login fields = { .server = peer->server,
                                      .exporter = peer->exporter,
                                      .nonce = peer->nonce };
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;

    fields.member = identifier_view(&peer->holder);
    if (statement_login(&peer->key.public_key,
                        identifier_view(&peer->organisation), &fields, &bytes,
                        &size) != RESULT_OK ||
        sign(peer, bytes, size, &sig) != RESULT_OK)
        fail(peer, _("could not sign the login"));
    else
        send_json(peer, proof(peer, "login", &sig));
}

static void enrol(struct bench_peer *peer)
{
    struct statement_enrol fields = { .server = peer->server,
                                      .exporter = peer->exporter };
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;
    json_t *object;

    fields.token = digest_sha256(peer->token, sizeof peer->token);
    fields.member = identifier_view(&peer->holder);
    fields.label = TEXT_LITERAL("bench");
    if (statement_enrol(&peer->key.public_key,
                        identifier_view(&peer->organisation), &fields, &bytes,
                        &size) != RESULT_OK ||
        sign(peer, bytes, size, &sig) != RESULT_OK) {
        fail(peer, _("could not sign the enrolment"));
        return;
    }
    object = proof(peer, "enrol", &sig);
    set_hex(object, "token", peer->token, sizeof peer->token);
    json_object_set_new(object, "label", json_string("bench"));
    send_json(peer, object);
}

/* A link does not say whom it is for. */
static void ask_for_whom(struct bench_peer *peer)
{
    json_t *object = json_pack("{s:I, s:s}", "id", (json_int_t)peer->next_id++,
                               "op", "invitation");

    set_hex(object, "token", peer->token, sizeof peer->token);
    send_json(peer, object);
}

static void on_hello(struct bench_peer *peer, const json_t *hello)
{
    const char *nonce = json_string_value(json_object_get(hello, "nonce"));
    const char *server = json_string_value(json_object_get(hello, "server"));
    const char *organisation;
    struct key key;

    if (!nonce || !server ||
        hex_decode(text_view_of(nonce), peer->nonce.bytes, HASH_SIZE) !=
            RESULT_OK ||
        hex_decode(text_view_of(server), key.bytes, KEY_SIZE) != RESULT_OK ||
        !server_fingerprint_is(&peer->server_fingerprint, &key)) {
        fail(peer,
             _("this is another server: its key is not the one expected"));
        return;
    }
    peer->server = key;
    organisation = json_string_value(json_object_get(hello, "organisation"));
    if (identifier_is_empty(&peer->organisation) &&
        (!organisation || identifier_parse(text_view_of(organisation),
                                           &peer->organisation) != RESULT_OK)) {
        fail(peer, _("the hello names no organisation"));
        return;
    }
    peer->phase = PEER_GREETED;
    if (peer->enrols && identifier_is_empty(&peer->holder))
        ask_for_whom(peer);
    else if (peer->enrols)
        enrol(peer);
    else
        log_in(peer);
}

void bench_peer_join(struct bench_peer *peer)
{
    json_t *object;

    peer->join_id = peer->next_id++;
    object = json_pack("{s:I, s:s, s:s, s:I}", "id", (json_int_t)peer->join_id,
                       "op", "join", "log", peer->log.text, "from",
                       (json_int_t)peer->next_seq);

    set_hex(object, "head", peer->head.bytes, HASH_SIZE);
    send_json(peer, object);
}

/* --- what comes ---------------------------------------------------------- */

static void on_event(struct bench_peer *peer, const char *text, size_t size)
{
    struct hash leaf = hash_chain_leaf(text, size);

    peer->head = hash_chain_link(peer->next_seq > 0 ? &peer->head : NULL,
                                 peer->next_seq, &leaf);
    peer->heads[peer->next_seq % BENCH_HEADS] = peer->head;
    peer->next_seq++;
    if (memmem(text, size < 200 ? size : 200, "\"ev\":\"checkpoint\"", 17))
        peer->checkpoints++;
    if (memmem(text, size, "\"ev\":\"connected\"", 16)) {
        char key[HEX_SIZE(KEY_SIZE)];
        const char *slot;

        peer->connected_seen++;
        hex_encode(peer->key.public_key.bytes, KEY_SIZE, key);
        slot = memmem(text, size, "\"slot\":", 7);
        if (slot && memmem(text, size, key, sizeof key - 1)) {
            peer->slot = (uint16_t)strtoul(slot + 7, NULL, 10);
            peer->has_slot = true;
        }
    }
}

static void on_answer(struct bench_peer *peer, const json_t *answer)
{
    uint64_t id = (uint64_t)json_integer_value(json_object_get(answer, "re"));
    bool is_ok = json_is_true(json_object_get(answer, "ok"));
    const char *state = json_string_value(json_object_get(answer, "state"));

    const json_t *error = json_object_get(answer, "error");

    char words[BENCH_REFUSAL_SIZE] = "";

    if (!is_ok)
        bench_refusal_words(error, words, sizeof words);
    if (id == peer->asked_id) {
        peer->answered_id = id;
        memcpy(peer->refusal, words, sizeof words);
    }
    if (!is_ok && (peer->phase < PEER_LOGGED_IN || id == peer->join_id)) {
        fail(peer, words);
    } else if (peer->phase == PEER_GREETED &&
               identifier_is_empty(&peer->holder)) {
        const char *member =
            json_string_value(json_object_get(answer, "member"));

        if (member &&
            identifier_parse(text_view_of(member), &peer->holder) == RESULT_OK)
            enrol(peer);
        else
            fail(peer, _("the server does not say whom the link is for"));
    } else if (peer->phase == PEER_GREETED && peer->enrols) {
        peer->enrols = false;
        log_in(peer);
    } else if (peer->phase == PEER_GREETED) {
        peer->phase = PEER_LOGGED_IN;
        if (!identifier_is_empty(&peer->log))
            bench_peer_join(peer);
    } else if (state) {
        peer->phase = strcmp(state, "joined") == 0 ? PEER_JOINED : PEER_WAITING;
    }
    if (peer->hooks->on_answer)
        peer->hooks->on_answer(
            peer, id, is_ok,
            id == peer->asked_id ? bench_now_us() - peer->asked_us : 0);
}

static void cosign(struct bench_peer *peer, const json_t *asked)
{
    const json_t *seq = json_object_get(asked, "seq");
    const char *reason = json_string_value(json_object_get(asked, "reason"));
    struct statement_checkpoint fields = { .role = text_view_of(peer->role) };
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;
    json_t *object;

    fields.seen.seq = (uint64_t)json_integer_value(seq);
    if (!reason || fields.seen.seq >= peer->next_seq ||
        fields.seen.seq + BENCH_HEADS < peer->next_seq)
        return;
    fields.seen.head = peer->heads[fields.seen.seq % BENCH_HEADS];
    fields.reason = text_view_of(reason);
    if (statement_checkpoint(&peer->key.public_key, identifier_view(&peer->log),
                             &fields, &bytes, &size) != RESULT_OK ||
        sign(peer, bytes, size, &sig) != RESULT_OK) {
        fail(peer, _("could not sign a head"));
        return;
    }
    object = json_pack("{s:I, s:s, s:s, s:I}", "id",
                       (json_int_t)peer->next_id++, "op", "checkpoint", "log",
                       peer->log.text, "seq", (json_int_t)fields.seen.seq);
    set_hex(object, "sig", sig.bytes, SIGNATURE_SIZE);
    send_json(peer, object);
    peer->signatures++;
}

static bool begins(const char *text, size_t size, const char *start)
{
    size_t length = strlen(start);

    return size >= length && memcmp(text, start, length) == 0;
}

static void on_text(void *user, const char *text, size_t size)
{
    struct bench_peer *peer = user;
    json_t *object;
    const json_t *note;

    if (begins(text, size, "{\"seq\":")) {
        on_event(peer, text, size);
        return;
    }
    if (begins(text, size, "{\"open\":") || begins(text, size, "{\"log\":"))
        return;
    object = json_loadb(text, size, 0, NULL);
    note = json_object_get(object, "note");
    if (json_object_get(object, "sign") && peer->role)
        cosign(peer, json_object_get(object, "sign"));
    else if (json_object_get(object, "hello"))
        on_hello(peer, json_object_get(object, "hello"));
    else if (json_object_get(object, "re"))
        on_answer(peer, object);
    else if (json_object_get(object, "caught_up"))
        peer->phase = PEER_CAUGHT_UP;
    else if (note && strcmp(json_string_value(note), "admitted") == 0)
        peer->phase = PEER_JOINED;
    json_decref(object);
}

static void on_binary(void *user, const uint8_t *bytes, size_t size)
{
    struct bench_peer *peer = user;

    if (peer->hooks->on_audio)
        peer->hooks->on_audio(peer, bytes, size);
}

static void on_open(void *user, SSL *ssl)
{
    static const char label[] = "EXPORTER-Channel-Binding";
    struct bench_peer *peer = user;

    if (SSL_export_keying_material(ssl, peer->exporter.bytes, HASH_SIZE, label,
                                   sizeof label - 1, NULL, 0, 1) != 1)
        fail(peer, _("TLS could not be bound to the login"));
}

static void on_closed(void *user, uint16_t code)
{
    struct bench_peer *peer = user;

    if (peer->phase != PEER_DOWN && peer->phase != PEER_FAILED) {
        char words[80];

        (void)snprintf(words, sizeof words,
                       _("the server ended the connection (code %u)"),
                       (unsigned)code);
        fail(peer, words);
    }
}

/* --- doing
 * ----------------------------------------------------------------------------
 */

struct hash bench_peer_seed(uint64_t index)
{
    return digest_hmac_sha256((const uint8_t *)"chibo-bench", 11, &index,
                              sizeof index);
}

enum result bench_peer_init(struct bench_peer *peer, struct bench_net *net,
                            const char *host,
                            const struct bench_peer_hooks *hooks,
                            const struct hash *seed)
{
    memset(peer, 0, sizeof *peer);
    peer->net = net;
    peer->host = host;
    peer->hooks = hooks;
    peer->phase = PEER_DOWN;
    /* Later runs ask with ids that no earlier one used. */
    peer->next_id = bench_now_us();
    return signing_key_init(&peer->key, seed->bytes);
}

void bench_peer_release(struct bench_peer *peer)
{
    bench_websocket_close(&peer->websocket, 0);
    signing_key_wipe(&peer->key);
}

enum result bench_peer_connect(struct bench_peer *peer)
{
    const struct bench_websocket_handlers handlers = { on_open, on_text,
                                                       on_binary, on_closed,
                                                       peer };

    peer->phase = PEER_CONNECTING;
    return bench_websocket_connect(&peer->websocket, peer->net, peer->host, "/",
                                   "chibo.v1", &handlers);
}

void bench_peer_disconnect(struct bench_peer *peer)
{
    peer->phase = PEER_DOWN;
    peer->has_slot = false;
    bench_websocket_close(&peer->websocket, 1000);
}

void bench_peer_forget(struct bench_peer *peer)
{
    peer->log = (struct identifier){ .text = "" };
    peer->next_seq = 0;
    memset(&peer->head, 0, sizeof peer->head);
    peer->connected_seen = peer->checkpoints = 0;
}

void bench_peer_command(struct bench_peer *peer, json_t *command)
{
    struct client_entropy entropy = { fill_random, NULL };
    struct command_signer signer = { .key = &peer->key,
                                     .holder = peer->holder };
    struct field_error error = { "", "" };
    uint64_t id = peer->next_id++;
    json_t *authored = NULL;
    char *text = NULL;
    size_t size = 0;
    enum result result;

    signer.seen.seq = peer->next_seq > 0 ? peer->next_seq - 1 : 0;
    signer.seen.head = peer->head;
    result =
        command_author(command, id, &peer->log, &entropy, &authored, &error);
    if (result == RESULT_OK)
        result = command_sign(authored, &signer, &text, &size);
    if (result == RESULT_OK) {
        peer->asked_id = id;
        peer->asked_us = bench_now_us();
        result = bench_websocket_send(&peer->websocket, true, text, size);
    }
    if (result != RESULT_OK)
        fail(peer, result_words(result));
    free(text);
    json_decref(authored);
    json_decref(command);
}

void bench_peer_audio(struct bench_peer *peer, uint32_t sequence,
                      const uint8_t *payload, size_t size)
{
    struct audio_frame frame = { .slot = peer->slot,
                                 .sequence = sequence,
                                 .timestamp = sequence * 960,
                                 .payload = payload,
                                 .payload_size = (uint16_t)size };
    uint8_t bytes[AUDIO_FRAME_SIZE_MAX];
    size_t written = 0;

    if (peer->phase == PEER_FAILED)
        return;
    if (audio_frame_encode(&frame, bytes, sizeof bytes, &written) !=
            RESULT_OK ||
        bench_websocket_send(&peer->websocket, false, bytes, written) !=
            RESULT_OK)
        fail(peer, _("could not send audio"));
}
