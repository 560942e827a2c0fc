// HTTP/1.1 and server-sent events, as much as a client of one kind of answer needs, byte by byte.

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "reader.h"

static bool read_head(struct reader *r) {
    if (strncmp(r->hold, "HTTP/1.1 ", 9)) return false;
    r->status = atoi(r->hold + 9);
    r->closes = strcasestr(r->hold, "\r\nconnection: close");
    r->chunked = strcasestr(r->hold, "\r\ntransfer-encoding: chunked");
    const char *length = strcasestr(r->hold, "\r\ncontent-length:");
    if (length) r->left = strtoul(length + 17, NULL, 10);
    r->closes |= !r->chunked && !length;
    r->state = r->chunked ? reading_size : !length ? reading_until_close : r->left ? reading_data : read_whole;
    r->held = 0;
    return r->status == 200;
}

/// The next line of `hold`, when it is whole: chunk sizes and trailers.
static bool read_line(struct reader *r, char byte) {
    if (r->held == head_limit_bytes) return false;
    r->hold[r->held++] = byte;
    if (byte != '\n') return true;
    r->hold[r->held] = 0;
    bool empty = r->hold[0] == '\r' || r->hold[0] == '\n';
    r->held = 0;
    if (r->state == reading_trailer) {
        if (empty) r->state = read_whole;
        return true;
    }
    char *end;
    r->left = strtoul(r->hold, &end, 16);
    r->state = r->left ? reading_data : reading_trailer;
    return end != r->hold;
}

static bool end_frame(struct reader *r, frame_handler handler, void *context) {
    char *data = NULL, *event = "", *rest = r->frame;
    size_t kept = r->framed < frame_limit_bytes ? r->framed : frame_limit_bytes;
    r->framed = 0;
    r->frame[kept] = 0;
    for (char *line; (line = strsep(&rest, "\n"));) {
        if (!strncmp(line, "event:", 6)) event = line + 6 + (line[6] == ' ');
        if (!strncmp(line, "data:", 5) && !data) data = line + 5 + (line[5] == ' ');
    }
    return !data || handler(context, event, data);
}

static bool read_body(struct reader *r, const char *bytes, size_t count, frame_handler handler, void *context) {
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\r') continue;
        bool blank = bytes[i] == '\n' && r->framed > 0 && r->framed <= frame_limit_bytes && r->frame[r->framed - 1] == '\n';
        if (blank) {
            if (!end_frame(r, handler, context)) return false;
        } else if (bytes[i] != '\n' || r->framed > 0) {
            // An overlong frame keeps its start; its last place holds the newest byte, so that its end is seen.
            size_t at = r->framed < frame_limit_bytes ? r->framed : frame_limit_bytes - 1;
            r->frame[at] = bytes[i];
            r->framed = at + 1;
        }
    }
    return true;
}

bool read_response(struct reader *r, const char *bytes, size_t count, frame_handler handler, void *context) {
    for (size_t i = 0; i < count;) {
        size_t here = count - i;
        switch (r->state) {
        case reading_head:
            if (r->held == head_limit_bytes) return false;
            r->hold[r->held++] = bytes[i++];
            if (r->held < 4 || memcmp(r->hold + r->held - 4, "\r\n\r\n", 4)) break;
            r->hold[r->held] = 0;
            if (!read_head(r)) return false;
            break;
        case reading_size: case reading_trailer:
            if (!read_line(r, bytes[i++])) return false;
            break;
        case reading_data:
            if (here > r->left) here = r->left;
            if (!read_body(r, bytes + i, here, handler, context)) return false;
            i += here;
            r->left -= here;
            if (r->left == 0) r->state = r->chunked ? reading_data_end : read_whole;
            break;
        case reading_data_end:
            if (bytes[i++] == '\n') r->state = reading_size;
            break;
        case reading_until_close:
            return read_body(r, bytes + i, here, handler, context);
        case read_whole:
            return false;
        }
    }
    return true;
}
