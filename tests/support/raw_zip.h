/*
 * ZIP files written field by field, for tests of those who read them: any field
 * can be made to lie. One thread.
 */
#ifndef TESTS_SUPPORT_RAW_ZIP_H
#define TESTS_SUPPORT_RAW_ZIP_H

#include "protocol/base/byte_writer.h"

#include <stdint.h>

/* A file as both of its headers tell it; raw_zip_file() gives an honest one. */
struct raw_zip_file {
    struct text_view name, local_name;
    struct text_view data;
    struct text_view extra, local_extra, comment;
    unsigned made_by, version, flags, local_flags, method, time, date, disk;
    uint32_t sum, packed_size, size, local_size, attributes;
    uint32_t place; /* of its local header; set by raw_zip_begin_file() */
};

struct raw_zip_file raw_zip_file(const char *name, const char *data);
/* CRC-32 as ZIP has it. */
uint32_t raw_zip_sum(struct text_view data);

/* Local header and data, which notes the place of the file. */
void raw_zip_begin_file(struct byte_writer *zip, struct raw_zip_file *file);
void raw_zip_central(struct byte_writer *zip, const struct raw_zip_file *file);

/* The end record of `count` files whose central headers begin at `start`. */
void raw_zip_end(struct byte_writer *zip, size_t count, size_t start,
                 struct text_view comment);
/* All of it. */
void raw_zip_write(struct byte_writer *zip, struct raw_zip_file *files,
                   size_t count);

#endif
