/*
 * The templates of documents that this server has: config/templates/documents
 * as it was installed and edited. Blocks; one thread.
 */
#ifndef SERVER_CONTROL_TEMPLATE_FOLDER_H
#define SERVER_CONTROL_TEMPLATE_FOLDER_H

#include "protocol/document/document_set.h"

enum { TEMPLATE_FOLDER_MAX = 16 };

struct template_folder {
    struct text_view texts[TEMPLATE_FOLDER_MAX]; /* owned; in the order of
                                                    document_templates */
};

/*
 * Reads each of document_templates: NAME.mustache. RESULT_OK; RESULT_NOT_FOUND,
 * RESULT_TOO_LARGE, RESULT_IO or RESULT_NO_MEMORY with the one that could not
 * be read in `*name`. The caller ends `*out` with template_folder_release() in
 * every case.
 */
MUST_USE enum result template_folder_read(const char *directory,
                                          struct template_folder *out,
                                          const char **name);
void template_folder_release(struct template_folder *folder);

/* The text of one of document_templates. */
struct text_view template_folder_find(const struct template_folder *folder,
                                      const char *name);

#endif
