#include "tests/support/meeting_genesis.h"

#include "protocol/record/digest.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PEOPLE = 14, SITES = 2, DEVICES = 2 };

struct identifier meeting_id(const char *text)
{
    struct identifier id = { "" };

    assert_true(strlen(text) < sizeof id.text);
    memcpy(id.text, text, strlen(text));
    return id;
}

struct key meeting_device_key(const char *holder, char device)
{
    char name[64];
    struct hash hash;
    struct key key;

    (void)snprintf(name, sizeof name, "%s/%c", holder, device);
    hash = digest_sha256(name, strlen(name));
    memcpy(key.bytes, hash.bytes, sizeof key.bytes);
    return key;
}

/* Where devices have to be vouched for, the first one is. */
static struct items fill_devices(const char *holder, bool is_vouching,
                                 struct roster_device *devices)
{
    int i;

    for (i = 0; i < DEVICES; i++)
        devices[i] = (struct roster_device){
            .device = meeting_device_key(holder, (char)('a' + i)),
            .vouched_by = is_vouching && i == 0 ? TEXT_LITERAL("m1,m2")
                                                : TEXT_LITERAL(""),
        };
    return (struct items){ devices, DEVICES };
}

static const int categories[PEOPLE] = {
    CATEGORY_OFFICIAL,  CATEGORY_OFFICIAL,  CATEGORY_OFFICIAL,
    CATEGORY_OFFICIAL,  CATEGORY_OFFICIAL,  CATEGORY_PROBATIONARY,
    CATEGORY_EXEMPT,    CATEGORY_GUEST,     CATEGORY_UPPER_DELEGATE,
    CATEGORY_TEMP_HERE, CATEGORY_SUSPENDED, CATEGORY_TECHNICIAN,
    CATEGORY_TEMP_AWAY, CATEGORY_OFFICIAL
};

/* The i-th of the roster; false if the call leaves her out. */
static bool is_called(const struct meeting_call *call, size_t i, char name[24])
{
    const char *at = call->people;

    (void)snprintf(name, 24, i < PEOPLE ? "m%zu" : "x%zu",
                   i < PEOPLE ? i + 1 : i + 1 - PEOPLE);
    while (at && *at) {
        const size_t size = strcspn(at, " ");

        if (size == strlen(name) && memcmp(at, name, size) == 0)
            return true;
        at += size + (at[size] == ' ');
    }
    return !call->people;
}

static void fill_people(const struct meeting_call *call,
                        struct meeting_genesis *out)
{
    struct items *roster = &out->event.body.genesis.roster;
    const size_t max = PEOPLE + call->extra;
    char name[24];
    size_t i;

    out->rows = calloc(max, sizeof *out->rows);
    out->devices = calloc((max + SITES) * DEVICES, sizeof *out->devices);
    assert_non_null(out->rows);
    assert_non_null(out->devices);
    roster->data = out->rows;
    for (i = 0; i < max; i++) {
        if (!is_called(call, i, name))
            continue;
        out->rows[roster->count++] = (struct roster_person){
            .member = meeting_id(name),
            .category = i < PEOPLE ? categories[i] : CATEGORY_OFFICIAL,
            .office = OFFICE_NONE,
            .devices = fill_devices(name, call->is_vouching,
                                    &out->devices[i * DEVICES])
        };
    }
}

/* A meeting of some only has no sites: their keepers need not be there. */
static void fill_sites(const struct meeting_call *call,
                       struct meeting_genesis *out)
{
    static const char *const names[SITES] = { "s1", "s2" };
    static const char *const keepers[SITES] = { "m4", "m5" };
    static struct roster_site sites[SITES];
    struct roster_device *devices =
        &out->devices[(PEOPLE + call->extra) * DEVICES];
    size_t i;

    for (i = 0; i < SITES; i++)
        sites[i] = (struct roster_site){
            .site = meeting_id(names[i]),
            .keeper = meeting_id(keepers[i]),
            .devices = fill_devices(names[i], call->is_vouching,
                                    &devices[i * DEVICES]),
        };
    out->event.body.genesis.sites =
        (struct items){ sites, call->people ? 0 : SITES };
}

static void read_template(const char *name, struct agenda_template *out)
{
    static char text[AGENDA_TEMPLATE_SIZE_MAX];
    char path[128];
    FILE *file;
    size_t size;
    int line = 0;

    (void)snprintf(path, sizeof path, "config/templates/agenda/%s.conf", name);
    file = fopen(path, "rb");
    assert_non_null(file);
    size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    assert_int_equal(agenda_template_read(text, size, out, &line), RESULT_OK);
}

static struct identifier presenter(const struct event_genesis *genesis,
                                   enum template_presenter who)
{
    switch (who) {
    case TEMPLATE_BY_CHAIR:
        return genesis->chair;
    case TEMPLATE_BY_DEPUTY:
        return genesis->deputy;
    case TEMPLATE_BY_MINUTE_TAKER:
        return genesis->minute_taker;
    case template_presenter_none_:
    case template_presenter_count_:
        break;
    }
    return meeting_id("");
}

/* Items a1, a2, … as whoever calls by the template sends them. */
static void fill_agenda(const struct meeting_call *call,
                        struct meeting_genesis *out)
{
    struct event_genesis *genesis = &out->event.body.genesis;
    size_t i, count = 2;
    char id[24];

    if (call->agenda) {
        read_template(call->agenda, &out->agenda);
        assert_int_equal(out->agenda.kind, call->kind);
        genesis->title =
            (struct sealed){ .value = text_view_of(out->agenda.title),
                             .has_value = true };
        count = out->agenda.item_count;
    }
    out->items = calloc(count, sizeof *out->items);
    assert_non_null(out->items);
    for (i = 0; i < count; i++) {
        const struct agenda_template_item *item =
            call->agenda ? &out->agenda.items[i] : NULL;

        (void)snprintf(id, sizeof id, "a%zu", i + 1);
        out->items[i].item = meeting_id(id);
        if (!item)
            continue;
        out->items[i].title =
            (struct sealed){ .value = text_view_of(item->title),
                             .has_value = true };
        out->items[i].presenter = presenter(genesis, item->presenter);
        out->items[i].planned_min = item->minutes;
    }
    genesis->agenda = (struct items){ out->items, count };
}

static const char *or_else(const char *text, const char *usual)
{
    return text ? text : usual;
}

struct meeting_genesis *meeting_genesis_new(const struct meeting_call *call)
{
    struct meeting_genesis *out = calloc(1, sizeof *out);

    assert_non_null(out);
    out->event.kind = EVENT_GENESIS_KIND;
    out->event.body.genesis = (struct event_genesis){
        .version = 1,
        .meeting = meeting_id(or_else(call->meeting, "org.1")),
        .organisation = meeting_id("org"),
        .unit = meeting_id(or_else(call->unit, "u2")),
        .ruleset = call->rules ? text_view_of(ruleset_file(call->rules)->name)
                               : TEXT_LITERAL("interim-2026-07"),
        .kind = (int)call->kind,
        .starts_at = call->starts_s
                         ? MEETING_BASE_MS + (int64_t)call->starts_s * 1000
                         : 0,
        .zone = TEXT_LITERAL("Asia/Ho_Chi_Minh"),
        .chair = meeting_id(or_else(call->leaders[0], "m1")),
        .deputy = meeting_id(or_else(call->leaders[1], "m2")),
        .minute_taker = meeting_id(or_else(call->leaders[2], "m3")),
        .vouching_required = call->is_vouching,
    };
    fill_people(call, out);
    fill_sites(call, out);
    fill_agenda(call, out);
    return out;
}

void meeting_genesis_free(struct meeting_genesis *genesis)
{
    if (genesis->agenda.items)
        agenda_template_release(&genesis->agenda);
    free(genesis->items);
    free(genesis->devices);
    free(genesis->rows);
    free(genesis);
}
