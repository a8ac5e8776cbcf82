#include "protocol/rules/percent.h"

/* Twice ten thousand times a 64-bit number needs more than 64 bits. */
__extension__ typedef unsigned __int128 wide;

uint64_t percent_hundredths(uint64_t part, uint64_t whole)
{
    wide hundredths;

    if (whole == 0)
        return 0;
    /* part * 10000 / whole, rounded: twice that and one, halved. */
    hundredths = ((wide)part * 20000 / whole + 1) / 2;
    return hundredths > UINT64_MAX ? UINT64_MAX : (uint64_t)hundredths;
}
