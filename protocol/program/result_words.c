#include "protocol/program/result_words.h"

#include <errno.h>
#include <libintl.h>
#include <stddef.h>
#include <string.h>

#define _(text) gettext(text)
#define N_(text) text

static const char *const results[RESULT_COUNT] = {
    [RESULT_OK] = N_("all is well"),
    [RESULT_INVALID] = N_("the name is unfit, or it is no plain file"),
    [RESULT_NO_MEMORY] = N_("there is not enough memory"),
    [RESULT_TRUNCATED] = N_("it is damaged, or of another kind"),
    [RESULT_TOO_LARGE] = N_("it is larger than is allowed"),
    [RESULT_MALFORMED] = N_("it is damaged, or of another kind"),
    [RESULT_NOT_FOUND] = N_("it is not there"),
    [RESULT_EXISTS] = N_("there is something in its place"),
    [RESULT_REFUSED] = N_("it is not allowed"),
    [RESULT_FULL] = N_("it is too much at once"),
    [RESULT_IO] = N_("the disk or the folder refuses"),
    [RESULT_CRYPTO] = N_("the system's cryptography fails"),
    [RESULT_BUSY] = N_("it is in use: try again in a moment"),
    [RESULT_CLOSED] = N_("it has ended, or nothing answers"),
    [RESULT_CORRUPT] = N_("it is damaged, or of another kind"),
    [RESULT_UNSUPPORTED] = N_("this program or computer cannot do it"),
};

static const struct {
    int error;
    const char *words;
} errors[] = {
    { ENOENT, N_("there is no such file or folder") },
    { ESRCH, N_("it is not there") },
    { EACCES, N_("the user who runs this program may not do that there") },
    { EPERM, N_("the user who runs this program may not do that there") },
    { EEXIST, N_("there is something in its place") },
    { ENOTEMPTY, N_("the folder is not empty") },
    { ENOTDIR, N_("a part of the path is no folder") },
    { EISDIR, N_("it is a folder and no file") },
    { EINVAL, N_("the name is unfit, or it is no plain file") },
    { ENAMETOOLONG, N_("the name is too long") },
    { ELOOP, N_("links lead in a circle, or where none may be") },
    { ENOSPC, N_("the disk is full") },
    { EDQUOT, N_("the space that this user may take on the disk is full") },
    { EFBIG, N_("the file would be larger than is allowed") },
    { EROFS, N_("from this disk one can only read") },
    { EIO, N_("the disk or the folder refuses") },
    { ENXIO, N_("the device is not there") },
    { ENODEV, N_("the device is not there") },
    { EXDEV, N_("it lies on another disk") },
    { EMFILE, N_("too many files are open at once") },
    { ENFILE, N_("too many files are open at once") },
    { ENOMEM, N_("there is not enough memory") },
    { EAGAIN, N_("it is in use: try again in a moment") },
    { EBUSY, N_("it is in use: try again in a moment") },
    { ETXTBSY, N_("it is in use: try again in a moment") },
    { EPIPE, N_("whoever read it has gone") },
    { ECONNREFUSED, N_("nothing answers there") },
    { ECONNRESET, N_("the connection was cut") },
    { ETIMEDOUT, N_("nothing answers there") },
    { EADDRINUSE, N_("another program has this address or port already") },
    { EADDRNOTAVAIL, N_("this computer has no such address") },
    { ENOSYS, N_("this program or computer cannot do it") },
    { EOPNOTSUPP, N_("this program or computer cannot do it") },
};

const char *result_words(enum result result)
{
    return (unsigned)result < RESULT_COUNT ? _(results[result])
                                           : result_text(result);
}

const char *system_words(int error)
{
    size_t i;

    for (i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].error == error)
            return _(errors[i].words);
    return strerror(error);
}

const char *result_words_of_text(const char *text)
{
    int i;

    for (i = 0; i < RESULT_COUNT; i++)
        if (strcmp(result_text((enum result)i), text) == 0)
            return result_words((enum result)i);
    return NULL;
}
