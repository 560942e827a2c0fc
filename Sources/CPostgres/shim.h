#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* Of unistd.h, which has it only for those who define _GNU_SOURCE. */
int dup3(int from, int to, int flags);

/* Whether a unit of the pipeline waits for PQflush. */
static inline _Bool sends_pipelines_by_flush(void) {
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
    return 1;
#else
    return 0;
#endif
}

/* Ends a unit of the pipeline. From libpq 17 on it waits for PQflush, so that many units share one system call. */
static inline int queue_pipeline_sync(PGconn *connection) {
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
    return PQsendPipelineSync(connection);
#else
    return PQpipelineSync(connection);
#endif
}
