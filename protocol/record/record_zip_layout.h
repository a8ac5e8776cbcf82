/*
 * The structure of a record's ZIP file (APPNOTE 6.3.10), taken strictly. A
 * record is written in one way only, so whatever differs from it is refused:
 *
 *   local header, data     of each file, in the order of names, without a gap
 *   central header         of each, in the same order
 *   end record             the last 22 bytes
 *
 * Files are stored as they are. No extra fields, comments, data descriptors,
 * encryption, several disks, or ZIP64; the time of every file is 1980-01-01
 * 00:00:00, its attributes are 0100644 of Unix; bit 11 (UTF-8) is set exactly
 * where a name is not ASCII. So nothing is ever unpacked: a file is a part of
 * the bytes. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_RECORD_ZIP_LAYOUT_H
#define PROTOCOL_RECORD_RECORD_ZIP_LAYOUT_H

#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* X(IDENTIFIER, word for programs) */
#define RECORD_ZIP_FAULT_LIST(X)                                               \
    X(NO_ZIP, "no_zip")       /* no end record, and no beginning of one */     \
    X(CUT, "cut")             /* it ends before its end record */              \
    X(TRAILING, "trailing")   /* bytes behind the end record */                \
    X(COMMENT, "comment")     /* of the file, or of one in it */               \
    X(DISKS, "disks")         /* a part of several */                          \
    X(ZIP64, "zip64")         /* fields of the large form */                   \
    X(TOO_LARGE, "too_large") /* above LIMIT_RECORD_SIZE */                    \
    X(TOO_MANY, "too_many")   /* above LIMIT_RECORD_FILES */                   \
    X(COUNT, "count")         /* other numbers of files, sizes, places */      \
    X(HEADER, "header")       /* not the one of a file */                      \
    X(ENCRYPTED, "encrypted")                                                  \
    X(COMPRESSED, "compressed")                                                \
    X(FLAGS, "flags")           /* a data descriptor, another encoding */      \
    X(ATTRIBUTES, "attributes") /* a link, a folder, a program */              \
    X(EXTRA, "extra")           /* an extra field */                           \
    X(TIME, "time")             /* not the one time */                         \
    X(NAME, "name")             /* see record_path_check() */                  \
    X(ORDER, "order")           /* not by name */                              \
    X(DOUBLE, "double")         /* a name that is there already */             \
    X(ALIKE, "alike")           /* the same on some systems, or its folder */  \
    X(SIZE, "size")             /* two sizes, or more than there is */         \
    X(LOCAL, "local")           /* the headers of a file differ */             \
    X(OVERLAP, "overlap")       /* it begins inside another */                 \
    X(GAP, "gap")               /* bytes that belong to no file */             \
    X(SUM, "sum")               /* its bytes are not those of its CRC */       \
    X(OTHERS, "others")         /* libzip reads something else */

enum record_zip_fault {
    RECORD_ZIP_SOUND = 0,
#define RECORD_ZIP_FAULT_ENUM(name, word) RECORD_ZIP_##name,
    RECORD_ZIP_FAULT_LIST(RECORD_ZIP_FAULT_ENUM)
#undef RECORD_ZIP_FAULT_ENUM
        RECORD_ZIP_FAULT_COUNT
};

/* "cut"; "" for RECORD_ZIP_SOUND. */
const char *record_zip_fault_word(enum record_zip_fault fault);

struct record_zip_failure {
    enum record_zip_fault fault;
    struct text_view name; /* of the file, as it stands there; or empty */
};

struct record_zip_entry {
    struct text_view name; /* both borrow from the file */
    struct text_view data;
};

struct record_zip {
    struct record_zip_entry *entries; /* owned; in the order of names */
    size_t count;
};

/* Does it begin as a ZIP file does? */
bool record_zip_is(struct text_view file);

/*
 * Finds the files, without looking at their bytes. RESULT_OK and `*out`;
 * RESULT_REFUSED with `*failure`; RESULT_NO_MEMORY. Takes memory for at most
 * LIMIT_RECORD_FILES files.
 */
MUST_USE enum result record_zip_lay_out(struct text_view file,
                                        struct record_zip *out,
                                        struct record_zip_failure *failure);

#endif
