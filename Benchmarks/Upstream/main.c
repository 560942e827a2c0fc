// A model that answers on time: OpenAI's chat/completions, one piece of text at each interval, thousands at once.
//
// One thread, edge-triggered epoll, a timer wheel of 1 ms slots. Every answer is one constant array of bytes and a
// connection remembers only how far into it it has come, so a socket that is full loses nothing.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "answers.h"

enum {
    slot_count = 4096,              // of 1 ms each: the interval must be shorter
    event_count = 512,
    connection_limit = 65536,
    request_limit_bytes = 1 << 20,
    request_start_bytes = 4096,
};

struct connection {
    int fd;
    char *request;
    size_t have, room;
    const struct answer *answer;    // null while none is being given
    size_t sent;
    int step;
    int64_t due_ms;
    struct connection *next, **link; // in the wheel's slot; link is null outside
};

static struct connection *wheel[slot_count];
static struct connection *connections[connection_limit];
static int64_t interval_ms = 20, latest_ms;
static long open_streams, served;
static int epoll_fd;

static int listen_on(int port);
static void accept_all(int listener);
static void tick(int64_t now);
static void serve(struct connection *c, uint32_t events);

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void die(const char *what) {
    fprintf(stderr, "Upstream: %s: %s\n", what, strerror(errno));
    exit(1);
}

int main(int argc, char **argv) {
    int port = 0, pieces = 64;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--port")) port = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--pieces")) pieces = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--interval-ms")) interval_ms = atoi(argv[i + 1]);
    }
    if (port <= 0 || pieces <= 0 || interval_ms < 0 || interval_ms >= slot_count) {
        fprintf(stderr, "usage: Upstream --port N [--pieces 64] [--interval-ms 20; 0 answers at once]\n");
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    build_answers(pieces);
    if ((epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) die("epoll");
    int listener = listen_on(port);
    int64_t ticked = now_ms();
    for (;;) {
        struct epoll_event events[event_count];
        int count = epoll_wait(epoll_fd, events, event_count, open_streams > 0 ? 1 : 1000);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) accept_all(listener);
            else serve(connections[fd], events[i].events);
        }
        int64_t now = now_ms();
        if (now - ticked > slot_count) ticked = now - slot_count;
        while (ticked < now) tick(++ticked);
    }
}

// Connections

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096)) die("listen");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    return fd;
}

static void accept_all(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
        if (fd < 0) return;
        struct connection *c = fd < connection_limit ? calloc(1, sizeof *c) : NULL;
        if (!c) { close(fd); continue; }
        c->fd = fd;
        connections[fd] = c;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.fd = fd};
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    }
}

static void unschedule(struct connection *c) {
    if (!c->link) return;
    *c->link = c->next;
    if (c->next) c->next->link = c->link;
    c->link = NULL;
}

static void schedule(struct connection *c, int64_t due_ms) {
    struct connection **slot = &wheel[due_ms % slot_count];
    c->due_ms = due_ms;
    c->next = *slot;
    c->link = slot;
    if (c->next) c->next->link = &c->next;
    *slot = c;
}

static void drop(struct connection *c) {
    unschedule(c);
    if (c->answer == &streamed) open_streams--;
    connections[c->fd] = NULL;
    close(c->fd);
    free(c->request);
    free(c);
}

// Answering

/// Sends what is due of the answer. False when the connection is gone.
static bool push(struct connection *c) {
    while (c->answer && c->sent < c->answer->ends[c->step]) {
        ssize_t n = send(c->fd, c->answer->bytes + c->sent, c->answer->ends[c->step] - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN;
        c->sent += (size_t)n;
    }
    if (c->answer && c->sent == c->answer->count) {
        if (c->answer == &streamed) open_streams--;
        c->answer = NULL;
        served++;
    }
    return true;
}

static bool begin(struct connection *c, const struct answer *answer) {
    c->answer = answer;
    c->sent = 0;
    c->step = 0;
    if (answer == &streamed) open_streams++;
    if (interval_ms == 0) c->step = answer->steps - 1;
    else if (answer->steps > 1) schedule(c, now_ms() + interval_ms);
    return push(c);
}

static void tick(int64_t now) {
    for (struct connection *c; (c = wheel[now % slot_count]);) {
        unschedule(c);
        int64_t late = now_ms() - c->due_ms;
        if (late > latest_ms) latest_ms = late;
        if (++c->step + 1 < c->answer->steps) schedule(c, c->due_ms + interval_ms);
        if (!push(c)) drop(c);
    }
}

/// What the wheel has cost so far: a late model must not be taken for a late server.
static bool report(struct connection *c) {
    char body[128], head[256];
    int length = snprintf(body, sizeof body, "{\"open\":%ld,\"served\":%ld,\"latest_ms\":%lld}",
                          open_streams, served, (long long)latest_ms);
    int total = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         "Content-Length: %d\r\n\r\n%s", length, body);
    latest_ms = 0;
    return send(c->fd, head, (size_t)total, MSG_NOSIGNAL) == total;
}

/// The length of the first request in the buffer, 0 while it isn't whole, -1 when it never will be.
static ssize_t request_length(struct connection *c) {
    char *end = memmem(c->request, c->have, "\r\n\r\n", 4);
    if (!end) return c->have < request_limit_bytes ? 0 : -1;
    *end = 0;
    char *length = strcasestr(c->request, "\r\ncontent-length:");
    bool waits = strcasestr(c->request, "\r\nexpect: 100-continue");
    long body = length ? atol(length + 17) : 0;
    *end = '\r';
    if (body < 0 || body > request_limit_bytes) return -1;
    size_t total = (size_t)(end + 4 - c->request) + (size_t)body;
    if (c->have >= total) return (ssize_t)total;
    if (waits && c->have == total - (size_t)body) send(c->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
    return 0;
}

static bool wants_stream(const char *request, size_t count) {
    const char *key = memmem(request, count, "\"stream\"", 8);
    if (!key) return false;
    for (key += 8; key < request + count && (*key == ' ' || *key == ':'); key++) {}
    return key < request + count && *key == 't';
}

/// Answers the requests that have arrived whole, one after another. False when the connection is done for.
static bool answer_requests(struct connection *c) {
    while (!c->answer && c->have > 0) {
        ssize_t length = request_length(c);
        if (length <= 0) return length == 0;
        bool alive = !strncmp(c->request, "GET /stats", 10) ? report(c)
                   : !strncmp(c->request, "GET ", 4)        ? begin(c, &models)
                   : begin(c, wants_stream(c->request, (size_t)length) ? &streamed : &whole);
        c->have -= (size_t)length;
        memmove(c->request, c->request + length, c->have);
        if (!alive) return false;
    }
    return true;
}

static bool receive(struct connection *c) {
    for (;;) {
        if (c->room - c->have < request_start_bytes) {
            c->room = c->room ? c->room * 2 : request_start_bytes * 2;
            if (c->room > 4 * request_limit_bytes || !(c->request = realloc(c->request, c->room + 1))) return false;
        }
        ssize_t n = recv(c->fd, c->request + c->have, c->room - c->have, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN;
        if (n == 0) return false;
        c->have += (size_t)n;
        c->request[c->have] = 0;
    }
}

static void serve(struct connection *c, uint32_t events) {
    if (!c) return;
    bool alive = !(events & (EPOLLERR | EPOLLHUP));
    if (alive && events & (EPOLLIN | EPOLLRDHUP)) alive = receive(c);
    if (alive && events & EPOLLOUT) alive = push(c);
    if (!alive || !answer_requests(c)) drop(c);
}
