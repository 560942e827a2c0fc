// The answers' bytes, made once.

#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"

struct answer streamed, whole, models;

static void append(struct answer *a, const char *format, ...) {
    char *text;
    va_list arguments;
    va_start(arguments, format);
    int n = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (n < 0 || !(a->bytes = realloc(a->bytes, a->count + (size_t)n))) die("memory");
    memcpy(a->bytes + a->count, text, (size_t)n);
    a->count += (size_t)n;
    free(text);
}

static void end_step(struct answer *a) {
    if (!(a->ends = realloc(a->ends, (size_t)(a->steps + 1) * sizeof *a->ends))) die("memory");
    a->ends[a->steps++] = a->count;
}

static void append_frame(struct answer *a, const char *choices, const char *rest) {
    char *frame;
    int n = asprintf(&frame, "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                     "\"model\":\"test\",\"choices\":[%s]%s}\n\n", choices, rest);
    if (n < 0) die("memory");
    append(a, "%x\r\n%s\r\n", n, frame);
    free(frame);
}

static void append_json(struct answer *a, const char *body) {
    append(a, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    end_step(a);
}

/// The text is "piece 1 piece 2 … piece 64 [1]": numbered, so that a reader can prove that nothing is lost or swapped,
/// and citing the first passage, as a model is asked to.
void build_answers(int pieces) {
    const char *usage = "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":64,\"total_tokens\":164}";
    char choice[256], *text = NULL, *body = NULL;
    size_t size;
    FILE *all = open_memstream(&text, &size);

    append(&streamed, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
           "Transfer-Encoding: chunked\r\n\r\n");
    append_frame(&streamed, "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}", "");
    end_step(&streamed);
    for (int k = 1; k <= pieces; k++) {
        const char *tail = k == pieces ? "[1]" : "";
        fprintf(all, "piece %d %s", k, tail);
        snprintf(choice, sizeof choice,
                 "{\"index\":0,\"delta\":{\"content\":\"piece %d %s\"},\"finish_reason\":null}", k, tail);
        append_frame(&streamed, choice, "");
        if (k == pieces) {
            char rest[128];
            snprintf(rest, sizeof rest, ",%s", usage);
            append_frame(&streamed, "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", "");
            append_frame(&streamed, "", rest);
            append(&streamed, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
        }
        end_step(&streamed);
    }
    fclose(all);
    if (asprintf(&body, "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"test\","
                 "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},"
                 "\"finish_reason\":\"stop\"}],%s}", text, usage) < 0) die("memory");
    append_json(&whole, body);
    append_json(&models, "{\"object\":\"list\",\"data\":[{\"id\":\"test\",\"object\":\"model\",\"created\":0,\"owned_by\":\"bench\"}]}");
    free(body);
    free(text);
}
