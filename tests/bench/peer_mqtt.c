/* A client of an MQTT 5 broker over WebSocket: quality of service 0, and what
 * it publishes does not come back to it. */
#include "tests/bench/peer_protocol.h"

#include <stdio.h>
#include <string.h>

enum {
    MQTT_CONNECT = 0x10,
    MQTT_CONNACK = 2,
    MQTT_PUBLISH = 3,
    MQTT_SUBSCRIBE = 0x82,
    MQTT_SUBACK = 9,
    MQTT_NO_LOCAL = 4
};

static size_t put_text(uint8_t *out, const char *text)
{
    size_t size = strlen(text);

    out[0] = (uint8_t)(size >> 8);
    out[1] = (uint8_t)size;
    memcpy(out + 2, text, size);
    return 2 + size;
}

static void begin_mqtt(struct member *member)
{
    /* Version 5, a clean start, 60 s of patience, no properties. */
    static const uint8_t head[] = {
        0, 4, 'M', 'Q', 'T', 'T', 5, 0x02, 0, 60, 0
    };
    uint8_t packet[128] = { MQTT_CONNECT };
    char name[32];
    size_t size = 2;

    (void)snprintf(name, sizeof name, "m%zu", member->index);
    memcpy(packet + size, head, sizeof head);
    size += sizeof head;
    size += put_text(packet + size, name);
    packet[1] = (uint8_t)(size - 2);
    peer_send(member, packet, size);
}

static void topic_of(const struct member *member, char *out, size_t size)
{
    (void)snprintf(out, size, "r/%zu", member->room);
}

static void subscribe(struct member *member)
{
    uint8_t packet[64] = { MQTT_SUBSCRIBE, 0, 0, 1, 0 };
    char topic[32];
    size_t size = 5;

    topic_of(member, topic, sizeof topic);
    size += put_text(packet + size, topic);
    packet[size++] = MQTT_NO_LOCAL;
    packet[1] = (uint8_t)(size - 2);
    peer_send(member, packet, size);
}

static void take_mqtt_packet(struct member *member, int type,
                             const uint8_t *body, size_t size)
{
    size_t topic, at;

    if (type == MQTT_CONNACK) {
        if (size < 2 || body[1] != 0) {
            peer_refused("mqtt", body, size);
        }
        subscribe(member);
    } else if (type == MQTT_SUBACK) {
        peer_be_ready(member);
    } else if (type == MQTT_PUBLISH && size > 3) {
        topic = (size_t)body[0] << 8 | body[1];
        at = 2 + topic;
        if (at < size)
            at += 1u + body[at]; /* properties, few */
        if (at < size)
            peer_hear(member, body + at, size - at);
    }
}

static size_t take_mqtt(struct member *member, const uint8_t *bytes,
                        size_t size)
{
    size_t at = 0;

    while (size - at >= 2) {
        uint64_t length;
        size_t used = peer_get_base128(bytes + at + 1, size - at - 1, &length);

        if (used == 0 || size - at - 1 - used < length)
            break;
        take_mqtt_packet(member, bytes[at] >> 4, bytes + at + 1 + used,
                         (size_t)length);
        at += 1 + used + (size_t)length;
    }
    return at;
}

static size_t encode_mqtt(struct member *member, const uint8_t *payload,
                          size_t size, uint8_t *out)
{
    char topic[32];
    size_t at, length;

    topic_of(member, topic, sizeof topic);
    length = 2 + strlen(topic) + 1 + size;
    out[0] = MQTT_PUBLISH << 4;
    at = 1 + peer_put_base128(out + 1, length);
    at += put_text(out + at, topic);
    out[at++] = 0; /* no properties */
    memcpy(out + at, payload, size);
    return at + size;
}

static void ping_mqtt(struct member *member)
{
    const uint8_t packet[] = { 0xc0, 0 };

    peer_send(member, packet, sizeof packet);
}

const struct protocol peer_mqtt = { "mqtt",    true,        begin_mqtt,
                                    take_mqtt, encode_mqtt, ping_mqtt };
