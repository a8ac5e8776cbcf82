"""The group BELENIOS-2048: the subgroup of order Q of the integers modulo P."""
import functools
import random
import secrets

NAME = "BELENIOS-2048"
P = int(
    "206947856914225464010136436575050080649229892957511040971008847870573742"
    "192427174019222372544976843381290666331380789584049600543896362897963930"
    "387739057228036059737494276713767776188985898727358650490811670993105358"
    "677809800307904916540637771737641986785272734744763418356000356983051931"
    "442845617019110007867373073335641239717328979132404745788344682606523279"
    "746479511376726586935821800463179220736688600526271863633860887968821207"
    "694323661494910029234443463732221458841005864210502421203654335612013204"
    "811188524087310770141516662001623131771693721892480785077118278423174980"
    "73276598828825169183103125680162072880719")
Q = int(
    "785717332510718850799276598126714501218214212584087946115100819198056232"
    "23441")
G = int(
    "240235267750185220922768770353239993271228765737836491651007531878766327"
    "414635321932028567615526967879969466829874938909508389657342560190060106"
    "847716449173547413728310461045868131451178164675540052740288984613986453"
    "266121505579709716201616827031288643245666383486363578210615491841998253"
    "431518974065818686865115135857641013888221539601604322884360393098933366"
    "277284840659313840601023167509576377798266510360682240663507669776402534"
    "625377308513317349519424896775405257365904949247763147599157519877517771"
    "148149092045660020547812705472823814097251863985833411570056835369555342"
    "3781475582491896050296680037745308460627")


def _plainly(base, exponent):
    return pow(base, exponent, P)


_raised = _plainly


def raise_by(way):
    """Has powers computed by `way(base, exponent)` from now on: one that is
    faster than a table."""
    global _raised
    _raised = way


WINDOW = 6
_tables = {}  # of bases that are raised again and again


def prepare(base):
    """Makes power() fast for this base: its powers of 2^(6 i) * 1 ... 63."""
    if base in _tables or _raised is not _plainly:
        return
    rows = []
    for _ in range(0, Q.bit_length(), WINDOW):
        row = [1]
        for _ in range(2**WINDOW - 1):
            row.append(row[-1] * base % P)
        rows.append(row)
        base = row[-1] * base % P
    _tables[rows[0][1]] = rows


@functools.lru_cache(maxsize=200_000)
def power(base, exponent):
    """Remembered, because tests ask the same of one archive many times."""
    exponent %= Q
    if base not in _tables:
        return _raised(base, exponent)
    result = 1
    for row in _tables[base]:
        result = result * row[exponent % 2**WINDOW] % P
        exponent >>= WINDOW
    return result


def generate(exponent):
    prepare(G)
    return power(G, exponent)


def product(elements):
    result = 1
    for element in elements:
        result = result * element % P
    return result


def divide(a, b):
    return a * pow(b, -1, P) % P


@functools.lru_cache(maxsize=200_000)
def contains(element):
    return 0 < element < P and _raised(element, Q) == 1


class Chance:
    """Where random numbers come from: the system, or a seed."""

    def __init__(self, seed=None):
        self._source = secrets.SystemRandom() if seed is None else \
            random.Random(seed)

    def scalar(self):
        return self._source.randrange(Q)

    def choice(self, items):
        return self._source.choice(items)

    def number(self, low, high):
        return self._source.randint(low, high)

    def text(self, size):
        return "".join(self.choice(BASE58) for _ in range(size))


BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
