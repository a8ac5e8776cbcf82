#include "tests/support/line/mumble_client.h"

#include "tests/support/line/line_recorder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Messages of the stream: type, size, body in protobuf's form. */
enum {
    MESSAGE_VERSION = 0,
    MESSAGE_TUNNEL = 1, /* body: a packet of sound */
    MESSAGE_AUTHENTICATE = 2,
    MESSAGE_PING = 3,
    MESSAGE_REJECT = 4,
    MESSAGE_SYNC = 5,
    MESSAGE_CRYPT = 15,
    MESSAGE_HEAD_SIZE = 6,
    MESSAGE_SIZE_MAX = 1024,
};
/* Packets of sound: type in the upper bits of the first byte. */
enum { PACKET_PING = 1, PACKET_OPUS = 4, PACKET_SHIFT = 5 };
enum { OPUS_SIZE_MASK = 0x1fff, VERSION = 0x010304 };
/* Fields, as protobuf names them: number and form. */
enum {
    FORM_NUMBER = 0,
    FORM_BYTES = 2,
    FIELD_1_NUMBER = 1 << 3 | FORM_NUMBER,
    FIELD_1_BYTES = 1 << 3 | FORM_BYTES,
    FIELD_2_BYTES = 2 << 3 | FORM_BYTES,
    FIELD_3_BYTES = 3 << 3 | FORM_BYTES,
    FIELD_5_NUMBER = 5 << 3 | FORM_NUMBER,
};

static const int64_t PING_EVERY_NS = INT64_C(5000000000);
static const int64_t JOIN_PING_EVERY_NS = INT64_C(1000000000);
/* So long nothing can be opened before another nonce is asked for, and asked
 * for again: as Mumble's own client does. */
static const int64_t RESYNC_NS = INT64_C(5000000000);

static void fail(struct mumble_client *client, const char *why)
{
    if (!client->is_failed)
        fprintf(stderr, "mumble: %s: %s\n", client->name, why);
    client->is_failed = true;
}

/* --- numbers ---------------------------------------------------------------
 */

/* Seven bits a byte, least first. */
static size_t put_number(uint8_t *out, uint64_t number)
{
    size_t size = 0;

    for (; number >= 0x80; number >>= 7)
        out[size++] = (uint8_t)(number | 0x80);
    out[size++] = (uint8_t)number;
    return size;
}

static bool take_number(const uint8_t **at, const uint8_t *end, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
        uint8_t byte = *(*at)++;

        *out |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

/* Mumble's own, in packets: the first bits say how many bytes follow. */
static size_t put_short(uint8_t *out, uint64_t number)
{
    if (number < 0x80) {
        out[0] = (uint8_t)number;
        return 1;
    }
    if (number < 0x4000) {
        out[0] = (uint8_t)(0x80 | number >> 8);
        out[1] = (uint8_t)number;
        return 2;
    }
    out[0] = (uint8_t)(0xc0 | (number >> 16 & 0x1f));
    out[1] = (uint8_t)(number >> 8);
    out[2] = (uint8_t)number;
    return 3;
}

static bool take_short(const uint8_t **at, const uint8_t *end, uint64_t *out)
{
    uint8_t first;
    size_t more;

    if (*at == end)
        return false;
    first = *(*at)++;
    more = first < 0x80 ? 0 : first < 0xc0 ? 1 : first < 0xe0 ? 2 : 3;
    if (first >= 0xf0 || more > (size_t)(end - *at))
        return false;
    *out = first & (0x7fu >> more);
    while (more-- > 0)
        *out = *out << 8 | *(*at)++;
    return true;
}

/* --- the stream -------------------------------------------------------------
 */

static bool is_only_waiting(struct mumble_client *client, int result)
{
    int error = SSL_get_error(client->ssl, result);

    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static void flush(struct mumble_client *client)
{
    while (client->is_secured && client->out_size > 0 && !client->is_failed) {
        int written;

        ERR_clear_error();
        written = SSL_write(client->ssl, client->out, (int)client->out_size);
        if (written <= 0) {
            if (!is_only_waiting(client, written))
                fail(client, "the stream cannot be written");
            return;
        }
        client->out_size -= (size_t)written;
        memmove(client->out, &client->out[written], client->out_size);
    }
}

static void send_message(struct mumble_client *client, unsigned type,
                         const uint8_t *body, size_t size)
{
    uint8_t *out = &client->out[client->out_size];

    if (size + MESSAGE_HEAD_SIZE > sizeof client->out - client->out_size) {
        fail(client, "the line is too far behind");
        return;
    }
    out[0] = 0;
    out[1] = (uint8_t)type;
    out[2] = 0;
    out[3] = 0;
    out[4] = (uint8_t)(size >> 8);
    out[5] = (uint8_t)size;
    if (size > 0)
        memcpy(&out[MESSAGE_HEAD_SIZE], body, size);
    client->out_size += size + MESSAGE_HEAD_SIZE;
    flush(client);
}

static size_t put_text(uint8_t *out, uint8_t field, const char *text)
{
    size_t size = strlen(text);

    out[0] = field;
    out[1] = (uint8_t)size;
    memcpy(&out[2], text, size);
    return size + 2;
}

static void introduce(struct mumble_client *client)
{
    uint8_t body[128];
    size_t size = 0;

    body[size++] = FIELD_1_NUMBER;
    size += put_number(&body[size], VERSION);
    size += put_text(&body[size], FIELD_2_BYTES, "1.3.4");
    send_message(client, MESSAGE_VERSION, body, size);
    size = put_text(body, FIELD_1_BYTES, client->name);
    body[size++] = FIELD_5_NUMBER; /* Opus */
    body[size++] = 1;
    send_message(client, MESSAGE_AUTHENTICATE, body, size);
}

/* --- sound ------------------------------------------------------------------
 */

static void send_packet(struct mumble_client *client, const uint8_t *packet,
                        size_t size)
{
    uint8_t sealed[MESSAGE_SIZE_MAX + MUMBLE_HEAD_SIZE];

    if (!client->is_datagram) {
        send_message(client, MESSAGE_TUNNEL, packet, size);
        return;
    }
    if (!client->crypt.seal)
        return;
    mumble_crypt_seal(&client->crypt, packet, size, sealed);
    /* A datagram may be lost here as anywhere. */
    (void)send(client->datagrams, sealed, size + MUMBLE_HEAD_SIZE,
               MSG_DONTWAIT | MSG_NOSIGNAL);
}

void mumble_client_speak(struct mumble_client *client, const uint8_t *payload,
                         size_t size)
{
    uint8_t packet[MESSAGE_SIZE_MAX];
    size_t at = 0;

    packet[at++] = PACKET_OPUS << PACKET_SHIFT;
    at += put_short(&packet[at], client->sequence++);
    at += put_short(&packet[at], size);
    if (size > sizeof packet - at)
        return;
    memcpy(&packet[at], payload, size);
    send_packet(client, packet, at + size);
}

/* Of somebody else: session, sequence, size, payload. */
static void on_packet(struct mumble_client *client, const uint8_t *packet,
                      size_t size)
{
    const uint8_t *at = packet + 1, *end = packet + size;
    uint64_t session, sequence, length;

    if (size == 0 || packet[0] >> PACKET_SHIFT != PACKET_OPUS ||
        !take_short(&at, end, &session) || !take_short(&at, end, &sequence) ||
        !take_short(&at, end, &length))
        return;
    length &= OPUS_SIZE_MASK;
    if (client->on_audio && length <= (uint64_t)(end - at))
        client->on_audio(client->user, at, (size_t)length);
}

static void take_datagrams(struct mumble_client *client)
{
    uint8_t sealed[2048], plain[2048];
    ssize_t size;

    while (client->crypt.open &&
           (size = recv(client->datagrams, sealed, sizeof sealed,
                        MSG_DONTWAIT)) > MUMBLE_HEAD_SIZE) {
        int64_t now_ns = line_clock_ns();

        if (mumble_crypt_open(&client->crypt, sealed, (size_t)size, plain)) {
            client->opened_ns = now_ns;
            if (plain[0] >> PACKET_SHIFT == PACKET_PING)
                client->is_answered = true;
            else
                on_packet(client, plain, (size_t)size - MUMBLE_HEAD_SIZE);
        } else if (now_ns - client->opened_ns > RESYNC_NS &&
                   now_ns - client->asked_ns > RESYNC_NS) {
            client->asked_ns = now_ns;
            client->resyncs++;
            send_message(client, MESSAGE_CRYPT, NULL, 0);
        }
    }
}

/* --- what the server says
 * ----------------------------------------------------- */

/* Key and nonces; the server's nonce alone; or nothing: it asks for ours. */
static void on_crypt(struct mumble_client *client, const uint8_t *at,
                     const uint8_t *end)
{
    const uint8_t *fields[4] = { NULL };
    uint8_t body[2 + MUMBLE_BLOCK_SIZE] = { FIELD_2_BYTES, MUMBLE_BLOCK_SIZE };
    uint64_t field, size;

    while (at < end) {
        if (!take_number(&at, end, &field) || !take_number(&at, end, &size) ||
            (field & 7) != FORM_BYTES || size != MUMBLE_BLOCK_SIZE ||
            size > (uint64_t)(end - at) || field >> 3 > 3) {
            fail(client, "no such key");
            return;
        }
        fields[field >> 3] = at;
        at += size;
    }
    if (fields[1] && fields[2] && fields[3]) {
        if (!mumble_crypt_init(&client->crypt, fields[1], fields[2], fields[3]))
            fail(client, "no cipher");
        client->opened_ns = line_clock_ns();
    } else if (fields[3]) {
        mumble_crypt_set_open_nonce(&client->crypt, fields[3]);
    } else if (client->crypt.seal) {
        memcpy(&body[2], client->crypt.seal_nonce, MUMBLE_BLOCK_SIZE);
        send_message(client, MESSAGE_CRYPT, body, sizeof body);
    }
}

static void on_message(struct mumble_client *client, unsigned type,
                       const uint8_t *body, size_t size)
{
    if (type == MESSAGE_TUNNEL)
        on_packet(client, body, size);
    else if (type == MESSAGE_REJECT)
        fail(client, "the server turned it away");
    else if (type == MESSAGE_CRYPT)
        on_crypt(client, body, body + size);
    else if (type == MESSAGE_SYNC)
        client->is_synced = true;
}

static void take_messages(struct mumble_client *client)
{
    size_t at = 0;

    while (client->in_size - at >= MESSAGE_HEAD_SIZE && !client->is_failed) {
        const uint8_t *head = &client->in[at];
        size_t size = (size_t)head[2] << 24 | (size_t)head[3] << 16 |
                      (size_t)head[4] << 8 | head[5];

        if (size > sizeof client->in - MESSAGE_HEAD_SIZE)
            fail(client, "a message is too long");
        if (size > client->in_size - at - MESSAGE_HEAD_SIZE)
            break;
        on_message(client, (unsigned)head[0] << 8 | head[1],
                   &head[MESSAGE_HEAD_SIZE], size);
        at += MESSAGE_HEAD_SIZE + size;
    }
    client->in_size -= at;
    memmove(client->in, &client->in[at], client->in_size);
}

static void take_stream(struct mumble_client *client)
{
    while (!client->is_failed) {
        int size;

        ERR_clear_error();
        size = SSL_read(client->ssl, &client->in[client->in_size],
                        (int)(sizeof client->in - client->in_size));
        if (size <= 0) {
            if (!is_only_waiting(client, size))
                fail(client, "the stream broke");
            return;
        }
        client->in_size += (size_t)size;
        take_messages(client);
    }
}

/* --- coming and going
 * --------------------------------------------------------- */

static int socket_to(int type, const char *address, uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1;

    if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1)
        return -1;
    if (type == SOCK_STREAM)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 &&
        errno != EINPROGRESS) {
        (void)close(fd); /* nothing was sent */
        return -1;
    }
    return fd;
}

enum result mumble_client_open(
    struct mumble_client *client, const char *name, const char *address,
    uint16_t port, bool is_datagram,
    void (*on_audio)(void *user, const uint8_t *payload, size_t size),
    void *user)
{
    memset(client, 0, sizeof *client);
    client->name = name;
    client->is_datagram = is_datagram;
    client->on_audio = on_audio;
    client->user = user;
    client->stream = socket_to(SOCK_STREAM, address, port);
    client->datagrams = socket_to(SOCK_DGRAM, address, port);
    client->context = SSL_CTX_new(TLS_client_method());
    client->ssl = client->context ? SSL_new(client->context) : NULL;
    if (client->stream < 0 || client->datagrams < 0 || !client->ssl ||
        SSL_set_fd(client->ssl, client->stream) != 1) {
        fail(client, strerror(errno));
        return RESULT_IO;
    }
    (void)SSL_set_mode(client->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_connect_state(client->ssl);
    return RESULT_OK;
}

void mumble_client_close(struct mumble_client *client)
{
    mumble_crypt_release(&client->crypt);
    SSL_free(client->ssl);
    SSL_CTX_free(client->context);
    if (client->stream > 0)
        (void)close(client->stream); /* nobody waits for the rest */
    if (client->datagrams > 0)
        (void)close(client->datagrams); /* likewise */
    client->ssl = NULL;
    client->context = NULL;
    client->stream = -1;
    client->datagrams = -1;
}

void mumble_client_poll(const struct mumble_client *client,
                        struct pollfd *sockets)
{
    short events = POLLIN;

    if (!client->is_connected || (client->is_secured && client->out_size > 0))
        events |= POLLOUT;
    sockets[0] = (struct pollfd){ client->stream, events, 0 };
    sockets[1] = (struct pollfd){ client->datagrams, POLLIN, 0 };
}

static void shake_hands(struct mumble_client *client)
{
    struct pollfd writable = { client->stream, POLLOUT, 0 };
    int result;

    if (!client->is_connected && poll(&writable, 1, 0) != 1)
        return;
    client->is_connected = true;
    ERR_clear_error();
    result = SSL_connect(client->ssl);
    if (result == 1) {
        client->is_secured = true;
        introduce(client);
    } else if (!is_only_waiting(client, result)) {
        fail(client, "no handshake");
    }
}

static void ping(struct mumble_client *client)
{
    static const uint8_t number[] = { FIELD_1_NUMBER, 1 };
    static const uint8_t packet[] = { PACKET_PING << PACKET_SHIFT, 1 };
    int64_t now_ns = line_clock_ns();
    int64_t every_ns =
        mumble_client_is_ready(client) ? PING_EVERY_NS : JOIN_PING_EVERY_NS;

    if (!client->is_synced || now_ns < client->pinged_ns + every_ns)
        return;
    client->pinged_ns = now_ns;
    send_message(client, MESSAGE_PING, number, sizeof number);
    if (client->is_datagram)
        send_packet(client, packet, sizeof packet);
}

void mumble_client_turn(struct mumble_client *client)
{
    if (client->is_failed)
        return;
    if (!client->is_secured)
        shake_hands(client);
    if (client->is_secured) {
        flush(client);
        take_stream(client);
        take_datagrams(client);
        ping(client);
    }
}

bool mumble_client_is_ready(const struct mumble_client *client)
{
    return client->is_synced && (!client->is_datagram || client->is_answered);
}
