#include <stddef.h>

/// An answer's bytes, and where each step of it ends: step 0 goes out at once, step k after k intervals.
struct answer {
    char *bytes;
    size_t count, *ends;
    int steps;
};

extern struct answer streamed, whole, models;

void build_answers(int pieces);
void die(const char *what);
