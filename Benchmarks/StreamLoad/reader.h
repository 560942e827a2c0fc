#include <stdbool.h>
#include <stddef.h>

enum { head_limit_bytes = 8192, frame_limit_bytes = 8192 };

enum reading { reading_head, reading_size, reading_data, reading_data_end, reading_trailer, reading_until_close,
               read_whole };

/// One response as it comes in: its head, its body (chunked, counted, or until the end), the frames in the body.
/// Set it to zero before each response.
struct reader {
    enum reading state;
    int status;
    bool closes;                        // the server will close the connection after this response
    bool chunked;
    size_t left;                        // of the chunk, or of the counted body
    size_t held;                        // bytes in `hold`: a head, then lines of chunk sizes
    size_t framed;                      // bytes in `frame`; more than fit are counted but not kept
    char hold[head_limit_bytes + 1];
    char frame[frame_limit_bytes + 1];
};

/// Called for each whole frame with its event's name ("" where it has none) and its data. False stops the reading.
typedef bool (*frame_handler)(void *context, const char *event, char *data);

/// Reads more of the response. False when it is not HTTP, not status 200, or the handler stopped it.
bool read_response(struct reader *r, const char *bytes, size_t count, frame_handler handler, void *context);
