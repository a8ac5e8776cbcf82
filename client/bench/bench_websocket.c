#include "client/bench/bench_websocket.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OP_MORE = 0,
    OP_TEXT = 1,
    OP_BINARY = 2,
    OP_CLOSE = 8,
    OP_PING = 9,
    OP_PONG = 10,
    SEND_MAX = 1024 * 1024,
    HEADER_MAX = 14,
    ABNORMAL = 1006
};

/* --- out ----------------------------------------------------------------- */

static uint32_t next_mask(struct bench_websocket *websocket)
{
    websocket->mask ^= websocket->mask << 13;
    websocket->mask ^= websocket->mask >> 7;
    websocket->mask ^= websocket->mask << 17;
    return (uint32_t)(websocket->mask >> 32);
}

/* The bytes of the header, without the mask. */
static size_t put_header(uint8_t *out, int op, size_t size)
{
    out[0] = (uint8_t)(0x80 | op);
    if (size < 126) {
        out[1] = (uint8_t)(0x80 | size);
        return 2;
    }
    if (size <= 0xffff) {
        out[1] = 0x80 | 126;
        out[2] = (uint8_t)(size >> 8);
        out[3] = (uint8_t)(size & 0xff);
        return 4;
    }
    out[1] = 0x80 | 127;
    for (int i = 0; i < 8; i++)
        out[2 + i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
    return 10;
}

static enum result send_frame(struct bench_websocket *websocket, int op,
                              const uint8_t *bytes, size_t size)
{
    uint8_t small[1024];
    uint8_t *frame = small;
    uint8_t mask[4];
    uint32_t value = next_mask(websocket);
    size_t header;
    enum result result;

    if (size > SEND_MAX)
        return RESULT_INVALID;
    if (size + HEADER_MAX > sizeof small) {
        frame = malloc(size + HEADER_MAX);
        if (!frame)
            return RESULT_NO_MEMORY;
    }
    memcpy(mask, &value, sizeof mask);
    header = put_header(frame, op, size);
    memcpy(frame + header, mask, sizeof mask);
    header += sizeof mask;
    for (size_t i = 0; i < size; i++)
        frame[header + i] = bytes[i] ^ mask[i & 3];
    result = bench_socket_send(&websocket->socket, frame, header + size);
    if (frame != small)
        free(frame);
    return result;
}

enum result bench_websocket_send(struct bench_websocket *websocket,
                                 bool is_text, const void *bytes, size_t size)
{
    if (!websocket->is_up)
        return RESULT_CLOSED;
    return send_frame(websocket, is_text ? OP_TEXT : OP_BINARY, bytes, size);
}

void bench_websocket_pong(struct bench_websocket *websocket)
{
    if (websocket->is_up)
        (void)send_frame(websocket, OP_PONG, NULL, 0); /* the loop sees it */
}

/* --- upgrade ------------------------------------------------------------- */

static bool choose_key(struct bench_websocket *websocket, char *key,
                       size_t key_size)
{
    static const char suffix[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    uint8_t nonce[16], digest[EVP_MAX_MD_SIZE];
    unsigned digest_size = 0;
    char text[64];
    int size;

    if (key_size < 25 || RAND_bytes(nonce, sizeof nonce) != 1 ||
        RAND_bytes((uint8_t *)&websocket->mask, sizeof websocket->mask) != 1)
        return false;
    websocket->mask |= 1;
    (void)EVP_EncodeBlock((uint8_t *)key, nonce, sizeof nonce);
    size = snprintf(text, sizeof text, "%s%s", key, suffix);
    return size > 0 &&
           EVP_Digest(text, (size_t)size, digest, &digest_size, EVP_sha1(),
                      NULL) == 1 &&
           EVP_EncodeBlock((uint8_t *)websocket->accept, digest,
                           (int)digest_size) == BENCH_ACCEPT_SIZE - 1;
}

static void on_open(void *user, SSL *ssl)
{
    struct bench_websocket *websocket = user;
    char key[32], request[1024];
    int size;

    (void)ssl;
    if (!choose_key(websocket, key, sizeof key)) {
        bench_websocket_close(websocket, 0);
        return;
    }
    size =
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
                 "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                 "Sec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Protocol: %s\r\n\r\n",
                 websocket->path, websocket->host, key, websocket->subprotocol);
    if (size < 0 || (size_t)size >= sizeof request ||
        bench_socket_send(&websocket->socket, request, (size_t)size) !=
            RESULT_OK) {
        bench_websocket_close(websocket, 0);
        websocket->handlers.on_closed(websocket->handlers.user, ABNORMAL);
    }
}

/* The size of the whole answer once it is there and right; 0: not yet;
 * SIZE_MAX: it is another. */
static size_t check_answer(const struct bench_websocket *websocket,
                           const uint8_t *bytes, size_t size)
{
    const uint8_t *end = memmem(bytes, size, "\r\n\r\n", 4);
    size_t whole;

    if (!end)
        return size > 16384 ? SIZE_MAX : 0;
    whole = (size_t)(end - bytes) + 4;
    if (whole < 12 || memcmp(bytes, "HTTP/1.1 101", 12) != 0 ||
        !memmem(bytes, whole, websocket->accept, BENCH_ACCEPT_SIZE - 1))
        return SIZE_MAX;
    return whole;
}

/* --- in ------------------------------------------------------------------ */

static void hand_on(struct bench_websocket *websocket, int kind,
                    const uint8_t *bytes, size_t size)
{
    const struct bench_websocket_handlers *handlers = &websocket->handlers;

    if (kind == OP_TEXT)
        handlers->on_text(handlers->user, (const char *)bytes, size);
    else
        handlers->on_binary(handlers->user, bytes, size);
}

static bool on_piece(struct bench_websocket *websocket, int op, bool is_last,
                     const uint8_t *bytes, size_t size)
{
    uint8_t *grown;

    if (op != OP_MORE && is_last) {
        hand_on(websocket, op, bytes, size);
        return true;
    }
    if (op != OP_MORE)
        websocket->message_kind = op;
    grown = realloc(websocket->message, websocket->message_size + size + 1);
    if (!grown || websocket->message_size + size > BENCH_MESSAGE_MAX)
        return false;
    websocket->message = grown;
    memcpy(grown + websocket->message_size, bytes, size);
    websocket->message_size += size;
    if (!is_last)
        return true;
    size = websocket->message_size;
    websocket->message = NULL;
    websocket->message_size = 0;
    hand_on(websocket, websocket->message_kind, grown, size);
    free(grown);
    return true;
}

/* False: the peer has broken the protocol. */
static bool on_frame(struct bench_websocket *websocket, uint8_t first,
                     const uint8_t *bytes, size_t size)
{
    const int op = first & 15;

    if (op <= OP_BINARY)
        return on_piece(websocket, op, (first & 0x80) != 0, bytes, size);
    if (op == OP_PING)
        return send_frame(websocket, OP_PONG, bytes, size) != RESULT_NO_MEMORY;
    if (op == OP_CLOSE && size >= 2)
        websocket->close_code = (uint16_t)(bytes[0] << 8 | bytes[1]);
    return op == OP_PONG || op == OP_CLOSE;
}

/* The header and the length of the frame; false: not all of it is here. */
static bool measure(const uint8_t *bytes, size_t size, size_t *header,
                    uint64_t *length)
{
    size_t more;

    if (size < 2)
        return false;
    *length = bytes[1] & 127;
    more = *length == 126 ? 2 : *length == 127 ? 8 : 0;
    *header = 2 + more;
    if (size < *header)
        return false;
    if (more > 0)
        *length = 0;
    for (size_t i = 0; i < more; i++)
        *length = *length << 8 | bytes[2 + i];
    return *length <= size - *header;
}

static size_t on_bytes(void *user, const uint8_t *bytes, size_t size)
{
    struct bench_websocket *websocket = user;
    size_t at = 0, header;
    uint64_t length;
    SSL *ssl = websocket->socket.ssl;

    if (!websocket->is_up) {
        at = check_answer(websocket, bytes, size);
        if (at == 0)
            return 0;
        if (at == SIZE_MAX) {
            bench_websocket_close(websocket, 0);
            websocket->handlers.on_closed(websocket->handlers.user, ABNORMAL);
            return size;
        }
        websocket->is_up = true;
        websocket->handlers.on_open(websocket->handlers.user, ssl);
    }
    while (websocket->socket.state == BENCH_SOCKET_OPEN &&
           measure(bytes + at, size - at, &header, &length)) {
        if (!on_frame(websocket, bytes[at], bytes + at + header,
                      (size_t)length)) {
            bench_websocket_close(websocket, 1002);
            websocket->handlers.on_closed(websocket->handlers.user, 1002);
            return size;
        }
        at += header + (size_t)length;
    }
    return at;
}

/* --- life ---------------------------------------------------------------- */

static void forget(struct bench_websocket *websocket)
{
    free(websocket->message);
    websocket->message = NULL;
    websocket->message_size = 0;
    websocket->is_up = false;
}

static void on_closed(void *user)
{
    struct bench_websocket *websocket = user;
    uint16_t code = websocket->close_code ? websocket->close_code : ABNORMAL;

    forget(websocket);
    websocket->handlers.on_closed(websocket->handlers.user, code);
}

enum result
bench_websocket_connect(struct bench_websocket *websocket,
                        struct bench_net *net, const char *host,
                        const char *path, const char *subprotocol,
                        const struct bench_websocket_handlers *handlers)
{
    memset(websocket, 0, sizeof *websocket);
    websocket->handlers = *handlers;
    websocket->host = host;
    websocket->path = path;
    websocket->subprotocol = subprotocol;
    websocket->below = (struct bench_socket_handlers){ on_open, on_bytes,
                                                       on_closed, websocket };
    return bench_socket_connect(&websocket->socket, net, &websocket->below);
}

void bench_websocket_close(struct bench_websocket *websocket, uint16_t code)
{
    const uint8_t payload[2] = { (uint8_t)(code >> 8), (uint8_t)(code & 0xff) };

    if (websocket->is_up && code != 0)
        (void)send_frame(websocket, OP_CLOSE, payload, sizeof payload);
    bench_socket_close(&websocket->socket);
    forget(websocket);
}
