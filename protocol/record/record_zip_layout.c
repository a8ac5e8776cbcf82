#include "protocol/record/record_zip_layout.h"

#include "protocol/base/limits.h"
#include "protocol/record/record_path.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOCAL_SIZE = 30,
    CENTRAL_SIZE = 46,
    END_SIZE = 22,
    LOCATOR_SIZE = 20,
    COMMENT_SIZE_MAX = 65535,
    MADE_ON_UNIX = 3,
    VERSION_MAX = 20, /* needed to unpack: 1.0, or 2.0 */
    FLAG_ENCRYPTED = 1 << 0,
    FLAG_STRONGLY_ENCRYPTED = 1 << 6,
    FLAG_UTF8 = 1 << 11,
    FLAG_HIDDEN_HEADERS = 1 << 13,
    DATE = 0x21, /* 1980-01-01 */
    SMALL_FULL = 0xffff
};

static const uint32_t local_mark = 0x04034b50, central_mark = 0x02014b50,
                      end_mark = 0x06054b50, locator_mark = 0x07064b50,
                      attributes = 0100644u << 16, large_full = 0xffffffff;

const char *record_zip_fault_word(enum record_zip_fault fault)
{
    static const char *const words[RECORD_ZIP_FAULT_COUNT] = {
        "",
#define WORD(name, word) word,
        RECORD_ZIP_FAULT_LIST(WORD)
#undef WORD
    };

    return words[fault];
}

/* --- Numbers, little-endian ---------------------------------------------- */

static uint16_t small_at(struct text_view file, size_t position)
{
    const unsigned low = (uint8_t)file.data[position];
    const unsigned high = (uint8_t)file.data[position + 1];

    return (uint16_t)(low | high << 8);
}

static uint32_t number_at(struct text_view file, size_t position)
{
    return small_at(file, position) | (uint32_t)small_at(file, position + 2)
                                          << 16;
}

static bool has_mark(struct text_view file, size_t position, uint32_t mark)
{
    return position <= file.size && file.size - position >= 4 &&
           number_at(file, position) == mark;
}

bool record_zip_is(struct text_view file)
{
    return has_mark(file, 0, local_mark) || has_mark(file, 0, end_mark);
}

/* --- The end record ------------------------------------------------------ */

struct directory {
    size_t count;
    size_t start, end; /* of the central headers */
};

/* Why there is no end record in the last 22 bytes. */
static enum record_zip_fault fault_of_end(struct text_view file)
{
    size_t back;

    for (back = END_SIZE;
         back <= file.size && back <= (size_t)END_SIZE + COMMENT_SIZE_MAX;
         back++) {
        const size_t position = file.size - back;

        if (!has_mark(file, position, end_mark))
            continue;
        return small_at(file, position + 20) == back - END_SIZE
                   ? RECORD_ZIP_COMMENT
                   : RECORD_ZIP_TRAILING;
    }
    return record_zip_is(file) ? RECORD_ZIP_CUT : RECORD_ZIP_NO_ZIP;
}

static bool has_large_form(struct text_view file, size_t end)
{
    return small_at(file, end + 8) == SMALL_FULL ||
           small_at(file, end + 10) == SMALL_FULL ||
           number_at(file, end + 12) == large_full ||
           number_at(file, end + 16) == large_full ||
           (end >= LOCATOR_SIZE &&
            has_mark(file, end - LOCATOR_SIZE, locator_mark));
}

static enum record_zip_fault read_end(struct text_view file,
                                      struct directory *out)
{
    size_t end, size;

    if (file.size > LIMIT_RECORD_SIZE)
        return RECORD_ZIP_TOO_LARGE;
    if (file.size < END_SIZE || !has_mark(file, file.size - END_SIZE, end_mark))
        return fault_of_end(file);
    end = file.size - END_SIZE;
    if (small_at(file, end + 20) != 0)
        return RECORD_ZIP_CUT;
    if (has_large_form(file, end))
        return RECORD_ZIP_ZIP64;
    if (small_at(file, end + 4) != 0 || small_at(file, end + 6) != 0)
        return RECORD_ZIP_DISKS;
    out->count = small_at(file, end + 10);
    if (small_at(file, end + 8) != out->count)
        return RECORD_ZIP_COUNT;
    if (out->count > LIMIT_RECORD_FILES)
        return RECORD_ZIP_TOO_MANY;
    size = number_at(file, end + 12);
    out->start = number_at(file, end + 16);
    out->end = end;
    if (out->start > end || size != end - out->start ||
        size / CENTRAL_SIZE < out->count)
        return RECORD_ZIP_COUNT;
    return RECORD_ZIP_SOUND;
}

/* --- One file ------------------------------------------------------------ */

/* What both headers of a file say, and the central one alone. */
struct header {
    size_t position; /* of the header that is read */
    unsigned version, flags, method, time, date;
    uint32_t sum, packed_size, size;
    unsigned name_size, extra_size;
    struct text_view name;
};

/* `shift`: the central header has two bytes more in front. */
static bool read_header(struct text_view file, size_t position, size_t end,
                        bool is_central, struct header *out)
{
    const size_t fixed = is_central ? CENTRAL_SIZE : LOCAL_SIZE;
    const size_t at = position + (is_central ? 2 : 0);

    if (position > end || end - position < fixed ||
        !has_mark(file, position, is_central ? central_mark : local_mark))
        return false;
    *out = (struct header){
        .position = position,
        .version = small_at(file, at + 4),
        .flags = small_at(file, at + 6),
        .method = small_at(file, at + 8),
        .time = small_at(file, at + 10),
        .date = small_at(file, at + 12),
        .sum = number_at(file, at + 14),
        .packed_size = number_at(file, at + 18),
        .size = number_at(file, at + 22),
        .name_size = small_at(file, at + 26),
        .extra_size = small_at(file, at + 28),
    };
    if (end - position - fixed < out->name_size)
        return false;
    out->name =
        (struct text_view){ &file.data[position + fixed], out->name_size };
    return true;
}

static enum record_zip_fault check_flags(const struct header *header)
{
    const unsigned wanted =
        record_path_is_ascii(header->name) ? 0 : (unsigned)FLAG_UTF8;

    if (header->flags &
        (FLAG_ENCRYPTED | FLAG_STRONGLY_ENCRYPTED | FLAG_HIDDEN_HEADERS))
        return RECORD_ZIP_ENCRYPTED;
    if (header->method != 0)
        return RECORD_ZIP_COMPRESSED;
    if (header->size == large_full || header->packed_size == large_full)
        return RECORD_ZIP_ZIP64;
    if (header->flags != wanted)
        return RECORD_ZIP_FLAGS;
    return RECORD_ZIP_SOUND;
}

static enum record_zip_fault check_central(struct text_view file,
                                           const struct header *header)
{
    const size_t at = header->position;
    const enum record_zip_fault fault = check_flags(header);

    if (fault != RECORD_ZIP_SOUND)
        return fault;
    if (header->extra_size != 0)
        return RECORD_ZIP_EXTRA;
    if (small_at(file, at + 32) != 0)
        return RECORD_ZIP_COMMENT;
    if (small_at(file, at + 34) != 0)
        return RECORD_ZIP_DISKS;
    if ((uint8_t)file.data[at + 5] != MADE_ON_UNIX ||
        small_at(file, at + 36) != 0 || number_at(file, at + 38) != attributes)
        return RECORD_ZIP_ATTRIBUTES;
    if (header->time != 0 || header->date != DATE)
        return RECORD_ZIP_TIME;
    if (header->size != header->packed_size)
        return RECORD_ZIP_SIZE;
    if (header->version > VERSION_MAX)
        return RECORD_ZIP_HEADER;
    return record_path_check(header->name) == RESULT_OK ? RECORD_ZIP_SOUND
                                                        : RECORD_ZIP_NAME;
}

static bool say_the_same(const struct header *a, const struct header *b)
{
    return a->version == b->version && a->flags == b->flags &&
           a->method == b->method && a->time == b->time && a->date == b->date &&
           a->sum == b->sum && a->packed_size == b->packed_size &&
           a->size == b->size && text_view_equal(a->name, b->name);
}

/* The file that begins at `place`, up to where the next one does. */
static enum record_zip_fault read_file(struct text_view file,
                                       const struct directory *directory,
                                       const struct header *central,
                                       size_t *place,
                                       struct record_zip_entry *out)
{
    const size_t said = number_at(file, central->position + 42);
    struct header local;
    size_t data;

    if (said == large_full)
        return RECORD_ZIP_ZIP64;
    if (said != *place)
        return said < *place ? RECORD_ZIP_OVERLAP : RECORD_ZIP_GAP;
    if (!read_header(file, said, directory->start, false, &local))
        return RECORD_ZIP_HEADER;
    if (local.extra_size != 0)
        return RECORD_ZIP_EXTRA;
    if (!say_the_same(central, &local))
        return RECORD_ZIP_LOCAL;
    data = said + LOCAL_SIZE + local.name_size;
    if (central->size > directory->start - data)
        return RECORD_ZIP_SIZE;
    *out = (struct record_zip_entry){
        .name = central->name,
        .data = { &file.data[data], central->size },
    };
    *place = data + central->size;
    return RECORD_ZIP_SOUND;
}

/* --- All files ----------------------------------------------------------- */

static enum record_zip_fault check_order(const struct record_zip *zip,
                                         struct text_view name)
{
    int order;

    if (zip->count == 0)
        return RECORD_ZIP_SOUND;
    order = record_path_compare(zip->entries[zip->count - 1].name, name);
    if (order == 0)
        return RECORD_ZIP_DOUBLE;
    return order < 0 ? RECORD_ZIP_SOUND : RECORD_ZIP_ORDER;
}

static enum record_zip_fault read_files(struct text_view file,
                                        const struct directory *directory,
                                        struct record_zip *zip,
                                        struct text_view *name)
{
    size_t next = directory->start, place = 0;
    struct header central;
    enum record_zip_fault fault = RECORD_ZIP_SOUND;

    while (zip->count < directory->count) {
        *name = (struct text_view){ NULL, 0 };
        if (!read_header(file, next, directory->end, true, &central))
            return RECORD_ZIP_COUNT;
        *name = central.name;
        fault = check_central(file, &central);
        if (fault == RECORD_ZIP_SOUND)
            fault = check_order(zip, central.name);
        if (fault == RECORD_ZIP_SOUND)
            fault = read_file(file, directory, &central, &place,
                              &zip->entries[zip->count]);
        if (fault != RECORD_ZIP_SOUND)
            return fault;
        zip->count++;
        next += CENTRAL_SIZE + (size_t)central.name_size;
    }
    *name = (struct text_view){ NULL, 0 };
    if (next != directory->end)
        return RECORD_ZIP_COUNT;
    return place == directory->start ? RECORD_ZIP_SOUND : RECORD_ZIP_GAP;
}

static enum result find_alike(const struct record_zip *zip,
                              struct record_zip_failure *failure)
{
    struct text_view *names = calloc(zip->count + 1, sizeof *names);
    enum result result;
    size_t i, place = 0;

    if (!names)
        return RESULT_NO_MEMORY;
    for (i = 0; i < zip->count; i++)
        names[i] = zip->entries[i].name;
    result = record_paths_are_apart(names, zip->count, &place);
    if (result == RESULT_EXISTS) {
        *failure =
            (struct record_zip_failure){ RECORD_ZIP_ALIKE, names[place] };
        result = RESULT_REFUSED;
    }
    free(names);
    return result;
}

enum result record_zip_lay_out(struct text_view file, struct record_zip *out,
                               struct record_zip_failure *failure)
{
    struct record_zip zip = { NULL, 0 };
    struct directory directory = { 0, 0, 0 };
    struct text_view name = { NULL, 0 };
    enum record_zip_fault fault = read_end(file, &directory);
    enum result result;

    if (fault == RECORD_ZIP_SOUND) {
        zip.entries = calloc(directory.count + 1, sizeof *zip.entries);
        if (!zip.entries)
            return RESULT_NO_MEMORY;
        fault = read_files(file, &directory, &zip, &name);
    }
    if (fault != RECORD_ZIP_SOUND) {
        *failure = (struct record_zip_failure){ fault, name };
        result = RESULT_REFUSED;
    } else {
        result = find_alike(&zip, failure);
    }
    if (result == RESULT_OK)
        *out = zip;
    else
        free(zip.entries);
    return result;
}
