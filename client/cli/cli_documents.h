/*
 * A file to the meeting as a document, and a document to a file. One each way
 * at a time. Main thread; the view is locked by these functions themselves.
 */
#ifndef CLIENT_CLI_CLI_DOCUMENTS_H
#define CLIENT_CLI_CLI_DOCUMENTS_H

#include "client/cli/cli_join.h"

enum cli_documents_end {
    CLI_DOCUMENTS_NOTHING, /* the notice is none of ours */
    CLI_DOCUMENTS_UNDER_WAY,
    CLI_DOCUMENTS_SENT, /* the file is there; attach_document is under way */
    CLI_DOCUMENTS_GOT,  /* the document is in the file; read_document follows */
    CLI_DOCUMENTS_FAILED /* the problem is told */
};

enum { CLI_DOCUMENTS_TEXT_SIZE = 1200 };

/*
 * Sends a file, and then the command that attaches it to `item` ("": to the
 * meeting). False with the problem told, translated.
 */
bool cli_documents_attach(struct cli_join *join, const char *path,
                          const struct identifier *item,
                          char problem[CLI_DOCUMENTS_TEXT_SIZE]);
/* Gets a document; `path` "": under its own name, here. A file that is there is
 * not written over. */
bool cli_documents_get(struct cli_join *join, const struct identifier *document,
                       const char *path, char problem[CLI_DOCUMENTS_TEXT_SIZE]);
/* `text`: the file's path, or the problem, translated. */
enum cli_documents_end
cli_documents_on_notice(struct cli_join *join,
                        const struct client_notice *notice,
                        char text[CLI_DOCUMENTS_TEXT_SIZE]);
/* A request of this name was refused. */
void cli_documents_on_refused(const char *op);

#endif
