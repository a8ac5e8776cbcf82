/*
 * The voting booth: the dialogue in which somebody marks a secret ballot. What
 * the program promises, and what it does not; each question in turn, checked at
 * once; the whole paper once more; and then the words that cast it. Nothing of
 * the marks leaves it but into client_ballot_cast(), and closing wipes them.
 *
 * A form feed in what is written asks for an empty page. Main thread.
 */
#ifndef CLIENT_CLI_CLI_BOOTH_H
#define CLIENT_CLI_CLI_BOOTH_H

#include "client/cli/cli_ballot_paper.h"
#include "protocol/base/limits.h"

/* The ballot's own numbers, for what is said before anybody marks. */
struct cli_booth_facts {
    struct identifier ballot;
    uint64_t teller_count;
    uint64_t threshold;
    uint64_t length;     /* entries of the list */
    uint64_t own;        /* of these: attested by members' own devices */
    uint64_t hall;       /* of hall devices */
    uint64_t entered;    /* of these: paper ballots that are entered */
    bool is_knowing;     /* the chair opened it although few vote */
    bool may_change;     /* until it closes */
    uint64_t cast_count; /* by this device before */
    uint64_t cast_max;
    bool is_hall;    /* the device of a site, which others use, too */
    uint64_t paper;  /* number of the paper ballot that is entered, from 1 */
    uint64_t papers; /* how many there are; 0: none is entered here */
    char voter[700]; /* whose turn it is there, for people */
};

enum cli_booth_step {
    CLI_BOOTH_CLOSED,
    CLI_BOOTH_WORDS,   /* what is promised was shown */
    CLI_BOOTH_MARKING, /* the section that begins with `question` */
    CLI_BOOTH_REVIEW   /* the whole paper as it would be cast */
};

enum cli_booth_wish {
    CLI_BOOTH_STAY,
    CLI_BOOTH_CAST, /* the marks are to be cast; then close it */
    CLI_BOOTH_LEAVE /* nothing is cast; it is closed */
};

/* Zero-initialised is closed. */
struct cli_booth {
    enum cli_booth_step step;
    struct cli_booth_facts facts;
    struct cli_paper_copy copy; /* owned */
    size_t question;
    bool is_mending; /* one section only, and back to the review */
    uint8_t marks[LIMIT_BALLOT_POSITIONS];
    size_t mark_count;
    size_t width; /* columns */
};

/* Opens it and says what there is to say first. The paper is copied.
 * RESULT_NO_MEMORY: it stays closed. */
MUST_USE enum result cli_booth_open(struct cli_booth *booth,
                                    const struct cli_booth_facts *facts,
                                    const struct cli_paper *paper, size_t width,
                                    FILE *out);
/* Takes what was typed; an empty line goes on. */
enum cli_booth_wish cli_booth_take(struct cli_booth *booth, const char *line,
                                   FILE *out);
/* Wipes the marks and everything else. */
void cli_booth_close(struct cli_booth *booth);
bool cli_booth_is_open(const struct cli_booth *booth);

#endif
