// libcurl sets options through variadic functions, which Swift cannot call: one typed function a kind of value.
// Beside it what Swift's Glibc module leaves out.
#ifndef CCURL_H
#define CCURL_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

typedef size_t (*ccurl_bytes_callback)(char *bytes, size_t size, size_t count, void *context);

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_size(CURL *easy, CURLoption option, int64_t value);
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode ccurl_set_bytes(CURL *easy, CURLoption option, const void *value);
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value);
CURLcode ccurl_set_url(CURL *easy, CURLU *url);
CURLcode ccurl_set_bytes_callback(CURL *easy, CURLoption option, ccurl_bytes_callback callback);
CURLcode ccurl_set_open_socket(CURL *easy, curl_opensocket_callback callback, void *context);
CURLcode ccurl_set_progress(CURL *easy, curl_xferinfo_callback callback, void *context);

/// Only these schemes, as "http,https", also with a libcurl older than 7.85.
CURLcode ccurl_set_protocols(CURL *easy, const char *schemes);

int64_t ccurl_get_size(CURL *easy, CURLINFO info);
long ccurl_get_long(CURL *easy, CURLINFO info);
void *ccurl_get_private(CURL *easy);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_set_socket(CURLM *multi, curl_socket_callback callback, void *context);
CURLMcode ccurl_multi_set_timer(CURLM *multi, curl_multi_timer_callback callback, void *context);

/// A finished transfer, or NULL when none is left.
CURL *ccurl_multi_next_finished(CURLM *multi, CURLcode *result);

/// An international host in ASCII, to be freed with curl_free; NULL where it has no such form or libcurl is older than
/// 7.88.
char *ccurl_get_ascii_host(CURLU *url);

/// As shown by top and in core dumps; at most 15 characters.
void ccurl_name_thread(const char *name);

#endif
