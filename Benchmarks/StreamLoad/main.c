// Opens many paced answers at once and says what became of each: whole or cut, in order, and how long it was silent.
//
// One thread, epoll. The upstream numbers its pieces ("piece 1 piece 2 …"), so the text itself proves that none is lost
// or swapped, however the server cuts it into events. Prints one line of JSON.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "reader.h"

enum {
    event_count = 512,
    read_bytes = 65536,
    request_limit_bytes = 65536,
    placeholder_limit = 16,
    bucket_us = 100,
    bucket_count = 300000,          // 30 s
};

enum trouble { none, no_connection, bad_status, cut, error_event, wrong_text, not_http, silent, trouble_kinds };
static const char *trouble_names[] = {"none", "connect", "status", "cut", "error_event", "text", "http", "deadline"};

struct stream {
    int fd, asks_left;
    bool opened;                    // an answer is being given
    size_t matched;                 // of the expected text
    int pieces;                     // of it that are whole
    int64_t asked_us, heard_us;
    struct reader reader;
};

static struct { const char *request_path, *key; int port, streams, asks, pieces, ramp_ms, deadline_s; } options =
    {.key = "text", .asks = 1, .pieces = 64, .ramp_ms = 1000, .deadline_s = 30};

static char request[request_limit_bytes], *placeholders[placeholder_limit], *expected;
static size_t request_count, placeholder_count, expected_count, *piece_ends;
static struct stream *streams;
static uint32_t gaps[bucket_count], firsts[bucket_count];
static long whole, pieces_read, arrivals, troubles[trouble_kinds], asked;
static int epoll_fd, live, open_now, open_most;
static int64_t longest_gap_us;
static char sample[240];            // of what first went wrong

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void parse_options(int argc, char **argv);
static void load_request(void);
static void expect_text(void);
static void open_stream(struct stream *s);
static void serve(struct stream *s, uint32_t events);
static void fail(struct stream *s, enum trouble kind, const char *what);
static void report(double seconds);

int main(int argc, char **argv) {
    parse_options(argc, argv);
    load_request();
    expect_text();
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    streams = calloc((size_t)options.streams, sizeof *streams);
    if (epoll_fd < 0 || !streams) { perror("StreamLoad"); return 1; }

    int64_t start = now_us(), deadline = start + options.deadline_s * 1000000LL, now;
    int started = 0;
    while ((now = now_us()) < deadline && (live > 0 || started < options.streams)) {
        int64_t ramp_us = options.ramp_ms * 1000LL;
        while (started < options.streams && now >= start + ramp_us * started / options.streams) {
            open_stream(&streams[started++]);
        }
        struct epoll_event events[event_count];
        int count = epoll_wait(epoll_fd, events, event_count, started < options.streams ? 1 : 100);
        for (int i = 0; i < count; i++) serve(events[i].data.ptr, events[i].events);
    }
    for (int i = 0; i < started; i++) if (streams[i].fd > 0) fail(&streams[i], silent, "");
    report((double)(now_us() - start) / 1e6);
    return 0;
}

// Set-up

static void parse_options(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (!strcmp(name, "--request")) options.request_path = value;
        else if (!strcmp(name, "--key")) options.key = value;
        else if (!strcmp(name, "--port")) options.port = atoi(value);
        else if (!strcmp(name, "--streams")) options.streams = atoi(value);
        else if (!strcmp(name, "--asks")) options.asks = atoi(value);
        else if (!strcmp(name, "--pieces")) options.pieces = atoi(value);
        else if (!strcmp(name, "--ramp-ms")) options.ramp_ms = atoi(value);
        else if (!strcmp(name, "--deadline-s")) options.deadline_s = atoi(value);
    }
    if (options.request_path && options.port > 0 && options.streams > 0 && options.asks > 0 && options.pieces > 0) return;
    fprintf(stderr, "usage: StreamLoad --request FILE --port N --streams N [--asks 1 on each connection] [--pieces 64]\n"
            "    [--key text: the JSON member that carries it] [--ramp-ms 1000] [--deadline-s 30]\n"
            "FILE is a whole HTTP request; ### and ### in it become the thousands and the rest of the ask's number.\n");
    exit(2);
}

static void load_request(void) {
    FILE *file = fopen(options.request_path, "r");
    request_count = file ? fread(request, 1, sizeof request - 1, file) : 0;
    if (file) fclose(file);
    if (request_count == 0) { perror(options.request_path); exit(2); }
    for (char *found = request; placeholder_count < placeholder_limit && (found = strstr(found, "###")); found += 3) {
        placeholders[placeholder_count++] = found;
    }
}

static void expect_text(void) {
    FILE *text = open_memstream(&expected, &expected_count);
    piece_ends = calloc((size_t)options.pieces, sizeof *piece_ends);
    for (int k = 1; k <= options.pieces; k++) {
        fprintf(text, k < options.pieces ? "piece %d " : "piece %d", k);
        fflush(text);
        piece_ends[k - 1] = expected_count;
    }
    fclose(text);
}

// Streams

static void ask(struct stream *s) {
    char number[16];
    snprintf(number, sizeof number, "%06ld", ++asked % 1000000);
    for (size_t i = 0; i < placeholder_count; i++) memcpy(placeholders[i], number + i % 2 * 3, 3);
    // 8 KiB of head are kept until there is one; frames later need only their first bytes: clear no more than that.
    memset(&s->reader, 0, offsetof(struct reader, hold));
    s->matched = 0;
    s->pieces = 0;
    s->heard_us = 0;
    s->asked_us = now_us();
    if (send(s->fd, request, request_count, MSG_NOSIGNAL) != (ssize_t)request_count) {
        return fail(s, no_connection, strerror(errno));
    }
    s->opened = true;
    if (++open_now > open_most) open_most = open_now;
}

static void open_stream(struct stream *s) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    if (s->asks_left == 0) { s->asks_left = options.asks; live++; }
    s->opened = false;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0) return fail(s, no_connection, strerror(errno));
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(s->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) {
        return fail(s, no_connection, strerror(errno));
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = s};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, s->fd, &event);
}

static void hang_up(struct stream *s) {
    if (s->opened) open_now--;
    s->opened = false;
    if (s->fd > 0) close(s->fd);
    s->fd = 0;
}

static void fail(struct stream *s, enum trouble kind, const char *what) {
    if (!sample[0]) snprintf(sample, sizeof sample, "%s", what);
    troubles[kind]++;
    hang_up(s);
    s->asks_left = 0;
    live--;
}

static void end_ask(struct stream *s) {
    whole++;
    open_now--;
    s->opened = false;
    if (--s->asks_left == 0) {
        hang_up(s);
        live--;
    } else if (s->reader.closes) {
        hang_up(s);
        open_stream(s);
    } else {
        ask(s);
    }
}

static void count_us(uint32_t *histogram, int64_t us) {
    int64_t bucket = us / bucket_us;
    histogram[bucket < bucket_count ? bucket : bucket_count - 1]++;
}

/// Compares a JSON string with what should come next; what follows the last piece is the server's own affair.
static bool match_text(struct stream *s, const char *text) {
    size_t before = s->matched;
    for (; *text && *text != '"' && s->matched < expected_count; text++) {
        if (*text == '\\' && *++text != '"' && *text != '\\' && *text != '/') return false;
        if (*text != expected[s->matched]) return false;
        s->matched++;
    }
    if (s->matched == before) return true;
    int64_t now = now_us();
    if (s->heard_us == 0) count_us(firsts, now - s->asked_us);
    else {
        count_us(gaps, now - s->heard_us);
        if (now - s->heard_us > longest_gap_us) longest_gap_us = now - s->heard_us;
    }
    s->heard_us = now;
    arrivals++;
    for (; s->pieces < options.pieces && piece_ends[s->pieces] <= s->matched; s->pieces++) pieces_read++;
    return true;
}

static enum trouble frame_trouble;

static bool take_frame(void *context, const char *event, char *data) {
    char member[32];
    snprintf(member, sizeof member, "\"%s\"", options.key);
    if (!strcmp(event, "error")) frame_trouble = error_event;
    else if (!*event || !strcmp(event, "delta")) {
        char *text = strstr(data, member);
        if (text) text += strlen(member) + strspn(text + strlen(member), ": ");
        if (text && *text == '"' && !match_text(context, text + 1)) frame_trouble = wrong_text;
    }
    if (frame_trouble != none && !sample[0]) snprintf(sample, sizeof sample, "%s", data);
    return frame_trouble == none;
}

static void serve(struct stream *s, uint32_t events) {
    static char bytes[read_bytes];
    if (s->fd > 0 && !s->opened && events & EPOLLOUT && !(events & (EPOLLERR | EPOLLHUP))) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = s};
        epoll_ctl(epoll_fd, EPOLL_CTL_MOD, s->fd, &event);
        return ask(s);
    }
    ssize_t n = recv(s->fd, bytes, sizeof bytes - 1, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (!s->opened) return fail(s, no_connection, n < 0 ? strerror(errno) : "closed");
    bool ended = n <= 0;
    if (!ended) {
        bytes[n] = 0;
        frame_trouble = none;
        if (!read_response(&s->reader, bytes, (size_t)n, take_frame, s)) {
            if (frame_trouble != none) return fail(s, frame_trouble, "");
            return s->reader.status && s->reader.status != 200 ? fail(s, bad_status, s->reader.hold) : fail(s, not_http, bytes);
        }
        ended = s->reader.state == read_whole;
    }
    if (!ended) return;
    bool proper = s->reader.state == read_whole || s->reader.state == reading_until_close;
    if (!proper || s->matched < expected_count) return fail(s, cut, n < 0 ? strerror(errno) : "ended early");
    end_ask(s);
}

// The report

static double quantile_ms(const uint32_t *histogram, double q) {
    uint64_t total = 0, seen = 0;
    for (int i = 0; i < bucket_count; i++) total += histogram[i];
    for (int i = 0; i < bucket_count; i++) {
        seen += histogram[i];
        if (total > 0 && (double)seen >= q * (double)total) return (i + 0.5) * bucket_us / 1000.0;
    }
    return 0;
}

static void report(double seconds) {
    long wanted = (long)options.streams * options.asks;
    for (char *c = sample; *c; c++) if (*c < ' ' || *c == '"' || *c == '\\' || *c == 127) *c = ' ';
    printf("{\"streams\":%d,\"answers\":%ld,\"whole\":%ld,\"pieces\":%ld,\"lost\":%ld,\"arrivals\":%ld,\"most_open\":%d,"
           "\"gap_p50_ms\":%.2f,\"gap_p99_ms\":%.2f,\"gap_max_ms\":%.2f,\"first_p50_ms\":%.2f,\"first_p99_ms\":%.2f,"
           "\"seconds\":%.2f,\"errors\":{", options.streams, wanted, whole, pieces_read,
           wanted * options.pieces - pieces_read, arrivals, open_most, quantile_ms(gaps, 0.5), quantile_ms(gaps, 0.99),
           (double)longest_gap_us / 1000, quantile_ms(firsts, 0.5), quantile_ms(firsts, 0.99), seconds);
    const char *comma = "";
    for (int k = 1; k < trouble_kinds; k++) {
        if (troubles[k] == 0) continue;
        printf("%s\"%s\":%ld", comma, trouble_names[k], troubles[k]);
        comma = ",";
    }
    printf("},\"sample\":\"%s\"}\n", sample);
}
