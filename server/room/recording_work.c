#include "server/room/recording_work.h"

#include "protocol/base/byte_writer.h"
#include "protocol/record/digest.h"
#include "server/audio/ogg_mend.h"
#include "server/audio/voice_track.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file may grow by so much in one piece of work: what waits, and the silence
 * of a day before it, 2.5 MB. */
enum { GROWTH_SIZE = 4 * 1024 * 1024 };
enum { NUMBER_SIZE = 24 };

/* --- Names --------------------------------------------------------------- */

struct recording_name recording_prefix(const struct recording_id *id)
{
    struct recording_name name;

    if (id->number == 0)
        (void)snprintf(name.text, sizeof name.text, "%s_", id->meeting.text);
    else
        (void)snprintf(name.text, sizeof name.text, "%s_%" PRIu64 "_",
                       id->meeting.text, id->number);
    return name;
}

static struct recording_name name_of(const struct recording_id *id,
                                     const struct recording_heard *heard)
{
    struct recording_name name;

    (void)snprintf(name.text, sizeof name.text, "%s_%" PRIu64 "_%u_%s.opus",
                   id->meeting.text, id->number, (unsigned)heard->slot,
                   heard->holder.text);
    return name;
}

/* Ids have no "_". */
static bool take_meeting(const char **name, struct identifier *out)
{
    const size_t size = strcspn(*name, "_");
    const struct text_view part = { *name, size };

    if ((*name)[size] == '\0' || identifier_parse(part, out) != RESULT_OK)
        return false;
    *name += size + 1;
    return true;
}

static bool take_holder(const char *name, struct identifier *out)
{
    static const char ending[] = ".opus";
    const size_t size = strlen(name);
    struct text_view part = { name, 0 };

    if (size < sizeof ending)
        return false;
    part.size = size - (sizeof ending - 1);
    return strcmp(name + part.size, ending) == 0 &&
           identifier_parse(part, out) == RESULT_OK;
}

static bool take_number(const char **name, uint64_t max, uint64_t *out)
{
    uint64_t number = 0;

    if (**name < '1' || **name > '9')
        return false;
    for (; **name >= '0' && **name <= '9'; (*name)++) {
        number = number * 10 + (uint64_t)(**name - '0');
        if (number > max)
            return false;
    }
    *out = number;
    return *(*name)++ == '_';
}

bool recording_name_read(const char *name, struct recording_id *id,
                         uint64_t *slot, struct identifier *holder)
{
    return take_meeting(&name, &id->meeting) &&
           take_number(&name, LIMIT_RECORDINGS, &id->number) &&
           take_number(&name, UINT16_MAX, slot) && take_holder(name, holder);
}

/* --- Writing ------------------------------------------------------------- */

struct track {
    uint16_t slot;
    struct recording_name name;
    struct voice_track *voice; /* owned */
};

struct recording_writer {
    struct recording_id id;
    const struct recording_store *store;
    uint64_t room_left;
    struct byte_writer heard; /* the loop's: what comes */
    struct byte_writer taken; /* the worker's, from here on all */
    int64_t now_ms;
    bool is_end;
    struct track tracks[LIMIT_RECORDING_SPEAKERS];
    size_t track_count;
    struct recording_file left_out[LIMIT_RECORDING_LEFT_OUT];
    size_t left_out_count;
    enum result result;
};

enum result recording_writer_new(struct recording_writer **out,
                                 const struct recording_id *id,
                                 const struct recording_store *store,
                                 uint64_t room_left)
{
    struct recording_writer *writer = calloc(1, sizeof *writer);

    if (!writer)
        return RESULT_NO_MEMORY;
    writer->id = *id;
    writer->store = store;
    writer->room_left = room_left;
    byte_writer_init(&writer->heard, LIMIT_RECORDING_QUEUE_SIZE);
    byte_writer_init(&writer->taken, LIMIT_RECORDING_QUEUE_SIZE);
    *out = writer;
    return RESULT_OK;
}

struct recording_writer *recording_writer_free(struct recording_writer *writer)
{
    size_t i;

    if (!writer)
        return NULL;
    for (i = 0; i < writer->track_count; i++)
        voice_track_free(writer->tracks[i].voice);
    byte_writer_release(&writer->heard);
    byte_writer_release(&writer->taken);
    free(writer);
    return NULL;
}

enum result recording_writer_hear(struct recording_writer *writer,
                                  const struct recording_heard *heard,
                                  const uint8_t *payload)
{
    uint8_t whole[sizeof *heard + LIMIT_OPUS_PAYLOAD_SIZE];

    assert(heard->size <= LIMIT_OPUS_PAYLOAD_SIZE);
    /* At once: what does not fit is not there in part. */
    memcpy(whole, heard, sizeof *heard);
    memcpy(&whole[sizeof *heard], payload, heard->size);
    byte_writer_bytes(&writer->heard, whole, sizeof *heard + heard->size);
    return writer->heard.result == RESULT_OK ? RESULT_OK : RESULT_FULL;
}

bool recording_writer_has_any(const struct recording_writer *writer)
{
    return writer->heard.size > 0;
}

bool recording_writer_is_pressed(const struct recording_writer *writer)
{
    return writer->heard.size > LIMIT_RECORDING_QUEUE_SIZE / 4;
}

void recording_writer_hand_over(struct recording_writer *writer, int64_t now_ms,
                                bool is_end)
{
    const struct byte_writer empty = writer->taken;

    /* What no worker came for goes first. */
    if (empty.size == 0) {
        writer->taken = writer->heard;
        writer->heard = empty;
    }
    writer->now_ms = now_ms;
    writer->is_end = is_end;
}

static enum result begin_track(struct recording_writer *writer,
                               const struct recording_heard *heard,
                               struct track *out)
{
    char number[NUMBER_SIZE], slot[NUMBER_SIZE], start[NUMBER_SIZE];
    const struct ogg_opus_comment comments[] = {
        { "MEETING", writer->id.meeting.text },
        { "RECORDING", number },
        { "SPEAKER", heard->holder.text },
        { "SLOT", slot },
        { "STARTED_MS", start },
    };

    (void)snprintf(number, sizeof number, "%" PRIu64, writer->id.number);
    (void)snprintf(slot, sizeof slot, "%u", (unsigned)heard->slot);
    (void)snprintf(start, sizeof start, "%" PRId64, heard->at_ms);
    *out = (struct track){ .slot = heard->slot,
                           .name = name_of(&writer->id, heard) };
    return voice_track_new(
        &out->voice, (uint32_t)(writer->id.number << 16 | heard->slot),
        heard->at_ms, comments, sizeof comments / sizeof comments[0]);
}

/* One more than there may be: it is named, and goes without a file. */
static void leave_out(struct recording_writer *writer,
                      const struct recording_heard *heard)
{
    struct recording_file *row;
    size_t i;

    for (i = 0; i < writer->left_out_count; i++)
        if (writer->left_out[i].slot == heard->slot)
            return;
    if (i == LIMIT_RECORDING_LEFT_OUT)
        return;
    row = &writer->left_out[writer->left_out_count++];
    *row = (struct recording_file){ .holder = heard->holder,
                                    .slot = heard->slot,
                                    .from = heard->at_ms,
                                    .to = heard->at_ms,
                                    .outcome = RECORDING_LEFT_OUT };
}

/* RESULT_FULL: there are too many. */
static enum result find_track(struct recording_writer *writer,
                              const struct recording_heard *heard,
                              struct track **out)
{
    enum result result;
    size_t i;

    for (i = 0; i < writer->track_count; i++)
        if (writer->tracks[i].slot == heard->slot) {
            *out = &writer->tracks[i];
            return RESULT_OK;
        }
    if (i == LIMIT_RECORDING_SPEAKERS)
        return RESULT_FULL;
    result = begin_track(writer, heard, &writer->tracks[i]);
    if (result != RESULT_OK)
        return result;
    writer->track_count++;
    *out = &writer->tracks[i];
    return RESULT_OK;
}

static enum result take_heard(struct recording_writer *writer,
                              const struct recording_heard *heard,
                              const uint8_t *payload)
{
    struct voice_frame frame = { .sequence = heard->sequence,
                                 .timestamp = heard->timestamp,
                                 .flags = heard->flags,
                                 .at_ms = heard->at_ms,
                                 .size = heard->size };
    struct track *track = NULL;
    enum result result = find_track(writer, heard, &track);

    if (result == RESULT_FULL) {
        leave_out(writer, heard);
        return RESULT_OK;
    }
    memcpy(frame.payload, payload, heard->size);
    return result == RESULT_OK ? voice_track_take(track->voice, &frame)
                               : result;
}

static enum result take_all(struct recording_writer *writer)
{
    const uint8_t *bytes = writer->taken.data;
    size_t at = 0;
    enum result result = RESULT_OK;

    while (result == RESULT_OK && at < writer->taken.size) {
        struct recording_heard heard;

        memcpy(&heard, &bytes[at], sizeof heard);
        at += sizeof heard;
        result = take_heard(writer, &heard, &bytes[at]);
        at += heard.size;
    }
    byte_writer_reset(&writer->taken);
    return result;
}

static enum result save(struct recording_writer *writer, struct track *track)
{
    const struct recording_store *store = writer->store;
    enum result result = writer->is_end
                             ? voice_track_end(track->voice)
                             : voice_track_pass(track->voice, writer->now_ms);
    const struct text_view output = voice_track_output(track->voice);

    if (result == RESULT_OK && output.size > 0)
        result = store->append(store->user, track->name.text, output.data,
                               output.size);
    if (result == RESULT_OK)
        voice_track_taken(track->voice);
    return result;
}

static bool is_full(const struct recording_writer *writer)
{
    uint64_t size = 0;
    size_t i;

    for (i = 0; i < writer->track_count; i++) {
        const uint64_t one = voice_track_figures(writer->tracks[i].voice).size;

        size += one;
        if (one + GROWTH_SIZE > LIMIT_BLOB_SIZE)
            return true;
    }
    return size >= writer->room_left;
}

/* What was written stays good as it is when something fails: after a torn page
 * nothing more may follow. */
void recording_writer_work(struct recording_writer *writer)
{
    enum result result = writer->result;
    size_t i;

    if (result != RESULT_OK && result != RESULT_FULL)
        return;
    result = take_all(writer);
    for (i = 0; result == RESULT_OK && i < writer->track_count; i++)
        result = save(writer, &writer->tracks[i]);
    if (result == RESULT_OK && is_full(writer))
        result = RESULT_FULL;
    if (writer->result != RESULT_FULL || result != RESULT_OK)
        writer->result = result; /* full it stays */
}

const struct recording_file *
recording_writer_left_out(const struct recording_writer *writer, size_t *count)
{
    *count = writer->left_out_count;
    return writer->left_out;
}

enum result recording_writer_result(const struct recording_writer *writer)
{
    return writer->result;
}

/* --- Keeping ------------------------------------------------------------- */

struct listing {
    struct recording_name *names;
    size_t count;
    enum result result;
};

static void add_name(void *data, const char *name)
{
    struct listing *listing = data;
    struct recording_name *grown;
    struct recording_id id;
    struct identifier holder;
    uint64_t slot;

    if (listing->result != RESULT_OK ||
        !recording_name_read(name, &id, &slot, &holder) ||
        listing->count == LIMIT_RECORDING_SPEAKERS * LIMIT_RECORDINGS)
        return;
    grown = realloc(listing->names, (listing->count + 1) * sizeof *grown);
    if (!grown) {
        listing->result = RESULT_NO_MEMORY;
        return;
    }
    listing->names = grown;
    (void)snprintf(grown[listing->count++].text, RECORDING_NAME_SIZE, "%s",
                   name);
}

static int by_text(const void *left, const void *right)
{
    const struct recording_name *a = left, *b = right;

    return strcmp(a->text, b->text);
}

enum result recording_list(const struct recording_store *store,
                           const struct recording_id *id,
                           struct recording_name **names, size_t *count)
{
    struct listing listing = { .result = RESULT_OK };
    const struct recording_name prefix = recording_prefix(id);
    enum result result =
        store->each(store->user, prefix.text, add_name, &listing);

    if (result == RESULT_OK)
        result = listing.result;
    if (result != RESULT_OK) {
        free(listing.names);
        return result;
    }
    if (listing.count > 0)
        qsort(listing.names, listing.count, sizeof *listing.names, by_text);
    *names = listing.names;
    *count = listing.count;
    return RESULT_OK;
}

static int64_t start_of(const struct recording_kept *kept, size_t size)
{
    char text[NUMBER_SIZE];
    int64_t start_ms = 0;
    size_t i;

    if (!ogg_find_comment(kept->bytes, size, "STARTED_MS", text, sizeof text))
        return 0;
    for (i = 0; text[i] >= '0' && text[i] <= '9' && i < 15; i++)
        start_ms = start_ms * 10 + (text[i] - '0');
    return start_ms;
}

static void name_it(struct recording_kept *kept, const struct ogg_found *found)
{
    struct recording_file *row = &kept->row;

    row->blob = digest_sha256(kept->bytes, found->size);
    row->size = found->size;
    row->packets = found->packet_count;
    row->from = start_of(kept, found->size);
    row->to = row->from + (int64_t)(found->sample_count / OGG_OPUS_PER_MS);
    row->outcome = found->was_cut ? RECORDING_CUT : RECORDING_WHOLE;
    kept->is_there = true;
}

enum result recording_read(const struct recording_store *store,
                           const char *name, struct recording_kept *out)
{
    struct recording_kept kept = { .is_there = false };
    struct recording_id id;
    struct ogg_found found;
    size_t size = 0;
    enum result result;

    if (!recording_name_read(name, &id, &kept.row.slot, &kept.row.holder))
        return RESULT_INVALID;
    result =
        store->read(store->user, name, LIMIT_BLOB_SIZE, &kept.bytes, &size);
    if (result == RESULT_OK)
        result = ogg_mend(kept.bytes, size, &found);
    if (result == RESULT_OK)
        name_it(&kept, &found);
    if (result != RESULT_OK || kept.row.packets == 0) {
        recording_kept_release(&kept);
        kept.is_there = false;
    }
    /* Cut before the first page of sound, or nothing but a beginning. */
    if (result == RESULT_MALFORMED || result == RESULT_NOT_FOUND)
        result = RESULT_OK;
    if (result == RESULT_OK)
        *out = kept;
    return result;
}

void recording_kept_release(struct recording_kept *kept)
{
    free(kept->bytes);
    kept->bytes = NULL;
}
