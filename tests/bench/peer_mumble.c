/* A client of murmur 1.3: sound through the tunnel of its TLS stream. */
#include "tests/bench/peer_protocol.h"

#include <stdio.h>
#include <string.h>

enum {
    MUMBLE_VERSION = 0,
    MUMBLE_TUNNEL = 1,
    MUMBLE_AUTHENTICATE = 2,
    MUMBLE_PING = 3,
    MUMBLE_REJECT = 4,
    MUMBLE_SYNC = 5,
    MUMBLE_USER_STATE = 9,
    MUMBLE_HEADER = 6,
    OPUS_PACKET = 4 << 5
};

static void send_mumble(struct member *member, int type, const uint8_t *body,
                        size_t size)
{
    uint8_t packet[PEER_PACKET_MAX] = {
        0, (uint8_t)type, 0, 0, 0, (uint8_t)size
    };

    packet[4] = (uint8_t)(size >> 8);
    memcpy(packet + MUMBLE_HEADER, body, size);
    peer_send(member, packet, MUMBLE_HEADER + size);
}

static void begin_mumble(struct member *member)
{
    uint8_t body[64] = { 0x08 }; /* version 1.3.4 */
    size_t size = 1 + peer_put_base128(body + 1, 0x010304);
    int name;

    send_mumble(member, MUMBLE_VERSION, body, size);
    name = snprintf((char *)body + 2, sizeof body - 4, "m%zu", member->index);
    body[0] = 0x0a; /* the name, and that it speaks Opus */
    body[1] = (uint8_t)name;
    size = 2 + (size_t)name;
    body[size++] = 0x28;
    body[size++] = 1;
    send_mumble(member, MUMBLE_AUTHENTICATE, body, size);
}

/* Mumble's own numbers of variable length, in sound only. */
static size_t put_varint(uint8_t *out, uint64_t value)
{
    size_t more = value < 0x80       ? 0
                  : value < 0x4000   ? 1
                  : value < 0x200000 ? 2
                                     : 3;
    static const uint8_t prefix[] = { 0, 0x80, 0xc0, 0xe0 };

    out[0] = (uint8_t)(prefix[more] | (value >> (8 * more)));
    for (size_t i = 1; i <= more; i++)
        out[i] = (uint8_t)(value >> (8 * (more - i)));
    return 1 + more;
}

static size_t get_varint(const uint8_t *bytes, size_t size, uint64_t *out)
{
    size_t more = 0;
    uint8_t first;

    if (size == 0)
        return 0;
    first = bytes[0];
    while (more < 3 && (first & (0x80 >> more)))
        more++;
    if (more == 3 && (first & 0x10))
        return 0; /* longer than any of ours */
    if (size < 1 + more)
        return 0;
    *out = first & (0x7f >> more);
    for (size_t i = 1; i <= more; i++)
        *out = *out << 8 | bytes[i];
    return 1 + more;
}

static void take_mumble_sound(struct member *member, const uint8_t *bytes,
                              size_t size)
{
    uint64_t value = 0;
    size_t at = 1;

    if (size < 4 || bytes[0] >> 5 != 4)
        return;
    for (int i = 0; i < 3; i++) { /* session, sequence, size */
        size_t used = get_varint(bytes + at, size - at, &value);

        if (used == 0)
            return;
        at += used;
    }
    value &= 0x1fff;
    if (value <= size - at)
        peer_hear(member, bytes + at, (size_t)value);
}

/* Fields 1 (a session) and 5 (a channel) of a message, if they are there. */
static void read_fields(const uint8_t *bytes, size_t size, uint64_t *session,
                        uint64_t *channel)
{
    size_t at = 0;

    while (at < size) {
        uint64_t key, value;
        size_t used = peer_get_base128(bytes + at, size - at, &key);

        if (used == 0)
            return;
        at += used;
        used = peer_get_base128(bytes + at, size - at, &value);
        if (used == 0)
            return;
        at += used;
        if ((key & 7) == 2)
            at += (size_t)value;
        else if (key >> 3 == 1)
            *session = value;
        else if (key >> 3 == 5)
            *channel = value;
    }
}

static void enter_channel(struct member *member)
{
    uint8_t body[16] = { 0x08 };
    size_t size = 1 + peer_put_base128(body + 1, member->session);

    body[size++] = 0x28;
    size += peer_put_base128(body + size, member->room + 1);
    send_mumble(member, MUMBLE_USER_STATE, body, size);
}

static void take_mumble_message(struct member *member, int type,
                                const uint8_t *body, size_t size)
{
    uint64_t session = 0, channel = UINT64_MAX;

    if (type == MUMBLE_TUNNEL) {
        take_mumble_sound(member, body, size);
        return;
    }
    if (type == MUMBLE_REJECT) {
        peer_refused("mumble", body, size);
        return;
    }
    if (member->is_ready || (type != MUMBLE_SYNC && type != MUMBLE_USER_STATE))
        return;
    read_fields(body, size, &session, &channel);
    if (type == MUMBLE_SYNC) {
        member->session = (uint32_t)session;
        enter_channel(member);
    } else if (member->session != 0 && session == member->session &&
               channel == member->room + 1) {
        peer_be_ready(member);
    }
}

static size_t take_mumble(struct member *member, const uint8_t *bytes,
                          size_t size)
{
    size_t at = 0;

    while (size - at >= MUMBLE_HEADER) {
        const uint8_t *head = bytes + at;
        size_t length = (size_t)head[2] << 24 | (size_t)head[3] << 16 |
                        (size_t)head[4] << 8 | head[5];

        if (size - at - MUMBLE_HEADER < length)
            break;
        take_mumble_message(member, head[0] << 8 | head[1],
                            head + MUMBLE_HEADER, length);
        at += MUMBLE_HEADER + length;
    }
    return at;
}

static size_t encode_mumble(struct member *member, const uint8_t *payload,
                            size_t size, uint8_t *out)
{
    size_t at = MUMBLE_HEADER;

    out[at++] = OPUS_PACKET;
    at += put_varint(out + at, member->sequence++);
    at += put_varint(out + at, size);
    memcpy(out + at, payload, size);
    at += size;
    memset(out, 0, MUMBLE_HEADER);
    out[1] = MUMBLE_TUNNEL;
    out[4] = (uint8_t)((at - MUMBLE_HEADER) >> 8);
    out[5] = (uint8_t)(at - MUMBLE_HEADER);
    return at;
}

static void ping_mumble(struct member *member)
{
    const uint8_t body[] = { 0x08, 1 };

    send_mumble(member, MUMBLE_PING, body, sizeof body);
}

const struct protocol peer_mumble = { "mumble",    false,         begin_mumble,
                                      take_mumble, encode_mumble, ping_mumble };
