#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* Ends a unit of the pipeline. From libpq 17 on it waits for PQflush, so that many units share one system call. */
static inline int queue_pipeline_sync(PGconn *connection) {
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
    return PQsendPipelineSync(connection);
#else
    return PQpipelineSync(connection);
#endif
}
