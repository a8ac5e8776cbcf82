#include "client/cli/cli_documents.h"

#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"
#include "protocol/program/result_words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 1024, NAME_SIZE = 4 * LIMIT_NAME_LENGTH + 1 };

#define TELL(problem, ...)                                                     \
    ((void)snprintf((problem), CLI_DOCUMENTS_TEXT_SIZE, __VA_ARGS__))

/* Zero-initialised: nothing is under way. */
static struct {
    uint64_t tag; /* 0: nothing is sent */
    char name[NAME_SIZE];
    enum document_type type;
    uint64_t size;
    struct identifier item;
} sending;
static struct {
    bool is_on;
    struct hash blob;
    struct identifier document;
    char path[PATH_SIZE];
} getting;

/* --- sending ------------------------------------------------------------- */

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* By the end of the name, in any case. */
static enum document_type type_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    int type;

    if (!dot)
        return document_type_none_;
    if (strcasecmp(dot + 1, "jpeg") == 0)
        return DOCUMENT_JPEG;
    for (type = 1; type < document_type_count_; type++)
        if (strcasecmp(dot + 1, enum_word(&document_type_words, type)) == 0)
            return (enum document_type)type;
    return document_type_none_;
}

static void tell_types(char problem[CLI_DOCUMENTS_TEXT_SIZE])
{
    char types[200] = "";
    int type;

    for (type = 1; type < document_type_count_; type++) {
        const size_t size = strlen(types);

        (void)snprintf(types + size, sizeof types - size, "%s%s",
                       type > 1 ? ", " : "",
                       enum_word(&document_type_words, type));
    }
    TELL(problem, _("a document's name has to end with one of: %s"), types);
}

/* The whole file, to be freed; NULL with the problem told. */
static uint8_t *read_file(const char *path, size_t *size,
                          char problem[CLI_DOCUMENTS_TEXT_SIZE])
{
    FILE *file = fopen(path, "rb");
    struct stat facts;
    uint8_t *bytes = NULL;

    if (!file || fstat(fileno(file), &facts) != 0) {
        TELL(problem, _("the file %.500s cannot be read: %s"), path,
             system_words(errno));
    } else if (!S_ISREG(facts.st_mode) || facts.st_size <= 0 ||
               facts.st_size > LIMIT_BLOB_SIZE) {
        TELL(problem, _("%.500s is no file of 1 byte to %d MiB"), path,
             LIMIT_BLOB_SIZE / (1024 * 1024));
    } else {
        *size = (size_t)facts.st_size;
        bytes = malloc(*size);
        if (!bytes || fread(bytes, 1, *size, file) != *size) {
            TELL(problem, _("the file %.500s cannot be read: %s"), path,
                 system_words(errno));
            free(bytes);
            bytes = NULL;
        }
    }
    if (file)
        (void)fclose(file);
    return bytes;
}

static bool begin_sending(struct cli_join *join, const uint8_t *bytes,
                          size_t size, char problem[CLI_DOCUMENTS_TEXT_SIZE])
{
    enum result result;

    sending.tag = cli_join_tag(join, "put_blob");
    result = sending.tag ? client_put_blob(join->session.client, sending.tag,
                                           bytes, size)
                         : RESULT_FULL;
    if (result == RESULT_OK)
        return true;
    if (sending.tag)
        cli_join_untag(join, sending.tag);
    sending.tag = 0;
    TELL(problem, _("the file cannot be sent now: %s"), result_words(result));
    return false;
}

bool cli_documents_attach(struct cli_join *join, const char *path,
                          const struct identifier *item,
                          char problem[CLI_DOCUMENTS_TEXT_SIZE])
{
    const char *name = name_of(path);
    uint8_t *bytes;
    size_t size = 0;
    bool has_begun;

    if (sending.tag) {
        TELL(problem, "%s", _("another file is being sent: wait for it"));
        return false;
    }
    sending.type = type_of(name);
    if (sending.type == document_type_none_ || strlen(name) >= NAME_SIZE) {
        tell_types(problem);
        return false;
    }
    bytes = read_file(path, &size, problem);
    if (!bytes)
        return false;
    (void)snprintf(sending.name, sizeof sending.name, "%s", name);
    sending.size = size;
    sending.item = *item;
    has_begun = begin_sending(join, bytes, size, problem);
    free(bytes);
    return has_begun;
}

/* The file is on the server: it becomes a document. */
static enum cli_documents_end attach(struct cli_join *join,
                                     const struct hash *blob,
                                     char text[CLI_DOCUMENTS_TEXT_SIZE])
{
    char hex[HEX_SIZE(HASH_SIZE)];
    struct refusal refusal = { .code = REFUSAL_BUSY };
    json_t *command;
    bool is_sent;

    hex_encode(blob->bytes, HASH_SIZE, hex);
    command =
        json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "op",
                  "attach_document", "log", join->log.text, "blob", hex, "size",
                  (json_int_t)sending.size, "name", sending.name, "type",
                  enum_word(&document_type_words, (int)sending.type), "item",
                  sending.item.text);
    TELL(text, "%s", sending.name);
    is_sent = command && cli_join_send(join, command, NULL, &refusal);
    json_decref(command);
    if (is_sent)
        return CLI_DOCUMENTS_SENT;
    cli_refusal_sentence(&refusal, NULL, text, CLI_DOCUMENTS_TEXT_SIZE);
    return CLI_DOCUMENTS_FAILED;
}

static enum cli_documents_end on_sending(struct cli_join *join,
                                         const struct client_notice *notice,
                                         char text[CLI_DOCUMENTS_TEXT_SIZE])
{
    const uint64_t tag = sending.tag;

    if (notice->kind == CLIENT_ANSWER) {
        sending.tag = 0; /* refused: whoever asked shows why */
        return CLI_DOCUMENTS_NOTHING;
    }
    if (notice->blob_done < notice->blob_size)
        return CLI_DOCUMENTS_UNDER_WAY;
    cli_join_untag(join, tag);
    sending.tag = 0;
    return attach(join, &notice->blob, text);
}

/* --- getting ------------------------------------------------------------- */

/* A name that is a file's name here, and nothing else. */
static void take_name(const struct meeting_view *view,
                      const struct meeting_document *document,
                      char out[PATH_SIZE])
{
    struct text_view name = meeting_view_text(view, document->seq, "name");
    size_t i, used = 0;

    for (i = 0; name.data && i < name.size && used + 1 < PATH_SIZE; i++)
        out[used++] = name.data[i] == '/' || (unsigned char)name.data[i] < ' '
                          ? '_'
                          : name.data[i];
    out[used] = '\0';
    if (used == 0 || out[0] == '.')
        (void)snprintf(out, PATH_SIZE, "%s.%s", document->id.text,
                       enum_word(&document_type_words, (int)document->type));
}

static bool ask_for(struct cli_join *join,
                    char problem[CLI_DOCUMENTS_TEXT_SIZE])
{
    char hex[HEX_SIZE(HASH_SIZE)];
    struct refusal refusal = { .code = REFUSAL_BUSY };
    json_t *command;
    bool is_sent;

    hex_encode(getting.blob.bytes, HASH_SIZE, hex);
    command = json_pack("{s:s, s:s}", "op", "get_blob", "blob", hex);
    is_sent = command && cli_join_send(join, command, NULL, &refusal);
    json_decref(command);
    if (!is_sent)
        cli_refusal_sentence(&refusal, NULL, problem, CLI_DOCUMENTS_TEXT_SIZE);
    return is_sent;
}

bool cli_documents_get(struct cli_join *join, const struct identifier *id,
                       const char *path, char problem[CLI_DOCUMENTS_TEXT_SIZE])
{
    const struct meeting_view *view;
    const struct meeting_document *document;

    if (getting.is_on) {
        TELL(problem, "%s", _("another document is on its way: wait for it"));
        return false;
    }
    view = client_view_lock(join->session.client);
    document = view->state ? meeting_state_document(view->state, id) : NULL;
    if (document && !document->is_withdrawn) {
        getting.blob = document->blob;
        getting.document = document->id;
        if (path[0] != '\0')
            (void)snprintf(getting.path, sizeof getting.path, "%s", path);
        else
            take_name(view, document, getting.path);
        getting.is_on = true;
    }
    client_view_unlock(join->session.client);
    if (!getting.is_on) {
        TELL(problem, _("there is no document \"%.60s\"; see /documents"),
             id->text);
        return false;
    }
    getting.is_on = ask_for(join, problem);
    return getting.is_on;
}

/* A file that is there stays as it is. */
static bool write_file(const uint8_t *bytes, size_t size,
                       char problem[CLI_DOCUMENTS_TEXT_SIZE])
{
    const int fd = open(getting.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
    bool is_written = file && fwrite(bytes, 1, size, file) == size;

    if (file && fclose(file) != 0)
        is_written = false;
    if (!is_written)
        TELL(problem, _("the file %.500s cannot be written: %s"), getting.path,
             system_words(errno));
    return is_written;
}

static void say_read(struct cli_join *join)
{
    json_t *command =
        json_pack("{s:s, s:s, s:s}", "op", "read_document", "log",
                  join->log.text, "document", getting.document.text);
    struct refusal refusal;

    /* The document is there; that it was read can be said by getting it
     * again. */
    if (command)
        (void)cli_join_send(join, command, NULL, &refusal);
    json_decref(command);
}

static enum cli_documents_end on_getting(struct cli_join *join,
                                         const struct client_notice *notice,
                                         char text[CLI_DOCUMENTS_TEXT_SIZE])
{
    if (notice->is_ok && !notice->blob_bytes)
        return CLI_DOCUMENTS_UNDER_WAY;
    getting.is_on = false;
    if (!notice->is_ok) {
        TELL(text, "%s",
             _("what the server sent is not the document that was attached"));
        return CLI_DOCUMENTS_FAILED;
    }
    if (!write_file(notice->blob_bytes, (size_t)notice->blob_size, text))
        return CLI_DOCUMENTS_FAILED;
    TELL(text, "%s", getting.path);
    say_read(join);
    return CLI_DOCUMENTS_GOT;
}

enum cli_documents_end
cli_documents_on_notice(struct cli_join *join,
                        const struct client_notice *notice,
                        char text[CLI_DOCUMENTS_TEXT_SIZE])
{
    if (notice->kind != CLIENT_BLOB && notice->kind != CLIENT_ANSWER)
        return CLI_DOCUMENTS_NOTHING;
    if (sending.tag && notice->tag == sending.tag)
        return on_sending(join, notice, text);
    if (notice->kind == CLIENT_BLOB && getting.is_on &&
        hash_equal(&notice->blob, &getting.blob))
        return on_getting(join, notice, text);
    return CLI_DOCUMENTS_NOTHING;
}

void cli_documents_on_refused(const char *op)
{
    if (strcmp(op, "get_blob") == 0)
        getting.is_on = false;
}
