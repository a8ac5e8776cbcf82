#include "tests/support/raw_zip.h"

static void put16(struct byte_writer *zip, unsigned value)
{
    byte_writer_u8(zip, (uint8_t)value);
    byte_writer_u8(zip, (uint8_t)(value >> 8));
}

static void put32(struct byte_writer *zip, uint32_t value)
{
    put16(zip, value & 0xffff);
    put16(zip, value >> 16);
}

uint32_t raw_zip_sum(struct text_view data)
{
    uint32_t sum = 0xffffffff;
    size_t i;
    int bit;

    for (i = 0; i < data.size; i++) {
        sum ^= (uint8_t)data.data[i];
        for (bit = 0; bit < 8; bit++)
            sum = (sum >> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum;
}

struct raw_zip_file raw_zip_file(const char *name, const char *data)
{
    const struct text_view bytes = text_view_of(data);

    return (struct raw_zip_file){
        .name = text_view_of(name),
        .local_name = text_view_of(name),
        .data = bytes,
        .made_by = 3 << 8 | 63,
        .version = 10,
        .date = 0x21,
        .sum = raw_zip_sum(bytes),
        .packed_size = (uint32_t)bytes.size,
        .size = (uint32_t)bytes.size,
        .local_size = (uint32_t)bytes.size,
        .attributes = 0100644u << 16,
    };
}

void raw_zip_begin_file(struct byte_writer *zip, struct raw_zip_file *file)
{
    file->place = (uint32_t)zip->size;
    put32(zip, 0x04034b50);
    put16(zip, file->version);
    put16(zip, file->flags | file->local_flags);
    put16(zip, file->method);
    put16(zip, file->time);
    put16(zip, file->date);
    put32(zip, file->sum);
    put32(zip, file->packed_size);
    put32(zip, file->local_size);
    put16(zip, (unsigned)file->local_name.size);
    put16(zip, (unsigned)file->local_extra.size);
    byte_writer_text(zip, file->local_name);
    byte_writer_text(zip, file->local_extra);
    byte_writer_text(zip, file->data);
}

void raw_zip_central(struct byte_writer *zip, const struct raw_zip_file *file)
{
    put32(zip, 0x02014b50);
    put16(zip, file->made_by);
    put16(zip, file->version);
    put16(zip, file->flags);
    put16(zip, file->method);
    put16(zip, file->time);
    put16(zip, file->date);
    put32(zip, file->sum);
    put32(zip, file->packed_size);
    put32(zip, file->size);
    put16(zip, (unsigned)file->name.size);
    put16(zip, (unsigned)file->extra.size);
    put16(zip, (unsigned)file->comment.size);
    put16(zip, file->disk);
    put16(zip, 0);
    put32(zip, file->attributes);
    put32(zip, file->place);
    byte_writer_text(zip, file->name);
    byte_writer_text(zip, file->extra);
    byte_writer_text(zip, file->comment);
}

void raw_zip_end(struct byte_writer *zip, size_t count, size_t start,
                 struct text_view comment)
{
    const size_t size = zip->size - start;

    put32(zip, 0x06054b50);
    put16(zip, 0);
    put16(zip, 0);
    put16(zip, (unsigned)count);
    put16(zip, (unsigned)count);
    put32(zip, (uint32_t)size);
    put32(zip, (uint32_t)start);
    put16(zip, (unsigned)comment.size);
    byte_writer_text(zip, comment);
}

void raw_zip_write(struct byte_writer *zip, struct raw_zip_file *files,
                   size_t count)
{
    size_t i, start;

    for (i = 0; i < count; i++)
        raw_zip_begin_file(zip, &files[i]);
    start = zip->size;
    for (i = 0; i < count; i++)
        raw_zip_central(zip, &files[i]);
    raw_zip_end(zip, count, start, (struct text_view){ NULL, 0 });
}
