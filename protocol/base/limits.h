/*
 * Every ceiling of the program, in one place. What a peer can grow is bounded
 * here, and the number is given to whatever holds it at its construction.
 */
#ifndef PROTOCOL_BASE_LIMITS_H
#define PROTOCOL_BASE_LIMITS_H

enum {
    /* Wire */
    LIMIT_MESSAGE_SIZE = 64 * 1024,      /* bytes of a control message */
    LIMIT_ADMIN_LINE_SIZE = 1024 * 1024, /* the same, from chiboctl */
    LIMIT_EVENT_SIZE =
        4 * 1024 * 1024,               /* bytes of an event (a large genesis) */
    LIMIT_STATEMENT_SIZE = 128 * 1024, /* bytes that a signature covers */
    LIMIT_JSON_DEPTH = 16,             /* nested arrays and objects */
    LIMIT_ITEMS = 5000,                /* elements of a list in a message */
    LIMIT_OPUS_PAYLOAD_SIZE = 1275,    /* RFC 6716, 3.2.1 */
    LIMIT_AUDIO_FRAMES_PER_MESSAGE = 16,
    LIMIT_AUDIO_MESSAGE_SIZE = 4096,
    LIMIT_TIGHT_FRAMES = 48,    /* of a tight message, copies too */
    LIMIT_LINE_BUNDLE = 6,      /* frames of one speaker that go together */
    LIMIT_LINE_COPIES = 2,      /* earlier messages repeated in each */
    LIMIT_LINE_OFFSET = 4,      /* so many messages before, at most */
    LIMIT_LINE_RATE_MIN = 6000, /* bits a second, asked of speakers */
    LIMIT_LINE_RATE_MAX = 32000,
    LIMIT_GUEST_RATE_MIN = 12000, /* what a guest asks for less counts as */
    LIMIT_LINE_CHANGES = 4,       /* of one session in a second */
    LIMIT_LANES = 5, /* connections of one session beside its own */
    LIMIT_HEARING_BLOCKS = 10000,   /* of 20 ms, told in one report */
    LIMIT_HEARING_DELAY_MS = 10000, /* likewise */
    LIMIT_BLOB_PIECE_SIZE = 4096,
    LIMIT_BLOB_SIZE = 64 * 1024 * 1024,
    LIMIT_REQUEST_RATE_PER_S = 50, /* of one session, sustained */
    LIMIT_REQUEST_BURST = 200,
    LIMIT_AUDIO_RATE_PER_S = 120,  /* frames of one session */
    LIMIT_AUDIO_EXCESS = 1200,     /* frames above that, then it is closed */
    LIMIT_VOICE_SIZE_PER_S = 8000, /* bytes of payload of one holder */
    LIMIT_VOICE_BURST = 32000,     /* and at once */
    LIMIT_SESSION_PENDING = 64,    /* requests of one session under way */

    /* Texts, in code points */
    LIMIT_NAME_LENGTH = 120,
    LIMIT_LABEL_LENGTH = 60,
    LIMIT_TITLE_LENGTH = 500,
    LIMIT_REASON_LENGTH = 500,
    LIMIT_CHAT_LENGTH = 2000,
    LIMIT_MOTION_LENGTH = 4000,
    LIMIT_MINUTES_ENTRY_LENGTH = 10000,
    LIMIT_COMMENT_LENGTH = 4000,
    LIMIT_DIGEST_LENGTH = 64, /* SHA-256 in hex, as a text */
    LIMIT_TASK_LENGTH = 2000,
    LIMIT_DRAFT_LENGTH = 20000, /* on which opinions are asked */
    LIMIT_OPINION_LENGTH = 10000,
    LIMIT_ACT_OP_LENGTH = 60, /* of a signed act: what was done, to what, how */
    LIMIT_ACT_SUBJECT_LENGTH = 200,
    LIMIT_ACT_VALUE_LENGTH = 12000, /* a list of ids is long */

    /* Rooms */
    LIMIT_UNITS = 1000,
    LIMIT_MEMBERS = 5000, /* of an organisation */
    LIMIT_DEVICES_PER_HOLDER = 10,
    LIMIT_INVITATIONS_PER_HOLDER = 10, /* open at once */
    LIMIT_REGISTER_EVENTS = 500000,    /* by commands, whoever sends them */
    LIMIT_REGISTER_EVENTS_OF_MEMBERS = 450000, /* the rest: administrator's */
    LIMIT_SERVER_KEYS = 1000,    /* that an organisation's server has had */
    LIMIT_SUCCESSION_STEPS = 64, /* the newest of them, in the hello */
    LIMIT_SITES = 200,
    LIMIT_ROSTER = 2000,       /* people of one meeting */
    LIMIT_RULESETS = 64,       /* files of a program */
    LIMIT_RULESETS_KEPT = 192, /* that meetings were held under, beside them */
    LIMIT_AGENDA_ITEMS = 100,
    LIMIT_ITEM_MINUTES = 1440, /* planned for one */
    LIMIT_DOCUMENTS = 200,     /* of one meeting, withdrawn ones too */
    LIMIT_COMMENTS = 5000,
    LIMIT_COMMENTS_EACH = 100, /* of one member in a meeting */
    LIMIT_TASKS = 500,
    LIMIT_TASK_REPORTS = 50, /* of one task in a meeting */
    LIMIT_HANDS = 2000,
    LIMIT_HANDS_EACH = 1000,      /* that one member raises in a meeting */
    LIMIT_CHATS_EACH = 2000,      /* lines that one says in a meeting */
    LIMIT_NOMINATIONS_EACH = 200, /* that one makes in a meeting */
    LIMIT_TALK_BURST = 20,        /* lines and hands of one at once */
    LIMIT_VOTES = 500,
    LIMIT_MINUTES_ENTRIES = 5000,
    LIMIT_DOCUMENT_NUMBER = 99999, /* "05" of "05-BB/CB" */
    LIMIT_DATE = 99991231,         /* a day as a number: 20260726 */
    LIMIT_HOLIDAYS = 400,          /* of a ruleset */
    LIMIT_MINUTES_OBJECTIONS = 1000,
    LIMIT_MINUTES_OBJECTIONS_MEMBER = 20,    /* of them of one member */
    LIMIT_ROOM_INBOX = 1024,                 /* commands waiting in one room */
    LIMIT_ROOM_WAITING = 8192,               /* answers that await a commit */
    LIMIT_LOG_EVENTS = 500000,               /* of one meeting */
    LIMIT_KEPT_LOG_SIZE = 256 * 1024 * 1024, /* bytes of a log in a client */
    LIMIT_UPLOADS = 256,             /* of which a server knows who sent them */
    LIMIT_OUTBOX_SIZE = 1024 * 1024, /* bytes of control waiting for a peer */
    LIMIT_AUDIO_QUEUE = 10,          /* frames waiting for a listener */
    LIMIT_AUDIO_AGE_MS = 500,        /* older ones are not sent any more */
    LIMIT_GIVEN_SIZE = 64 * 1024 * 1024, /* of a log given back, by one */
    LIMIT_STORE_QUEUE = 65536,           /* batches waiting for the writer */
    LIMIT_CONNECTIONS_PER_DEVICE = 6,
    LIMIT_ROOM_TALKERS = 8,    /* who speak freely at once in a room */
    LIMIT_VOICE_SPEAKERS = 16, /* heard at once by a client */
    LIMIT_VOICE_GAINS = 64,    /* speakers whose loudness a client set */

    /* Recording by the server */
    LIMIT_RECORDINGS = 50,         /* of one meeting, one after the other */
    LIMIT_RECORDING_SPEAKERS = 64, /* devices that are heard in one of them */
    LIMIT_RECORDING_LEFT_OUT = 64, /* and that are named as left out of it */
    LIMIT_RECORDING_SIZE = 256 * 1024 * 1024, /* bytes, of one meeting */
    LIMIT_RECORDING_MS = 12 * 3600 * 1000,    /* of one of them */
    LIMIT_RECORDING_QUEUE_SIZE = 1024 * 1024, /* bytes that wait for the disk */

    /* Opinions on drafts */
    LIMIT_QUESTIONS = 1000,
    LIMIT_QUESTION_TARGETS = 200, /* cells and members that one is put to */
    LIMIT_OPINIONS_EACH = 20,     /* of a member on one question */

    /* Errata of minutes */
    LIMIT_ERRATA = 100,           /* of one meeting's minutes */
    LIMIT_ERRATUM_PART = 2000,    /* code points of what stands, or should */
    LIMIT_ERRATUM_LENGTH = 12000, /* code points of one, as JSON */

    /* Anchors of one device */
    LIMIT_ANCHOR_LOGS = 4096,
    LIMIT_ANCHOR_CHECKPOINTS = 2000, /* of one log */
    LIMIT_ANCHOR_ALARMS = 16,        /* of one log */
    LIMIT_ANCHOR_LOST = 64,          /* positions of one log */
    LIMIT_ANCHOR_RECEIPTS = 1000,    /* of ballots in one log */
    LIMIT_ANCHOR_DEVICES = 256,      /* of the own member, over the years */
    LIMIT_ANCHOR_UNKNOWN = 1000,     /* lines of a later version in one log */
    LIMIT_ANCHOR_LINE_SIZE = 1024,   /* and their bytes */
    LIMIT_ANCHOR_FILE_SIZE = 32 * 1024 * 1024,

    /* The file of a record */
    LIMIT_RECORD_SIZE = 1024 * 1024 * 1024, /* bytes */
    LIMIT_RECORD_FILES = 4096,              /* in it */
    LIMIT_RECORD_PATH_SIZE = 200,           /* bytes of a name in it */
    LIMIT_MANIFEST_SIZE = 4 * 1024 * 1024,  /* bytes of its manifest */
    LIMIT_RECORD_SIGNATURES = 16,           /* of the manifest */

    /* Secret ballots */
    LIMIT_BALLOT_RECORD_SIZE = 16 * 1024 * 1024, /* bytes in an archive */
    LIMIT_BALLOT_EVENTS = 100000,                /* of one archive */
    LIMIT_BALLOT_VOTERS = 5000,                  /* credentials of one list */
    LIMIT_BALLOTS_PER_CREDENTIAL = 5,            /* the last one counts */
    LIMIT_BALLOT_QUESTIONS = 200,
    LIMIT_BALLOT_ANSWERS = 200,    /* of one question */
    LIMIT_BALLOT_POSITIONS = 1000, /* of all questions, blanks too */
    LIMIT_BALLOT_TRUSTEES = 50,
    LIMIT_BALLOT_WEIGHT = 1000000, /* of elections that others made */
    LIMIT_BALLOTS = 50,            /* of one meeting */
    LIMIT_ELECTIONS = 50,          /* of one meeting, with a list each */
    LIMIT_BALLOT_TELLERS = 9,
    LIMIT_BALLOT_CANDIDATES = 200,
    LIMIT_BALLOT_FORM_LENGTH = 20000, /* code points of all questions */
    LIMIT_BALLOT_UUID_LENGTH = 22,
    LIMIT_BALLOT_KEY = 4000,          /* code points of a key with its proofs */
    LIMIT_BALLOT_CERTIFICATE = 4000,  /* of a teller's certificate */
    LIMIT_BALLOT_DEAL = 40000,        /* of the shares that a teller deals */
    LIMIT_BALLOT_EVIDENCE = 4000,     /* of a complaint about keys */
    LIMIT_BALLOT_SIZE = 300000,       /* bytes of a ballot that is cast */
    LIMIT_BALLOT_ATTEMPTS = 100,      /* to make the keys of one ballot */
    LIMIT_BALLOT_OBJECTIONS = 500,    /* to one ballot, of who has none in it */
    LIMIT_BALLOT_OBJECTIONS_EACH = 5, /* to it, of each who votes in it */
    LIMIT_BALLOT_FALSE_DECRYPTIONS = 10, /* of one teller */
    LIMIT_PIN_LENGTH = 12,               /* digits */
    LIMIT_SUBROOMS = 50,                 /* of one meeting, open at once */
    LIMIT_HEADS = 100000,                /* people counted at one place */
    LIMIT_CHECK_IN_TRIES = 5,            /* wrong codes of one member */

    /* Documents drawn from templates */
    LIMIT_TEMPLATE_SIZE = 256 * 1024,       /* bytes of a template */
    LIMIT_DOCUMENT_SIZE = 8 * 1024 * 1024,  /* bytes of one in markup */
    LIMIT_DOCUMENT_DEPTH = 16,              /* sections within sections */
    LIMIT_DOCUMENT_STEPS = 4 * 1000 * 1000, /* of drawing one */
    LIMIT_DOCUMENT_BLOCKS = 100 * 1000,     /* paragraphs and such */
    LIMIT_DOCUMENT_CELLS = 200 * 1000,      /* of all tables */
    LIMIT_DOCUMENT_RUNS = 400 * 1000,       /* pieces of bold or italic text */

    /* Papers signed with a personal certificate */
    LIMIT_PERSONAL_KEY_SIZE = 1024 * 1024,    /* bytes of a PKCS#12 file */
    LIMIT_PAPER_SIGNATURE_SIZE = 1024 * 1024, /* bytes of a CMS signature */

    /* Times */
    LIMIT_LANE_SILENCE_MS = 3000, /* a line that takes nothing is given up */
    LIMIT_LOGIN_MS = 10000,       /* from the TLS handshake to a login */
    LIMIT_PAUSE_MS = 5000,      /* of who was cut off, before the next login */
    LIMIT_PAUSE_MAX_MS = 60000, /* each doubles the last, up to this */
    LIMIT_PAUSE_QUIET_MS = 600000, /* after which it is forgotten */
    LIMIT_PAUSE_TURN_MS = 500, /* between newcomers of his address meanwhile */
    LIMIT_PAUSE_ALL_MS = 8000, /* all who were there can be back, or sooner; a
                                * dial is given up after ten seconds */
    LIMIT_GRACE_MS = 30000,    /* a lost connection is not yet a leave */
    LIMIT_TALK_PACE_MS = 2000, /* between lines and hands of one, sustained */
    LIMIT_CHECK_IN_CODE_MS = 30000, /* a code to check in by changes */
    LIMIT_HEARING_MS = 10000,       /* between reports of one device */
    LIMIT_INVITATION_MS = 7 * 24 * 3600 * 1000, /* default life of a link */
    LIMIT_INVITATION_DAYS = 90                  /* and its longest */
};

#endif
